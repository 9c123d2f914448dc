#include "protocol/handlers/search_json.hpp"

#include "protocol/handlers/card_json.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/handlers/highlight_json.hpp"

#include <array>

namespace jishi::protocol {

namespace {

constexpr std::int64_t total_max = 1'000'000'000;

constexpr std::array hit_fields{
    json::required(
        "score", json::number(), "相关度；未给检索词时为 0", "Relevance; 0 without words"
    ),
    json::required(
        "title_hits", ranges_schema, "名称中的命中", "[begin,end) in the title, in characters"
    ),
    json::required("fragments", fragments_schema, "正文片段", "Pieces of the text"),
};
constexpr auto item_fields = joined(joined(card_fields, hit_fields), also_posted_fields);
constexpr json::Schema item_schema = json::object("SearchHit", item_fields);

// One facet value and the number of listings that have it.
constexpr json::Schema count_schema = json::integer(0, total_max);
constexpr std::array named_count_fields{
    json::required("value", json::text(1, 40)),
    json::required("count", count_schema),
};
constexpr json::Schema named_count_schema = json::object("FacetCount", named_count_fields);
constexpr std::array trl_count_fields{
    json::required("value", json::integer(1, 9).or_null(), "null 为未填写", "null: not stated"),
    json::required("count", count_schema),
};
constexpr json::Schema trl_count_schema = json::object("TrlCount", trl_count_fields);
constexpr std::array province_count_fields{
    json::required("value", json::text(2, 2), "代码前两位", "First two digits of the division"),
    json::required("name", json::text(0, 60)),
    json::required("count", count_schema),
};
constexpr json::Schema province_count_schema = json::object("ProvinceCount", province_count_fields);
constexpr std::array facet_fields{
    json::required("fields", json::array(named_count_schema, 0, 32)),
    json::required("modes", json::array(named_count_schema, 0, 32)),
    json::required("trl", json::array(trl_count_schema, 0, 10)),
    json::required("provinces", json::array(province_count_schema, 0, 100)),
};

constexpr std::array<std::string_view, 3> words_names{"none_asked", "all", "any"}; // as WordsFound

constexpr std::array page_fields{
    json::required(
        "total",
        count_schema,
        "全部页的条数；同一成果的每次发布各计一条",
        "Of all pages; each listing of one result counts"
    ),
    json::required("total_is_exact", json::boolean(), "否则为至少", "If not: at least so many"),
    json::required(
        "words",
        json::one_of(words_names),
        "any：没有同时含全部检索词的",
        "any: no listing holds all the words, these hold some"
    ),
    json::required("facets", json::object("SearchFacets", facet_fields)),
};
constexpr auto search_fields = joined(list_fields(item_schema), page_fields);

void write_hit(json::Writer& out, const matching::SearchHit& hit) {
    out.begin_object();
    write_card_fields(out, *hit.document);
    out.field("score", hit.score).key("title_hits");
    write_ranges(out, hit.title.text, hit.title.hits);
    out.key("fragments");
    write_fragments(out, hit.body);
    write_also_posted(out, hit.also_posted);
    out.end_object();
}

template<class Enum, std::size_t size>
void write_named_counts(
    json::Writer& out, std::string_view name, const std::array<std::uint32_t, size>& counts
) {
    out.key(name).begin_array();
    for (std::size_t i = 0; i < size; ++i)
        if (counts[i] > 0)
            out.begin_object()
                .field("value", market::names_of<Enum>()[i])
                .field("count", counts[i])
                .end_object();
    out.end_array();
}

void write_facets(json::Writer& out, const matching::Facets& facets) {
    out.key("facets").begin_object();
    write_named_counts<market::TechnologyField>(out, "fields", facets.fields);
    write_named_counts<market::CooperationMode>(out, "modes", facets.modes);
    out.key("trl").begin_array();
    for (std::size_t level = 0; level < facets.trl.size(); ++level) {
        if (facets.trl[level] == 0) continue;
        const auto stated = level > 0 ? std::optional(level) : std::nullopt;
        out.begin_object().field("value", stated).field("count", facets.trl[level]).end_object();
    }
    out.end_array().key("provinces").begin_array();
    for (const auto& [digits, count] : facets.provinces)
        out.begin_object()
            .field("value", digits)
            .field("name", province_name(digits))
            .field("count", count)
            .end_object();
    out.end_array().end_object();
}

} // namespace

const json::Schema search_page_schema = json::object("SearchPage", search_fields);

std::string search_page_json(const matching::SearchPage& page, std::string_view next_cursor) {
    json::Writer out;
    out.begin_object();
    write_items(out, page.hits, write_hit);
    out.key("next_cursor");
    if (next_cursor.empty())
        out.null();
    else
        out.value(next_cursor);
    out.field("total", page.total)
        .field("total_is_exact", page.total_is_exact)
        .field("words", words_names[static_cast<std::size_t>(page.words)]);
    write_facets(out, page.facets);
    out.end_object();
    return out.take();
}

} // namespace jishi::protocol
