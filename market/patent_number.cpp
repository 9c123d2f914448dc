#include "market/patent_number.hpp"

#include "market/text.hpp"

#include <algorithm>
#include <array>

namespace jishi::market {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view accepted_forms = "201710601862.3 | ZL201710601862.3 | CN110569471A";

bool all_digits(std::string_view text) {
    return text.find_first_not_of(digits) == text.npos;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<PatentKind> kind_of_digit(char digit) {
    switch (digit) {
    case '1':
        return PatentKind::invention;
    case '2':
        return PatentKind::utility_model;
    case '3':
        return PatentKind::design;
    case '8':
        return PatentKind::pct_invention;
    case '9':
        return PatentKind::pct_utility_model;
    default:
        return {};
    }
}

char check_digit(std::string_view serial) {
    constexpr std::array<int, 12> weights{2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5};
    int sum = 0;
    for (std::size_t i = 0; i < serial.size(); ++i)
        sum += (serial[i] - '0') * weights[i];
    return "0123456789X"[sum % 11];
}

// Year, type and serial of an application: twelve digits since October 2003, eight before.
struct Serial {
    int year = 0;
    PatentKind kind = PatentKind::invention;
};

std::optional<Serial> parse_serial(std::string_view serial) {
    if (!all_digits(serial)) return {};
    const auto two_digits = [&](std::size_t at) {
        return (serial[at] - '0') * 10 + serial[at + 1] - '0';
    };
    const bool since_2003 = serial.size() == 12;
    if (!since_2003 && serial.size() != 8) return {};
    const auto kind = kind_of_digit(serial[since_2003 ? 4 : 2]);
    if (!kind) return {};

    if (since_2003) {
        const int year = two_digits(0) * 100 + two_digits(2);
        if (year < 2003 || year > 2099) return {};
        return Serial{year, *kind};
    }
    // The Patent Law came into force in 1985.
    const int year = two_digits(0) >= 85 ? 1900 + two_digits(0) : 2000 + two_digits(0);
    if (year > 2003) return {};
    return Serial{year, *kind};
}

// `number` is what follows ZL, CN or nothing.
Result<PatentNumber>
parse_application(std::string_view pointer, std::string_view number, PatentForm form) {
    const auto refuse = [&](FieldReason reason, std::string bound) {
        return refuse_field(std::string(pointer), reason, std::move(bound));
    };
    auto length = number.find('.');
    const bool has_point = length != number.npos;
    if (!has_point) length = number.size() >= 12 ? 12 : std::min<std::size_t>(number.size(), 8);
    const auto serial = number.substr(0, length);
    const auto tail = number.substr(has_point ? length + 1 : length);
    const auto parsed = parse_serial(serial);
    const bool tail_is_digit = tail.size() == 1 && (all_digits(tail) || tail == "X");
    if (!parsed || !(tail_is_digit || tail.empty()))
        return refuse(FieldReason::bad_format, std::string(accepted_forms));

    const char expected = check_digit(serial);
    if (tail.empty() || tail[0] != expected)
        return refuse(FieldReason::bad_check_digit, {expected});
    return PatentNumber{
        .form = form,
        .kind = parsed->kind,
        .text = std::string(form == PatentForm::patent ? "ZL" : "") + std::string(serial) + '.' +
                expected,
        .filing_year = parsed->year};
}

// Seven or nine digits, the first telling the type; the letter must be one of that type. A digit
// may follow it.
std::optional<PatentKind> publication_kind(std::string_view number) {
    const auto length = std::min(number.find_first_not_of(digits), number.size());
    if (length != 7 && length != 9) return {};
    const auto letter = number.substr(length, 1), tail = number.substr(length + letter.size());
    if (letter.empty() || tail.size() > 1 || !all_digits(tail)) return {};

    const auto is_one_of = [&](std::string_view letters) {
        return letters.find(letter) != letters.npos;
    };
    switch (number[0]) {
    case '1':
        return is_one_of("ABC") ? std::optional(PatentKind::invention) : std::nullopt;
    case '2':
        return is_one_of("UY") ? std::optional(PatentKind::utility_model) : std::nullopt;
    case '3':
        return is_one_of("SD") ? std::optional(PatentKind::design) : std::nullopt;
    default:
        return {};
    }
}

} // namespace

Result<PatentNumber> parse_patent_number(std::string_view pointer, std::string_view text) {
    const auto normal = normalise_identifier(text);
    std::string_view number = normal;
    if (take_prefix(number, "CN")) {
        if (const auto kind = publication_kind(number))
            return PatentNumber{
                .form = PatentForm::publication, .kind = *kind, .text = normal, .filing_year = {}};
        return parse_application(pointer, number, PatentForm::application);
    }
    const auto form = take_prefix(number, "ZL") ? PatentForm::patent : PatentForm::application;
    return parse_application(pointer, number, form);
}

} // namespace jishi::market
