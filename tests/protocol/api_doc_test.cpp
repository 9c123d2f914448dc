// docs/api.md names every route as the program has it, and none besides.
#include "tests/support/promised_routes.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace jishi::protocol {
namespace {

std::string scope_column(const Route& route) {
    const auto scope = route.scope ? std::string(market::name_of(*route.scope)) : "any token";
    if (route.auth == Auth::none) return "public";
    return route.auth == Auth::optional ? "public, " + scope : scope;
}

std::string headers_column(const Route& route) {
    if (!route.needs_idempotency_key) return route.needs_if_match ? "If-Match" : "";
    return route.needs_if_match ? "If-Match, key" : "key";
}

// "| `POST /api/v1/needs` | write | key |", as far as the program decides it.
std::string row_of(const Route& route) {
    return "| `" + std::string(method_name(route.method)) + " " + std::string(route.pattern) +
           "` | " + scope_column(route) + " | " + headers_column(route) + " |";
}

// The same part of the document's rows.
std::set<std::string> documented_rows() {
    std::ifstream in(JISHI_SOURCE_DIR "/docs/api.md");
    std::set<std::string> rows;
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with("| `") || line.find(" /") == line.npos) continue;
        auto end = line.find(" |");
        for (int column = 0; column < 2 && end != line.npos; ++column)
            end = line.find(" |", end + 1);
        if (end != line.npos) rows.insert(line.substr(0, end + 2));
    }
    return rows;
}

} // namespace

TEST(ApiDoc, HasARowForEveryRouteWithItsScopeAndHeaders) {
    const auto rows = documented_rows();
    for (const auto& route : test::promised_routes().all())
        EXPECT_TRUE(rows.contains(row_of(route))) << "docs/api.md lacks: " << row_of(route);
    EXPECT_EQ(rows.size(), test::promised_routes().all().size());
}

} // namespace jishi::protocol
