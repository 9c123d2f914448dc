// A table of a model book: rows by id, compared-and-set on their version as the real books do.
#pragma once

#include "market/books.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <vector>

namespace jishi::tests {

// How often anything was written. A refused act leaves it as it was.
using WriteCount = std::uint64_t;

// What storage throws when another unit of work was faster.
struct LostRace : std::runtime_error {
    using std::runtime_error::runtime_error;
};

template<class T>
class ModelTable {
public:
    using Key = decltype(T::id);

    explicit ModelTable(WriteCount& writes) : writes_(writes) {}

    std::optional<T> find(const Key& id) const {
        const auto found = rows_.find(id);
        return found == rows_.end() ? std::nullopt : std::optional(found->second);
    }

    // Inserts version 0, else replaces the same version. The object gets the next version.
    void put(T& object) {
        const auto found = rows_.find(object.id);
        const bool is_new = found == rows_.end();
        if (is_new != (object.version == 0)) throw LostRace("inserted twice, or gone");
        if (!is_new && found->second.version != object.version) throw LostRace("version is stale");
        ++object.version;
        rows_.insert_or_assign(object.id, object);
        ++writes_;
    }

    // The first object, by id, that the predicate accepts.
    template<class Predicate>
    std::optional<T> first(Predicate predicate) const {
        for (const auto& [id, object] : rows_)
            if (predicate(object)) return object;
        return {};
    }

    template<class Predicate>
    std::vector<T> all(Predicate predicate) const {
        std::vector<T> chosen;
        for (const auto& [id, object] : rows_)
            if (predicate(object)) chosen.push_back(object);
        return chosen;
    }
    std::vector<T> all() const {
        return all([](const T&) { return true; });
    }

    template<class Visit>
    void each(Visit visit) const {
        for (const auto& [id, object] : rows_)
            visit(object);
    }

    // Newest first.
    template<class Predicate>
    std::vector<T> page(const market::PageRequest& page, Predicate predicate) const {
        auto chosen = all([&](const T& object) {
            return (!page.before || object.id.bytes < *page.before) && predicate(object);
        });
        std::sort(chosen.begin(), chosen.end(), [](const T& a, const T& b) {
            return a.id.bytes > b.id.bytes;
        });
        if (chosen.size() > page.limit) chosen.resize(page.limit);
        return chosen;
    }

    // Past every rule: how a test puts an object into a state that it cannot reach otherwise.
    T& edit(const Key& id) { return rows_.at(id); }
    void erase(const Key& id) {
        rows_.erase(id);
        ++writes_;
    }

private:
    WriteCount& writes_;
    std::map<Key, T> rows_;
};

template<class T>
auto ids_of(const std::vector<T>& objects) {
    std::vector<decltype(T::id)> ids;
    for (const auto& object : objects)
        ids.push_back(object.id);
    return ids;
}

} // namespace jishi::tests
