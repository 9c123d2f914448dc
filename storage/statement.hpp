// Prepared statements and their rows. Values cross this border checked: a NULL where none may be, a
// number that does not fit, a column of another type and a wrong count of arguments throw instead
// of becoming something else.
//
//     auto rows = connection.statement("SELECT id, title FROM need WHERE owner = ?").query(owner);
//     while (rows.next()) use(rows.get<market::NeedId>(0), rows.get<std::string>(1));
//
// Conventions of the schema: ids BINARY(16), instants BIGINT microseconds, text utf8mb4, JSON text
// LONGTEXT. Columns of type JSON, DATETIME, TIMESTAMP, TIME and ENUM are not read here (the driver
// loses or breaks them).
#pragma once

#include "market/ids.hpp"
#include "market/time.hpp"

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

namespace jishi::storage {

struct StatementCore;

// One argument. Text is referred to, not copied: it must outlive the call that it is passed to.
class Parameter {
public:
    using Value = std::variant<
        std::nullptr_t,
        std::int64_t,
        std::uint64_t,
        double,
        std::string_view,
        market::IdBytes>;

    Parameter(std::nullptr_t) {}
    template<std::signed_integral T>
    Parameter(T value) : value_(std::int64_t{value}) {}
    template<std::unsigned_integral T>
    Parameter(T value) : value_(std::uint64_t{value}) {}
    Parameter(double value) : value_(value) {}
    Parameter(std::string_view value) : value_(value) {}
    Parameter(const std::string& value) : value_(std::string_view(value)) {}
    Parameter(const char* value) : value_(std::string_view(value)) {}
    Parameter(const market::IdBytes& value) : value_(value) {}
    template<class Tag>
    Parameter(const market::Id<Tag>& id) : value_(id.bytes) {}
    Parameter(market::Instant at) : value_(at.us) {}
    template<class T>
    Parameter(const std::optional<T>& value) {
        if (value) value_ = Parameter(*value).value_;
    }

    const Value& value() const { return value_; }

private:
    Value value_ = nullptr;
};

template<class T>
inline constexpr bool is_optional = false;
template<class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template<class T>
inline constexpr bool is_id = false;
template<class Tag>
inline constexpr bool is_id<market::Id<Tag>> = true;

// The whole result, held in memory (page by key; nothing streams). While it lives and is not read
// to its end, the same statement cannot run again. Columns count from 0.
class Rows {
public:
    ~Rows();
    Rows(Rows&&) noexcept;
    Rows& operator=(Rows&&) = delete;

    bool next();
    std::size_t count() const;
    bool is_null(std::size_t column) const;

    // Integers, bool, double, std::string, IdBytes, Id<Tag>, Instant, or std::optional of these.
    template<class T>
    T get(std::size_t column) const;

private:
    friend class Statement;
    struct Result;
    explicit Rows(std::unique_ptr<Result> result);

    std::int64_t integer(std::size_t column, std::int64_t least, std::int64_t most) const;
    std::uint64_t unsigned_integer(std::size_t column) const;
    double real(std::size_t column) const;
    std::string text(std::size_t column) const;
    market::IdBytes id_bytes(std::size_t column) const;

    std::unique_ptr<Result> result_;
};

// A handle, cheap to copy; valid while its connection is leased.
class Statement {
public:
    // Runs a statement without a result; how many rows it matched (matched, not changed: an UPDATE
    // that writes equal values counts).
    template<class... Args>
    std::uint64_t run(const Args&... args) {
        const std::array<Parameter, sizeof...(Args)> parameters{Parameter(args)...};
        return run_with(parameters);
    }
    template<class... Args>
    Rows query(const Args&... args) {
        const std::array<Parameter, sizeof...(Args)> parameters{Parameter(args)...};
        return query_with(parameters);
    }
    // For lists whose length is known only at run time.
    std::uint64_t run_with(std::span<const Parameter> parameters);
    Rows query_with(std::span<const Parameter> parameters);

private:
    friend class Connection;
    explicit Statement(std::shared_ptr<StatementCore> core) : core_(std::move(core)) {}

    std::shared_ptr<StatementCore> core_;
};

template<class T>
T Rows::get(std::size_t column) const {
    if constexpr (is_optional<T>) {
        if (is_null(column)) return std::nullopt;
        return get<typename T::value_type>(column);
    } else if constexpr (std::same_as<T, bool>) {
        return integer(column, 0, 1) == 1;
    } else if constexpr (std::same_as<T, std::uint64_t>) {
        return unsigned_integer(column);
    } else if constexpr (std::integral<T>) {
        using Limits = std::numeric_limits<T>;
        return static_cast<T>(integer(column, Limits::min(), Limits::max()));
    } else if constexpr (std::same_as<T, double>) {
        return real(column);
    } else if constexpr (std::same_as<T, std::string>) {
        return text(column);
    } else if constexpr (std::same_as<T, market::IdBytes>) {
        return id_bytes(column);
    } else if constexpr (is_id<T>) {
        return T{id_bytes(column)};
    } else {
        static_assert(std::same_as<T, market::Instant>, "no column is read as this type");
        return {integer(column, INT64_MIN, INT64_MAX)};
    }
}

} // namespace jishi::storage
