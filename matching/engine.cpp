#include "matching/engine.hpp"

#include "matching/collection.hpp"
#include "matching/explain.hpp"
#include "matching/ranking.hpp"
#include "matching/searcher.hpp"

#include <mutex>

namespace jishi::matching {

struct Snapshot::Lazy {
    std::once_flag once;
    std::unique_ptr<const NeedNorms> need_norms;
};

Snapshot::Snapshot(
    std::shared_ptr<const Collection> achievements, std::shared_ptr<const Collection> needs
)
    : achievements_(std::move(achievements)), needs_(std::move(needs)),
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
    const auto& listings = of(query.kind);
    return Searcher(listings, Lexicon(listings, model().get()), query, std::move(words))
        .page(after);
}

const std::shared_ptr<const Model>& Snapshot::model() const {
    return achievements_->model();
}

Lexicon Snapshot::lexicon() const {
    return Lexicon(*achievements_, model().get());
}

const NeedNorms& Snapshot::need_norms() const {
    std::call_once(lazy_->once, [this] {
        lazy_->need_norms = std::make_unique<const NeedNorms>(*needs_, lexicon());
    });
    return *lazy_->need_norms;
}

std::vector<RankedMatch> Snapshot::rank_for(
    const Document& query,
    std::size_t k,
    std::int32_t today_day,
    std::span<const Grade> grades
) const {
    const auto lexicon = this->lexicon();
    return ranked(query, k, today_day, lexicon, feedback_of(query, lexicon, grades));
}

std::vector<RankedMatch> Snapshot::ranked(
    const Document& query,
    std::size_t k,
    std::int32_t today_day,
    const Lexicon& lexicon,
    const Feedback& feedback
) const {
    if (query.id.kind == market::ListingKind::need)
        return rank_achievements(query, *achievements_, lexicon, feedback, k, today_day);
    return rank_needs(query, *needs_, lexicon, need_norms(), feedback, k, today_day);
}

Feedback Snapshot::feedback_of(
    const Document& query, const Lexicon& lexicon, std::span<const Grade> grades
) const {
    Feedback out(lexicon);
    for (const auto& grade : grades) {
        const bool from_need = query.id.kind == market::ListingKind::need;
        const auto counterpart = find(from_need ? grade.achievement : grade.need);
        if (!counterpart) continue;
        const auto score = from_need ? score_pair(query, *counterpart).score
                                     : score_pair(*counterpart, query).score;
        out.add(*counterpart, grade.value, expected_grade(score));
    }
    return out;
}

std::vector<Match> Snapshot::matches_for(
    const Document& query, std::size_t k, std::int32_t today_day, std::span<const Grade> grades
) const {
    std::vector<Match> out;
    const auto lexicon = this->lexicon();
    const auto feedback = feedback_of(query, lexicon, grades);
    for (const auto& [document, score] : ranked(query, k, today_day, lexicon, feedback)) {
        const bool from_need = query.id.kind == market::ListingKind::need;
        const auto& need = from_need ? query : *document;
        const auto& achievement = from_need ? *document : query;
        const auto statement = statement_of(terms_of(need), lexicon);
        out.push_back(
            {document,
             score,
             explain(statement, lexicon, need, achievement, feedback.reasons_of(*document))}
        );
    }
    return out;
}

PairScore Snapshot::score_pair(const Document& need, const Document& achievement) const {
    const auto* one = &achievement;
    return score_pairs(need, std::span(&one, 1)).front();
}

std::vector<PairScore>
Snapshot::score_pairs(const Document& need, std::span<const Document* const> achievements) const {
    const auto lexicon = this->lexicon();
    const auto statement = statement_of(terms_of(need), lexicon);
    std::vector<PairScore> out;
    for (const auto* achievement : achievements)
        out.push_back(score_of(statement, lexicon, need, *achievement));
    return out;
}

Explanation Snapshot::explain_pair(const Document& need, const Document& achievement) const {
    const auto lexicon = this->lexicon();
    return explain(statement_of(terms_of(need), lexicon), lexicon, need, achievement, {});
}

struct Engine::State {
    std::mutex writing; // one apply() at a time
    std::shared_ptr<const Collection> achievements = std::make_shared<const Collection>();
    std::shared_ptr<const Collection> needs = std::make_shared<const Collection>();

    void publish() {
        auto next = std::make_shared<const Snapshot>(achievements, needs);
        const std::lock_guard lock(publishing);
        published.swap(next); // the old snapshot goes after the lock, with `next`
    }

    // Held for the copy of a pointer only: readers never wait for work.
    mutable std::mutex publishing;
    std::shared_ptr<const Snapshot> published =
        std::make_shared<const Snapshot>(achievements, needs);
};

Engine::Engine() : state_(std::make_unique<State>()) {}
Engine::~Engine() = default;

void Engine::apply(std::span<const Change> changes) {
    if (changes.empty()) return;
    const std::lock_guard writing(state_->writing);
    std::vector<const Change*> of_kind[2];
    for (const auto& change : changes) {
        const auto* id = std::get_if<market::ListingId>(&change);
        const auto kind = id != nullptr ? id->kind : std::get<Document>(change).id.kind;
        of_kind[kind == market::ListingKind::need].push_back(&change);
    }
    if (!of_kind[0].empty()) state_->achievements = state_->achievements->with(of_kind[0]);
    if (!of_kind[1].empty()) state_->needs = state_->needs->with(of_kind[1]);
    state_->publish();
}

void Engine::adopt(std::shared_ptr<const Model> model) {
    const std::lock_guard writing(state_->writing);
    state_->achievements = state_->achievements->relearned(model);
    state_->needs = state_->needs->relearned(model);
    state_->publish();
}

std::shared_ptr<const Snapshot> Engine::snapshot() const {
    const std::lock_guard publishing(state_->publishing);
    return state_->published;
}

} // namespace jishi::matching
