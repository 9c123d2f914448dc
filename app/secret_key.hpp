// The key that signs page cursors: from the settings, or one that this installation made for
// itself.
#pragma once

#include "app/settings.hpp"
#include "protocol/cursor.hpp"

namespace jishi::app {

// Without a setting the key is kept in <data>/cursor-key (mode 0600), made on first use, so that
// cursors outlive a restart. Throws SettingError when the file cannot be kept.
protocol::Cursors::Key cursor_key(const Settings& settings);

} // namespace jishi::app
