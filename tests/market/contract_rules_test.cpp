#include "market/contract.hpp"
#include "tests/support/market_world.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <map>

namespace jishi::market {
namespace {

using namespace tests;

constexpr Date today{2026, 11, 22};

void leave_out(ContractContent& content, const std::string& clause) {
    if (clause == "performance") content.performance = " \n";
    if (clause == "confidentiality") content.confidentiality.clear();
    if (clause == "results_ownership") content.results_ownership.clear();
    if (clause == "risk") content.risk.clear();
    if (clause == "ip_items") content.ip_items.clear();
    if (clause == "definitions") content.definitions.clear();
}

TEST(ContractRules, EachKindHasItsMandatoryClauses) {
    each_row<3>(
        R"(
        // kind        left out             told
        development    performance          "/performance missing"
        development    confidentiality      ""
        development    results_ownership    "/results_ownership missing"
        development    risk                 "/risk missing"
        development    ip_items             ""
        transfer       performance          ""
        transfer       confidentiality      "/confidentiality missing"
        transfer       results_ownership    "/results_ownership missing"
        transfer       risk                 ""
        transfer       ip_items             "/ip_items too_few"
        licence        performance          ""
        licence        confidentiality      "/confidentiality missing"
        licence        results_ownership    "/results_ownership missing"
        licence        risk                 ""
        licence        ip_items             "/ip_items too_few"
        consulting     performance          "/performance missing"
        consulting     confidentiality      ""
        consulting     results_ownership    ""
        consulting     risk                 ""
        consulting     ip_items             ""
        service        performance          "/performance missing"
        service        confidentiality      ""
        service        results_ownership    ""
        service        risk                 ""
        service        ip_items             ""
        service        definitions          ""
        service        nothing              ""
        licence        nothing              ""
        transfer       nothing              ""
        consulting     nothing              ""
        development    nothing              ""
        )",
        [](const std::string& kind, const std::string& clause, const std::string& expected) {
            auto content = sample_contract(*parse_name<ContractKind>(kind));
            leave_out(content, clause);
            EXPECT_EQ(fields_told(check_contract(content, today)), expected);
        }
    );
}

TEST(ContractRules, ALawAsksForNothingBeforeItsDay) {
    auto content = sample_contract(ContractKind::development);
    content.performance.clear();
    content.risk.clear();
    EXPECT_EQ(fields_told(check_contract(content, {2020, 12, 31})), "");
    EXPECT_EQ(
        fields_told(check_contract(content, {2021, 1, 1})), "/performance missing | /risk missing"
    );
}

TEST(ContractRules, EachModeIsCarriedByItsKinds) {
    each_row<2>(
        R"(
        // mode                      kinds
        transfer                     transfer
        exclusive_licence            licence
        sole_licence                 licence
        non_exclusive_licence        licence
        open_licence                 licence
        equity                       transfer
        co_development               development
        commissioned_development     development
        consulting                   consulting
        service                      service
        trial                        licence,service
        )",
        [](const std::string& mode, const std::string& kinds) {
            for (const auto kind : names_of<ContractKind>()) {
                const bool expected =
                    ("," + kinds + ",").find("," + std::string(kind) + ",") != std::string::npos;
                EXPECT_EQ(
                    kind_carries(
                        *parse_name<ContractKind>(kind), *parse_name<CooperationMode>(mode)
                    ),
                    expected
                ) << kind;
            }
        }
    );
}

TEST(ContractRules, AKindHasItsOwnSubKindsAndModes) {
    auto content = sample_contract(ContractKind::licence);
    content.sub_kind = ContractSubKind::training;
    EXPECT_EQ(fields_told(check_contract(content, today)), "/sub_kind inconsistent");
    content = sample_contract(ContractKind::licence);
    content.terms.mode = CooperationMode::transfer;
    EXPECT_EQ(fields_told(check_contract(content, today)), "/kind inconsistent");
}

TEST(ContractRules, ALicenceOnPatentsEndsWithTheFirstOfThem) {
    auto content = sample_contract(ContractKind::licence);
    content.ip_items.push_back(content.ip_items[0]);
    content.ip_items[1].valid_to = {2030, 6, 30};
    content.valid_to = {2030, 6, 30};
    EXPECT_EQ(fields_told(check_contract(content, today)), "");
    content.valid_to = {2030, 7, 1};
    EXPECT_EQ(fields_told(check_contract(content, today)), "/valid_to too_far");
    content.sub_kind = ContractSubKind::know_how_licence;
    EXPECT_EQ(fields_told(check_contract(content, today)), "") << "know-how does not expire";
}

TEST(ContractRules, NumbersDatesAndAmountsAreTold) {
    auto content = sample_contract(ContractKind::service);
    content.valid_to = add_days(content.valid_from, -1);
    content.ip_items[0].number = "201710601862.4";
    content.ip_items[0].valid_to = content.ip_items[0].filed_on;
    content.non_technical = {{"设备", 0}};
    EXPECT_EQ(
        fields_told(check_contract(content, today)),
        "/valid_to in_the_past | /ip_items/0/number bad_check_digit | /ip_items/0/valid_to "
        "in_the_past | "
        "/non_technical/0/amount_fen too_small"
    );
}

TEST(ContractRules, ATechnologyAmountIsLeftWhenTheEquipmentIsTaken) {
    auto content = sample_contract(ContractKind::service);
    const auto price = content.terms.price_fen;
    content.non_technical = {{"设备", price - 2}, {"材料", 1}};
    EXPECT_EQ(fields_told(check_contract(content, today)), "");
    EXPECT_EQ(technology_amount_fen(content), 1);
    content.non_technical[1].amount_fen = 2;
    EXPECT_EQ(fields_told(check_contract(content, today)), "/non_technical too_large");
    content.non_technical = {{"设备", fen_max}, {"材料", fen_max}};
    EXPECT_EQ(fields_told(check_contract(content, today)), "/non_technical too_large");
}

using Change = void (*)(Contract&);
constexpr Change changes_of_contract[] = {
    [](Contract&) {},
    [](Contract& c) { c.id.bytes[15] ^= 1; },
    [](Contract& c) { c.buyer.bytes[15] ^= 1; },
    [](Contract& c) { c.seller.bytes[15] ^= 1; },
    [](Contract& c) { c.content.kind = ContractKind::service; },
    [](Contract& c) { c.content.sub_kind = ContractSubKind::know_how_licence; },
    [](Contract& c) { c.content.project_name += "x"; },
    [](Contract& c) { c.content.subject += "x"; },
    [](Contract& c) { c.content.performance += "x"; },
    [](Contract& c) { c.content.confidentiality += "x"; },
    [](Contract& c) { c.content.results_ownership += "x"; },
    [](Contract& c) { c.content.definitions += "x"; },
    [](Contract& c) { c.content.risk += "x"; },
    [](Contract& c) {
        c.content.valid_from = {2026, 1, 2};
    },
    [](Contract& c) {
        c.content.valid_to = {2030, 1, 2};
    },
    [](Contract& c) {
        c.content.non_technical = {{"设备", 1}};
    },
    [](Contract& c) {
        c.content.non_technical = {{"设备", 2}};
    },
    [](Contract& c) { c.content.ip_items[0].name += "x"; },
    [](Contract& c) { c.content.ip_items[0].number += "x"; },
    [](Contract& c) { c.content.ip_items[0].holder += "x"; },
    [](Contract& c) {
        c.content.ip_items[0].filed_on = {2017, 7, 22};
    },
    [](Contract& c) {
        c.content.ip_items[0].valid_to = {2037, 7, 21};
    },
    [](Contract& c) { c.content.terms.mode = CooperationMode::sole_licence; },
    [](Contract& c) { c.content.terms.price_fen += 1; },
    [](Contract& c) { c.content.terms.payment_mode = PaymentMode::instalment; },
    [](Contract& c) { c.content.terms.instalments[0].label += "x"; },
    [](Contract& c) { c.content.terms.instalments[0].amount_fen += 1; },
    [](Contract& c) {
        c.content.terms.instalments[0].due_on = Date{2027, 1, 1};
    },
    [](Contract& c) {
        c.content.terms.royalty_bp = 5;
        c.content.terms.royalty_base = RoyaltyBase::new_profit;
    },
    [](Contract& c) {
        c.content.terms.royalty_bp = 6;
        c.content.terms.royalty_base = RoyaltyBase::new_profit;
    },
    [](Contract& c) { c.content.terms.territory = "浙江"; },
    [](Contract& c) { c.content.terms.field_of_use = "浙江"; },
    [](Contract& c) {
        c.content.terms.valid_to = Date{2030, 1, 1};
    },
    [](Contract& c) { c.content.terms.deliverables += "x"; },
    [](Contract& c) { c.content.terms.acceptance += "x"; },
};

// The hash that is signed pins whatever stands in the text.
TEST(ContractRules, EveryAgreedValueStandsInTheTextThatIsSigned) {
    std::map<std::string, int> texts;
    for (int i = 0; const auto change : changes_of_contract) {
        Contract contract{.content = sample_contract()};
        change(contract);
        const auto [there, is_new] = texts.try_emplace(contract_text(contract, "甲", "乙"), i);
        EXPECT_TRUE(is_new) << "changes " << there->second << " and " << i << " read alike";
        ++i;
    }
    EXPECT_NE(contract_text({}, "甲", "乙"), contract_text({}, "丙", "乙"));
}

TEST(ContractRules, AContractReadsAsPeopleReadIt) {
    Contract contract{.content = sample_contract()};
    contract.content.terms.price_fen = 12'345'605;
    contract.content.terms.instalments = {
        {"签约后", 12'345'600, Date{2027, 1, 1}}, {"验收后", 5, {}}};
    const auto text = contract_text(contract, "瓯海电池厂", "浙江大学");
    for (const auto* expected :
         {"技术许可合同\n",
          "受让方（甲方）：瓯海电池厂",
          "让与方（乙方）：浙江大学",
          "合同总价款 123456.05 元",
          "（1）签约后：123456.00 元，应于 2027-01-01 前支付",
          "（2）验收后：0.05 元",
          "第 1 条 标的、范围和要求",
          "权利人 浙江大学，申请日 2017-07-21，有效期至 2037-07-20",
          "技术交易额：123456.05 元"})
        EXPECT_NE(text.find(expected), std::string::npos) << expected << "\n" << text;
}

} // namespace
} // namespace jishi::market
