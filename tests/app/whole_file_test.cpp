#include "app/whole_file.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
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
        return {file.bytes.all.begin(), file.bytes.all.end()};
    }

    const fs::path folder_ =
        fs::temp_directory_path() / ("jishi_whole_file_" + std::to_string(::getpid()));
    const fs::path path_ = folder_ / "inner" / "current";
};

// Bytes reach the disk two megabytes at a time.
TEST_F(WholeFile, HoldsWhatWasWrittenHoweverItWasCut) {
    constexpr std::size_t at_once = 2 << 20;
    Bytes all(3 * at_once + 1);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = static_cast<std::uint8_t>(i * 2'654'435'761U >> 13);
    for (const std::size_t piece : {at_once - 1, at_once, at_once + 1, all.size()}) {
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

// What the kernel says of the whole pages of these bytes.
std::vector<std::uint64_t> pages_of(FileBytes bytes) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    const auto first = (begin + page - 1) / page, end = (begin + bytes.size()) / page;
    std::vector<std::uint64_t> pages(end - first);
    const auto size = pages.size() * sizeof(std::uint64_t);
    const auto at = static_cast<std::int64_t>(first * sizeof(std::uint64_t));
    const int table = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    const auto got = ::pread(table, pages.data(), size, at);
    ::close(table);
    if (got != static_cast<std::int64_t>(size))
        throw std::runtime_error("/proc/self/pagemap cannot be read");
    return pages;
}
bool is_resident(std::uint64_t page) {
    return page >> 62 != 0; // or swapped
}
bool is_of_file(std::uint64_t page) {
    return (page >> 61 & 1) != 0;
}
// How many of these bytes take memory of the process.
std::size_t resident_bytes(FileBytes bytes) {
    return static_cast<std::size_t>(std::ranges::count_if(pages_of(bytes), is_resident)) *
           static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}
// How many of these pages stand in the file.
std::size_t pages_of_file(FileBytes bytes) {
    return static_cast<std::size_t>(std::ranges::count_if(pages_of(bytes), is_of_file));
}

bool has_large_pages() {
    std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
    std::string modes;
    return std::getline(file, modes) && modes.find("[never]") == std::string::npos;
}
bool never() {
    return false;
}

// A segment of the index that is merged away does not keep the memory of all others, nor its own.
TEST_F(WholeFile, GoesBackToTheSystemPartByPart) {
    constexpr std::size_t part = (8 << 20) + 8, pages_shared = 2 << 20;
    write({Bytes(part, 0), Bytes(part, 1)});
    const auto is_whole = [](FileBytes bytes, std::size_t which) {
        return std::ranges::count(bytes, which) == std::ssize(bytes);
    };
    for (const bool settled : {false, true}) {
        for (const std::size_t gone : {0U, 1U}) {
            std::array<std::shared_ptr<const void>, 2> held;
            std::array<FileBytes, 2> parts;
            {
                const auto file = lent_file(path_);
                const auto all = file.bytes.all;
                parts = {all.first(part), all.subspan(part)};
                for (std::size_t i = 0; i < parts.size(); ++i)
                    held[i] = file.bytes.hold(parts[i]);
                if (settled) file.settle(never);
            }
            const auto resident = [&] {
                return resident_bytes(parts[0]) + resident_bytes(parts[1]);
            };
            EXPECT_GT(resident(), 2 * part - pages_shared);
            held[gone].reset();
            EXPECT_LT(resident(), part + pages_shared);
            EXPECT_TRUE(is_whole(parts[1 - gone], 1 - gone));
            held = {};
            EXPECT_EQ(resident(), 0U);
        }
    }
}

// Where the system has large pages; elsewhere it stays in the file.
TEST_F(WholeFile, SettlesInMemoryOfItsOwnToTheLastByte) {
    constexpr std::size_t large = 2 << 20;
    for (const std::size_t size : {large / 2, large, 3 * large, 3 * large + large / 2}) {
        write({Bytes(size, 7)});
        const auto file = lent_file(path_);
        const auto all = file.bytes.all;
        EXPECT_GT(pages_of_file(all), 0U);
        file.settle([] { return true; });
        EXPECT_GT(pages_of_file(all), 0U) << "stopped before it began";
        file.settle(never);
        EXPECT_EQ(pages_of_file(all) == 0, has_large_pages()) << size;
        EXPECT_GE(resident_bytes(all), size / 2);
        EXPECT_EQ(std::ranges::count(all, 7), std::ssize(all));
    }
}

// Whatever of it is held no more, before or behind: a large page with other bytes stays theirs.
TEST_F(WholeFile, SettlesWhileItIsReadAndGivenBack) {
    constexpr std::size_t part = (1 << 20) + 8, parts = 64;
    std::vector<Bytes> pieces;
    for (std::size_t i = 0; i < parts; ++i)
        pieces.emplace_back(part, static_cast<std::uint8_t>(i + 1));
    write(pieces);
    const auto file = lent_file(path_);
    std::vector<std::shared_ptr<const void>> held;
    const auto part_of = [&](std::size_t i) { return file.bytes.all.subspan(i * part, part); };
    for (std::size_t i = 0; i < parts; ++i)
        held.push_back(file.bytes.hold(part_of(i)));
    // The first quarter goes before, then one after the other while pages are moved.
    const auto goes = [](std::size_t i) { return i % 4 == 0; };
    const auto are_kept_whole = [&] {
        for (std::size_t i = 0; i < parts; ++i)
            if (!goes(i) && std::ranges::count(part_of(i), i + 1) != part) return false;
        return true;
    };
    std::size_t next = 0;
    const auto give_back_next = [&] {
        while (next < parts && !goes(next))
            ++next;
        if (next < parts) held[next++].reset();
    };
    while (next < parts / 4)
        give_back_next();
    std::atomic<bool> settled = false, spoilt = false;
    const std::jthread reader([&] {
        while (!settled)
            if (!are_kept_whole()) spoilt = true;
    });
    file.settle([&] {
        give_back_next();
        return false;
    });
    settled = true;
    EXPECT_TRUE(are_kept_whole());
    EXPECT_FALSE(spoilt);
}

TEST_F(WholeFile, HasNothingToSettleOnceNobodyHoldsIt) {
    write({Bytes(3 << 20, 7)});
    auto file = std::make_optional(lent_file(path_));
    const auto all = file->bytes.all;
    const auto settle = file->settle;
    EXPECT_GT(resident_bytes(all), 0U);
    file.reset();
    EXPECT_EQ(resident_bytes(all), 0U) << "that it can be settled does not keep it";
    settle(never);
    EXPECT_EQ(resident_bytes(all), 0U);
}

TEST_F(WholeFile, IsRefusedWhereThereIsNone) {
    EXPECT_THROW(lent_file(path_), std::system_error);
}

} // namespace
} // namespace jishi::app
