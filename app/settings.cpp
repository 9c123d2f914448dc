#include "app/settings.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>

namespace jishi::app {

namespace {

using K = SettingKind;

constexpr std::int64_t database_memory_mb_min = 16; // besides 0

constexpr std::array rows{
    SettingRow{"address", K::text, "127.0.0.1", "address to listen on"},
    SettingRow{"port", K::integer, "8080", "port to listen on; 0 takes any free one", 0, 65'535},
    SettingRow{
        "data", K::text, "data", "folder of the embedded database and of what the program keeps"},
    SettingRow{
        "database",
        K::text,
        "embedded",
        "embedded, or mysql://user:password@host:port/schema?tls=verify_identity&ca=..."},
    SettingRow{
        "database-memory-mb",
        K::integer,
        "0",
        "memory in which the embedded database keeps its pages; 0: an eighth of the machine's, "
        "from 128 to 4096; otherwise at least 16",
        0,
        1'048'576},
    SettingRow{"pool-size", K::integer, "10", "database connections", 2, 200},
    SettingRow{"workers", K::integer, "6", "threads that wait for the database", 1, 128},
    SettingRow{"queue-max", K::integer, "256", "requests that may wait for a worker", 1, 100'000},
    SettingRow{"connections-max", K::integer, "4096", "open connections", 1, 100'000},
    SettingRow{"header-bytes-max", K::integer, "8192", "bytes of a request's header", 1024, 65'536},
    SettingRow{
        "body-bytes-max", K::integer, "1048576", "bytes of a request's body", 1024, 67'108'864},
    SettingRow{
        "drain-s",
        K::integer,
        "10",
        "seconds that running requests get when the program stops",
        0,
        300},
    SettingRow{"live-clients-max", K::integer, "2000", "open WebSockets", 1, 100'000},
    SettingRow{
        "sweep-ms",
        K::integer,
        "1000",
        "milliseconds between two looks for what is due",
        10,
        3'600'000},
    SettingRow{
        "learn", K::text, "on", "on: learn from the live listings; off: keep the model there is"},
    SettingRow{
        "learn-share-percent",
        K::integer,
        "5",
        "how much of the listings, or of the confirmed matches, must have changed before the "
        "market is learned from again",
        0,
        100},
    SettingRow{
        "learn-listings-min",
        K::integer,
        "100",
        "listings that must have changed at least, and that there must be",
        1,
        1'000'000},
    SettingRow{
        "learn-matches-min",
        K::integer,
        "20",
        "confirmed matches that must have come or gone at least",
        1,
        1'000'000},
    SettingRow{
        "learn-pause-s",
        K::integer,
        "60",
        "seconds at least from one look at the market to the next",
        1,
        86'400},
    SettingRow{
        "learn-rest-factor",
        K::integer,
        "4",
        "and so many times as long as the last look took, with what was learned after it",
        0,
        1'000},
    SettingRow{
        "snapshot-pause-s",
        K::integer,
        "600",
        "seconds at least between two writings of the index to data/index; 0: it is not kept",
        0,
        86'400},
    SettingRow{
        "cursor-key", K::secret, "", "64 hex digits that sign page cursors; all nodes share it"},
    SettingRow{"log-format", K::text, "text", "text or json"},
    SettingRow{"log-level", K::text, "info", "debug, info, warning or error"},
    SettingRow{
        "production", K::flag, "false", "refuse missing or weak secrets and unsafe connections"},
    SettingRow{"demo", K::text, "", "folder with demo data to load into an empty market"},
};

std::string where(const SettingRow& row, Source source) {
    return std::string(row.name) + " (from " + std::string(source_name(source)) + ")";
}

std::string environment_name(std::string_view name) {
    std::string variable = "JISHI_";
    for (const char c : name)
        variable += c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return variable;
}

std::int64_t parse_integer(const SettingRow& row, std::string_view text, Source source) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < row.min ||
        number > row.max)
        throw SettingError(
            where(row, source) + ": expected a whole number " + std::to_string(row.min) + ".." +
            std::to_string(row.max)
        );
    return number;
}

std::string toml_text(const SettingRow& row, const toml::node& node) {
    if (const auto* text = node.as_string(); text && row.kind != K::integer && row.kind != K::flag)
        return text->get();
    if (const auto* number = node.as_integer(); number && row.kind == K::integer)
        return std::to_string(number->get());
    if (const auto* flag = node.as_boolean(); flag && row.kind == K::flag)
        return flag->get() ? "true" : "false";
    throw SettingError(where(row, Source::file) + ": wrong type");
}

const SettingRow* find_row(std::string_view name) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const SettingRow& row) {
        return row.name == name;
    });
    return found == rows.end() ? nullptr : &*found;
}

bool is_hex_key(std::string_view text) {
    return text.size() == 64 &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

} // namespace

std::span<const SettingRow> setting_rows() {
    return rows;
}

std::string_view source_name(Source source) {
    constexpr std::array<std::string_view, 4> names{"default", "file", "environment", "flag"};
    return names[static_cast<std::size_t>(source)];
}

Settings::Settings(
    const std::string& file,
    Environment environment,
    const std::map<std::string, std::string>& flags
) {
    for (const auto& row : rows)
        set(row, std::string(row.fallback), Source::fallback);
    if (!file.empty()) {
        toml::table table;
        try {
            table = toml::parse_file(file);
        } catch (const toml::parse_error& error) {
            throw SettingError(file + ": " + std::string(error.description()));
        }
        for (const auto& [key, node] : table) {
            const auto* row = find_row(key.str());
            if (!row)
                throw SettingError(file + ": unknown setting '" + std::string(key.str()) + "'");
            set(*row, toml_text(*row, node), Source::file);
        }
    }
    for (const auto& row : rows)
        if (const char* text = environment(environment_name(row.name).c_str()))
            set(row, text, Source::environment);
    for (const auto& [name, text] : flags)
        if (const auto* row = find_row(name)) set(*row, text, Source::flag);
}

void Settings::set(const SettingRow& row, std::string text, Source source) {
    if (row.kind == K::integer) parse_integer(row, text, source);
    if (row.kind == K::flag && text != "true" && text != "false")
        throw SettingError(where(row, source) + ": expected true or false");
    if (row.kind == K::secret && !text.empty() && !is_hex_key(text))
        throw SettingError(
            where(row, source) + ": expected 64 hex digits; make some with: openssl rand -hex 32"
        );
    if (row.name == "log-format" && text != "text" && text != "json")
        throw SettingError(where(row, source) + ": expected text or json");
    if (row.name == "learn" && text != "on" && text != "off")
        throw SettingError(where(row, source) + ": expected on or off");
    if (row.name == "database-memory-mb" && text != "0" &&
        parse_integer(row, text, source) < database_memory_mb_min)
        throw SettingError(
            where(row, source) + ": expected 0 or at least " +
            std::to_string(database_memory_mb_min)
        );
    if (row.name == "log-level" && text != "debug" && text != "info" && text != "warning" &&
        text != "error")
        throw SettingError(where(row, source) + ": expected debug, info, warning or error");
    values_.insert_or_assign(std::string(row.name), Value{std::move(text), source});
}

const std::string& Settings::text(std::string_view name) const {
    return values_.find(name)->second.text;
}

std::int64_t Settings::integer(std::string_view name) const {
    return parse_integer(*find_row(name), text(name), values_.find(name)->second.source);
}

bool Settings::flag(std::string_view name) const {
    return text(name) == "true";
}

std::string Settings::print() const {
    std::string out;
    for (const auto& row : rows) {
        const auto& value = values_.find(row.name)->second;
        auto shown = row.kind == K::secret ? std::string(value.text.empty() ? "not set" : "set")
                     : row.kind == K::text ? '"' + value.text + '"'
                                           : value.text;
        // A password inside the URL is a secret too.
        if (row.name == "database")
            if (const auto at = shown.find('@'); at != std::string::npos)
                if (const auto colon = shown.find(':', shown.find("//")); colon < at)
                    shown.replace(colon + 1, at - colon - 1, "***");
        out += std::string(row.name) + " = " + shown + "   # " +
               std::string(source_name(value.source)) + "\n";
    }
    return out;
}

void Settings::check_production() const {
    std::string missing;
    if (text("cursor-key").empty())
        missing +=
            "\n  cursor-key is not set: give JISHI_CURSOR_KEY 64 hex digits (openssl rand -hex 32)";
    else if (text("cursor-key").find_first_not_of(text("cursor-key")[0]) == std::string::npos)
        missing +=
            "\n  cursor-key is one repeated digit: give it random ones (openssl rand -hex 32)";
    if (!text("demo").empty())
        missing += "\n  demo is set: demo accounts have no place in production";
    const auto& database = text("database");
    const bool over_network = database.starts_with("mysql://");
    if (over_network && database.find("tls=verify_identity") == std::string::npos &&
        database.find("@127.0.0.1") == std::string::npos &&
        database.find("@localhost") == std::string::npos)
        missing += "\n  database is reached without verified TLS: add "
                   "?tls=verify_identity&ca=/path/ca.pem";
    if (over_network && database.find(":@") != std::string::npos)
        missing += "\n  database has an empty password";
    if (!missing.empty()) throw SettingError("--production refuses to start:" + missing);
}

} // namespace jishi::app
