// The index is kept over a restart, brought up to date after a kill, and read from the database
// when its file is spoilt or of another market: with the real program.
#include "tests/scenario/market_walk.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/stat.h>

namespace jishi::test {
namespace {

constexpr int imported = 40;

class KeptIndex : public ::testing::Test {
protected:
    KeptIndex()
        : opened_(open_market("kept-index", {"--snapshot-pause-s", "1"})),
          university_(join(port(), *opened_.bureau, "university", 51)) {
        const auto rows = opened_.data / "rows.jsonl";
        std::ofstream out(rows);
        for (int i = 0; i < imported; ++i)
            out << R"({"source_id":"K-)" << i << R"(","title":"污泥干燥装置)" << i
                << R"(","summary":"低温热泵带式干燥，每天处理)" << 10 + i * i
                << R"(吨","fields":["new_materials"],"modes":["non_exclusive_licence"]})"
                << "\n";
        out.close();
        const auto finished = run_jishi(
            {"import",
             rows.string(),
             "--kind",
             "achievement",
             "--owner",
             uscc(51),
             "--data",
             opened_.data.string(),
             "--publish",
             "--ignore-duplicates"}
        );
        EXPECT_NE(finished.output.find(std::to_string(imported) + " new"), std::string::npos)
            << finished.output << finished.errors;
    }

    std::uint16_t port() const { return opened_.market->port(); }
    std::filesystem::path file() const { return opened_.data / "index" / "current"; }

    std::string found(const std::string& text = "%E5%B9%B2%E7%87%A5") const { // 干燥
        const auto answer = Person(port()).get("/api/v1/achievements?limit=100&q=" + text);
        EXPECT_EQ(answer.status, 200);
        return answer.body;
    }
    Person now(const Person& person) const { // the port is another after a start
        Person out(port());
        out.use_token(person.token());
        return out;
    }
    std::string post(const std::string& title) const {
        auto owner = now(university_.person), bureau = now(*opened_.bureau);
        return publish(
            owner,
            bureau,
            "/api/v1/achievements",
            achievement_json(title, "一项经过中试的干燥技术，运行稳定可靠")
        );
    }
    // What `jishi doctor` says of the file.
    std::string doctors_line() const {
        const auto told = run_jishi({"doctor", "--data", opened_.data.string()}).output;
        const auto name = told.find(" index ");
        if (name == std::string::npos) return "";
        const auto begin = told.rfind('\n', name) + 1;
        return told.substr(begin, told.find('\n', begin) - begin);
    }
    // How often the program has said so in all its runs.
    int times(const std::string& words) const {
        const auto log = opened_.market->log();
        int count = 0;
        for (auto at = log.find(words); at != std::string::npos; at = log.find(words, at + 1))
            ++count;
        return count;
    }
    int times_from_file() const { return times(" listings read from " + file().string()); }
    int times_from_database() const { return times(" listings read from the database"); }

    Opened opened_;
    Organisation university_;
};

TEST_F(KeptIndex, IsThereAfterARestartAndNeverTrustedWhenItIsSpoilt) {
    EXPECT_EQ(times_from_database(), 1); // of an empty market
    const auto last = post("微波真空干燥机");
    EXPECT_TRUE(eventually([&] { return found().find(last) != std::string::npos; }));
    EXPECT_TRUE(eventually([&] { return times("listings kept in") > 0; })); // in the background
    EXPECT_EQ(opened_.market->stop(), 0);
    struct stat about {};
    ASSERT_EQ(::stat(file().c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U); // it knows who is behind an anonymous need
    opened_.market->start();
    const auto before = found();
    EXPECT_NE(before.find(last), std::string::npos);
    EXPECT_EQ(times_from_file(), 1) << opened_.market->log();
    EXPECT_EQ(times_from_database(), 1);

    const auto more = post("喷雾冷冻干燥塔");
    opened_.market->kill();
    opened_.market->start();
    EXPECT_EQ(times_from_file(), 2);
    const auto after = found();
    EXPECT_NE(after.find(more), std::string::npos);
    EXPECT_NE(after, before);
    EXPECT_EQ(opened_.market->stop(), 0);

    {
        std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekg(5'000);
        const auto byte = bytes.get();
        bytes.seekp(5'000);
        bytes.put(static_cast<char>(byte ^ 0x10));
    }
    EXPECT_NE(doctors_line().find("its checksum does not fit"), std::string::npos);
    opened_.market->start();
    EXPECT_EQ(times("its checksum does not fit"), 1);
    EXPECT_EQ(times_from_file(), 2);
    EXPECT_EQ(times_from_database(), 2);
    EXPECT_EQ(found(), after);
    EXPECT_EQ(opened_.market->stop(), 0); // and writes it anew
    EXPECT_NE(doctors_line().find("fine     index"), std::string::npos) << doctors_line();
    EXPECT_NE(
        doctors_line().find(std::to_string(imported + 2) + " listings up to event "),
        std::string::npos
    ) << doctors_line();
    opened_.market->start();
    EXPECT_EQ(times_from_file(), 3);
    EXPECT_EQ(found(), after);
}

TEST_F(KeptIndex, IsNotTakenFromAnotherMarket) {
    EXPECT_EQ(opened_.market->stop(), 0);
    const auto other = open_market("kept-index-other");
    EXPECT_EQ(other.market->stop(), 0);
    std::filesystem::create_directories(other.data / "index");
    std::filesystem::copy_file(
        file(), other.data / "index" / "current", std::filesystem::copy_options::overwrite_existing
    );
    other.market->start();
    EXPECT_NE(other.market->log().find("the log does not go on from it"), std::string::npos)
        << other.market->log();
    const auto answer = Person(other.market->port()).get("/api/v1/achievements");
    EXPECT_EQ(answer.count("items"), 0U) << answer.body;
}

} // namespace
} // namespace jishi::test
