// Chinese patent numbers as people write them: the number of an application (201710601862.3, or
// 97101765.4 until 2003), of the patent granted on it (ZL in front), or of a publication
// (CN110569471A).
#pragma once

#include "market/result.hpp"
#include "market/taxonomy.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace jishi::market {

#define JISHI_PATENT_FORMS(X) X(application) X(patent) X(publication)
JISHI_VOCABULARY(PatentForm, JISHI_PATENT_FORMS);

// The pct kinds entered China from an international application. A publication number does not tell
// them apart.
#define JISHI_PATENT_KINDS(X)                                                                      \
    X(invention) X(utility_model) X(design) X(pct_invention) X(pct_utility_model)
JISHI_VOCABULARY(PatentKind, JISHI_PATENT_KINDS);

struct PatentNumber {
    PatentForm form = PatentForm::application;
    PatentKind kind = PatentKind::invention;
    std::string text; // canonical: upper-case, no spaces, the point before the check digit
    std::optional<int> filing_year; // a publication number does not tell it

    bool operator==(const PatentNumber&) const = default;
};

// Spaces, lower case, full-width forms, a missing point, and CN before an application number are
// forgiven. Refused is one field: bad_format, or bad_check_digit with the digit expected, also
// where it was left out. Publication numbers have no check digit.
Result<PatentNumber> parse_patent_number(std::string_view pointer, std::string_view text);

} // namespace jishi::market
