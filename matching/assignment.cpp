#include "matching/assignment.hpp"

#include "matching/auction.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <tuple>

namespace jishi::matching {

namespace {

// The auctions go from coarse steps to fine ones, each phase from the prices of the one before.
constexpr Level first_step_ppm = sure_ppm / 10, refinement = 5;

void make_canonical(std::vector<CandidatePair>& pairs) {
    std::erase_if(pairs, [](const CandidatePair& pair) { return pair.chance_ppm == 0; });
    std::ranges::sort(pairs, [](const CandidatePair& a, const CandidatePair& b) {
        return std::tie(a.left, a.right, b.chance_ppm) < std::tie(b.left, b.right, a.chance_ppm);
    });
    const auto same = [](const CandidatePair& a, const CandidatePair& b) {
        return a.left == b.left && a.right == b.right;
    };
    pairs.erase(std::unique(pairs.begin(), pairs.end(), same), pairs.end());
}

using Node = std::uint32_t CandidatePair::*;

// REQUIRES: canonical pairs, so that a node's links come by ascending partner on both sides.
Side side_of(
    const std::vector<CandidatePair>& pairs,
    Node node,
    Node partner,
    std::vector<std::uint32_t> places
) {
    Side side;
    side.begins.resize(places.size() + 1);
    for (const auto& pair : pairs) {
        assert(pair.*node < places.size() && pair.chance_ppm <= sure_ppm);
        ++side.begins[pair.*node + 1];
    }
    for (std::size_t i = 0; i < places.size(); ++i)
        places[i] = std::min(places[i], side.begins[i + 1]);
    std::partial_sum(side.begins.begin(), side.begins.end(), side.begins.begin());
    auto ends = side.begins;
    side.links.resize(pairs.size());
    for (const auto& pair : pairs)
        side.links[ends[pair.*node]++] = {pair.*partner, pair.chance_ppm};
    side.places = std::move(places);
    return side;
}

// So fine that the last step, of one level, adds up over all places to less than a millionth of a
// match; with very many places only as fine as their sums fit into a Level.
Scale scale_for(const Side& left, const Side& right, std::uint32_t first_partner_ppm) {
    constexpr Level sum_max = std::numeric_limits<Level>::max() / 2,
                    place_max_ppm = Level{4} * sure_ppm;
    Level places = 1;
    for (const auto* side : {&left, &right})
        places = std::accumulate(side->places.begin(), side->places.end(), places);
    const auto levels_per_ppm =
        std::max<Level>(1, std::min(4 * places, sum_max / place_max_ppm / places));
    return {levels_per_ppm, levels_per_ppm * first_partner_ppm};
}

// What is gained at these prices of the right nodes if all on either side take what is best for
// themselves: by Lagrange's argument no assignment is worth more.
class Bound {
public:
    Bound(const Side& left, const Side& right, Scale scale, const std::vector<Level>& prices)
        : scale_(scale), prices_(prices) {
        for (std::size_t node = 0; node < left.size(); ++node)
            if (left.places[node] > 0) add_left(left.links_of(node), left.places[node]);
        for (std::size_t node = 0; node < right.size(); ++node)
            if (right.places[node] > 0) add_right(price_of(node), right.places[node]);
    }
    std::int64_t ppm() const { return sum_ / scale_.levels_per_ppm; }

private:
    Level price_of(std::size_t node) const {
        return std::max(prices_[node], -scale_.first_partner);
    }
    void add_left(std::span<const Link> links, std::size_t places) {
        gains_.clear();
        for (const auto& [partner, chance_ppm] : links)
            gains_.push_back(scale_.worth(chance_ppm) - price_of(partner));
        const auto end = gains_.begin() + static_cast<std::ptrdiff_t>(places);
        std::partial_sort(gains_.begin(), end, gains_.end(), std::greater());
        for (std::size_t held = 0; held < places; ++held)
            sum_ += std::max<Level>(0, gains_[held] - scale_.reserve(held));
    }
    void add_right(Level price, std::size_t places) {
        sum_ += price - scale_.reserve(0);
        sum_ += std::max<Level>(0, price) * static_cast<Level>(places - 1);
    }

    const Scale scale_;
    const std::vector<Level>& prices_;
    std::vector<Level> gains_;
    Level sum_ = 0;
};

void read(const Auction& auction, const AssignmentTask& task, Assignment& out) {
    out.chosen.clear();
    auction.for_each_held([&](std::uint32_t left, std::uint32_t right, std::uint32_t chance_ppm) {
        out.chosen.push_back({left, right, chance_ppm});
    });
    std::ranges::sort(out.chosen, {}, [](const CandidatePair& pair) {
        return std::pair(pair.left, pair.right);
    });
    out.objective_ppm = objective_ppm(task, out.chosen);
}

} // namespace

std::uint32_t chance_ppm(double share) {
    return static_cast<std::uint32_t>(std::lround(std::clamp(share, 0., 1.) * sure_ppm));
}

std::int64_t objective_ppm(const AssignmentTask& task, std::span<const CandidatePair> chosen) {
    std::vector<bool> left_is_served(task.left_places.size()),
        right_is_served(task.right_places.size());
    std::int64_t sum = 0;
    for (const auto& pair : chosen) {
        sum += pair.chance_ppm;
        for (auto served : {left_is_served[pair.left], right_is_served[pair.right]})
            if (!served) sum += task.first_partner_ppm;
        left_is_served[pair.left] = right_is_served[pair.right] = true;
    }
    return sum;
}

Assignment assign(AssignmentTask task) {
    assert(task.first_partner_ppm <= sure_ppm);
    make_canonical(task.pairs);
    const auto left =
        side_of(task.pairs, &CandidatePair::left, &CandidatePair::right, task.left_places);
    const auto right =
        side_of(task.pairs, &CandidatePair::right, &CandidatePair::left, task.right_places);
    task.pairs = {}; // the sides hold them now
    const auto scale = scale_for(left, right, task.first_partner_ppm);
    Auction forward(left, right, scale), reverse(right, left, scale);

    Assignment out;
    out.bound_ppm = std::numeric_limits<std::int64_t>::max();
    std::vector<Level> prices(right.size(), scale.reserve(0));
    for (auto step = first_step_ppm * scale.levels_per_ppm;;
         step = std::max<Level>(1, step / refinement)) {
        forward.open(std::move(prices));
        forward.run(step);
        reverse.take_over(forward);
        reverse.run(step);
        forward.take_over(reverse);
        prices = forward.asks();
        read(forward, task, out);
        out.bound_ppm = std::min(out.bound_ppm, Bound(left, right, scale, prices).ppm());
        const auto gap_ppm = out.bound_ppm - out.objective_ppm;
        assert(gap_ppm >= 0);
        if (gap_ppm <= out.bound_ppm / sure_ppm * task.gap_max_ppm || step == 1) return out;
    }
}

} // namespace jishi::matching
