#include "app/sweeper.hpp"

#include "market/timers.hpp"

namespace jishi::app {

namespace {

constexpr std::uint32_t batch = 10; // a unit of work stays short and holds few locks
constexpr std::int64_t answers_kept_us = 48 * market::hour_us;

} // namespace

std::size_t sweep(storage::Store& store) {
    const auto fired =
        store.run([](market::Books& books) { return market::expire_due(books, batch); });
    if (fired == 0)
        store.run([](market::Books& books) {
            books.answers.forget_before(books.now + -answers_kept_us);
        });
    return fired;
}

} // namespace jishi::app
