#include "protocol/dispatch.hpp"

#include "protocol/etag.hpp"
#include "protocol/problem.hpp"
#include "protocol/text.hpp"

#include <spdlog/spdlog.h>

namespace jishi::protocol {

namespace {

using market::Refusal;
using market::RefusalCode;

constexpr std::size_t idempotency_key_length_max = 64;

bool has_media_type(const Request& request, std::string_view wanted) {
    const std::string_view given = request.headers.content_type;
    return same_word(trim(given.substr(0, given.find(';'))), wanted);
}

// A body is JSON where there is a schema, what the route consumes where it says so, and otherwise
// absent.
market::Verdict check_media_type(const Request& request, const Route& route) {
    if (request.body.empty() && request.headers.content_type.empty()) return market::Done{};
    if (!route.consumes.empty()) {
        if (has_media_type(request, route.consumes)) return market::Done{};
        return Refusal{
            .code = RefusalCode::unsupported_media_type, .about = std::string(route.consumes)};
    }
    if (route.request) {
        if (has_media_type(request, "application/json")) return market::Done{};
        return Refusal{.code = RefusalCode::unsupported_media_type, .about = "application/json"};
    }
    if (request.body.empty()) return market::Done{};
    return Refusal{.code = RefusalCode::malformed_request, .about = "a body where none belongs"};
}

market::Verdict check_headers(Request& request, const Route& route) {
    if (route.needs_idempotency_key) {
        const auto& key = request.headers.idempotency_key;
        if (key.empty()) return RefusalCode::idempotency_key_missing;
        if (key.size() > idempotency_key_length_max)
            return Refusal{.code = RefusalCode::malformed_request, .about = "Idempotency-Key"};
    }
    if (route.needs_if_match) {
        const auto version = if_match_version(request.headers.if_match);
        if (!version) return version.refusal();
        request.expected_version = *version;
    }
    return market::Done{};
}

market::Verdict check_fields(const Request& request, const Route& route) {
    auto wrong = check_query(route, request.query);
    if (route.request)
        for (auto& field : json::check(*route.request, request.json.root()))
            wrong.push_back(std::move(field));
    if (wrong.empty()) return market::Done{};
    return Refusal{.code = RefusalCode::invalid_fields, .fields = std::move(wrong)};
}

} // namespace

market::Result<RouteTable::Match>
Dispatcher::open(Request& request, std::string_view target) const {
    auto parsed = parse_target(target);
    if (!parsed) return parsed.refusal();
    auto match = routes_.find(request.method, *parsed);
    if (!match) return match;
    request.path = std::move(parsed->path);
    request.query = std::move(parsed->query);
    request.path_values = std::move(match->path_values);
    return match;
}

bool Dispatcher::may_block(const Route& route, const Request& request) {
    if (route.runs_on == RunsOn::worker) return true;
    return route.auth != Auth::none && !request.headers.authorization.empty();
}

market::Verdict Dispatcher::authenticate(Request& request, const Route& route) const {
    if (route.auth == Auth::none) return market::Done{};
    if (request.headers.authorization.empty()) {
        if (route.auth == Auth::optional) return market::Done{};
        return RefusalCode::unauthenticated;
    }
    auto caller = callbacks_.authenticate(request);
    if (!caller) return caller.refusal();
    request.caller = std::move(*caller);
    if (route.scope && !request.caller->scopes.has(*route.scope))
        return Refusal{
            .code = RefusalCode::scope_missing,
            .about = std::string(market::name_of(*route.scope))};
    return market::Done{};
}

market::Result<Reply> Dispatcher::answer(Request& request, const Route& route) const {
    if (const auto verdict = check_media_type(request, route); !verdict) return verdict.refusal();
    if (route.request) {
        auto document = json::parse(request.body.empty() ? "{}" : request.body);
        if (!document) return document.refusal();
        request.json = std::move(*document);
    }
    if (const auto verdict = authenticate(request, route); !verdict) return verdict.refusal();
    if (const auto verdict = check_headers(request, route); !verdict) return verdict.refusal();
    if (const auto verdict = check_fields(request, route); !verdict) return verdict.refusal();
    return route.handler(request);
}

Reply Dispatcher::serve(Request& request, const Route& route) const {
    try {
        auto answered = answer(request, route);
        if (!answered) return problem(answered.refusal(), request.language, request.request_id);
        auto reply = std::move(*answered);
        const bool is_read = request.method == Method::get || request.method == Method::head;
        if (is_read && reply.status == 200 && !reply.etag.empty() &&
            none_match_names(request.headers.if_none_match, reply.etag)) {
            reply.status = 304;
            reply.content_type.clear();
            reply.body.clear();
        }
        return reply;
    } catch (...) {
        return blame(request);
    }
}

Reply Dispatcher::blame(const Request& request) const {
    auto code = RefusalCode::internal_error;
    try {
        throw;
    } catch (const std::exception& error) {
        if (callbacks_.blame) code = callbacks_.blame(error);
        spdlog::error(
            "{} {} {}: {}",
            request.request_id,
            method_name(request.method),
            request.path,
            error.what()
        );
    } catch (...) {
        spdlog::error(
            "{} {} {}: not a std::exception",
            request.request_id,
            method_name(request.method),
            request.path
        );
    }
    return problem(Refusal{.code = code}, request.language, request.request_id);
}

} // namespace jishi::protocol
