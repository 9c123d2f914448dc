// 128-bit, time-ordered ids (UUIDv7), one C++ type for each kind of thing, shown as "need_06ez...":
// a typed prefix and 26 characters of Crockford base 32, so an id pasted into the wrong place is
// refused by its look.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jishi::market {

using IdBytes = std::array<std::uint8_t, 16>;

// 26 lower-case characters, most significant first; sorts as the bytes do.
std::string id_text(const IdBytes& bytes);
std::optional<IdBytes> parse_id_text(std::string_view text);

// `Tag` has `static constexpr std::string_view prefix`.
template<class Tag>
struct Id {
    IdBytes bytes{};

    std::string text() const { return std::string(Tag::prefix) + "_" + id_text(bytes); }
    static std::optional<Id> parse(std::string_view text) {
        constexpr auto head = Tag::prefix;
        if (text.size() < head.size() + 1 || !text.starts_with(head) || text[head.size()] != '_')
            return {};
        const auto bytes = parse_id_text(text.substr(head.size() + 1));
        if (!bytes) return {};
        return Id{*bytes};
    }
    bool is_null() const { return bytes == IdBytes{}; }
    auto operator<=>(const Id&) const = default;
};

#define JISHI_ID(Name, text)                                                                       \
    struct Name##Tag {                                                                             \
        static constexpr std::string_view prefix = (text);                                         \
    };                                                                                             \
    using Name = Id<Name##Tag> // NOLINT(bugprone-macro-parentheses)

JISHI_ID(OrganisationId, "org");
JISHI_ID(MemberId, "mem");
JISHI_ID(SessionId, "ses");
JISHI_ID(AchievementId, "ach");
JISHI_ID(NeedId, "need");
JISHI_ID(MatchId, "mat");
JISHI_ID(SavedSearchId, "srch");
JISHI_ID(DealId, "deal");
JISHI_ID(OfferId, "ofr");
JISHI_ID(MandateId, "mdt");
JISHI_ID(ContractId, "ctr");
JISHI_ID(EventId, "evt");

#undef JISHI_ID

} // namespace jishi::market
