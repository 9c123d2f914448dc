#include "app/repeated_rows.hpp"

#include "app/live_listings.hpp"

namespace jishi::app {

namespace {

// Rows have no ids yet. Those of listings begin with the time, never with zeros.
market::ListingId id_of_line(market::ListingKind kind, std::uint64_t line) {
    market::ListingId id{kind, {}};
    for (std::size_t i = 0; i < sizeof line; ++i)
        id.bytes[15 - i] = static_cast<std::uint8_t>(line >> 8 * i);
    return id;
}

std::uint64_t line_of(const market::ListingId& id) {
    std::uint64_t line = 0;
    for (std::size_t i = 8; i < 16; ++i)
        line = line << 8 | id.bytes[i];
    return line;
}

bool is_line(const market::ListingId& id) {
    return id == id_of_line(id.kind, line_of(id));
}

} // namespace

RepeatedRows::RepeatedRows(storage::Store& store, market::ListingKind kind) {
    walk_live(store, kind, [this](const std::vector<matching::Document>& page) {
        for (const auto& document : page)
            table_.add(document.id, matching::sketch_of(matching::likeness_of(document)));
    });
}

std::string RepeatedRows::same_as(market::Books& books, const Row& row) const {
    const auto own = matching::likeness_of(row.document);
    for (const auto slot : table_.candidates(row.document.id.kind, matching::sketch_of(own))) {
        const auto& id = table_.id_of(slot);
        if (is_line(id)) {
            const auto& other = rows_.at(line_of(id));
            const bool one_listing = !row.source_id.empty() && row.source_id == other.source_id &&
                                     row.owner == other.owner;
            if (!one_listing && same_result(own, matching::likeness_of(other.document)))
                return "line " + std::to_string(other.line);
        } else if (id != row.listing) {
            const auto other = live_document(books, id);
            if (other && same_result(own, matching::likeness_of(*other))) return id.text();
        }
    }
    return {};
}

void RepeatedRows::add(Row row) {
    const auto line = row.line;
    const auto& document = rows_.insert_or_assign(line, std::move(row)).first->second.document;
    table_.add(
        id_of_line(document.id.kind, line), matching::sketch_of(matching::likeness_of(document))
    );
}

void RepeatedRows::remove(std::uint64_t line) {
    const auto row = rows_.find(line);
    if (row == rows_.end()) return;
    table_.remove(*table_.slot_of(id_of_line(row->second.document.id.kind, line)));
    rows_.erase(row);
}

} // namespace jishi::app
