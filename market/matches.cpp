#include "market/matches.hpp"

#include "market/access.hpp"
#include "market/record.hpp"

namespace jishi::market {

namespace {

// Parts per million, so that the event's text is the same on every machine.
std::string ppm(double score) {
    return std::to_string(static_cast<std::int64_t>(score * 1e6));
}

std::vector<std::pair<std::string, std::string>> facts_of(const Match& match) {
    return {
        {"need", match.need.id.text()},
        {"achievement", match.achievement.id.text()},
        {"score_ppm", ppm(match.score)}};
}

std::optional<Match>
to_store(Books& books, const FoundMatch& found, std::string_view engine_version) {
    const auto need = books.listings.find(found.need);
    const auto achievement = books.listings.find(found.achievement);
    if (!need || !achievement || !is_live(need->state) || !is_live(achievement->state)) return {};
    if (need->owner == achievement->owner) return {};
    return Match{
        .id = books.new_id_of<MatchId>(),
        .need = {need->id, need->live_revision},
        .achievement = {achievement->id, achievement->live_revision},
        .need_owner = need->owner,
        .achievement_owner = achievement->owner,
        .score = found.score,
        .explanation_json = found.explanation_json,
        .engine_version = std::string(engine_version),
        .found_at = books.now,
        .updated_at = books.now};
}

// Which of the two answers the caller gives; null for a bystander.
Answer* own_answer(const Caller& caller, Match& match) {
    if (caller.organisation == match.need_owner) return &match.need_answer;
    if (caller.organisation == match.achievement_owner) return &match.achievement_answer;
    return nullptr;
}

} // namespace

std::size_t
record_matches(Books& books, std::span<const FoundMatch> found, std::string_view engine_version) {
    std::size_t stored = 0;
    for (const auto& pair : found) {
        auto match = to_store(books, pair, engine_version);
        if (!match || !books.matches.add_if_new(*match)) continue;
        ++stored;
        record(
            books,
            {.object = match->id.text(),
             .object_version = match->version,
             .name = "match.propose",
             .from = name_of(Answer::none),
             .to = name_of(Answer::pending),
             .audience = {match->need_owner, match->achievement_owner},
             .facts = facts_of(*match)}
        );
    }
    return stored;
}

Result<Match> act_on_match(
    Books& books,
    const Caller& caller,
    MatchId id,
    MatchEvent event,
    std::optional<DismissReason> reason,
    std::optional<std::uint32_t> expected_version
) {
    auto match = books.matches.take(id);
    if (!match || !may_see(caller, *match)) return RefusalCode::not_found;
    auto* answer = own_answer(caller, *match);
    const auto actors = actors_of(caller, relations_of(*match));
    if (!answer || (actors & small_rows::side).empty()) return RefusalCode::not_permitted;
    const auto row = find_row(
        std::span(small_rows::answer),
        *answer,
        event,
        actors,
        {},
        reason ? name_of(*reason) : std::string_view{}
    );
    if (!row && row.refusal().code == RefusalCode::event_not_allowed)
        return Refusal{
            .code = RefusalCode::already_answered, .about = std::string(name_of(*answer))};
    if (!row) return row.refusal();
    if (is_stale(expected_version, match->version)) return RefusalCode::version_stale;

    *answer = row->to;
    if (row->needs_reason)
        (caller.organisation == match->need_owner ? match->need_reason : match->achievement_reason
        ) = reason;
    match->updated_at = books.now;
    books.matches.put(*match);
    auto facts = facts_of(*match);
    facts.emplace_back("side", caller.organisation == match->need_owner ? "need" : "achievement");
    facts.emplace_back("mutual", match->is_mutual() ? "true" : "false");
    record(
        books,
        {.object = match->id.text(),
         .object_version = match->version,
         .name = "match." + std::string(name_of(event)),
         .from = name_of(row->from),
         .to = name_of(row->to),
         .caller = &caller,
         .reason = reason ? name_of(*reason) : std::string_view{},
         .audience = {match->need_owner, match->achievement_owner},
         .facts = std::move(facts)}
    );
    return *match;
}

Answer answer_of(const Caller& caller, const Match& match) {
    auto copy = match;
    const auto* answer = own_answer(caller, copy);
    return answer ? *answer : Answer::none;
}

std::vector<std::string_view> available_actions(const Caller& caller, const Match& match) {
    return available_actions(
        std::span(small_rows::answer),
        answer_of(caller, match),
        actors_of(caller, relations_of(match)),
        {}
    );
}

Result<SavedSearch> save_search(Books& books, const Caller& caller, const SavedSearchDraft& draft) {
    if (const auto permitted = permit(caller, Action::save_search); !permitted)
        return permitted.refusal();
    if (books.matches.saved_searches_of(caller.member).size() >= saved_searches_max)
        return Refusal{
            .code = RefusalCode::limit_reached, .about = std::to_string(saved_searches_max)};
    SavedSearch search{
        .id = books.new_id_of<SavedSearchId>(),
        .member = caller.member,
        .organisation = caller.organisation,
        .name = draft.name,
        .kind = draft.kind,
        .query = draft.query,
        .created_at = books.now};
    books.matches.add_saved_search(search);
    record(
        books,
        {.object = search.id.text(),
         .object_version = search.version,
         .name = "saved_search.create",
         .caller = &caller,
         .audience = {caller.organisation}}
    );
    return search;
}

Verdict remove_search(Books& books, const Caller& caller, SavedSearchId id) {
    if (const auto permitted = permit(caller, Action::save_search); !permitted)
        return permitted.refusal();
    if (!books.matches.remove_saved_search(id, caller.member)) return RefusalCode::not_found;
    record(
        books,
        {.object = id.text(),
         .name = "saved_search.remove",
         .caller = &caller,
         .audience = {caller.organisation}}
    );
    return Done{};
}

bool record_search_hit(Books& books, const SavedSearch& search, ListingId listing) {
    if (!books.matches.add_search_hit(search.id, listing, books.now)) return false;
    record(
        books,
        {.object = search.id.text(),
         .object_version = search.version,
         .name = "saved_search.hit",
         .audience = {search.organisation},
         .facts = {{std::string(name_of(listing.kind)), listing.text()}}}
    );
    return true;
}

} // namespace jishi::market
