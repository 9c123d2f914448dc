// Sets up the log: readable lines, or one JSON object a line.
#pragma once

#include "app/settings.hpp"

namespace jishi::app {

void set_up_logging(const Settings& settings);

} // namespace jishi::app
