#include "storage/child_process.hpp"
#include "storage/embedded_server.hpp"
#include "storage/transaction.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

namespace jishi::storage {
namespace {

namespace fs = std::filesystem;

EmbeddedOptions small(const fs::path& folder) {
    EmbeddedOptions options;
    options.data_dir = folder;
    options.redo_log_mb = 8;
    options.buffer_pool_mb = 16;
    return options;
}

std::int64_t count_rows(const EmbeddedServer& server) {
    Connection connection(server.database());
    auto rows = connection.statement("SELECT COUNT(*) FROM t").query();
    return rows.next() ? rows.get<std::int64_t>(0) : -1;
}

void make_table(const EmbeddedServer& server) {
    Connection connection(server.database());
    connection.execute("CREATE TABLE t (id INT PRIMARY KEY) ENGINE = InnoDB");
    connection.execute("INSERT INTO t VALUES (1)");
}

// Ended, though its new parent may not have buried it yet.
bool is_gone(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(stat, line);
    const auto end_of_name = line.rfind(") ");
    return end_of_name == std::string::npos || line[end_of_name + 2] == 'Z';
}

template<class Condition>
void wait_until(Condition&& condition) {
    while (!condition())
        usleep(5'000);
}

bool answers(const DatabaseOptions& where) {
    try {
        Connection connection(where);
        return true;
    } catch (const StorageError&) {
        return false;
    }
}

TEST(EmbeddedServer, CreatesTheDatabaseOnceAndFindsItAgain) {
    const auto folder = jishi::testing::fresh_folder("embedded") / "not" / "there";
    {
        EmbeddedServer server(small(folder));
        make_table(server);
        server.stop();
        server.stop();
        EXPECT_EQ(server.pid(), 0);
        EXPECT_FALSE(answers(server.database()));
    }
    EmbeddedServer again(small(folder));
    EXPECT_EQ(count_rows(again), 1);
    EXPECT_FALSE(fs::exists(folder / "db.tmp"));
}

TEST(EmbeddedServer, KeepsEveryoneElseOut) {
    const auto folder = jishi::testing::fresh_folder("embedded");
    EmbeddedServer server(small(folder));
    const auto mode_of = [](const fs::path& file) {
        struct stat info {};
        EXPECT_EQ(lstat(file.c_str(), &info), 0) << file;
        return info.st_mode & 0777;
    };
    EXPECT_EQ(mode_of(folder / "db"), 0700U);
    EXPECT_EQ(mode_of(folder / "db" / "jishi.password"), 0600U);
    EXPECT_EQ(fs::path(server.database().socket).parent_path(), fs::canonical(folder) / "db");
    auto where = server.database();
    where.password.clear();
    EXPECT_EQ(error_of([&] { Connection connection(where); }).code, 1045);
    for (const auto* user : {"root", "mysql", "mariadb.sys", ""}) {
        where.user = user;
        EXPECT_EQ(error_of([&] { Connection connection(where); }).kind, Kind::unavailable) << user;
    }
    Connection connection(server.database());
    auto rows =
        connection.statement("SELECT @@skip_networking, @@innodb_flush_log_at_trx_commit").query();
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.get<int>(0), 1);
    EXPECT_EQ(rows.get<int>(1), 1);
}

TEST(EmbeddedServer, IsStartedAgainAfterItWasKilledAndLosesNothing) {
    auto options = small(jishi::testing::fresh_folder("embedded"));
    std::mutex mutex;
    std::string told;
    options.on_event = [&](std::string_view text) {
        const std::lock_guard lock(mutex);
        told += text;
    };
    EmbeddedServer server(options);
    make_table(server);
    auto where = server.database();
    Pool pool(where);
    const auto first = server.pid();
    const auto error = error_of([&] {
        in_transaction(pool, [&](Connection& on) {
            on.statement("INSERT INTO t VALUES (2)").run();
            kill(first, SIGKILL);
            wait_until([&] { return is_gone(first); });
        });
    });
    EXPECT_EQ(error.kind, Kind::unavailable);
    wait_until([&] {
        return server.pid() != 0 && server.pid() != first && answers(server.database());
    });
    EXPECT_EQ(count_rows(server), 1);
    in_transaction(pool, [](Connection& on) { on.statement("INSERT INTO t VALUES (3)").run(); });
    EXPECT_EQ(count_rows(server), 2);
    EXPECT_EQ(server.restarts(), 1U);
    const std::lock_guard lock(mutex);
    EXPECT_NE(told.find("the database server ended (signal 9)"), std::string::npos) << told;
}

TEST(EmbeddedServer, RefusesAFolderThatAnotherHolds) {
    const auto folder = jishi::testing::fresh_folder("embedded");
    EmbeddedServer server(small(folder));
    const auto error = error_of([&] { EmbeddedServer second(small(folder)); });
    EXPECT_EQ(error.kind, Kind::unavailable);
    EXPECT_NE(
        std::string(error.what())
            .find("in use by another jishi, process " + std::to_string(getpid())),
        std::string::npos
    ) << error.what();
    EXPECT_TRUE(answers(server.database()));
}

TEST(EmbeddedServer, WorksInAFolderWithAVeryLongName) {
    const auto folder =
        jishi::testing::fresh_folder("embedded") / std::string(90, 'l') / std::string(90, 'o');
    fs::path socket_folder;
    {
        EmbeddedServer server(small(folder));
        socket_folder = fs::path(server.database().socket).parent_path();
        EXPECT_LT(server.database().socket.size(), 108U);
        struct stat info {};
        ASSERT_EQ(lstat(socket_folder.c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777, 0700U);
        make_table(server);
    }
    EXPECT_FALSE(fs::exists(socket_folder));
    EmbeddedServer again(small(folder));
    EXPECT_EQ(count_rows(again), 1);
}

TEST(EmbeddedServer, AHalfMadeDatabaseOfAnInterruptedSetupIsMadeAnew) {
    const auto folder = jishi::testing::fresh_folder("embedded");
    fs::create_directories(folder / "db.tmp" / "mysql");
    std::ofstream(folder / "db.tmp" / "ibdata1") << "half";
    EmbeddedServer server(small(folder));
    EXPECT_TRUE(answers(server.database()));
    EXPECT_FALSE(fs::exists(folder / "db.tmp"));
}

TEST(EmbeddedServer, AFolderThatIsNotADatabaseIsLeftAlone) {
    const auto folder = jishi::testing::fresh_folder("embedded");
    fs::create_directories(folder / "db");
    std::ofstream(folder / "db" / "thesis.txt") << "mine";
    EXPECT_EQ(kind_of_error([&] { EmbeddedServer server(small(folder)); }), Kind::corrupt);
    EXPECT_TRUE(fs::exists(folder / "db" / "thesis.txt"));
}

TEST(EmbeddedServer, NamesThePackageWhenThereIsNoServerProgram) {
    auto options = small(jishi::testing::fresh_folder("embedded"));
    options.mariadbd = "/nowhere/mariadbd";
    const auto error = error_of([&] { EmbeddedServer server(options); });
    EXPECT_NE(
        std::string(error.what()).find("apt-get install mariadb-server-core"), std::string::npos
    );
}

TEST(EmbeddedServer, TellsTheEndOfTheLogWhenItCannotStart) {
    const auto folder = jishi::testing::fresh_folder("embedded");
    { EmbeddedServer server(small(folder)); }
    fs::resize_file(folder / "db" / "ibdata1", 4096);
    const auto error = error_of([&] { EmbeddedServer server(small(folder)); });
    EXPECT_EQ(error.kind, Kind::unavailable);
    EXPECT_NE(std::string(error.what()).find("InnoDB"), std::string::npos) << error.what();
}

TEST(EmbeddedServer, AnOrphanOnItsFolderIsStoppedFirst) {
    const auto folder = fs::canonical(jishi::testing::fresh_folder("embedded"));
    const auto where = EmbeddedServer(small(folder)).database();
    const auto db = folder / "db";
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    auto orphan = ChildProcess::start(
        {"/usr/sbin/mariadbd",
         "--no-defaults",
         "--datadir=" + db.string(),
         "--socket=" + (db / "mariadbd.sock").string(),
         "--pid-file=" + (db / "mariadbd.pid").string(),
         "--tmpdir=" + folder.string(),
         "--skip-networking",
         "--user=root"},
        nothing,
        nothing
    );
    wait_until([&] { return answers(where); });
    EmbeddedServer server(small(folder));
    EXPECT_TRUE(orphan.process().wait_end(std::chrono::milliseconds(0)));
    EXPECT_TRUE(answers(server.database()));
    close(nothing);
}

TEST(EmbeddedServer, AStrangerThatBearsTheOldProcessIdIsLeftAlone) {
    const auto folder = jishi::testing::fresh_folder("embedded");
    { EmbeddedServer server(small(folder)); }
    std::ofstream(folder / "db" / "mariadbd.pid") << getpid();
    EmbeddedServer server(small(folder));
    EXPECT_TRUE(answers(server.database()));
}

// Not a test: the body of the child process of the next one.
TEST(EmbeddedServerHelper, DISABLED_RunsUntilKilled) {
    const char* folder = std::getenv("JISHI_TEST_FOLDER");
    ASSERT_TRUE(folder);
    EmbeddedServer server(small(folder));
    make_table(server);
    std::ofstream(fs::path(folder) / "pid.tmp") << server.pid();
    fs::rename(fs::path(folder) / "pid.tmp", fs::path(folder) / "pid");
    while (true)
        pause();
}

TEST(EmbeddedServer, EndsWithItsParentEvenWhenThatIsKilled) {
    const auto folder = jishi::testing::fresh_folder("embedded");
    setenv("JISHI_TEST_FOLDER", folder.c_str(), 1);
    const char* const arguments[] = {
        "/proc/self/exe",
        "--gtest_filter=EmbeddedServerHelper.*",
        "--gtest_also_run_disabled_tests",
        "--gtest_brief=1",
        nullptr,
    };
    pid_t parent = 0;
    ASSERT_EQ(
        posix_spawn(
            &parent, arguments[0], nullptr, nullptr, const_cast<char* const*>(arguments), environ
        ),
        0
    );
    wait_until([&] { return fs::exists(folder / "pid") || waitpid(parent, nullptr, WNOHANG) != 0; }
    );
    pid_t server_pid = 0;
    std::ifstream(folder / "pid") >> server_pid;
    ASSERT_GT(server_pid, 1);
    EXPECT_FALSE(is_gone(server_pid));
    kill(parent, SIGKILL);
    waitpid(parent, nullptr, 0);
    wait_until([&] { return is_gone(server_pid); });
    EmbeddedServer again(small(folder));
    EXPECT_EQ(count_rows(again), 1);
}

} // namespace
} // namespace jishi::storage
