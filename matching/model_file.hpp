// A model as bytes that outlive the program, and back. Reading trusts nothing: a file that was cut,
// spoilt or made up gives a reason instead of a model.
#pragma once

#include "matching/model.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::matching {

// Fingerprints of what there was when a model was learned; ascending.
struct LearnedFrom {
    std::vector<std::uint64_t> listings, matches; // live listings, and matches that were confirmed
};

struct KeptModel {
    std::shared_ptr<const Model> model;
    LearnedFrom learned_from;
};

// REQUIRES: there is a model.
std::string bytes_of(const KeptModel& kept);

// Nothing when the bytes are not what bytes_of() makes; `problem` then says why, for people.
std::optional<KeptModel> kept_model(std::string_view bytes, std::string& problem);

// The bytes and their checksum, which a reader asks for before it believes anything.
std::string sealed(std::string bytes);

// What people and stored matches call a model: 16 hex digits, or "none".
std::string version_name(const Model* model);

} // namespace jishi::matching
