#include "app/learner.hpp"

#include "app/memory.hpp"
#include "app/model_store.hpp"
#include "matching/key_table.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstring>
#include <future>
#include <sys/resource.h>

namespace jishi::app {

namespace {

using Clock = std::chrono::steady_clock;
using market::ListingKind;

constexpr int niceness = 10; // serving goes first; on a busy machine learning takes longer

std::uint64_t hash_of(std::uint64_t before, const market::ListingId& id) {
    std::uint64_t halves[2];
    static_assert(sizeof halves == sizeof id.bytes);
    std::memcpy(halves, id.bytes.data(), sizeof halves);
    for (const auto half : halves)
        before = matching::mixed(before ^ half);
    return before;
}

// Another one for each revision.
std::uint64_t fingerprint_of(const matching::Document& document) {
    const auto kind = static_cast<std::uint64_t>(document.id.kind);
    return hash_of(matching::mixed(kind << 32 | document.revision), document.id);
}

std::vector<std::uint64_t> fingerprints_of(const std::vector<market::Pair>& matches) {
    std::vector<std::uint64_t> out;
    out.reserve(matches.size());
    for (const auto& match : matches)
        out.push_back(hash_of(hash_of(0, match.need), match.achievement));
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::uint64_t> fingerprints_of(const matching::Snapshot& snapshot) {
    std::vector<std::uint64_t> out;
    for (const auto kind : {ListingKind::achievement, ListingKind::need})
        snapshot.for_each(kind, [&](const matching::Document& listing) {
            out.push_back(fingerprint_of(listing));
        });
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<matching::ConfirmedMatch> matches_in(const std::vector<ConfirmedTexts>& texts) {
    std::vector<matching::ConfirmedMatch> out;
    out.reserve(texts.size());
    for (const auto& text : texts)
        out.push_back({&text.need, &text.achievement});
    return out;
}

// How many of the one are not in the other. REQUIRES: ascending.
std::size_t
missing_from(const std::vector<std::uint64_t>& other, const std::vector<std::uint64_t>& one) {
    return static_cast<std::size_t>(std::count_if(one.begin(), one.end(), [&](auto entry) {
        return !std::binary_search(other.begin(), other.end(), entry);
    }));
}

// Of this thread alone. Where it fails, learning competes with the rest: slower, not wrong.
void step_back() {
    setpriority(PRIO_PROCESS, 0, niceness);
}

} // namespace

Learner::Learner(Parts parts)
    : parts_(std::move(parts)),
      listings_(parts_.metrics.gauge(
          "jishi_model_listings", "live listings that the model in force was learned from"
      )),
      version_(parts_.metrics.gauge(
          "jishi_model_version", "the first 32 bits of the version of the model in force"
      )),
      learned_(parts_.metrics.counter("jishi_models_learned_total", "models learned")) {
    parts_.limits.stopped = [this] { return stopped_.load(); };
    parts_.limits.lighter = give_back_memory;
}

void Learner::load() {
    std::string problem;
    auto kept = load_model(parts_.file, problem);
    if (!problem.empty())
        spdlog::warn("model {}: {}; going on without it", parts_.file.string(), problem);
    if (!kept) return;
    put_in_force(*std::move(kept));
    spdlog::info(
        "model {} of {} listings is in force",
        matching::version_name(parts_.engine.snapshot()->model().get()),
        listings()
    );
}

bool Learner::step() {
    if (!parts_.learns || Clock::now() < next_look_) return false;
    const auto begin = Clock::now();
    next_look_ = begin + parts_.pause; // also when this look fails
    look();
    const auto end = Clock::now();
    next_look_ = end + std::max<Clock::duration>(parts_.pause, parts_.rest_factor * (end - begin));
    return false;
}

void Learner::look() {
    auto snapshot = parts_.engine.snapshot();
    const auto achievements = snapshot->count(ListingKind::achievement);
    const auto listings_now = achievements + snapshot->count(ListingKind::need);
    if (achievements == 0 || listings_now < parts_.listings_min) return;
    const auto confirmed = parts_.confirmed();
    matching::LearnedFrom market{fingerprints_of(*snapshot), fingerprints_of(confirmed)};
    if (!is_enough(market)) return;
    const auto begin = Clock::now();
    auto model = learn_aside(*snapshot, confirmed);
    snapshot.reset();   // lest the old index outlive the adoption of the new one
    give_back_memory(); // that texts and vectors needed
    if (!model) return;
    const auto version = matching::version_name(model.get());
    matching::KeptModel kept{std::move(model), std::move(market)};
    try {
        save_model(parts_.file, kept);
    } catch (const std::exception& error) {
        spdlog::warn("model {} serves but cannot be kept: {}", version, error.what());
    }
    learned_.add();
    put_in_force(std::move(kept));
    give_back_memory();
    spdlog::info(
        "model {} learned from {} listings in {:.1f} s",
        version,
        listings(),
        std::chrono::duration<double>(Clock::now() - begin).count()
    );
}

// What changed has both come and gone, and counts once.
bool Learner::have_changed(const Fingerprints& now, const Fingerprints& then, std::size_t least)
    const {
    const auto changed = std::max(missing_from(then, now), missing_from(now, then));
    const auto share = (then.size() * parts_.share_percent + 99) / 100;
    return changed >= std::max({share, least, std::size_t{1}});
}

bool Learner::is_enough(const matching::LearnedFrom& market) const {
    return have_changed(market.listings, learned_from_.listings, parts_.listings_min) ||
           have_changed(market.matches, learned_from_.matches, parts_.matches_min);
}

// On a thread of its own: a thread that has stepped back cannot come forward again, and the one
// that adopts holds the engine's writer up.
std::shared_ptr<const matching::Model> Learner::learn_aside(
    const matching::Snapshot& snapshot, const std::vector<market::Pair>& confirmed
) const {
    return std::async(
               std::launch::async,
               [&] {
                   step_back();
                   const auto texts = parts_.texts_of(
                       matching::evenly(confirmed, parts_.limits.confirmed_max),
                       parts_.limits.stopped
                   );
                   const auto most = parts_.limits.listings_max;
                   return matching::learn(
                       snapshot.listings(ListingKind::achievement, most),
                       snapshot.listings(ListingKind::need, most),
                       matches_in(texts),
                       parts_.limits
                   );
               }
    ).get();
}

void Learner::put_in_force(matching::KeptModel kept) {
    version_.set(static_cast<std::int64_t>(kept.model->version() >> 32));
    parts_.engine.adopt(kept.model);
    learned_from_ = std::move(kept.learned_from);
    listings_.set(static_cast<std::int64_t>(learned_from_.listings.size()));
}

} // namespace jishi::app
