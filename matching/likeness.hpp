// When two listings are one result that was posted twice: by two portals, again next year with
// small edits, in the other script, with other punctuation, another year or another price.
//
// Hiding a listing that is something else does more harm than showing one result twice, so whatever
// is in doubt is another result:
// - A need is never an achievement, and a listing whose owner does not show is nobody's twin:
//   that somebody's open listing says the same would be a hint at who is behind it.
// - Titles decide first. Equal titles, but for particles ("一种", "的") and calendar years
// ("2023年"),
//   are what most reposts have. One character more or less may make another thing ("正极", "负极"),
//   and so does every number and model: "50kW" and "100kW" are two products whose texts are alike.
// - Under equal titles the texts must share most of the shorter one: a portal leaves sentences out
//   or adds some. Bare titles must both be bare: a title without text is too little to say that
//   it is the result that a text describes.
// - A title with words added or taken away needs long texts that are nearly equal. A title with a
//   word replaced is another title: families of results differ in exactly that way.
// Order, punctuation and script do not matter; amounts of money and years count as equal in texts.
#pragma once

#include "matching/document.hpp"
#include "matching/terms.hpp"

#include <cstdint>
#include <vector>

namespace jishi::matching {

inline constexpr double shared_share_min = .8; // of the shorter text, titles being equal
inline constexpr double resemblance_min = .4;  // shared of both texts, titles being equal
inline constexpr double retitled_resemblance_min = .85;
inline constexpr std::size_t retitled_shingles_min = 40; // of each text

// What of a document is compared.
struct Likeness {
    market::ListingKind kind{};
    bool owner_shows = false;
    std::vector<TermKey> title;          // what counts of it, in its order
    std::vector<std::uint64_t> shingles; // hashes of every three tokens of the body in a row
};
Likeness likeness_of(const Document& document);

// Symmetric; not transitive.
bool same_result(const Likeness& a, const Likeness& b);
// The same, reading of the bodies no more than it takes: most are told apart by their titles.
bool same_result(const Document& a, const Document& b);

} // namespace jishi::matching
