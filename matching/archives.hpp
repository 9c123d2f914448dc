// The three ways to walk the arrays of a snapshot file: to count its bytes, to write and to read
// it. Every value and every array starts at a multiple of eight.
#pragma once

#include "matching/arrays.hpp"

#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <type_traits>
#include <vector>

namespace jishi::matching {

constexpr std::size_t padded(std::size_t size) {
    return (size + 7) / 8 * 8;
}

template<class T>
std::span<const std::uint8_t> bytes_of_array(std::span<const T> array) {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
    return {reinterpret_cast<const std::uint8_t*>(array.data()), array.size_bytes()};
}

class ArchiveSize {
public:
    template<class T>
    void value(const T&) {
        size_ += sizeof(std::uint64_t);
    }
    template<class Array>
    void array(const Array& array) {
        size_ += sizeof(std::uint64_t) + padded(std::span(array).size_bytes());
    }
    std::uint64_t size() const { return size_; }

private:
    std::uint64_t size_ = 0;
};

class ArchiveWriter {
public:
    using Sink = std::function<void(std::span<const std::uint8_t>)>;
    explicit ArchiveWriter(const Sink& sink) : sink_(sink) {}

    template<class T>
    void value(const T& value) {
        const auto wide = static_cast<std::uint64_t>(value);
        raw(bytes_of_array(std::span(&wide, 1)));
    }
    template<class Array>
    void array(const Array& array) {
        const std::span span(array);
        value(span.size());
        raw(bytes_of_array(std::span<const typename decltype(span)::value_type>(span)));
    }

private:
    void raw(std::span<const std::uint8_t> bytes) {
        static constexpr std::uint8_t zeros[8] = {};
        if (!bytes.empty()) sink_(bytes);
        if (const auto rest = padded(bytes.size()) - bytes.size(); rest > 0)
            sink_(std::span(zeros).first(rest));
    }

    const Sink& sink_;
};

// Reads nothing but zeros and empty arrays once something did not fit.
class ArchiveReader {
public:
    explicit ArchiveReader(std::span<const std::uint8_t> bytes) : left_(bytes) {}

    template<class T>
    void value(T& value) {
        const auto wide = next();
        value = static_cast<T>(wide);
        if (static_cast<std::uint64_t>(value) != wide) fail();
    }
    template<class T>
    void array(std::vector<T>& array) {
        const auto found = next_array<T>();
        array.assign(found.begin(), found.end());
    }
    template<class T>
    void array(Array<T>& array) { // where it stands
        array = Array<T>::lent(next_array<T>());
    }
    bool all_read() const { return !failed_ && left_.empty(); }

private:
    std::uint64_t next() {
        std::uint64_t out = 0;
        if (left_.size() < sizeof out) return fail(), 0;
        std::memcpy(&out, left_.data(), sizeof out);
        left_ = left_.subspan(sizeof out);
        return out;
    }
    template<class T>
    std::span<const T> next_array() {
        static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
        const auto count = next();
        const auto size = count > left_.size() / sizeof(T) ? SIZE_MAX : padded(count * sizeof(T));
        if (size > left_.size()) return fail(), std::span<const T>();
        const std::span out(reinterpret_cast<const T*>(left_.data()), count);
        for (auto rest = out.size_bytes(); rest < size; ++rest)
            if (left_[rest] != 0) return fail(), std::span<const T>();
        left_ = left_.subspan(size);
        return out;
    }
    void fail() {
        failed_ = true;
        left_ = {};
    }

    std::span<const std::uint8_t> left_;
    bool failed_ = false;
};

} // namespace jishi::matching
