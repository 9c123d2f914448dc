// Arrays that are built here and then shared by all copies, or that stand in memory somebody else
// keeps: what was read of a kept index.
#pragma once

#include <cassert>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace jishi::matching {

// Bytes that somebody else keeps where they are, and what they are: all of them for as long as this
// is there, and a part for as long as what hold(part) gave is held, but no longer. REQUIRES: no
// byte is in two parts that are held.
struct LentBytes {
    std::span<const std::uint8_t> all;
    std::function<std::shared_ptr<const void>(std::span<const std::uint8_t> part)> hold;
};

template<class T>
class Array {
public:
    Array() = default;
    Array(std::vector<T> own)
        : own_(std::make_shared<std::vector<T>>(std::move(own))), all_(*own_) {}
    // REQUIRES: what it is lent outlives it and its copies.
    static Array lent(std::span<const T> elsewhere) {
        Array out;
        out.all_ = elsewhere;
        return out;
    }
    // A copy stands where the original does, until either is built on.
    Array(const Array&) = default;
    Array(Array&& other) noexcept
        : own_(std::move(other.own_)), all_(std::exchange(other.all_, {})) {}
    Array& operator=(Array other) noexcept {
        own_ = std::move(other.own_);
        all_ = other.all_;
        return *this;
    }
    ~Array() = default;

    std::size_t size() const { return all_.size(); }
    bool empty() const { return all_.empty(); }
    const T& operator[](std::size_t i) const { return all_[i]; }
    const T* data() const { return all_.data(); }
    const T* begin() const { return data(); }
    const T* end() const { return data() + size(); }

    // change(vector), which copies do not see. REQUIRES: it was not lent.
    template<class Change>
    void build(Change change) {
        assert(own_ != nullptr || all_.empty());
        if (own_ == nullptr)
            own_ = std::make_shared<std::vector<T>>();
        else if (own_.use_count() > 1)
            own_ = std::make_shared<std::vector<T>>(*own_);
        change(*own_);
        all_ = *own_;
    }
    void push_back(const T& value) {
        build([&](auto& own) { own.push_back(value); });
    }
    void append(std::span<const T> values) {
        build([&](auto& own) { own.insert(own.end(), values.begin(), values.end()); });
    }
    void finish() {                        // no more is added
        constexpr std::size_t spared = 16; // of so much as this one is not worth a copy
        if (own_ != nullptr && own_->capacity() - own_->size() > own_->size() / spared)
            build([](auto& own) { own.shrink_to_fit(); });
    }

private:
    std::shared_ptr<std::vector<T>> own_; // shared by copies; null where it is lent or empty
    std::span<const T> all_;
};

} // namespace jishi::matching
