// What choosing candidates rests on: sets of listings in few bytes, sums over all of them at once,
// and bounds that never miss.
#include "matching/scoring.hpp"
#include "tests/matching/every_width.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

namespace jishi::matching {
namespace {

using test::Draw;

std::vector<SlotIndex> drawn_slots(Draw& draw, std::size_t count, std::uint32_t below) {
    std::set<SlotIndex> out;
    while (out.size() < count)
        out.insert(static_cast<SlotIndex>(draw.below(below)));
    return {out.begin(), out.end()};
}

struct Encoded {
    std::vector<std::uint8_t> label, bytes;
    SlotSet set;
    explicit Encoded(const std::vector<SlotIndex>& slots) : set(slots[0]) {
        SlotSet::encode(slots, 5, label, bytes);
        bytes.resize(bytes.size() + read_ahead_bytes, 0xAA);
        set = SlotSet(label.data(), bytes.data());
    }
    std::size_t size() const { return bytes.size() - read_ahead_bytes; }
};

void expect_finds(
    const SlotSet& set, const std::vector<SlotIndex>& slots, const std::vector<SlotIndex>& asked
) {
    SCOPED_TRACE(std::to_string(asked.size()) + " of " + std::to_string(slots.size()));
    std::vector<std::uint32_t> numbers, places;
    for (std::uint32_t number = 0; number < asked.size(); ++number) {
        const auto at = std::ranges::lower_bound(slots, asked[number]);
        if (at == slots.end() || *at != asked[number]) continue;
        numbers.push_back(number);
        places.push_back(static_cast<std::uint32_t>(at - slots.begin()));
    }
    std::vector<std::uint32_t> found(asked.size()), at(asked.size());
    found.resize(static_cast<std::size_t>(set.find(asked, found.data()) - found.data()));
    EXPECT_EQ(found, numbers);
    found.assign(asked.size(), 0);
    const auto* const end = set.find(SoughtSlots(asked), found.data(), at.data());
    found.resize(static_cast<std::size_t>(end - found.data()));
    at.resize(found.size());
    EXPECT_EQ(found, numbers);
    EXPECT_EQ(at, places);
}

Layer layer_of(const SlotSet& set, std::span<const SlotIndex> slots) {
    if (set.bits() != nullptr) return {.row = set.bits()};
    return {.slots = slots};
}

constexpr std::size_t sizes[] = {1, 2, 3, 40, 41, 409, 1'500, 4'000, 4'001, 9'000, 65'536};

TEST(ASlotSet, HoldsWhatItWasMadeOfInEveryShape) {
    Draw draw(1);
    for (const auto size : sizes) {
        const auto slots = drawn_slots(draw, size, 65'536);
        const Encoded encoded(slots);
        ASSERT_EQ(encoded.set.size(), size);
        EXPECT_EQ(encoded.set.end(), encoded.bytes.data() + encoded.size()) << size;
        EXPECT_EQ(encoded.label.size(), SlotSet::label_bytes);
        EXPECT_EQ(encoded.label[0] & 0x0F, 5);
        std::vector<SlotIndex> read;
        encoded.set.for_each([&](SlotIndex slot) { read.push_back(slot); });
        EXPECT_EQ(read, slots) << size;
        for (const auto asked : {1, 31, 32, 33, 200, 3'000})
            expect_finds(encoded.set, slots, drawn_slots(draw, asked, 65'536));
        const auto* const label = encoded.label.data();
        const auto checked = SlotSet::checked(label, encoded.bytes, std::size_t{slots.back()} + 1);
        ASSERT_TRUE(checked) << size;
        EXPECT_EQ(checked->end(), encoded.set.end());
        EXPECT_FALSE(SlotSet::checked(label, encoded.bytes, slots.back())) << size;
    }
}

TEST(ASlotSet, IsDenseWhereItIsLongerThanItMayBeOfBlocks) {
    Draw draw(5);
    constexpr auto most = SlotSet::blocked_max;
    const Encoded blocked(drawn_slots(draw, most, 65'536));
    EXPECT_EQ(blocked.size(), most + (most + 256) / 8);
    EXPECT_EQ(blocked.set.bits(), nullptr);
    EXPECT_NE(Encoded(drawn_slots(draw, most + 1, 65'536)).set.bits(), nullptr);
}

TEST(ASlotSet, ThatIsCrowdedIntoOnePlaceIsReadAsWell) {
    Draw draw(9);
    const auto many = drawn_slots(draw, 30'000, 65'536);
    std::vector<SlotIndex> slots, read;
    for (unsigned slot = 512; slot < 512 + 600; ++slot) // two runs of 256 and some of a third
        slots.push_back(static_cast<SlotIndex>(slot));
    const Encoded encoded(slots);
    encoded.set.for_each([&](SlotIndex slot) { read.push_back(slot); });
    EXPECT_EQ(read, slots);
    expect_finds(encoded.set, slots, {0, 511, 512, 712, 767, 768, 1'111, 1'112, 65'535});
    expect_finds(encoded.set, slots, many);
}

// What is read into a place of a fixed size is refused when it is longer.
TEST(ASlotSet, OfBlocksIsNoLongerThanItMayBe) {
    for (const unsigned size : {4'000u, 4'001u}) {
        const std::uint8_t label[] = {
            2 << 4,
            static_cast<std::uint8_t>((size - 1) & 0xFF),
            static_cast<std::uint8_t>((size - 1) >> 8)};
        std::vector<SlotIndex> slots(size);
        std::iota(slots.begin(), slots.end(), SlotIndex{7});
        std::vector<std::uint8_t> bytes;
        BlockedSlots::encode(slots, bytes);
        bytes.resize(bytes.size() + read_ahead_bytes);
        EXPECT_EQ(SlotSet::checked(label, bytes, 65'536).has_value(), size == 4'000) << size;
    }
}

// The same of names.
TEST(ASlotSet, OfFewIsNoLongerThanItMayBe) {
    for (const unsigned size : {40u, 41u}) {
        std::vector<std::uint8_t> label{
            1 << 4,
            static_cast<std::uint8_t>((size - 1) & 0xFF),
            static_cast<std::uint8_t>((size - 1) >> 8)};
        std::vector<std::uint8_t> bytes;
        for (unsigned slot = 0; slot < size; ++slot) {
            bytes.push_back(static_cast<std::uint8_t>(slot & 0xFF));
            bytes.push_back(static_cast<std::uint8_t>(slot >> 8));
        }
        bytes.resize(bytes.size() + read_ahead_bytes);
        EXPECT_EQ(SlotSet::checked(label.data(), bytes, 65'536).has_value(), size == 40) << size;
    }
}

TEST(ASweep, AddsUpWhatEachListingIsIn) {
    test::on_every_width([] {
        Draw draw(2);
        for (const std::uint32_t listings : {1u, 63u, 64u, 65u, 1'000u, 65'535u, 65'536u}) {
            std::vector<Encoded> sets;
            sets.reserve(std::size(sizes));
            std::vector<std::uint32_t> expected(listings, 0);
            Sweep sweep;
            sweep.begin(listings);
            for (const auto size : sizes) {
                if (size > listings) continue;
                const auto slots = drawn_slots(draw, size, listings);
                const auto amount = static_cast<Sweep::Sum>(1 + draw.below(5'000));
                sweep.add(layer_of(sets.emplace_back(slots).set, slots), amount);
                for (const auto slot : slots)
                    expected[slot] += amount;
            }
            sweep.end();
            for (std::size_t slot = 0; slot < sweep.sums().size(); ++slot)
                ASSERT_EQ(sweep.sums()[slot], slot < listings ? expected[slot] : 0) << listings;
        }
    });
}

TEST(SweptScores, AreNeverLessThanTheirDefinitionAndLeadToTheStridesThatReachAValue) {
    test::on_every_width([] {
        Draw draw(3);
        constexpr std::uint32_t listings = 5'000;
        Sweep one, other;
        one.begin(listings), other.begin(listings);
        const auto add_drawn = [&](Sweep& to, std::uint32_t least) {
            const auto slots = drawn_slots(draw, least + draw.below(5'000 - least), listings);
            to.add({.slots = slots}, static_cast<Sweep::Sum>(draw.below(1'500)));
        };
        for (int i = 0; i < 44; ++i)
            add_drawn(one, 2'000), add_drawn(other, 1'000);
        one.end(), other.end();
        std::vector<std::uint8_t> classes(listings);
        std::array<std::uint8_t, 256> impact_of{};
        for (auto& cls : classes)
            cls = static_cast<std::uint8_t>(draw.below(256));
        for (auto& impact : impact_of)
            impact = static_cast<std::uint8_t>(draw.below(256));
        std::vector<std::uint8_t> impacts(one.sums().size()); // with zeros behind the listings
        std::ranges::transform(classes, impacts.begin(), [&](auto cls) { return impact_of[cls]; });
        constexpr Sweep::Sum quarter = 36'000;
        SweptScores scores;
        scores.make(one, other, quarter, classes, impact_of);
        std::size_t too_large = 0; // for sixteen bits
        for (std::size_t i = 0; i < impacts.size(); ++i) {
            const double sum = one.sums()[i] + other.sums()[i] * double{quarter} / (1 << 14);
            const double wanted = sum * impacts[i] / 256;
            ASSERT_GE(scores.scores()[i] + 1, std::min(wanted, 65'535.0)) << i;
            if (sum < 65'530) {
                ASSERT_LE(scores.scores()[i], wanted + 5) << i;
            }
            too_large += sum > 65'535 && scores.scores()[i] == Sweep::sum_max ? 1 : 0;
        }
        EXPECT_GT(too_large, 0u);
        const auto reaching = [&](Sweep::Sum least) {
            return static_cast<std::size_t>(
                std::ranges::count_if(scores.scores(), [&](Sweep::Sum s) { return s >= least; })
            );
        };
        for (const std::size_t enough : {1u, 20u, 400u, 4'000u}) {
            const auto least = scores.reached_by(enough);
            EXPECT_GE(reaching(least), enough);
            EXPECT_TRUE(least > 65'000 || reaching(static_cast<Sweep::Sum>(least + 300)) < enough);
            std::size_t found = 0;
            for (std::size_t i = 0; i < impacts.size(); i += Sweep::stride) {
                const auto stride = scores.next_stride(i, least);
                i = stride.begin;
                for (std::size_t bit = 0; bit < Sweep::stride; ++bit) {
                    if ((stride.reached >> bit & 1) == 0) continue;
                    ASSERT_GE(scores.scores()[i + bit], least);
                    ++found;
                }
            }
            EXPECT_EQ(found, reaching(least));
        }
        EXPECT_EQ(scores.reached_by(SIZE_MAX), 1);
    });
}

TEST(SweptBounds, FollowTheirDefinitionAndLeadToTheStridesThatReachAValue) {
    test::on_every_width([] {
        Draw draw(6);
        for (const std::uint32_t listings : {1u, 63u, 64u, 65u, 3'000u}) {
            std::array<Sweep, SweptBounds::parts> sweeps;
            std::array<std::vector<float>, SweptBounds::parts> factors;
            std::array<SweptBounds::Part, SweptBounds::parts> parts;
            std::vector<float> bases;
            for (std::size_t part = 0; part < parts.size(); ++part) {
                sweeps[part].begin(listings);
                for (std::uint32_t slot = 0; slot < listings; ++slot) {
                    const auto one = static_cast<SlotIndex>(slot);
                    sweeps[part].add(
                        {.slots = std::span(&one, 1)}, static_cast<Sweep::Sum>(draw.below(65'536))
                    );
                    factors[part].push_back(static_cast<float>(draw.below(1'000)) / 100);
                }
                sweeps[part].end();
                parts[part] = {&sweeps[part], .001F, factors[part].data()};
            }
            for (std::uint32_t slot = 0; slot < listings; ++slot)
                bases.push_back(static_cast<float>(draw.below(1'000)));
            SweptBounds bounds;
            bounds.make(parts, bases);
            for (const float least : {-1e30F, 0.F, 300.F, 900.F, 1e30F}) {
                std::set<std::size_t> found;
                for (std::size_t i = 0; i < listings; i += Sweep::stride) {
                    const auto stride = bounds.next_stride(i, least);
                    i = stride.begin;
                    for (std::size_t bit = 0; bit < Sweep::stride; ++bit)
                        if ((stride.reached >> bit & 1) != 0) found.insert(i + bit);
                }
                for (std::size_t slot = 0; slot < listings; ++slot) {
                    double bound = -static_cast<double>(bases[slot]);
                    for (std::size_t part = 0; part < parts.size(); ++part)
                        bound += .001 * static_cast<double>(factors[part][slot]) *
                                 sweeps[part].sums()[slot];
                    const auto away = std::abs(bound - static_cast<double>(least));
                    if (away < .01) continue; // rounding decides
                    EXPECT_EQ(found.erase(slot) > 0, bound > static_cast<double>(least)) << slot;
                }
                EXPECT_TRUE(found.empty() || *found.rbegin() < listings);
            }
        }
    });
}

// Of long and short texts, with words that recur.
std::vector<Document> uneven_market(Draw& draw, std::uint32_t achievements) {
    auto documents = draw.market(achievements, 30);
    for (auto& document : documents)
        if (draw.below(3) == 0) document.body += draw.text(1u << draw.below(10));
    return documents;
}

TEST(Bounds, HoldTheExactSumOfEveryListingBetweenThem) {
    Draw draw(4);
    const auto documents = uneven_market(draw, 600);
    const auto model = test::model_of(documents);
    std::vector<const Change*> changes;
    const auto all = test::changes(documents);
    for (const auto& change : all)
        if (std::get<Document>(change).id.kind == market::ListingKind::achievement)
            changes.push_back(&change);
    const Collection empty(model);
    const auto collection = empty.with(empty.plan(changes));
    const Lexicon lexicon(*collection, model.get());
    for (const auto& need : documents) {
        if (need.id.kind != market::ListingKind::need) continue;
        const auto statement = statement_of(terms_of(need), lexicon);
        for (const auto which : {statement.all_terms(), statement.heavy_terms()}) {
            Bounds bounds(statement, which);
            Shortlist everything(SIZE_MAX / 4, 1);
            for (std::uint32_t v = 0; v < collection->views().size(); ++v)
                bounds.offer(
                    collection->views()[v],
                    v,
                    StatementLists(collection->views()[v], statement),
                    everything
                );
            const auto found = *everything.take();
            // Sums and bounds count in units of their own: one factor leads from each to the other.
            double factor_most = 1e300, factor_least = 0;
            for (const auto& one : found) {
                const StatementLists lists(collection->views()[one.view], statement);
                const auto sum = static_cast<double>(lists.sums_of({&one.slot, 1}, which)[0]);
                ASSERT_GT(sum, 0);
                factor_least = std::max(factor_least, one.least / sum);
                factor_most = std::min(factor_most, one.most / sum);
            }
            EXPECT_LE(factor_least, factor_most);
            std::size_t sharing = 0;
            for (const auto& view : collection->views())
                for (std::size_t slot = 0; slot < view.segment->size(); ++slot) {
                    const auto place = static_cast<SlotIndex>(slot);
                    sharing +=
                        StatementLists(view, statement).sums_of({&place, 1}, which)[0] > 0 ? 1 : 0;
                }
            EXPECT_EQ(found.size(), sharing);
        }
    }
}

// Segments of several sizes.
std::shared_ptr<const Collection> collection_in_parts(Draw& draw) {
    auto out = std::make_shared<const Collection>();
    std::uint32_t number = 0;
    for (const std::uint32_t size : {700u, 300u, 200u, 20u}) {
        std::vector<Change> changes;
        for (std::uint32_t i = 0; i < size; ++i) {
            Document document;
            document.id = test::listing_id(market::ListingKind::achievement, ++number);
            document.title = draw.text(3);
            changes.emplace_back(document);
        }
        std::vector<const Change*> pointers;
        pointers.reserve(changes.size());
        for (const auto& change : changes)
            pointers.push_back(&change);
        out = out->with(out->plan(pointers));
    }
    return out;
}

TEST(Shortlist, HoldsTheBestOfAllViewsWhereverTheyAreAndWhoeverIsExcluded) {
    Draw draw(9);
    const auto collection = collection_in_parts(draw);
    const auto views = collection->views();
    ASSERT_GT(views.size(), 1u);
    for (int round = 0; round < 200; ++round) {
        // Of some rounds one view has the best of all, or hardly any.
        const auto favoured = draw.below(static_cast<std::uint32_t>(views.size()));
        const double favour = round % 3 == 0 ? 0 : round % 3 == 1 ? 1'000 : -1'000;
        const auto excluded_of_ten = draw.below(10);
        const double doubt = draw.below(3);
        std::vector<Bounded> all;
        std::vector<double> sums;
        std::vector<bool> is_excluded;
        std::vector<std::size_t> begins;
        for (std::uint32_t v = 0; v < views.size(); ++v) {
            begins.push_back(all.size());
            for (std::size_t slot = 0; slot < views[v].segment->size(); ++slot) {
                const double sum = 2'000 + draw.below(500) + (v == favoured ? favour : 0);
                sums.push_back(sum);
                is_excluded.push_back(draw.below(10) < excluded_of_ten);
                all.push_back({v, static_cast<SlotIndex>(slot), false, sum - doubt, sum + doubt});
            }
        }
        const auto number_of = [&](const Bounded& one) { return begins[one.view] + one.slot; };
        const auto enough = 1 + draw.below(300);
        const auto found = shortlisted(
            *collection,
            enough,
            1,
            0,
            [&](const Bounded& one) { return is_excluded[number_of(one)]; },
            [&](std::uint32_t view, Shortlist& to) {
                for (std::size_t i = begins[view]; i < begins[view] + views[view].segment->size();
                     ++i)
                    to.offer(all[i]);
            }
        );
        std::vector<std::pair<double, std::size_t>> best; // of those that are not excluded
        for (std::size_t i = 0; i < all.size(); ++i)
            if (!is_excluded[i]) best.emplace_back(-sums[i], i);
        std::ranges::sort(best);
        std::set<std::size_t> numbers;
        for (const auto& one : found) {
            EXPECT_TRUE(numbers.insert(number_of(one)).second);
            EXPECT_FALSE(is_excluded[number_of(one)]);
        }
        for (std::size_t i = 0;
             i < best.size() &&
             best[i].first <= best[std::min<std::size_t>(enough, best.size()) - 1].first;
             ++i)
            EXPECT_TRUE(numbers.contains(best[i].second)) << "round " << round << " place " << i;
        EXPECT_LE(numbers.size(), std::min<std::size_t>(best.size(), 3 * enough + 100));
    }
}

} // namespace
} // namespace jishi::matching
