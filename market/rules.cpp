#include "market/rules.hpp"

#include <stdexcept>

namespace jishi::market::rules {

std::int64_t value(Books& books, std::string_view key) {
    const auto found = books.rules.value_on(key, shanghai_date(books.now));
    if (!found) throw std::runtime_error("no rule in force: " + std::string(key));
    return *found;
}

} // namespace jishi::market::rules
