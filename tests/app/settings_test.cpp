#include "app/settings.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace jishi::app {
namespace {

const char* nothing(const char*) {
    return nullptr;
}
const char* port_9000(const char* name) {
    return std::strcmp(name, "JISHI_PORT") == 0 ? "9000" : nullptr;
}

std::string file_with(const std::string& text) {
    const auto path = std::filesystem::temp_directory_path() / "jishi_settings_test.toml";
    std::ofstream(path) << text;
    return path.string();
}

std::string refusal_of(const std::string& file, const std::map<std::string, std::string>& flags) {
    try {
        Settings(file, nothing, flags);
        return "accepted";
    } catch (const SettingError& error) {
        return error.what();
    }
}

TEST(Settings, ALaterSourceWinsAndIsNamed) {
    const auto file = file_with("port = 7000\nlog-level = \"debug\"\n");
    EXPECT_EQ(Settings("", nothing, {}).integer("port"), 8080);
    EXPECT_EQ(Settings(file, nothing, {}).integer("port"), 7000);
    EXPECT_EQ(Settings(file, port_9000, {}).integer("port"), 9000);
    const Settings all(file, port_9000, {{"port", "9500"}});
    EXPECT_EQ(all.integer("port"), 9500);
    EXPECT_NE(all.print().find("port = 9500   # flag"), std::string::npos);
    EXPECT_NE(all.print().find("log-level = \"debug\"   # file"), std::string::npos);
    EXPECT_NE(all.print().find("workers = 6   # default"), std::string::npos);
}

TEST(Settings, WhatIsWrongIsNamed) {
    EXPECT_NE(refusal_of("", {{"port", "65536"}}).find("port (from flag)"), std::string::npos);
    EXPECT_EQ(refusal_of("", {{"port", "65535"}}), "accepted");
    EXPECT_NE(refusal_of("", {{"port", "80x"}}).find("whole number"), std::string::npos);
    EXPECT_NE(
        refusal_of(file_with("porte = 1\n"), {}).find("unknown setting 'porte'"), std::string::npos
    );
    EXPECT_NE(refusal_of(file_with("port = \"80\"\n"), {}).find("wrong type"), std::string::npos);
    EXPECT_NE(refusal_of("", {{"cursor-key", "abc"}}).find("64 hex digits"), std::string::npos);
    EXPECT_NE(refusal_of("", {{"learn", "true"}}).find("on or off"), std::string::npos);
    EXPECT_EQ(refusal_of("", {{"database-memory-mb", "0"}}), "accepted");
    EXPECT_EQ(refusal_of("", {{"database-memory-mb", "16"}}), "accepted");
    EXPECT_NE(
        refusal_of("", {{"database-memory-mb", "15"}}).find("at least 16"), std::string::npos
    );
    EXPECT_EQ(refusal_of("", {{"database-memory-mb", "1048576"}}), "accepted");
    EXPECT_NE(
        refusal_of("", {{"database-memory-mb", "1048577"}}).find("1048576"), std::string::npos
    );
    EXPECT_EQ(refusal_of("", {{"learn", "off"}, {"learn-listings-min", "1"}}), "accepted");
    EXPECT_NE(refusal_of("", {{"learn-listings-min", "0"}}).find("1..1000000"), std::string::npos);
    EXPECT_EQ(refusal_of("", {{"learn-share-percent", "0"}}), "accepted");
    EXPECT_NE(refusal_of("", {{"learn-share-percent", "101"}}).find("0..100"), std::string::npos);
    EXPECT_NE(refusal_of("", {{"learn-pause-s", "0"}}).find("1..86400"), std::string::npos);
    EXPECT_EQ(refusal_of("", {{"learn-rest-factor", "1000"}}), "accepted");
    EXPECT_NE(refusal_of("", {{"learn-rest-factor", "1001"}}).find("0..1000"), std::string::npos);
}

TEST(Settings, SecretsAreNeverPrinted) {
    const std::string key(32, 'a');
    const Settings settings(
        "",
        nothing,
        {{"cursor-key", key + std::string(32, '7')},
         {"database", "mysql://jishi:secret@db:3306/jishi"}}
    );
    EXPECT_EQ(settings.print().find(key), std::string::npos);
    EXPECT_EQ(settings.print().find("secret@"), std::string::npos);
}

TEST(Settings, ProductionSaysEverythingThatIsMissing) {
    const auto refused = [](const std::map<std::string, std::string>& flags) -> std::string {
        try {
            Settings("", nothing, flags).check_production();
            return "accepted";
        } catch (const SettingError& error) {
            return error.what();
        }
    };
    const std::string strong = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    EXPECT_NE(refused({}).find("cursor-key is not set"), std::string::npos);
    EXPECT_NE(
        refused({{"cursor-key", std::string(64, '0')}}).find("repeated digit"), std::string::npos
    );
    EXPECT_NE(
        refused({{"cursor-key", strong}, {"demo", "deploy/demo"}}).find("demo is set"),
        std::string::npos
    );
    EXPECT_NE(
        refused({{"cursor-key", strong}, {"database", "mysql://u:p@db.example:3306/jishi"}}
        ).find("verified TLS"),
        std::string::npos
    );
    EXPECT_EQ(refused({{"cursor-key", strong}}), "accepted");
}

} // namespace
} // namespace jishi::app
