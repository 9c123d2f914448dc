#include "protocol/handlers/match_json.hpp"

#include "market/matches.hpp"
#include "protocol/explanation_json.hpp"
#include "protocol/handlers/card_json.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/handlers/explanation_fields.hpp"

#include <algorithm>

namespace jishi::protocol {

namespace {

using market::ListingKind;

constexpr json::Field your_grade_field = json::optional(
    "your_grade", grade_schema, "本方的评分", "What the caller's side has graded it"
);
constexpr std::array found_card_fields{json::required("listing", card_schema), your_grade_field};
constexpr auto found_fields =
    joined(joined(found_card_fields, explanation_fields), also_posted_fields);
constexpr json::Schema found_schema = json::object("FoundMatch", found_fields);
constexpr std::array found_list_fields{json::required("items", json::array(found_schema, 0, 50))};

constexpr json::Schema answer_name = json::one_of(market::names_of<market::Answer>());
constexpr json::Schema dismiss_reason =
    json::one_of(market::names_of<market::DismissReason>()).or_null();
constexpr std::array<std::string_view, 2> side_names{"need", "achievement"};

constexpr std::array side_fields{
    json::required("listing", card_schema),
    json::required("revision", version_schema, "匹配所依据的修订", "The revision it was made on"),
    json::required("answer", answer_name, "该方的答复", "What this side says"),
    json::required("reason", dismiss_reason, "该方的拒绝理由", "Why this side says no"),
};
constexpr json::Schema side_schema = json::object("MatchSide", side_fields);

constexpr std::array match_fields{
    json::required("id", json::id("mat")),
    json::required("version", version_schema, "用于 If-Match", "For If-Match"),
    json::required("score", json::number(), "匹配度 0..1", "Fit, 0..1"),
    json::required("need", side_schema),
    json::required("achievement", side_schema),
    json::required(
        "my_side", json::one_of(side_names).or_null(), "调用者一方", "The caller's side"
    ),
    your_grade_field,
    json::required("mutual", json::boolean(), "双方均接受", "Both sides have accepted"),
    json::required("explanation", explanation_schema.or_null(), "匹配理由", "Why it was found"),
    json::required("engine_version", json::text(0, 100)),
    json::required("found_at", json::instant()),
    json::required("updated_at", json::instant()),
    available_actions_field<market::MatchEvent>(),
};
constexpr json::Schema match_schema_table = json::object("Match", match_fields);
constexpr auto match_list_fields = list_fields(match_schema_table);

// The public side of a pinned revision.
matching::Document pinned_document(market::Books& books, const market::PinnedListing& pinned) {
    const auto listing = books.listings.find(pinned.id).value_or(market::Listing{});
    const auto revision = books.listings.find_revision(pinned.id, pinned.revision)
                              .value_or(market::ListingRevision{});
    return matching::document_of(
        pinned.id,
        pinned.revision,
        revision.content,
        listing.owner,
        listing.published_at.value_or(market::Instant{})
    );
}

void write_side(
    json::Writer& out,
    const matching::Document& listing,
    market::Answer answer,
    std::optional<market::DismissReason> reason
) {
    out.begin_object().key("listing");
    write_card(out, listing);
    out.field("revision", listing.revision).field("answer", market::name_of(answer)).key("reason");
    if (reason)
        out.value(market::name_of(*reason));
    else
        out.null();
    out.end_object();
}

} // namespace

const json::Schema found_matches_schema = json::object("FoundMatches", found_list_fields);
const json::Schema match_schema = match_schema_table;
const json::Schema match_list_schema = json::object("MatchList", match_list_fields);

std::string found_matches_json(
    const matching::Document& asked,
    const std::vector<matching::Match>& found,
    std::span<const market::MatchGrade> given
) {
    json::Writer out;
    out.begin_object();
    write_items(out, found, [&](json::Writer& item, const matching::Match& match) {
        item.begin_object().key("listing");
        write_card(item, *match.document);
        const auto is_of_it = [&](const market::MatchGrade& grade) {
            return grade.pair.of(match.document->id.kind) == match.document->id;
        };
        if (const auto own = std::ranges::find_if(given, is_of_it); own != given.end())
            item.field("your_grade", own->grade);
        write_explanation(item, asked, match);
        write_also_posted(item, match.also_posted);
        item.end_object();
    });
    out.end_object();
    return out.take();
}

MatchView view_of(market::Books& books, const market::Caller& caller, const market::Match& match) {
    const bool of_need = caller.organisation == match.need_owner;
    const bool of_achievement = caller.organisation == match.achievement_owner;
    std::optional<market::MatchGrade> given;
    if (of_need || of_achievement)
        given = books.feedback.find(
            {match.need.id, match.achievement.id},
            of_need ? ListingKind::need : ListingKind::achievement
        );
    return {
        .match = match,
        .id = match.id,
        .need = pinned_document(books, match.need),
        .achievement = pinned_document(books, match.achievement),
        .side = of_need          ? side_names[0]
                : of_achievement ? side_names[1]
                                 : std::string_view{},
        .given = given,
        .actions = market::available_actions(caller, match)};
}

void write_match(json::Writer& out, const MatchView& view) {
    const auto& match = view.match;
    out.begin_object()
        .field("id", match.id.text())
        .field("version", match.version)
        .field("score", match.score)
        .key("need");
    write_side(out, view.need, match.need_answer, match.need_reason);
    out.key("achievement");
    write_side(out, view.achievement, match.achievement_answer, match.achievement_reason);
    out.key("my_side");
    if (view.side.empty())
        out.null();
    else
        out.value(view.side);
    if (view.given) out.field("your_grade", view.given->grade);
    out.field("mutual", match.is_mutual()).key("explanation");
    if (match.explanation_json.empty())
        out.null();
    else
        out.raw(match.explanation_json);
    out.field("engine_version", match.engine_version)
        .field("found_at", shown(match.found_at))
        .field("updated_at", shown(match.updated_at));
    write_names(out, "available_actions", view.actions);
    out.end_object();
}

} // namespace jishi::protocol
