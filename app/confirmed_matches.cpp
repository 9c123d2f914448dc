#include "app/confirmed_matches.hpp"

#include "app/live_listings.hpp"
#include "market/feedback.hpp"
#include "matching/corpus.hpp"
#include "matching/learning.hpp"

#include <algorithm>
#include <span>

namespace jishi::app {

namespace {

constexpr std::size_t page_pairs = 200; // read in one unit of work

std::vector<ConfirmedTexts> texts_of(market::Books& books, std::span<const market::Grade> pairs) {
    std::vector<ConfirmedTexts> out;
    for (const auto& pair : pairs) {
        auto need = public_document(books, pair.need);
        auto achievement = public_document(books, pair.achievement);
        if (need && achievement) out.push_back({std::move(*need), std::move(*achievement)});
    }
    return out;
}

} // namespace

std::vector<ConfirmedTexts>
confirmed_matches(storage::Store& store, std::size_t most, const std::function<bool()>& stopped) {
    auto grades = store.read([](market::Books& books) { return market::all_grades(books); });
    std::erase_if(grades, [](const market::Grade& grade) {
        return grade.value < matching::confirmed_grade_min;
    });
    const auto pairs = matching::evenly(std::move(grades), most);
    std::vector<ConfirmedTexts> out;
    for (std::size_t at = 0; at < pairs.size() && !stopped(); at += page_pairs) {
        const auto page = std::span(pairs).subspan(at, std::min(page_pairs, pairs.size() - at));
        auto texts = store.read([&](market::Books& books) { return texts_of(books, page); });
        std::ranges::move(texts, std::back_inserter(out));
    }
    return out;
}

} // namespace jishi::app
