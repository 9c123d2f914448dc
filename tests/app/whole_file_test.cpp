#include "app/whole_file.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
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

// How many of these bytes take memory, in whole pages; none where there are none any more.
std::size_t resident_bytes(FileBytes bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const auto skipped = (page - reinterpret_cast<std::uintptr_t>(bytes.data()) % page) % page;
    auto* const first = const_cast<std::uint8_t*>(bytes.data() + skipped); // only looked at
    std::vector<unsigned char> pages((bytes.size() - skipped) / page);
    if (::mincore(first, pages.size() * page, pages.data()) != 0) return 0;
    return page * static_cast<std::size_t>(std::ranges::count_if(pages, [](auto flags) {
               return (flags & 1) != 0;
           }));
}

// A segment of the index that is merged away does not keep the memory of all others, nor its own.
TEST_F(WholeFile, GoesBackToTheSystemPartByPart) {
    constexpr std::size_t part = (8 << 20) + 8, pages_shared = 2 << 20;
    write({Bytes(part, 0), Bytes(part, 1)});
    for (const std::size_t gone : {0U, 1U}) {
        std::array<std::shared_ptr<const void>, 2> held;
        FileBytes all;
        {
            const auto file = lent_file(path_);
            all = file.all;
            held = {file.hold(all.first(part)), file.hold(all.subspan(part))};
        }
        EXPECT_GT(resident_bytes(all), 2 * part - pages_shared);
        held[gone].reset();
        EXPECT_LT(resident_bytes(all), part + pages_shared);
        const auto left = gone == 0 ? all.subspan(part) : all.first(part);
        EXPECT_EQ(std::ranges::count(left, gone == 0 ? 1 : 0), std::ssize(left));
        held = {};
        EXPECT_EQ(resident_bytes(all), 0U);
    }
}

TEST_F(WholeFile, IsRefusedWhereThereIsNone) {
    EXPECT_THROW(lent_file(path_), std::system_error);
}

} // namespace
} // namespace jishi::app
