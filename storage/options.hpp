// Where the database is and how to reach it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace jishi::storage {

enum class Tls : std::uint8_t {
    off,
    required,        // encrypted, the peer unproven
    verify_ca,       // signed by `ca_file`
    verify_identity, // signed by `ca_file`, and the certificate names the host
};

struct DatabaseOptions {
    std::string host{}; // a name or an address; empty when `socket` is set
    std::uint16_t port = 3306;
    std::string socket{}; // path of a unix socket
    std::string user{}, password{}, schema{};
    Tls tls = Tls::off;
    std::string ca_file{};
    int connect_timeout_s = 5;
    int read_timeout_s = 30; // a statement that takes longer loses its connection
    int write_timeout_s = 30;
    int lock_wait_s = 5;
    std::size_t pool_size = 8;
    int queue_wait_ms = 2000; // how long one may wait for a connection of the pool
};

struct ParsedDatabaseUrl {
    std::optional<DatabaseOptions> options; // or:
    std::string problem;                    // one sentence; never holds the password
};

// mysql://user:password@host:3306/schema?tls=verify_identity&ca=/path.pem
// mysql+unix://user:password@/path/to/socket?schema=name   (or
// mysql+unix:///path/to/socket?user=...&password=...) Further keys: connect_timeout_s,
// read_timeout_s, write_timeout_s, lock_wait_s, pool_size, queue_wait_ms. Parts are
// percent-decoded; unknown or repeated keys are refused.
ParsedDatabaseUrl parse_database_url(std::string_view url);

// For logs: the URL without the password.
std::string describe(const DatabaseOptions& options);

} // namespace jishi::storage
