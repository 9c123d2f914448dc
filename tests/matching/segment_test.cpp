// The lists of a segment against a plain map, however the work was shared out.
#include "matching/segment.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <map>

namespace jishi::matching {
namespace {

using Lists = std::map<TermKey, std::vector<std::pair<SlotIndex, std::uint8_t>>>;

Lists lists_of(const Segment& segment) {
    Lists out;
    const auto keys = segment.keys();
    for (std::size_t term = 0; term < segment.term_count(); ++term) {
        const auto before = term > 0 ? order_of(keys[term - 1]) : 0;
        EXPECT_LT(before, order_of(keys[term]));
        segment.postings(term).for_each([&](SlotIndex slot, TermCount count) {
            out[keys[term]].emplace_back(slot, count.packed);
        });
    }
    return out;
}

Lists lists_of(const std::vector<const Document*>& documents) {
    Lists out;
    for (std::size_t slot = 0; slot < documents.size(); ++slot) {
        const bool by_place = documents[slot]->id.kind == market::ListingKind::need;
        for (const auto& [key, count] : terms_of(*documents[slot]).terms)
            out[key].emplace_back(
                static_cast<SlotIndex>(slot), (by_place ? count : count.anywhere()).packed
            );
    }
    return out;
}

class Segments : public ::testing::TestWithParam<market::ListingKind> {
protected:
    Segments() {
        test::Draw draw(21);
        for (std::uint32_t number = 0; number < 600; ++number)
            documents_.push_back(test::listing(GetParam(), number, draw.text(5), draw.text(60)));
    }
    std::vector<const Document*> some(std::size_t first, std::size_t step) const {
        std::vector<const Document*> out;
        for (auto i = first; i < documents_.size(); i += step)
            out.push_back(&documents_[i]);
        return out;
    }

    std::vector<Document> documents_; // ascending ids
};

TEST_P(Segments, ListEveryTermOfEveryListing) {
    const auto all = some(0, 1);
    std::size_t postings = 0;
    for (const auto& [key, list] : lists_of(all))
        postings += list.size();
    ASSERT_GT(postings, 3u * 4'096) << "more than one range of keys";
    for (const std::size_t count : {1, 255, 256, 257, 600}) { // pieces are of 256
        const auto listings = std::vector(all.begin(), all.begin() + static_cast<int>(count));
        EXPECT_EQ(lists_of(Segment(listings, nullptr)), lists_of(listings)) << count;
    }
}

TEST_P(Segments, MergedHoldWhatOneOfAllWouldHold) {
    std::vector<Segment::Part> parts;
    std::vector<const Document*> left = some(0, 1);
    for (std::size_t part = 0; part < 3; ++part) {
        const auto segment = std::make_shared<const Segment>(some(part, 3), nullptr);
        auto classes = segment->length_classes();
        classes[5 + part] = 0; // gone
        std::erase(left, &documents_[3 * (5 + part) + part]);
        parts.push_back({segment, std::make_shared<const std::vector<LengthClass>>(classes)});
    }
    const auto wanted = lists_of(left);
    for (const std::size_t at_once : {1 << 20, 10'000, 100, 1})
        EXPECT_EQ(lists_of(*Segment::merge(parts, at_once)), wanted) << at_once;
}

INSTANTIATE_TEST_SUITE_P(
    OfBothKinds,
    Segments,
    ::testing::Values(market::ListingKind::achievement, market::ListingKind::need)
);

} // namespace
} // namespace jishi::matching
