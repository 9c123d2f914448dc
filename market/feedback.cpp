#include "market/feedback.hpp"

#include "market/rules.hpp"

#include <algorithm>
#include <map>

namespace jishi::market {

namespace {

constexpr Milli whole = 1'000;
constexpr Milli middle = (grade_min + grade_max) * whole / 2; // neither yes nor no
constexpr std::uint32_t batch = 1'000;

std::optional<Milli> grade_of_reason(DismissReason reason, const GradeRules& rules) {
    switch (reason) {
    case DismissReason::not_our_field:
        return rules.not_our_field;
    case DismissReason::benefit_unclear:
    case DismissReason::route_unclear:
    case DismissReason::description_unclear:
        return rules.unclear;
    case DismissReason::other:
        return rules.other_reason;
    case DismissReason::already_solved:
    case DismissReason::too_early:
    case DismissReason::too_expensive:
    case DismissReason::budget_too_low:
        break;
    }
    return {};
}

Grade grade_from(const Pair& pair, Milli value) {
    return {pair.need, pair.achievement, static_cast<double>(value) / static_cast<double>(whole)};
}

// Counts the words of every organisation and says when they are too many.
class Quota {
public:
    explicit Quota(std::int64_t most) : most_(most) {}

    std::optional<Milli> admit(const SideFeedback& side, std::optional<Milli> word) {
        const auto speaker = side.grade ? side.graded_by : side.owner;
        if (!word || ++spoken_[speaker] > most_) return {};
        return word;
    }

private:
    std::int64_t most_;
    std::map<OrganisationId, std::int64_t> spoken_;
};

std::vector<PairFeedback> all_feedback(Books& books) {
    std::vector<PairFeedback> all;
    Pair after;
    for (;;) {
        const auto page = books.feedback.pairs_after(after, batch);
        all.insert(all.end(), page.begin(), page.end());
        if (page.size() < batch) return all;
        after = page.back().pair;
    }
}

} // namespace

GradeRules grade_rules(Books& books) {
    const auto value = [&](std::string_view key) { return rules::value(books, key); };
    return {
        .contracted = value(rules::grade_contracted_milli),
        .terms_agreed = value(rules::grade_terms_agreed_milli),
        .offer_made = value(rules::grade_offer_made_milli),
        .both_accepted = value(rules::grade_both_accepted_milli),
        .accepted = value(rules::grade_accepted_milli),
        .not_our_field = value(rules::grade_not_our_field_milli),
        .unclear = value(rules::grade_unclear_milli),
        .other_reason = value(rules::grade_other_reason_milli)};
}

std::optional<Milli>
grade_of_side(const PairFeedback& pair, ListingKind side, const GradeRules& rules) {
    const auto& own = pair.of(side);
    if (own.grade) return *own.grade * whole;
    if (pair.contracted) return rules.contracted;
    if (pair.terms_agreed) return rules.terms_agreed;
    if (own.made_offer) return rules.offer_made;
    if (own.answer == Answer::accepted)
        return pair.need.answer == pair.achievement.answer ? rules.both_accepted : rules.accepted;
    if (own.answer == Answer::dismissed && own.reason) return grade_of_reason(*own.reason, rules);
    return {};
}

std::optional<Milli> combined_grade(std::optional<Milli> need, std::optional<Milli> achievement) {
    if (need && achievement) return std::min(*need, (*need + *achievement) / 2);
    if (achievement && *achievement >= middle) return {};
    return need ? need : achievement;
}

std::vector<Grade> grades_of_side(Books& books, ListingId listing) {
    const auto rules = grade_rules(books);
    std::vector<Grade> grades;
    for (const auto& feedback : books.feedback.pairs_of(listing))
        if (const auto value = grade_of_side(feedback, listing.kind, rules))
            grades.push_back(grade_from(feedback.pair, *value));
    return grades;
}

std::vector<Grade> all_grades(Books& books) {
    const auto rules = grade_rules(books);
    Quota quota(rules::value(books, rules::grade_organisation_pairs_max));
    const auto pairs = all_feedback(books);
    std::vector<Grade> grades;
    // From the newest need back, so that the quota is spent on what is new.
    for (auto at = pairs.rbegin(); at != pairs.rend(); ++at) {
        const auto word = [&](ListingKind side) {
            return quota.admit(at->of(side), grade_of_side(*at, side, rules));
        };
        const auto need = word(ListingKind::need), achievement = word(ListingKind::achievement);
        if (const auto value = combined_grade(need, achievement))
            grades.push_back(grade_from(at->pair, *value));
    }
    std::ranges::reverse(grades);
    return grades;
}

} // namespace jishi::market
