#include "app/database.hpp"

#include "storage/migration.hpp"

#include <spdlog/spdlog.h>

#include <unistd.h>

#include <algorithm>

namespace jishi::app {

namespace {

constexpr int migration_read_timeout_s = 3'600;

storage::DatabaseOptions external_options(const std::string& url) {
    auto parsed = storage::parse_database_url(url);
    if (!parsed.options) throw SettingError("database: " + parsed.problem);
    return *std::move(parsed.options);
}

int embedded_memory_mb(const Settings& settings) {
    constexpr std::int64_t least = 128, most = 4'096, share = 8;
    const auto wanted = settings.integer("database-memory-mb");
    if (wanted > 0) return static_cast<int>(wanted);
    const std::int64_t pages = sysconf(_SC_PHYS_PAGES), page_bytes = sysconf(_SC_PAGESIZE);
    return static_cast<int>(std::clamp(pages * page_bytes / (share << 20), least, most));
}

void bring_up_to_date(storage::DatabaseOptions options) {
    options.read_timeout_s = migration_read_timeout_s;
    storage::Connection connection(options);
    const auto report = storage::migrate(connection);
    for (const int number : report.applied)
        spdlog::info("applied migration {}", number);
}

} // namespace

Database::Database(const Settings& settings, Schema schema, Ownership ownership) {
    const auto& where = settings.text("database");
    const auto running = where == "embedded" && ownership == Ownership::share
                             ? storage::running_embedded(settings.text("data"))
                             : std::nullopt;
    if (running) {
        options_ = *running;
    } else if (where == "embedded") {
        storage::EmbeddedOptions options{.data_dir = settings.text("data")};
        options.buffer_pool_mb = embedded_memory_mb(settings);
        options.on_event = [](std::string_view text) {
            spdlog::info("embedded database: {}", text);
        };
        embedded_ = std::make_unique<storage::EmbeddedServer>(std::move(options));
        options_ = embedded_->database();
    } else {
        options_ = external_options(where);
    }
    options_.pool_size = static_cast<std::size_t>(settings.integer("pool-size"));
    if (schema == Schema::migrate || (schema == Schema::check && embedded_)) {
        bring_up_to_date(options_);
    } else if (schema == Schema::check) {
        storage::Connection connection(options_);
        storage::check(connection);
    }
    pool_ = std::make_unique<storage::Pool>(options_);
}

std::string Database::described() const {
    return storage::describe(options_);
}

} // namespace jishi::app
