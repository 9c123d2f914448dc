#include "app/match_input.hpp"
#include "app/settings.hpp"
#include "tests/app/encoded.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace jishi::app {
namespace {

class MatchInput : public ::testing::Test {
protected:
    MatchInput() { std::filesystem::create_directories(folder_); }
    ~MatchInput() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& name, const std::string& text) const {
        const auto path = (folder_ / name).string();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    // What is told when it cannot be read, without the folder.
    template<class Read>
    std::string refusal(Read read) const {
        try {
            read();
        } catch (const std::exception& error) {
            const std::string text = error.what(), folder = folder_.string() + "/";
            return text.starts_with(folder) ? text.substr(folder.size()) : text;
        }
        return "read";
    }

private:
    const std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() /
        ("jishi-match-input-" + std::to_string(reinterpret_cast<std::uintptr_t>(this)));
};

std::string shown(const std::vector<matching::TextItem>& items) {
    std::string out;
    for (const auto& item : items)
        out += item.id + "|" + item.title + "|" + item.body + ";";
    return out;
}

TEST_F(MatchInput, ReadsATableAsSpreadsheetsSaveIt) {
    const auto path = file(
        "a.csv",
        "\xef\xbb\xbfid,note,title,body\r\nA1,x,防腐涂层,\"盐雾,\r\n十五年\"\r\nA2,,检测\r\n"
    );
    EXPECT_EQ(shown(read_items(path, TextColumns({}))), "A1|防腐涂层|盐雾,\r\n十五年;A2|检测|;");
}

TEST_F(MatchInput, OfATableWithoutIdsTheRowIsTheId) {
    const auto path = file("n.csv", "title,id\n防腐,\n\"两\n行\",n7\n检测,\n");
    EXPECT_EQ(shown(read_items(path, TextColumns({}))), "2|防腐|;n7|两\n行|;4|检测|;");
}

TEST_F(MatchInput, TakesFieldsFromOtherColumnsAndPutsBodiesBelowEachOther) {
    const TextColumns columns({"id=编号", "title=技术名称", "body=简介", "body=应用"});
    const auto table = file("a.csv", "应用,编号,技术名称,简介\n风电,A1,涂层,耐盐雾\n,A2,检测,\n");
    EXPECT_EQ(shown(read_items(table, columns)), "A1|涂层|耐盐雾\n风电;A2|检测|;");
    const auto lines =
        file("a.jsonl", R"({"编号": 7, "技术名称": "涂层", "body": "一", "应用": "二"})");
    EXPECT_EQ(shown(read_items(lines, columns)), "7|涂层|一\n二;");
}

TEST_F(MatchInput, ReadsTablesInTheEncodingASpreadsheetSavedThemIn) {
    const std::string table =
        "编号,技术名称,简介\n1,海上风电塔筒防腐涂层,\"盐雾环境\n免维护\"\n"
        "2,动力电池回收,从废旧锂电池中浸出钴和镍\n3,污泥低温干燥,出料含水率可以调节\n";
    const TextColumns columns({"id=编号", "title=技术名称", "body=简介"});
    const auto path = file("g.csv", test::encoded("GB18030", table));
    EXPECT_EQ(
        shown(read_items(path, columns)),
        "1|海上风电塔筒防腐涂层|盐雾环境\n免维护;2|动力电池回收|从废旧锂电池中浸出钴和镍;"
        "3|污泥低温干燥|出料含水率可以调节;"
    );
}

TEST_F(MatchInput, RefusesAFieldThatATextDoesNotHave) {
    for (const std::string field : {"price=x", "title", "title=", "=x", ""})
        EXPECT_THROW(TextColumns({field}), SettingError) << field;
}

TEST_F(MatchInput, SaysWhatCannotBeReadAndWhere) {
    const auto told = [&](const std::string& name, const std::string& text) {
        return refusal([&] { read_items(file(name, text), TextColumns({})); });
    };
    EXPECT_EQ(told("e.csv", ""), "e.csv has no row that names the columns");
    EXPECT_EQ(
        told("a.csv", "编号,名称\n1,x\n"),
        "a.csv:1: no column is named id, title, body or as --field says"
    );
    const auto gbk = test::encoded(
        "GB18030", "回收动力电池中的钴和镍，盐雾环境下长期免维护，出料含水率可以调节\n"
    );
    EXPECT_EQ(
        told("g.csv", "title\n一行\n两行\n" + gbk),
        "g.csv:4: not UTF-8; let the spreadsheet save it as \"CSV UTF-8\""
    );
    EXPECT_EQ(
        told("g.csv", "title\n" + gbk + gbk + "ab\xb5\n"), "g.csv:4: not in the file's encoding"
    );
    EXPECT_EQ(told("q.csv", "title\n\"open\n"), "q.csv:2: unclosed quote");
    EXPECT_EQ(told("a.jsonl", "{\"title\": \"x\"}\n"), "a.jsonl:1: no id");
    EXPECT_EQ(told("e.jsonl", ""), "read");
    EXPECT_EQ(
        refusal([] { read_items("/nowhere/a.csv", TextColumns({})); }), "cannot read /nowhere/a.csv"
    );
    EXPECT_EQ(refusal([] { read_items("/tmp", TextColumns({})); }), "cannot read /tmp");
}

TEST_F(MatchInput, ReadsPairsAndGradesFromLinesWithTabsAndFromTables) {
    const auto lines = file("j.tsv", "n1\ta1\t4\r\n\nn2\ta 2\t1.5\tmore\n");
    const auto table = file("j.csv", "need,achievement,grade\r\nn1,a1,4\r\nn2,a 2, 1.5 ,more\r\n");
    for (const auto& path : {lines, table}) {
        std::string found;
        for (const auto& [need, achievement, grade] : read_judgements(path))
            found += need + "|" + achievement + "|" + std::to_string(grade) + ";";
        EXPECT_EQ(found, "n1|a1|4.000000;n2|a 2|1.500000;");
        found.clear();
        for (const auto& [need, achievement] : read_pairs(path))
            found += need + "|" + achievement + ";";
        EXPECT_EQ(found, "n1|a1;n2|a 2;");
    }
}

TEST_F(MatchInput, RefusesGradesOutOfBoundsAndRowsThatAreTooShort) {
    for (const std::string grade : {"0.9", "4.1", "", "good", "4x", "nan", "inf"})
        EXPECT_EQ(
            refusal([&] { read_judgements(file("j.tsv", "n\ta\t4\nn\ta\t" + grade + "\n")); }),
            "j.tsv:2: expected need, achievement and grade 1..4"
        ) << grade;
    EXPECT_EQ(
        refusal([&] { read_judgements(file("j.tsv", "n\ta\n")); }),
        "j.tsv:1: expected need, achievement and grade 1..4"
    );
    EXPECT_EQ(
        refusal([&] { read_pairs(file("p.tsv", "n\t\xbb\xd8\n")); }),
        "p.tsv:1: not UTF-8; let the spreadsheet save it as \"CSV UTF-8\""
    );
    EXPECT_EQ(
        refusal([&] { read_pairs(file("p.csv", "need,achievement\nn\n")); }),
        "p.csv:2: expected need and achievement"
    );
}

} // namespace
} // namespace jishi::app
