// Whom the operator might bring together: the pairs among some listings that are best for all of
// them, when nobody has time for everybody.
//   POST /api/v1/match-plans
#include "market/access.hpp"
#include "matching/file_plan.hpp"
#include "protocol/handlers/common.hpp"

#include <algorithm>
#include <set>

namespace jishi::protocol {

namespace {

using market::ListingId;
using market::RefusalCode;
using market::Result;
using matching::FileMatchRow;
using matching::Snapshot;

constexpr std::int64_t listings_max = 500; // of either kind
constexpr std::size_t refused_ids_max = 100;
constexpr std::int64_t capacity_max = 20, candidates_max = 50, candidates_default = 20;

using DocumentPtr = std::shared_ptr<const matching::Document>;
using Documents = std::vector<DocumentPtr>;

// The live listings of these ids. Who asks for some that are not live is told all of them at once.
Result<Documents>
documents_of(const Snapshot& snapshot, const json::Object& body, const std::string& name) {
    Documents found;
    market::Refusal refusal{.code = RefusalCode::invalid_fields};
    for (const auto value : body.array(name)) {
        const auto id = ListingId::parse(value.text());
        found.push_back(id ? snapshot.find(*id) : nullptr);
        if (!found.back() && refusal.fields.size() < refused_ids_max)
            refusal.fields.push_back(
                {"/" + name + "/" + std::to_string(found.size() - 1),
                 market::FieldReason::not_found}
            );
    }
    if (!refusal.fields.empty()) return refusal;
    return found;
}

std::vector<matching::RankedMatch> best_among(
    const Snapshot& snapshot,
    const matching::Document& need,
    const Documents& achievements,
    std::size_t count,
    std::int32_t today_day
) {
    std::vector<const matching::Document*> asked;
    std::vector<matching::RankedMatch> ranked;
    for (const auto& achievement : achievements) {
        if (exclusion_of(need, *achievement, today_day)) continue;
        asked.push_back(achievement.get());
        ranked.push_back({achievement, {}});
    }
    const auto scores = snapshot.score_pairs(need, asked);
    for (std::size_t i = 0; i < ranked.size(); ++i)
        ranked[i].score = scores[i];
    std::ranges::sort(ranked, [](const auto& a, const auto& b) {
        if (a.score.raw != b.score.raw) return a.score.raw > b.score.raw;
        return a.document->id < b.document->id;
    });
    if (ranked.size() > count) ranked.resize(count);
    return ranked;
}

std::int64_t number_of(const json::Object& body, std::string_view name, std::int64_t otherwise) {
    return body.optional_integer(name).value_or(otherwise);
}

matching::PlanRules rules_of(const json::Object& body) {
    const matching::PlanRules usual;
    const auto capacity = [&](std::string_view name, std::uint32_t otherwise) {
        return static_cast<std::uint32_t>(number_of(body, name, otherwise));
    };
    return {
        .need_capacity = capacity("need_capacity", usual.need_capacity),
        .achievement_capacity = capacity("achievement_capacity", usual.achievement_capacity),
        .min_score = static_cast<double>(number_of(body, "min_score_percent", 0)) / 100};
}

std::string
plan_json(const Snapshot& snapshot, const Documents& needs, const std::vector<FileMatchRow>& plan) {
    const auto document = [&](const std::string& id) {
        return snapshot.find(*ListingId::parse(id));
    };
    json::Writer out;
    out.begin_object().key("items").begin_array();
    std::set<std::string> served;
    double expected_matches = 0;
    for (const auto& pair : plan) {
        const auto why = snapshot.explain_pair(*document(pair.need), *document(pair.achievement));
        out.begin_object()
            .field("need_id", pair.need)
            .field("achievement_id", pair.achievement)
            .field("score", pair.score)
            .field("summary_zh", why.summary_zh)
            .field("summary_en", why.summary_en)
            .end_object();
        served.insert(pair.need);
        expected_matches += pair.score;
    }
    out.end_array().field("expected_matches", expected_matches).key("need_ids_left_out");
    out.begin_array();
    for (const auto& need : needs)
        if (!served.contains(need->id.text())) out.value(need->id.text());
    out.end_array().end_object();
    return out.take();
}

Result<Reply> plan_of_request(const Services& services, const json::Object& body) {
    const auto snapshot = services.snapshot();
    const auto needs = documents_of(*snapshot, body, "need_ids");
    if (!needs) return needs.refusal();
    const auto achievements = documents_of(*snapshot, body, "achievement_ids");
    if (!achievements) return achievements.refusal();
    const auto count =
        static_cast<std::size_t>(number_of(body, "per_need_candidates", candidates_default));
    const auto today_day = market::days_since_epoch(market::shanghai_date(services.now()));
    std::vector<FileMatchRow> rows;
    for (const auto& need : *needs)
        for (const auto& [achievement, score] :
             body.has("achievement_ids")
                 ? best_among(*snapshot, *need, *achievements, count, today_day)
                 : snapshot->rank_for(*need, count, today_day))
            rows.push_back({need->id.text(), achievement->id.text(), score.score, score.raw});
    return ok(plan_json(*snapshot, *needs, matching::plan_of(std::move(rows), rules_of(body))));
}

// A plan changes nothing. It has a key as everything that is posted, so that who asks again after a
// lost answer gets the plan that was made and not the next one.
Result<Reply> plan(const Services& services, const Request& request) {
    return once(services, request, [&](market::Books&) -> Result<Reply> {
        if (const auto permitted = market::permit(*request.caller, market::Action::plan_meetings);
            !permitted)
            return permitted.refusal();
        return plan_of_request(services, request.object());
    });
}

constexpr json::Schema need_id = json::id("need"), achievement_id = json::id("ach");
constexpr std::array plan_fields{
    json::required(
        "need_ids",
        json::array(need_id, 1, listings_max).all_distinct(),
        "参与安排的需求",
        "The needs to be served"
    ),
    json::optional(
        "achievement_ids",
        json::array(achievement_id, 1, listings_max).all_distinct(),
        "参与安排的成果，默认全部",
        "The achievements that may serve them; all by default"
    ),
    json::optional(
        "need_capacity",
        json::integer(1, capacity_max),
        "每项需求至多对接几项成果，默认 3",
        "Achievements that a need may meet, 3 by default"
    ),
    json::optional(
        "achievement_capacity",
        json::integer(1, capacity_max),
        "每项成果至多对接几项需求，默认 3",
        "Needs that an achievement may meet, 3 by default"
    ),
    json::optional(
        "per_need_candidates",
        json::integer(1, candidates_max),
        "每项需求的候选成果数，默认 20",
        "Candidates of each need, its best ones, 20 by default"
    ),
    json::optional(
        "min_score_percent",
        json::integer(0, 100),
        "最低匹配度（百分比），默认 0",
        "The least fit, in percent, 0 by default"
    ),
};
constexpr json::Schema plan_schema = json::object("MatchPlanRequest", plan_fields);

constexpr std::array planned_fields{
    json::required("need_id", need_id),
    json::required("achievement_id", achievement_id),
    json::required("score", json::number(), "匹配度 0..1", "Fit, 0..1"),
    json::required("summary_zh", json::paragraphs(0, 1'000)),
    json::required("summary_en", json::paragraphs(0, 1'000)),
};
constexpr json::Schema planned_schema = json::object("PlannedMatch", planned_fields);
constexpr std::array answer_fields{
    json::required("items", json::array(planned_schema, 0, listings_max* capacity_max)),
    json::required("expected_matches", json::number(), "预期匹配数", "The sum of the scores"),
    json::required(
        "need_ids_left_out",
        json::array(need_id, 0, listings_max),
        "未能安排的需求",
        "Needs without a partner in the plan"
    ),
};
constexpr json::Schema answer_schema = json::object("MatchPlan", answer_fields);

} // namespace

std::vector<Route> match_plan_routes(const Services& services) {
    return {
        {.method = Method::post,
         .pattern = "/api/v1/match-plans",
         .operation = "plan_matches",
         .handler = bound(services, plan),
         .scope = market::Scope::read,
         .needs_idempotency_key = true,
         .request = &plan_schema,
         .response = &answer_schema,
         .tag = "matches",
         .summary_zh = "为一批需求统筹安排对接（运营方）",
         .summary_en = "Whom to bring together so that all gain most; for the operator"}};
}

} // namespace jishi::protocol
