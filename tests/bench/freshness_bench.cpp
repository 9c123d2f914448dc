// How long a published listing takes to be in every answer and on the sockets of those who watch:
// from the answer to the operator's `publish` to the first search that finds it, to the live event,
// and to the pushed match.
//     build/release/tests/freshness_bench [ACHIEVEMENTS.jsonl of {id,title,body}] [rounds]
#include "tests/scenario/market_walk.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace jishi::test;
using Clock = std::chrono::steady_clock;

namespace {

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void print(const char* what, std::vector<double> times_ms) {
    std::sort(times_ms.begin(), times_ms.end());
    const auto at = [&](double share) {
        return times_ms[static_cast<std::size_t>(share * static_cast<double>(times_ms.size() - 1))];
    };
    std::printf("%-28s p50 %7.2f ms   p99 %7.2f ms   max %7.2f ms\n", what, at(.5), at(.99), at(1));
}

double wait_for_frame(
    WsClient& live, std::string_view name, const std::string& id, Clock::time_point begin
) {
    for (;;) {
        const auto frame = live.read_text();
        if (!frame) return -1;
        if (frame->find(name) != std::string::npos && frame->find(id) != std::string::npos)
            return ms_since(begin);
    }
}

} // namespace

// Words of its own for every round, so that each need waits for its own achievement.
std::string topic(int round) {
    std::string text;
    for (int i = 0; i < 6; ++i) {
        const auto code_point =
            0x4e00u +
            (static_cast<unsigned>(round) * 7919u + static_cast<unsigned>(i) * 3571u) % 0x4000u;
        text += static_cast<char>(0xe0 | (code_point >> 12));
        text += static_cast<char>(0x80 | (code_point >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (code_point & 0x3f));
    }
    return text;
}

void import_achievements(const char* file, const std::filesystem::path& data) {
    const auto imported = run_jishi(
        {"import",
         file,
         "--kind",
         "achievement",
         "--data",
         data.string(),
         "--owner",
         uscc(1),
         "--publish",
         "--field",
         "source_id=id",
         "--field",
         "summary=body",
         "--set",
         "fields=[\"new_materials\"]",
         "--set",
         "modes=[\"transfer\"]",
         "--errors",
         (data / "errors.jsonl").string()}
    );
    std::fputs(imported.output.c_str(), stdout);
}

int main(int argc, char** argv) {
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 200;
    auto opened = open_market("freshness_bench");
    const auto port = opened.market->port();
    auto university = join(port, *opened.bureau, "university", 1);
    auto enterprise = join(port, *opened.bureau, "enterprise", 2);
    if (argc > 1) import_achievements(argv[1], opened.data);
    WsClient live(
        "127.0.0.1",
        port,
        "/api/v1/live",
        {{"Authorization", "Bearer " + enterprise.person.token()}}
    );
    live.send_text(R"({"type":"hello"})");
    live.read_text();

    std::vector<double> publish_ms, event_ms, match_ms;
    for (int round = 0; round < rounds; ++round) {
        publish(
            enterprise.person,
            *opened.bureau,
            "/api/v1/needs",
            need_json(topic(round), topic(round) + "材料的制备工艺与设备")
        );
        const auto created = university.person.post(
            "/api/v1/achievements",
            achievement_json(
                topic(round),
                topic(round) + "材料的连续制备工艺，已完成中试",
                "\"exclusive_licence\""
            )
        );
        const auto path = "/api/v1/achievements/" + created.text("id");
        const auto submitted = university.person.act(path, "submit");
        const auto asked = Clock::now();
        const auto published =
            opened.bureau->post(path + "/actions", R"({"action":"publish"})", submitted.etag);
        if (published.status != 200) return 1;
        publish_ms.push_back(ms_since(asked));
        const auto answered = Clock::now();
        event_ms.push_back(wait_for_frame(live, "achievement.publish", created.text("id"), answered)
        );
        match_ms.push_back(wait_for_frame(live, "match.propose", created.text("id"), answered));
    }
    print("publish, answered", publish_ms);
    print("then: event pushed", event_ms);
    print("then: match pushed", match_ms);
}
