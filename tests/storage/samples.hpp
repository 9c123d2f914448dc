// Objects with every field filled - with text of four-byte characters, quotes and line ends - and
// their fields as tuples. A field that is added to a struct makes its `fields_of` fail to compile:
// fill it here and the round trips cover it.
#pragma once

#include "market/books.hpp"
#include "storage/uuid7.hpp"

#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace jishi::testing {

inline const std::string odd_text = "𠮷野家 技术😀 'quoted' \"x\" \\ % _ ; -- \n\t第二行";

template<class IdType>
IdType some_id() {
    return IdType{storage::new_uuid7()};
}
inline market::ListingId some_achievement() {
    return {market::ListingKind::achievement, storage::new_uuid7()};
}
inline market::ListingId some_need() {
    return {market::ListingKind::need, storage::new_uuid7()};
}
inline std::string some_hash() {
    return storage::sha256_hex(market::id_text(storage::new_uuid7()));
}

market::Organisation full_organisation();
market::Member full_member(market::OrganisationId organisation);
market::Session full_session(market::MemberId member);
market::Listing full_listing(market::ListingId id, market::OrganisationId owner);
market::ListingRevision full_revision(market::ListingId id, std::uint32_t number);
market::Match full_match();
market::SavedSearch full_saved_search();
market::MatchGrade full_grade(const market::Pair& pair, market::ListingKind side);
market::Deal full_deal();
market::Terms full_terms();
market::Offer full_offer(market::DealId deal, std::uint32_t number);
market::Mandate full_mandate();
market::Contract full_contract();
market::Event full_event(const std::string& object);

inline auto fields_of(const market::Organisation& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
}
inline auto fields_of(const market::Member& o) {
    const auto& [a, b, c, d, e, f, g, h] = o;
    return std::tie(a, b, c, d, e, f, g, h);
}
inline auto fields_of(const market::Credential& o) {
    const auto& [a, b, c, d] = o;
    return std::tie(a, b, c, d);
}
inline auto fields_of(const market::Session& o) {
    const auto& [a, b, c, d, e, f, g, h, i] = o;
    return std::tie(a, b, c, d, e, f, g, h, i);
}
inline auto fields_of(const market::Listing& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m);
}
inline auto fields_of(const market::ListingRevision& o) {
    const auto& [a, b, c, d, e, f] = o;
    return std::tie(a, b, c, d, e, f);
}
inline auto fields_of(const market::ListingContent& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
inline auto fields_of(const market::AchievementPart& o) {
    const auto& [a, b, c, d, e, f, g] = o;
    return std::tie(a, b, c, d, e, f, g);
}
inline auto fields_of(const market::NeedPart& o) {
    const auto& [a, b, c, d, e, f, g, h] = o;
    return std::tie(a, b, c, d, e, f, g, h);
}
inline auto fields_of(const market::Match& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, p] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, p);
}
inline auto fields_of(const market::MatchGrade& o) {
    const auto& [a, b, c, d, e, f, g] = o;
    return std::tie(a, b, c, d, e, f, g);
}
inline auto fields_of(const market::SavedSearch& o) {
    const auto& [a, b, c, d, e, f, g, h] = o;
    return std::tie(a, b, c, d, e, f, g, h);
}
inline auto fields_of(const market::Deal& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, p, q, r, s] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n, p, q, r, s);
}
inline auto fields_of(const market::Terms& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k);
}
inline auto fields_of(const market::Offer& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
}
inline auto fields_of(const market::Mandate& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l);
}
inline auto fields_of(const market::ContractContent& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
// Without the signatures, which have no comparison of their own.
inline auto fields_of(const market::Contract& o) {
    const auto& [a, b, c, d, e, f, g, h, i, signatures, j, k, l, m, n] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
}
inline auto fields_of(const market::Signature& o) {
    const auto& [a, b, c, d] = o;
    return std::tie(a, b, c, d);
}
inline auto fields_of(const market::Event& o) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = o;
    return std::tie(a, b, c, d, e, f, g, h, i, j, k, l, m);
}
inline auto fields_of(const market::StoredAnswer& o) {
    const auto& [a, b, c, d] = o;
    return std::tie(a, b, c, d);
}

// Which fields are equal, in the order of the struct.
template<class Object>
std::vector<bool> equal_fields(const Object& left, const Object& right) {
    const auto a = fields_of(left), b = fields_of(right);
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        return std::vector<bool>{(std::get<I>(a) == std::get<I>(b))...};
    }
    (std::make_index_sequence<std::tuple_size_v<decltype(a)>>{});
}

template<class Object>
void expect_same(const Object& left, const Object& right) {
    const auto equal = equal_fields(left, right);
    for (std::size_t i = 0; i < equal.size(); ++i)
        EXPECT_TRUE(equal[i]) << "field " << i + 1;
}

// The sample says something in every field but the one numbered `left_alone`.
template<class Object>
void expect_filled(const Object& sample, std::size_t left_alone = 0) {
    const auto equal = equal_fields(sample, Object{});
    for (std::size_t i = 0; i < equal.size(); ++i)
        EXPECT_TRUE(!equal[i] || i + 1 == left_alone) << "field " << i + 1 << " is empty";
}

} // namespace jishi::testing
