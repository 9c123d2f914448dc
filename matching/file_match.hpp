// Matching two files without a market: the core of `jishi match`.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jishi::matching {

struct TextItem {
    std::string id, title, body;
};

struct FileMatchRow {
    std::string need, achievement;  // ids
    double score = 0;               // in [0, 1]
    double raw = 0;                 // the same order without crowding at 1
    std::string why_zh{}, why_en{}; // one line each, where asked for
};

struct IdPair {
    std::string need, achievement;
};

struct GradedPair {
    std::string need, achievement; // ids
    double grade = 0;              // 4 strong .. 1 nothing
};

struct FileMatchOptions {
    bool learn = false; // from the texts of both files, before anything is ranked
    bool explain = false;
    // Grades of other pairs of a need re-rank it; good pairs are learned from, too. Pairs with an
    // unknown id are left out.
    std::span<const GradedPair> judgements{};
};

// For every need, in the order given, its `top` best achievements, best first. Of items with one id
// the last counts.
std::vector<FileMatchRow> match_all(
    std::span<const TextItem> achievements,
    std::span<const TextItem> needs,
    std::size_t top,
    const FileMatchOptions& options = {}
);

// The score of every pair named, in the order given; pairs with an unknown id are left out.
std::vector<FileMatchRow> match_pairs(
    std::span<const TextItem> achievements,
    std::span<const TextItem> needs,
    std::span<const IdPair> pairs,
    const FileMatchOptions& options = {}
);

} // namespace jishi::matching
