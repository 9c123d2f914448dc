#include "storage/options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

namespace jishi::storage {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return {};
        const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) return {};
        decoded += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return decoded;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        if (plain.find(c) != std::string_view::npos) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4], digits[byte & 15]};
        }
    }
    return encoded;
}

// "" and false when `mark` does not occur: the whole text is the head.
struct Split {
    std::string_view head, tail;
    bool found;
};

Split split(std::string_view text, char mark) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) return {text, {}, false};
    return {text.substr(0, at), text.substr(at + 1), true};
}

template<class T>
bool read_number(std::string_view text, std::int64_t least, std::int64_t most, T& number) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return false;
    if (value < least || value > most) return false;
    number = static_cast<T>(value);
    return true;
}

constexpr std::array<std::pair<std::string_view, Tls>, 4> tls_names{{
    {"off", Tls::off},
    {"required", Tls::required},
    {"verify_ca", Tls::verify_ca},
    {"verify_identity", Tls::verify_identity},
}};

bool read_tls(std::string_view text, Tls& tls) {
    const auto known = std::ranges::find(tls_names, text, &decltype(tls_names)::value_type::first);
    if (known == tls_names.end()) return false;
    tls = known->second;
    return true;
}

// "" when accepted, else what is wrong.
std::string set_key(
    DatabaseOptions& options, bool unix_socket, std::string_view key, const std::string& value
) {
    const auto number = [&](auto& target, std::int64_t least, std::int64_t most) -> std::string {
        if (read_number(value, least, most, target)) return {};
        return std::string(key) + " must be a number from " + std::to_string(least) + " to " +
               std::to_string(most);
    };
    if (key == "tls")
        return read_tls(value, options.tls)
                   ? ""
                   : "tls must be off, required, verify_ca or verify_identity";
    if (key == "ca") return (options.ca_file = value).empty() ? "ca must name a file" : "";
    if (key == "connect_timeout_s") return number(options.connect_timeout_s, 1, 3600);
    if (key == "read_timeout_s") return number(options.read_timeout_s, 1, 86400);
    if (key == "write_timeout_s") return number(options.write_timeout_s, 1, 86400);
    if (key == "lock_wait_s") return number(options.lock_wait_s, 1, 3600);
    if (key == "pool_size") return number(options.pool_size, 1, 1000);
    if (key == "queue_wait_ms") return number(options.queue_wait_ms, 0, 600'000);
    if (unix_socket && key == "schema") return options.schema = value, "";
    if (unix_socket && key == "user") return options.user = value, "";
    if (unix_socket && key == "password") return options.password = value, "";
    return "unknown key " + std::string(key);
}

std::string read_query(DatabaseOptions& options, bool unix_socket, std::string_view query) {
    std::vector<std::string_view> seen;
    while (!query.empty()) {
        const auto [pair, rest, more] = split(query, '&');
        const auto [key, encoded, has_value] = split(pair, '=');
        const auto value = percent_decode(encoded);
        if (!has_value || !value)
            return "the part after '?' must be key=value pairs, percent-encoded";
        if (std::ranges::find(seen, key) != seen.end()) return std::string(key) + " is given twice";
        seen.push_back(key);
        if (auto problem = set_key(options, unix_socket, key, *value); !problem.empty())
            return problem;
        query = rest;
    }
    return {};
}

std::string read_host(DatabaseOptions& options, std::string_view text) {
    constexpr std::string_view bad_port = "the port must be a number from 1 to 65535";
    if (text.starts_with('[')) { // an IPv6 address
        const auto [address, port, closed] = split(text.substr(1), ']');
        if (!closed || address.empty()) return "the IPv6 address is not closed by ']'";
        options.host = address;
        if (port.empty()) return {};
        if (port[0] != ':' || !read_number(port.substr(1), 1, 65535, options.port))
            return std::string(bad_port);
        return {};
    }
    const auto [host, port, has_port] = split(text, ':');
    const auto decoded = percent_decode(host);
    if (!decoded || decoded->empty()) return "the host is missing";
    options.host = *decoded;
    if (has_port && !read_number(port, 1, 65535, options.port)) return std::string(bad_port);
    return {};
}

std::string read_user(DatabaseOptions& options, std::string_view text) {
    const auto [user, password, has_password] = split(text, ':');
    const auto decoded_user = percent_decode(user), decoded_password = percent_decode(password);
    if (!decoded_user || !decoded_password)
        return "the user or the password is not properly percent-encoded";
    options.user = *decoded_user;
    options.password = *decoded_password;
    return {};
}

std::string read_place(DatabaseOptions& options, bool unix_socket, std::string_view place) {
    // A raw '@' or '/' inside a password must not cut it in two silently: the last '@' before the
    // first '/' ends it.
    const auto slash = std::min(place.find('/'), place.size());
    const auto at = place.substr(0, slash).rfind('@');
    auto rest = place;
    if (at != std::string_view::npos) {
        if (auto problem = read_user(options, place.substr(0, at)); !problem.empty())
            return problem;
        rest = place.substr(at + 1);
    }
    if (unix_socket) {
        const auto path = percent_decode(rest);
        if (!path || !path->starts_with('/')) return "the path of the socket must begin with '/'";
        if (path->size() >= 108) return "the path of the socket is longer than 107 bytes";
        options.socket = *path;
        return {};
    }
    const auto [host, path, has_path] = split(rest, '/');
    if (auto problem = read_host(options, host); !problem.empty()) return problem;
    const auto schema = percent_decode(path);
    if (!schema || schema->find('/') != std::string::npos)
        return "the schema name is not acceptable";
    options.schema = *schema;
    return {};
}

std::string read_url(DatabaseOptions& options, std::string_view url) {
    constexpr std::string_view tcp = "mysql://", unix_scheme = "mysql+unix://";
    const bool unix_socket = url.starts_with(unix_scheme);
    if (!unix_socket && !url.starts_with(tcp))
        return "it must begin with mysql:// or mysql+unix://";
    url.remove_prefix(unix_socket ? unix_scheme.size() : tcp.size());
    const auto [place, query, has_query] = split(url, '?');
    if (auto problem = read_place(options, unix_socket, place); !problem.empty()) return problem;
    if (auto problem = read_query(options, unix_socket, query); !problem.empty()) return problem;
    if (options.schema.empty()) return "the schema name is missing";
    const bool verify = options.tls == Tls::verify_ca || options.tls == Tls::verify_identity;
    if (verify && options.ca_file.empty())
        return "tls=verify_ca and tls=verify_identity need ca=<file>";
    if (!verify && !options.ca_file.empty())
        return "ca=<file> needs tls=verify_ca or tls=verify_identity";
    if (unix_socket && options.tls != Tls::off) return "tls makes no sense on a unix socket";
    return {};
}

} // namespace

ParsedDatabaseUrl parse_database_url(std::string_view url) {
    DatabaseOptions options;
    auto problem = read_url(options, url);
    if (problem.empty()) return {std::move(options), {}};
    return {std::nullopt, "the database URL is not acceptable: " + problem};
}

std::string describe(const DatabaseOptions& options) {
    const auto user = options.user.empty() ? "" : percent_encode(options.user) + "@";
    if (!options.socket.empty()) {
        return "mysql+unix://" + user + percent_encode(options.socket) +
               "?schema=" + percent_encode(options.schema);
    }
    const bool ipv6 = options.host.find(':') != std::string::npos;
    auto text = "mysql://" + user +
                (ipv6 ? "[" + options.host + "]" : percent_encode(options.host)) + ":" +
                std::to_string(options.port) + "/" + percent_encode(options.schema);
    if (options.tls != Tls::off) {
        const auto name =
            std::ranges::find(tls_names, options.tls, &decltype(tls_names)::value_type::second);
        text += "?tls=" + std::string(name->first);
    }
    return text;
}

} // namespace jishi::storage
