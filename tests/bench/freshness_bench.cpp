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

int main(int argc, char** argv) {
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 200;
    auto opened = open_market("freshness_bench");
    const auto port = opened.market->port();
    auto university = join(port, *opened.bureau, "university", 1);
    auto enterprise = join(port, *opened.bureau, "enterprise", 2);
    if (argc > 1) {
        const auto imported = run_jishi(
            {"import",
             argv[1],
             "--kind",
             "achievement",
             "--data",
             opened.data.string(),
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
             (opened.data / "errors.jsonl").string()}
        );
        std::fputs(imported.output.c_str(), stdout);
    }
    publish(
        enterprise.person,
        *opened.bureau,
        "/api/v1/needs",
        need_json("超疏水耐磨涂层", "寻找接触角大于 155 度且耐磨的超疏水自清洁涂层材料与喷涂工艺")
    );
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
        const auto created = university.person.post(
            "/api/v1/achievements",
            achievement_json(
                "超疏水耐磨涂层 " + std::to_string(round),
                "接触角大于 158 度的超疏水自清洁涂层，耐磨 500 次，已中试",
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
