// A kept model comes back as it was, or not at all.
#include "matching/learning.hpp"
#include "tests/fuzz/small_model.hpp"
#include "tests/matching/listings.hpp"

#define LLVMFuzzerTestOneInput fuzz_model_file
#include "tests/fuzz/model_file_fuzz.cpp"
#undef LLVMFuzzerTestOneInput

#include <gtest/gtest.h>

#include <limits>

namespace jishi::matching::test {
namespace {

std::string problem_of(const std::string& bytes) {
    std::string problem;
    return kept_model(bytes, problem) ? "none" : problem;
}

std::string problem_of(const Model::Parts& parts, LearnedFrom learned_from = {}) {
    return problem_of(bytes_of({std::make_shared<const Model>(parts), std::move(learned_from)}));
}

std::shared_ptr<const Model> learned(std::uint32_t seed, std::uint32_t dimensions) {
    Draw draw(seed);
    std::vector<Document> supply, demand;
    for (std::uint32_t i = 0; i < 30; ++i) {
        supply.push_back(achievement(i, draw.text(4), draw.text(30)));
        demand.push_back(need(i, draw.text(4), draw.text(20)));
    }
    std::vector<const Document*> achievements, needs;
    for (std::size_t i = 0; i < supply.size(); ++i)
        achievements.push_back(&supply[i]), needs.push_back(&demand[i]);
    return learn(achievements, needs, {}, {.dimensions = dimensions});
}

TEST(ModelFile, GivesBackWhatWasLearned) {
    for (const std::uint32_t dimensions : {0U, 16U}) {
        const auto model = learned(7, dimensions);
        std::string problem;
        const auto kept = kept_model(bytes_of({model, {{3, 4}, {1, 7, 9}}}), problem);
        ASSERT_TRUE(kept.has_value()) << problem;
        EXPECT_EQ(kept->model->version(), model->version());
        EXPECT_EQ(kept->learned_from.listings, (std::vector<std::uint64_t>{3, 4}));
        EXPECT_EQ(kept->learned_from.matches, (std::vector<std::uint64_t>{1, 7, 9}));
        EXPECT_EQ(bytes_of(*kept), bytes_of({model, {{3, 4}, {1, 7, 9}}}));
        EXPECT_EQ(kept->model->parts().mean_size, model->parts().mean_size);
        EXPECT_EQ(kept->model->parts().mean, model->parts().mean);
    }
}

TEST(ModelFile, CutAnywhereIsRefusedWithAReason) {
    const auto good = bytes_of(small_model());
    EXPECT_EQ(problem_of(good), "none");
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_NE(problem_of(good.substr(0, size)), "none") << size;
    EXPECT_EQ(problem_of(good + '\0'), "its length does not agree with its sizes");
    EXPECT_EQ(problem_of(""), "it is cut off");
}

TEST(ModelFile, WithAnyOneBitTurnedIsRefused) {
    const auto good = bytes_of(small_model());
    for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
        auto bytes = good;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
        EXPECT_NE(problem_of(bytes), "none") << bit;
    }
}

TEST(ModelFile, OfAnotherFormatIsRefusedByName) {
    auto bytes = bytes_of(small_model());
    bytes[8] = 9;
    EXPECT_EQ(problem_of(bytes), "its format is 9, not 7");
    bytes[0] = 'x';
    EXPECT_EQ(problem_of(bytes), "it is no model");
}

TEST(ModelFile, WithSoundChecksumButUnsoundPartsIsRefused) {
    const auto good = small_model().model->parts();
    EXPECT_EQ(problem_of(good), "none");
    const auto spoilt = [&](auto spoil) {
        auto parts = good;
        spoil(parts);
        return problem_of(parts);
    };
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    using Parts = Model::Parts;
    EXPECT_EQ(
        spoilt([](Parts& p) { std::swap(p.term_keys[0], p.term_keys[1]); }), "keys out of order"
    );
    EXPECT_EQ(spoilt([](Parts& p) { p.word_keys[1] = p.word_keys[0]; }), "keys out of order");
    EXPECT_EQ(spoilt([](Parts& p) { p.term_keys[0] = 0; }), "keys out of order");
    const auto worth = "a term of impossible worth";
    EXPECT_EQ(spoilt([](Parts& p) { p.terms[2].weight = nan; }), worth);
    EXPECT_EQ(spoilt([](Parts& p) { p.terms[2].weight = -1; }), worth);
    EXPECT_EQ(spoilt([](Parts& p) { p.terms[2].rate = 1.5F; }), worth);
    EXPECT_EQ(spoilt([](Parts& p) { p.unseen[1].rate = nan; }), worth);
    const auto number = "a number out of bounds";
    EXPECT_EQ(spoilt([](Parts& p) { p.mean_impacts[2] = 1e300; }), number);
    EXPECT_EQ(spoilt([](Parts& p) { p.word_scales[1] = nan; }), number);
    EXPECT_EQ(spoilt([](Parts& p) { p.mean[15] = -nan; }), number);
    EXPECT_EQ(
        spoilt([](Parts& p) { p.covariance[255] = std::numeric_limits<float>::infinity(); }), number
    );
    EXPECT_EQ(spoilt([](Parts& p) { p.mean_length = 1e7; }), "an impossible length");
    EXPECT_EQ(spoilt([](Parts& p) { p.mean_size = -1; }), "an impossible length");
    EXPECT_EQ(problem_of(good, {{2, 1}, {}}), "fingerprints out of order");
    EXPECT_EQ(problem_of(good, {{}, {2, 1}}), "fingerprints out of order");
}

TEST(ModelFile, WithImpossibleSizesIsRefusedBeforeAnythingIsAllocated) {
    const auto with = [](std::size_t place, auto value) {
        auto bytes = bytes_of(small_model());
        std::memcpy(bytes.data() + place, &value, sizeof value);
        return problem_of(bytes);
    };
    const auto impossible = "its sizes are impossible";
    EXPECT_EQ(with(12, std::uint32_t{8}), impossible); // dimensions
    EXPECT_EQ(with(12, std::uint32_t{1040}), impossible);
    EXPECT_EQ(with(12, std::uint32_t{0}), impossible); // with words
    EXPECT_EQ(with(12, std::uint32_t{1024}), "its length does not agree with its sizes");
    for (const std::size_t place : {16U, 24U, 32U}) // terms, words, fingerprints
        EXPECT_EQ(with(place, std::numeric_limits<std::uint64_t>::max()), impossible);
    EXPECT_EQ(with(16, std::uint64_t{1} << 26), "its length does not agree with its sizes");
}

TEST(ModelFile, TheFuzzerFindsNothingInWhatIsNearAGoodFile) {
    const auto good = bytes_of(small_model());
    std::mt19937 random(5);
    for (std::size_t round = 0; round < 20'000; ++round) {
        std::string input;
        for (auto left = 2 + random() % 12; left > 0; --left)
            input += static_cast<char>(random() % 3 == 0 ? 255 * (random() % 2) : random());
        fuzz_model_file(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    }
    for (std::size_t size = 0; size <= good.size(); ++size)
        fuzz_model_file(reinterpret_cast<const std::uint8_t*>(good.data()), size);
}

} // namespace
} // namespace jishi::matching::test
