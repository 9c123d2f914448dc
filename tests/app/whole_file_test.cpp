#include "app/whole_file.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
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
        const auto file = lent_file(path_);
        return {file.all.begin(), file.all.end()};
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

// Of this process, resident.
std::size_t resident_bytes() {
    std::size_t all_pages = 0, resident_pages = 0;
    std::ifstream("/proc/self/statm") >> all_pages >> resident_pages;
    return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

// A segment of the index that is merged away does not keep the memory of all others, nor its own.
TEST_F(WholeFile, GoesBackToTheSystemPartByPart) {
    constexpr std::size_t part = (24 << 20) + 8, slack = 8 << 20;
    write({Bytes(part, 1), Bytes(part, 2)});
    const auto before = resident_bytes();
    std::shared_ptr<const void> first, second;
    FileBytes bytes;
    {
        const auto file = lent_file(path_);
        bytes = file.all;
        first = file.hold(bytes.first(part));
        second = file.hold(bytes.subspan(part));
    }
    EXPECT_GT(resident_bytes(), before + 2 * part - slack);
    first.reset();
    EXPECT_LT(resident_bytes(), before + part + slack);
    EXPECT_EQ(std::ranges::count(bytes.subspan(part), 2), part);
    second.reset();
    EXPECT_LT(resident_bytes(), before + slack);
}

TEST_F(WholeFile, IsRefusedWhereThereIsNone) {
    EXPECT_THROW(lent_file(path_), std::system_error);
}

} // namespace
} // namespace jishi::app
