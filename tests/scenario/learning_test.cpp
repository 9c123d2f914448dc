// A market grows, learns, keeps what it learned over a kill, and learns anew when the file is
// spoilt: with the real program.
#include "tests/scenario/market_walk.hpp"
#include "tests/support/test_database.hpp"
#include "tests/support/topics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <map>
#include <random>

namespace jishi::test {
namespace {

constexpr int achievements = 180, needs = 69, enough = achievements + needs + 1;

// A trade in the words of those who have its problems and of those who solve them.
struct Trade {
    std::array<const char*, 3> things, problems, means, gains;
};
constexpr std::array trades{
    Trade{
        {"污泥", "沼渣", "滤饼"},
        {"含水率太高", "运输费用大", "堆放时有臭味"},
        {"低温热泵干燥", "带式烘干", "余热回收"},
        {"出料含水率降到三成", "每吨能耗下降四成", "臭气集中处理达标"}},
    Trade{
        {"轴承", "齿轮箱", "主轴"},
        {"磨损很快", "振动异常难以提前发现", "停机检修频繁"},
        {"振动信号诊断", "激光熔覆", "油液在线监测"},
        {"提前两周预警", "寿命延长一倍", "非计划停机减少七成"}},
    Trade{
        {"锂电池", "储能柜", "电池模组"},
        {"低温下容量衰减", "热失控难以预警", "退役后不知如何处理"},
        {"电解液改性", "多参数预警算法", "梯次利用分选"},
        {"零下三十度放电八成五", "提前十分钟报警", "分选准确率达到九成八"}},
    Trade{
        {"茶叶", "菌菇", "鲜果"},
        {"采后很快变质", "人工分级成本高", "冷链途中损耗大"},
        {"气调保鲜", "机器视觉分级", "相变蓄冷箱"},
        {"货架期延长二十天", "每小时分级三吨", "途中温差不超过一度"}},
    Trade{
        {"印染废水", "电镀废水", "化工废水"},
        {"色度难以去除", "盐分太高不能生化", "重金属时有超标"},
        {"臭氧催化氧化", "双极膜电渗析", "螯合树脂吸附"},
        {"色度降到二十倍以下", "盐回收率达到九成", "出水重金属低于检出限"}},
};

template<class Options>
const char* one_of(const Options& options, std::mt19937& random) {
    return options[random() % options.size()];
}

std::string row(int number, const std::string& title, const std::string& summary) {
    return R"({"source_id":"L-)" + std::to_string(number) + R"(","title":")" + title +
           R"(","summary":")" + summary +
           R"(","fields":["new_materials"],"modes":["non_exclusive_licence"]})" + "\n";
}

std::string achievement_row(int number, std::mt19937& random) {
    const auto& trade = trades[random() % trades.size()];
    const std::string thing = one_of(trade.things, random), means = one_of(trade.means, random);
    return row(
        number,
        thing + means + "装置" + std::to_string(number),
        "针对" + thing + one_of(trade.problems, random) + "的情况，采用" + means + "，" +
            one_of(trade.gains, random) + "；已在" + std::to_string(2 + random() % 30) +
            "家用户运行，" + one_of(trade.gains, random) + "。"
    );
}

std::string need_row(int number, std::mt19937& random) {
    const auto& trade = trades[random() % trades.size()];
    const std::string thing = one_of(trade.things, random);
    return row(
        number,
        thing + one_of(trade.problems, random) + "，求解决办法" + std::to_string(number),
        "本厂每月处理" + thing + std::to_string(20 + random() % 900) + "件，" +
            one_of(trade.problems, random) + "，希望" + one_of(trade.gains, random) + "。"
    );
}

class LearningMarket : public ::testing::Test {
protected:
    LearningMarket()
        : opened_(open_market(
              "learning",
              {"--learn-listings-min",
               std::to_string(enough),
               "--learn-pause-s",
               "1",
               "--learn-rest-factor",
               "0"}
          )),
          university_(join(port(), *opened_.bureau, "university", 41)),
          enterprise_(join(port(), *opened_.bureau, "enterprise", 42)) {}

    std::uint16_t port() const { return opened_.market->port(); }
    std::filesystem::path file() const { return opened_.data / "model" / "current"; }

    void import(const std::string& kind, int owner, int count, auto row_of) {
        const auto rows = opened_.data / (kind + ".jsonl");
        std::mt19937 random(42);
        std::ofstream out(rows);
        for (int number = 0; number < count; ++number)
            out << row_of(number, random);
        out.close();
        const auto finished = run_jishi(
            {"import",
             rows.string(),
             "--kind",
             kind,
             "--owner",
             uscc(owner),
             "--data",
             opened_.data.string(),
             "--publish",
             "--ignore-duplicates"}
        );
        EXPECT_NE(finished.output.find(std::to_string(count) + " new"), std::string::npos)
            << finished.output << finished.errors;
    }

    std::string post(const std::string& title, const std::string& summary) {
        const auto json = need_json(title, summary);
        return publish(enterprise_.person, *opened_.bureau, "/api/v1/needs", json);
    }

    std::string metric(const std::string& name) const {
        const auto text = "\n" + HttpClient("127.0.0.1", port()).get("/metrics").body;
        const auto line = text.find("\n" + name + " ");
        if (line == std::string::npos) return "";
        const auto begin = line + name.size() + 2;
        return text.substr(begin, text.find('\n', begin) - begin);
    }
    std::string model() const { return Person(port()).get("/readyz").text("model"); }
    bool has_learned_from(int listings) const {
        const auto there = [&] {
            return metric("jishi_model_listings") == std::to_string(listings);
        };
        return eventually(there) || eventually(there); // a sanitized program is slow
    }
    std::string matches_of(const std::string& need) const {
        const auto answer = Person(port()).get("/api/v1/needs/" + need + "/matches?limit=20");
        EXPECT_EQ(answer.status, 200) << answer.body;
        EXPECT_GE(answer.count("items"), 5U) << answer.body;
        return answer.body;
    }
    // The ids of all that are live, by title.
    std::map<std::string, std::string> live(const std::string& path) const {
        std::map<std::string, std::string> out;
        std::string cursor;
        do {
            const auto page = Person(port()).get(
                path + "?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor)
            );
            EXPECT_EQ(page.status, 200) << page.body;
            for (std::size_t i = 0; i < page.count("items"); ++i) {
                const auto at = "items/" + std::to_string(i);
                out.emplace(page.text(at + "/title"), page.text(at + "/id"));
            }
            cursor = page.text("next_cursor");
        } while (!cursor.empty());
        return out;
    }
    // The stored matches say by which model they were found.
    void expect_found_by(const std::string& version, const std::string& need) {
        std::string told;
        EXPECT_TRUE(eventually([&] {
            told = enterprise_.person.get("/api/v1/matches?listing_id=" + need)
                       .text("items/0/engine_version");
            return !told.empty();
        }));
        EXPECT_EQ(told, "ranking-4-" + version);
    }

    void spoil_the_file() const {
        std::fstream bytes(file(), std::ios::in | std::ios::out | std::ios::binary);
        bytes.seekg(1000);
        const auto byte = bytes.get();
        bytes.seekp(1000);
        bytes.put(static_cast<char>(byte ^ 0x10));
    }

    Opened opened_;
    Organisation university_, enterprise_;
};

TEST_F(LearningMarket, KeepsWhatItLearnedOverAKillAndLearnsAnewWhenTheFileIsSpoilt) {
    EXPECT_EQ(model(), "none");
    EXPECT_EQ(metric("jishi_model_listings"), "0");
    import("achievement", 41, achievements, achievement_row);
    import("need", 42, needs, need_row);
    EXPECT_TRUE(eventually([&] {
        return metric(R"(jishi_listings{kind="need"})") == std::to_string(needs) &&
               metric("jishi_matcher_lag_events") == "0";
    }));
    EXPECT_EQ(model(), "none"); // one listing less than it takes
    post("轴承修复", "主轴与轴承磨损很快，停机检修频繁，希望寿命延长一倍");
    ASSERT_TRUE(has_learned_from(enough)) << opened_.market->log();
    EXPECT_EQ(metric("jishi_models_learned_total"), "1");
    const auto learned = model(), number = metric("jishi_model_version");
    EXPECT_EQ(learned.size(), 16U);
    EXPECT_EQ(std::stoul(learned.substr(0, 8), nullptr, 16), std::stoul(number));

    const auto need = post("滤饼烘干", "滤饼含水率太高，堆放时有臭味，希望每吨能耗下降");
    expect_found_by(learned, need);
    const auto before = matches_of(need);
    EXPECT_NE(before.find(R"("kind":"bridge")"), std::string::npos) << before;
    opened_.market->kill();
    opened_.market->start();
    EXPECT_EQ(model(), learned);
    EXPECT_EQ(metric("jishi_model_version"), number);
    EXPECT_EQ(metric("jishi_model_listings"), std::to_string(enough));
    EXPECT_EQ(metric("jishi_models_learned_total"), "0"); // it was read
    EXPECT_EQ(matches_of(need), before);

    opened_.market->kill();
    spoil_the_file();
    opened_.market->start();
    EXPECT_NE(opened_.market->log().find("its checksum does not fit"), std::string::npos);
    ASSERT_TRUE(has_learned_from(enough + 1)) << opened_.market->log();
    EXPECT_EQ(metric("jishi_models_learned_total"), "1");
    const auto anew = model();
    const auto doctor = run_jishi({"doctor", "--data", opened_.data.string()});
    EXPECT_NE(doctor.output.find(anew + " of 251 listings"), std::string::npos) << doctor.output;
    EXPECT_EQ(opened_.market->stop(), 0);
    opened_.market->start();
    EXPECT_EQ(model(), anew);
}

// Of each topic in turn, in words of the problem alone or of the solution alone, with one of three
// words that have nothing to do with the topic, but let every problem find some of all solutions.
constexpr int topic_count = topics.size();
constexpr std::array joining{"服务", "平台", "耗材"};
std::string told(const std::array<std::string_view, 3>& words, int round) {
    const auto at = [&](int i) { return std::string(words[static_cast<std::size_t>(i % 3)]); };
    const std::string joined = joining[static_cast<std::size_t>(round / 3 % 3)];
    return at(round) + "、" + at(round + 1) + "，" + joined + "。" + at(round + 2) + "、" +
           at(round) + "，" + joined;
}
const Topic& topic_of(int number) {
    return topics[static_cast<std::size_t>(number % topic_count)];
}
std::string told_need(int number, std::mt19937&) {
    return row(
        number,
        "需求" + std::to_string(number),
        "现场常见" + told(topic_of(number).problem, number / topic_count)
    );
}
std::string told_achievement(int number, std::mt19937&) {
    return row(
        number,
        "成果" + std::to_string(number),
        "本方采用" + told(topic_of(number).solution, number / topic_count)
    );
}

TEST_F(LearningMarket, RanksWhatNoTextTellsByWhatPeopleGraded) {
    import("achievement", 41, achievements, told_achievement);
    constexpr int told_needs = needs - topic_count + 1;
    import("need", 42, told_needs, told_need);
    ASSERT_TRUE(eventually([&] {
        return metric(R"(jishi_listings{kind="need"})") == std::to_string(told_needs);
    }));
    auto solutions = live("/api/v1/achievements"), problems = live("/api/v1/needs");
    ASSERT_EQ(solutions.size(), std::size_t{achievements});
    ASSERT_EQ(problems.size(), std::size_t{told_needs});
    std::vector<std::string> asking;
    const auto ask = [&] {
        const auto topic = asking.size();
        const auto& problem = topics[topic].problem;
        asking.push_back(post(std::string(problem[0]) + "怎么办", "现场常见" + told(problem, 1)));
    };
    // How many of the five best for each are of its topic.
    const auto right = [&] {
        int count = 0;
        for (std::size_t topic = 0; topic + 1 < topics.size(); ++topic) {
            const auto found =
                Person(port()).get("/api/v1/needs/" + asking[topic] + "/matches?limit=5");
            EXPECT_EQ(found.count("items"), 5U) << found.body;
            for (std::size_t i = 0; i < found.count("items"); ++i) {
                const auto title = found.text("items/" + std::to_string(i) + "/listing/title");
                const auto number = std::stoul(title.substr(title.find_first_of("0123456789")));
                count += number % topics.size() == topic;
            }
        }
        return count;
    };
    while (asking.size() < topics.size())
        ask();
    ASSERT_TRUE(has_learned_from(enough)) << opened_.market->log();
    EXPECT_LT(right(), 10) << "of 35: no text tells what answers what";
    // From now on no listing comes or goes: grades alone are reason enough to learn anew.
    for (int number = 0; number < told_needs; ++number) {
        const auto& need = problems.at("需求" + std::to_string(number));
        const auto& solution = solutions.at("成果" + std::to_string(number));
        const auto graded = enterprise_.person.send(
            "PUT",
            "/api/v1/needs/" + need + "/grades/" + solution,
            R"({"grade":4})",
            {{"Content-Type", "application/json"}}
        );
        ASSERT_EQ(graded.status, 200) << graded.body;
    }
    const auto is_taught = [&] { return right() > 28; }; // of 35
    EXPECT_TRUE(eventually(is_taught) || eventually(is_taught)) << right();
}

} // namespace
} // namespace jishi::test
