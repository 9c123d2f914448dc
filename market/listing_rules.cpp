#include "market/listing_rules.hpp"

#include "market/canonical.hpp"
#include "market/division.hpp"
#include "market/industry.hpp"
#include "market/patent_number.hpp"
#include "market/text.hpp"

#include <algorithm>
#include <set>

namespace jishi::market {

namespace {

constexpr std::size_t summary_min = 10; // code points before a listing may be shown
constexpr int fields_max = 3;

void check_price(const PriceRange& price, std::vector<FieldRefusal>& wrong) {
    if (price.min_fen && price.max_fen && *price.min_fen > *price.max_fen)
        wrong.push_back({"/price/max_fen", FieldReason::too_small, std::to_string(*price.min_fen)});
}

void check_patents(const AchievementPart& part, std::vector<FieldRefusal>& wrong) {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < part.patent_numbers.size(); ++i) {
        const auto pointer = "/patent_numbers/" + std::to_string(i);
        const auto number = parse_patent_number(pointer, part.patent_numbers[i]);
        if (!number)
            wrong.push_back(number.refusal().fields.front());
        else if (!seen.insert(number->text).second)
            wrong.push_back({pointer, FieldReason::duplicate});
    }
}

// A patent under open licence can be licensed to no one alone (Patent Law Art. 51).
void check_modes(Set<CooperationMode> modes, std::vector<FieldRefusal>& wrong) {
    if (modes.has(CooperationMode::open_licence) &&
        (modes.has(CooperationMode::exclusive_licence) || modes.has(CooperationMode::sole_licence)))
        wrong.push_back({"/modes", FieldReason::inconsistent, "open_licence"});
}

} // namespace

std::vector<FieldRefusal> check_content(ListingKind kind, const ListingContent& content) {
    std::vector<FieldRefusal> wrong;
    if (!content.industry.empty())
        if (auto refused = check_industry("/industry", content.industry))
            wrong.push_back(std::move(*refused));
    if (!content.division.empty())
        if (auto refused = check_division("/division", content.division))
            wrong.push_back(std::move(*refused));
    check_price(content.price, wrong);
    check_modes(content.modes, wrong);
    if (kind == ListingKind::achievement) {
        if (content.confidentiality != Confidentiality::open)
            wrong.push_back(
                {"/confidentiality",
                 FieldReason::not_one_of,
                 std::string(name_of(Confidentiality::open))}
            );
        check_patents(content.achievement, wrong);
        const auto& price = content.price;
        if (content.achievement.price_kind == PriceKind::fixed &&
            (!price.min_fen || price.min_fen != price.max_fen))
            wrong.push_back({"/price", FieldReason::inconsistent, "price_kind"});
        if (content.achievement.price_kind == PriceKind::range && !(price.min_fen && price.max_fen))
            wrong.push_back({"/price", FieldReason::inconsistent, "price_kind"});
    }
    return wrong;
}

std::vector<FieldRefusal>
check_complete(ListingKind kind, const ListingContent& content, Date today) {
    auto wrong = check_content(kind, content);
    if (count_code_points(content.summary) < summary_min)
        wrong.push_back({"/summary", FieldReason::too_short, std::to_string(summary_min)});
    if (content.fields.empty()) wrong.push_back({"/fields", FieldReason::too_few, "1"});
    if (__builtin_popcount(content.fields.bits) > fields_max)
        wrong.push_back({"/fields", FieldReason::too_many, std::to_string(fields_max)});
    if (content.modes.empty()) wrong.push_back({"/modes", FieldReason::too_few, "1"});
    if (kind == ListingKind::need) {
        const auto& deadline = content.need.deadline;
        if (deadline && *deadline < today)
            wrong.push_back({"/deadline", FieldReason::in_the_past, format_date(today)});
    }
    return wrong;
}

int completeness(ListingKind kind, const ListingContent& content) {
    const auto& need = content.need;
    const auto& achievement = content.achievement;
    const bool asked = kind == ListingKind::need;
    const std::array filled{
        count_code_points(content.summary) >= 60,
        !content.fields.empty(),
        !content.industry.empty(),
        !content.division.empty(),
        content.trl.has_value(),
        !content.modes.empty(),
        content.price.min_fen || content.price.max_fen,
        !content.keywords.empty(),
        asked ? !need.target_metrics.empty() : !achievement.advantage.empty(),
        asked ? need.deadline.has_value() : !achievement.problem_solved.empty(),
    };
    return static_cast<int>(std::count(filled.begin(), filled.end(), true)) * 10;
}

void normalise(ListingContent& content) {
    for (auto& number : content.achievement.patent_numbers)
        if (const auto parsed = parse_patent_number("", number)) number = parsed->text;
    std::set<std::string> seen;
    std::erase_if(content.keywords, [&](const std::string& keyword) {
        return !seen.insert(keyword).second;
    });
}

std::string content_text(ListingKind kind, const ListingContent& content) {
    CanonicalText text("listing.1");
    const auto number = [](const auto& optional) {
        return optional ? std::to_string(*optional) : std::string();
    };
    text.add("kind", name_of(kind));
    text.add("title", content.title);
    text.add("summary", content.summary);
    text.add("confidential", content.confidential);
    for (const auto& keyword : content.keywords)
        text.add("keyword", keyword);
    text.add("fields", std::int64_t{content.fields.bits});
    text.add("industry", content.industry);
    text.add("division", content.division);
    text.add("trl", number(content.trl));
    text.add("trl_basis", name_of(content.trl_basis));
    text.add("modes", std::int64_t{content.modes.bits});
    text.add("price_min", number(content.price.min_fen));
    text.add("price_max", number(content.price.max_fen));
    text.add("confidentiality", name_of(content.confidentiality));
    const auto& achievement = content.achievement;
    text.add("problem_solved", achievement.problem_solved);
    text.add("incumbent_solution", achievement.incumbent_solution);
    text.add("advantage", achievement.advantage);
    for (const auto& patent : achievement.patent_numbers)
        text.add("patent", patent);
    text.add("price_mode", name_of(achievement.price_mode));
    text.add("price_kind", name_of(achievement.price_kind));
    text.add("service_achievement", std::int64_t{achievement.service_achievement});
    const auto& need = content.need;
    for (const auto* element :
         {&need.material, &need.method, &need.efficacy, &need.product, &need.application})
        text.add("element", *element);
    text.add("current_state", need.current_state);
    for (const auto& metric : need.target_metrics)
        for (const auto* part : {&metric.name, &metric.op, &metric.value, &metric.unit})
            text.add("metric", *part);
    text.add("deadline", need.deadline ? format_date(*need.deadline) : "");
    return text.take();
}

} // namespace jishi::market
