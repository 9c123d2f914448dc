// What a market answers to a handful of questions, as text: markets of one portrait are alike to
// the last bit of every score.
#pragma once

#include "tests/matching/listings.hpp"

#include <sstream>

namespace jishi::matching::test {

inline constexpr std::int32_t portrait_day = 100;

inline std::string portrait(
    const Snapshot& snapshot,
    const std::vector<Document>& askers,
    std::span<const Grade> grades = {}
) {
    std::ostringstream out;
    out << std::hexfloat;
    for (const auto& asker : askers)
        for (const auto& found : snapshot.rank_for(asker, 10, portrait_day, grades))
            out << number_of(found.document->id) << ' ' << found.score.raw << '\n';
    for (const auto* text :
         {"",
          "电池",
          "电池 回收",
          "\"废水处理\" -技术",
          "锂电池材料",
          "5G LED 图像 识别 算法 污泥"})
        for (const auto kind : {market::ListingKind::achievement, market::ListingKind::need}) {
            SearchQuery query;
            query.kind = kind;
            query.text = text;
            const auto page = snapshot.search(query);
            out << page->total << ' ' << page->facets.fields[3] << '\n';
            for (const auto& hit : page->hits)
                out << number_of(hit.document->id) << ' ' << hit.score << ' ' << hit.body.size()
                    << '\n';
        }
    return out.str();
}

} // namespace jishi::matching::test
