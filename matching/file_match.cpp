#include "matching/file_match.hpp"

#include "matching/engine.hpp"
#include "matching/learning.hpp"

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

    Document document(std::size_t number) const {
        Document out;
        out.id.kind = kind_;
        for (std::size_t i = 0; i < sizeof number; ++i)
            out.id.bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
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
        engine.adopt(learn(pointers_to(supply), pointers_to(demand)));
    }
    engine.apply(supply);
    return engine.snapshot();
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
    std::vector<FileMatchRow> rows;
    std::set<std::string_view> asked;
    for (const auto& need : needs) {
        if (!asked.insert(need.id).second) continue;
        const auto document = demand.document(*demand.number_of(need.id));
        for (const auto& match : market->rank_for(document, top, 0))
            rows.push_back(
                {need.id, supply.id_of(match.document->id), match.score.score, match.score.raw}
            );
    }
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
    for (const auto& [n, asked] : of_need) {
        std::vector<Document> documents;
        std::vector<const Document*> pointers;
        for (const auto& [row, a] : asked)
            documents.push_back(supply.document(a));
        for (const auto& document : documents)
            pointers.push_back(&document);
        const auto scores = market->score_pairs(demand.document(n), pointers);
        for (std::size_t i = 0; i < asked.size(); ++i) {
            rows[asked[i].first].score = scores[i].score;
            rows[asked[i].first].raw = scores[i].raw;
        }
    }
    return rows;
}

} // namespace jishi::matching
