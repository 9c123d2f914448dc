#include "app/matcher.hpp"

#include "app/event_meaning.hpp"
#include "market/feedback.hpp"
#include "market/rules.hpp"
#include "matching/model_file.hpp"
#include "protocol/explanation_json.hpp"
#include "protocol/search_query.hpp"

#include <algorithm>
#include <functional>

namespace jishi::app {

namespace {

constexpr std::string_view consumer = "matcher";
constexpr std::string_view ranking = "ranking-4-"; // and the model's version
constexpr std::uint32_t batch = 50;

using market::ListingId;

bool changes_saved_searches(const market::Event& event) {
    return event.object.starts_with("srch_") && event.name != "saved_search.hit";
}

} // namespace

Matcher::Matcher(Parts parts)
    : parts_(std::move(parts)),
      matches_told_(
          parts_.metrics.counter("jishi_matches_told_total", "new matches stored and told")
      ),
      lag_(parts_.metrics.gauge(
          "jishi_matcher_lag_events", "indexed events whose matches are not yet stored"
      )) {}

bool Matcher::step() {
    const auto durable = durable_position();
    if (!started_ || durable != position_) {
        // Another node has gone on meanwhile: what this one remembers may be old.
        load_saved_searches();
        gate_.forget();
        started_ = true;
    }
    position_ = durable;
    const auto indexed = parts_.indexed();
    lag_.set(static_cast<std::int64_t>(indexed - std::min(indexed, position_)));
    if (position_ >= indexed) return false;
    auto events = parts_.log.read_after(position_, batch);
    std::erase_if(events, [&](const market::LoggedEvent& logged) {
        return logged.position > indexed;
    });
    for (const auto& logged : events) {
        if (changes_saved_searches(logged.event)) load_saved_searches();
        if (leaves_market(logged.event)) gate_.forget();
        if (goes_live(logged.event)) match_one(logged);
    }
    if (!events.empty()) advance(events.back().position);
    return !events.empty();
}

std::uint64_t Matcher::durable_position() {
    const auto lease = parts_.pool.take();
    return storage::consumer_position(*lease, consumer);
}

void Matcher::load_saved_searches() {
    searches_ =
        parts_.store.read([](market::Books& books) { return books.matches.all_saved_searches(); });
    percolator_ = matching::Percolator();
    for (const auto& search : searches_)
        if (const auto query = protocol::parse_saved_query(search.kind, search.query))
            percolator_.register_search(search.id, *query);
}

std::vector<market::FoundMatch>
Matcher::find(const matching::Snapshot& snapshot, const matching::Document& document) {
    struct Asked {
        std::size_t best_max;
        double score_min;
        std::int32_t today_day;
        std::vector<market::Grade> grades; // of the listing's own side
    };
    const auto asked = parts_.store.read([&](market::Books& books) {
        return Asked{
            static_cast<std::size_t>(
                market::rules::value(books, market::rules::match_per_listing_max)
            ),
            static_cast<double>(market::rules::value(books, market::rules::match_score_min_ppm)) /
                1e6,
            market::days_since_epoch(market::shanghai_date(books.now)),
            market::grades_of_side(books, document.id)};
    });
    const bool is_need = document.id.kind == market::ListingKind::need;
    // Each owner is told, also of a result that another one has posted as well.
    auto best = snapshot.rank_for(
        document, asked.best_max, asked.today_day, asked.grades, matching::Repeats::each
    );
    const auto is_too_low = [&](const auto& one) { return one.score.score < asked.score_min; };
    std::erase_if(best, is_too_low);
    if (!asked.grades.empty()) { // which chose them, and are not for the other sides to know
        for (auto& [other, score] : best)
            score = is_need ? snapshot.score_pair(document, *other)
                            : snapshot.score_pair(*other, document);
        std::erase_if(best, is_too_low);
        std::ranges::stable_sort(best, std::greater<>(), [](const auto& one) {
            return one.score.raw;
        });
    }
    std::vector<matching::RankedMatch> told;
    std::vector<const matching::Document*> others;
    for (const auto& one : best) {
        const auto score = one.score.score;
        if (!gate_.admits(
                snapshot, *one.document, document.id, score, asked.best_max, asked.today_day
            ))
            continue;
        told.push_back(one);
        others.push_back(one.document.get());
    }
    auto why = snapshot.explain_pairs(document, others);
    std::vector<market::FoundMatch> found;
    for (std::size_t i = 0; i < told.size(); ++i) {
        const auto& [other, score] = told[i];
        found.push_back(
            {.need = is_need ? document.id : other->id,
             .achievement = is_need ? other->id : document.id,
             .score = score.score,
             .explanation_json =
                 protocol::explanation_json(document, {other, score, std::move(why[i]), {}})}
        );
    }
    return found;
}

void Matcher::match_one(const market::LoggedEvent& event) {
    const auto id = ListingId::parse(event.event.object);
    const auto snapshot = parts_.engine.snapshot();
    const auto document = id ? snapshot->find(*id) : nullptr;
    if (!document) return;                               // gone again: a later event says so
    if (snapshot->model() != ranked_by_) gate_.forget(); // scores of two models do not compare
    ranked_by_ = snapshot->model();
    const auto found = find(*snapshot, *document);
    const auto waiting = percolator_.which_match(*document);
    if (found.empty() && waiting.empty()) return;
    const auto engine_version =
        std::string(ranking) + matching::version_name(snapshot->model().get());
    const auto told = parts_.store.run([&](storage::UnitOfWork& books) {
        const auto count = market::record_matches(books, found, engine_version);
        for (const auto& search : searches_)
            if (std::binary_search(waiting.begin(), waiting.end(), search.id))
                market::record_search_hit(books, search, *id);
        storage::advance_consumer(books.connection(), consumer, position_, event.position);
        return count;
    });
    position_ = event.position;
    matches_told_.add(told);
    parts_.told();
}

void Matcher::advance(std::uint64_t position) {
    if (position <= position_) return;
    storage::in_transaction(parts_.pool, [&](storage::Connection& connection) {
        storage::advance_consumer(connection, consumer, position_, position);
    });
    position_ = position;
}

} // namespace jishi::app
