#include "tests/scenario/bad_input.hpp"

namespace jishi::test {

namespace {

Answer read(const Response& response) {
    return {
        .status = response.status,
        .body = response.body,
        .etag = {},
        .location = {},
        .broken_promises = {}};
}

} // namespace

HeaderList without(HeaderList headers, const std::string& name) {
    std::erase_if(headers, [&](const auto& header) { return header.first == name; });
    return headers;
}

HeaderList with(HeaderList headers, const std::string& name, const std::string& value) {
    headers = without(std::move(headers), name);
    headers.emplace_back(name, value);
    return headers;
}

void BadInput::SetUpTestSuite() {
    market_ = &CrowdedMarket::instance();
    http_ = std::make_unique<HttpClient>("127.0.0.1", market_->port());
}

void BadInput::TearDown() {
    EXPECT_EQ(market_->last_position(), position_) << "something was done";
    EXPECT_EQ(http_->get("/healthz").status, 200);
}

HeaderList BadInput::headers_for(const protocol::Route& route, Tongue tongue) {
    HeaderList headers{{"Accept-Language", tongue == Tongue::zh ? "zh-CN" : "en;q=0.9, zh;q=0.1"}};
    if (route.auth != protocol::Auth::none)
        headers.emplace_back("Authorization", "Bearer " + market_->person("full").token());
    if (route.request) headers.emplace_back("Content-Type", "application/json");
    if (route.needs_idempotency_key) headers.emplace_back("Idempotency-Key", fresh_key());
    if (route.needs_if_match) headers.emplace_back("If-Match", "\"v999\"");
    return headers;
}

std::string BadInput::path_of(const protocol::Route& route) {
    std::string path(route.pattern);
    if (const auto thing = thing_of(path); !thing.empty())
        path.replace(path.find("{id}"), 4, market_->id("own/" + thing));
    return market_->filled(path);
}

Response
BadInput::send(const protocol::Route& route, const HeaderList& headers, std::string_view body) {
    return http_->request(protocol::method_name(route.method), path_of(route), headers, body);
}

std::vector<const protocol::Route*> BadInput::routes_with_body() {
    std::vector<const protocol::Route*> routes;
    for (const auto& route : promised_routes().all())
        if (route.request) routes.push_back(&route);
    return routes;
}

void BadInput::expect_problem(const Response& response, market::RefusalCode code, Tongue tongue) {
    const auto& text = market::refusal_text(code);
    const auto problem = read(response);
    ASSERT_EQ(response.status, text.http_status) << response.body;
    EXPECT_EQ(response.header("content-type"), "application/problem+json");
    EXPECT_EQ(problem.text("type"), "/problems/" + std::string(text.name)) << response.body;
    EXPECT_EQ(problem.text("title"), tongue == Tongue::zh ? text.title_zh : text.title_en);
    EXPECT_EQ(problem.integer("status"), text.http_status);
    EXPECT_FALSE(response.header("x-request-id").empty());
    EXPECT_EQ(problem.text("instance"), response.header("x-request-id"));
    EXPECT_EQ(response.header("content-language"), tongue == Tongue::zh ? "zh-CN" : "en");
    EXPECT_EQ(
        problem.text("errors/0/detail"),
        problem.text(tongue == Tongue::zh ? "errors/0/detail_zh" : "errors/0/detail_en")
    );
}

void BadInput::expect_field(
    const Response& response,
    const std::string& pointer,
    const std::string& reason,
    const std::string& bound
) {
    const auto problem = read(response);
    EXPECT_EQ(problem.count("errors"), 1u) << response.body;
    EXPECT_EQ(problem.text("errors/0/pointer"), pointer) << response.body;
    EXPECT_EQ(problem.text("errors/0/reason"), reason) << response.body;
    EXPECT_FALSE(problem.text("errors/0/detail").empty());
    EXPECT_EQ(bound.empty() ? bound : problem.text("errors/0/bound"), bound);
}

} // namespace jishi::test
