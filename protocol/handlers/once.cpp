#include "market/party.hpp"
#include "protocol/json/reader.hpp"
#include "protocol/json/writer.hpp"
#include "protocol/services.hpp"

namespace jishi::protocol {

namespace {

constexpr std::size_t key_length_max = 64;

bool well_formed(std::string_view key) {
    if (key.empty() || key.size() > key_length_max) return false;
    for (const char c : key)
        if (c <= ' ' || c > '~') return false;
    return true;
}

std::string headers_json(const Reply& reply) {
    json::Writer out;
    out.begin_object().field("content_type", reply.content_type).field("etag", reply.etag);
    out.key("headers").begin_array();
    for (const auto& [name, value] : reply.headers)
        out.begin_array().value(name).value(value).end_array();
    out.end_array().end_object();
    return out.take();
}

// Our own writing, read back: it always parses.
Reply replay(const market::StoredAnswer& answer) {
    Reply reply{.status = answer.status, .body = answer.body};
    const auto parsed = json::parse(answer.headers);
    const auto stored = parsed->object();
    reply.content_type = stored.text("content_type");
    reply.etag = stored.text("etag");
    for (const auto header : stored.array("headers"))
        reply.headers.emplace_back(header.array()[0].text(), header.array()[1].text());
    reply.headers.emplace_back("Idempotency-Replayed", "true");
    return reply;
}

} // namespace

market::Result<Reply> once(const Services& services, const Request& request, const UnitWork& work) {
    const auto& key = request.headers.idempotency_key;
    if (!well_formed(key))
        return market::Refusal{
            .code = market::RefusalCode::idempotency_key_missing,
            .about = "Idempotency-Key: 1.." + std::to_string(key_length_max) +
                     " visible ASCII characters"};
    return services.in_unit([&](market::Books& books) -> market::Result<Reply> {
        const auto request_hash = books.sha256_hex(
            std::string(method_name(request.method)) + "\n" + request.path + "\n" + request.body
        );
        // Strangers have no name to keep their keys apart: each request is a scope of its own.
        const auto scope =
            request.caller ? request.caller->member.text() : "anyone:" + request_hash;
        if (const auto answer = books.answers.find(scope, key)) {
            if (answer->request_hash != request_hash)
                return market::RefusalCode::idempotency_key_reused;
            return replay(*answer);
        }
        auto reply = work(books);
        if (reply)
            books.answers.add(
                scope,
                key,
                {.request_hash = request_hash,
                 .status = reply->status,
                 .headers = headers_json(*reply),
                 .body = reply->body},
                books.now
            );
        return reply;
    });
}

market::Result<market::PageRequest> page_of(const Services& services, const Request& request) {
    market::PageRequest page;
    page.limit =
        static_cast<std::uint32_t>(request.query_integer("limit").value_or(page_limit_default));
    if (const auto cursor = request.query_text("cursor")) {
        const auto payload = services.cursors.decode(*cursor);
        const auto bytes = payload ? market::parse_id_text(*payload) : std::nullopt;
        if (!bytes) return market::RefusalCode::cursor_invalid;
        page.before = *bytes;
    }
    return page;
}

} // namespace jishi::protocol
