// What listings share with a statement: for a few of them, the contenders, exactly, and for all
// within close bounds, which tell the few worth the exact sum.
#pragma once

#include "matching/sweep.hpp"
#include "matching/weighting.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace jishi::matching {

// Of what was found for terms, in their order, what was found for a range of them.
template<class Found>
std::span<const Found> part_of(const std::vector<Found>& found, TermRange terms) {
    const auto at = [&](std::size_t term) {
        return std::ranges::lower_bound(found, term, {}, &Found::term);
    };
    return {at(terms.begin), at(terms.end)};
}

// visit(found, i, count) for each of the slots, which are ascending, that is in what was found.
template<class Found, class Visit>
void for_each_holder(
    std::span<const Found> all, std::span<const SlotIndex> slots, const Visit& visit
) {
    const SoughtSlots sought(slots);
    Holders holders;
    for (std::size_t at = 0; at < all.size(); ++at) {
        if (at + 1 < all.size()) all[at + 1].list.prefetch(slots);
        all[at].list.find(sought, holders);
        for (std::size_t i = 0; i < holders.numbers.size(); ++i)
            visit(all[at], holders.numbers[i], holders.counts[i]);
    }
}

// For each of a list's layers in turn: adds to each listing the amount that its count is worth.
template<class Amount>
auto adding(Sweep& to, Amount amount) {
    return [&to, amount, before = Sweep::Sum{0}](Layers& layers, TermCount count) mutable {
        const auto now = static_cast<Sweep::Sum>(amount(count));
        const auto change = static_cast<Sweep::Sum>(now - std::exchange(before, now));
        if (change != 0) to.add(layers.get(), change);
    };
}

// visit(view, slots, first) for each view's part of candidates, which are in the order of views and
// slots; `first` is the number of its first candidate.
template<class Candidates, class Visit>
void for_each_view(const Candidates& candidates, Visit visit) {
    std::vector<SlotIndex> slots;
    for (std::size_t i = 0; i < candidates.size();) {
        const auto first = i;
        const auto view = candidates[first].view;
        for (slots.clear(); i < candidates.size() && candidates[i].view == view; ++i)
            slots.push_back(static_cast<SlotIndex>(candidates[i].slot));
        visit(view, std::span<const SlotIndex>(slots), first);
    }
}

// The lists of a view for a statement's terms, found once.
class StatementLists {
public:
    StatementLists(const Collection::View& view, const Statement& statement);

    struct Found {
        PostingList list;
        std::int32_t weight;
        std::uint32_t term; // its number, the heaviest first
    };
    std::span<const Found> found(TermRange terms) const { return part_of(found_, terms); }

    // The exact sums of these listings, in weight units, without the base. REQUIRES: ascending
    // slots; view and statement are still there.
    std::vector<std::int64_t> sums_of(std::span<const SlotIndex> slots, TermRange terms) const;
    // Of all listings, whichever are gone with 0.
    std::vector<std::int64_t> all_sums(TermRange terms) const;

private:
    const Collection::View& view_;
    const ImpactTable& impacts_;
    std::vector<Found> found_; // in the order of their numbers
};

// A listing that comes into question, and what is known of its score.
struct Contender {
    std::uint32_t view;
    SlotIndex slot;
    double base = 0;      // of the need
    std::int64_t sum = 0; // in weight units, over the terms that were added
    double meaning = 0, factors = 0, lift = 0;

    double lexical() const { return static_cast<double>(sum) * weight_unit - base; }
    double score() const { return settled(lexical() + meaning + factors + lift); }
};

// The n-th highest value, or the lowest. REQUIRES: n > 0; any contenders.
template<class Value>
double value_of_best(const std::vector<Contender>& contenders, std::size_t n, Value value) {
    std::vector<double> values;
    values.reserve(contenders.size());
    for (const auto& one : contenders)
        values.push_back(std::invoke(value, one));
    const auto last = values.begin() + static_cast<std::ptrdiff_t>(std::min(n, values.size()) - 1);
    std::nth_element(values.begin(), last, values.end(), std::greater<>());
    return *last;
}

// Leaves the n best and what ties with the last of them.
template<class Value>
void keep_best(std::vector<Contender>& contenders, std::size_t n, Value value) {
    if (contenders.size() <= n) return;
    const double least = value_of_best(contenders, n, value);
    std::erase_if(contenders, [&](const Contender& one) {
        return std::invoke(value, one) < least;
    });
}

// Adds to each contender what sums_of(view, slots) says of it. REQUIRES: in the order of views and
// slots.
template<class SumsOf>
void add_sums(std::vector<Contender>& to, SumsOf sums_of) {
    for_each_view(to, [&](std::uint32_t view, std::span<const SlotIndex> slots, auto first) {
        const auto sums = sums_of(view, slots);
        for (std::size_t i = 0; i < sums.size(); ++i)
            to[first + i].sum += sums[i];
    });
}

// A statement's lists in the views of a collection, those that are asked for.
class CollectionLists {
public:
    // REQUIRES: both outlive it.
    CollectionLists(const Collection& listings, const Statement& statement)
        : listings_(listings), statement_(statement), lists_(listings.views().size()) {}
    const StatementLists& of(std::size_t view) {
        auto& lists = lists_[view];
        return lists ? *lists : lists.emplace(listings_.views()[view], statement_);
    }

    // Adds the terms to the sums of these. REQUIRES: in the order of views and slots.
    void add(TermRange terms, std::vector<Contender>& to);
    // The same, the heaviest first, and leaves behind who cannot be among the k best any more,
    // whatever it holds of the others.
    void add_for_best(std::size_t k, TermRange terms, std::vector<Contender>& to);

private:
    void drop_hopeless(std::size_t k, TermRange left, std::vector<Contender>& contenders) const;

    const Collection& listings_;
    const Statement& statement_;
    std::vector<std::optional<StatementLists>> lists_;
};

// A listing whose sum is somewhere from `least` to `most`, in units of its own.
struct Bounded {
    std::uint32_t view;
    SlotIndex slot;
    bool is_checked; // against what a shortlist excludes
    double least, most;
};

// Of all that was offered and is not excluded, the `enough` best, and what may be among them.
class Shortlist {
public:
    using Excludes = std::function<bool(const Bounded&)>;
    // Nothing below the floor is wanted anyway. What is less than the slack below the best may be
    // among them as well. Of what is offered before the rest, so many are probably among the best.
    Shortlist(
        std::size_t enough,
        double floor,
        double slack = 0,
        Excludes excludes = {},
        std::size_t of_the_first = SIZE_MAX
    )
        : enough_(enough), wanted_(std::min(enough, of_the_first)), floor_(floor), slack_(slack),
          excludes_(std::move(excludes)) {}

    // How many are wanted of what is offered now.
    std::size_t wanted() const { return wanted_; }
    // What is below is not among them.
    double floor() const { return floor_; }
    void offer(const Bounded& one) {
        if (one.most < floor_) return;
        kept_.push_back(one);
        if (kept_.size() >= crowded_) settle();
    }
    // Raises the floor as far as what was offered tells.
    void settle();
    // The rest follows.
    void go_on();
    // In the order of views and slots; nothing if the floor was guessed too high.
    std::optional<std::vector<Bounded>> take();

private:
    bool is_excluded(Bounded& one) const;

    std::size_t enough_, wanted_;
    std::size_t crowded_ = 1'024; // when it is worth the effort to look for a floor
    double floor_, slack_;
    std::optional<double> reached_; // by as many as were wanted
    std::optional<double> guess_;   // of what the rest will reach
    Excludes excludes_;
    std::vector<Bounded> kept_;
};

// The `enough` best in all views of a collection, and what may be among them. offer(view,
// shortlist) offers those of a view. What is wanted of all is guessed from the largest view, lest
// every view offers as many as it takes to have enough.
template<class Offer>
std::vector<Bounded> shortlisted(
    const Collection& listings,
    std::size_t enough,
    double floor,
    double slack,
    const Shortlist::Excludes& excludes,
    Offer offer
) {
    const auto& views = listings.views();
    const auto largest = std::ranges::max_element(views, {}, &Collection::View::live);
    const auto first = static_cast<std::uint32_t>(largest - views.begin());
    for (const bool guesses : {true, false}) {
        std::size_t of_the_first = SIZE_MAX;
        if (guesses && !views.empty())
            of_the_first =
                enough * largest->live / std::max<std::size_t>(1, listings.size()) * 3 / 2 + 10;
        Shortlist shortlist(enough, floor, slack, excludes, of_the_first);
        if (!views.empty()) offer(first, shortlist);
        shortlist.go_on();
        for (std::uint32_t v = 0; v < views.size(); ++v)
            if (v != first) offer(v, shortlist);
        if (auto found = shortlist.take()) return *std::move(found);
    }
    return {};
}

// Of more terms than this the rounding would fill a sweep: they are added up exactly instead.
inline constexpr std::size_t swept_terms_max = 8'192;

// What a sum of a sweep counts for `value`: never less, and hardly more than one above it.
Sweep::Sum rounded_up(double value);
// What rounding may have added to the sum of so many.
constexpr std::uint32_t excess_of(std::size_t added) {
    return static_cast<std::uint32_t>(added * 9 / 8 + 1);
}

// The bounds of the sums over some of a statement's terms, which are above 0. What a term's
// occurrences are worth is taken apart: one of them, and how much more the others add, in
// proportions that are nearly the same at any length.
class Bounds {
public:
    Bounds(const Statement& statement, TermRange terms);

    // Offers the listings of a view that share a term with the statement and are not gone.
    void offer(
        const Collection::View& view,
        std::uint32_t view_index,
        const StatementLists& lists,
        Shortlist& shortlist
    );
    // The same of these listings only, whether they are gone or not. REQUIRES: ascending slots.
    void offer(
        const Collection::View& view,
        std::uint32_t view_index,
        const StatementLists& lists,
        std::span<const SlotIndex> slots,
        Shortlist& shortlist
    );

private:
    Bounded bounded(std::uint32_t view_index, std::size_t slot, LengthClass cls) const;
    void add_up(const StatementLists& lists, std::size_t listings);
    // What n occurrences add to the sweep of `more_` for a term of such a weight.
    Sweep::Sum more(double weight, unsigned count) const;

    TermRange terms_;
    bool are_swept_ = true;
    std::uint32_t excess_ = 0;                              // that rounding may have added to a sum
    double scale_ = 0;                                      // from weight units to sums
    std::array<double, TermCount::total_max + 1> growth_{}; // 0 for one occurrence, 1 for two
    Sweep once_, more_;
    // By length class, what a unit of the sweeps is worth.
    struct Worth {
        std::uint32_t once, more_least, more_most;
    };
    std::array<Worth, 256> worth_{};

    std::array<std::uint8_t, 256> impact_of_{}; // by length class, hardly less than what counts
    Sweep::Sum quarter_ = 0; // how much more_ counts beside once_, as scores_ asks
    SweptScores scores_;
};

} // namespace jishi::matching
