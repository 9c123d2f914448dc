// docs/operations.md names every setting with its default, and none besides.
#include "app/settings.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

namespace jishi::app {
namespace {

// "| `port` | `8080` | 0..65535 |"
std::string row_of(const SettingRow& row) {
    const auto shown = row.fallback.empty() ? std::string() : "`" + std::string(row.fallback) + "`";
    const auto range = row.kind == SettingKind::integer
                           ? std::to_string(row.min) + ".." + std::to_string(row.max)
                           : std::string();
    return "| `" + std::string(row.name) + "` | " + shown + " | " + range + " |";
}

// The lines of the table of settings.
std::set<std::string> documented_rows() {
    std::ifstream in(JISHI_SOURCE_DIR "/docs/operations.md");
    std::set<std::string> rows;
    bool in_settings = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("## ")) in_settings = line == "## Settings";
        if (in_settings && line.starts_with("| `")) rows.insert(line);
    }
    return rows;
}

} // namespace

TEST(OperationsDoc, HasARowForEverySettingWithItsDefaultAndRange) {
    const auto rows = documented_rows();
    for (const auto& row : setting_rows()) {
        const auto wanted = row_of(row);
        const auto found = rows.lower_bound(wanted);
        EXPECT_TRUE(found != rows.end() && found->starts_with(wanted))
            << "docs/operations.md lacks: " << wanted;
    }
    EXPECT_EQ(rows.size(), setting_rows().size());
}

} // namespace jishi::app
