// Grades of found pairs, given for the own side and shown to it alone.
//   PUT, DELETE /api/v1/needs/{id}/grades/{achievement_id},
//   /api/v1/achievements/{id}/grades/{need_id} GET /api/v1/needs/{id}/grades,
//   /api/v1/achievements/{id}/grades
#include "market/grades.hpp"

#include "protocol/handlers/common.hpp"
#include "protocol/handlers/match_json.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::ListingId;
using market::ListingKind;
using market::RefusalCode;
using market::Result;

constexpr std::array draft_fields{json::required(
    "grade",
    grade_schema,
    "4 很匹配，3 较匹配，2 弱，1 不匹配",
    "4 strong, 3 good, 2 weak, 1 nothing"
)};
constexpr json::Schema draft_schema = json::object("MatchGradeDraft", draft_fields);
constexpr std::array pair_fields{
    json::required("need_id", json::id("need")),
    json::required("achievement_id", json::id("ach")),
    json::required("at", json::instant()),
};
constexpr auto given_fields = joined(pair_fields, draft_fields);
constexpr json::Schema given_schema = json::object("MatchGrade", given_fields);
constexpr auto given_list_fields = list_fields(given_schema, market::grades_per_listing_max);
constexpr json::Schema given_list_schema = json::object("MatchGradeList", given_list_fields);

void write_given(json::Writer& out, const market::MatchGrade& given) {
    out.begin_object()
        .field("need_id", given.pair.need.text())
        .field("achievement_id", given.pair.achievement.text())
        .field("at", shown(given.at))
        .field("grade", given.grade)
        .end_object();
}

Result<ListingId> listing_at(const Request& request, std::string_view name, ListingKind kind) {
    auto id = path_id<ListingId>(request, name);
    if (!id || id->kind != kind) return RefusalCode::not_found;
    return id;
}

// The pair in the address, whose {id} is the listing of the own side.
Result<market::Pair> pair_at(const Request& request, ListingKind side) {
    const bool of_need = side == ListingKind::need;
    const auto need = listing_at(request, of_need ? "id" : "need_id", ListingKind::need);
    const auto achievement =
        listing_at(request, of_need ? "achievement_id" : "id", ListingKind::achievement);
    if (!need || !achievement) return RefusalCode::not_found;
    return market::Pair{*need, *achievement};
}

Result<Reply> put(const Services& services, const Request& request, ListingKind side) {
    const auto pair = pair_at(request, side);
    if (!pair) return pair.refusal();
    const auto grade = static_cast<std::uint8_t>(request.object().integer("grade"));
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto given = market::give_grade(books, *request.caller, *pair, side, grade);
        if (!given) return given.refusal();
        json::Writer out;
        write_given(out, *given);
        return ok(out.take());
    });
}

Result<Reply> remove_one(const Services& services, const Request& request, ListingKind side) {
    const auto pair = pair_at(request, side);
    if (!pair) return pair.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto taken = market::take_back_grade(books, *request.caller, *pair, side);
        if (!taken) return taken.refusal();
        return no_content();
    });
}

Result<Reply> list(const Services& services, const Request& request, ListingKind side) {
    const auto id = listing_at(request, "id", side);
    if (!id) return id.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto given = market::grades_given(books, *request.caller, *id);
        if (!given) return given.refusal();
        return whole_list_reply(*given, write_given);
    });
}

using SideHandler = Result<Reply> (*)(const Services&, const Request&, ListingKind);

Handler bound_to(const Services& services, SideHandler function, ListingKind side) {
    return [&services, function, side](const Request& request) {
        return function(services, request, side);
    };
}

// The three addresses of one side.
void add_side(std::vector<Route>& routes, const Services& services, ListingKind side) {
    const bool of_need = side == ListingKind::need;
    const std::string_view one = of_need ? "/api/v1/needs/{id}/grades/{achievement_id}"
                                         : "/api/v1/achievements/{id}/grades/{need_id}";
    routes.push_back(
        {.method = Method::put,
         .pattern = one,
         .operation = of_need ? "put_need_grade" : "put_achievement_grade",
         .handler = bound_to(services, put, side),
         .scope = market::Scope::write,
         .request = &draft_schema,
         .response = &given_schema,
         .tag = "matches",
         .summary_zh = of_need ? "为此需求给成果评分" : "为此成果给需求评分",
         .summary_en = "Grade a counterpart; the own side's matches are ranked anew"}
    );
    routes.push_back(
        {.method = Method::remove,
         .pattern = one,
         .operation = of_need ? "delete_need_grade" : "delete_achievement_grade",
         .handler = bound_to(services, remove_one, side),
         .scope = market::Scope::write,
         .success = 204,
         .tag = "matches",
         .summary_zh = "收回评分",
         .summary_en = "Take a grade back"}
    );
    routes.push_back(
        {.pattern = of_need ? "/api/v1/needs/{id}/grades" : "/api/v1/achievements/{id}/grades",
         .operation = of_need ? "list_need_grades" : "list_achievement_grades",
         .handler = bound_to(services, list, side),
         .scope = market::Scope::read,
         .response = &given_list_schema,
         .tag = "matches",
         .summary_zh = "本方给出的评分",
         .summary_en = "The grades given for the own side"}
    );
}

} // namespace

std::vector<Route> grade_routes(const Services& services) {
    std::vector<Route> routes;
    add_side(routes, services, ListingKind::need);
    add_side(routes, services, ListingKind::achievement);
    return routes;
}

} // namespace jishi::protocol
