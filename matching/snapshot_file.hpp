// All of an engine as bytes that outlive the program, and back, so that a start reads what the last
// run had computed. Reading trusts nothing: a file that was cut, spoilt or made up gives a reason.
#pragma once

#include "matching/arrays.hpp"
#include "matching/collection.hpp"
#include "matching/duplicates.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace jishi::matching {

struct Collections {
    std::shared_ptr<const Collection> achievements, needs; // of one model
};

using Bytes = std::span<const std::uint8_t>;
using Sink = std::function<void(Bytes)>; // takes the bytes in pieces, one behind the other

inline constexpr std::size_t snapshot_mark_max = 256;

// `mark`: whatever the caller wants to know of the file before it is read, of at most
// snapshot_mark_max bytes. What `sink` throws comes out.
void write_snapshot(
    const Collections& listings,
    const DuplicateIndex::Kept& groups,
    std::string_view mark,
    const Sink& sink
);

// What stands in the mark's place; only a file that can be read vouches for it.
std::optional<std::string> snapshot_mark(Bytes file);

// Nothing when the file is not what write_snapshot() makes of listings that were read with this
// model; `problem` then says why, for people. Each segment stays where it stands in what
// was read of the file, and holds that part until nobody has the segment; what is not held is used
// up. `file` starts at a multiple of eight. REQUIRES: to `groups` nothing was added yet; where
// there is a problem, they are good for nothing.
std::optional<Collections> read_snapshot(
    const LentBytes& file,
    std::shared_ptr<const Model> model,
    DuplicateIndex& groups,
    std::string& problem
);

// The bytes with the checksum they should have in place of their last eight: for tests of what
// comes behind it.
void reseal_snapshot(std::span<std::uint8_t> file);

} // namespace jishi::matching
