#include "app/live_listings.hpp"

#include "market/access.hpp"

#include <algorithm>
#include <iterator>

namespace jishi::app {

namespace {

constexpr std::uint32_t page_rows = 500;

std::optional<matching::Document>
document_of(market::Books& books, const market::Listing& listing) {
    const auto revision = books.listings.find_revision(listing.id, listing.live_revision);
    if (!revision) return {};
    return matching::document_of(
        listing.id,
        listing.live_revision,
        revision->content,
        listing.owner,
        listing.published_at.value_or(listing.created_at)
    );
}

} // namespace

std::optional<matching::Document> public_document(market::Books& books, market::ListingId id) {
    const auto listing = books.listings.find(id);
    if (!listing || !market::may_see(nullptr, *listing)) return {};
    return document_of(books, *listing);
}

std::optional<matching::Document> live_document(market::Books& books, market::ListingId id) {
    const auto listing = books.listings.find(id);
    if (!listing || !market::is_live(listing->state)) return {};
    return document_of(books, *listing);
}

std::vector<matching::Document>
live_page(storage::Store& store, market::ListingKind kind, market::IdBytes& after) {
    const auto page = store.read([&](market::Books& books) {
        return books.listings.shown_after(kind, after, page_rows);
    });
    std::vector<matching::Document> documents;
    documents.reserve(page.size());
    for (const auto& shown : page)
        documents.push_back(matching::document_of(
            shown.id,
            shown.revision,
            shown.content,
            shown.owner,
            shown.published_at.value_or(shown.created_at)
        ));
    if (!page.empty()) after = page.back().id.bytes;
    return documents;
}

std::vector<matching::Document> LiveBatches::next() {
    const auto read_from = [this](const Place& place) {
        return std::async(std::launch::async, [this, place] { return read(place); });
    };
    if (!ahead_.valid()) ahead_ = read_from(place_);
    auto batch = ahead_.get();
    if (!batch.documents.empty()) ahead_ = read_from(batch.end);
    place_ = batch.end; // from here on nothing throws
    return std::move(batch.documents);
}

LiveBatches::Batch LiveBatches::read(Place from) const {
    Batch out{{}, from};
    while (out.documents.size() < batch_listings_) {
        auto page = live_page(store_, out.end.kind, out.end.after);
        std::ranges::move(page, std::back_inserter(out.documents));
        if (!page.empty()) continue;
        if (out.end.kind == market::ListingKind::need) break;
        out.end = {market::ListingKind::need, {}};
    }
    return out;
}

void walk_live(
    storage::Store& store,
    market::ListingKind kind,
    const std::function<void(std::vector<matching::Document>)>& visit
) {
    market::IdBytes after{};
    for (;;) {
        auto page = live_page(store, kind, after);
        const bool last = page.size() < page_rows;
        visit(std::move(page));
        if (last) return;
    }
}

} // namespace jishi::app
