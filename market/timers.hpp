// Time as an actor: fires what is due.
#pragma once

#include "market/books.hpp"

namespace jishi::market {

// Expires at most `limit` listings and deals whose time has come as of books.now; returns how many.
// Zero: nothing is due.
std::size_t expire_due(Books& books, std::uint32_t limit);

} // namespace jishi::market
