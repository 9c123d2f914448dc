// How objects become rows and rows objects. Each stored type has one map, beside the SQL that uses
// it:
//
//     struct MemberMap {
//         using Object = market::Member;
//         static constexpr std::string_view table = "member";
//         static void columns(auto& io, auto& member) {
//             io("id", member.id);           // the primary key comes first
//             io("login", member.login);
//             io("version", member.version); // where there is a version, it comes last
//         }
//     };
//
// One list of columns makes the SELECT list, the INSERT, the UPDATE and both directions of copying,
// so they cannot drift apart. Vocabularies are stored by name, sets as names joined by commas,
// dates as "2026-11-22", lists by list_codec.hpp; what cannot be read back is
// StorageError{corrupt}.
#pragma once

#include "market/taxonomy.hpp"
#include "storage/connection.hpp"
#include "storage/error.hpp"
#include "storage/list_codec.hpp"

#include <algorithm>
#include <concepts>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::storage {

[[noreturn]] void throw_corrupt(std::string_view value);
// The row was changed since the caller read it.
[[noreturn]] void throw_stale(std::string_view table);

template<class T>
concept Named = requires {
    market::Vocabulary<T>::names;
};
template<class T>
inline constexpr bool is_set = false;
template<class Enum>
inline constexpr bool is_set<market::Set<Enum>> = true;
template<class T>
inline constexpr bool is_list = false;
template<class Item>
inline constexpr bool is_list<std::vector<Item>> = true;

template<Named Enum>
Enum enum_of(std::string_view name) {
    const auto value = market::parse_name<Enum>(name);
    if (!value) throw_corrupt(name);
    return *value;
}

template<class Enum>
std::string join_names(market::Set<Enum> set) {
    std::string text;
    for (std::size_t i = 0; i < market::names_of<Enum>().size(); ++i)
        if (const auto value = static_cast<Enum>(i); set.has(value))
            text.append(text.empty() ? "" : ",").append(market::name_of(value));
    return text;
}

template<class Enum>
market::Set<Enum> split_names(std::string_view text) {
    market::Set<Enum> set;
    while (!text.empty()) {
        const auto size = std::min(text.find(','), text.size());
        set.add(enum_of<Enum>(text.substr(0, size)));
        text.remove_prefix(std::min(size + 1, text.size()));
    }
    return set;
}

class ColumnNames {
public:
    static constexpr bool reads = false;
    void operator()(std::string_view name, const auto&) { columns.push_back({name, false}); }
    void blank_as_null(std::string_view name, const auto&) { columns.push_back({name, false}); }
    void slot(std::string_view name, const auto&) { columns.push_back({name, true}); }

    struct Column {
        std::string_view name;
        bool is_slot;
    };
    std::vector<Column> columns;
};

class ColumnWriter {
public:
    static constexpr bool reads = false;
    void operator()(std::string_view, const auto& field) { values.push_back(parameter(field)); }
    void blank_as_null(std::string_view, const std::string& text) {
        values.push_back(text.empty() ? Parameter(nullptr) : Parameter(text));
    }
    // Written for the sake of an index and never read: what the object's state makes of it.
    void slot(std::string_view, const auto& value) { values.push_back(parameter(value)); }
    void slot(std::string_view, const std::optional<std::string>& value) {
        values.push_back(value ? own(*value) : Parameter(nullptr));
    }

    std::vector<Parameter> values;

private:
    Parameter own(std::string text) { return Parameter(texts_.emplace_back(std::move(text))); }

    template<class T>
    Parameter parameter(const T& field) {
        if constexpr (is_optional<T>) {
            return field ? parameter(*field) : Parameter(nullptr);
        } else if constexpr (Named<T>) {
            return market::name_of(field);
        } else if constexpr (is_set<T>) {
            return own(join_names(field));
        } else if constexpr (is_list<T>) {
            return own(encode_list(field));
        } else if constexpr (std::same_as<T, market::Date>) {
            return own(market::format_date(field));
        } else {
            return field;
        }
    }

    std::deque<std::string> texts_; // parameters refer to text
};

class ColumnReader {
public:
    static constexpr bool reads = true;
    explicit ColumnReader(const Rows& rows, std::size_t first = 0) : rows_(rows), next_(first) {}

    template<class T>
    void operator()(std::string_view, T& field) {
        field = read<T>(next_++);
    }
    void blank_as_null(std::string_view, std::string& text) {
        text = rows_.get<std::optional<std::string>>(next_++).value_or("");
    }
    void slot(std::string_view, const auto&) {}

private:
    template<class T>
    T read(std::size_t column) const {
        if constexpr (is_optional<T>) {
            if (rows_.is_null(column)) return std::nullopt;
            return read<typename T::value_type>(column);
        } else if constexpr (Named<T>) {
            return enum_of<T>(rows_.get<std::string>(column));
        } else if constexpr (is_set<T>) {
            return read_set(column, T{});
        } else if constexpr (is_list<T>) {
            return decode_list<typename T::value_type>(rows_.get<std::string>(column));
        } else if constexpr (std::same_as<T, market::Date>) {
            return read_date(column);
        } else {
            return rows_.get<T>(column);
        }
    }
    template<class Enum>
    market::Set<Enum> read_set(std::size_t column, market::Set<Enum>) const {
        return split_names<Enum>(rows_.get<std::string>(column));
    }
    market::Date read_date(std::size_t column) const;

    const Rows& rows_;
    std::size_t next_;
};

template<class Map>
std::vector<ColumnNames::Column> columns_of() {
    ColumnNames names;
    const typename Map::Object object{};
    Map::columns(names, object);
    return std::move(names.columns);
}

// "s.id, s.login": the columns to read, in the order in which ColumnReader takes them.
std::string select_list(const std::vector<ColumnNames::Column>& columns, std::string_view prefix);
std::string insert_sql(std::string_view table, const std::vector<ColumnNames::Column>& columns);
// Everything but the key, WHERE key and version match.
std::string update_sql(std::string_view table, const std::vector<ColumnNames::Column>& columns);

template<class Map>
std::string select_list(std::string_view prefix) {
    return select_list(columns_of<Map>(), prefix);
}

// "SELECT ... FROM table " of the whole object.
template<class Map>
const std::string& select_sql() {
    static const auto sql =
        "SELECT " + select_list<Map>("") + " FROM " + std::string(Map::table) + " ";
    return sql;
}

template<class Map>
typename Map::Object object_of(ColumnReader& reader) {
    typename Map::Object object{};
    Map::columns(reader, object);
    return object;
}

template<class Map>
std::vector<typename Map::Object> all_of(Rows rows) {
    std::vector<typename Map::Object> objects;
    objects.reserve(rows.count());
    while (rows.next()) {
        ColumnReader reader(rows);
        objects.push_back(object_of<Map>(reader));
    }
    return objects;
}

// `tail` follows the table: "WHERE organisation_id = ? ORDER BY id".
template<class Map, class... Args>
std::vector<typename Map::Object>
find_all(Connection& connection, std::string_view tail, const Args&... args) {
    return all_of<Map>(connection.statement(select_sql<Map>() + std::string(tail)).query(args...));
}

template<class Map, class... Args>
std::optional<typename Map::Object>
find_one(Connection& connection, std::string_view tail, const Args&... args) {
    auto objects = find_all<Map>(connection, tail, args...);
    if (objects.empty()) return {};
    return std::move(objects.front());
}

template<class Map>
void insert(Connection& connection, const typename Map::Object& object) {
    static const auto sql = insert_sql(Map::table, columns_of<Map>());
    ColumnWriter row;
    Map::columns(row, object);
    connection.statement(sql).run_with(row.values);
}

// Runs an insert; false when `constraint` refuses the row because it is there already.
template<class Insert>
bool inserted(std::string_view constraint, Insert&& insert_row) {
    try {
        insert_row();
        return true;
    } catch (const StorageError& error) {
        if (error.kind != StorageError::Kind::duplicate || error.constraint != constraint) throw;
        return false;
    }
}

// Inserts when the version is 0, else compares-and-sets on it; raises it. Throws conflict when
// another was faster.
template<class Map>
void put(Connection& connection, typename Map::Object& object) {
    static const auto to_insert = insert_sql(Map::table, columns_of<Map>());
    static const auto to_update = update_sql(Map::table, columns_of<Map>());
    const auto next_version = object.version + 1;
    ColumnWriter row;
    Map::columns(row, object);
    row.values.back() = Parameter(next_version);
    if (object.version == 0) {
        connection.statement(to_insert).run_with(row.values);
    } else {
        std::rotate(row.values.begin(), row.values.begin() + 1, row.values.end());
        row.values.emplace_back(object.version);
        if (connection.statement(to_update).run_with(row.values) == 0) throw_stale(Map::table);
    }
    object.version = next_version;
}

} // namespace jishi::storage
