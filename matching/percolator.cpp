#include "matching/percolator.hpp"

#include "matching/facts.hpp"
#include "matching/query.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

bool accepts_words(const ParsedQuery& words, const Document& document, const DocumentTerms& terms) {
    const auto satisfied = [&](const Clause& clause) {
        return holds(clause, terms) && reads(clause, document);
    };
    if (std::any_of(words.excluded.begin(), words.excluded.end(), satisfied)) return false;
    const auto found =
        static_cast<std::size_t>(std::count_if(words.wanted.begin(), words.wanted.end(), satisfied)
        );
    return words.asks_for_all() ? found == words.wanted.size() : 2 * found >= words.wanted.size();
}

} // namespace

Percolator::Percolator() = default;
Percolator::~Percolator() = default;
Percolator::Percolator(Percolator&&) noexcept = default;
Percolator& Percolator::operator=(Percolator&&) noexcept = default;

std::uint64_t Percolator::anchor_of(const Saved& saved) {
    if (!saved.words->has_words() || !saved.words->asks_for_all()) return 0;
    return saved.words->wanted.front().terms.back();
}

void Percolator::register_search(market::SavedSearchId id, const SearchQuery& query) {
    unregister(id);
    Saved saved{
        query.kind, query.filters, std::make_shared<const ParsedQuery>(parse_query(query.text))};
    by_anchor_[anchor_of(saved)].push_back(id);
    searches_.emplace(id, std::move(saved));
}

void Percolator::unregister(market::SavedSearchId id) {
    const auto at = searches_.find(id);
    if (at == searches_.end()) return;
    const auto anchor = by_anchor_.find(anchor_of(at->second));
    std::erase(anchor->second, id);
    if (anchor->second.empty()) by_anchor_.erase(anchor);
    searches_.erase(at);
}

std::vector<market::SavedSearchId> Percolator::which_match(const Document& document) const {
    const auto terms = terms_of(document);
    const auto facts = facts_of(document);
    std::vector<market::SavedSearchId> out;
    const auto try_anchor = [&](std::uint64_t anchor) {
        const auto at = by_anchor_.find(anchor);
        if (at == by_anchor_.end()) return;
        for (const auto& id : at->second) {
            const auto& saved = searches_.at(id);
            if (saved.kind == document.id.kind && accepts(saved.filters, facts) &&
                accepts_words(*saved.words, document, terms))
                out.push_back(id);
        }
    };
    try_anchor(0);
    for (const auto& term : terms.terms)
        try_anchor(term.key);
    std::sort(out.begin(), out.end());
    return out;
}

} // namespace jishi::matching
