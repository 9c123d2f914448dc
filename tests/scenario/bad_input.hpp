// Sends what is wrong and holds the answers against what the market promises of its refusals. After
// each test nothing may have happened.
#pragma once

#include "tests/scenario/crowded_market.hpp"
#include "tests/support/promised_routes.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::test {

enum class Tongue : bool { zh, en };
inline Tongue other(Tongue tongue) {
    return tongue == Tongue::zh ? Tongue::en : Tongue::zh;
}

HeaderList without(HeaderList headers, const std::string& name);
HeaderList with(HeaderList headers, const std::string& name, const std::string& value);

class BadInput : public ::testing::Test {
protected:
    static void SetUpTestSuite();
    static void TearDownTestSuite() { http_.reset(); }
    void SetUp() override { position_ = market_->last_position(); }
    void TearDown() override;

    // Everything that the route asks for, in good order.
    static HeaderList headers_for(const protocol::Route& route, Tongue tongue);
    static std::string path_of(const protocol::Route& route); // of the university's own thing
    static Response
    send(const protocol::Route& route, const HeaderList& headers, std::string_view body);
    static std::vector<const protocol::Route*> routes_with_body();

    // A problem document, whole and in the language that was asked for.
    static void expect_problem(const Response& response, market::RefusalCode code, Tongue tongue);
    // The one field that is refused.
    static void expect_field(
        const Response& response,
        const std::string& pointer,
        const std::string& reason,
        const std::string& bound = {}
    );

    inline static CrowdedMarket* market_ = nullptr;
    inline static std::unique_ptr<HttpClient> http_;

private:
    std::int64_t position_ = 0;
};

} // namespace jishi::test
