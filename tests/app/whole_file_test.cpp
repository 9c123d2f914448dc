#include "app/whole_file.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

namespace jishi::app {
namespace {

namespace fs = std::filesystem;
using Bytes = std::vector<std::uint8_t>;

class WholeFile : public ::testing::Test {
protected:
    WholeFile() { fs::remove_all(folder_); }
    ~WholeFile() override { fs::remove_all(folder_); }

    void write(const std::vector<Bytes>& pieces) const {
        write_whole(path_, [&](const WriteBytes& write) {
            for (const auto& piece : pieces)
                write(piece);
        });
    }
    Bytes content() const {
        const MappedFile file(path_);
        return {file.bytes().begin(), file.bytes().end()};
    }

    const fs::path folder_ =
        fs::temp_directory_path() / ("jishi_whole_file_" + std::to_string(::getpid()));
    const fs::path path_ = folder_ / "inner" / "current";
};

// Bytes reach the disk a megabyte at a time.
TEST_F(WholeFile, HoldsWhatWasWrittenHoweverItWasCut) {
    constexpr std::size_t megabyte = 1 << 20;
    Bytes all(3 * megabyte + 1);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<std::uint8_t>(i * 2'654'435'761U >> 13);
    for (const std::size_t piece : {megabyte - 1, megabyte, megabyte + 1, all.size()}) {
        std::vector<Bytes> pieces;
        for (std::size_t at = 0; at < all.size(); at += piece) {
            const auto end = std::min(all.size(), at + piece);
            pieces.emplace_back(&all[at], all.data() + end);
        }
        write(pieces);
        EXPECT_TRUE(content() == all) << piece;
    }
    write({});
    EXPECT_EQ(content(), Bytes());
}

TEST_F(WholeFile, IsTheOldOneWhereWritingFails) {
    write({{1, 2, 3}});
    const auto half = [](const WriteBytes& write) {
        write(Bytes(3 << 20, 7));
        throw std::runtime_error("given up");
    };
    EXPECT_THROW(write_whole(path_, half), std::runtime_error);
    EXPECT_EQ(content(), Bytes({1, 2, 3}));
    const auto files = std::distance(fs::directory_iterator(path_.parent_path()), {});
    EXPECT_EQ(files, 1) << "no half file is left";
}

} // namespace
} // namespace jishi::app
