// Real needs and real listings, as exports give them: imported by the command, matched, dealt on.
// They lie beside the project; a clone without them skips.
#include "tests/scenario/market_walk.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace jishi::test {
namespace {

const std::filesystem::path real_data =
    std::filesystem::path(JISHI_SOURCE_DIR) / ".." / "shared" / "data";

std::size_t number_before(const std::string& text, const std::string& word) {
    const auto at = text.find(" " + word);
    const auto begin = text.find_last_not_of("0123456789", at - 1) + 1;
    return std::stoul(text.substr(begin, at - begin));
}

class RealInput : public ::testing::Test {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(real_data / "needs-achievements"))
            GTEST_SKIP() << "no real data beside the project (" << real_data.lexically_normal()
                         << ")";
        opened_ = open_market("real_input");
        enterprise_ = std::make_unique<Organisation>(
            join(opened_.market->port(), *opened_.bureau, "enterprise", 21)
        );
        university_ = std::make_unique<Organisation>(
            join(opened_.market->port(), *opened_.bureau, "university", 22)
        );
    }

    Finished import(
        const std::string& file, const std::string& kind, int owner, std::vector<std::string> more
    ) {
        std::vector<std::string> arguments{
            "import",
            file,
            "--kind",
            kind,
            "--data",
            opened_.data.string(),
            "--owner",
            uscc(owner),
            "--errors",
            (opened_.data / "errors.jsonl").string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_jishi(arguments);
    }

    // The imports of a first day; how many needs and achievements are live after them.
    void import_all(std::size_t& needs_live, std::size_t& achievements_live) {
        const auto data = [](const std::string& name) { return (real_data / name).string(); };
        const std::vector<std::string> needs_map{
            "--field",
            "source_id=id",
            "--field",
            "summary=body",
            "--set",
            "fields=[\"advanced_manufacturing\"]",
            "--set",
            "modes=[\"exclusive_licence\",\"commissioned_development\"]",
            "--publish"};
        const auto needs = import(data("needs-achievements/needs.jsonl"), "need", 21, needs_map);
        EXPECT_EQ(number_before(needs.output, "rows"), 305u) << needs.output << needs.errors;
        const auto created = number_before(needs.output, "new");
        EXPECT_GE(created, 280u) << needs.output; // a few bodies are too short to be shown
        EXPECT_EQ(created + number_before(needs.output, "refused"), 305u);

        const auto again = import(data("needs-achievements/needs.jsonl"), "need", 21, needs_map);
        EXPECT_EQ(number_before(again.output, "new"), 0u) << again.output;
        EXPECT_EQ(number_before(again.output, "as before"), created);

        const auto patents = import(
            data("listings/patents.jsonl"),
            "achievement",
            22,
            {"--field",
             "source_id=id",
             "--field",
             "summary=abstract",
             "--set",
             "fields=[\"electronic_information\"]",
             "--set",
             "modes=[\"exclusive_licence\",\"transfer\"]",
             "--publish"}
        );
        EXPECT_EQ(number_before(patents.output, "rows"), 5055u) << patents.output << patents.errors;
        // Ids repeat in this export, as they do in real ones: the second row is the same listing.
        EXPECT_GE(number_before(patents.output, "new"), 4000u) << patents.output;
        EXPECT_EQ(
            number_before(patents.output, "new") + number_before(patents.output, "as before"), 5055u
        ) << patents.output;
        const auto expo = import(
            data("listings/technology-expo.traditional.jsonl"),
            "achievement",
            22,
            {"--field",
             "title=技術/展品名稱(中文)",
             "--field",
             "source_id=技術/展品名稱(中文)",
             "--field",
             "summary=技術特點摘要(中文)",
             "--set",
             "fields=[\"new_energy\"]",
             "--set",
             "modes=[\"non_exclusive_licence\"]",
             "--publish"}
        );
        EXPECT_EQ(number_before(expo.output, "rows"), 647u) << expo.output << expo.errors;
        EXPECT_GE(number_before(expo.output, "new"), 450u) << expo.output;
        needs_live = created;
        achievements_live =
            number_before(patents.output, "new") + number_before(expo.output, "new");
    }

    Opened opened_;
    std::unique_ptr<Organisation> enterprise_, university_;
};

TEST_F(RealInput, IsImportedMatchedAgreedAndSigned) {
    std::size_t needs_live = 0, achievements_live = 0;
    import_all(needs_live, achievements_live);
    auto& enterprise = enterprise_->person;
    auto& university = university_->person;
    EXPECT_TRUE(eventually([&] {
        return enterprise.get("/api/v1/achievements?limit=1").integer("total") ==
               static_cast<std::int64_t>(achievements_live);
    })) << enterprise.get("/api/v1/achievements?limit=1").text("total")
        << " of " << achievements_live;
    EXPECT_EQ(
        enterprise.get("/api/v1/needs?limit=1").integer("total"),
        static_cast<std::int64_t>(needs_live)
    );

    // A query in simplified characters finds a listing written in traditional ones, and the other
    // way round.
    EXPECT_EQ(
        enterprise.get("/api/v1/achievements?q=%E9%A3%8E%E7%94%B5").integer("total"), // 风电
        enterprise.get("/api/v1/achievements?q=%E9%A2%A8%E9%9B%BB").integer("total")  // 風電
    );

    // A need that is about lithium batteries is matched with achievements about them.
    const auto found =
        enterprise.get("/api/v1/needs?q=%E9%94%82%E7%94%B5%E6%B1%A0&limit=1"); // 锂电池
    ASSERT_EQ(found.count("items"), 1u) << found.body;
    const auto need = found.text("items/0/id");
    const auto matches = enterprise.get("/api/v1/needs/" + need + "/matches?limit=5");
    ASSERT_GE(matches.count("items"), 1u) << matches.body;
    EXPECT_FALSE(matches.text("items/0/summary_zh").empty());
    const auto achievement = matches.text("items/0/listing/id");

    const auto signing = bring_to_signing(enterprise, university, achievement, 30'000'000);
    EXPECT_EQ(sign(enterprise, signing).status, 201);
    EXPECT_EQ(sign(university, signing).text("state"), "effective");
    EXPECT_EQ(university.get("/api/v1/achievements/" + achievement).text("state"), "closed");
    const auto contract = enterprise.get("/api/v1/contracts/" + signing.contract);
    opened_.market->kill();
    opened_.market->start();
    Person after(opened_.market->port());
    after.use_token(enterprise.token());
    EXPECT_EQ(after.get("/api/v1/contracts/" + signing.contract).body, contract.body);
}

} // namespace
} // namespace jishi::test
