#include "market/refusal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

namespace jishi::market {
namespace {

constexpr std::array codes{
#define X(name, status, zh, en) RefusalCode::name,
    JISHI_REFUSALS(X)
#undef X
};

constexpr std::array reasons{
#define X(name, zh, en) FieldReason::name,
    JISHI_FIELD_REASONS(X)
#undef X
};

bool is_stable_name(std::string_view name) {
    return !name.empty() &&
           name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789") == name.npos;
}

bool has_ideograph(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0xE4; });
}

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::size_t count_bounds(std::string_view text) {
    std::size_t count = 0;
    for (auto at = text.find("{}"); at != text.npos; at = text.find("{}", at + 2))
        ++count;
    return count;
}

TEST(Refusal, EveryCodeHasAUniqueNameAndAnErrorStatus) {
    std::set<std::string_view> names;
    for (const auto code : codes) {
        const auto& text = refusal_text(code);
        EXPECT_EQ(text.code, code) << text.name;
        EXPECT_TRUE(is_stable_name(text.name)) << text.name;
        EXPECT_TRUE(names.insert(text.name).second) << text.name;
        EXPECT_GE(text.http_status, 400) << text.name;
        EXPECT_LE(text.http_status, 599) << text.name;
    }
}

TEST(Refusal, EveryCodeSpeaksChineseAndEnglish) {
    std::set<std::string_view> titles;
    for (const auto code : codes) {
        const auto& text = refusal_text(code);
        EXPECT_TRUE(has_ideograph(text.title_zh)) << text.name;
        EXPECT_TRUE(!text.title_en.empty() && is_ascii(text.title_en)) << text.name;
        EXPECT_TRUE(titles.insert(text.title_zh).second) << text.name << " sounds like another";
        EXPECT_TRUE(titles.insert(text.title_en).second) << text.name << " sounds like another";
    }
}

TEST(Refusal, TheHouseAnswersForItselfOnlyWith5xx) {
    std::set<std::string_view> own_faults;
    for (const auto code : codes)
        if (refusal_text(code).http_status >= 500) own_faults.insert(refusal_text(code).name);
    EXPECT_EQ(
        own_faults,
        (std::set<std::string_view>{"overloaded", "database_unavailable", "internal_error"})
    );
}

TEST(Refusal, TheRequestIsJudgedBeforeTheCallerAndTheCallerBeforeTheRules) {
    const std::array in_order{
        RefusalCode::malformed_json,
        RefusalCode::rate_limited,
        RefusalCode::unauthenticated,
        RefusalCode::scope_missing,
        RefusalCode::not_found,
        RefusalCode::not_permitted,
        RefusalCode::invalid_fields,
        RefusalCode::version_stale,
        RefusalCode::organisation_unverified,
        RefusalCode::event_not_allowed,
        RefusalCode::terms_differ,
        RefusalCode::internal_error,
    };
    EXPECT_TRUE(std::ranges::is_sorted(in_order));
}

TEST(Refusal, EveryFieldReasonHasAUniqueNameAndBothLanguagesBoundAlike) {
    std::set<std::string_view> names;
    for (const auto reason : reasons) {
        const auto& text = field_reason_text(reason);
        EXPECT_EQ(text.reason, reason) << text.name;
        EXPECT_TRUE(is_stable_name(text.name)) << text.name;
        EXPECT_TRUE(names.insert(text.name).second) << text.name;
        EXPECT_TRUE(has_ideograph(text.text_zh)) << text.name;
        EXPECT_TRUE(!text.text_en.empty() && is_ascii(text.text_en)) << text.name;
        EXPECT_LE(count_bounds(text.text_zh), 1u) << text.name;
        EXPECT_EQ(count_bounds(text.text_zh), count_bounds(text.text_en)) << text.name;
    }
}

TEST(Refusal, OneRefusedFieldIsAnInvalidRequest) {
    const auto refusal = refuse_field("/budget/max_fen", FieldReason::too_large, "100");
    EXPECT_EQ(refusal.code, RefusalCode::invalid_fields);
    ASSERT_EQ(refusal.fields.size(), 1u);
    EXPECT_EQ(refusal.fields[0], (FieldRefusal{"/budget/max_fen", FieldReason::too_large, "100"}));
}

} // namespace
} // namespace jishi::market
