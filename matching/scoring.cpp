#include "matching/scoring.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

namespace jishi::matching {

namespace {

constexpr std::uint32_t fine = 16;     // of an impact's 255 steps
constexpr std::uint32_t more_unit = 4; // a unit of more_ is so many of once_
constexpr std::uint8_t usual_impact = 120;
constexpr double growth_max = 4;          // so both sweeps have room
constexpr double rounding_slack = 1e-6;   // more than a score loses by rounding
constexpr std::size_t added_at_once = 12; // terms, before one looks who may still win
constexpr double nowhere = -std::numeric_limits<double>::infinity();

constexpr auto best_first = [](const Bounded& a, const Bounded& b) { return a.least > b.least; };

Bounded exactly(std::uint32_t view, std::size_t slot, std::int64_t sum) {
    const auto value = static_cast<double>(sum);
    return {view, static_cast<SlotIndex>(slot), false, value, value};
}

} // namespace

Sweep::Sum rounded_up(double value) {
    return static_cast<Sweep::Sum>(static_cast<std::uint32_t>(value * 1.000'001) + 1);
}

StatementLists::StatementLists(const Collection::View& view, const Statement& statement)
    : view_(view), impacts_(*statement.impacts) {
    std::vector<TermKey> keys;
    for (const auto place : statement.by_weight)
        keys.push_back(statement.terms[place].key);
    const auto lists = view.segment->find_all(keys);
    found_.reserve(keys.size());
    for (std::uint32_t i = 0; i < keys.size(); ++i)
        if (lists[i])
            found_.push_back({*lists[i], statement.terms[statement.by_weight[i]].weight, i});
}

std::vector<std::int64_t>
StatementLists::sums_of(std::span<const SlotIndex> slots, TermRange terms) const {
    const auto& classes = *view_.length_classes;
    std::vector<std::int64_t> out(slots.size(), 0);
    for_each_holder(found(terms), slots, [&](const Found& one, std::size_t i, TermCount count) {
        out[i] += std::int64_t{one.weight} * impacts_[classes[slots[i]]][count.total()];
    });
    return out;
}

std::vector<std::int64_t> StatementLists::all_sums(TermRange terms) const {
    const auto& classes = *view_.length_classes;
    std::vector<std::int64_t> out(classes.size(), 0);
    for (const auto& found : this->found(terms))
        found.list.for_each([&](SlotIndex slot, TermCount count) {
            out[slot] += std::int64_t{found.weight} * impacts_[classes[slot]][count.total()];
        });
    return out;
}

void CollectionLists::add(TermRange terms, std::vector<Contender>& to) {
    add_sums(to, [&](std::uint32_t view, auto slots) { return of(view).sums_of(slots, terms); });
}

void CollectionLists::add_for_best(std::size_t k, TermRange terms, std::vector<Contender>& to) {
    while (terms.begin < terms.end) {
        drop_hopeless(k, terms, to);
        const auto end =
            to.size() <= k ? terms.end : std::min(terms.begin + added_at_once, terms.end);
        add({terms.begin, end}, to);
        terms.begin = end;
    }
}

void CollectionLists::drop_hopeless(
    std::size_t k, TermRange left, std::vector<Contender>& contenders
) const {
    if (contenders.size() <= k) return;
    double weight = 0;
    for (auto i = left.begin; i < left.end; ++i)
        weight += weight_unit * statement_.terms[statement_.by_weight[i]].weight;
    const double enough = value_of_best(contenders, k, &Contender::score) - rounding_slack;
    std::erase_if(contenders, [&](const Contender& one) {
        const auto cls = (*listings_.views()[one.view].length_classes)[one.slot];
        const double impact_max = (*statement_.impacts)[cls][TermCount::total_max];
        return one.score() + weight * impact_max < enough;
    });
}

bool Shortlist::is_excluded(Bounded& one) const {
    return excludes_ && !std::exchange(one.is_checked, true) && excludes_(one);
}

// Best first. Asks whether it is excluded of no more than it takes: that costs more than adding up.
void Shortlist::settle() {
    std::size_t found = 0, sorted = 0;
    for (std::size_t i = 0; i < kept_.size() && kept_.size() - i >= wanted_ - found; ++i) {
        if (i == sorted) {
            sorted += std::min(kept_.size() - i, wanted_);
            const auto begin = kept_.begin() + static_cast<std::ptrdiff_t>(i),
                       end = kept_.begin() + static_cast<std::ptrdiff_t>(sorted);
            std::nth_element(begin, end - 1, kept_.end(), best_first);
            std::sort(begin, end, best_first);
        }
        if (is_excluded(kept_[i])) {
            kept_[i].most = nowhere;
        } else if (++found == wanted_) {
            reached_ = kept_[i].least - slack_;
            floor_ = std::max(floor_, *reached_);
            break;
        }
    }
    std::erase_if(kept_, [this](const Bounded& one) {
        return one.most < floor_ || one.most == nowhere;
    });
    crowded_ = std::max(crowded_, 2 * kept_.size());
}

void Shortlist::go_on() {
    settle();
    if (wanted_ < enough_) guess_ = std::exchange(reached_, std::nullopt);
    wanted_ = enough_;
}

std::optional<std::vector<Bounded>> Shortlist::take() {
    settle();
    if (guess_ && (!reached_ || *reached_ < *guess_)) return std::nullopt;
    std::erase_if(kept_, [this](Bounded& one) { return is_excluded(one); });
    std::sort(kept_.begin(), kept_.end(), [](const Bounded& a, const Bounded& b) {
        return a.view != b.view ? a.view < b.view : a.slot < b.slot;
    });
    return std::move(kept_);
}

Bounds::Bounds(const Statement& statement, TermRange terms) : terms_(terms) {
    are_swept_ = terms.end - terms.begin <= swept_terms_max;
    if (!are_swept_) return;
    double weights = 0;
    for (auto i = terms.begin; i < terms.end; ++i)
        weights += statement.terms[statement.by_weight[i]].weight;
    const auto room = Sweep::sum_max - 2.0 * static_cast<double>(terms.end - terms.begin);
    if (weights > 0) scale_ = room / (1.000'001 * weights);

    const auto more_of = [&](std::size_t cls, std::size_t count) {
        const auto& row = (*statement.impacts)[cls];
        return static_cast<double>(row[count] - row[1]);
    };
    std::size_t usual = 1; // a length somewhat above the mean
    while (usual < 255 && (*statement.impacts)[usual][1] > usual_impact)
        ++usual;
    // Three count as more do: one layer less, and bounds that are little wider.
    const auto of_more =
        std::min(growth_max, more_of(usual, TermCount::impact_max) / more_of(usual, 2));
    growth_[2] = 1;
    std::fill(growth_.begin() + 3, growth_.end(), of_more);
    for (std::size_t cls = 1; cls < worth_.size(); ++cls) {
        double least = 1e9, most = 0;
        for (std::size_t count = 2; count < growth_.size(); ++count) {
            least = std::min(least, more_of(cls, count) / growth_[count]);
            most = std::max(most, more_of(cls, count) / growth_[count]);
        }
        worth_[cls] = {
            fine * (*statement.impacts)[cls][1],
            static_cast<std::uint32_t>(fine * more_unit * least),
            static_cast<std::uint32_t>(fine * more_unit * most) + 1};
    }
    const double share = static_cast<double>(worth_[usual].more_most) / worth_[usual].once;
    quarter_ = static_cast<Sweep::Sum>(share * (1 << 14) + 1);
    for (std::size_t cls = 1; cls < worth_.size(); ++cls) {
        const auto& worth = worth_[cls];
        const double impact = std::max<double>(worth.once, worth.more_most / share) / fine;
        impact_of_[cls] = static_cast<std::uint8_t>(std::min(255.0, std::ceil(impact)));
    }
}

Sweep::Sum Bounds::more(double weight, unsigned count) const {
    return count == 1 ? Sweep::Sum{0} : rounded_up(weight * growth_[count] / more_unit);
}

// Every term adds to a sum what it is worth and up to one more, and never less.
void Bounds::add_up(const StatementLists& lists, std::size_t listings) {
    once_.begin(listings);
    more_.begin(listings);
    excess_ = excess_of(lists.found(terms_).size());
    const auto all = lists.found(terms_);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i + 2 < all.size()) all[i + 2].list.prefetch();
        const auto& found = all[i];
        const double weight = found.weight * scale_;
        const auto amount = [&](TermCount count) { return more(weight, count.total()); };
        found.list.for_each_layer([&,
                                   add_more = adding(more_, amount),
                                   is_first = true](auto& layers, auto count) mutable {
            if (std::exchange(is_first, false)) once_.add(layers.get(), rounded_up(weight));
            add_more(layers, count);
        });
    }
    once_.end();
    more_.end();
}

Bounded Bounds::bounded(std::uint32_t view_index, std::size_t slot, LengthClass cls) const {
    const auto less = [&](std::uint32_t sum) { return sum - std::min(sum, excess_); };
    const auto& worth = worth_[cls]; // of those that are gone 0
    const std::uint32_t once = once_.sums()[slot], more = more_.sums()[slot];
    return {
        view_index,
        static_cast<SlotIndex>(slot),
        false,
        static_cast<double>(less(once) * worth.once + less(more) * worth.more_least),
        static_cast<double>(once * worth.once + more * worth.more_most)};
}

void Bounds::offer(
    const Collection::View& view,
    std::uint32_t view_index,
    const StatementLists& lists,
    Shortlist& shortlist
) {
    const auto size = view.segment->size();
    if (!are_swept_) {
        const auto sums = lists.all_sums(terms_);
        for (std::size_t slot = 0; slot < size; ++slot)
            if (sums[slot] > 0) shortlist.offer(exactly(view_index, slot, sums[slot]));
        return;
    }
    add_up(lists, size);
    const auto& classes = *view.length_classes;
    scores_.make(once_, more_, quarter_, classes, impact_of_);
    const auto& listings = view.segment->listings();
    const auto& scores = scores_.scores();
    const auto offer_those = [&](const Sweep::Stride& stride, std::uint32_t below) {
        for (auto left = stride.reached; left != 0; left &= left - 1) {
            const auto slot = stride.begin + static_cast<std::size_t>(std::countr_zero(left));
            if (slot >= size || scores[slot] >= below) continue;
            listings.prefetch(slot);
            shortlist.offer(bounded(view_index, slot, classes[slot]));
        }
    };
    std::uint32_t below = Sweep::sum_max + 1; // what is not below was offered
    // A first floor, from the best scores.
    for (auto enough = shortlist.wanted(); shortlist.floor() <= 1 && below > 1;) {
        enough *= 2;
        const auto least = scores_.reached_by(enough);
        for (std::size_t slot = 0; slot < size; slot += Sweep::stride) {
            const auto stride = scores_.next_stride(slot, least);
            offer_those(stride, below);
            slot = stride.begin;
        }
        below = least;
        shortlist.settle();
    }
    for (std::size_t slot = 0; slot < size; slot += Sweep::stride) {
        const auto least = static_cast<Sweep::Sum>(
            std::min<double>(Sweep::sum_max, shortlist.floor() / (256 * fine))
        );
        auto stride = Sweep::Stride{slot, UINT64_MAX};
        if (least > 0) stride = scores_.next_stride(slot, least);
        offer_those(stride, below);
        slot = stride.begin;
    }
}

void Bounds::offer(
    const Collection::View& view,
    std::uint32_t view_index,
    const StatementLists& lists,
    std::span<const SlotIndex> slots,
    Shortlist& shortlist
) {
    if (!are_swept_) {
        const auto sums = lists.all_sums(terms_);
        for (const auto slot : slots)
            shortlist.offer(exactly(view_index, slot, sums[slot]));
        return;
    }
    add_up(lists, view.segment->size());
    for (const auto slot : slots)
        shortlist.offer(bounded(view_index, slot, (*view.length_classes)[slot]));
}

} // namespace jishi::matching
