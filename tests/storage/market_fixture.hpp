// A migrated schema with the market's books over it. Outside a transaction every call commits on
// its own.
#pragma once

#include "storage/event_log.hpp"
#include "storage/migration.hpp"
#include "storage/store.hpp"
#include "tests/storage/samples.hpp"
#include "tests/storage/storage_fixture.hpp"

namespace jishi::storage {

inline constexpr market::Instant test_now{1'760'000'000'000'000};

struct Market : Schema {
    Market() { migrate(connection); }

    Pool pool{where};
    Store store{pool, [] { return test_now; }};
    EventLog log{pool};
    UnitOfWork books{connection, test_now};
};

// What the database has looked at for this connection so far: rows, and entries of an index.
inline std::uint64_t rows_read(Connection& connection) {
    auto rows = connection
                    .statement("SHOW SESSION STATUS WHERE Variable_name LIKE 'Handler_read%'"
                               " OR Variable_name = 'Handler_icp_attempts'")
                    .query();
    std::uint64_t sum = 0;
    while (rows.next())
        sum += std::stoull(rows.get<std::string>(1));
    return sum;
}

// The ids of all pages of `size`, in the order they came.
template<class List>
auto walk(List list, std::uint32_t size) {
    market::PageRequest page{.before = {}, .limit = size};
    std::vector<decltype(list(page).front().id)> ids;
    while (true) {
        const auto rows = list(page);
        EXPECT_LE(rows.size(), size);
        if (rows.empty()) return ids;
        for (const auto& row : rows)
            ids.push_back(row.id);
        page.before = ids.back().bytes;
        if (ids.size() > 1000) {
            ADD_FAILURE() << "the pages do not come to an end";
            return ids;
        }
    }
}

} // namespace jishi::storage
