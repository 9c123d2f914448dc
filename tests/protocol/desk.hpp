// The handlers without a server: requests go through the dispatcher to routes that stand on books
// in memory and a real engine. Every answer is held against the schema of its route.
#pragma once

#include "market/listings.hpp"
#include "protocol/dispatch.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/services.hpp"
#include "tests/support/model_books.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace jishi::protocol::test {

class Desk {
public:
    static constexpr market::Instant start{1'780'000'000'000'000}; // 2026-05-28

    Desk() : books(start), services_(make_services()), routes_(make_routes()) {
        add("owner", "大学", market::OrganisationKind::university, {market::Role::listing_editor});
        add("buyer", "企业", market::OrganisationKind::enterprise, {market::Role::listing_editor});
        add("stranger",
            "旁观者",
            market::OrganisationKind::enterprise,
            {market::Role::listing_editor});
        add("operator",
            "交易中心",
            market::OrganisationKind::government,
            {market::Role::market_operator});
    }

    const market::Caller& caller(const std::string& name) const { return *callers_.at(name); }

    // `as` is empty for the public.
    Reply get(const std::string& target, const std::string& as = {}) {
        return call(Method::get, target, as, {}, {});
    }
    Reply post(const std::string& target, const std::string& as, const std::string& body) {
        return call(Method::post, target, as, body, {});
    }
    Reply
    act(const std::string& target,
        const std::string& as,
        const std::string& body,
        const std::string& etag) {
        return call(Method::post, target, as, body, etag);
    }
    Reply
    put(const std::string& target,
        const std::string& as,
        const std::string& body,
        const std::string& etag) {
        return call(Method::put, target, as, body, etag);
    }
    Reply remove(const std::string& target, const std::string& as) {
        return call(Method::remove, target, as, {}, {});
    }

    // Drafts, submits and publishes a listing; its id.
    std::string publish(const std::string& kind, const std::string& as, const std::string& body) {
        const auto drafted = post("/api/v1/" + kind, as, body);
        EXPECT_EQ(drafted.status, 201) << drafted.body;
        const auto address = *drafted.header("Location");
        const auto submitted =
            act(address + "/actions", as, R"({"action":"submit"})", drafted.etag);
        EXPECT_EQ(submitted.status, 200) << submitted.body;
        const auto published =
            act(address + "/actions", "operator", R"({"action":"publish"})", submitted.etag);
        EXPECT_EQ(published.status, 200) << published.body;
        index();
        return address.substr(address.rfind('/') + 1);
    }

    // What the relay does: everything that is live goes into the engine.
    void index() {
        std::vector<matching::Change> changes;
        for (const auto kind : {market::ListingKind::achievement, market::ListingKind::need})
            for (const auto& shown : books.listings.shown_after(kind, {}, 1'000))
                changes.emplace_back(matching::document_of(
                    shown.id, shown.revision, shown.content, shown.owner, *shown.published_at
                ));
        engine.apply(changes);
    }

    tests::ModelBooks books;
    matching::Engine engine;

private:
    void
    add(const std::string& name,
        const std::string& title,
        market::OrganisationKind kind,
        market::Roles roles) {
        market::Organisation organisation{
            .id = books.new_id_of<market::OrganisationId>(),
            .uscc = name,
            .name = title,
            .kind = kind,
            .division = "330100",
            .state = market::VerificationState::verified,
            .created_at = start};
        books.parties.put_organisation(organisation);
        callers_[name] = std::make_shared<market::Caller>(market::Caller{
            .member = books.new_id_of<market::MemberId>(),
            .organisation = organisation.id,
            .kind = kind,
            .verification = organisation.state,
            .roles = roles,
            .scopes = market::all_scopes});
    }

    Services make_services() {
        return {
            .in_unit = [this](const UnitWork& work) { return work(books); },
            .snapshot = [this] { return engine.snapshot(); },
            .now = [this] { return books.now; },
            .cursors = Cursors(Cursors::Key{}),
            .read_events =
                [this](std::uint64_t after, std::uint32_t limit) {
                    std::vector<market::LoggedEvent> events;
                    for (auto at = after; at < books.event_book.all.size() && events.size() < limit;
                         ++at)
                        events.push_back(
                            {.position = at + 1, .event = books.event_book.all[at], .hash = {}}
                        );
                    return events;
                },
            .end_live = [](market::MemberId) {}};
    }

    RouteTable make_routes() {
        std::vector<Route> all;
        for (const auto routes_of :
             {listing_routes,
              search_routes,
              match_routes,
              match_plan_routes,
              grade_routes,
              event_routes})
            for (auto& route : routes_of(services_))
                all.push_back(std::move(route));
        return RouteTable(std::move(all));
    }

    Reply call(
        Method method,
        const std::string& target,
        const std::string& as,
        const std::string& body,
        const std::string& etag
    ) {
        Request request;
        request.method = method;
        request.headers.authorization = as;
        request.headers.if_match = etag;
        if (method == Method::post)
            request.headers.idempotency_key = "key-" + std::to_string(++keys_);
        if (!body.empty()) request.headers.content_type = "application/json";
        request.body = body;
        const auto match = dispatcher_.open(request, target);
        if (!match) {
            ADD_FAILURE() << "no such route: " << target;
            return {.status = 404};
        }
        const auto& route = *match->route;
        auto reply = dispatcher_.serve(request, route);
        if (reply.status < 300) {
            EXPECT_EQ(reply.status, route.success) << target;
            if (route.response) {
                EXPECT_EQ(json::fits(*route.response, reply.body), std::vector<std::string>{})
                    << target << "\n"
                    << reply.body;
            }
        }
        return reply;
    }

    std::map<std::string, std::shared_ptr<const market::Caller>> callers_;
    Services services_;
    RouteTable routes_;
    Callbacks callbacks_{.authenticate = [this](const Request& request) -> Authenticated {
        return callers_.at(request.headers.authorization);
    }};
    Dispatcher dispatcher_{routes_, callbacks_};
    int keys_ = 0;
};

// The whole answer, for looking into; what it hands out lives as long as it does.
class Answer {
public:
    explicit Answer(const Reply& reply) : document_(*json::parse(reply.body)) {}
    json::Object operator*() const { return document_.object(); }
    std::string text(std::string_view name) const {
        return std::string(document_.object().text(name));
    }
    json::Array items() const { return document_.object().array("items"); }

private:
    json::Document document_;
};

// Of a problem document: "pointer reason, ..." of its field errors, or else its name.
inline std::string problem_of(const Reply& reply) {
    const Answer answer(reply);
    std::string all;
    for (const auto error : (*answer).array("errors"))
        all += (all.empty() ? "" : ", ") + std::string(error.object().text("pointer")) + " " +
               std::string(error.object().text("reason"));
    if (!all.empty()) return all;
    const auto type = answer.text("type");
    return type.substr(type.find_last_of("/:") + 1);
}

} // namespace jishi::protocol::test
