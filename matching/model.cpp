#include "matching/model.hpp"

#include "matching/prefetch.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace jishi::matching {

namespace {

// The spread of impacts among the listings that hold a term, on top of whether they do.
constexpr double impact_spread = 1.1;

template<class T>
std::uint64_t hash_of(std::uint64_t hash, const std::vector<T>& values) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(values.data());
    for (std::size_t i = 0; i < values.size() * sizeof(T); ++i)
        hash = (hash ^ bytes[i]) * 1099511628211ULL;
    return mixed(hash ^ values.size());
}

// Whether most of the market is Latin words.
Script script_of(double mean_length, double mean_size) {
    const bool latin = mean_size - mean_length > (word_size - 1) * mean_length / 2;
    return latin ? Script::latin : Script::ideographs;
}

// From what a share is where texts are bare titles to what it is where they are long.
double between(double of_short, double of_long, double mean_size) {
    constexpr double short_size = 40, long_size = 120;
    const double size = std::clamp(mean_size, short_size, long_size);
    return of_short *
           std::pow(
               of_long / of_short, std::log(size / short_size) / std::log(long_size / short_size)
           );
}

} // namespace

const ImpactTable& impacts_of(double mean_length, double mean_size) {
    return impacts(
        static_cast<std::uint32_t>(std::lround(mean_length)), script_of(mean_length, mean_size)
    );
}

Shares shares_by_rarity(double mean_size) {
    constexpr std::array of_short{2.0, 1.0, .5}, of_long{.2, .9, 1.0};
    Shares out;
    double sum = 0;
    for (std::size_t space = 0; space < space_count; ++space)
        sum += out.spaces[space] = between(of_short[space], of_long[space], mean_size);
    for (auto& share : out.spaces)
        share /= sum;
    return out;
}

Shares shares_of(double mean_length, double mean_size, std::uint64_t listings) {
    constexpr double all = 1.5, of_short = .5, of_long = 1.5, of_latin = .5;
    constexpr double listings_half = 1'200; // that teach a meaning half of what it will be worth
    auto out = shares_by_rarity(mean_size);
    const double full = script_of(mean_length, mean_size) == Script::latin
                            ? of_latin
                            : between(of_short, of_long, mean_size);
    const double taught = static_cast<double>(listings);
    const double meaning = full * taught / (taught + listings_half);
    for (auto& share : out.spaces)
        share *= all / (1 + meaning);
    out.meaning = meaning * all / (1 + meaning);
    return out;
}

Model::Model(Parts parts)
    : parts_(std::move(parts)), terms_(KeyTable::over(parts_.term_keys)),
      words_(KeyTable::over(parts_.word_keys)),
      shares_(shares_of(parts_.mean_length, parts_.mean_size, parts_.listings)),
      impacts_(impacts_of(parts_.mean_length, parts_.mean_size)) {
    assert(parts_.terms.size() == parts_.term_keys.size());
    assert(parts_.word_vectors.size() == parts_.word_keys.size() * packed_bytes(dimensions()));
    version_ = hash_of(parts_.listings, parts_.term_keys);
    version_ = hash_of(version_, parts_.word_keys);
    version_ = hash_of(version_, parts_.terms);
    version_ = hash_of(version_, parts_.word_vectors);
    version_ = hash_of(version_, parts_.word_scales);
    version_ = hash_of(version_, parts_.mean);
    version_ = hash_of(version_, parts_.covariance);
    version_ = hash_of(version_, parts_.need_mean);
    version_ = hash_of(
        version_,
        std::vector{
            static_cast<double>(parts_.dimensions),
            shares_.meaning,
            parts_.mean_length,
            parts_.mean_size,
            parts_.mean_impacts[0],
            parts_.mean_impacts[1],
            parts_.mean_impacts[2]}
    );
    version_ = hash_of(version_, std::vector(parts_.unseen.begin(), parts_.unseen.end()));
}

TermWeight Model::term_weight(TermKey key) const {
    const auto place = terms_.find(key);
    return worth_of(key, place ? parts_.terms[*place] : parts_.unseen[index_of(space_of(key))]);
}

std::vector<TermWeight> Model::term_weights(std::span<const TermKey> keys) const {
    const auto places = terms_.find_all(keys);
    for (const auto place : places)
        if (place != KeyTable::none) prefetch_line(&parts_.terms[place]);
    std::vector<TermWeight> out;
    out.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i)
        out.push_back(worth_of(
            keys[i],
            places[i] != KeyTable::none ? parts_.terms[places[i]]
                                        : parts_.unseen[index_of(space_of(keys[i]))]
        ));
    return out;
}

TermWeight Model::worth_of(TermKey key, const Term& term) const {
    const double weight = term.weight;
    const double rate = std::max(static_cast<double>(term.rate), rarest_rate);
    // Where a word of ideographs is found in a listing, it is its character or bigram.
    const double impact = parts_.mean_impacts[index_of(space_of(sought(key)))];
    return {
        weight,
        weight * rate * impact,
        weight * weight * rate * (1 - rate) * impact_spread * impact * impact};
}

Norm Moments::norm(double share) const {
    if (variance <= 0) return {};
    const double scale = share / std::sqrt(variance);
    return {static_cast<float>(scale), static_cast<float>(scale * mean)};
}

NeedNorm
norm_of(const std::array<Moments, space_count>& spaces, const Shares& shares, const Norm& meaning) {
    NeedNorm out{{}, 0, meaning};
    double base = 0;
    for (std::size_t space = 0; space < space_count; ++space) {
        const auto norm = spaces[space].norm(shares.spaces[space]);
        out.scales[space] = norm.scale;
        base += static_cast<double>(norm.base);
    }
    out.base = static_cast<float>(base);
    return out;
}

NeedNorm Model::norm_of(const DocumentTerms& need, MeaningView meaning) const {
    std::array<Moments, space_count> moments;
    const auto weights = term_weights(keys_of(need));
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto& [key, count] = need.terms[i];
        moments[index_of(space_of(key))].add(statement_weight(count), weights[i]);
    }
    return matching::norm_of(moments, shares_, meaning_norm(meaning));
}

double Model::rate_of(TermKey key) const {
    const auto place = terms_.find(key);
    return place ? static_cast<double>(parts_.terms[*place].rate) : 0;
}

PackedRow Model::vector_of(std::uint32_t word) const {
    const auto bytes = packed_bytes(dimensions());
    return {std::span(parts_.word_vectors).subspan(word * bytes, bytes)};
}

std::vector<float> Model::direction_of(const DocumentTerms& terms) const {
    const auto words = words_.find_all(keys_of(terms));
    for (const auto word : words)
        if (word != KeyTable::none) {
            prefetch_line(&parts_.word_scales[word]);
            prefetch_lines(vector_of(word).bytes);
        }
    std::vector<ScaledRow> rows;
    rows.reserve(words.size());
    for (std::size_t i = 0; i < words.size(); ++i)
        if (const auto word = words[i]; word != KeyTable::none) {
            const double weight = statement_weight(terms.terms[i].count);
            rows.push_back({scale_of(word) * static_cast<float>(weight), vector_of(word)});
        }
    std::vector<float> sum(dimensions(), 0);
    add_scaled(sum, rows);
    const double size = std::sqrt(squares(sum));
    const auto factor = static_cast<float>(size > 0 ? meaning_length() / size : 0);
    for (auto& value : sum)
        value *= factor;
    return sum;
}

Meaning Model::meaning_of(const DocumentTerms& terms) const {
    return meaning_along(direction_of(terms));
}

Meaning Model::need_meaning_of(const DocumentTerms& terms) const {
    auto direction = direction_of(terms);
    const bool is_known = std::ranges::any_of(direction, [](float value) { return value != 0; });
    for (std::size_t i = 0; is_known && i < direction.size(); ++i)
        direction[i] -= parts_.need_mean[i];
    return meaning_along(direction);
}

Norm Model::meaning_norm(MeaningView need) const {
    const auto numbers = numbers_of(need);
    const std::vector<float> direction(numbers.begin(), numbers.end());
    const double variance = quadratic_form(parts_.covariance, direction);
    double mean = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        mean += numbers[i] * static_cast<double>(parts_.mean[i]);
    if (variance <= 0) return {};
    const double scale = shares_.meaning / std::sqrt(variance);
    return {static_cast<float>(scale), static_cast<float>(scale * mean)};
}

} // namespace jishi::matching
