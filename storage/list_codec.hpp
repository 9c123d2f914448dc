// Lists in one text column. Every part is a netstring, "5:hello,", so any bytes are told apart from
// the frame, a reader with SQL at hand still sees the words, and no two lists share a text.
#pragma once

#include "market/ids.hpp"
#include "market/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jishi::storage {

class PartWriter {
public:
    void operator()(std::string_view part);
    void operator()(std::int64_t part) { (*this)(std::string_view(std::to_string(part))); }
    void operator()(market::Date part) { (*this)(std::string_view(market::format_date(part))); }
    void operator()(const std::optional<market::Date>& part);
    template<class Tag>
    void operator()(const market::Id<Tag>& part) {
        (*this)(std::string_view(part.text()));
    }

    std::string take() { return std::move(text_); }

private:
    std::string text_;
};

// Throws StorageError{corrupt} for a text that PartWriter never wrote.
class PartReader {
public:
    explicit PartReader(std::string_view text) : rest_(text) {}

    bool done() const { return rest_.empty(); }
    void operator()(std::string& part) { part = next(); }
    void operator()(std::int64_t& part);
    void operator()(market::Date& part);
    void operator()(std::optional<market::Date>& part);
    template<class Tag>
    void operator()(market::Id<Tag>& part) {
        const auto id = market::Id<Tag>::parse(next());
        if (!id) refuse();
        part = *id;
    }

private:
    std::string_view next();
    [[noreturn]] void refuse() const;

    std::string_view rest_;
};

// The parts of one item: `static void each(auto& io, auto& item)` hands every field to `io`.
// Specialised beside the rows that hold such lists.
template<class Item>
struct Parts {
    static void each(auto& io, auto& item) { io(item); }
};

template<class First, class Second>
struct Parts<std::pair<First, Second>> {
    static void each(auto& io, auto& item) {
        io(item.first);
        io(item.second);
    }
};

template<class Item>
std::string encode_list(const std::vector<Item>& items) {
    PartWriter writer;
    for (const auto& item : items)
        Parts<Item>::each(writer, item);
    return writer.take();
}

template<class Item>
std::vector<Item> decode_list(std::string_view text) {
    std::vector<Item> items;
    for (PartReader reader(text); !reader.done();)
        Parts<Item>::each(reader, items.emplace_back());
    return items;
}

} // namespace jishi::storage
