// Looks at a database server the way an experienced operator would, and says what is not as it
// should be.
#pragma once

#include "market/time.hpp"
#include "storage/connection.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace jishi::storage {

struct Finding {
    enum class Level : std::uint8_t { fine, advice, problem };
    Level level = Level::fine;
    std::string name;   // what was looked at: "isolation", "clock_skew", ...
    std::string found;  // what it is
    std::string advice; // empty when fine
};

// `now` is the caller's clock; the server's must agree within two seconds. Changes nothing.
std::vector<Finding> inspect(Connection& connection, market::Instant now);

} // namespace jishi::storage
