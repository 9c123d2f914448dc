// Reading JSON. parse() refuses what RapidJSON would let pass (depth, duplicate keys, bad UTF-8,
// huge numbers); a document that check() found nothing against is then read without further error
// handling.
#pragma once

#include "market/result.hpp"
#include "protocol/json/schema.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace jishi::protocol::json {

inline constexpr std::size_t depth_max = 32;
inline constexpr std::size_t members_max = 1'000; // of one object
inline constexpr std::size_t number_length_max = 64;

class Object;
class Array;

// A view into a Document, valid as long as the document is. Asking for the wrong type is a broken
// invariant (assert).
class Value {
public:
    explicit Value(const void* node) : node_(node) {}

    bool is_null() const;
    bool is_object() const;
    bool is_array() const;
    bool is_text() const;
    bool is_integer() const; // fits std::int64_t and was written without fraction or exponent
    bool is_number() const;
    bool is_boolean() const;

    std::string_view text() const;
    std::int64_t integer() const;
    double number() const;
    bool boolean() const;
    Object object() const;
    Array array() const;

    const void* node() const { return node_; }

private:
    const void* node_;
};

class Array {
public:
    explicit Array(const void* node) : node_(node) {}

    std::size_t size() const; // 0 for an absent array
    bool empty() const { return size() == 0; }
    Value operator[](std::size_t index) const;

    class Iterator {
    public:
        Iterator(const Array* array, std::size_t index) : array_(array), index_(index) {}
        Value operator*() const { return (*array_)[index_]; }
        Iterator& operator++() {
            ++index_;
            return *this;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const Array* array_;
        std::size_t index_;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, size()}; }

private:
    const void* node_;
};

// A member that is absent or null reads as: nothing, an empty text, an empty array.
class Object {
public:
    explicit Object(const void* node) : node_(node) {}

    bool has(std::string_view name) const;                  // present and not null
    bool names(std::string_view name) const;                // present, perhaps as null
    std::optional<Value> find(std::string_view name) const; // nothing when absent or null

    std::string_view text(std::string_view name) const;
    std::int64_t integer(std::string_view name) const; // REQUIRES has(name)
    bool boolean(std::string_view name, bool otherwise = false) const;
    Object object(std::string_view name) const; // REQUIRES has(name)
    Array array(std::string_view name) const;

    std::optional<std::string_view> optional_text(std::string_view name) const;
    std::optional<std::int64_t> optional_integer(std::string_view name) const;
    std::optional<Object> optional_object(std::string_view name) const;

    std::size_t size() const;
    std::string_view key(std::size_t index) const;
    Value value(std::size_t index) const;

private:
    const void* node_;
};

// A parsed text; cheap to copy, immutable, safe to share between threads.
class Document {
public:
    Document() = default;

    bool empty() const { return tree_ == nullptr; }
    Value root() const { return Value(tree_.get()); } // REQUIRES !empty()
    Object object() const { return root().object(); }

private:
    friend market::Result<Document> parse(std::string_view text);
    std::shared_ptr<const void> tree_;
};

// malformed_json, with the byte position and the cause in `about`.
market::Result<Document> parse(std::string_view text);

// parse() and check() in one: malformed_json or invalid_fields.
market::Result<Document> read(std::string_view text, const Schema& schema);

} // namespace jishi::protocol::json
