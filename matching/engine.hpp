// The engine: one writer applies changes, readers take snapshots that never change and never wait
// for the writer.
#pragma once

#include "market/result.hpp"
#include "matching/arrays.hpp"
#include "matching/grade.hpp"
#include "matching/listing_source.hpp"
#include "matching/match.hpp"
#include "matching/search.hpp"
#include "matching/twins.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

// Whether of the listings of one result (likeness.hpp) only the best placed is an answer, or each.
enum class Repeats : std::uint8_t { once, each };

// All listings at one moment. Immutable and thread-safe; answers depend on the listings alone, not
// on how they came.
class Snapshot {
public:
    // REQUIRES: both collections know the same model.
    Snapshot(
        std::shared_ptr<const Collection> achievements,
        std::shared_ptr<const Collection> needs,
        std::shared_ptr<const Twins> twins
    );
    ~Snapshot();

    std::size_t count(market::ListingKind kind) const;
    const std::shared_ptr<const Model>& model() const; // null: nothing was learned
    Lexicon lexicon() const; // what words are worth to matches; not to outlive the snapshot
    std::shared_ptr<const Document> find(const market::ListingId& id) const; // null if unknown
    // Memory of the listings themselves, and of the index: terms, who holds them, meanings.
    struct Bytes {
        std::size_t listings = 0, index = 0;
    };
    Bytes bytes() const;
    // Every listing, without its texts, in no order that matters.
    void
    for_each(market::ListingKind kind, const std::function<void(const Document&)>& visit) const;
    // At most so many of the listings, evenly spread. REQUIRES: the snapshot outlives it.
    ListingSource listings(market::ListingKind kind, std::size_t most) const;

    // The other listings of the same result.
    AlsoPosted also_posted(const market::ListingId& id) const { return twins_->others_of(id); }

    // Of the listings of one result that answer, the first published is a hit. Total and facets
    // count listings. Refusals: invalid_fields (/limit, /q), cursor_invalid.
    market::Result<SearchPage> search(const SearchQuery& query) const;

    // The best counterparts of `query`, which need not be in the snapshot; best first, ties by id.
    // Pairs that are excluded or share no word are not among them. `grades`: of counterparts of
    // `query`, as its side sees them. A listing that shows the owner of the query hides no other
    // owner's, so that leaving one's own out loses nothing.
    std::vector<RankedMatch> rank_for(
        const Document& query,
        std::size_t k,
        std::int32_t today_day,
        std::span<const Grade> grades = {},
        Repeats repeats = Repeats::once
    ) const;
    // The same with explanations.
    std::vector<Match> matches_for(
        const Document& query,
        std::size_t k,
        std::int32_t today_day,
        std::span<const Grade> grades = {},
        Repeats repeats = Repeats::once
    ) const;

    // What ranking would give the pair, excluded or not.
    PairScore score_pair(const Document& need, const Document& achievement) const;
    std::vector<PairScore> score_pairs(
        const Document& need,
        std::span<const Document* const> achievements,
        std::span<const Grade> grades = {}
    ) const;
    Explanation explain_pair(const Document& asked, const Document& found) const;
    std::vector<Explanation> explain_pairs(
        const Document& asked,
        std::span<const Document* const> found,
        std::span<const Grade> grades = {}
    ) const;

private:
    const Collection& of(market::ListingKind kind) const;
    Feedback
    feedback_of(const Document& query, const Lexicon& lexicon, std::span<const Grade> grades) const;
    std::vector<Explanation> explained(
        const Document& asked,
        std::span<const Document* const> found,
        const Lexicon& lexicon,
        const Feedback& feedback
    ) const;
    std::vector<RankedMatch> ranked(
        const Document& query,
        std::size_t k,
        std::int32_t today_day,
        const Lexicon& lexicon,
        const Feedback& feedback,
        Repeats repeats
    ) const;
    const NeedNorms& need_norms() const;

    struct Lazy;
    std::shared_ptr<const Collection> achievements_, needs_;
    std::shared_ptr<const Twins> twins_;
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

    // Ranks by another model from now on, or by none. Reads all listings anew, which takes seconds
    // for 100 000; meanwhile readers and apply() go on as before. Calls wait for each other.
    void adopt(const std::shared_ptr<const Model>& model);

    // All it knows, for `sink` in pieces (snapshot_file.hpp): of one moment, and apply() waits only
    // until that is taken. What `sink` throws comes out.
    void save(std::string_view mark, const std::function<void(std::span<const std::uint8_t>)>& sink)
        const;
    // In place of all it knows, what the file of save() holds; the model in force must be that of
    // the file, which is used up: parts that nobody needs may be gone. False: `problem` says why,
    // and everything is as it was.
    bool restore(const LentBytes& file, std::string& problem);

    // The last published snapshot; never null. Waits for no one.
    std::shared_ptr<const Snapshot> snapshot() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace jishi::matching
