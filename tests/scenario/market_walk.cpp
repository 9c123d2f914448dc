#include "tests/scenario/market_walk.hpp"

#include "market/time.hpp"
#include "market/uscc.hpp"
#include "tests/support/test_database.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace jishi::test {

// The check digit is the one that the validator asks for.
std::string uscc(int number) {
    char body[18];
    std::snprintf(body, sizeof body, "91330300MA%06dX", number);
    const std::string code = std::string(body) + "0";
    const auto refused = market::check_uscc("", code);
    return refused ? std::string(body) + refused->bound : code;
}

Organisation join(std::uint16_t port, Person& bureau, const std::string& kind, int number) {
    Person stranger(port);
    const auto login = kind + "." + std::to_string(number);
    const auto registered = stranger.post(
        "/api/v1/organisations",
        R"({"organisation":{"uscc":")" + uscc(number) + R"(","name":"测试机构)" +
            std::to_string(number) + R"(","kind":")" + kind +
            R"(","division":"330300"},"member":{"login":")" + login +
            R"(","name":"张三","password":")" + password + "\"}}"
    );
    EXPECT_EQ(registered.status, 201) << registered.body;
    Organisation organisation{registered.text("organisation/id"), Person(port, login, password)};
    const auto path = "/api/v1/organisations/" + organisation.id;
    EXPECT_EQ(organisation.person.act(path, "submit").status, 200);
    EXPECT_EQ(bureau.act(path, "approve").text("state"), "verified");
    return organisation;
}

Opened open_market(const std::string& name, const std::vector<std::string>& more_arguments) {
    Opened opened;
    opened.data = testing::fresh_folder(name);
    const auto who = create_operator(opened.data);
    opened.market = std::make_unique<RunningMarket>(opened.data, more_arguments);
    opened.bureau = std::make_unique<Person>(opened.market->port(), who.login, who.password);
    return opened;
}

std::string
achievement_json(const std::string& title, const std::string& summary, const std::string& modes) {
    return R"({"title":")" + title + R"(","summary":")" + summary +
           R"(","confidential":"配方第 7 号","keywords":[],"fields":["new_materials"],"division":"330300","trl":6,"modes":[)" +
           modes + R"(],"price":{"min_fen":50000000,"max_fen":90000000}})";
}

std::string
need_json(const std::string& title, const std::string& summary, const std::string& more) {
    return R"({"title":")" + title + R"(","summary":")" + summary +
           R"(","fields":["new_materials"],"division":"330300","trl":5,"modes":["exclusive_licence","non_exclusive_licence"],)"
           R"("price":{"min_fen":30000000,"max_fen":120000000},"deadline":"2099-12-31")" +
           (more.empty() ? "" : "," + more) + "}";
}

std::string
publish(Person& owner, Person& bureau, const std::string& path, const std::string& json) {
    const auto created = owner.post(path, json);
    EXPECT_EQ(created.status, 201) << created.body;
    const auto self = path + "/" + created.text("id");
    EXPECT_EQ(owner.act(self, "submit").text("state"), "submitted");
    const auto published = bureau.act(self, "publish");
    EXPECT_EQ(published.text("state"), "published") << published.body;
    return created.text("id");
}

std::string offer_json(std::int64_t price_fen, const std::string& mode) {
    const auto price = std::to_string(price_fen);
    return R"("offer":{"terms":{"mode":")" + mode + R"(","price":{"amount_fen":)" + price +
           R"(,"currency":"CNY"},"payment_mode":"lump_sum","instalments":[{"label":"签约后支付","amount_fen":)" +
           price +
           R"(}],"deliverables":"工艺文件","acceptance":"按约定指标验收"},"valid_until":")" +
           market::format_instant(
               {1'000'000 * (static_cast<std::int64_t>(std::time(nullptr)) + 86'400)}
           ) +
           "\"}";
}

std::string
contract_json(const std::string& deal_id, const std::string& kind, const std::string& sub_kind) {
    return R"({"deal_id":")" + deal_id + R"(","kind":")" + kind + R"(","sub_kind":")" + sub_kind +
           R"(","project_name":"材料许可","subject":"许可使用制备工艺","confidentiality":"双方保密五年",)"
           R"("results_ownership":"后续改进归改进方","performance":"三个月内交付","valid_from":"2027-01-01","valid_to":"2030-12-31"})";
}

Signing bring_to_signing(
    Person& buyer,
    Person& seller,
    const std::string& achievement,
    std::int64_t price_fen,
    const std::string& mode
) {
    const auto opened = buyer.post(
        "/api/v1/deals",
        R"({"achievement_id":")" + achievement + R"(","action":"make_offer",)" +
            offer_json(price_fen, mode) + "}"
    );
    EXPECT_EQ(opened.status, 201) << opened.body;
    Signing signing;
    signing.deal = opened.text("id");
    const auto deal = "/api/v1/deals/" + signing.deal;
    EXPECT_EQ(seller.act(deal, "declare_related_party", R"("related_party":"no")").status, 200);
    const auto agreed = seller.act(deal, "accept");
    EXPECT_EQ(agreed.text("state"), "terms_agreed") << agreed.body;
    const auto drafted = seller.post("/api/v1/contracts", contract_json(signing.deal));
    EXPECT_EQ(drafted.status, 201) << drafted.body;
    signing.contract = drafted.text("id");
    const auto contract = "/api/v1/contracts/" + signing.contract;
    EXPECT_EQ(seller.act(contract, "submit").text("state"), "in_review");
    const auto approved = buyer.act(contract, "approve");
    EXPECT_EQ(approved.text("state"), "signing") << approved.body;
    signing.document_hash = approved.text("document_hash");
    return signing;
}

Answer sign(Person& signer, const Signing& signing, const std::string& key) {
    if (!key.empty()) signer.use_key(key);
    return signer.post(
        "/api/v1/contracts/" + signing.contract + "/signatures",
        R"({"document_hash":")" + signing.document_hash + "\"}"
    );
}

} // namespace jishi::test
