// Events as a business transaction writes them: into the table of events, without a position. The
// log gives positions to committed events only (storage/event_log.hpp).
#pragma once

#include "market/books.hpp"
#include "storage/connection.hpp"

namespace jishi::storage {

class EventBook final : public market::EventBook {
public:
    explicit EventBook(Connection& connection) : connection_(connection) {}

    void append(const market::Event& event) override;
    // By the object's version, then by id: versions order what different nodes wrote, clocks may
    // not.
    std::vector<market::Event> history_of(std::string_view object) override;

private:
    Connection& connection_;
};

} // namespace jishi::storage
