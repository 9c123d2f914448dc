// What an event means for the catalogue.
#pragma once

#include "market/event.hpp"

namespace jishi::app {

// Of the events that everyone is told, some bring a listing to the market and the others take it
// off.
inline bool goes_live(const market::Event& event) {
    return event.everyone_told && (event.to == "published" || event.to == "engaged");
}
inline bool leaves_market(const market::Event& event) {
    return event.everyone_told && !goes_live(event);
}

} // namespace jishi::app
