// Contents that the market accepts as they are; a test changes the one thing that it is about.
#pragma once

#include "market/contract.hpp"
#include "market/deals.hpp"
#include "market/listings.hpp"
#include "market/parties.hpp"

#include <string>

namespace jishi::tests {

// A code that was never given out but has the right check character: `serial` makes it unique.
inline std::string sample_uscc(int serial) {
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    auto code = "91330304" + std::to_string(100'000'000 + serial);
    std::size_t sum = 0, weight = 1;
    for (const char c : code) {
        sum += alphabet.find(c) * weight;
        weight = weight * 3 % alphabet.size();
    }
    return code + alphabet[(alphabet.size() - sum % alphabet.size()) % alphabet.size()];
}

inline market::ListingContent sample_content(market::ListingKind kind) {
    market::ListingContent content;
    content.title =
        kind == market::ListingKind::need ? "求购电池快充技术" : "一种固态电解质制备方法";
    content.summary = "固态电解质膜的连续制备，离子电导率高，适合动力电池。";
    content.confidential = "配方与烧结曲线";
    content.fields = {market::TechnologyField::new_materials};
    content.modes = {
        market::CooperationMode::exclusive_licence, market::CooperationMode::non_exclusive_licence};
    if (kind == market::ListingKind::achievement)
        content.achievement.patent_numbers = {"201710601862.3"};
    if (kind == market::ListingKind::need) content.need.efficacy = "十分钟充至八成";
    return content;
}

inline market::Terms sample_terms(
    market::CooperationMode mode = market::CooperationMode::exclusive_licence,
    market::Fen price_fen = 50'000'000
) {
    market::Terms terms;
    terms.mode = mode;
    terms.price_fen = price_fen;
    terms.instalments = {{.label = "签约后", .amount_fen = price_fen}};
    terms.deliverables = "图纸与样品";
    terms.acceptance = "第三方检测";
    return terms;
}

inline market::OfferDraft
sample_offer(market::Instant now, const market::Terms& terms = sample_terms()) {
    return {.terms = terms, .message = "请考虑", .valid_until = now + 10 * market::day_us};
}

struct KindSample {
    market::ContractKind kind;
    market::ContractSubKind sub_kind;
    market::CooperationMode mode;
};
inline constexpr std::array kind_samples{
    KindSample{
        market::ContractKind::development,
        market::ContractSubKind::commissioned_development,
        market::CooperationMode::commissioned_development},
    KindSample{
        market::ContractKind::transfer,
        market::ContractSubKind::patent_right,
        market::CooperationMode::transfer},
    KindSample{
        market::ContractKind::licence,
        market::ContractSubKind::patent_licence,
        market::CooperationMode::exclusive_licence},
    KindSample{
        market::ContractKind::consulting,
        market::ContractSubKind::feasibility_study,
        market::CooperationMode::consulting},
    KindSample{
        market::ContractKind::service,
        market::ContractSubKind::general_service,
        market::CooperationMode::service},
};

// Every clause is there, whatever the kind asks for.
inline market::ContractContent
sample_contract(market::ContractKind kind = market::ContractKind::licence) {
    const auto& sample = kind_samples[static_cast<std::size_t>(kind)];
    market::ContractContent content;
    content.kind = kind;
    content.sub_kind = sample.sub_kind;
    content.project_name = "固态电解质";
    content.subject = "许可实施专利并转让工艺";
    content.performance = "分三期，在甲方工厂";
    content.confidentiality = "五年内不得泄露";
    content.results_ownership = "后续改进归改进方";
    content.definitions = "无";
    content.risk = "各半承担";
    content.valid_from = {2026, 1, 1};
    content.valid_to = {2030, 12, 31};
    content.terms = sample_terms(sample.mode);
    content.ip_items = {
        {.name = "固态电解质",
         .number = "201710601862.3",
         .holder = "浙江大学",
         .filed_on = {2017, 7, 21},
         .valid_to = {2037, 7, 20}}};
    return content;
}

} // namespace jishi::tests
