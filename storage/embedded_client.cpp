#include "storage/embedded_folder.hpp"
#include "storage/embedded_server.hpp"

#include <fcntl.h>

#include <fstream>
#include <iterator>
#include <sys/file.h>

namespace jishi::storage {

namespace {

std::string text_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_locked(const std::filesystem::path& lock_file) {
    const Descriptor lock(open(lock_file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    return lock.valid() && flock(lock.get(), LOCK_SH | LOCK_NB) != 0;
}

} // namespace

std::optional<DatabaseOptions> running_embedded(const std::filesystem::path& data_dir) {
    std::error_code error;
    const auto data = std::filesystem::canonical(data_dir, error);
    if (error || !is_locked(data / "db.lock")) return {};
    const auto db = data / "db";
    const std::filesystem::path short_folder = text_of(db / "socket_folder");
    DatabaseOptions options;
    options.socket = (short_folder.empty() ? db / "mariadbd.sock" : short_folder / "s").string();
    options.user = embedded_user;
    options.password = text_of(db / "jishi.password");
    options.schema = "jishi";
    return options;
}

} // namespace jishi::storage
