#include "app/commands.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace jishi::app {
namespace {

class MatchFiles : public ::testing::Test {
protected:
    MatchFiles() {
        std::filesystem::create_directories(folder_);
        write(
            "a.csv", "id,title\na1,海上风电塔筒防腐涂层\n=a2,\"锂电池,回收\"\n\"a\t3\",图像识别\n"
        );
        write("n.csv", "title,body\n塔筒防腐,涂层起泡\n,锂電池怎么回收\n图像识别,\n");
        request_.achievements = path("a.csv");
        request_.needs = path("n.csv");
        request_.output = path("out.csv");
        request_.top = 1;
    }
    ~MatchFiles() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path(name), std::ios::binary) << text;
    }
    std::string written(const std::string& name) const {
        std::ostringstream out;
        out << std::ifstream(path(name), std::ios::binary).rdbuf();
        return out.str();
    }

    MatchRequest request_;

private:
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() /
        ("jishi-match-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
};

TEST_F(MatchFiles, WritesATableThatASpreadsheetOpensAndRunsNothingOf) {
    ASSERT_EQ(match_files(request_), 0);
    const auto table = written("out.csv");
    EXPECT_TRUE(table.starts_with(
        "\xef\xbb\xbfneed,need_title,achievement,achievement_title,chance,why_zh,why_en\r\n"
        "2,塔筒防腐,a1,海上风电塔筒防腐涂层,0."
    )) << table;
    EXPECT_NE(table.find("\r\n3,锂電池怎么回收,'=a2,\"锂电池,回收\",0."), std::string::npos)
        << table;
    EXPECT_NE(
        table.find(",共同要点：塔筒防腐、涂层,\"Shared: 塔筒防腐, 涂层\"\r\n"), std::string::npos
    ) << table;
}

TEST_F(MatchFiles, WritesLinesOfThreeColumnsAndOfFiveWithReasons) {
    for (const bool explain : {false, true}) {
        request_.explain = explain;
        request_.output = path("out.tsv");
        ASSERT_EQ(match_files(request_), 0);
        std::istringstream lines(written("out.tsv"));
        std::size_t count = 0;
        for (std::string line; std::getline(lines, line); ++count)
            EXPECT_EQ(std::ranges::count(line, '\t'), explain ? 4 : 2) << line;
        EXPECT_EQ(count, 3u);
    }
}

TEST_F(MatchFiles, RefusesToWriteOverWhatItReads) {
    const auto before = written("n.csv");
    std::filesystem::create_hard_link(path("n.csv"), path("other name.csv"));
    for (const auto* const same : {"n.csv", "a.csv", "other name.csv"}) {
        request_.output = path(same);
        EXPECT_THROW(match_files(request_), std::runtime_error) << same;
    }
    EXPECT_EQ(written("n.csv"), before);
}

TEST_F(MatchFiles, WhatCannotBeReadLeavesWhatWasWrittenBefore) {
    write("out.csv", "before");
    write("n.csv", "title\n\"open\n");
    EXPECT_THROW(match_files(request_), std::runtime_error);
    EXPECT_EQ(written("out.csv"), "before");
}

TEST_F(MatchFiles, SaysThatItCannotWrite) {
    for (const auto* const output : {"/nowhere/out.csv", "/dev/full", "/tmp"}) {
        request_.output = output;
        EXPECT_THROW(match_files(request_), std::runtime_error) << output;
    }
}

} // namespace
} // namespace jishi::app
