// Which rows of an import are a result that is there already: live in the market, whoever posted
// it, or in an earlier row of the file.
#pragma once

#include "matching/sketch.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace jishi::app {

// Holds a sketch of every live listing and the texts of the file's rows: some 115 bytes a listing
// and the size of the file. Texts of live listings are read again only where sketches meet.
class RepeatedRows {
public:
    // Reads all live listings of the kind.
    RepeatedRows(storage::Store& store, market::ListingKind kind);

    struct Row {
        std::uint64_t line = 0;
        market::OrganisationId owner{};
        std::string source_id{};
        std::optional<market::ListingId> listing{}; // that it revises
        matching::Document document{};
    };
    // The first that is the same, as "ach_..." or "line 12"; empty if there is none. Neither the
    // listing that the row revises counts nor other rows for that listing.
    std::string same_as(market::Books& books, const Row& row) const;

    void add(Row row);
    void remove(std::uint64_t line); // if it was added

private:
    matching::SketchTable table_;
    std::map<std::uint64_t, Row> rows_;
};

} // namespace jishi::app
