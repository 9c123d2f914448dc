#include "storage/store.hpp"

#include <chrono>

namespace jishi::storage {

market::Instant wall_clock_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::microseconds>(now).count()};
}

} // namespace jishi::storage
