#include "matching/auction.hpp"

#include <algorithm>
#include <cassert>
#include <limits>
#include <utility>

namespace jishi::matching {

namespace {

constexpr Level above_all = std::numeric_limits<Level>::max();

// For a heap with the lowest level in front; of equal levels the later bidder leaves first.
constexpr auto leaves_later = [](const auto& a, const auto& b) {
    return a.level != b.level ? a.level > b.level : a.link < b.link;
};

} // namespace

Auction::Auction(const Side& bidders, const Side& objects, Scale scale)
    : bidders_(bidders), objects_(objects), scale_(scale), asks_(objects.size()),
      place_begins_(objects.size()) {
    std::uint32_t places = 0;
    for (std::size_t object = 0; object < objects.size(); ++object) {
        place_begins_[object] = places;
        places += objects.places[object];
    }
    places_.resize(places);
}

void Auction::clear() {
    places_held_.assign(objects_.size(), 0);
    links_held_.assign(bidders_.size(), 0);
    is_waiting_.assign(bidders_.size(), 0);
    link_is_held_.assign(bidders_.links.size(), 0);
}

void Auction::open(std::vector<Level> opening_levels) {
    assert(opening_levels.size() == objects_.size());
    clear();
    opening_levels_ = std::move(opening_levels);
    for (std::size_t object = 0; object < objects_.size(); ++object)
        update_ask(object);
}

void Auction::take_over(const Auction& other) {
    clear();
    opening_levels_.assign(objects_.size(), -above_all);
    // A place is taken over for what its pair is worth beyond the ask: what is paid above that came
    // of haste, not of competition.
    other.for_each_held([&](std::uint32_t object, std::uint32_t bidder, std::uint32_t chance_ppm) {
        const auto links = bidders_.links_of(bidder);
        const auto link = std::ranges::lower_bound(links, object, {}, &Link::partner);
        const auto in_side = bidders_.begins[bidder] + (link - links.begin());
        const auto level = scale_.worth(chance_ppm) - other.asks_[bidder];
        put(object, {level, bidder, static_cast<std::uint32_t>(in_side)});
    });
    for (std::size_t object = 0; object < objects_.size(); ++object)
        update_ask(object);
}

void Auction::run(Level step) {
    assert(step > 0);
    for (std::uint32_t bidder = 0; bidder < bidders_.size(); ++bidder)
        if (links_held_[bidder] < bidders_.places[bidder]) await(bidder);
    while (!waiting_.empty()) {
        const auto bidder = waiting_.front();
        waiting_.pop_front();
        is_waiting_[bidder] = 0;
        bid(bidder, step);
    }
}

void Auction::await(std::uint32_t bidder) {
    if (std::exchange(is_waiting_[bidder], 1) == 0) waiting_.push_back(bidder);
}

// Fills the open places with the best objects. Each bid leaves the bidder as well off as with the
// best that it does without, less the step that makes the auction move on.
void Auction::bid(std::uint32_t bidder, Level step) {
    const std::size_t held = links_held_[bidder], open = bidders_.places[bidder] - held;
    find_best(bidder, open + 1);
    std::size_t wanted = 0;
    while (wanted < std::min(open, best_.size()) &&
           best_[wanted].gain > scale_.reserve(held + wanted))
        ++wanted;
    if (wanted == 0) return;
    auto forgone = scale_.reserve(held + wanted - 1);
    if (wanted < best_.size()) forgone = std::max(forgone, best_[wanted].gain);
    for (std::size_t i = 0; i < wanted; ++i) {
        const auto [gain, link] = best_[i];
        const auto object = bidders_.links[link].partner;
        give(object, {asks_[object] + (gain - forgone) + step, bidder, link});
    }
}

// The best objects that the bidder does not hold, ties by index.
void Auction::find_best(std::uint32_t bidder, std::size_t count) {
    best_.clear();
    const auto reserve = scale_.reserve(links_held_[bidder]);
    for (auto link = bidders_.begins[bidder]; link < bidders_.begins[bidder + 1]; ++link) {
        const auto& [object, chance_ppm] = bidders_.links[link];
        const auto gain = scale_.worth(chance_ppm) - asks_[object];
        if (gain <= reserve || link_is_held_[link]) continue;
        if (best_.size() == count) {
            if (gain <= best_.back().gain) continue;
            best_.pop_back();
        }
        auto at = best_.end();
        while (at != best_.begin() && std::prev(at)->gain < gain)
            --at;
        best_.insert(at, {gain, link});
    }
}

// Gives the place of the lowest level, free or held.
void Auction::give(std::uint32_t object, const Place& place) {
    assert(place.level > asks_[object]);
    if (lowest_held(object) < lowest_free(object)) take_lowest(object);
    put(object, place);
    update_ask(object);
}

void Auction::take_lowest(std::uint32_t object) {
    const auto begin = places_.begin() + place_begins_[object];
    std::pop_heap(begin, begin + places_held_[object], leaves_later);
    const auto& left = begin[--places_held_[object]];
    link_is_held_[left.link] = 0;
    --links_held_[left.bidder];
    await(left.bidder);
}

void Auction::put(std::uint32_t object, const Place& place) {
    assert(places_held_[object] < objects_.places[object]);
    const auto begin = places_.begin() + place_begins_[object];
    begin[places_held_[object]++] = place;
    std::push_heap(begin, begin + places_held_[object], leaves_later);
    link_is_held_[place.link] = 1;
    ++links_held_[place.bidder];
}

Level Auction::lowest_held(std::size_t object) const {
    return places_held_[object] == 0 ? above_all : places_[place_begins_[object]].level;
}

Level Auction::lowest_free(std::size_t object) const {
    const auto held = places_held_[object];
    if (held == objects_.places[object]) return above_all;
    return std::max(opening_levels_[object], scale_.reserve(held));
}

void Auction::update_ask(std::size_t object) {
    asks_[object] = std::min(lowest_held(object), lowest_free(object));
}

} // namespace jishi::matching
