// What is one result posted twice, and that finding it depends on the listings alone.
#include "matching/duplicates.hpp"
#include "tests/matching/jsonl.hpp"
#include "tests/matching/listings.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace jishi::matching {
namespace {

using market::ListingId;

const std::string title = "低温热泵污泥干燥设备";
const std::string text =
    "城镇污水厂的脱水污泥含水率在八成左右，填埋占地，焚烧耗能。本成果用低温热泵带式干燥，"
    "进料先经切条成型，热风在带间循环，冷凝水单独收集处理，不产生粉尘和臭气外逸。"
    "单台设备每天处理三十吨，出料含水率可在一成至四成之间调节，每去除一千克水耗电零点三度。"
    "2023年起已在两座污水厂连续运行，设备价格80万元，可按处理量组合。";

Document shown(std::uint32_t number, std::string name, std::string body = {}) {
    auto out = test::achievement(number, std::move(name), std::move(body));
    out.owner = test::organisation(static_cast<std::uint8_t>(1 + number % 200));
    out.published_at_us = number;
    return out;
}

bool same(const Document& a, const Document& b) {
    const bool out = same_result(likeness_of(a), likeness_of(b));
    EXPECT_EQ(out, same_result(likeness_of(b), likeness_of(a))) << a.title << " " << b.title;
    return out;
}
bool same_texts(const std::string& a, const std::string& b) {
    return same(shown(1, title, a), shown(2, title, b));
}
bool same_titles(const std::string& a, const std::string& b, const std::string& body) {
    return same(shown(1, a, body), shown(2, b, body));
}

std::string with(std::string out, const std::string& from, const std::string& to) {
    EXPECT_NE(out.find(from), std::string::npos) << from;
    for (std::size_t at = 0; (at = out.find(from, at)) != std::string::npos; at += to.size())
        out.replace(at, from.size(), to);
    return out;
}

// ---- the definition ----

TEST(Duplicates, AResultPostedAgainWithSmallEditsIsTheSame) {
    EXPECT_TRUE(same_texts(text, text));
    EXPECT_TRUE(same_texts(text, with(text, "2023年", "2024年")));
    EXPECT_TRUE(same_texts(text, with(text, "80万元", "95.5万元")));
    EXPECT_TRUE(same_texts(text, with(text, "，填埋占地，焚烧耗能", "")));
    EXPECT_TRUE(same_texts(text, text + "欢迎来厂考察，联系人见附件。"));
    EXPECT_TRUE(same_texts(text, with(with(text, "，", ", "), "。", "；\n")));
    EXPECT_TRUE(same_texts(text, with(text, "2023", "２０２３")));
    EXPECT_TRUE(same_texts("售价50万元", "售价60万元")); // however short
}

TEST(Duplicates, ATraditionalTwinIsTheSame) {
    EXPECT_TRUE(same(
        shown(1, "环境监测传感器", "用于实时监测水体与空气质量，数据无线传输"),
        shown(2, "環境監測傳感器", "用於實時監測水體與空氣質量，數據無線傳輸")
    ));
}

TEST(Duplicates, AShortenedTextIsTheSameUntilTooLittleIsLeft) {
    const auto sentence = text.substr(0, text.find("。"));
    EXPECT_TRUE(same_texts(text, text.substr(0, text.find("单台设备"))));
    EXPECT_FALSE(same_texts(text, sentence));
    EXPECT_FALSE(same_texts(text, ""));
}

TEST(Duplicates, AnotherTextUnderTheSameTitleIsAnotherResult) {
    EXPECT_FALSE(same_texts(
        text, "圆盘式干燥机以蒸汽为热源，适合有余热的电厂，日处理一百吨，已有五年运行经验。"
    ));
    EXPECT_FALSE(same_texts("功率50kW", "功率100kW"));
}

TEST(Duplicates, TitlesMayDifferInWhatSaysNothing) {
    for (const auto& body : {std::string(), text}) {
        EXPECT_TRUE(same_titles("一种污泥的干燥设备", "污泥干燥设备", body));
        EXPECT_TRUE(same_titles("2023年污泥干燥设备", "2024年污泥干燥设备", body));
        EXPECT_TRUE(same_titles("2023年污泥干燥设备", "年污泥干燥设备", body));
        EXPECT_TRUE(same_titles("《污泥干燥设备》", "污泥－干燥设备", body));
    }
}

TEST(Duplicates, TitlesOfOtherNumbersOrModelsAreOtherResults) {
    constexpr const char* pairs[][2] = {
        {"50kW风力发电机", "100kW风力发电机"},
        {"风力发电机", "100kW风力发电机"},
        {"TC-4钛合金", "TC-11钛合金"},
        {"水泵A型", "水泵B型"},
        {"第二代测序仪", "第三代测序仪"},
        {"第一代测序仪", "第二代测序仪"},
        {"晶硅电池", "非晶硅电池"},
        {"5元传感器", "8元传感器"},
        {"正极材料", "负极材料"},
    };
    for (const auto& [a, b] : pairs)
        for (const auto& body : {std::string(), text})
            EXPECT_FALSE(same_titles(a, b, body)) << a << " " << b;
}

TEST(Duplicates, AnExtendedTitleNeedsALongTextThatIsNearlyEqual) {
    EXPECT_TRUE(same_titles(title, "高效" + title + "及工艺", text));
    EXPECT_TRUE(same(shown(1, title, text), shown(2, "高效" + title, text + "可定制。")));
    EXPECT_FALSE(same_titles(title, "高效" + title + "及工艺", ""));
    EXPECT_FALSE(same_titles(title, "高效" + title, "日处理三十吨，已运行两年。"));
    EXPECT_FALSE(
        same(shown(1, title, text), shown(2, "高效" + title, text.substr(0, text.find("单台设备"))))
    );
    EXPECT_FALSE(same_titles(title, "高温热泵污泥干燥设备", text)); // a word replaced
}

TEST(Duplicates, ANeedIsNoTwinOfAnAchievement) {
    auto wanted = shown(2, title, text);
    wanted.id.kind = market::ListingKind::need;
    EXPECT_FALSE(same(shown(1, title, text), wanted));
}

TEST(Duplicates, AListingWithoutAVisibleOwnerIsNobodysTwin) {
    auto hidden = shown(2, title, text);
    hidden.sealed_owner = SealedOwner(hidden.owner);
    hidden.owner = {};
    EXPECT_FALSE(same(shown(1, title, text), hidden));
    EXPECT_FALSE(same(hidden, hidden));
}

TEST(Duplicates, NothingIsTheSameAsNothing) {
    EXPECT_FALSE(same_titles("", "", ""));
    EXPECT_FALSE(same_titles("——", "……", ""));
    EXPECT_FALSE(same_titles("\xff", "\xff", "\xff\xfe"));
}

// ---- the index ----

// An index and the texts it asks for.
struct Listings {
    std::map<ListingId, std::shared_ptr<const Document>> documents;
    DuplicateIndex index{[this](const ListingId& id) {
        const auto at = documents.find(id);
        return at == documents.end() ? nullptr : at->second;
    }};

    void add(const Document& document) {
        documents[document.id] = std::make_shared<const Document>(document);
        index.refresh(std::span(&document.id, 1));
    }
    void remove(const ListingId& id) {
        index.remove(id);
        documents.erase(id);
    }
    std::vector<std::uint32_t> group_of(std::uint32_t number) {
        std::vector<std::uint32_t> out;
        const auto id = test::listing_id(market::ListingKind::achievement, number);
        if (const auto group = index.groups()->group_of(id))
            for (const auto& member : *group)
                out.push_back(test::number_of(member));
        return out;
    }
};
using Numbers = std::vector<std::uint32_t>;

TEST(DuplicateIndex, TheFirstPublishedStandsForTheOthers) {
    Listings listings;
    for (const auto number : {7U, 3U, 5U})
        listings.add(shown(number, title, text));
    EXPECT_EQ(listings.group_of(7), (Numbers{3, 5, 7}));
    listings.remove(shown(3, "").id);
    EXPECT_EQ(listings.group_of(7), (Numbers{5, 7}));
    EXPECT_EQ(listings.group_of(3), Numbers{});
    listings.remove(shown(7, "").id);
    EXPECT_EQ(listings.group_of(5), Numbers{});
    EXPECT_EQ(listings.index.groups()->size(), 0u);
}

// More than one thread takes, an id twice, and what is not there.
TEST(DuplicateIndex, ManyAtOnceAreGroupedAsOneByOne) {
    Listings at_once, one_by_one;
    std::vector<ListingId> ids;
    for (std::uint32_t number = 1; number <= 300; ++number) {
        const auto listing = shown(number, title + std::to_string(number % 40), text);
        one_by_one.add(listing);
        at_once.documents[listing.id] = std::make_shared<const Document>(listing);
        ids.push_back(listing.id);
    }
    ids.push_back(ids[7]);
    ids.push_back(test::listing_id(market::ListingKind::achievement, 999));
    at_once.index.refresh(ids);
    EXPECT_EQ(at_once.index.size(), 300u);
    for (std::uint32_t number = 1; number <= 300; ++number)
        EXPECT_EQ(at_once.group_of(number), one_by_one.group_of(number)) << number;
    for (std::uint32_t number = 1; number <= 300; number += 2)
        at_once.documents.erase(test::listing_id(market::ListingKind::achievement, number));
    at_once.index.refresh(ids);
    EXPECT_EQ(at_once.index.size(), 150u);
}

TEST(DuplicateIndex, OfThoseOfOneMomentTheLowestIdStandsForTheOthers) {
    Listings listings;
    for (const auto number : {9U, 4U, 6U}) {
        auto document = shown(number, title, text);
        document.published_at_us = 1;
        listings.add(document);
    }
    EXPECT_EQ(listings.group_of(9), (Numbers{4, 6, 9}));
}

TEST(DuplicateIndex, AListingThatIsRewrittenLeavesItsGroup) {
    Listings listings;
    listings.add(shown(1, title, text));
    listings.add(shown(2, title, text));
    listings.add(shown(1, "风力发电机", "叶片更轻"));
    EXPECT_EQ(listings.group_of(2), Numbers{});
    listings.add(shown(1, title, text));
    EXPECT_EQ(listings.group_of(2), (Numbers{1, 2}));
    auto hidden = shown(1, title, text);
    hidden.owner = {};
    listings.add(hidden);
    EXPECT_EQ(listings.group_of(2), Numbers{});
    EXPECT_EQ(listings.index.size(), 1u);
}

TEST(DuplicateIndex, AChainOfEditsHidesNothingThatIsNotTheSame) {
    const auto cut = [](const char* until) { return text.substr(0, text.find(until)); };
    const auto longest = shown(1, title, text), middle = shown(2, title, cut("单台设备")),
               shortest = shown(3, title, cut("热风在带间"));
    ASSERT_TRUE(same(longest, middle));
    ASSERT_TRUE(same(middle, shortest));
    ASSERT_FALSE(same(longest, shortest));
    Listings listings;
    for (const auto& listing : {middle, longest, shortest})
        listings.add(listing);
    EXPECT_EQ(listings.group_of(2), (Numbers{1, 2}));
    EXPECT_EQ(listings.group_of(3), Numbers{});
    listings.remove(longest.id);
    EXPECT_EQ(listings.group_of(3), (Numbers{2, 3}));
}

TEST(DuplicateIndex, TextsMayGoBeforeTheIndexIsTold) {
    Listings listings;
    for (const auto number : {1U, 2U, 3U})
        listings.add(shown(number, title, text));
    listings.documents.clear();
    listings.documents[shown(3, "").id] = std::make_shared<const Document>(shown(3, title, text));
    for (const auto number : {1U, 2U})
        listings.index.remove(shown(number, "").id);
    EXPECT_EQ(listings.group_of(3), Numbers{});
    EXPECT_EQ(listings.index.size(), 1u);
}

TEST(DuplicateIndex, TwinsAreFoundForADocumentThatIsNotInIt) {
    Listings listings;
    for (const auto number : {5U, 2U})
        listings.add(shown(number, title, text));
    listings.add(shown(1, "风力发电机", text));
    const auto twins = listings.index.twins_of(shown(5, title, text));
    ASSERT_EQ(twins.size(), 1u); // not itself
    EXPECT_EQ(test::number_of(twins[0]), 2u);
    EXPECT_EQ(listings.index.twins_of(shown(8, title, text)).size(), 2u);
    EXPECT_TRUE(listings.index.twins_of(shown(8, title, "")).empty());
}

TEST(DuplicateIndex, ManyGroupsAreKeptApart) {
    Listings listings;
    const auto name = [](std::uint32_t result) { return "传感器" + std::to_string(result) + "号"; };
    for (std::uint32_t number = 0; number < 800; ++number)
        listings.add(shown(number, name(number % 400)));
    const auto before = listings.index.groups();
    for (std::uint32_t number = 400; number < 800; number += 2)
        listings.remove(shown(number, "").id);
    for (std::uint32_t number = 0; number < 400; ++number)
        EXPECT_EQ(
            listings.group_of(number), number % 2 == 0 ? Numbers{} : (Numbers{number, number + 400})
        );
    EXPECT_EQ(listings.index.groups()->size(), 400u);
    EXPECT_EQ(before->size(), 800u); // what was published stays as it was
    EXPECT_EQ(before->group_of(shown(0, "").id)->size(), 2u);
}

TEST(DuplicateIndex, ShowsTenOfTheOthersAndCountsAll) {
    Listings listings;
    std::uint32_t number = 0;
    while (number < also_posted_ids_max + 2)
        listings.add(shown(++number, title, text));
    const auto others = listings.index.groups()->others_of(shown(2, "").id);
    EXPECT_EQ(others.count, also_posted_ids_max + 1);
    ASSERT_EQ(others.ids.size(), also_posted_ids_max);
    EXPECT_EQ(test::number_of(others.ids[0]), 1u);
    EXPECT_EQ(test::number_of(others.ids[1]), 3u);
    EXPECT_EQ(listings.index.groups()->others_of(shown(99, "").id), AlsoPosted{});
}

// ---- order plays no part ----

// A few results, each posted several times in changed words.
class Posted {
public:
    explicit Posted(std::uint32_t seed) : draw_(seed) {
        for (auto& result : results_)
            for (int i = 0; i < 6; ++i)
                result.push_back(draw_.text(12));
    }
    Document listing(std::uint32_t number) {
        auto sentences = results_[draw_.below(5)];
        const auto name = draw_.below(4) == 0 ? "高效" + sentences[0] : sentences[0];
        for (std::uint32_t edits = draw_.below(3); edits > 0; --edits)
            sentences[draw_.below(6)] = draw_.below(2) == 0 ? "" : draw_.text(4);
        std::string body;
        for (const auto& sentence : sentences)
            body += sentence + "。";
        auto out = shown(number, name, draw_.below(8) == 0 ? "" : body);
        if (draw_.below(10) == 0) out.id.kind = market::ListingKind::need;
        if (draw_.below(10) == 0) out.owner = {};
        out.published_at_us = draw_.below(20);
        return out;
    }
    test::Draw& draw() { return draw_; }

private:
    test::Draw draw_;
    std::vector<std::string> results_[5];
};

// All pairs compared, as the header says it: who is not alone, and with whom.
std::map<ListingId, std::vector<ListingId>> naive(const std::vector<Document>& documents) {
    auto sorted = documents;
    std::sort(sorted.begin(), sorted.end(), [](const Document& a, const Document& b) {
        return std::pair(a.published_at_us, a.id) < std::pair(b.published_at_us, b.id);
    });
    std::vector<std::vector<Document>> groups;
    for (const auto& document : sorted) {
        const auto own = likeness_of(document);
        const auto joined = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
            const auto leader = likeness_of(group.front());
            return same_result(own, leader) && may_be_same(sketch_of(own), sketch_of(leader));
        });
        if (joined == groups.end())
            groups.push_back({document});
        else
            joined->push_back(document);
    }
    std::map<ListingId, std::vector<ListingId>> out;
    for (const auto& group : groups)
        for (const auto& member : group)
            for (const auto& other : group)
                if (group.size() > 1) out[member.id].push_back(other.id);
    return out;
}

std::map<ListingId, std::vector<ListingId>>
found(Listings& listings, const std::vector<Document>& documents) {
    std::map<ListingId, std::vector<ListingId>> out;
    const auto groups = listings.index.groups();
    for (const auto& document : documents)
        if (const auto group = groups->group_of(document.id)) out[document.id] = *group;
    EXPECT_EQ(out.size(), groups->size());
    return out;
}

TEST(DuplicateIndex, GroupsAreThoseOfAllPairsWhateverCameAndWentInWhichOrder) {
    std::size_t grouped = 0;
    for (std::uint32_t seed = 0; seed < 8; ++seed) {
        Posted posted(seed);
        std::map<ListingId, Document> truth;
        Listings incremental;
        for (std::uint32_t step = 0; step < 300; ++step) {
            const auto document = posted.listing(posted.draw().below(60));
            if (posted.draw().below(3) == 0) {
                incremental.remove(document.id);
                truth.erase(document.id);
            } else {
                incremental.add(document);
                truth[document.id] = document;
            }
            if (step % 7 == 0) incremental.index.groups(); // asked now and then
        }
        std::vector<Document> listed;
        for (const auto& [id, document] : truth)
            listed.push_back(document);
        const auto expected = naive(listed);
        grouped += expected.size();
        EXPECT_EQ(found(incremental, listed), expected) << seed;
        posted.draw().shuffle(listed);
        Listings rebuilt;
        for (const auto& document : listed)
            rebuilt.add(document);
        EXPECT_EQ(found(rebuilt, listed), expected) << seed;
    }
    EXPECT_GT(grouped, 100u);
}

TEST(DuplicateIndex, SketchesMeetWhereverThePairIsTheSame) {
    std::size_t pairs = 0, met = 0;
    for (std::uint32_t seed = 0; seed < 4; ++seed) {
        Posted posted(seed);
        std::vector<Likeness> likenesses;
        for (std::uint32_t number = 0; number < 100; ++number)
            likenesses.push_back(likeness_of(posted.listing(number)));
        for (const auto& a : likenesses)
            for (const auto& b : likenesses) {
                if (!same_result(a, b)) continue;
                ++pairs;
                met += may_be_same(sketch_of(a), sketch_of(b));
            }
    }
    EXPECT_GT(pairs, 1000u);
    EXPECT_GE(static_cast<double>(met), .99 * static_cast<double>(pairs)) << met << " of " << pairs;
}

TEST(DuplicateIndex, ATextThatAllHaveUnderOtherTitlesMakesNoCandidates) {
    const std::string set_text =
        "本成果由我校科研团队多年研发完成，技术成熟，性能稳定，已在多家企业示"
        "范应用，效益显著，市场前景广阔，"
        "欢迎各企业与我校联系洽谈，可采用转让、许可、合作开发、作价入股等多种"
        "方式，联系方式见我校技术转移中心网站。";
    const std::vector<std::string> makes{"污泥", "电池", "废水", "图像", "合金", "光伏", "轴承"},
        does{"干燥", "回收", "过滤", "识别", "焊接", "切割", "检测"};
    SketchTable table;
    std::uint32_t number = 0;
    for (const auto& what : makes)
        for (const auto& how : does) {
            const auto document = shown(++number, what + how + "设备", set_text);
            table.add(document.id, sketch_of(likeness_of(document)));
        }
    std::size_t candidates = 0;
    for (SketchTable::Slot slot = 0; slot < table.size(); ++slot)
        candidates += table.candidates(slot).size();
    EXPECT_EQ(table.size(), 49u);
    EXPECT_LE(candidates, table.size()); // of 48 each
    const auto longer = sketch_of(likeness_of(shown(0, "新型污泥低温干燥设备", set_text)));
    EXPECT_GE(table.candidates(market::ListingKind::achievement, longer).size(), 1u);
}

// ---- real listings ----

TEST(DuplicateIndex, RepeatedPatentsAreFoundInARealExport) {
    const auto path = std::filesystem::path(JISHI_SOURCE_DIR) / ".." / "shared" / "data" /
                      "listings" / "patents.jsonl";
    if (!std::filesystem::exists(path))
        GTEST_SKIP() << "no real data beside the project (" << path.lexically_normal() << ")";
    std::ifstream file(path);
    Listings listings;
    std::map<std::string, std::vector<ListingId>> of_id;
    std::uint32_t number = 0;
    for (std::string line; std::getline(file, line); ++number) {
        const auto document =
            shown(number, test::member(line, "title"), test::member(line, "abstract"));
        listings.add(document);
        of_id[test::member(line, "id")].push_back(document.id);
    }
    std::size_t repeated = 0, grouped = 0;
    const auto groups = listings.index.groups();
    for (const auto& [id, posted] : of_id)
        for (std::size_t i = 1; i < posted.size(); ++i) {
            const auto first = groups->group_of(posted[0]);
            ++repeated;
            grouped += first != nullptr && first == groups->group_of(posted[i]);
        }
    EXPECT_GT(repeated, 100u);
    EXPECT_GE(grouped * 100, repeated * 99);
    EXPECT_LT(groups->size(), number / 2); // and the rest is left alone
}

} // namespace
} // namespace jishi::matching
