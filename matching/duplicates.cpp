#include "matching/duplicates.hpp"

#include "matching/parallel.hpp"

#include <algorithm>
#include <numeric>

namespace jishi::matching {

namespace {
constexpr std::size_t read_at_once = 64; // texts that are worth a thread
constexpr std::size_t asked_ahead = 8;   // chains come from afar: for so many listings at once
} // namespace

bool DuplicateIndex::before(Slot a, Slot b) const {
    if (published_at_us_[a] != published_at_us_[b])
        return published_at_us_[a] < published_at_us_[b];
    return table_.id_of(a) < table_.id_of(b);
}

std::optional<DuplicateIndex::Read> DuplicateIndex::read(const Document& document) {
    if (document.owner.is_null()) return {};
    return Read{document.published_at_us, sketch_of(likeness_of(document))};
}

void DuplicateIndex::add(const Document& document) {
    remove(document.id);
    if (const auto read = this->read(document)) add(document.id, *read);
}

// REQUIRES: it is not there.
void DuplicateIndex::add(const market::ListingId& id, const Read& read) {
    const auto slot = table_.add(id, read.sketch);
    if (slot == leader_.size()) {
        leader_.push_back(nobody);
        published_at_us_.push_back(0);
    }
    published_at_us_[slot] = read.published_at_us;
    Queue waiting(Before{*this});
    waiting.insert(slot);
    settle(std::move(waiting));
}

void DuplicateIndex::remove(const market::ListingId& id) {
    const auto slot = table_.slot_of(id);
    if (!slot) return;
    Queue waiting(Before{*this});
    dismiss(*slot, waiting);
    leave(*slot);
    table_.remove(*slot);
    settle(std::move(waiting));
}

void DuplicateIndex::refresh(std::span<const market::ListingId> ids) {
    std::vector<std::optional<Read>> reads(ids.size());
    in_parallel((ids.size() + read_at_once - 1) / read_at_once, [&](std::size_t part) {
        const auto end = std::min(ids.size(), (part + 1) * read_at_once);
        for (auto i = part * read_at_once; i < end; ++i)
            if (const auto document = find_(ids[i])) reads[i] = read(*document);
    });
    const auto ahead = [&](std::size_t i, auto prefetch) {
        if (i < ids.size() && reads[i]) (table_.*prefetch)(ids[i], reads[i]->sketch);
    };
    for (std::size_t i = 0; i < ids.size(); ++i) {
        ahead(i + 2 * asked_ahead, &SketchTable::prefetch_heads);
        ahead(i + asked_ahead, &SketchTable::prefetch_links);
        remove(ids[i]);
        if (reads[i]) add(ids[i], *reads[i]);
    }
}

// What is gone already is nobody's twin.
bool DuplicateIndex::is_known_as(Slot slot, const Document& document) const {
    const auto known = find_(table_.id_of(slot));
    return known && same_result(*known, document);
}

// The first that stands for a group and is the same result, or the listing itself.
DuplicateIndex::Slot DuplicateIndex::leader_for(Slot slot, std::vector<Slot> leaders) const {
    std::erase_if(leaders, [&](Slot other) { return !stands(other) || !before(other, slot); });
    if (leaders.empty()) return slot;
    std::sort(leaders.begin(), leaders.end(), Before{*this});
    const auto document = find_(table_.id_of(slot));
    for (const auto leader : leaders) {
        if (leader == leader_[slot]) return leader; // compared when it joined
        if (document && is_known_as(leader, *document)) return leader;
    }
    return slot;
}

void DuplicateIndex::leave(Slot slot) {
    const auto leader = leader_[slot];
    leader_[slot] = nobody;
    if (leader == nobody) return;
    moved_.insert(table_.id_of(slot));
    groups_changed_.insert(leader);
    if (leader == slot) return;
    auto& group = hidden_.at(leader);
    std::erase(group, slot);
    if (group.empty()) hidden_.erase(leader);
}

void DuplicateIndex::join(Slot slot, Slot leader) {
    leader_[slot] = leader;
    if (leader == slot) return;
    hidden_[leader].push_back(slot);
    groups_changed_.insert(leader);
}

// Those behind the listing look for another.
void DuplicateIndex::dismiss(Slot leader, Queue& waiting) {
    const auto group = hidden_.find(leader);
    if (group == hidden_.end()) return;
    for (const auto member : std::vector(group->second)) {
        leave(member);
        waiting.insert(member);
    }
}

// What one listing becomes concerns only later ones, so that each is decided when all before it
// are.
void DuplicateIndex::settle(Queue waiting) {
    while (!waiting.empty()) {
        const auto slot = *waiting.begin();
        waiting.erase(waiting.begin());
        const auto candidates = table_.candidates(slot);
        const auto leader = leader_for(slot, candidates);
        if (leader == leader_[slot]) continue;
        dismiss(slot, waiting);
        leave(slot);
        join(slot, leader);
        if (leader != slot) continue;
        for (const auto other : candidates)
            if (before(slot, other) && (leader_[other] == nobody || before(slot, leader_[other])))
                waiting.insert(other);
    }
}

std::vector<market::ListingId> DuplicateIndex::twins_of(const Document& document) const {
    const auto own = likeness_of(document);
    std::vector<market::ListingId> out;
    if (!own.owner_shows) return out;
    auto found = table_.candidates(document.id.kind, sketch_of(own));
    std::sort(found.begin(), found.end(), Before{*this});
    for (const auto slot : found) {
        const auto& id = table_.id_of(slot);
        if (id != document.id && is_known_as(slot, document)) out.push_back(id);
    }
    return out;
}

std::shared_ptr<const Twins> DuplicateIndex::groups() {
    Twins::Changes changes;
    for (const auto& id : moved_)
        changes[id] = nullptr;
    for (const auto leader : groups_changed_) {
        if (!stands(leader)) continue;
        auto group = std::make_shared<std::vector<market::ListingId>>();
        group->push_back(table_.id_of(leader));
        changes[group->front()] = nullptr;
        const auto hidden = hidden_.find(leader);
        if (hidden == hidden_.end()) continue;
        auto others = hidden->second;
        std::sort(others.begin(), others.end(), Before{*this});
        for (const auto other : others)
            group->push_back(table_.id_of(other));
        for (const auto& id : *group)
            changes[id] = group;
    }
    groups_changed_.clear();
    moved_.clear();
    if (!changes.empty()) groups_ = groups_->with(changes);
    return groups_;
}

DuplicateIndex::Kept DuplicateIndex::kept() const {
    Kept out;
    // In one go each: changes wait for it.
    const auto reserve = [&](auto& array) {
        array.build([&](auto& own) { own.reserve(leader_.size()); });
    };
    reserve(out.kinds), reserve(out.ids), reserve(out.sketches), reserve(out.published_at_us);
    reserve(out.leaders);
    std::vector<std::uint32_t> places(leader_.size(), nobody);
    for (Slot slot = 0; slot < leader_.size(); ++slot) {
        if (leader_[slot] == nobody) continue; // free
        places[slot] = static_cast<std::uint32_t>(out.ids.size());
        out.kinds.push_back(table_.id_of(slot).kind);
        out.ids.push_back(table_.id_of(slot).bytes);
        out.sketches.push_back(table_.sketch_at(slot));
        out.published_at_us.push_back(published_at_us_[slot]);
        out.leaders.push_back(leader_[slot]);
    }
    out.leaders.build([&](auto& leaders) {
        for (auto& leader : leaders)
            leader = places[leader];
    });
    return out;
}

DuplicateIndex::Kept DuplicateIndex::ordered(const Kept& kept) {
    std::vector<std::uint32_t> order(kept.ids.size()), places(kept.ids.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) {
        return kept.kinds[a] != kept.kinds[b] ? kept.kinds[a] < kept.kinds[b]
                                              : kept.ids[a] < kept.ids[b];
    });
    for (std::uint32_t place = 0; place < order.size(); ++place)
        places[order[place]] = place;
    Kept out;
    for (const auto from : order) {
        out.kinds.push_back(kept.kinds[from]);
        out.ids.push_back(kept.ids[from]);
        out.sketches.push_back(kept.sketches[from]);
        out.published_at_us.push_back(kept.published_at_us[from]);
        out.leaders.push_back(places[kept.leaders[from]]);
    }
    return out;
}

bool DuplicateIndex::restore(const Kept& kept) {
    const auto count = kept.ids.size();
    if (kept.kinds.size() != count || kept.sketches.size() != count ||
        kept.published_at_us.size() != count || kept.leaders.size() != count)
        return false;
    for (std::size_t i = 0; i < count; ++i) {
        const auto leader = kept.leaders[i];
        if (kept.kinds[i] > market::ListingKind::need || leader >= count ||
            kept.leaders[leader] != leader || kept.kinds[leader] != kept.kinds[i])
            return false;
        if (i > 0 && (kept.kinds[i - 1] > kept.kinds[i] ||
                      (kept.kinds[i - 1] == kept.kinds[i] && kept.ids[i - 1] >= kept.ids[i])))
            return false;
    }
    const auto id_of = [&](std::size_t i) { return market::ListingId{kept.kinds[i], kept.ids[i]}; };
    table_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto next = std::min(i + asked_ahead, count - 1);
        table_.prefetch_heads(id_of(next), kept.sketches[next]);
        table_.add(id_of(i), kept.sketches[i]);
    }
    published_at_us_.assign(kept.published_at_us.begin(), kept.published_at_us.end());
    leader_.assign(kept.leaders.begin(), kept.leaders.end());
    for (Slot slot = 0; slot < count; ++slot)
        if (!stands(slot)) {
            hidden_[leader_[slot]].push_back(slot);
            groups_changed_.insert(leader_[slot]);
        }
    return true;
}

std::size_t DuplicateIndex::bytes() const {
    constexpr std::size_t node = 64; // of a map
    std::size_t hidden = 0;
    for (const auto& [leader, group] : hidden_)
        hidden += node + group.capacity() * sizeof(Slot);
    return table_.bytes() + leader_.size() * (sizeof(Slot) + sizeof(std::int64_t)) + hidden;
}

} // namespace jishi::matching
