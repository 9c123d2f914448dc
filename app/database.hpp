// The database of this process: the embedded server or an external one, its pool, its schema.
#pragma once

#include "app/settings.hpp"
#include "storage/embedded_server.hpp"
#include "storage/pool.hpp"

#include <memory>
#include <string>

namespace jishi::app {

enum class Schema : std::uint8_t {
    migrate, // bring it to this program's version
    check,   // refuse to go on unless it is there; the embedded database is migrated all the same
    leave,   // for doctor
};

// Whose the embedded server may be: `serve` owns it; other commands use that of a market which runs
// already.
enum class Ownership : std::uint8_t { own, share };

class Database {
public:
    // Starts the embedded server or connects. Throws SettingError (a bad URL),
    // storage::StorageError and storage::MigrationRefused.
    Database(const Settings& settings, Schema schema, Ownership ownership = Ownership::share);

    storage::Pool& pool() { return *pool_; }
    const storage::EmbeddedServer* embedded() const { return embedded_.get(); }
    std::string described() const;

private:
    std::unique_ptr<storage::EmbeddedServer> embedded_;
    storage::DatabaseOptions options_;
    std::unique_ptr<storage::Pool> pool_;
};

} // namespace jishi::app
