// From a request to its reply, with no socket in sight. Where two things are wrong, the refusal
// that stands earlier in market/refusal.hpp is told: address, media type, JSON, who asks, headers,
// fields.
#pragma once

#include "protocol/metrics.hpp"
#include "protocol/routes.hpp"

#include <exception>
#include <functional>
#include <memory>

namespace jishi::protocol {

using Authenticated = market::Result<std::shared_ptr<const market::Caller>>;

// What the assembly plugs in.
struct Callbacks {
    // Given the Authorization header's "Bearer ..." in request.headers; runs on a worker and may
    // throw.
    std::function<Authenticated(const Request&)> authenticate;
    // Which refusal an exception stands for; internal_error where not given.
    std::function<market::RefusalCode(const std::exception&)> blame{};
};

class Dispatcher {
public:
    // Both must outlive the dispatcher.
    Dispatcher(const RouteTable& routes, const Callbacks& callbacks)
        : routes_(routes), callbacks_(callbacks) {}

    // Looks the address up and moves the target's parts into the request.
    market::Result<RouteTable::Match> open(Request& request, std::string_view target) const;

    // Whether serve() may block, so that it has to run on a worker.
    static bool may_block(const Route& route, const Request& request);

    // Checks, runs the handler and applies If-None-Match. The only place where handlers' exceptions
    // are caught: the client learns the request id, the log the rest.
    Reply serve(Request& request, const Route& route) const;

    // Puts the caller into the request as the route demands.
    market::Verdict authenticate(Request& request, const Route& route) const;

    // The reply for an exception in flight. REQUIRES: called from a catch block.
    Reply blame(const Request& request) const;

private:
    market::Result<Reply> answer(Request& request, const Route& route) const;

    const RouteTable& routes_;
    const Callbacks& callbacks_;
};

} // namespace jishi::protocol
