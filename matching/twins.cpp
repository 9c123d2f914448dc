#include "matching/twins.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

constexpr auto by_id = [](const auto& a, const auto& b) { return a.first < b.first; };

} // namespace

Twins::Twins() : pages_(1, std::make_shared<const Page>()) {}

std::size_t Twins::page_of(const market::ListingId& id) const {
    std::uint64_t hash = 0;
    for (const auto byte : id.bytes)
        hash = (hash ^ byte) * 1099511628211ULL;
    return (hash ^ hash >> 32) & (pages_.size() - 1);
}

Twins::Group Twins::group_of(const market::ListingId& id) const {
    if (size_ == 0) return nullptr;
    const auto& page = *pages_[page_of(id)];
    const auto at = std::lower_bound(page.begin(), page.end(), Entry{id, {}}, by_id);
    return at != page.end() && at->first == id ? at->second : nullptr;
}

AlsoPosted Twins::others_of(const market::ListingId& id) const {
    AlsoPosted out;
    const auto group = group_of(id);
    if (!group) return out;
    out.count = group->size() - 1;
    for (const auto& other : *group)
        if (other != id && out.ids.size() < also_posted_ids_max) out.ids.push_back(other);
    return out;
}

std::shared_ptr<const Twins> Twins::with(const Changes& changes) const {
    auto next = std::make_shared<Twins>(*this);
    std::map<std::size_t, Changes> of_page;
    for (const auto& change : changes)
        of_page[page_of(change.first)].insert(change);
    for (const auto& [number, changed] : of_page) {
        const auto& old = *pages_[number];
        auto page = std::make_shared<Page>();
        for (const auto& entry : old)
            if (!changed.contains(entry.first)) page->push_back(entry);
        const auto kept = page->size();
        for (const auto& [id, group] : changed)
            if (group) page->emplace_back(id, group);
        if (kept == old.size() && page->size() == kept) continue; // nobody came or went
        std::sort(page->begin(), page->end(), by_id);
        next->size_ = next->size_ - old.size() + page->size();
        next->pages_[number] = std::move(page);
    }
    while (next->size_ > page_listings_mean_max * next->pages_.size())
        next->grow();
    return next;
}

// Four times the pages, so that growing one listing at a time copies each listing but a few times.
void Twins::grow() {
    const auto old = std::move(pages_);
    pages_.assign(4 * old.size(), nullptr);
    std::vector<Page> pages(pages_.size());
    for (const auto& page : old)
        for (const auto& entry : *page)
            pages[page_of(entry.first)].push_back(entry);
    for (std::size_t i = 0; i < pages.size(); ++i)
        pages_[i] = std::make_shared<const Page>(std::move(pages[i]));
}

} // namespace jishi::matching
