// The engine: one writer applies changes, readers take snapshots that never change and never wait
// for the writer.
#pragma once

#include "market/result.hpp"
#include "matching/grade.hpp"
#include "matching/match.hpp"
#include "matching/search.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace jishi::matching {

class Collection;
class Feedback;
class Lexicon;
class Model;
class NeedNorms;

// A published listing appears or changes (a Document), or is gone (its id).
using Change = std::variant<Document, market::ListingId>;

// One found counterpart, before anyone asks why.
struct RankedMatch {
    std::shared_ptr<const Document> document;
    PairScore score;
};

// All listings at one moment. Immutable and thread-safe; answers depend on the listings alone, not
// on how they came.
class Snapshot {
public:
    // REQUIRES: both collections know the same model.
    Snapshot(
        std::shared_ptr<const Collection> achievements, std::shared_ptr<const Collection> needs
    );
    ~Snapshot();

    std::size_t count(market::ListingKind kind) const;
    const std::shared_ptr<const Model>& model() const; // null: nothing was learned
    std::shared_ptr<const Document> find(const market::ListingId& id) const; // null if unknown

    // Refusals: invalid_fields (/limit, /q), cursor_invalid.
    market::Result<SearchPage> search(const SearchQuery& query) const;

    // The best counterparts of `query`, which need not be in the snapshot; best first, ties by id.
    // Pairs that are excluded or share no word are not among them. `grades`: of counterparts of
    // `query`, as its side sees them.
    std::vector<RankedMatch> rank_for(
        const Document& query,
        std::size_t k,
        std::int32_t today_day,
        std::span<const Grade> grades = {}
    ) const;
    // The same with explanations.
    std::vector<Match> matches_for(
        const Document& query,
        std::size_t k,
        std::int32_t today_day,
        std::span<const Grade> grades = {}
    ) const;

    // What ranking would give the pair, excluded or not.
    PairScore score_pair(const Document& need, const Document& achievement) const;
    std::vector<PairScore>
    score_pairs(const Document& need, std::span<const Document* const> achievements) const;
    Explanation explain_pair(const Document& need, const Document& achievement) const;

private:
    const Collection& of(market::ListingKind kind) const;
    Lexicon lexicon() const;
    Feedback feedback_of(
        const Document& query, const Lexicon& lexicon, std::span<const Grade> grades
    ) const;
    std::vector<RankedMatch> ranked(
        const Document& query,
        std::size_t k,
        std::int32_t today_day,
        const Lexicon& lexicon,
        const Feedback& feedback
    ) const;
    const NeedNorms& need_norms() const;

    struct Lazy;
    std::shared_ptr<const Collection> achievements_, needs_;
    std::unique_ptr<Lazy> lazy_; // what only some questions need, computed by the first of them
};

class Engine {
public:
    Engine();
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // Applies all changes and publishes one new snapshot. Idempotent: repeating changes alters
    // nothing. Calls wait for each other.
    void apply(std::span<const Change> changes);

    // Ranks by another model from now on, or by none. Takes a second for 100 000 listings; readers
    // go on with the snapshot they have, apply() waits.
    void adopt(std::shared_ptr<const Model> model);

    // The last published snapshot; never null. Waits for no one.
    std::shared_ptr<const Snapshot> snapshot() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace jishi::matching
