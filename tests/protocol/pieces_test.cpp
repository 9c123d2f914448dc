// The small pieces: languages, entity tags, problems, cursors, metrics, the worker pool, the look
// at raw heads.
#include "protocol/cursor.hpp"
#include "protocol/etag.hpp"
#include "protocol/head.hpp"
#include "protocol/json/reader.hpp"
#include "protocol/metrics.hpp"
#include "protocol/problem.hpp"
#include "protocol/response_head.hpp"
#include "protocol/work_pool.hpp"
#include "tests/protocol/running_server.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol {
namespace {

TEST(Language, FollowsTheWeightsAndFallsBackToChinese) {
    const struct {
        std::string_view header;
        Language expected;
    } rows[] = {
        {"", Language::zh},
        {"en", Language::en},
        {"en-GB,zh;q=0.5", Language::en},
        {"en;q=0.2, zh-CN;q=0.9", Language::zh},
        {"fr", Language::zh},
        {"ZH-tw", Language::zh},
        {"EN-us;q=0", Language::zh},
        {"en;q=x", Language::en},
        {",;q=,,", Language::zh},
    };
    for (const auto& [header, expected] : rows)
        EXPECT_EQ(preferred_language(header), expected) << header;
}

TEST(Etag, NamesAVersionAndIsReadBack) {
    EXPECT_EQ(make_etag(12), "\"v12\"");
    EXPECT_EQ(*if_match_version("\"v12\""), 12U);
    EXPECT_TRUE(none_match_names("\"v1\", W/\"v12\"", "\"v12\""));
    EXPECT_TRUE(none_match_names("*", "\"v12\""));
    EXPECT_FALSE(none_match_names("\"v1\"", "\"v12\""));
    EXPECT_FALSE(none_match_names("", "\"v12\""));
}

TEST(Etag, DemandsThatAChangeNamesOneVersion) {
    using enum market::RefusalCode;
    EXPECT_EQ(if_match_version("").refusal().code, if_match_missing);
    EXPECT_EQ(if_match_version("*").refusal().code, if_match_missing);
    for (const std::string_view tag :
         {"v12",
          "W/\"v12\"",
          "\"v12\", \"v13\"",
          "\"v\"",
          "\"vx\"",
          "\"v-1\"",
          "\"v99999999999999999999\"",
          "\"x12\""})
        EXPECT_EQ(if_match_version(tag).refusal().code, version_stale) << tag;
}

TEST(Problem, SpeaksBothLanguagesAndNamesEachField) {
    market::Refusal refusal{.code = market::RefusalCode::invalid_fields};
    refusal.fields.push_back({"/title", market::FieldReason::too_long, "200"});
    const auto reply = problem(refusal, Language::en, "r-1");
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(reply.content_type, "application/problem+json");
    EXPECT_EQ(*reply.header("content-language"), "en");
    const auto document = json::parse(reply.body);
    ASSERT_TRUE(document);
    const auto root = document->object();
    EXPECT_EQ(root.text("type"), "/problems/invalid_fields");
    EXPECT_EQ(root.text("title"), root.text("title_en"));
    EXPECT_EQ(root.text("instance"), "r-1");
    EXPECT_EQ(root.integer("status"), 422);
    const auto error = root.array("errors")[0].object();
    EXPECT_EQ(error.text("pointer"), "/title");
    EXPECT_EQ(error.text("detail"), "is too long; at most 200");
    EXPECT_EQ(error.text("detail_zh"), "过长，至多 200");
}

TEST(Problem, SaysWhenToComeBack) {
    const auto retry = [](market::RefusalCode code) {
        return problem(market::Refusal{.code = code}, Language::zh, "r").header("Retry-After") !=
               nullptr;
    };
    EXPECT_TRUE(retry(market::RefusalCode::overloaded));
    EXPECT_TRUE(retry(market::RefusalCode::rate_limited));
    EXPECT_TRUE(retry(market::RefusalCode::account_locked));
    EXPECT_FALSE(retry(market::RefusalCode::not_found));
}

TEST(Cursors, AreReadBackOnlyWhenUntouchedAndOfTheSameKey) {
    const Cursors cursors(Cursors::Key{1, 2, 3});
    const auto cursor = cursors.encode("after=need_1|20");
    EXPECT_EQ(cursors.decode(cursor), "after=need_1|20");
    EXPECT_EQ(cursors.decode(cursors.encode("")), "");
    EXPECT_EQ(Cursors(Cursors::Key{9}).decode(cursor), std::nullopt);
    for (std::size_t i = 0; i < cursor.size(); ++i) {
        auto touched = cursor;
        touched[i] = touched[i] == 'A' ? 'B' : 'A';
        EXPECT_EQ(cursors.decode(touched), std::nullopt) << i;
    }
    for (const std::string_view text : {"", "x", "====", "a b", "%%%"})
        EXPECT_EQ(cursors.decode(text), std::nullopt);
    EXPECT_EQ(cursors.decode(std::string(cursor_length_max + 1, 'A')), std::nullopt);
}

TEST(Metrics, AreShownInThePrometheusTextFormat) {
    Metrics metrics;
    metrics.counter("jishi_x_total", "Things", {{"route", "a\"b\\c\nd"}}).add(3);
    metrics.gauge("jishi_y", "Level").set(-2);
    auto& times = metrics.histogram("jishi_t_seconds", "Times", {{"route", "r"}});
    times.observe_us(500);
    times.observe_us(501);
    times.observe_us(20'000'000);
    const auto text = metrics.text();
    for (const std::string_view line :
         {"# TYPE jishi_x_total counter\n",
          "jishi_x_total{route=\"a\\\"b\\\\c\\nd\"} 3\n",
          "jishi_y -2\n",
          "jishi_t_seconds_bucket{route=\"r\",le=\"0.000500\"} 1\n",
          "jishi_t_seconds_bucket{route=\"r\",le=\"0.001000\"} 2\n",
          "jishi_t_seconds_bucket{route=\"r\",le=\"10.000000\"} 2\n",
          "jishi_t_seconds_bucket{route=\"r\",le=\"+Inf\"} 3\n",
          "jishi_t_seconds_sum{route=\"r\"} 20.001001\n",
          "jishi_t_seconds_count{route=\"r\"} 3\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    EXPECT_EQ(&metrics.counter("jishi_y_total", "Y"), &metrics.counter("jishi_y_total", "Y"));
}

TEST(WorkPool, RefusesTheJobBeyondItsQueue) {
    Gauge depth;
    test::Gate gate;
    WorkPool pool(1, 2, depth);
    const auto far = WorkPool::Clock::time_point::max();
    std::atomic<int> ran{0};
    ASSERT_TRUE(pool.submit(far, [&](bool) { gate.pass(); }));
    gate.await_waiting(1);
    EXPECT_TRUE(pool.submit(far, [&](bool in_time) { ran += in_time; }));
    EXPECT_TRUE(pool.submit(far, [&](bool in_time) { ran += in_time; }));
    EXPECT_FALSE(pool.submit(far, [&](bool) { ran += 100; }));
    EXPECT_EQ(depth.value(), 2);
    gate.open();
    while (ran < 2)
        std::this_thread::yield();
    pool.join();
    EXPECT_EQ(ran, 2);
    EXPECT_FALSE(pool.submit(far, [&](bool) {}));
}

TEST(WorkPool, TellsAJobThatItWaitedTooLong) {
    Gauge depth;
    WorkPool pool(1, 2, depth);
    std::promise<bool> in_time;
    pool.submit(WorkPool::Clock::now() - std::chrono::seconds(1), [&](bool value) {
        in_time.set_value(value);
    });
    EXPECT_FALSE(in_time.get_future().get());
}

TEST(Head, IsCompleteOnlyAtItsEmptyLineHoweverItArrives) {
    const std::string head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    for (std::size_t split = 0; split < head.size(); ++split) {
        ASSERT_EQ(
            scan_head(std::string_view(head).substr(0, split), 0).state, HeadScan::State::incomplete
        );
        const auto scan = scan_head(head + "more", split);
        ASSERT_EQ(scan.state, HeadScan::State::complete);
        ASSERT_EQ(scan.end, head.size());
    }
}

TEST(Head, IsMalformedWhereReadersMightDiffer) {
    for (const std::string_view head :
         {std::string_view("GET / HTTP/1.1\n"),
          std::string_view("GET / HTTP/1.1\rX"),
          std::string_view("G\r\nA: b\r\n c"),
          std::string_view("G\r\nA: b\r\n\tc"),
          std::string_view("G\r\nA: \0", 8),
          std::string_view("G\x01"),
          std::string_view("G\r\nA: \x7f")})
        EXPECT_EQ(scan_head(head, 0).state, HeadScan::State::malformed) << head;
}

TEST(ResponseHead, NeverLetsAValueStartAnotherHeader) {
    const auto reply = no_content().with("Location", "/a\r\nSet-Cookie: x=1");
    EXPECT_EQ(response_head(reply, {}).find("Set-Cookie"), std::string::npos);
}

TEST(ResponseHead, WritesTheDateOfRfc9110) {
    EXPECT_EQ(http_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

} // namespace
} // namespace jishi::protocol
