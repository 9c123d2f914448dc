// What every row of the whole table promises.
#include "protocol/handlers/common.hpp"
#include "protocol/openapi.hpp"

#include <gtest/gtest.h>

namespace jishi::protocol {

namespace {

const Services services{
    .in_unit = {},
    .snapshot = {},
    .now = {},
    .cursors = Cursors({}),
    .read_events = {},
    .end_live = {},
};

bool is_guarded_by_a_password(const Route& route) {
    return route.operation == "sign_in" || route.operation == "change_password";
}

// A side's grade of a pair is one number and its own: whoever sets it overwrites nothing unread.
bool is_set_whole(const Route& route) {
    return route.pattern.find("/grades/") != std::string_view::npos;
}

} // namespace

TEST(AllRoutes, MakeOneTableWithoutConflicts) {
    const RouteTable table(make_routes(services));
    EXPECT_FALSE(openapi_document(table, "Jishi", "1").empty());
}

TEST(AllRoutes, AskForAKeyWhereSomethingIsPostedAndForAVersionWhereSomethingIsChanged) {
    for (const auto& route : make_routes(services)) {
        if (is_guarded_by_a_password(route) || is_set_whole(route)) continue;
        const bool is_change = route.method == Method::put || route.method == Method::patch;
        const bool is_action = route.pattern.ends_with("/actions");
        EXPECT_EQ(route.needs_idempotency_key, route.method == Method::post) << route.operation;
        EXPECT_EQ(route.needs_if_match, is_change || is_action) << route.operation;
    }
}

TEST(AllRoutes, AreDescribedInBothLanguages) {
    for (const auto& route : make_routes(services)) {
        EXPECT_TRUE(route.pattern.starts_with("/api/v1/")) << route.operation;
        EXPECT_FALSE(route.tag.empty() || route.summary_zh.empty() || route.summary_en.empty())
            << route.operation;
        EXPECT_TRUE(route.live || route.response || !route.produces.empty() || route.success == 204)
            << route.operation;
    }
}

} // namespace jishi::protocol
