#include "storage/event_book.hpp"

#include "storage/event_map.hpp"

namespace jishi::storage {

void EventBook::append(const market::Event& event) {
    insert<EventMap>(connection_, event);
}

std::vector<market::Event> EventBook::history_of(std::string_view object) {
    return find_all<EventMap>(connection_, "WHERE object = ? ORDER BY object_version, id", object);
}

} // namespace jishi::storage
