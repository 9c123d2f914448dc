// The best of many, by score, and the order in which matches are shown.
#pragma once

#include "matching/engine.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace jishi::matching {

struct Candidate {
    double score;
    std::uint32_t view, slot;
};
inline bool better(const Candidate& a, const Candidate& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.view != b.view ? a.view < b.view : a.slot < b.slot;
}

// Keeps the candidates that may be among the n best.
class Selection {
public:
    Selection(std::size_t n, double slack) : n_(n), slack_(slack) {}

    void offer(double score, std::size_t view, std::size_t slot) {
        candidates_.push_back(
            {score, static_cast<std::uint32_t>(view), static_cast<std::uint32_t>(slot)}
        );
        if (candidates_.size() >= 2 * n_ + 1024) shrink();
    }

    // The n best, those that tie with the last, and those within the slack of it.
    std::vector<Candidate>& best() {
        shrink();
        return candidates_;
    }

private:
    void shrink() {
        if (candidates_.size() <= n_) return;
        const auto last = candidates_.begin() + static_cast<std::ptrdiff_t>(n_ - 1);
        std::nth_element(candidates_.begin(), last, candidates_.end(), better);
        floor_ = last->score - slack_;
        std::erase_if(candidates_, [this](const Candidate& c) { return c.score < floor_; });
    }

    std::size_t n_;
    double slack_, floor_ = -1e300;
    std::vector<Candidate> candidates_;
};

inline std::vector<RankedMatch> sorted(std::vector<RankedMatch> matches, std::size_t k) {
    std::sort(matches.begin(), matches.end(), [](const RankedMatch& a, const RankedMatch& b) {
        if (a.score.raw != b.score.raw) return a.score.raw > b.score.raw;
        return a.document->id < b.document->id;
    });
    if (matches.size() > k) matches.resize(k);
    return matches;
}

} // namespace jishi::matching
