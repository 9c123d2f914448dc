// A bounded set of connections. Thread-safe; those who wait are served in the order they came.
#pragma once

#include "storage/connection.hpp"
#include "storage/options.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace jishi::storage {

struct PoolCounters {
    std::size_t in_use = 0, idle = 0, waiting = 0;
    std::uint64_t created = 0, discarded = 0, waited = 0, exhausted = 0;
};

class Pool {
    struct Slot;
    struct State;

public:
    // The right to use one connection until destruction. Keep no Statement or Rows beyond it.
    class Lease {
    public:
        ~Lease();
        Lease(Lease&&) noexcept;
        Lease& operator=(Lease&&) = delete;
        Connection& operator*() const;
        Connection* operator->() const { return &**this; }

    private:
        friend class Pool;
        Lease(std::shared_ptr<State> state, std::unique_ptr<Slot> slot);
        std::shared_ptr<State> state_;
        std::unique_ptr<Slot> slot_;
    };

    // Opens nothing yet.
    explicit Pool(const DatabaseOptions& options);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // Waits at most queue_wait_ms, then throws StorageError{unavailable, "pool exhausted"}. A
    // connection that was idle for long, or since before another one was lost, is pinged first and
    // replaced when it is dead.
    Lease take();
    PoolCounters counters() const;

private:
    std::shared_ptr<State> state_;
};

} // namespace jishi::storage
