// What two sides agree on: the right, the price, how it is paid. Terms never change; a new offer
// carries new ones. Payment modes: Civil Code Art. 846.
#pragma once

#include "market/money.hpp"
#include "market/result.hpp"
#include "market/taxonomy.hpp"
#include "market/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jishi::market {

#define JISHI_PAYMENT_MODES(X) X(lump_sum) X(instalment) X(royalty) X(entry_fee_plus_royalty)
JISHI_VOCABULARY(PaymentMode, JISHI_PAYMENT_MODES);

#define JISHI_ROYALTY_BASES(X) X(product_price) X(new_output_value) X(new_profit) X(product_sales)
JISHI_VOCABULARY(RoyaltyBase, JISHI_ROYALTY_BASES);

struct Instalment {
    std::string label{}; // 1..60 characters: "on signing", "after acceptance"
    Fen amount_fen = 0;
    std::optional<Date> due_on{};
    bool operator==(const Instalment&) const = default;
};

struct Terms {
    CooperationMode mode = CooperationMode::non_exclusive_licence;
    Fen price_fen = 0; // the fixed part; the instalments sum to it
    PaymentMode payment_mode = PaymentMode::lump_sum;
    std::vector<Instalment> instalments{}; // 1..36; one for a lump sum; none for a pure royalty
    std::optional<std::uint32_t>
        royalty_bp{}; // of the base, 1..10 000; present exactly when the mode has a royalty
    std::optional<RoyaltyBase> royalty_base{};
    std::string territory{};    // 0..200 characters, empty: everywhere
    std::string field_of_use{}; // 0..200 characters, empty: any
    std::optional<Date> valid_to{};
    std::string deliverables{}; // 1..2 000 characters
    std::string acceptance{};   // 1..2 000 characters
    bool operator==(const Terms&) const = default;
};

// Everything that is wrong with the terms, as fields under `pointer`.
std::vector<FieldRefusal> check_terms(const Terms& terms, std::string_view pointer);

// The canonical text whose SHA-256 is the terms hash.
std::string terms_text(const Terms& terms);

// Only one party can hold such a right beside the owner: its contract closes the achievement.
constexpr bool is_exclusive(CooperationMode mode) {
    return mode == CooperationMode::transfer || mode == CooperationMode::exclusive_licence ||
           mode == CooperationMode::sole_licence;
}

} // namespace jishi::market
