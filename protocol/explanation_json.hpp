// Why a pair was found, as JSON: shown at once, and kept with a stored match.
#pragma once

#include "matching/match.hpp"
#include "protocol/json/writer.hpp"

#include <string>

namespace jishi::protocol {

// {"score","raw","summary_zh","summary_en","contributions":[{"kind","label_zh","label_en","value"}],
//  "highlights":{"need":{"title":[[0,4]],"fragments":[..]},"achievement":{..}}}
// `asked` is the listing whose counterpart was found.
std::string explanation_json(const matching::Document& asked, const matching::Match& found);

// The same members, into the open object.
void write_explanation(
    json::Writer& out, const matching::Document& asked, const matching::Match& found
);

} // namespace jishi::protocol
