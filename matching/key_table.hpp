// From term keys to small numbers, for tables that are made once and asked often: two cache lines
// a question.
#pragma once

#include "matching/arrays.hpp"
#include "matching/prefetch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace jishi::matching {

// The finaliser of splitmix64: spreads keys evenly, and no two meet.
constexpr std::uint64_t mixed(std::uint64_t key) {
    key = (key ^ key >> 30) * 0xBF58476D1CE4E5B9ULL;
    key = (key ^ key >> 27) * 0x94D049BB133111EBULL;
    return key ^ key >> 31;
}

// Distinct keys in the order of their mixed value; the place of a key is its number.
class KeyTable {
public:
    KeyTable() = default;
    // REQUIRES: ascending mixed values, no key twice.
    explicit KeyTable(Array<std::uint64_t> keys) : keys_(std::move(keys)) {
        while (std::size_t{2} << bits_ < keys_.size())
            ++bits_;
        starts_.assign((std::size_t{1} << bits_) + 1, 0);
        for (const auto key : keys_)
            ++starts_[bucket_of(key) + 1];
        std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    }

    // REQUIRES: they outlive it and its copies, and stay as they are.
    static KeyTable over(std::span<const std::uint64_t> keys) {
        return KeyTable(Array<std::uint64_t>::lent(keys));
    }

    std::size_t size() const { return keys_.size(); }
    std::size_t bytes() const { return keys_.size() * 8 + starts_.size() * 4; }
    std::span<const std::uint64_t> keys() const { return keys_; }

    std::optional<std::uint32_t> find(std::uint64_t key) const {
        if (keys_.empty()) return std::nullopt;
        const auto place = find_in(bucket_of(key), key);
        return place == none ? std::nullopt : std::optional(place);
    }

    static constexpr std::uint32_t none = UINT32_MAX;
    // The numbers of many keys, `none` for those that are not in it. Memory is slow and far: all is
    // asked for before the first is waited for.
    std::vector<std::uint32_t> find_all(std::span<const std::uint64_t> keys) const {
        std::vector<std::uint32_t> out(keys.size(), none);
        if (keys_.empty()) return out;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            out[i] = static_cast<std::uint32_t>(bucket_of(keys[i]));
            prefetch_line(&starts_[out[i]]);
        }
        for (const auto bucket : out)
            prefetch_line(keys_.data() + starts_[bucket]);
        for (std::size_t i = 0; i < keys.size(); ++i)
            out[i] = find_in(out[i], keys[i]);
        return out;
    }

private:
    std::size_t bucket_of(std::uint64_t key) const {
        return bits_ == 0 ? 0 : static_cast<std::size_t>(mixed(key) >> (64 - bits_));
    }
    std::uint32_t find_in(std::size_t bucket, std::uint64_t key) const {
        for (auto at = starts_[bucket]; at < starts_[bucket + 1]; ++at)
            if (keys_[at] == key) return at;
        return none;
    }

    Array<std::uint64_t> keys_;
    std::vector<std::uint32_t> starts_;
    unsigned bits_ = 0;
};

} // namespace jishi::matching
