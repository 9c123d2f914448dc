// What `jishi match` reads: texts as JSON Lines or as a spreadsheet saves them (.csv), pairs and
// grades as lines with tabs or as such a table. What cannot be read throws std::runtime_error with
// the file, the place and the reason.
#pragma once

#include "matching/file_match.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jishi::app {

// Which keys or columns give a text: those with the field's name and those named for it. Of several
// the id is the first, and the others stand below each other.
class TextColumns {
public:
    // "title=技术名称". Throws SettingError for a field that a text does not have.
    explicit TextColumns(const std::vector<std::string>& fields);

    // `cell_of(column)`: what stands there, or nothing.
    template<class CellOf>
    matching::TextItem item_of(const CellOf& cell_of) const {
        matching::TextItem out;
        for (const auto& column : ids_)
            if (out.id.empty()) out.id = cell_of(column);
        for (const auto& column : titles_)
            append(out.title, cell_of(column));
        for (const auto& column : bodies_)
            append(out.body, cell_of(column));
        return out;
    }
    bool has(std::string_view column) const;

private:
    static void append(std::string& text, std::string_view more);

    std::vector<std::string> ids_{"id"}, titles_{"title"}, bodies_{"body"};
};

// Of a table without ids the row is the id, as the spreadsheet counts it: the first below the names
// of the columns is 2.
std::vector<matching::TextItem> read_items(const std::string& path, const TextColumns& columns);
// The first two columns.
std::vector<matching::IdPair> read_pairs(const std::string& path);
// The first three columns.
std::vector<matching::GradedPair> read_judgements(const std::string& path);

} // namespace jishi::app
