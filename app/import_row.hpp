// A row of a foreign file as a listing of ours: columns mapped, values read by the field's schema.
#pragma once

#include "app/csv.hpp"
#include "app/jsonl.hpp"
#include "market/listings.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace jishi::app {

class RowReader {
public:
    // `fields`: "title=技術名稱"; `constants`: "modes=[\"transfer\"]". Throws SettingError for a
    // field that the kind does not have and for a constant that is not JSON.
    RowReader(
        market::ListingKind kind,
        const std::vector<std::string>& fields,
        const std::vector<std::string>& constants
    );

    struct Listing {
        std::string owner_uscc; // of the row, or empty
        market::ListingDraft draft;
    };
    struct Row {
        std::string source_id; // of one that is refused, where it can be told
        market::Result<Listing> listing;
    };
    Row read(const protocol::json::Object& row);
    // `header` names the columns. "price.min_fen" is a member of a nested field; a list is split at
    // ; or ；; a cell that begins with [ or { is JSON.
    Row read(const std::vector<std::string>& header, const std::vector<std::string>& cells);

    // Columns that gave nothing, for the report: a misspelt one is found there.
    const std::set<std::string>& ignored() const { return ignored_; }

private:
    Row finish(const std::map<std::string, std::string>& json_of_field);
    std::string column_of(const std::string& field) const;

    market::ListingKind kind_;
    std::map<std::string, std::string> column_of_field_; // only the renamed
    std::map<std::string, std::string> constants_;       // field -> JSON
    std::set<std::string> ignored_;
};

} // namespace jishi::app
