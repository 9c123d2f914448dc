// JSON Lines: one object a line, a line at a time.
#pragma once

#include "protocol/json/reader.hpp"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

namespace jishi::app {

inline constexpr std::size_t jsonl_line_bytes_max = std::size_t{1024} * 1024;

struct JsonlRow {
    std::uint64_t line = 0;
    protocol::json::Document object{}; // empty when `wrong` is not
    std::string wrong{};
};

class JsonlReader {
public:
    explicit JsonlReader(std::istream& in) : in_(in) {}
    // Nothing at the end; empty lines are passed over.
    std::optional<JsonlRow> next();

private:
    bool read_line(std::string& text, bool& too_long);

    std::istream& in_;
    std::uint64_t line_ = 0;
};

} // namespace jishi::app
