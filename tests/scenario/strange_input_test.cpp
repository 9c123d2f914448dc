// What looks like an attack but is a text comes back as it came; everything may be as long as
// promised; a key is one request.
#include "tests/scenario/crowded_market.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>

namespace jishi::test {
namespace {

Person& person(const char* name) {
    return CrowdedMarket::instance().person(name);
}

std::string quoted(const std::string& text) {
    std::string all = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') all += '\\';
        if (c == '\t')
            all += "\\t";
        else
            all += c;
    }
    return all + "\"";
}

// Of four bytes each.
std::string long_text(std::size_t length) {
    std::string all;
    for (std::size_t i = 0; i < length; ++i)
        all += "𠀀";
    return all;
}

template<class Entry>
std::string listed(std::size_t count, Entry entry) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i)
        all += (i > 0 ? "," : "") + entry(i);
    return "[" + all + "]";
}

TEST(StrangeInput, IsStoredAsItCame) {
    const std::array<std::string, 14> texts{
        "'; DROP TABLE listing; --",
        "x' OR '1'='1",
        "%' UNION SELECT 1 --",
        "\\'; SELECT SLEEP(9); --",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "𠀀𠮷😀👩‍👩‍👧",
        "e\u0301\u00e9",
        "ﬁ ℻ Ⅷ ①",
        "\u0627\u0644\u0639",
        "? %s %n ?",
        "NULL",
        "a\"b\\c/d",
    };
    const auto count = [] {
        return person("operator").get("/api/v1/organisations?limit=100").count("items");
    };
    const auto organisations = count();
    for (const auto& text : texts) {
        SCOPED_TRACE(text);
        const auto json = quoted(text), paragraphs = quoted(text + "\t\t" + text);
        const auto created = person("full").post(
            "/api/v1/needs",
            R"({"title":)" + json + R"(,"summary":)" + paragraphs + R"(,"keywords":[)" + json +
                R"(],"material":)" + json + R"(,"confidential":)" + json +
                R"(,"target_metrics":[{"name":)" + json + R"(,"op":">=","value":"-1.50"}]})"
        );
        ASSERT_EQ(created.status, 201) << created.body;
        const auto read = person("full").get("/api/v1/needs/" + created.text("id"));
        EXPECT_EQ(read.text("title"), text);
        EXPECT_EQ(read.text("summary"), text + "\t\t" + text);
        EXPECT_EQ(read.text("keywords/0"), text);
        EXPECT_EQ(read.text("material"), text);
        EXPECT_EQ(read.text("confidential"), text);
        EXPECT_EQ(read.text("target_metrics/0/name"), text);
        EXPECT_EQ(read.text("target_metrics/0/value"), "-1.50");
        const auto token =
            person("full").post("/api/v1/tokens", R"({"label":)" + json + R"(,"scopes":["read"]})");
        EXPECT_EQ(token.text("label"), text);
        EXPECT_EQ(person("full").remove("/api/v1/tokens/" + token.text("id")).status, 204);
    }
    EXPECT_EQ(count(), organisations);
}

TEST(StrangeInput, OpensNoDoorAndBreaksNoSearch) {
    Person stranger(CrowdedMarket::instance().port());
    for (const std::string login :
         {"' OR 1=1 --",
          "university.101' --",
          "%",
          "university.101 ",
          "UNIVERSITY.101",
          "university.101/*"})
        EXPECT_EQ(
            stranger
                .post(
                    "/api/v1/sessions",
                    R"({"login":)" + quoted(login) + R"(,"password":"' OR 1=1 --"})"
                )
                .code(),
            "credentials_wrong"
        ) << login;
    for (const auto* query :
         {"q=%27%20OR%201=1%20--",
          "q=%22%22%22",
          "q=-",
          "q=%25",
          "q=%5C",
          "owner=%27",
          "q=%F0%A0%80%80",
          "division=%27",
          "q=--",
          "q=%22-%22",
          "q=%2B%2B%2B",
          "q=*",
          "q=a%20-a",
          "q="})
        EXPECT_LT(stranger.get(std::string("/api/v1/needs?") + query).status, 500) << query;
}

// What the schema promises the tables hold.
TEST(StrangeInput, AListingAtAllItsLimitsIsStored) {
    const auto keyword = [](std::size_t i) {
        return quoted(long_text(38) + std::to_string(10 + i));
    };
    const auto metric = [](std::size_t) {
        return R"({"name":)" + quoted(long_text(60)) + R"(,"op":">=","value":")" +
               std::string(30, '9') + R"(","unit":)" + quoted(long_text(30)) + "}";
    };
    const auto common = R"({"title":)" + quoted(long_text(200)) + R"(,"summary":)" +
                        quoted(long_text(20'000)) + R"(,"confidential":)" +
                        quoted(long_text(20'000)) + R"(,"keywords":)" + listed(20, keyword) +
                        R"(,"source_id":)" + quoted(long_text(100));
    auto need = common + R"(,"current_state":)" + quoted(long_text(2'000)) +
                R"(,"target_metrics":)" + listed(20, metric);
    for (const char* element : {"material", "method", "efficacy", "product", "application"})
        need += std::string(",\"") + element + "\":" + quoted(long_text(1'000));
    auto achievement = common;
    for (const char* part : {"problem_solved", "incumbent_solution", "advantage"})
        achievement += std::string(",\"") + part + "\":" + quoted(long_text(2'000));
    for (const auto& [path, body] :
         {std::pair<std::string, std::string>{"/api/v1/needs", need},
          {"/api/v1/achievements", achievement}}) {
        const auto created = person("full").post(path, body + "}");
        ASSERT_EQ(created.status, 201) << created.body.substr(0, 500);
        const auto read = person("full").get(path + "/" + created.text("id"));
        EXPECT_EQ(read.text("title"), long_text(200));
        EXPECT_EQ(read.text("summary"), long_text(20'000));
        EXPECT_EQ(read.text("confidential"), long_text(20'000));
        EXPECT_EQ(read.text("keywords/19"), long_text(38) + "29");
        EXPECT_EQ(person("full").post(path, body + "}").code(), "duplicate_source");
    }
}

TEST(StrangeInput, ADealAndItsContractAtAllTheirLimitsAreStored) {
    const auto instalment = [](std::size_t) {
        return R"({"label":)" + quoted(long_text(60)) + R"(,"amount_fen":1,"due_on":"2030-01-01"})";
    };
    const auto terms =
        R"({"mode":"non_exclusive_licence","price":{"amount_fen":36,"currency":"CNY"},"payment_mode":"instalment","instalments":)" +
        listed(36, instalment) + R"(,"territory":)" + quoted(long_text(200)) +
        R"(,"field_of_use":)" + quoted(long_text(200)) + R"(,"deliverables":)" +
        quoted(long_text(2'000)) + R"(,"acceptance":)" + quoted(long_text(2'000)) + "}";
    const auto opened = person("rival").post(
        "/api/v1/deals",
        R"({"achievement_id":")" + CrowdedMarket::instance().id("public/achievement") +
            R"(","action":"make_offer","message":)" + quoted(long_text(2'000)) +
            R"(,"offer":{"terms":)" + terms + R"(,"message":)" + quoted(long_text(2'000)) +
            R"(,"valid_until":")" + tomorrow() + "\"}}"
    );
    ASSERT_EQ(opened.status, 201) << opened.body.substr(0, 500);
    EXPECT_EQ(opened.text("current_offer/terms/deliverables"), long_text(2'000));
    EXPECT_EQ(opened.text("current_offer/terms/instalments/35/label"), long_text(60));
    auto& seller = person("seller");
    const auto deal = "/api/v1/deals/" + opened.text("id");
    EXPECT_EQ(seller.act(deal, "declare_related_party", R"("related_party":"no")").status, 200);
    EXPECT_EQ(seller.act(deal, "accept").status, 200);

    auto contract = R"({"deal_id":")" + opened.text("id") +
                    R"(","kind":"licence","sub_kind":"know_how_licence","project_name":)" +
                    quoted(long_text(200)) + R"(,"subject":)" + quoted(long_text(5'000)) +
                    R"(,"risk":)" + quoted(long_text(2'000)) +
                    R"(,"valid_from":"2027-01-01","valid_to":"2030-12-31")";
    for (const char* clause :
         {"performance", "confidentiality", "results_ownership", "definitions"})
        contract += std::string(",\"") + clause + "\":" + quoted(long_text(5'000));
    const auto drafted = seller.post("/api/v1/contracts", contract + "}");
    ASSERT_EQ(drafted.status, 201) << drafted.body.substr(0, 500);
    const auto path = "/api/v1/contracts/" + drafted.text("id");
    EXPECT_EQ(seller.get(path).text("content/subject"), long_text(5'000));
    EXPECT_NE(seller.get(path + "/document").body.find(long_text(5'000)), std::string::npos);
    const auto reason = R"("reason":)" + quoted(long_text(500));
    EXPECT_EQ(seller.act(path, "cancel", reason).text("state"), "cancelled");
    EXPECT_EQ(seller.act(deal, "withdraw", reason).text("state"), "withdrawn");
}

TEST(IdempotencyKey, OfTheGreatestLengthServesOneRequestOfOneMember) {
    const std::string path = "/api/v1/needs", json = R"({"title":"一次即可"})",
                      key = fresh_key() + std::string(32, '~');
    ASSERT_EQ(key.size(), 64u);
    const auto post = [&](const char* who, const std::string& where, const std::string& what) {
        person(who).use_key(key);
        return person(who).post(where, what);
    };
    const auto first = post("full", path, json);
    ASSERT_EQ(first.status, 201) << first.body;
    const auto again = post("full", path, json);
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(again.etag, first.etag);
    EXPECT_EQ(again.location, first.location);
    EXPECT_EQ(post("full", path, R"({"title":"另一件事"})").code(), "idempotency_key_reused");
    EXPECT_EQ(post("full", "/api/v1/achievements", json).code(), "idempotency_key_reused");
    const auto of_another = post("rival", path, json);
    EXPECT_EQ(of_another.status, 201);
    EXPECT_NE(of_another.text("id"), first.text("id"));
}

TEST(IdempotencyKey, OfARefusedRequestIsFree) {
    const auto key = fresh_key();
    person("full").use_key(key);
    EXPECT_EQ(
        person("full").post("/api/v1/needs", R"({"title":"行业有误","industry":"Z9999"})").status,
        422
    );
    person("full").use_key(key);
    EXPECT_EQ(person("full").post("/api/v1/needs", R"({"title":"行业有误"})").status, 201);
}

// Two with the same session who act at the same moment.
template<class Act>
std::array<Answer, 2> at_once(const char* name, Act act) {
    std::array<Answer, 2> answers;
    std::array<Person, 2> twins{
        CrowdedMarket::instance().same_as(name), CrowdedMarket::instance().same_as(name)};
    std::thread one([&] { answers[0] = act(twins[0]); }), two([&] { answers[1] = act(twins[1]); });
    one.join();
    two.join();
    return answers;
}

TEST(IdempotencyKey, SentTwiceAtTheSameTimeCreatesOneThing) {
    const auto drafts = [] {
        return person("editor")
            .get("/api/v1/my/listings?kind=need&state=draft&limit=100")
            .count("items");
    };
    for (int round = 0; round < 10; ++round) {
        const auto before = drafts();
        const auto key = fresh_key();
        const auto answers = at_once("full", [&](Person& twin) {
            twin.use_key(key);
            return twin.post("/api/v1/needs", R"({"title":"同一请求发送两次"})");
        });
        EXPECT_EQ(answers[0].status, 201) << answers[0].body;
        EXPECT_EQ(answers[1].status, 201) << answers[1].body;
        EXPECT_EQ(answers[0].body, answers[1].body);
        EXPECT_EQ(drafts(), before + 1);
    }
}

// With keys of their own: what may be there once is there once, and the other is told so.
TEST(Twins, OfOneThingThatMayBeThereOnceAreOneThing) {
    const auto once = [](const char* name,
                         const std::string& path,
                         const std::string& json,
                         const std::string& refusal) {
        SCOPED_TRACE(path);
        const auto answers = at_once(name, [&](Person& twin) { return twin.post(path, json); });
        const bool first_won = answers[0].status == 201;
        EXPECT_EQ(answers[first_won ? 0 : 1].status, 201) << answers[0].body << answers[1].body;
        EXPECT_EQ(answers[first_won ? 1 : 0].code(), refusal) << answers[first_won ? 1 : 0].body;
    };
    for (int round = 0; round < 5; ++round) {
        const auto number = std::to_string(round);
        once(
            "full",
            "/api/v1/needs",
            R"({"title":"自有编号","source_id":"twin-)" + number + "\"}",
            "duplicate_source"
        );
        once(
            "full",
            "/api/v1/members",
            R"({"login":"twin.)" + number +
                R"(","name":"x","roles":[],"password":"a-long-password-for-tests"})",
            "duplicate_login"
        );
        const auto registration = [&](const std::string& login, int code) {
            return R"({"organisation":{"uscc":")" + uscc(code) +
                   R"(","name":"孪生","kind":"enterprise","division":"330300"},"member":{"login":")" +
                   login + R"(","name":"x","password":"a-long-password-for-tests"}})";
        };
        once(
            "nobody",
            "/api/v1/organisations",
            registration("twin.org." + number, 500 + round),
            "duplicate_login"
        );
        const auto listing = publish(
            person("seller"),
            person("operator"),
            "/api/v1/achievements",
            achievement_json("孪生洽谈" + number, "两个请求同时发起洽谈的成果")
        );
        once(
            "rival",
            "/api/v1/deals",
            R"({"achievement_id":")" + listing + R"(","action":"inquire"})",
            "deal_exists"
        );
        once(
            "broker",
            "/api/v1/mandates",
            R"({"listing_id":")" + listing + R"(","commission_bp":1})",
            "limit_reached"
        );
    }
}

TEST(Twins, WhoRegisterOneOrganisationUnderTwoLoginsAreOneOrganisation) {
    for (int round = 0; round < 5; ++round) {
        std::array<Answer, 2> answers;
        const auto join_as = [&](std::size_t i) {
            Person stranger(CrowdedMarket::instance().port());
            answers[i] = stranger.post(
                "/api/v1/organisations",
                R"({"organisation":{"uscc":")" + uscc(600 + round) +
                    R"(","name":"孪生","kind":"enterprise","division":"330300"},"member":{"login":"uscc.)" +
                    std::to_string(round) + "." + std::to_string(i) +
                    R"(","name":"x","password":"a-long-password-for-tests"}})"
            );
        };
        std::thread one(join_as, 0), two(join_as, 1);
        one.join();
        two.join();
        const bool first_won = answers[0].status == 201;
        EXPECT_EQ(answers[first_won ? 0 : 1].status, 201) << answers[0].body << answers[1].body;
        EXPECT_EQ(answers[first_won ? 1 : 0].code(), "duplicate_uscc")
            << answers[first_won ? 1 : 0].body;
    }
}

} // namespace
} // namespace jishi::test
