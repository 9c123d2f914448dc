// A published listing as the engine knows it: what is public of it, and nothing else.
#pragma once

#include "market/listing.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::matching {

struct Document;

// Who posted a listing, sealed: two of them can be compared and none can be read, so that the owner
// of an anonymous need keeps it away from its own achievements and yet cannot be reached by any
// search, filter or facet.
class SealedOwner {
public:
    SealedOwner() = default;
    explicit SealedOwner(market::OrganisationId owner) : owner_(owner) {}
    friend bool same_owner(const SealedOwner& a, const SealedOwner& b) {
        return !a.owner_.is_null() && a.owner_ == b.owner_;
    }

private:
    friend class ListingStore; // which keeps it, and hands it out sealed
    friend bool is_sealed_as_shown(const Document& document);
    market::OrganisationId owner_;
};

struct Document {
    market::ListingId id;
    std::uint32_t revision = 0; // an upsert with a lower one than is known is ignored
    std::string title, body;
    std::vector<std::string> keywords;
    market::Set<market::TechnologyField> fields;
    std::string industry, division; // codes of GB/T 4754 and GB/T 2260, or empty
    std::optional<std::uint8_t> trl;
    market::PriceRange price;
    market::Set<market::CooperationMode> modes;
    std::optional<std::int32_t>
        deadline_day; // days since 1970-01-01; the last day a need takes offers
    std::int64_t published_at_us = 0;
    market::OrganisationId owner; // null when the owner must not show
    SealedOwner sealed_owner;
};

inline bool is_sealed_as_shown(const Document& document) {
    return document.sealed_owner.owner_ == document.owner;
}

// What of a listing decides whether and how well it fits another one, apart from its texts. A view.
struct Conditions {
    market::Set<market::TechnologyField> fields;
    market::Set<market::CooperationMode> modes;
    std::optional<std::uint8_t> trl;
    market::PriceRange price;
    std::string_view division;
    std::optional<std::int32_t> deadline_day;
    SealedOwner sealed_owner;

    Conditions() = default;
    Conditions(const Document& of) // a document is asked for them wherever it stands
        : fields(of.fields), modes(of.modes), trl(of.trl), price(of.price), division(of.division),
          deadline_day(of.deadline_day), sealed_owner(of.sealed_owner) {}
};

// What of a listing goes into the index: never its confidential part, and of an anonymous one never
// its owner.
Document document_of(
    market::ListingId id,
    std::uint32_t revision,
    const market::ListingContent& content,
    market::OrganisationId owner,
    market::Instant published_at
);

} // namespace jishi::matching
