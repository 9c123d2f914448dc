#include "protocol/authenticate.hpp"

#include "market/parties.hpp"
#include "protocol/handlers/common.hpp"
#include "protocol/secrets.hpp"
#include "protocol/text.hpp"

namespace jishi::protocol {

namespace {

constexpr std::string_view scheme = "Bearer ";

} // namespace

Authenticated authenticate_bearer(const Services& services, const Request& request) {
    const std::string_view given = request.headers.authorization;
    if (!same_word(given.substr(0, scheme.size()), scheme))
        return market::RefusalCode::unauthenticated;
    const auto secret = trim(given.substr(scheme.size()));
    if (!looks_like_bearer_secret(secret)) return market::RefusalCode::unauthenticated;
    const auto hash = sha256_hex(secret);
    auto caller = yield_from_unit<market::Caller>(services, [&](market::Books& books) {
        return market::authenticate(books, hash);
    });
    if (!caller) return caller.refusal();
    return std::make_shared<const market::Caller>(*caller);
}

} // namespace jishi::protocol
