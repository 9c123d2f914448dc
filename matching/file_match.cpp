#include "matching/file_match.hpp"

#include "matching/engine.hpp"
#include "matching/learning.hpp"
#include "matching/parallel.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

namespace jishi::matching {

namespace {

// One side of the market: every id once, its number in the order of the ids so that ties fall as
// the ids do.
class Side {
public:
    Side(market::ListingKind kind, std::span<const TextItem> items) : kind_(kind) {
        std::map<std::string_view, const TextItem*> last;
        for (const auto& item : items)
            last[item.id] = &item;
        for (const auto& [id, item] : last) {
            numbers_[id] = by_number_.size();
            by_number_.push_back(item);
        }
    }

    std::size_t size() const { return by_number_.size(); }
    market::ListingId listing_id(std::size_t number) const {
        market::ListingId out{kind_, {}};
        for (std::size_t i = 0; i < sizeof number; ++i)
            out.bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
        return out;
    }
    Document document(std::size_t number) const {
        Document out;
        out.id = listing_id(number);
        out.title = by_number_[number]->title;
        out.body = by_number_[number]->body;
        return out;
    }
    std::vector<Change> documents() const {
        std::vector<Change> out;
        for (std::size_t number = 0; number < by_number_.size(); ++number)
            out.emplace_back(document(number));
        return out;
    }
    const std::string& id_of(const market::ListingId& id) const {
        std::size_t number = 0;
        for (std::size_t i = 8; i < 16; ++i)
            number = number << 8 | id.bytes[i];
        return by_number_[number]->id;
    }
    std::optional<std::size_t> number_of(std::string_view id) const {
        const auto at = numbers_.find(id);
        return at == numbers_.end() ? std::nullopt : std::optional(at->second);
    }

private:
    market::ListingKind kind_;
    std::vector<const TextItem*> by_number_;
    std::unordered_map<std::string_view, std::size_t> numbers_;
};

std::vector<const Document*> pointers_to(const std::vector<Change>& changes) {
    std::vector<const Document*> out;
    out.reserve(changes.size());
    for (const auto& change : changes)
        out.push_back(&std::get<Document>(change));
    return out;
}

std::shared_ptr<const Snapshot>
market_of(const Side& achievements, const Side& needs, const FileMatchOptions& options) {
    Engine engine;
    const auto supply = achievements.documents();
    if (options.learn) {
        const auto demand = needs.documents();
        const auto of_supply = pointers_to(supply), of_demand = pointers_to(demand);
        std::vector<ConfirmedMatch> confirmed;
        for (const auto& [need, achievement, grade] : options.judgements) {
            const auto n = needs.number_of(need), a = achievements.number_of(achievement);
            if (n && a && grade >= confirmed_grade_min)
                confirmed.push_back({of_demand[*n], of_supply[*a]});
        }
        engine.adopt(learn(of_supply, of_demand, confirmed));
    }
    engine.apply(supply);
    return engine.snapshot();
}

// The grades that each need has, by its number.
std::vector<std::vector<Grade>>
grades_of(const Side& supply, const Side& demand, const FileMatchOptions& options) {
    std::vector<std::vector<Grade>> out(demand.size());
    for (const auto& [need, achievement, grade] : options.judgements) {
        const auto n = demand.number_of(need), a = supply.number_of(achievement);
        if (n && a) out[*n].push_back({demand.listing_id(*n), supply.listing_id(*a), grade});
    }
    return out;
}

} // namespace

std::vector<FileMatchRow> match_all(
    std::span<const TextItem> achievements,
    std::span<const TextItem> needs,
    std::size_t top,
    const FileMatchOptions& options
) {
    const Side supply(market::ListingKind::achievement, achievements);
    const Side demand(market::ListingKind::need, needs);
    const auto market = market_of(supply, demand, options);
    const auto grades = grades_of(supply, demand, options);
    std::set<std::string_view> seen;
    std::vector<std::string_view> asked;
    for (const auto& need : needs)
        if (seen.insert(need.id).second) asked.push_back(need.id);
    std::vector<std::vector<FileMatchRow>> rows_of(asked.size());
    in_parallel(asked.size(), [&](std::size_t i) {
        const auto number = *demand.number_of(asked[i]);
        const auto add = [&](const Document& found, const PairScore& score) {
            rows_of[i].push_back(
                {std::string(asked[i]), supply.id_of(found.id), score.score, score.raw}
            );
        };
        const auto need = demand.document(number);
        if (!options.explain) {
            for (const auto& match : market->rank_for(need, top, 0, grades[number]))
                add(*match.document, match.score);
            return;
        }
        for (const auto& match : market->matches_for(need, top, 0, grades[number])) {
            add(*match.document, match.score);
            rows_of[i].back().why_zh = match.why.summary_zh;
            rows_of[i].back().why_en = match.why.summary_en;
        }
    });
    std::vector<FileMatchRow> rows;
    for (const auto& of_need : rows_of)
        rows.insert(rows.end(), of_need.begin(), of_need.end());
    return rows;
}

std::vector<FileMatchRow> match_pairs(
    std::span<const TextItem> achievements,
    std::span<const TextItem> needs,
    std::span<const IdPair> pairs,
    const FileMatchOptions& options
) {
    const Side supply(market::ListingKind::achievement, achievements);
    const Side demand(market::ListingKind::need, needs);
    const auto market = market_of(supply, demand, options);
    std::map<std::size_t, std::vector<std::pair<std::size_t, std::size_t>>>
        of_need; // (row, achievement)
    std::vector<FileMatchRow> rows;
    for (const auto& [need, achievement] : pairs) {
        const auto n = demand.number_of(need), a = supply.number_of(achievement);
        if (!n || !a) continue;
        of_need[*n].emplace_back(rows.size(), *a);
        rows.push_back({need, achievement});
    }
    const auto grades = grades_of(supply, demand, options);
    const std::vector needs_asked(of_need.begin(), of_need.end());
    in_parallel(needs_asked.size(), [&](std::size_t i) {
        const auto& [n, asked] = needs_asked[i];
        std::vector<Document> found;
        found.reserve(asked.size());
        for (const auto& [row, a] : asked)
            found.push_back(supply.document(a));
        std::vector<const Document*> pointers;
        pointers.reserve(found.size());
        for (const auto& document : found)
            pointers.push_back(&document);
        const auto need = demand.document(n);
        const auto scores = market->score_pairs(need, pointers, grades[n]);
        std::vector<Explanation> reasons;
        if (options.explain) reasons = market->explain_pairs(need, pointers, grades[n]);
        for (std::size_t j = 0; j < asked.size(); ++j) {
            auto& row = rows[asked[j].first];
            row.score = scores[j].score, row.raw = scores[j].raw;
            if (!options.explain) continue;
            row.why_zh = reasons[j].summary_zh, row.why_en = reasons[j].summary_en;
        }
    });
    return rows;
}

} // namespace jishi::matching
