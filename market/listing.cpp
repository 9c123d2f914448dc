#include "market/listing.hpp"

namespace jishi::market {

std::string ListingId::text() const {
    return kind == ListingKind::achievement ? AchievementId{bytes}.text() : NeedId{bytes}.text();
}

std::optional<ListingId> ListingId::parse(std::string_view text) {
    if (const auto id = AchievementId::parse(text))
        return ListingId{ListingKind::achievement, id->bytes};
    if (const auto id = NeedId::parse(text)) return ListingId{ListingKind::need, id->bytes};
    return {};
}

} // namespace jishi::market
