#include "market/uscc.hpp"

#include "market/division.hpp"

#include <array>
#include <string>

namespace jishi::market {

namespace {

constexpr std::size_t length = 18;
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::string_view authorities = "123456789ANY";
// Issued by the national registers themselves, which sit in no province.
constexpr std::string_view national_division = "100000";

bool has_form(std::string_view code) {
    return code.size() == length && code.find_first_not_of(alphabet) == code.npos &&
           authorities.find(code[0]) != authorities.npos &&
           uscc_division(code).find_first_not_of("0123456789") == std::string_view::npos;
}

char check_character(std::string_view body) {
    std::size_t sum = 0, weight = 1;
    for (const char c : body) {
        sum += alphabet.find(c) * weight;
        weight = weight * 3 % alphabet.size();
    }
    // The outer remainder matters: a sum that 31 divides has the check character '0', not the 31st.
    return alphabet[(alphabet.size() - sum % alphabet.size()) % alphabet.size()];
}

} // namespace

std::optional<FieldRefusal> check_uscc(std::string_view pointer, std::string_view code) {
    const auto refuse = [&](FieldReason reason, std::string bound) {
        return FieldRefusal{std::string(pointer), reason, std::move(bound)};
    };
    if (!has_form(code)) return refuse(FieldReason::bad_format, "[0-9A-HJ-NPQRTUWXY]{18}");
    const auto division = uscc_division(code);
    if (division != national_division && !known_province(division))
        return refuse(FieldReason::bad_format, "GB/T 2260 [3..8]");
    const char expected = check_character(code.substr(0, length - 1));
    if (code.back() != expected) return refuse(FieldReason::bad_check_digit, {expected});
    return {};
}

std::string_view uscc_division(std::string_view code) {
    return code.substr(2, 6);
}

bool uscc_organisation_code_agrees(std::string_view code) {
    constexpr std::array<int, 8> weights{3, 7, 9, 10, 5, 8, 4, 2};
    const auto organisation = code.substr(8, 9);
    int sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const char c = organisation[i];
        sum += (c <= '9' ? c - '0' : c - 'A' + 10) * weights[i];
    }
    // 11 less the remainder, with 11 written 0 and 10 written X.
    constexpr std::string_view by_remainder = "0X987654321";
    return organisation.back() == by_remainder[static_cast<std::size_t>(sum % 11)];
}

} // namespace jishi::market
