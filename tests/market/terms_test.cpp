#include "market/terms.hpp"
#include "tests/support/market_world.hpp"
#include "tests/support/table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace jishi::market {
namespace {

using namespace tests;

Terms terms_of(
    const std::string& mode, Fen price, const std::string& parts, const std::string& royalty
) {
    auto terms = sample_terms();
    terms.payment_mode = *parse_name<PaymentMode>(mode);
    terms.price_fen = price;
    terms.instalments.clear();
    std::istringstream amounts(parts);
    for (Fen amount = 0; amounts >> amount;)
        terms.instalments.push_back({.label = "款", .amount_fen = amount});
    if (royalty == "bp" || royalty == "both") terms.royalty_bp = 500;
    if (royalty == "base" || royalty == "both") terms.royalty_base = RoyaltyBase::product_sales;
    return terms;
}

TEST(Terms, ThePaymentPlanAgreesWithItsModeAndSumsToThePrice) {
    each_row<5>(
        R"(
        // mode                  price  parts     royalty  told
        lump_sum                 100    "100"     -        ""
        lump_sum                 100    "60 40"   -        "/t/instalments too_many"
        lump_sum                 100    ""        -        "/t/instalments too_few"
        lump_sum                 100    "99"      -        "/t/instalments sum_mismatch"
        lump_sum                 100    "101"     -        "/t/instalments sum_mismatch"
        lump_sum                 0      "0"       -        "/t/price/amount_fen too_small | /t/instalments/0/amount_fen too_small"
        lump_sum                 100    "100"     both     "/t/royalty_bp inconsistent"
        lump_sum                 100    "100"     base     "/t/royalty_bp inconsistent"
        instalment               100    "60 40"   -        ""
        instalment               100    "1 1 98"  -        ""
        instalment               100    "100"     -        "/t/instalments too_few"
        instalment               100    "60 41"   -        "/t/instalments sum_mismatch"
        instalment               100    "110 -10" -        "/t/instalments/1/amount_fen too_small"
        instalment               100    "100 0"   -        "/t/instalments/1/amount_fen too_small"
        royalty                  0      ""        both     ""
        royalty                  0      ""        bp       "/t/royalty_base missing"
        royalty                  0      ""        base     "/t/royalty_bp missing"
        royalty                  100    "100"     both     "/t/instalments too_many | /t/price/amount_fen too_large"
        entry_fee_plus_royalty   100    "100"     both     ""
        entry_fee_plus_royalty   100    "50 50"   both     ""
        entry_fee_plus_royalty   100    ""        both     "/t/instalments too_few"
        entry_fee_plus_royalty   0      ""        both     "/t/instalments too_few | /t/price/amount_fen too_small"
        entry_fee_plus_royalty   100    "100"     -        "/t/royalty_bp missing | /t/royalty_base missing"
        )",
        [](const std::string& mode,
           const std::string& price,
           const std::string& parts,
           const std::string& royalty,
           const std::string& expected) {
            EXPECT_EQ(
                fields_told(check_terms(terms_of(mode, std::stoll(price), parts, royalty), "/t")),
                expected
            );
        }
    );
}

TEST(Terms, PartsThatOverflowDoNotSumToAnything) {
    auto terms = sample_terms();
    terms.payment_mode = PaymentMode::instalment;
    terms.price_fen = fen_max;
    terms.instalments = {{"一", fen_max / 2, {}}, {"二", fen_max / 2, {}}};
    EXPECT_EQ(fields_told(check_terms(terms, "")), "");
    terms.instalments.push_back({"三", 1, {}});
    EXPECT_EQ(fields_told(check_terms(terms, "")), "/instalments sum_mismatch");
    terms.instalments = {
        {"一", std::numeric_limits<Fen>::max(), {}}, {"二", std::numeric_limits<Fen>::max(), {}}};
    EXPECT_EQ(fields_told(check_terms(terms, "")), "/instalments sum_mismatch");
}

TEST(Terms, EveryTermIsInTheTextThatIsHashed) {
    using Change = void (*)(Terms&);
    const Change changes[] = {
        [](Terms&) {},
        [](Terms& t) { t.mode = CooperationMode::transfer; },
        [](Terms& t) { t.price_fen += 1; },
        [](Terms& t) { t.payment_mode = PaymentMode::instalment; },
        [](Terms& t) { t.instalments[0].label = "x"; },
        [](Terms& t) { t.instalments[0].amount_fen += 1; },
        [](Terms& t) {
            t.instalments[0].due_on = Date{2027, 1, 1};
        },
        [](Terms& t) { t.instalments.push_back({}); },
        [](Terms& t) { t.royalty_bp = 1; },
        [](Terms& t) { t.royalty_base = RoyaltyBase::product_price; },
        [](Terms& t) { t.territory = "浙江"; },
        [](Terms& t) { t.field_of_use = "浙江"; },
        [](Terms& t) {
            t.valid_to = Date{2030, 1, 1};
        },
        [](Terms& t) { t.deliverables = "x"; },
        [](Terms& t) { t.acceptance = "x"; },
    };
    std::set<std::string> texts;
    for (const auto change : changes) {
        auto terms = sample_terms();
        change(terms);
        texts.insert(terms_text(terms));
    }
    EXPECT_EQ(texts.size(), std::size(changes));
}

TEST(Terms, ATransferAndALicenceToOneAreExclusive) {
    for (const auto name : names_of<CooperationMode>())
        EXPECT_EQ(
            is_exclusive(*parse_name<CooperationMode>(name)),
            name == "transfer" || name == "exclusive_licence" || name == "sole_licence"
        ) << name;
}

} // namespace
} // namespace jishi::market
