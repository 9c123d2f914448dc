#include "protocol/handlers/listing_lists.hpp"

#include "market/access.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/handlers/listing_view.hpp"

namespace jishi::protocol {

namespace {

using market::Books;
using market::Caller;
using market::Listing;
using market::ListingId;
using market::ListingKind;
using market::Result;

// The cursor is the last listing's id, so every listing of the page must have its line.
Result<Reply> summaries(
    const Services& services,
    Books& books,
    const Caller& caller,
    const market::PageRequest& page,
    const std::vector<Listing>& listings
) {
    struct Line {
        ListingId id;
        ListingView view;
    };
    std::vector<Line> lines;
    for (const auto& listing : listings) {
        auto view = view_of(books, &caller, listing);
        if (!view) return view.refusal();
        lines.push_back({listing.id, *std::move(view)});
    }
    return page_reply(services, page, lines, [](json::Writer& out, const Line& line) {
        write_listing_summary(out, line.view);
    });
}

Result<Reply> my_listings(const Services& services, const Request& request) {
    const auto page = page_of(services, request);
    if (!page) return page.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto& caller = *request.caller;
        if (const auto permitted = market::permit(caller, market::Action::read_own_things);
            !permitted)
            return permitted.refusal();
        const auto listings = books.listings.list_of_owner(
            caller.organisation,
            query_enum<ListingKind>(request, "kind"),
            query_enum<market::ListingState>(request, "state"),
            *page
        );
        return summaries(services, books, caller, *page, listings);
    });
}

Result<Reply> review_queue(const Services& services, const Request& request) {
    const auto page = page_of(services, request);
    if (!page) return page.refusal();
    return services.in_unit([&](Books& books) -> Result<Reply> {
        const auto& caller = *request.caller;
        if (const auto permitted = market::permit(caller, market::Action::review_market);
            !permitted)
            return permitted.refusal();
        const auto listings =
            books.listings.list_for_review(query_enum<ListingKind>(request, "kind"), *page);
        return summaries(services, books, caller, *page, listings);
    });
}

constexpr json::Field kind_query = json::optional(
    "kind", json::one_of(market::names_of<ListingKind>()), "成果或需求", "Achievement or need"
);
constexpr std::array my_listings_query{
    kind_query, state_query<market::ListingState>(), limit_query, cursor_query};
constexpr std::array review_queue_query{kind_query, limit_query, cursor_query};

} // namespace

std::vector<Route> listing_list_routes(const Services& services) {
    return {
        {.pattern = "/api/v1/my/listings",
         .operation = "list_my_listings",
         .handler = bound(services, my_listings),
         .scope = market::Scope::read,
         .query = my_listings_query,
         .response = &listing_summary_list_schema,
         .tag = "listings",
         .summary_zh = "本机构的成果与需求",
         .summary_en = "The own organisation's listings"},
        {.pattern = "/api/v1/review-queue",
         .operation = "list_review_queue",
         .handler = bound(services, review_queue),
         .scope = market::Scope::operate,
         .query = review_queue_query,
         .response = &listing_summary_list_schema,
         .tag = "listings",
         .summary_zh = "待审核的成果与需求",
         .summary_en = "Listings that wait for the operator"},
    };
}

} // namespace jishi::protocol
