// The commands of README.md, pasted in order into one shell beside a fresh market with the demo
// data.
#include "tests/scenario/market_walk.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace jishi::test {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

// The lines of the sh blocks between the two marks.
std::string commands_of(const std::string& readme) {
    std::istringstream lines(readme);
    std::string commands;
    bool in_walk = false, in_block = false;
    for (std::string line; std::getline(lines, line);) {
        if (line == "<!-- walk -->") in_walk = true;
        if (line == "<!-- /walk -->") in_walk = false;
        if (line == "```") in_block = false;
        if (in_walk && in_block) commands += line + "\n";
        if (line == "```sh") in_block = true;
    }
    return commands;
}

// A folder that looks to the commands like the checkout after `./deploy/run`.
fs::path checkout_after_run() {
    const auto folder = testing::fresh_folder("readme");
    fs::create_directories(folder / "build/release");
    fs::create_symlink(JISHI_PROGRAM, folder / "build/release/jishi");
    return folder;
}

bool ends_with_effective_contract(const std::string& output) {
    const auto name = output.rfind("\"name\":\"contract.sign\"");
    return name != std::string::npos &&
           output.find("\"state\":\"effective\"", name) != std::string::npos;
}

} // namespace

TEST(Readme, ItsCommandsLeadFromANeedToAnEffectiveContract) {
    const auto folder = checkout_after_run();
    RunningMarket market(folder / "data", {"--demo", JISHI_SOURCE_DIR "/deploy/demo"});
    Person reader(market.port());
    ASSERT_TRUE(eventually([&] { return reader.get("/api/v1/needs").integer("total") > 0; }));

    const auto commands = commands_of(text_of(JISHI_SOURCE_DIR "/README.md"));
    ASSERT_NE(commands.find("/signatures"), std::string::npos);
    std::ofstream(folder / "walk.sh") << commands;
    const auto base = "http://127.0.0.1:" + std::to_string(market.port());
    const auto line = "cd '" + folder.string() + "' && BASE=" + base +
                      " bash -eu -o pipefail walk.sh >walk.out 2>&1";
    const int status = std::system(line.c_str());
    const auto output = text_of(folder / "walk.out");
    EXPECT_EQ(status, 0) << output;
    EXPECT_TRUE(ends_with_effective_contract(output)) << output;
    EXPECT_NE(output.find("\"summary_en\":\"Shared: "), std::string::npos) << output;
    EXPECT_NE(output.find("1 rows: 1 new"), std::string::npos) << output;
    EXPECT_NE(output.find("n1\ta1\t"), std::string::npos) << output;
    const auto matches = text_of(folder / "data/matches.csv");
    EXPECT_NE(matches.find("\r\nn1,塔筒防腐,a1,海上风电塔筒防腐涂层,0."), std::string::npos)
        << matches;
    EXPECT_EQ(market.stop(), 0) << market.log();
}

} // namespace jishi::test
