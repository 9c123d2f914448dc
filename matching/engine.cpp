#include "matching/engine.hpp"

#include "matching/collection.hpp"
#include "matching/duplicates.hpp"
#include "matching/explain.hpp"
#include "matching/parallel.hpp"
#include "matching/ranking.hpp"
#include "matching/searcher.hpp"
#include "matching/snapshot_file.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <tuple>
#include <utility>

namespace jishi::matching {

namespace {

constexpr std::size_t worth_a_thread = 1'000; // changes at once

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

Snapshot::Bytes Snapshot::bytes() const {
    Bytes out;
    for (const auto* collection : {achievements_.get(), needs_.get()})
        for (const auto& view : collection->views()) {
            out.listings += view.segment->listings().bytes();
            out.index += view.segment->bytes();
        }
    return out;
}

void Snapshot::for_each(market::ListingKind kind, const std::function<void(const Document&)>& visit)
    const {
    for (const auto& view : of(kind).views())
        for (std::size_t slot = 0; slot < view.segment->size(); ++slot)
            if ((*view.length_classes)[slot] != 0)
                visit(view.segment->listings().without_texts(slot));
}

ListingSource Snapshot::listings(market::ListingKind kind, std::size_t most) const {
    struct Place {
        market::ListingId id;
        const ListingStore* listings;
        std::size_t slot;
    };
    std::vector<Place> places;
    for (const auto& view : of(kind).views())
        for (std::size_t slot = 0; slot < view.segment->size(); ++slot)
            if ((*view.length_classes)[slot] != 0)
                places.push_back(
                    {view.segment->listings().id(slot), &view.segment->listings(), slot}
                );
    std::ranges::sort(places, {}, &Place::id);
    places = evenly(std::move(places), most);
    const auto count = places.size();
    return {count, [all = std::move(places)](std::size_t number) {
                return all[number].listings->document(all[number].slot);
            }};
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
    return Searcher(listings, *twins_, Lexicon(listings, model().get()), query, std::move(words))
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
    std::span<const Grade> grades,
    Repeats repeats
) const {
    const auto lexicon = this->lexicon();
    return ranked(query, k, today_day, lexicon, feedback_of(query, lexicon, grades), repeats);
}

std::vector<RankedMatch> Snapshot::ranked(
    const Document& query,
    std::size_t k,
    std::int32_t today_day,
    const Lexicon& lexicon,
    const Feedback& feedback,
    Repeats repeats
) const {
    for (auto looked_at = k;; looked_at *= 4) {
        auto found =
            query.id.kind == market::ListingKind::need
                ? rank_achievements(query, *achievements_, lexicon, feedback, looked_at, today_day)
                : rank_needs(query, *needs_, lexicon, need_norms(), feedback, looked_at, today_day);
        const bool that_is_all = found.size() < looked_at;
        if (repeats == Repeats::once) leave_out_repeats(found, *twins_, query.owner);
        if (found.size() < k && !that_is_all) continue;
        if (found.size() > k) found.resize(k);
        return found;
    }
}

Feedback Snapshot::feedback_of(
    const Document& query, const Lexicon& lexicon, std::span<const Grade> grades
) const {
    Feedback out(lexicon);
    const bool from_need = query.id.kind == market::ListingKind::need;
    std::vector<Grade> sorted(grades.begin(), grades.end());
    std::sort(sorted.begin(), sorted.end(), [](const Grade& a, const Grade& b) {
        return std::tie(a.need, a.achievement, a.value) < std::tie(b.need, b.achievement, b.value);
    });
    std::optional<Statement> statement;
    for (const auto& grade : sorted) {
        const auto counterpart = find(from_need ? grade.achievement : grade.need);
        if (!counterpart) continue;
        const auto& need = from_need ? query : *counterpart;
        const auto& achievement = from_need ? *counterpart : query;
        if (!from_need || !statement) statement = statement_of(terms_of(need), lexicon);
        const auto score = score_of(*statement, lexicon, need, achievement, 0).score;
        out.add(*counterpart, grade.value, expected_grade(score));
    }
    return out;
}

std::vector<Match> Snapshot::matches_for(
    const Document& query,
    std::size_t k,
    std::int32_t today_day,
    std::span<const Grade> grades,
    Repeats repeats
) const {
    std::vector<Match> out;
    const auto lexicon = this->lexicon();
    const auto feedback = feedback_of(query, lexicon, grades);
    const auto best = ranked(query, k, today_day, lexicon, feedback, repeats);
    std::vector<const Document*> found;
    found.reserve(best.size());
    for (const auto& [document, score] : best)
        found.push_back(document.get());
    auto why = explained(query, found, lexicon, feedback);
    for (std::size_t i = 0; i < best.size(); ++i)
        out.push_back(
            {best[i].document, best[i].score, std::move(why[i]), also_posted(found[i]->id)}
        );
    return out;
}

std::vector<Explanation> Snapshot::explained(
    const Document& asked,
    std::span<const Document* const> found,
    const Lexicon& lexicon,
    const Feedback& feedback
) const {
    const bool from_need = asked.id.kind == market::ListingKind::need;
    const auto asker = worded(asked, model().get());
    std::optional<Statement> statement;
    std::vector<Explanation> out;
    for (const auto* document : found) {
        const auto other = worded(*document, model().get());
        const auto& need = from_need ? asker : other;
        const auto& achievement = from_need ? other : asker;
        if (!from_need || !statement) statement = statement_of(need.terms, lexicon);
        out.push_back(
            explain(*statement, lexicon, need, achievement, feedback.reasons_of(*document))
        );
    }
    return out;
}

PairScore Snapshot::score_pair(const Document& need, const Document& achievement) const {
    const auto* one = &achievement;
    return score_pairs(need, std::span(&one, 1)).front();
}

std::vector<PairScore> Snapshot::score_pairs(
    const Document& need,
    std::span<const Document* const> achievements,
    std::span<const Grade> grades
) const {
    const auto lexicon = this->lexicon();
    const auto statement = statement_of(terms_of(need), lexicon);
    const auto feedback = feedback_of(need, lexicon, grades);
    std::vector<PairScore> out;
    for (const auto* achievement : achievements)
        out.push_back(
            score_of(statement, lexicon, need, *achievement, feedback.lift_of(*achievement))
        );
    return out;
}

Explanation Snapshot::explain_pair(const Document& asked, const Document& found) const {
    const auto* const one = &found;
    return explain_pairs(asked, std::span(&one, 1)).front();
}

std::vector<Explanation> Snapshot::explain_pairs(
    const Document& asked, std::span<const Document* const> found, std::span<const Grade> grades
) const {
    const auto lexicon = this->lexicon();
    return explained(asked, found, lexicon, feedback_of(asked, lexicon, grades));
}

struct Engine::State {
    std::mutex writing;  // one apply() at a time
    std::mutex adoption; // one adopt() at a time; taken before `writing`
    bool adopting = false;
    std::vector<Change> meanwhile; // applied while a model is being adopted
    Collections listings{
        std::make_shared<const Collection>(), std::make_shared<const Collection>()};
    std::unique_ptr<DuplicateIndex> duplicates = no_groups();
    struct Plans {
        Collection::Plan achievements, needs;
    };
    const Plans* coming = nullptr; // while they change

    std::unique_ptr<DuplicateIndex> no_groups() {
        return std::make_unique<DuplicateIndex>([this](const market::ListingId& id) {
            return find(id);
        });
    }

    // As it is, or is about to be.
    std::shared_ptr<const Document> find(const market::ListingId& id) const {
        const bool is_need = id.kind == market::ListingKind::need;
        if (coming != nullptr) {
            const auto& plan = is_need ? coming->needs : coming->achievements;
            if (const auto it = plan.find(id); it != plan.end())
                return {std::shared_ptr<const Document>(), it->second}; // lives as long as the plan
        }
        return (is_need ? listings.needs : listings.achievements)->find(id);
    }

    static Plans plans_for(const Collections& listings, std::span<const Change> changes) {
        std::vector<const Change*> of_kind[2];
        for (const auto& change : changes)
            of_kind[id_of(change).kind == market::ListingKind::need].push_back(&change);
        return {listings.achievements->plan(of_kind[0]), listings.needs->plan(of_kind[1])};
    }
    static Collections changed(Collections listings, const Plans& plans) {
        if (!plans.achievements.empty())
            listings.achievements = listings.achievements->with(plans.achievements);
        if (!plans.needs.empty()) listings.needs = listings.needs->with(plans.needs);
        return listings;
    }

    // The listings and their groups, at the same time where they are many.
    void change(std::span<const Change> changes) {
        std::vector<market::ListingId> ids;
        std::ranges::transform(changes, std::back_inserter(ids), id_of);
        const auto plans = plans_for(listings, changes);
        Collections next;
        const auto part = [&](std::size_t i) {
            if (i == 0)
                next = changed(listings, plans);
            else
                duplicates->refresh(ids);
        };
        coming = &plans;
        try {
            if (ids.size() >= worth_a_thread)
                in_parallel(2, part);
            else
                part(0), part(1);
        } catch (...) {
            coming = nullptr;
            duplicates->refresh(ids); // as they were
            throw;
        }
        coming = nullptr;
        listings = std::move(next);
    }

    std::shared_ptr<const Snapshot> made() {
        return std::make_shared<const Snapshot>(
            listings.achievements, listings.needs, duplicates->groups()
        );
    }
    void publish() {
        auto next = made();
        const std::lock_guard lock(publishing);
        published.swap(next); // the old snapshot goes after the lock, with `next`
    }

    // Held for the copy of a pointer only: readers never wait for work.
    mutable std::mutex publishing;
    std::shared_ptr<const Snapshot> published = made();

    // From its beginning on, what is applied is kept for its end, until it ends or fails.
    class Adoption {
    public:
        explicit Adoption(State& state) : state_(state) {
            const std::lock_guard lock(state_.writing);
            state_.adopting = true;
            begun_with = state_.listings;
        }
        ~Adoption() {
            const std::lock_guard lock(state_.writing);
            state_.adopting = false;
            state_.meanwhile.clear();
        }
        Adoption(const Adoption&) = delete;
        Adoption& operator=(const Adoption&) = delete;

        Collections begun_with;

    private:
        State& state_;
    };
};

Engine::Engine() : state_(std::make_unique<State>()) {}
Engine::~Engine() = default;

void Engine::apply(std::span<const Change> changes) {
    if (changes.empty()) return;
    const std::lock_guard writing(state_->writing);
    if (state_->adopting) // first: what was changed and not kept would be lost
        state_->meanwhile.insert(state_->meanwhile.end(), changes.begin(), changes.end());
    state_->change(changes);
    state_->publish();
}

void Engine::adopt(const std::shared_ptr<const Model>& model) {
    const std::lock_guard one_at_a_time(state_->adoption);
    const State::Adoption adoption(*state_);
    const auto& [achievements, needs] = adoption.begun_with;
    const Collections adopted{achievements->relearned(model), needs->relearned(model)};
    const std::lock_guard writing(state_->writing);
    state_->listings = State::changed(adopted, State::plans_for(adopted, state_->meanwhile));
    state_->publish();
}

void Engine::save(std::string_view mark, const Sink& sink) const {
    Collections listings;
    DuplicateIndex::Kept groups;
    {
        const std::lock_guard writing(state_->writing);
        listings = state_->listings;
        groups = state_->duplicates->kept();
    }
    write_snapshot(listings, groups, mark, sink);
}

bool Engine::restore(const LentBytes& file, std::string& problem) {
    const std::lock_guard no_adoption(state_->adoption);
    const std::lock_guard writing(state_->writing);
    auto groups = state_->no_groups();
    auto listings = read_snapshot(file, state_->listings.achievements->model(), *groups, problem);
    if (!listings) return false;
    state_->listings = *std::move(listings);
    state_->duplicates = std::move(groups);
    state_->publish();
    return true;
}

std::shared_ptr<const Snapshot> Engine::snapshot() const {
    const std::lock_guard publishing(state_->publishing);
    return state_->published;
}

} // namespace jishi::matching
