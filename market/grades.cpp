#include "market/grades.hpp"

#include "market/access.hpp"
#include "market/record.hpp"

namespace jishi::market {

namespace {

ListingKind other_side(ListingKind side) {
    return side == ListingKind::need ? ListingKind::achievement : ListingKind::need;
}

bool brokers(Books& books, const Caller& caller, const Listing& listing) {
    return caller.roles.has(Role::broker) && caller.organisation != listing.owner &&
           books.deals.accepted_mandate(listing.id, caller.member);
}

bool may_speak(Books& books, const Caller& caller, const Listing& own) {
    const bool of_need = own.id.kind == ListingKind::need;
    const Relation side{of_need ? Actor::need_side : Actor::achievement_side, own.owner};
    auto actors = actors_of(caller, std::span(&side, 1));
    if (brokers(books, caller, own) && caller.scopes.has(Scope::write)) actors.add(Actor::broker);
    Actors speakers{side.actor, Actor::broker};
    if (of_need) speakers.add(Actor::market_operator);
    return !(actors & speakers).empty();
}

RefusalCode kept_out(const Caller& caller) {
    return caller.roles.has(Role::broker) ? RefusalCode::mandate_missing
                                          : RefusalCode::not_permitted;
}

// Both listings in the same hands, or the counterpart in the caller's.
bool is_on_both_sides(
    Books& books, const Caller& caller, const Listing& own, const Listing& counterpart
) {
    return own.owner == counterpart.owner || caller.organisation == counterpart.owner ||
           brokers(books, caller, counterpart);
}

bool stands(const MatchGrade& given, const Caller& caller, const Listing& own) {
    return given.organisation == own.owner && caller.organisation != own.owner;
}

// `from` and `to` are grades, or "none".
void record_grade(
    Books& books,
    const Caller& caller,
    const Listing& own,
    const Pair& pair,
    const std::optional<MatchGrade>& before,
    std::optional<std::uint8_t> after
) {
    const auto from = before ? std::to_string(before->grade) : "none";
    const auto to = after ? std::to_string(*after) : "none";
    record(
        books,
        {.object = own.id.text(),
         .object_version = own.version,
         .name = "match.grade",
         .from = from,
         .to = to,
         .caller = &caller,
         .audience = {own.owner},
         .facts = {{"need", pair.need.text()}, {"achievement", pair.achievement.text()}}}
    );
}

// The side's listing, locked: the limit holds although two grade at once.
Result<Listing> take_own(Books& books, const Caller& caller, const Pair& pair, ListingKind side) {
    auto own = books.listings.take(pair.of(side));
    if (!own || !may_see(&caller, *own)) return RefusalCode::not_found;
    return *std::move(own);
}

} // namespace

Result<MatchGrade> give_grade(
    Books& books, const Caller& caller, const Pair& pair, ListingKind side, std::uint8_t grade
) {
    const auto own = take_own(books, caller, pair, side);
    if (!own) return own.refusal();
    const auto counterpart = books.listings.find(pair.of(other_side(side)));
    if (!counterpart || !may_see(nullptr, *counterpart)) return RefusalCode::not_found;
    if (!may_speak(books, caller, *own)) return kept_out(caller);
    const auto before = books.feedback.find(pair, side);
    if (before && stands(*before, caller, *own)) return RefusalCode::not_permitted;
    if (!caller.is_verified() && !caller.is_operator()) return RefusalCode::organisation_unverified;
    if (is_on_both_sides(books, caller, *own, *counterpart))
        return brokers(books, caller, *own) ? RefusalCode::not_permitted : RefusalCode::own_listing;
    if (!before && books.feedback.grades_of(own->id).size() >= grades_per_listing_max)
        return Refusal{
            .code = RefusalCode::limit_reached, .about = std::to_string(grades_per_listing_max)};
    if (before && before->grade == grade && before->organisation == caller.organisation)
        return *before;

    MatchGrade given{
        .pair = pair,
        .side = side,
        .organisation = caller.organisation,
        .member = caller.member,
        .grade = grade,
        .at = books.now,
        .version = before ? before->version : 0};
    books.feedback.put(given);
    record_grade(books, caller, *own, pair, before, grade);
    return given;
}

Verdict take_back_grade(Books& books, const Caller& caller, const Pair& pair, ListingKind side) {
    const auto own = take_own(books, caller, pair, side);
    if (!own) return own.refusal();
    if (!may_speak(books, caller, *own)) return kept_out(caller);
    const auto before = books.feedback.find(pair, side);
    if (!before) return Done{};
    if (stands(*before, caller, *own)) return RefusalCode::not_permitted;
    books.feedback.remove(pair, side);
    record_grade(books, caller, *own, pair, before, {});
    return Done{};
}

bool may_see_grades(Books& books, const Caller& caller, const Listing& listing) {
    return caller.organisation == listing.owner || brokers(books, caller, listing) ||
           (caller.is_operator() && listing.id.kind == ListingKind::need);
}

Result<std::vector<MatchGrade>>
grades_given(Books& books, const Caller& caller, ListingId listing) {
    const auto own = books.listings.find(listing);
    if (!own || !may_see(&caller, *own)) return RefusalCode::not_found;
    if (!may_see_grades(books, caller, *own)) return kept_out(caller);
    return books.feedback.grades_of(listing);
}

} // namespace jishi::market
