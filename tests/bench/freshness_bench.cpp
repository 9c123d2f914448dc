// How long a published listing takes to be in every answer and on the sockets of those who watch:
// from the answer to the operator's `publish` to the first search that finds it, to the live event,
// and, in a small market, to the pushed match.
//     build/release/tests/freshness_bench [ROUNDS [FOLDER ACHIEVEMENTS NEEDS]]
// With files (JSON Lines of {id,title,body}), in the market of FOLDER, which is filled with them
// and learns from them the first time, and stays; meanwhile somebody searches without a pause.
#include "storage/embedded_server.hpp"
#include "storage/event_log.hpp"
#include "tests/scenario/market_walk.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

using namespace jishi::test;
using Clock = std::chrono::steady_clock;
namespace storage = jishi::storage;

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

// Reads the live socket as fast as it can and remembers when each message came.
class Watcher {
public:
    Watcher(std::uint16_t port, const std::string& token)
        : live_("127.0.0.1", port, "/api/v1/live", {{"Authorization", "Bearer " + token}}) {
        live_.send_text(R"({"type":"hello"})");
        live_.read_text();
        reader_ = std::jthread([this](const std::stop_token& stop) { read(stop); });
    }
    // When a message came that names both; waits for it.
    Clock::time_point when(std::string_view event, const std::string& id) {
        for (const auto begin = Clock::now(); ms_since(begin) < 20'000;) {
            const std::lock_guard lock(mutex_);
            for (const auto& [at, text] : messages_)
                if (text.find(event) != std::string::npos && text.find(id) != std::string::npos)
                    return at;
        }
        throw std::runtime_error("nothing came");
    }
    void forget() {
        const std::lock_guard lock(mutex_);
        messages_.clear();
    }

private:
    void read(const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::optional<std::string> text;
            try {
                text = live_.read_text();
            } catch (const std::exception&) {
                continue; // nothing came for a while
            }
            if (!text) return;
            const std::lock_guard lock(mutex_);
            messages_.emplace_back(Clock::now(), *std::move(text));
        }
    }

    WsClient live_;
    std::mutex mutex_;
    std::vector<std::pair<Clock::time_point, std::string>> messages_;
    std::jthread reader_;
};

// Somebody who searches without a pause.
class Hammer {
public:
    explicit Hammer(std::uint16_t port)
        : searcher_([this, port](const std::stop_token& stop) {
              HttpClient client("127.0.0.1", port);
              const std::string texts[] = {"电池", "污泥 干燥", "图像 识别 算法", "材料"};
              while (!stop.stop_requested()) {
                  const auto begin = Clock::now();
                  client.get("/api/v1/achievements?q=" + encoded(texts[took_ms_.size() % 4]));
                  took_ms_.push_back(ms_since(begin));
              }
          }) {}
    std::vector<double> stop() {
        searcher_.request_stop();
        searcher_.join();
        return took_ms_;
    }

    static std::string encoded(std::string_view text) {
        std::string out;
        for (const char c : text) {
            char code[4];
            std::snprintf(code, sizeof code, "%%%02X", static_cast<unsigned char>(c));
            out += code;
        }
        return out;
    }

private:
    std::vector<double> took_ms_;
    std::jthread searcher_;
};

// Words of its own for every round, so that each need waits for its own achievement.
std::string topic(unsigned round) {
    std::string text;
    for (unsigned i = 0; i < 6; ++i) {
        const auto code_point = 0x4e00u + (round * 7919u + i * 3571u) % 0x4000u;
        text += static_cast<char>(0xe0 | (code_point >> 12));
        text += static_cast<char>(0x80 | (code_point >> 6 & 0x3f));
        text += static_cast<char>(0x80 | (code_point & 0x3f));
    }
    return text;
}

void import_listings(
    const std::string& file,
    const std::string& kind,
    const std::string& owner,
    const std::filesystem::path& data
) {
    const auto imported = run_jishi({"import",    file,
                                     "--kind",    kind,
                                     "--data",    data.string(),
                                     "--owner",   owner,
                                     "--publish", "--ignore-duplicates",
                                     "--field",   "source_id=id",
                                     "--field",   "summary=body",
                                     "--set",     "fields=[\"new_materials\"]",
                                     "--set",     "modes=[\"transfer\"]",
                                     "--errors",  (data / ("errors." + kind + ".jsonl")).string()});
    std::fputs(imported.output.c_str(), stdout);
    if (imported.exit_code != 0) std::fputs(imported.errors.c_str(), stdout);
}

// Of a gauge among the metrics.
double gauge(std::uint16_t port, const std::string& name) {
    const auto text = HttpClient("127.0.0.1", port).get("/metrics").body;
    const auto at = text.find("\n" + name);
    if (at == std::string::npos) return -1;
    return std::stod(text.substr(text.find(' ', at + 1)));
}

// What was imported is nobody's news: it is in the log, its matches are not looked for, and the
// next start reads it from the database.
void leave_behind(const std::filesystem::path& data) {
    const auto options = storage::running_embedded(data);
    if (!options) throw std::runtime_error("the database does not run");
    storage::Pool pool(*options);
    storage::EventLog log(pool);
    while (log.stamp() > 0) {
    }
    auto connection = pool.take();
    for (;;) {
        const auto at = storage::consumer_position(*connection, "matcher"),
                   end = log.last_position();
        if (at == end) return;
        try {
            storage::advance_consumer(*connection, "matcher", at, end);
        } catch (const storage::StorageError&) { // the matcher has come further meanwhile
        }
    }
}

void fill(const std::filesystem::path& data, const std::string& supply, const std::string& demand) {
    create_operator(data);
    const FirstOperator who;
    RunningMarket market(data, {"--learn", "off"});
    Person bureau(market.port(), who.login, who.password);
    join(market.port(), bureau, "university", 1);
    join(market.port(), bureau, "enterprise", 2);
    import_listings(supply, "achievement", uscc(1), data);
    import_listings(demand, "need", uscc(2), data);
    leave_behind(data);
    market.stop();
}

void learn(const std::filesystem::path& data) {
    RunningMarket market(data);
    while (!std::filesystem::exists(data / "model" / "current"))
        std::this_thread::sleep_for(std::chrono::seconds(1));
    while (gauge(market.port(), "jishi_model_version") <= 0)
        std::this_thread::sleep_for(std::chrono::seconds(1));
    market.stop();
}

void measure(RunningMarket& market, unsigned rounds, unsigned first, bool hammer) {
    const FirstOperator who;
    Person bureau(market.port(), who.login, who.password);
    auto university = join(market.port(), bureau, "university", static_cast<int>(first) + 3);
    auto enterprise = join(market.port(), bureau, "enterprise", static_cast<int>(first) + 4);
    Watcher watcher(market.port(), enterprise.person.token());
    HttpClient searcher("127.0.0.1", market.port());
    std::optional<Hammer> hammering;
    if (hammer) hammering.emplace(market.port());
    std::vector<double> publish_ms, found_ms, event_ms, match_ms;
    for (auto round = first; round < first + rounds; ++round) {
        const auto words = topic(round);
        publish(
            enterprise.person,
            bureau,
            "/api/v1/needs",
            need_json(words, words + "材料的制备工艺与设备")
        );
        const auto created = university.person.post(
            "/api/v1/achievements",
            achievement_json(
                words, words + "材料的连续制备工艺，已完成中试", "\"exclusive_licence\""
            )
        );
        const auto id = created.text("id");
        const auto path = "/api/v1/achievements/" + id;
        const auto submitted = university.person.act(path, "submit");
        const auto search = "/api/v1/achievements?q=" + Hammer::encoded(words);
        const auto asked = Clock::now();
        const auto published =
            bureau.post(path + "/actions", R"({"action":"publish"})", submitted.etag);
        const auto answered = Clock::now();
        if (published.status != 200) throw std::runtime_error(published.body);
        publish_ms.push_back(std::chrono::duration<double, std::milli>(answered - asked).count());
        while (searcher.get(search).body.find(id) == std::string::npos) {
        }
        found_ms.push_back(ms_since(answered));
        const auto after = [&](std::string_view event) {
            const std::chrono::duration<double, std::milli> took =
                watcher.when(event, id) - answered;
            return std::max(0.0, took.count());
        };
        event_ms.push_back(after("achievement.publish"));
        if (!hammer) match_ms.push_back(after("match.propose"));
        watcher.forget();
    }
    print("publish, answered", publish_ms);
    print("then: in a search's answer", found_ms);
    print("then: event pushed", event_ms);
    if (!hammer) print("then: match pushed", match_ms);
    if (hammering) print("meanwhile, other searches", hammering->stop());
}

} // namespace

int main(int argc, char** argv) {
    const auto rounds = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 200;
    if (argc < 5) {
        auto opened = open_market("freshness_bench");
        measure(*opened.market, rounds, 0, false);
        return 0;
    }
    const std::filesystem::path data = argv[2];
    if (!std::filesystem::exists(data)) {
        fill(data, argv[3], argv[4]);
        learn(data);
    }
    const auto begin = Clock::now();
    RunningMarket market(data, {"--learn", "off"});
    std::printf("open after %.2f s\n", ms_since(begin) / 1e3);
    measure(market, rounds, static_cast<unsigned>(std::time(nullptr) % 900'000), true);
    market.stop();
    return 0;
}
