#include "matching/engine.hpp"

#include "matching/collection.hpp"
#include "matching/duplicates.hpp"
#include "matching/explain.hpp"
#include "matching/ranking.hpp"
#include "matching/searcher.hpp"

#include <mutex>
#include <set>

namespace jishi::matching {

namespace {

const market::ListingId& id_of(const Change& change) {
    const auto* id = std::get_if<market::ListingId>(&change);
    return id != nullptr ? *id : std::get<Document>(change).id;
}

// Keeps the best placed of each result.
void leave_out_repeats(
    std::vector<RankedMatch>& found, const Twins& twins, const market::OrganisationId& asker
) {
    std::set<std::pair<market::ListingId, bool>> seen;
    std::erase_if(found, [&](const RankedMatch& match) {
        const auto group = twins.group_of(match.document->id);
        const bool own = match.document->owner == asker;
        return group && !seen.emplace(group->front(), own).second;
    });
}

} // namespace

struct Snapshot::Lazy {
    std::once_flag once;
    std::unique_ptr<const NeedNorms> need_norms;
};

Snapshot::Snapshot(
    std::shared_ptr<const Collection> achievements,
    std::shared_ptr<const Collection> needs,
    std::shared_ptr<const Twins> twins
)
    : achievements_(std::move(achievements)), needs_(std::move(needs)), twins_(std::move(twins)),
      lazy_(std::make_unique<Lazy>()) {}

Snapshot::~Snapshot() = default;

const Collection& Snapshot::of(market::ListingKind kind) const {
    return kind == market::ListingKind::achievement ? *achievements_ : *needs_;
}

std::size_t Snapshot::count(market::ListingKind kind) const {
    return of(kind).size();
}

std::shared_ptr<const Document> Snapshot::find(const market::ListingId& id) const {
    return of(id.kind).find(id);
}

market::Result<SearchPage> Snapshot::search(const SearchQuery& query) const {
    using market::FieldReason;
    if (query.limit < 1) return market::refuse_field("/limit", FieldReason::too_small, "1");
    if (query.limit > page_limit_max)
        return market::refuse_field(
            "/limit", FieldReason::too_large, std::to_string(page_limit_max)
        );
    if (query.text.size() > query_bytes_max)
        return market::refuse_field("/q", FieldReason::too_long, std::to_string(query_bytes_max));
    const auto after = parse_cursor(query.cursor);
    if (!query.cursor.empty() &&
        (!after || after->sort != query.sort || after->id.kind != query.kind))
        return market::RefusalCode::cursor_invalid;
    auto words = parse_query(query.text);
    if (words.excluded.size() > exclusions_max)
        return market::refuse_field("/q", FieldReason::too_many, std::to_string(exclusions_max));
    return Searcher(of(query.kind), *twins_, query, std::move(words)).page(after);
}

const NeedNorms& Snapshot::need_norms() const {
    std::call_once(lazy_->once, [this] {
        lazy_->need_norms = std::make_unique<const NeedNorms>(*needs_, *achievements_);
    });
    return *lazy_->need_norms;
}

std::vector<RankedMatch>
Snapshot::rank(const Document& query, std::size_t k, std::int32_t today_day) const {
    if (query.id.kind == market::ListingKind::need)
        return rank_achievements(query, *achievements_, k, today_day);
    return rank_needs(query, *needs_, *achievements_, need_norms(), k, today_day);
}

std::vector<RankedMatch> Snapshot::rank_for(
    const Document& query, std::size_t k, std::int32_t today_day, Repeats repeats
) const {
    for (auto looked_at = k;; looked_at *= 4) {
        auto found = rank(query, looked_at, today_day);
        const bool that_is_all = found.size() < looked_at;
        if (repeats == Repeats::once) leave_out_repeats(found, *twins_, query.owner);
        if (found.size() < k && !that_is_all) continue;
        if (found.size() > k) found.resize(k);
        return found;
    }
}

std::vector<Match> Snapshot::matches_for(
    const Document& query, std::size_t k, std::int32_t today_day, Repeats repeats
) const {
    std::vector<Match> out;
    const bool from_need = query.id.kind == market::ListingKind::need;
    for (const auto& [document, score] : rank_for(query, k, today_day, repeats))
        out.push_back(
            {document,
             score,
             from_need ? explain_pair(query, *document) : explain_pair(*document, query),
             also_posted(document->id)}
        );
    return out;
}

PairScore Snapshot::score_pair(const Document& need, const Document& achievement) const {
    const auto* one = &achievement;
    return score_pairs(need, std::span(&one, 1)).front();
}

std::vector<PairScore>
Snapshot::score_pairs(const Document& need, std::span<const Document* const> achievements) const {
    const auto statement = statement_of(terms_of(need), *achievements_);
    std::vector<PairScore> out;
    for (const auto* achievement : achievements)
        out.push_back(score_of(statement, need, *achievement));
    return out;
}

Explanation Snapshot::explain_pair(const Document& need, const Document& achievement) const {
    return explain(statement_of(terms_of(need), *achievements_), need, achievement);
}

struct Engine::State {
    std::mutex writing; // one apply() at a time
    std::shared_ptr<const Collection> achievements = std::make_shared<const Collection>();
    std::shared_ptr<const Collection> needs = std::make_shared<const Collection>();
    DuplicateIndex duplicates{[this](const market::ListingId& id) { return find(id); }};

    std::shared_ptr<const Document> find(const market::ListingId& id) const {
        return (id.kind == market::ListingKind::need ? needs : achievements)->find(id);
    }

    // Held for the copy of a pointer only: readers never wait for work.
    mutable std::mutex publishing;
    std::shared_ptr<const Snapshot> published =
        std::make_shared<const Snapshot>(achievements, needs, duplicates.groups());
};

Engine::Engine() : state_(std::make_unique<State>()) {}
Engine::~Engine() = default;

void Engine::apply(std::span<const Change> changes) {
    if (changes.empty()) return;
    const std::lock_guard writing(state_->writing);
    std::vector<const Change*> of_kind[2];
    for (const auto& change : changes)
        of_kind[id_of(change).kind == market::ListingKind::need].push_back(&change);
    if (!of_kind[0].empty()) state_->achievements = state_->achievements->with(of_kind[0]);
    if (!of_kind[1].empty()) state_->needs = state_->needs->with(of_kind[1]);
    for (const auto& change : changes)
        state_->duplicates.refresh(id_of(change));
    auto next = std::make_shared<const Snapshot>(
        state_->achievements, state_->needs, state_->duplicates.groups()
    );
    const std::lock_guard publishing(state_->publishing);
    state_->published.swap(next); // the old snapshot goes after the lock, with `next`
}

std::shared_ptr<const Snapshot> Engine::snapshot() const {
    const std::lock_guard publishing(state_->publishing);
    return state_->published;
}

} // namespace jishi::matching
