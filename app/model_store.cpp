#include "app/model_store.hpp"

#include "app/whole_file.hpp"

#include <fstream>
#include <iterator>
#include <system_error>

namespace jishi::app {

std::filesystem::path model_path(const Settings& settings) {
    return std::filesystem::path(settings.text("data")) / "model" / "current";
}

std::optional<matching::KeptModel>
load_model(const std::filesystem::path& path, std::string& problem) {
    problem.clear();
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    problem = "it cannot be read";
    if (!file) return std::nullopt;
    return matching::kept_model(bytes, problem);
}

void save_model(const std::filesystem::path& path, const matching::KeptModel& kept) {
    const auto bytes = matching::bytes_of(kept);
    write_whole(path, [&](const WriteBytes& write) {
        write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    });
}

} // namespace jishi::app
