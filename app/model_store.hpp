// The file that keeps the model in force over restarts.
#pragma once

#include "app/settings.hpp"
#include "matching/model_file.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace jishi::app {

std::filesystem::path model_path(const Settings& settings); // DATA/model/current

// Nothing with an empty `problem`: there is no file. Nothing with a reason: it cannot be used.
std::optional<matching::KeptModel>
load_model(const std::filesystem::path& path, std::string& problem);

// After a crash there is the old file or the new one, whole. Throws std::system_error; the old file
// then stays.
void save_model(const std::filesystem::path& path, const matching::KeptModel& kept);

} // namespace jishi::app
