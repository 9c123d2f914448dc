// The shape of an explanation (see protocol/explanation_json.hpp).
#pragma once

#include "matching/match.hpp"
#include "protocol/handlers/highlight_json.hpp"

#include <array>

namespace jishi::protocol {

inline constexpr std::array contribution_fields{
    json::required(
        "kind",
        json::one_of(market::names_of<matching::ContributionKind>()),
        "来源",
        "Where it comes from"
    ),
    json::required("label_zh", json::paragraphs(0, 200)),
    json::required("label_en", json::paragraphs(0, 200)),
    json::required("value", json::number(), "分值", "Part of the raw score"),
};
inline constexpr json::Schema contribution_schema =
    json::object("Contribution", contribution_fields);

inline constexpr std::array side_highlight_fields{
    json::required(
        "title", ranges_schema, "名称中的命中", "[begin,end) in the title, in characters"
    ),
    json::required("fragments", fragments_schema, "正文片段", "Pieces of the text"),
};
inline constexpr json::Schema side_highlight_schema =
    json::object("SideHighlights", side_highlight_fields);

inline constexpr std::array highlight_fields{
    json::required("need", side_highlight_schema),
    json::required("achievement", side_highlight_schema),
};

inline constexpr std::array explanation_fields{
    json::required("score", json::number(), "匹配度 0..1", "Fit, 0..1"),
    json::required("raw", json::number(), "原始分", "Sum of the contributions"),
    json::required("summary_zh", json::paragraphs(0, 1'000)),
    json::required("summary_en", json::paragraphs(0, 1'000)),
    json::required("contributions", json::array(contribution_schema, 0, 100)),
    json::required("highlights", json::object("MatchHighlights", highlight_fields)),
};
inline constexpr json::Schema explanation_schema = json::object("Explanation", explanation_fields);

} // namespace jishi::protocol
