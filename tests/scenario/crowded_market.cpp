#include "tests/scenario/crowded_market.hpp"

#include "market/time.hpp"
#include "storage/connection.hpp"
#include "storage/embedded_server.hpp"

#include <gtest/gtest.h>

#include <array>
#include <ctime>
#include <set>

namespace jishi::test {

namespace {

constexpr std::string_view licence = R"("non_exclusive_licence")";

std::string registration(const std::string& login, const std::string& kind, int number) {
    return R"({"organisation":{"uscc":")" + uscc(number) + R"(","name":"测试机构)" +
           std::to_string(number) + R"(","kind":")" + kind +
           R"(","division":"330300"},"member":{"login":")" + login +
           R"(","name":"李四","password":")" + password + "\"}}";
}

} // namespace

std::string thing_of(std::string_view pattern) {
    static const std::map<std::string_view, std::string> things{
        {"achievements", "achievement"},
        {"needs", "need"},
        {"organisations", "organisation"},
        {"members", "member"},
        {"matches", "match"},
        {"deals", "deal"},
        {"mandates", "mandate"},
        {"contracts", "contract"},
        {"tokens", "token"},
        {"saved-searches", "saved_search"},
    };
    const auto hole = pattern.find("/{id}");
    if (hole == std::string_view::npos) return {};
    const auto begin = pattern.rfind('/', hole - 1) + 1;
    return things.at(pattern.substr(begin, hole - begin));
}

std::string tomorrow() {
    return market::format_instant({market::second_us * (std::time(nullptr) + 86'400)});
}

CrowdedMarket& CrowdedMarket::instance() {
    static CrowdedMarket only;
    return only;
}

CrowdedMarket::CrowdedMarket() : opened_(open_market("crowded")) {
    people_.emplace("operator", std::move(*opened_.bureau));
    admit_organisations();
    admit_staff();
    make_tokens();
    const std::set<std::string> who_may_know{
        "hidden", "second_broker", "operator"}; // by a mandate that was accepted
    for (const auto& name : people())
        if (!who_may_know.contains(name)) watch(name);
    make_listings();
    make_deals();
    make_contracts();
    make_matches();
}

Person& CrowdedMarket::person(const std::string& name) {
    return people_.at(name);
}

std::vector<std::string> CrowdedMarket::people() const {
    std::vector<std::string> names;
    for (const auto& [name, person] : people_)
        names.push_back(name);
    return names;
}

Person CrowdedMarket::same_as(const std::string& name) {
    Person same(port());
    same.use_token(people_.at(name).token());
    return same;
}

const std::string& CrowdedMarket::id(const std::string& thing) const {
    const auto found = ids_.find(thing);
    if (found == ids_.end()) throw std::out_of_range("no " + thing + " in the market");
    return found->second;
}

std::string CrowdedMarket::filled(std::string address) const {
    const std::map<std::string, std::string> holes{
        {"{number}", "1"},
        {"{achievement_id}", id("public/achievement")},
        {"{need_id}", id("public/need")},
    };
    for (const auto& [hole, filling] : holes)
        if (const auto at = address.find(hole); at != std::string::npos)
            address.replace(at, hole.size(), filling);
    return address;
}

std::int64_t CrowdedMarket::last_position() {
    for (;;) {
        const auto page =
            person("operator")
                .get("/api/v1/events?limit=500&after=" + std::to_string(seen_position_));
        const auto last = page.integer("last_seq");
        if (last == seen_position_) return last;
        seen_position_ = last;
    }
}

Organisation CrowdedMarket::settle(const std::string& name, const std::string& kind, int number) {
    auto organisation = join(port(), person("operator"), kind, number);
    add(name, organisation.person.token());
    return organisation;
}

void CrowdedMarket::add(const std::string& name, const std::string& token) {
    people_.emplace(name, Person(port())).first->second.use_token(token);
}

void CrowdedMarket::watch(const std::string& name) {
    person(name).when_answered([this, name](const std::string& request, const Answer& answer) {
        for (const auto& mark : hidden_marks_)
            if (answer.body.find(mark) != std::string::npos)
                leaks_.push_back(name + ": " + request + " names " + mark);
    });
}

void CrowdedMarket::admit_organisations() {
    ids_["own/organisation"] = settle("full", "university", 101).id;
    settle("partner", "enterprise", 102);
    settle("other", "enterprise", 103);
    settle("seller", "institute", 104);
    settle("rival", "enterprise", 105);
    settle("broker", "intermediary", 106);
    settle("second_broker", "intermediary", 107);
    const auto hidden = settle("hidden", "enterprise", 9001);
    const auto me = person("hidden").get("/api/v1/me");
    hidden_marks_ = {
        hidden.id, me.text("member/id"), "测试机构9001", uscc(9001), me.text("member/login")};

    Person stranger(port());
    EXPECT_EQ(
        stranger.post("/api/v1/organisations", registration("unverified", "enterprise", 108))
            .status,
        201
    );
    people_.emplace("unverified", Person(port(), "unverified", password));
    const auto pending =
        stranger.post("/api/v1/organisations", registration("pending", "enterprise", 109));
    ids_["other/organisation"] = pending.text("organisation/id");
    Person its_admin(port(), "pending", password);
    EXPECT_EQ(
        its_admin.act("/api/v1/organisations/" + id("other/organisation"), "submit").status, 200
    );
}

void CrowdedMarket::admit_staff() {
    const std::array<std::pair<std::string, std::string>, 4> staff{
        {{"admin", "org_admin"},
         {"editor", "listing_editor"},
         {"dealer", "deal_maker"},
         {"signer", "signer"}}};
    for (const auto& [name, role] : staff) {
        const auto login = "staff." + name;
        const auto added = person("full").post(
            "/api/v1/members",
            R"({"login":")" + login + R"(","name":"王五","roles":[")" + role +
                R"("],"password":")" + password + "\"}"
        );
        EXPECT_EQ(added.status, 201) << added.body;
        ids_["own/member"] = added.text("id");
        people_.emplace(name, Person(port(), login, password));
    }
    ids_["other/member"] = person("other").get("/api/v1/me").text("member/id");
}

void CrowdedMarket::make_tokens() {
    const auto issue =
        [&](const std::string& owner, const std::string& label, const std::string& scopes) {
            const auto issued = person(owner).post(
                "/api/v1/tokens",
                R"({"label":")" + label + R"(","scopes":[)" + scopes + R"(],"days":1})"
            );
            EXPECT_EQ(issued.status, 201) << issued.body;
            return issued;
        };
    ids_["own/token"] = issue("full", "kept", R"("read")").text("id");
    ids_["other/token"] = issue("other", "kept", R"("read")").text("id");
    add("reader", issue("full", "reader", R"("read")").text("secret"));
    add("nobody", {});
    add("garbled", "not-a-secret");
    add("unknown", "jst_" + std::string(43, 'A'));
    const std::string all = R"("read","write","sign","operate","admin")";
    add("expired", issue("full", "expired", all).text("secret"));
    const auto revoked = issue("full", "revoked", all);
    add("revoked", revoked.text("secret"));
    EXPECT_EQ(person("full").remove("/api/v1/tokens/" + revoked.text("id")).status, 204);
    storage::Connection(*storage::running_embedded(opened_.data))
        .execute("UPDATE session SET expires_at = created_at + 1 WHERE label = 'expired'");
}

std::string CrowdedMarket::published(const std::string& owner, const std::string& title) {
    return publish(
        person(owner),
        person("operator"),
        "/api/v1/achievements",
        achievement_json(
            title, title + "：一项可以许可给许多企业的技术成果说明", std::string(licence)
        )
    );
}

void CrowdedMarket::make_listings() {
    const auto draft =
        [&](const std::string& owner, const std::string& path, const std::string& json) {
            const auto created = person(owner).post(path, json);
            EXPECT_EQ(created.status, 201) << created.body;
            return created.text("id");
        };
    const std::string achievements = "/api/v1/achievements", needs = "/api/v1/needs";
    for (const auto& [whose, owner] :
         {std::pair<std::string, std::string>{"own", "full"}, {"other", "other"}}) {
        ids_[whose + "/achievement"] =
            draft(owner, achievements, achievement_json("草稿成果", "尚未提交的草稿成果说明文字"));
        ids_[whose + "/need"] =
            draft(owner, needs, need_json("草稿需求", "尚未提交的草稿需求说明文字"));
        const auto waiting =
            draft(owner, achievements, achievement_json("待审成果", "已经提交等待审核的成果说明"));
        EXPECT_EQ(person(owner).act(achievements + "/" + waiting, "submit").status, 200);
        ids_[whose + "/waiting_achievement"] = waiting;
        const auto asked = draft(owner, needs, need_json("待审需求", "已经提交等待审核的需求说明"));
        EXPECT_EQ(person(owner).act(needs + "/" + asked, "submit").status, 200);
        ids_[whose + "/waiting_need"] = asked;
        const auto saved = person(owner).post(
            "/api/v1/saved-searches",
            R"({"name":"无人发布","kind":"need","query":"q=%E6%97%A0%E4%BA%BA"})"
        );
        ids_[whose + "/saved_search"] = saved.text("id");
    }
    ids_["public/achievement"] = published("seller", "公开成果");
    ids_["public/need"] = publish(
        person("hidden"),
        person("operator"),
        needs,
        need_json(
            "匿名需求：石墨烯导热膜制备",
            "石墨烯导热膜连续制备工艺，导热系数不低于 1200 W/mK",
            R"("confidentiality":"anonymous")"
        )
    );
}

std::string CrowdedMarket::offered(const std::string& buyer, const std::string& achievement) {
    const auto opened = person(buyer).post(
        "/api/v1/deals",
        R"({"achievement_id":")" + achievement + R"(","action":"make_offer",)" +
            offer_json(5'000'000, "non_exclusive_licence") + "}"
    );
    EXPECT_EQ(opened.status, 201) << opened.body;
    return opened.text("id");
}

std::string CrowdedMarket::agreed(
    const std::string& buyer, const std::string& seller, const std::string& achievement
) {
    const auto deal = offered(buyer, achievement);
    auto& owner = person(seller);
    EXPECT_EQ(
        owner.act("/api/v1/deals/" + deal, "declare_related_party", R"("related_party":"no")")
            .status,
        200
    );
    EXPECT_EQ(owner.act("/api/v1/deals/" + deal, "accept").text("state"), "terms_agreed");
    return deal;
}

void CrowdedMarket::make_deals() {
    const auto make = [&](const std::string& whose,
                          const std::string& buyer,
                          const std::string& seller,
                          const std::string& broker) {
        const auto achievement = published(seller, whose + " 洽谈中的成果");
        ids_[whose + "/deal"] = offered(buyer, achievement);
        ids_[whose + "/agreed_deal"] =
            agreed(buyer, seller, published(seller, whose + " 已达成条款的成果"));
        const auto mandate = person(broker).post(
            "/api/v1/mandates", R"({"listing_id":")" + achievement + R"(","commission_bp":300})"
        );
        EXPECT_EQ(mandate.status, 201) << mandate.body;
        ids_[whose + "/mandate"] = mandate.text("id");
    };
    make("own", "partner", "full", "broker");
    make("other", "other", "seller", "second_broker");

    // What the university and the broker begin with the owner of the anonymous need.
    const auto& need = id("public/need");
    const auto deal = person("full").post(
        "/api/v1/deals",
        R"({"need_id":")" + need + R"(","action":"make_offer",)" +
            offer_json(5'000'000, "non_exclusive_licence") + "}"
    );
    EXPECT_EQ(deal.status, 201) << deal.body;
    ids_["hidden/deal"] = deal.text("id");
    EXPECT_EQ(
        person("hidden")
            .act(
                "/api/v1/deals/" + deal.text("id"),
                "counter",
                offer_json(4'000'000, "non_exclusive_licence")
            )
            .status,
        200
    );
    const auto mandate = person("broker").post(
        "/api/v1/mandates", R"({"listing_id":")" + need + R"(","commission_bp":300})"
    );
    EXPECT_EQ(mandate.status, 201) << mandate.body;
    ids_["hidden/mandate"] = mandate.text("id");

    // A broker that the hidden owner trusts opens a deal for it with the university.
    const auto trusted =
        person("second_broker")
            .post("/api/v1/mandates", R"({"listing_id":")" + need + R"(","commission_bp":100})");
    EXPECT_EQ(
        person("hidden").act("/api/v1/mandates/" + trusted.text("id"), "accept").text("state"),
        "accepted"
    );
    const auto brokered = person("second_broker")
                              .post(
                                  "/api/v1/deals",
                                  R"({"achievement_id":")" + published("full", "经人介绍的成果") +
                                      R"(","need_id":")" + need + R"(","action":"make_offer",)" +
                                      offer_json(3'000'000, "non_exclusive_licence") + "}"
                              );
    EXPECT_EQ(brokered.status, 201) << brokered.body;
    ids_["hidden/brokered_deal"] = brokered.text("id");
}

void CrowdedMarket::make_contracts() {
    const auto make =
        [&](const std::string& whose, const std::string& buyer, const std::string& seller) {
            const auto deal = agreed(buyer, seller, published(seller, whose + " 合同草稿的成果"));
            const auto drafted = person(seller).post("/api/v1/contracts", contract_json(deal));
            EXPECT_EQ(drafted.status, 201) << drafted.body;
            ids_[whose + "/draft_contract"] = drafted.text("id");
            const auto signing = bring_to_signing(
                person(buyer),
                person(seller),
                published(seller, whose + " 待签合同的成果"),
                5'000'000,
                "non_exclusive_licence"
            );
            ids_[whose + "/contract"] = signing.contract;
            ids_[whose + "/document_hash"] = signing.document_hash;
        };
    make("own", "partner", "full");
    make("other", "other", "seller");
}

// The matches come last: when they are told, the market has looked at everything before them and is
// quiet.
void CrowdedMarket::make_matches() {
    const auto make = [&](const std::string& whose,
                          const std::string& buyer,
                          const std::string& seller,
                          const std::string& topic) {
        const auto achievement = published(seller, topic);
        const auto need = publish(
            person(buyer),
            person("operator"),
            "/api/v1/needs",
            need_json("求购" + topic, "寻找" + topic + "的成熟技术，须已完成中试")
        );
        EXPECT_TRUE(eventually([&] {
            const auto told = person(buyer).get("/api/v1/matches?limit=100&listing_id=" + need);
            for (std::size_t i = 0; i < told.count("items"); ++i) {
                const auto at = "items/" + std::to_string(i);
                if (told.text(at + "/achievement/listing/id") == achievement)
                    ids_[whose + "/match"] = told.text(at + "/id");
            }
            return ids_.contains(whose + "/match");
        })) << person(buyer).get("/api/v1/matches?listing_id=" + need).body;
    };
    make("other", "other", "seller", "超疏水自清洁玻璃涂层");
    make("own", "partner", "full", "石墨烯导热膜卷对卷制备工艺");
}

} // namespace jishi::test
