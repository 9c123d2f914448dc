// The closed vocabularies of the market. Each is one list; names, parsing and counts come from it.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

namespace jishi::market {

// One vocabulary: `Enum`, its stable names in order. Specialised by JISHI_VOCABULARY.
template<class Enum>
struct Vocabulary;

template<class Enum>
constexpr std::string_view name_of(Enum value) {
    return Vocabulary<Enum>::names[static_cast<std::size_t>(value)];
}

template<class Enum>
constexpr std::optional<Enum> parse_name(std::string_view name) {
    for (std::size_t i = 0; i < Vocabulary<Enum>::names.size(); ++i)
        if (Vocabulary<Enum>::names[i] == name) return static_cast<Enum>(i);
    return {};
}

template<class Enum>
constexpr std::span<const std::string_view> names_of() {
    return Vocabulary<Enum>::names;
}

#define JISHI_ENUMERATOR(name) name,
#define JISHI_ENUMERATOR_NAME(name) std::string_view(#name),
// JISHI_VOCABULARY(TechnologyField, LIST) makes the enum and its names from LIST(X).
#define JISHI_VOCABULARY(Enum, LIST)                                                               \
    enum class Enum : std::uint8_t { LIST(JISHI_ENUMERATOR) };                                     \
    template<>                                                                                     \
    struct Vocabulary<Enum> {                                                                      \
        static constexpr std::array names{LIST(JISHI_ENUMERATOR_NAME)};                            \
    }

// A set of values of one vocabulary, at most 32 of them.
template<class Enum>
struct Set {
    std::uint32_t bits = 0;

    constexpr Set() = default;
    constexpr explicit Set(std::uint32_t raw) : bits(raw) {}
    constexpr Set(std::initializer_list<Enum> values) {
        for (const auto value : values)
            add(value);
    }
    static constexpr std::uint32_t bit(Enum value) {
        return std::uint32_t{1} << static_cast<unsigned>(value);
    }
    constexpr void add(Enum value) { bits |= bit(value); }
    constexpr bool has(Enum value) const { return (bits & bit(value)) != 0; }
    constexpr bool empty() const { return bits == 0; }
    constexpr Set operator&(Set other) const { return Set{bits & other.bits}; }
    constexpr Set operator|(Set other) const { return Set{bits | other.bits}; }
    constexpr Set without(Set other) const { return Set{bits & ~other.bits}; }
    constexpr bool operator==(const Set&) const = default;
};

// The eleven technology fields (技术领域) of the technology-market statistics.
// clang-format off
#define JISHI_TECHNOLOGY_FIELDS(X)                                                                 \
    X(electronic_information) X(aerospace) X(advanced_manufacturing) X(biomedicine)                \
    X(new_materials) X(new_energy) X(environment) X(nuclear) X(agriculture) X(modern_transport)    \
    X(urban_and_social)
// clang-format on
JISHI_VOCABULARY(TechnologyField, JISHI_TECHNOLOGY_FIELDS);

// How technology changes hands (合作方式): what an achievement is offered for and what a need
// accepts.
// clang-format off
#define JISHI_COOPERATION_MODES(X)                                                                 \
    X(transfer) X(exclusive_licence) X(sole_licence) X(non_exclusive_licence) X(open_licence)      \
    X(equity) X(co_development) X(commissioned_development) X(consulting) X(service) X(trial)
// clang-format on
JISHI_VOCABULARY(CooperationMode, JISHI_COOPERATION_MODES);

#define JISHI_LISTING_KINDS(X) X(achievement) X(need)
JISHI_VOCABULARY(ListingKind, JISHI_LISTING_KINDS);

#define JISHI_TRL_BASES(X) X(self) X(agency) X(expert)
JISHI_VOCABULARY(TrlBasis, JISHI_TRL_BASES);

#define JISHI_PRICE_MODES(X) X(agreed_price) X(exchange_listing) X(auction)
JISHI_VOCABULARY(PriceMode, JISHI_PRICE_MODES);

#define JISHI_PRICE_KINDS(X) X(fixed) X(range) X(negotiable)
JISHI_VOCABULARY(PriceKind, JISHI_PRICE_KINDS);

// open: everyone sees the owner; anonymous: the owner appears nowhere until it reveals itself in a
// deal.
#define JISHI_CONFIDENTIALITIES(X) X(open) X(anonymous)
JISHI_VOCABULARY(Confidentiality, JISHI_CONFIDENTIALITIES);

} // namespace jishi::market
