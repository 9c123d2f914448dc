#include "app/logging.hpp"

#include "market/time.hpp"
#include "protocol/json/writer.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>

namespace jishi::app {

namespace {

class JsonFormatter : public spdlog::formatter {
public:
    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
        const auto us =
            std::chrono::duration_cast<std::chrono::microseconds>(message.time.time_since_epoch())
                .count();
        const auto level = spdlog::level::to_string_view(message.level);
        protocol::json::Writer json;
        json.begin_object();
        json.field("at", market::format_instant({us}));
        json.field("level", std::string_view(level.data(), level.size()));
        json.field("message", std::string_view(message.payload.data(), message.payload.size()));
        json.end_object();
        const auto line = json.take() + "\n";
        out.append(line.data(), line.data() + line.size());
    }
    std::unique_ptr<spdlog::formatter> clone() const override {
        return std::make_unique<JsonFormatter>();
    }
};

} // namespace

void set_up_logging(const Settings& settings) {
    auto logger = spdlog::stderr_color_mt("jishi");
    if (settings.text("log-format") == "json")
        logger->set_formatter(std::make_unique<JsonFormatter>());
    else
        logger->set_pattern("%H:%M:%S.%e %^%l%$ %v");
    logger->set_level(spdlog::level::from_str(settings.text("log-level")));
    spdlog::set_default_logger(std::move(logger));
}

} // namespace jishi::app
