// A value or the refusal that stands in its place. Rules and use-cases return it; they never throw.
#pragma once

#include "market/refusal.hpp"

#include <cassert>
#include <utility>
#include <variant>

namespace jishi::market {

template<class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Refusal refusal) : state_(std::in_place_index<1>, std::move(refusal)) {}
    Result(RefusalCode code) : Result(Refusal{.code = code}) {}

    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(value()); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const Refusal& refusal() const {
        assert(!ok());
        return *std::get_if<1>(&state_);
    }

private:
    T& value() {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    const T& value() const {
        assert(ok());
        return *std::get_if<0>(&state_);
    }

    std::variant<T, Refusal> state_;
};

struct Done {};

// The outcome of something that yields nothing: done, or refused.
using Verdict = Result<Done>;

} // namespace jishi::market
