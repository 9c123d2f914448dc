#include "matching/highlight.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

constexpr std::uint32_t fragment_bytes = 210; // 70 ideographs
constexpr std::uint32_t lead_bytes = 30;      // shown before the first hit
constexpr std::size_t fragments_max = 2;

void join(std::vector<ByteRange>& ranges, ByteRange next) {
    if (!ranges.empty() && next.begin < ranges.back().end)
        ranges.back().end = std::max(ranges.back().end, next.end);
    else
        ranges.push_back(next);
}

Fragment cut(std::string_view text, std::uint32_t begin, const std::vector<ByteRange>& hits) {
    Fragment out;
    out.begin = boundary_before(text, begin);
    const auto end = boundary_before(text, std::size_t{out.begin} + fragment_bytes);
    out.text = text.substr(out.begin, end - out.begin);
    for (const auto& hit : hits)
        if (hit.begin >= out.begin && hit.end <= end) out.hits.push_back(hit);
    return out;
}

// The first of the hits from which a fragment covers most hit bytes.
std::size_t densest(const std::vector<ByteRange>& hits) {
    std::size_t best = 0, end = 0;
    std::uint32_t covered = 0, best_covered = 0;
    for (std::size_t first = 0; first < hits.size(); ++first) {
        for (;
             end < hits.size() && hits[end].end <= hits[first].begin + fragment_bytes - lead_bytes;
             ++end)
            covered += hits[end].end - hits[end].begin;
        if (covered > best_covered) best = first, best_covered = covered;
        if (end > first)
            covered -= hits[first].end - hits[first].begin;
        else
            end = first + 1;
    }
    return best;
}

} // namespace

std::uint32_t boundary_before(std::string_view text, std::size_t at) {
    at = std::min(at, text.size());
    while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
        --at;
    return static_cast<std::uint32_t>(at);
}

TermKeys::TermKeys(std::vector<TermKey> keys) : keys_(std::move(keys)) {
    std::ranges::sort(keys_);
    for (const auto key : keys_)
        bits_ |= std::uint64_t{1} << (mixed(key) & 63);
}

std::vector<ByteRange>
ranges_of(const std::vector<Occurrence>& occurrences, const TermKeys& terms) {
    std::vector<ByteRange> out;
    for (const auto& occurrence : occurrences)
        if (terms.has(occurrence.key)) join(out, occurrence.range);
    return out;
}

std::vector<ByteRange> ranges_in(const std::vector<Token>& tokens, const MarkedTerms& terms) {
    const auto occurrences = occurrences_of(tokens);
    auto out = ranges_of(occurrences, terms.strong);
    return out.empty() ? ranges_of(occurrences, terms.weak) : out;
}

Fragment whole_fragment(std::string_view text, const MarkedTerms& terms) {
    return {0, std::string(text), ranges_in(tokens_of(text), terms)};
}

std::vector<Fragment> best_fragments(std::string_view text, const MarkedTerms& terms) {
    if (text.empty()) return {};
    const auto hits = ranges_in(tokens_of(text), terms);
    if (hits.empty()) return {cut(text, 0, hits)};
    std::vector<Fragment> out;
    auto left = hits;
    while (!left.empty() && out.size() < fragments_max) {
        const auto first = left[densest(left)].begin;
        out.push_back(cut(text, first - std::min(first, lead_bytes), hits));
        const auto begin = out.back().begin;
        const auto end = begin + static_cast<std::uint32_t>(out.back().text.size());
        // The next piece may not overlap this one: what would make it do so is left aside.
        std::erase_if(left, [&](const ByteRange& hit) {
            return hit.end + fragment_bytes > begin && hit.begin < end + lead_bytes;
        });
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
        return a.begin < b.begin;
    });
    return out;
}

} // namespace jishi::matching
