// The fuzzers' seeds, and every beginning of them, go through without a special build.
#define LLVMFuzzerTestOneInput fuzz_analyser
#include "tests/fuzz/analyser_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput fuzz_query
#include "tests/fuzz/query_fuzz.cpp"
#undef LLVMFuzzerTestOneInput

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace {

void replay(const char* name, int (*fuzz)(const std::uint8_t*, std::size_t)) {
    std::size_t seeds = 0;
    const auto folder = std::filesystem::path(JISHI_SOURCE_DIR) / "tests" / "fuzz" / "seeds" / name;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        for (std::size_t size = 0; size <= bytes.size(); ++size)
            EXPECT_EQ(fuzz(reinterpret_cast<const std::uint8_t*>(bytes.data()), size), 0);
        ++seeds;
    }
    EXPECT_GE(seeds, 5u);
}

TEST(FuzzSeeds, TheAnalyserTakesAnyBytes) {
    replay("analyser", fuzz_analyser);
}
TEST(FuzzSeeds, ASearchTakesAnyWords) {
    replay("query", fuzz_query);
}

} // namespace
