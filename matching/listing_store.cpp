#include "matching/listing_store.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace jishi::matching {

namespace {

class ByteWriter {
public:
    explicit ByteWriter(std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}
    template<class T>
    void value(const T& value) {
        const auto* from = reinterpret_cast<const std::uint8_t*>(&value);
        bytes_.insert(bytes_.end(), from, from + sizeof value);
    }
    void text(std::string_view text) {
        auto size = text.size();
        for (; size >= 0x80; size >>= 7)
            bytes_.push_back(static_cast<std::uint8_t>(size | 0x80));
        bytes_.push_back(static_cast<std::uint8_t>(size));
        bytes_.insert(bytes_.end(), text.begin(), text.end());
    }

private:
    std::vector<std::uint8_t>& bytes_;
};

// Reads what ByteWriter wrote, and past the end of `bytes` nothing but zeros.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes) : left_(bytes) {}
    template<class T>
    T value() {
        T out{};
        if (left_.size() < sizeof out) return left_ = {}, out;
        std::memcpy(&out, left_.data(), sizeof out);
        left_ = left_.subspan(sizeof out);
        return out;
    }
    std::size_t left() const { return left_.size(); }
    std::string_view text() {
        std::size_t size = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            const auto byte = value<std::uint8_t>();
            size |= static_cast<std::size_t>(byte & 0x7F) << shift;
            if ((byte & 0x80) == 0) break;
        }
        size = std::min(size, left_.size());
        const std::string_view out(reinterpret_cast<const char*>(left_.data()), size);
        left_ = left_.subspan(size);
        return out;
    }

private:
    std::span<const std::uint8_t> left_;
};

} // namespace

void ListingStore::reserve(std::span<const Document* const> documents) {
    constexpr std::size_t beside = 32; // the texts of a listing; most take no more
    std::size_t bytes = documents.size() * beside;
    for (const auto* document : documents)
        bytes += document->title.size() + document->body.size();
    reserve_text(bytes);
}

void ListingStore::add(const Document& document) {
    kind_ = document.id.kind;
    ids_.push_back(document.id.bytes);
    facts_.push_back(facts_of(document));
    starts_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    bytes_.build([&](auto& bytes) { write(document, bytes); });
}

void ListingStore::write(const Document& document, std::vector<std::uint8_t>& bytes) {
    ByteWriter out(bytes);
    if (document.deadline_day) out.value(*document.deadline_day);
    if (!is_sealed_as_shown(document)) out.value(document.sealed_owner.owner_.bytes);
    out.value(document.revision);
    out.text(document.industry);
    out.text(document.division);
    out.text(document.title);
    out.text(document.body);
    out.value(static_cast<std::uint32_t>(document.keywords.size()));
    for (const auto& keyword : document.keywords)
        out.text(keyword);
}

void ListingStore::add(const ListingStore& from, std::size_t slot) {
    kind_ = from.kind_;
    ids_.push_back(from.ids_[slot]);
    facts_.push_back(from.facts_[slot]);
    starts_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    bytes_.append(from.bytes_of(slot));
}

// Walks every listing from its start to the next one's.
bool ListingStore::is_sound() const {
    static_assert(sizeof(Facts) == 64 && std::is_trivially_copyable_v<Facts>); // and no padding
    const auto bits_of = [](const auto& set) { return set.bits; };
    if (kind_ > market::ListingKind::need || facts_.size() != ids_.size() ||
        starts_.size() != ids_.size() || bytes_.size() > UINT32_MAX)
        return false;
    for (std::size_t slot = 0; slot < size(); ++slot) {
        const auto start = starts_[slot];
        const auto end = slot + 1 < size() ? starts_[slot + 1] : bytes_.size();
        if (start > end || end > bytes_.size() || (slot == 0 && start != 0) ||
            (slot > 0 && ids_[slot - 1] >= ids_[slot]))
            return false;
        const auto& facts = facts_[slot];
        if (facts.stated > Facts::stated_all ||
            bits_of(facts.fields) >> market::names_of<market::TechnologyField>().size() ||
            bits_of(facts.modes) >> market::names_of<market::CooperationMode>().size())
            return false;
        ByteReader in(std::span<const std::uint8_t>(bytes_).subspan(start, end - start));
        if (facts.states(Facts::deadline)) in.value<std::int32_t>();
        if (!facts.states(Facts::sealed_as_shown)) in.value<market::IdBytes>();
        in.value<std::uint32_t>();
        for (int text = 0; text < 4; ++text)
            in.text();
        auto keywords = in.value<std::uint32_t>();
        for (; keywords > 0 && in.left() > 0; --keywords)
            in.text();
        if (keywords > 0 || in.left() > 0) return false;
    }
    return true;
}

void ListingStore::finish() {
    traits_.clear();
    traits_.reserve(facts_.size());
    for (const auto& facts : facts_)
        traits_.push_back(traits_of(facts));
    ids_.finish();
    facts_.finish();
    starts_.finish();
    bytes_.finish();
}

std::size_t ListingStore::slot_of(const market::ListingId& id) const {
    const auto at = std::ranges::lower_bound(ids_, id.bytes);
    return at != ids_.end() && *at == id.bytes && id.kind == kind_
               ? static_cast<std::size_t>(at - ids_.begin())
               : size();
}

Document ListingStore::document(std::size_t slot) const {
    return read(slot, true);
}
Document ListingStore::without_texts(std::size_t slot) const {
    return read(slot, false);
}

Conditions ListingStore::conditions(std::size_t slot) const {
    const auto& facts = facts_[slot];
    Conditions out;
    out.fields = facts.fields;
    out.modes = facts.modes;
    if (facts.trl != 0) out.trl = facts.trl;
    out.division = std::string_view(facts.division.data(), facts.division.size());
    out.division = out.division.substr(0, out.division.find('\0'));
    if (facts.states(Facts::price_min)) out.price.min_fen = facts.price_min_fen;
    if (facts.states(Facts::price_max)) out.price.max_fen = facts.price_max_fen;
    out.sealed_owner = SealedOwner(facts.owner);
    // Most listings are told by their facts alone, and their bytes stay unread.
    if (!facts.states(Facts::deadline) && facts.states(Facts::sealed_as_shown)) return out;
    ByteReader in(bytes_of(slot));
    if (facts.states(Facts::deadline)) out.deadline_day = in.value<std::int32_t>();
    if (!facts.states(Facts::sealed_as_shown))
        out.sealed_owner = SealedOwner(market::OrganisationId{in.value<market::IdBytes>()});
    return out;
}

// No further than its own end: is_sound() vouches for no more.
std::span<const std::uint8_t> ListingStore::bytes_of(std::size_t slot) const {
    const auto end = slot + 1 < size() ? starts_[slot + 1] : bytes_.size();
    return std::span(bytes_).subspan(starts_[slot], end - starts_[slot]);
}

Document ListingStore::read(std::size_t slot, bool texts) const {
    const auto& facts = facts_[slot];
    const auto of = conditions(slot);
    ByteReader in(bytes_of(slot));
    Document out;
    out.id = id(slot);
    out.fields = of.fields;
    out.modes = of.modes;
    out.trl = of.trl;
    out.price = of.price;
    out.deadline_day = of.deadline_day;
    out.sealed_owner = of.sealed_owner;
    out.published_at_us = facts.published_at_us;
    out.owner = facts.owner;
    if (facts.states(Facts::deadline)) in.value<std::int32_t>();
    if (!facts.states(Facts::sealed_as_shown)) in.value<market::IdBytes>();
    out.revision = in.value<std::uint32_t>();
    out.industry = in.text();
    out.division = in.text();
    if (!texts) return out;
    out.title = in.text();
    out.body = in.text();
    for (auto count = in.value<std::uint32_t>(); count > 0; --count)
        out.keywords.emplace_back(in.text());
    return out;
}

} // namespace jishi::matching
