// The unified social credit code (统一社会信用代码) of an organisation, GB 32100-2015: 18
// characters, the last a check character over the others. Texts people type go through
// normalise_identifier first.
#pragma once

#include "market/refusal.hpp"

#include <optional>
#include <string_view>

namespace jishi::market {

// Refused: bad_format (shape, registering authority, or a province GB/T 2260 does not know) and
// bad_check_digit, whose bound is the character expected.
std::optional<FieldRefusal> check_uscc(std::string_view pointer, std::string_view code);

// The division the code was issued in, characters 3..8. It may be older than the division's present
// code. REQUIRES: check_uscc accepted `code`; likewise below.
std::string_view uscc_division(std::string_view code);

// Whether the organisation code inside (characters 9..17) passes its own check, GB 11714. Some old
// bodies hold lawful codes that do not: a reason to look closer, never to refuse.
bool uscc_organisation_code_agrees(std::string_view code);

} // namespace jishi::market
