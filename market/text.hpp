// What a text field may hold, and the folding of identifiers people type. Lengths count code
// points, never bytes.
#pragma once

#include "market/refusal.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace jishi::market {

// No overlong form, no surrogate, nothing above U+10FFFF.
bool valid_utf8(std::string_view text);

// REQUIRES: valid_utf8(text).
std::size_t count_code_points(std::string_view text);

// C0, DEL and C1; U+2028 and U+2029; the byte order mark; bidirectional controls, which make a text
// read otherwise than it is stored. With `newlines_allowed` line feed, carriage return and tab are
// text. REQUIRES: valid_utf8(text).
bool has_control_characters(std::string_view text, bool newlines_allowed);

// Without the white space at both ends: Unicode's, so also U+3000 and the no-break spaces.
std::string trim(std::string_view text);

// Bounds in code points, both inclusive.
struct TextRule {
    std::size_t min = 0, max = 0;
    bool newlines_allowed = false;
};

// The first of not_utf8, control_character, too_long and too_short that applies; white space at the
// ends does not help a text over its minimum.
std::optional<FieldRefusal>
check_text(std::string_view pointer, std::string_view text, TextRule rule);

// The one form of an identifier however it was typed: full-width forms become ASCII, letters
// upper-case, white space goes. Everything else stays, to be refused by the check that follows.
std::string normalise_identifier(std::string_view text);

} // namespace jishi::market
