#include "app/model_store.hpp"

#include "app/whole_file.hpp"

#include <string>
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
    try {
        const auto file = lent_file(path);
        const auto bytes = file.bytes.all;
        return matching::kept_model(
            {reinterpret_cast<const char*>(bytes.data()), bytes.size()}, problem
        );
    } catch (const std::system_error& failure) {
        problem = std::string("it cannot be read: ") + failure.what();
        return std::nullopt;
    }
}

void save_model(const std::filesystem::path& path, const matching::KeptModel& kept) {
    const auto bytes = matching::bytes_of(kept);
    write_whole(path, [&](const WriteBytes& write) {
        write({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    });
}

} // namespace jishi::app
