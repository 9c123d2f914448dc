#include "app/confirmed_matches.hpp"

#include "app/live_listings.hpp"
#include "market/feedback.hpp"
#include "matching/learning.hpp"

#include <algorithm>

namespace jishi::app {

namespace {

constexpr std::size_t page_pairs = 200; // read in one unit of work

std::vector<ConfirmedTexts> page_of(market::Books& books, std::span<const market::Pair> pairs) {
    std::vector<ConfirmedTexts> out;
    for (const auto& pair : pairs) {
        auto need = public_document(books, pair.need);
        auto achievement = public_document(books, pair.achievement);
        if (need && achievement) out.push_back({std::move(*need), std::move(*achievement)});
    }
    return out;
}

} // namespace

std::vector<market::Pair> confirmed_matches(storage::Store& store) {
    std::vector<market::Pair> out;
    for (const auto& grade : store.read(market::all_grades))
        if (grade.value >= matching::confirmed_grade_min)
            out.push_back({grade.need, grade.achievement});
    return out;
}

std::vector<ConfirmedTexts> texts_of(
    storage::Store& store, std::span<const market::Pair> pairs, const std::function<bool()>& stopped
) {
    std::vector<ConfirmedTexts> out;
    for (std::size_t at = 0; at < pairs.size() && !stopped(); at += page_pairs) {
        const auto some = pairs.subspan(at, std::min(page_pairs, pairs.size() - at));
        auto texts = store.read([&](market::Books& books) { return page_of(books, some); });
        std::ranges::move(texts, std::back_inserter(out));
    }
    return out;
}

} // namespace jishi::app
