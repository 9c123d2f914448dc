// One throw-away MariaDB server for the whole test process, started on first use, gone at its end
// even when it crashes.
#pragma once

#include "storage/embedded_server.hpp"
#include "storage/options.hpp"

#include <filesystem>
#include <string_view>

namespace jishi::testing {

class TestDatabase {
public:
    // A new, empty schema on the shared server. Fast, not durable: for power-failure tests start an
    // EmbeddedServer.
    static storage::DatabaseOptions fresh_schema();
    static storage::EmbeddedServer& server();
};

// A folder below /tmp that is removed at the end of the process; those of crashed runs are removed
// by the next.
std::filesystem::path fresh_folder(std::string_view name);

} // namespace jishi::testing
