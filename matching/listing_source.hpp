// Listings to be read one by one: all of a market's texts at once are most of its memory again.
#pragma once

#include "matching/document.hpp"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <numeric>
#include <utility>
#include <vector>

namespace jishi::matching {

// Whether the item of that number is among at most `most` of `all`, evenly spread.
inline bool is_among(std::size_t number, std::size_t most, std::size_t all) {
    if (all <= most) return true;
    const auto next = (number * most + all - 1) / all; // of those chosen, the first not before it
    return next < most && next * all / most == number;
}
// Those of the items.
template<class T>
std::vector<T> evenly(std::vector<T> items, std::size_t most) {
    std::vector<T> out;
    for (std::size_t i = 0; i < items.size(); ++i)
        if (is_among(i, most, items.size())) out.push_back(std::move(items[i]));
    return out;
}

class ListingSource {
public:
    using Read = std::function<Document(std::size_t number)>; // of 0..size - 1, by ascending ids

    ListingSource() = default;
    ListingSource(std::size_t size, Read read) : size_(size), read_(std::move(read)) {}
    // REQUIRES: they outlive it.
    ListingSource(std::vector<const Document*> documents) : size_(documents.size()) {
        std::ranges::sort(documents, {}, &Document::id);
        read_ = [all = std::move(documents)](std::size_t number) { return *all[number]; };
    }

    std::size_t size() const { return size_; }
    Document read(std::size_t number) const { return read_(number); }
    // At most `most` of them, evenly spread.
    ListingSource some(std::size_t most) const {
        if (size_ <= most) return *this;
        std::vector<std::size_t> numbers(size_);
        std::iota(numbers.begin(), numbers.end(), std::size_t{0});
        numbers = evenly(std::move(numbers), most);
        const auto count = numbers.size();
        return {count, [read = read_, all = std::move(numbers)](std::size_t number) {
                    return read(all[number]);
                }};
    }
    // The same: visit(document).
    template<class Visit>
    void for_each_of(std::size_t most, Visit visit) const {
        for (std::size_t i = 0; i < size_; ++i)
            if (is_among(i, most, size_)) visit(read_(i));
    }

    template<class Visit>
    void for_each(Visit visit) const {
        for_each_of(size_, visit);
    }

private:
    std::size_t size_ = 0;
    Read read_;
};

} // namespace jishi::matching
