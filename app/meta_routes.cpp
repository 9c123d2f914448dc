#include "app/meta_routes.hpp"

#include "protocol/json/writer.hpp"

#include <array>

namespace jishi::app {

namespace {

using protocol::Auth;
using protocol::Method;
using protocol::Reply;
using protocol::Request;
using protocol::Route;
using protocol::RunsOn;

constexpr std::array status_fields{protocol::json::required("status", protocol::json::text(1, 20))};
constexpr auto status_schema = protocol::json::object("Status", status_fields);

constexpr std::array readiness_fields{
    protocol::json::required("status", protocol::json::text(1, 20)),
    protocol::json::required(
        "model",
        protocol::json::text(1, 20),
        "排序所用模型的版本，none 为尚未学习",
        "Version of the model that ranks; none where nothing was learned yet"
    ),
    protocol::json::required(
        "model_listings",
        protocol::json::integer(0, 1'000'000'000),
        "该模型学习时在架的信息数",
        "Live listings when it was learned"
    ),
};
constexpr auto readiness_schema = protocol::json::object("Readiness", readiness_fields);

constexpr std::string_view first_page = R"(<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>技市 Jishi</title>
<style>body{font:16px/1.7 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}code{background:#f2f2f2;padding:.1em .3em}</style>
<h1>技市 Jishi</h1>
<p>技术市场正在运行。The market is open.</p>
<ul>
<li><a href="/api/v1/needs">在架技术需求 · needs on the market</a></li>
<li><a href="/api/v1/achievements">在架科技成果 · achievements on the market</a></li>
<li><a href="/api/v1/achievements?q=%E5%82%A8%E8%83%BD">搜索「储能」 · a search</a></li>
<li><a href="/api/v1/openapi.json">接口说明 · OpenAPI 3.1</a></li>
<li><a href="/readyz">就绪 · readiness</a>, <a href="/metrics">指标 · metrics</a></li>
</ul></html>
)";

Route meta(
    std::string_view pattern, std::string_view operation, RunsOn where, protocol::Handler handler
) {
    Route route;
    route.method = Method::get;
    route.pattern = pattern;
    route.operation = operation;
    route.handler = std::move(handler);
    route.runs_on = where;
    route.auth = Auth::none;
    route.tag = "meta";
    return route;
}

Route readiness(const MetaSources& sources) {
    auto ready = meta(
        "/readyz",
        "get_readiness",
        RunsOn::worker,
        [sources](const Request&) -> market::Result<Reply> {
            if (!sources.is_ready()) return market::RefusalCode::overloaded; // still loading
            const auto model = sources.model();
            protocol::json::Writer out;
            out.begin_object()
                .field("status", "ready")
                .field("model", model.version)
                .field("model_listings", model.listings)
                .end_object();
            return protocol::ok(out.take());
        }
    );
    ready.response = &readiness_schema;
    ready.summary_zh = "可以服务：数据库可用，索引已载入";
    ready.summary_en = "Ready to serve: the database answers and the index is loaded";
    return ready;
}

} // namespace

std::vector<Route> meta_routes(const MetaSources& sources) {
    std::vector<Route> routes;
    auto health =
        meta("/healthz", "get_health", RunsOn::io, [](const Request&) -> market::Result<Reply> {
            return protocol::ok(R"({"status":"up"})");
        });
    health.response = &status_schema;
    health.summary_zh = "进程在运行";
    health.summary_en = "The process runs";
    routes.push_back(std::move(health));

    routes.push_back(readiness(sources));

    auto metrics = meta(
        "/metrics",
        "get_metrics",
        RunsOn::worker,
        [sources](const Request&) -> market::Result<Reply> {
            return Reply{
                .content_type = "text/plain; version=0.0.4; charset=utf-8",
                .body = sources.metrics()};
        }
    );
    metrics.produces = "text/plain";
    metrics.summary_zh = "Prometheus 指标";
    metrics.summary_en = "Metrics in the Prometheus text format";
    routes.push_back(std::move(metrics));

    auto openapi = meta(
        "/api/v1/openapi.json",
        "get_openapi",
        RunsOn::io,
        [sources](const Request&) -> market::Result<Reply> {
            return protocol::ok(sources.openapi());
        }
    );
    static constexpr auto any_object = protocol::json::anything();
    openapi.response = &any_object;
    openapi.summary_zh = "本接口的 OpenAPI 3.1 描述";
    openapi.summary_en = "This API as an OpenAPI 3.1 document";
    routes.push_back(std::move(openapi));

    auto page =
        meta("/", "get_first_page", RunsOn::io, [](const Request&) -> market::Result<Reply> {
            return Reply{
                .content_type = "text/html; charset=utf-8", .body = std::string(first_page)};
        });
    page.produces = "text/html";
    page.summary_zh = "首页";
    page.summary_en = "A first page";
    routes.push_back(std::move(page));
    return routes;
}

} // namespace jishi::app
