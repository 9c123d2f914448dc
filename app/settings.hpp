// Every setting of the program: one table gives its name, environment variable, flag, default and
// meaning. A later source wins: default, TOML file, environment, flag.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::app {

enum class SettingKind : std::uint8_t { text, integer, flag, secret };

struct SettingRow {
    std::string_view name; // in TOML and as --name; the variable is JISHI_NAME with _ for -
    SettingKind kind;
    std::string_view fallback;
    std::string_view about;
    std::int64_t min = 0, max = 0; // of an integer
};

std::span<const SettingRow> setting_rows();

enum class Source : std::uint8_t { fallback, file, environment, flag };
std::string_view source_name(Source source);

// A setting that cannot be used; the text names the setting, where it came from and what would do.
struct SettingError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class Settings {
public:
    struct Value {
        std::string text;
        Source source = Source::fallback;
    };
    // Looks like getenv.
    using Environment = const char* (*)(const char* name);

    // `file` empty: none. Unknown keys in the file, wrong types and numbers out of range throw
    // SettingError.
    Settings(
        const std::string& file,
        Environment environment,
        const std::map<std::string, std::string>& flags
    );

    const std::string& text(std::string_view name) const;
    std::int64_t integer(std::string_view name) const;
    bool flag(std::string_view name) const;

    // One line a setting: name = value   # source. Secrets are shown as set or not.
    std::string print() const;

    // Throws SettingError with everything that --production does not accept.
    void check_production() const;

private:
    void set(const SettingRow& row, std::string text, Source source);
    std::map<std::string, Value, std::less<>> values_;
};

} // namespace jishi::app
