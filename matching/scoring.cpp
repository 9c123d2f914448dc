#include "matching/scoring.hpp"

#include <algorithm>
#include <array>
#include <functional>

namespace jishi::matching {

namespace {

constexpr std::uint32_t table_worth_min = 512; // shorter lists are not worth a table of products
constexpr double asked_share = .5;    // of the floor: what terms that are only asked may add
constexpr std::size_t walk_share = 8; // with more than a size / 8 of candidates all is walked

} // namespace

ViewScorer::ViewScorer(const Collection::View& view, const Statement& statement)
    : view_(view), impacts_(*statement.impacts) {
    terms_.reserve(statement.terms.size());
    for (const auto& term : statement.terms)
        if (const auto list = view.segment->find(term.key))
            terms_.push_back({*list, term.weight, 0, space_of(term.key) == Space::character});
}

// What a term adds to the shortest listing there is, that holds it most often.
void ViewScorer::find_most() {
    LengthClass shortest = 255;
    for (const auto cls : *view_.length_classes)
        shortest = cls != 0 ? std::min(shortest, cls) : shortest;
    for (auto& term : terms_) {
        const auto count =
            term.list.has_exceptions() ? TermCount::total_max : term.list.usual_count().total();
        term.most = std::int64_t{term.weight} * impacts_[shortest][count];
    }
}

void ViewScorer::walk(const Found& term, std::vector<std::int32_t>& sums) const {
    const auto* classes = view_.length_classes->data();
    const auto usual = term.list.usual_count().total();
    if (term.list.size() < table_worth_min) {
        term.list.for_each_slot([&](SlotIndex slot) {
            sums[slot] += term.weight * impacts_[classes[slot]][usual];
        });
    } else {
        std::array<std::int32_t, 256> product;
        for (std::size_t cls = 0; cls < product.size(); ++cls)
            product[cls] = term.weight * impacts_[cls][usual];
        term.list.for_each_slot([&](SlotIndex slot) { sums[slot] += product[classes[slot]]; });
    }
    term.list.for_each_exception([&](SlotIndex slot, TermCount count) {
        const auto& row = impacts_[classes[slot]];
        sums[slot] += term.weight * (row[count.total()] - row[usual]);
    });
}

// Sorts the terms so that those to be walked stand first, and tells how many they are: what adds
// most for each posting. The others together add less than a share of the floor; without a floor
// they are the characters.
std::size_t ViewScorer::walked_first(std::int64_t floor) {
    if (floor == 0) {
        const auto middle = std::stable_partition(terms_.begin(), terms_.end(), [](const Found& t) {
            return !t.is_character;
        });
        return static_cast<std::size_t>(middle - terms_.begin());
    }
    std::sort(terms_.begin(), terms_.end(), [](const Found& a, const Found& b) {
        return static_cast<double>(a.most) * b.list.size() >
               static_cast<double>(b.most) * a.list.size();
    });
    auto walked = terms_.size();
    double budget = asked_share * static_cast<double>(floor);
    while (walked > 0 && static_cast<double>(terms_[walked - 1].most) <= budget)
        budget -= static_cast<double>(terms_[--walked].most);
    return walked;
}

std::vector<SlotSum> ViewScorer::at_least(std::int64_t& floor, std::size_t enough) {
    find_most();
    const auto walked = walked_first(floor);
    std::vector<std::int32_t> sums(view_.segment->size(), 0);
    for (std::size_t t = 0; t < walked; ++t)
        walk(terms_[t], sums);
    if (floor == 0 && walked < terms_.size() && enough < sums.size()) {
        auto sorted = sums;
        const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(enough - 1);
        std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
        floor = *last;
    }
    return asked(sums, std::span(terms_).subspan(walked), floor);
}

std::vector<SlotSum> ViewScorer::asked(
    const std::vector<std::int32_t>& sums, std::span<const Found> rest, std::int64_t floor
) const {
    std::int64_t open = 0; // what the terms not yet asked may add
    for (const auto& term : rest)
        open += term.most;
    std::vector<SlotIndex> slots;
    for (std::size_t slot = 0; slot < sums.size(); ++slot)
        if (sums[slot] + open >= floor) slots.push_back(static_cast<SlotIndex>(slot));

    std::vector<SlotSum> out;
    if (slots.size() > sums.size() / walk_share) {
        auto all = sums;
        for (const auto& term : rest)
            walk(term, all);
        for (const auto slot : slots)
            if (all[slot] >= floor && all[slot] > 0) out.push_back({slot, all[slot]});
        return out;
    }
    const auto& classes = *view_.length_classes;
    std::vector<std::int64_t> exact;
    for (const auto slot : slots)
        exact.push_back(sums[slot]);
    for (std::size_t t = 0; t < rest.size(); ++t) {
        const auto& term = rest[t];
        term.list.probe_counts(slots, [&](std::size_t i, TermCount count) {
            exact[i] += std::int64_t{term.weight} * impacts_[classes[slots[i]]][count.total()];
        });
        open -= term.most;
        if (t % 4 != 3) continue;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < slots.size(); ++i)
            if (exact[i] + open >= floor) slots[kept] = slots[i], exact[kept++] = exact[i];
        slots.resize(kept), exact.resize(kept);
    }
    for (std::size_t i = 0; i < slots.size(); ++i)
        if (exact[i] >= floor && exact[i] > 0) out.push_back({slots[i], exact[i]});
    return out;
}

std::vector<std::int64_t> ViewScorer::sums_of(std::span<const SlotIndex> slots) const {
    const auto& classes = *view_.length_classes;
    std::vector<std::int64_t> out(slots.size(), 0);
    for (const auto& term : terms_)
        term.list.probe_counts(slots, [&](std::size_t i, TermCount count) {
            out[i] += std::int64_t{term.weight} * impacts_[classes[slots[i]]][count.total()];
        });
    return out;
}

} // namespace jishi::matching
