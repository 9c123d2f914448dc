// The corpora of the fuzzers, so that no special build is needed to keep what they once found.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#define LLVMFuzzerTestOneInput json_fuzz_one
#include "tests/fuzz/json_fuzz.cpp"
#undef LLVMFuzzerTestOneInput
#define LLVMFuzzerTestOneInput http_fuzz_one
#include "tests/fuzz/http_fuzz.cpp"
#undef LLVMFuzzerTestOneInput

namespace {

int replay(const char* corpus, int (*one)(const std::uint8_t*, std::size_t)) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(
             std::filesystem::path(JISHI_SOURCE_DIR) / "tests/fuzz/seeds" / corpus
         )) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string bytes(
            (std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>()
        );
        for (std::size_t length = 0; length <= bytes.size(); ++length)
            one(reinterpret_cast<const std::uint8_t*>(bytes.data()), length);
        ++files;
    }
    return files;
}

TEST(FuzzReplay, SurvivesEveryPrefixOfEverySeed) {
    EXPECT_GE(replay("json", json_fuzz_one), 9);
    EXPECT_GE(replay("http", http_fuzz_one), 11);
}

} // namespace
