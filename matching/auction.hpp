// The auction behind an assignment: bidders with places to fill bid for objects with places to
// give. A place goes to the highest bid, and its level (a price, or what its holder must be offered
// to leave) only rises. Held once in each direction, the second time with what came of the first,
// it settles the places of both sides.
//
// These are Bertsekas' forward and reverse auctions, for several places a node: a bid raises a
// level by the step at least, so a coarse step is quick, and the outcome is within a few steps a
// place of the best.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace jishi::matching {

using Level = std::int64_t;

// What a level counts in.
struct Scale {
    Level levels_per_ppm = 1;
    Level first_partner = 0; // what a node's first partner is worth beyond the pair's own chance

    Level worth(std::uint32_t chance_ppm) const { return levels_per_ppm * chance_ppm; }
    // Below this level a node that holds so many would rather take no other.
    Level reserve(std::size_t held) const { return held == 0 ? -first_partner : 0; }
};

struct Link {
    std::uint32_t partner, chance_ppm;
};

// The candidate pairs as one side sees them.
struct Side {
    std::vector<std::uint32_t> begins; // of each node's links; one more than nodes
    std::vector<Link> links;           // of one node by ascending partner
    std::vector<std::uint32_t> places; // of each node, no more than it has links

    std::size_t size() const { return places.size(); }
    std::span<const Link> links_of(std::size_t node) const {
        return std::span(links).subspan(begins[node], begins[node + 1] - begins[node]);
    }
};

class Auction {
public:
    // Both sides must outlive it.
    Auction(const Side& bidders, const Side& objects, Scale scale);

    // Starts with nothing held; no place is given below its object's opening level.
    void open(std::vector<Level> opening_levels);
    // Starts with what the auction in the other direction came to.
    void take_over(const Auction& other);
    // Ends when no bidder gains by another place.
    void run(Level step);

    // What the next bid for each object must exceed.
    const std::vector<Level>& asks() const { return asks_; }

    // Calls visit(bidder, object, chance_ppm) for every place held.
    template<class Visit>
    void for_each_held(Visit visit) const {
        for (std::uint32_t object = 0; object < objects_.size(); ++object)
            for (std::uint32_t i = 0; i < places_held_[object]; ++i) {
                const auto& place = places_[place_begins_[object] + i];
                visit(place.bidder, object, bidders_.links[place.link].chance_ppm);
            }
    }

private:
    struct Place {
        Level level;
        std::uint32_t bidder, link; // an index into all links of the bidders
    };
    struct Option {
        Level gain;
        std::uint32_t link;
    };

    void clear();
    void await(std::uint32_t bidder);
    void bid(std::uint32_t bidder, Level step);
    void find_best(std::uint32_t bidder, std::size_t count);
    void give(std::uint32_t object, const Place& place);
    void take_lowest(std::uint32_t object);
    void put(std::uint32_t object, const Place& place);
    Level lowest_held(std::size_t object) const;
    Level lowest_free(std::size_t object) const;
    void update_ask(std::size_t object);

    const Side& bidders_;
    const Side& objects_;
    Scale scale_;
    // Of each object:
    std::vector<Level> opening_levels_, asks_;
    std::vector<std::uint32_t> place_begins_,
        places_held_; // in places_, a heap, lowest level first
    std::vector<Place> places_;
    // Of each bidder, and of each of its links:
    std::vector<std::uint32_t> links_held_;
    std::vector<std::uint8_t> is_waiting_, link_is_held_;

    std::deque<std::uint32_t> waiting_; // bidders with open places
    std::vector<Option> best_;          // of the bidder whose turn it is, best first
};

} // namespace jishi::matching
