// A need and an achievement side by side: what forbids the pair, how well it fits, and why.
#pragma once

#include "matching/document.hpp"
#include "matching/text.hpp"
#include "matching/twins.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace jishi::matching {

// What no score can make good. In precedence order: of several the first is told.
#define JISHI_EXCLUSIONS(X)                                                                        \
    X(same_owner) X(deadline_passed) X(price_above_budget) X(no_common_mode) X(trl_too_low)
enum class Exclusion : std::uint8_t { JISHI_EXCLUSIONS(JISHI_ENUMERATOR) };

// `today_day`: days since 1970-01-01 in Asia/Shanghai.
std::optional<Exclusion>
exclusion_of(const Conditions& need, const Conditions& achievement, std::int32_t today_day);

// term: shared words; bridge: words of like meaning; factor: field, level, money, mode, place;
// feedback: grades of like listings; base: what any listing gets.
#define JISHI_CONTRIBUTION_KINDS(X) X(term) X(bridge) X(factor) X(feedback) X(base)
enum class ContributionKind : std::uint8_t { JISHI_CONTRIBUTION_KINDS(JISHI_ENUMERATOR) };

struct Contribution {
    ContributionKind kind = ContributionKind::term;
    std::string label_zh, label_en; // of a term both are its text in the need
    double value = 0;
    bool names_words = false; // a term, a bridge or a grade that tells something by itself
};

struct PairScore {
    double raw = 0;   // unbounded; comparable over needs
    double score = 0; // in [0, 1], monotone in `raw`
    bool operator==(const PairScore&) const = default;
};

struct SharedRanges {
    std::vector<ByteRange> title, body;
};

// Why a pair has its score. The values of `contributions` add up to `raw`.
struct Explanation {
    std::vector<Contribution> contributions; // terms by weight, bridges, factors, feedback, base
    SharedRanges in_need, in_achievement;    // of the original texts
    std::string summary_zh, summary_en;      // one line each
};

struct Match {
    std::shared_ptr<const Document> document; // the other side
    PairScore score;
    Explanation why;
    AlsoPosted also_posted; // the other listings of this result
};

} // namespace jishi::matching

template<>
struct jishi::market::Vocabulary<jishi::matching::Exclusion> {
    static constexpr std::array names{JISHI_EXCLUSIONS(JISHI_ENUMERATOR_NAME)};
};

template<>
struct jishi::market::Vocabulary<jishi::matching::ContributionKind> {
    static constexpr std::array names{JISHI_CONTRIBUTION_KINDS(JISHI_ENUMERATOR_NAME)};
};
