// The bytes of a kept index as a start lends them.
#pragma once

#include "matching/arrays.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace jishi::matching::test {

// A part that nobody holds any more is spoilt, so that whoever reads it all the same is noticed.
inline LentBytes lent(std::vector<std::uint8_t> file) {
    const auto kept = std::make_shared<std::vector<std::uint8_t>>(std::move(file));
    return {*kept, [kept](std::span<const std::uint8_t> part) {
                const std::span all(*kept);
                const auto own =
                    all.subspan(static_cast<std::size_t>(part.data() - all.data()), part.size());
                return std::shared_ptr<const void>(part.data(), [kept, own](const void*) {
                    std::ranges::fill(own, std::uint8_t{0xDB});
                });
            }};
}

} // namespace jishi::matching::test
