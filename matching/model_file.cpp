#include "matching/model_file.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <utility>

namespace jishi::matching {

namespace {

// Raise it when Model::Parts change or mean something else, and when learning gives another model
// for the same listings: an old file is then refused, and the market learns anew.
constexpr std::uint32_t format = 7;
constexpr std::array<char, 8> magic{'J', 'I', 'S', 'H', 'I', 'M', 'D', 'L'};

constexpr std::uint64_t terms_max = 1U << 26, words_max = 1U << 24, fingerprints_max = 1U << 28;
constexpr std::uint32_t dimensions_max = 1024;
constexpr double number_max = 1e9; // nothing learned comes near; sums of such stay finite
constexpr double length_max = 1e6; // of a listing, in tokens

// Then the arrays, as each_array() names them, and the checksum of all before it. Numbers are in
// this machine's byte order: the file is for the program that wrote it.
struct Head {
    std::array<char, 8> magic;
    std::uint32_t format, dimensions;
    std::uint64_t terms, words, from_listings, from_matches, listings;
    std::array<Model::Term, space_count> unseen;
    std::array<double, space_count> mean_impacts;
    double mean_length, mean_size;
};
static_assert(std::is_trivially_copyable_v<Head> && sizeof(Head) == 120);
static_assert(std::is_trivially_copyable_v<Model::Term> && sizeof(Model::Term) == 8);

constexpr std::size_t checksum_size = sizeof(std::uint64_t);

// visit(array, its number of entries)
template<class Parts, class From, class Visit>
void each_array(const Head& head, Parts& parts, From& learned_from, Visit visit) {
    const std::uint64_t dimensions = head.dimensions;
    visit(parts.term_keys, head.terms);
    visit(parts.terms, head.terms);
    visit(parts.word_keys, head.words);
    visit(parts.word_scales, head.words);
    visit(parts.word_vectors, head.words * packed_bytes(dimensions));
    visit(parts.mean, dimensions);
    visit(parts.covariance, dimensions * dimensions);
    visit(parts.need_mean, dimensions);
    visit(learned_from.listings, head.from_listings);
    visit(learned_from.matches, head.from_matches);
}

template<class T>
std::size_t size_of(const std::vector<T>&, std::uint64_t count) {
    return count * sizeof(T);
}

std::uint64_t checksum_of(std::string_view bytes) {
    return XXH3_64bits(bytes.data(), bytes.size());
}

bool is_number(double value) {
    return std::abs(value) <= number_max; // and neither infinite nor NaN
}
bool is_term(const Model::Term& term) {
    return term.weight >= 0 && term.weight <= number_max && term.rate >= 0 && term.rate <= 1;
}
bool is_length(double value) {
    return value >= 0 && value <= length_max;
}

// In the order of a KeyTable; 0 is no key.
bool is_table(const std::vector<std::uint64_t>& keys) {
    std::uint64_t before = mixed(0);
    return std::all_of(keys.begin(), keys.end(), [&](std::uint64_t key) {
        const auto last = std::exchange(before, mixed(key));
        return last < before;
    });
}

// What the program relies on wherever it uses a model.
std::string fault_of(const Head& head, const Model::Parts& parts) {
    if (!is_table(parts.term_keys) || !is_table(parts.word_keys)) return "keys out of order";
    const auto are_numbers = [](const auto& values) {
        return std::all_of(values.begin(), values.end(), is_number);
    };
    if (!std::all_of(parts.terms.begin(), parts.terms.end(), is_term) ||
        !std::all_of(parts.unseen.begin(), parts.unseen.end(), is_term))
        return "a term of impossible worth";
    if (!are_numbers(parts.mean_impacts) || !are_numbers(parts.word_scales) ||
        !are_numbers(parts.mean) || !are_numbers(parts.covariance) || !are_numbers(parts.need_mean))
        return "a number out of bounds";
    if (!is_length(head.mean_length) || !is_length(head.mean_size)) return "an impossible length";
    return {};
}

// Sizes that agree with each other and with that of the file, so that what is allocated is there.
std::string fault_of(const Head& head, std::size_t file_size) {
    if (head.magic != magic) return "it is no model";
    if (head.format != format)
        return "its format is " + std::to_string(head.format) + ", not " + std::to_string(format);
    if (head.terms > terms_max || head.words > words_max || head.from_listings > fingerprints_max ||
        head.from_matches > fingerprints_max || head.dimensions > dimensions_max ||
        head.dimensions % 16 != 0 || (head.dimensions == 0 && head.words > 0))
        return "its sizes are impossible";
    std::uint64_t size = sizeof(Head) + checksum_size;
    Model::Parts none;
    LearnedFrom nothing;
    each_array(head, none, nothing, [&](const auto& array, std::uint64_t count) {
        size += size_of(array, count);
    });
    return size == file_size ? "" : "its length does not agree with its sizes";
}

Model::Parts parts_of(const Head& head) {
    Model::Parts parts;
    parts.unseen = head.unseen;
    parts.mean_impacts = head.mean_impacts;
    parts.mean_length = head.mean_length;
    parts.mean_size = head.mean_size;
    parts.dimensions = head.dimensions;
    parts.listings = head.listings;
    return parts;
}

} // namespace

std::string sealed(std::string bytes) {
    const auto checksum = checksum_of(bytes);
    return bytes.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
}

std::string bytes_of(const KeptModel& kept) {
    const auto& parts = kept.model->parts();
    const Head head{
        .magic = magic,
        .format = format,
        .dimensions = parts.dimensions,
        .terms = parts.term_keys.size(),
        .words = parts.word_keys.size(),
        .from_listings = kept.learned_from.listings.size(),
        .from_matches = kept.learned_from.matches.size(),
        .listings = parts.listings,
        .unseen = parts.unseen,
        .mean_impacts = parts.mean_impacts,
        .mean_length = parts.mean_length,
        .mean_size = parts.mean_size};
    std::string bytes(reinterpret_cast<const char*>(&head), sizeof head);
    each_array(head, parts, kept.learned_from, [&](const auto& array, std::uint64_t count) {
        bytes.append(reinterpret_cast<const char*>(array.data()), size_of(array, count));
    });
    return sealed(std::move(bytes));
}

std::optional<KeptModel> kept_model(std::string_view bytes, std::string& problem) {
    Head head;
    problem = "it is cut off";
    if (bytes.size() < sizeof head + checksum_size) return std::nullopt;
    std::memcpy(&head, bytes.data(), sizeof head);
    problem = fault_of(head, bytes.size());
    if (!problem.empty()) return std::nullopt;
    const auto body = bytes.substr(0, bytes.size() - checksum_size);
    std::uint64_t checksum = 0;
    std::memcpy(&checksum, bytes.data() + body.size(), sizeof checksum);
    problem = "its checksum does not fit";
    if (checksum != checksum_of(body)) return std::nullopt;

    KeptModel kept;
    auto parts = parts_of(head);
    std::size_t at = sizeof head;
    each_array(head, parts, kept.learned_from, [&](auto& array, std::uint64_t count) {
        array.resize(count);
        const auto size = size_of(array, count);
        if (size > 0) std::memcpy(array.data(), bytes.data() + at, size);
        at += size;
    });
    problem = fault_of(head, parts);
    const auto& [listings, matches] = kept.learned_from;
    if (problem.empty() && !(std::ranges::is_sorted(listings) && std::ranges::is_sorted(matches)))
        problem = "fingerprints out of order";
    if (!problem.empty()) return std::nullopt;
    kept.model = std::make_shared<const Model>(std::move(parts));
    return kept;
}

std::string version_name(const Model* model) {
    if (model == nullptr) return "none";
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4)
        out += digits[model->version() >> shift & 15];
    return out;
}

} // namespace jishi::matching
