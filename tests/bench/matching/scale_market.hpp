// A market of any size from JSON Lines of {id,title,body}. What the files do not say of a listing
// (field, place, maturity, modes, owner) is derived from its number, so that every run and every
// peer has the same.
#pragma once

#include "matching/engine.hpp"
#include "matching/learning.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::matching::bench {

struct MarketFiles {
    std::string achievements, needs;
    std::string keep; // a directory for what was learned and indexed, to be read by a later run
};

struct MarketSize {
    std::size_t achievements = SIZE_MAX, needs = SIZE_MAX; // at most so many of each
};

inline constexpr std::int32_t today_day = 20'000;
inline constexpr std::size_t top = 20;

market::ListingId id_of(market::ListingKind kind, std::size_t number);
std::size_t number_of(const market::ListingId& id);

// Line by line, numbered from 0; no more than `limit`. Throws if the file cannot be read.
void for_each_listing(
    const std::string& path,
    market::ListingKind kind,
    std::size_t limit,
    const std::function<void(Document)>& each
);
std::vector<Document> listings_of(
    const std::string& path, market::ListingKind kind, std::size_t limit, std::size_t every = 1
);

// What a filter may ask of a listing, as words: its field f0..f10, the fields' group g0..g2, the
// province p11..p65, the level t1..t9, the levels' band b0..b2, the modes m0..m10.
std::vector<std::string> filter_words_of(const Document& document);
// The filter that such a word stands for. Throws if it is none.
Filters filters_for(std::string_view word);
// A filter that about a third of the market passes; another one for another seed.
std::string filter_of_a_third(std::size_t seed);

enum class Learned { nothing, little, all };
// From listings all over the files. Null if nothing is to be learned.
std::shared_ptr<const Model> model_of(const MarketFiles& files, MarketSize size, Learned learned);

// Fills the engine as a start does, batch by batch.
void load(Engine& engine, const MarketFiles& files, MarketSize size);

// The whole market, learned and loaded; or, for those that measure none of both, as it was kept.
void prepare(Engine& engine, const MarketFiles& files, Learned learned);

} // namespace jishi::matching::bench
