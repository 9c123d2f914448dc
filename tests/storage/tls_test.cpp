// What each TLS mode accepts, against a server with a certificate for 127.0.0.1 and another one's
// certificate authority.

#include "storage/child_process.hpp"
#include "storage/embedded_server.hpp"
#include "tests/storage/storage_fixture.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <netinet/in.h>
#include <sys/socket.h>

namespace jishi::storage {
namespace {

namespace fs = std::filesystem;

bool run(const std::string& command) {
    return std::system(("(" + command + ") > /dev/null 2>&1").c_str()) == 0;
}

// ca.pem, other_ca.pem, and for each of the names a certificate signed by ca.pem.
bool make_certificates(const fs::path& folder) {
    const auto in_folder = "cd " + folder.string() + " && ";
    for (const auto* authority : {"ca", "other_ca"}) {
        const std::string name(authority);
        if (!run(
                in_folder + "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=" + name +
                " -keyout " + name + ".key -out " + name + ".pem"
            )) {
            return false;
        }
    }
    for (const auto* address : {"127.0.0.1", "127.0.0.2"}) {
        const std::string name(address);
        if (!run(
                in_folder + "openssl req -newkey rsa:2048 -nodes -subj /CN=server -keyout " + name +
                ".key -out " + name + ".csr && echo subjectAltName=IP:" + name + " > " + name +
                ".ext && openssl x509 -req -days 2 -in " + name +
                ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile " + name + ".ext -out " +
                name + ".pem"
            )) {
            return false;
        }
    }
    return true;
}

std::uint16_t free_port() {
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    bind(probe, reinterpret_cast<sockaddr*>(&address), length);
    getsockname(probe, reinterpret_cast<sockaddr*>(&address), &length);
    close(probe);
    return ntohs(address.sin_port);
}

class TlsServer {
public:
    TlsServer(
        const fs::path& folder, const DatabaseOptions& by_socket, const std::string& certificate
    )
        : nothing_(open("/dev/null", O_RDWR | O_CLOEXEC)) {
        where.host = "127.0.0.1";
        where.port = free_port();
        where.user = "far";
        where.password = "p";
        where.schema = "jishi";
        std::vector<std::string> arguments{
            "/usr/sbin/mariadbd",
            "--no-defaults",
            "--datadir=" + (folder / "db").string(),
            "--tmpdir=" + folder.string(),
            "--socket=" + by_socket.socket,
            "--bind-address=127.0.0.1",
            "--port=" + std::to_string(where.port),
            "--skip-name-resolve",
        };
        if (geteuid() == 0) arguments.push_back("--user=root");
        if (!certificate.empty()) {
            arguments.push_back("--ssl-cert=" + (folder / (certificate + ".pem")).string());
            arguments.push_back("--ssl-key=" + (folder / (certificate + ".key")).string());
        }
        child_.emplace(ChildProcess::start(arguments, nothing_.get(), nothing_.get()));
        while (!answers() && !child_->process().wait_end(std::chrono::milliseconds(10))) {
        }
    }

    // The code of the refusal, 0 when it connects.
    int code(Tls tls, const fs::path& ca = {}, std::string_view host = "127.0.0.1") const {
        auto options = where;
        options.host = host;
        options.tls = tls;
        options.ca_file = ca.string();
        try {
            Connection connection(options);
            return 0;
        } catch (const StorageError& error) {
            EXPECT_EQ(error.kind, Kind::unavailable);
            return error.code;
        }
    }
    DatabaseOptions where;

private:
    bool answers() const {
        try {
            Connection connection(where);
            return true;
        } catch (const StorageError&) {
            return false;
        }
    }
    Descriptor nothing_;
    std::optional<ChildProcess> child_;
};

TEST(Tls, EachModeProvesWhatItPromises) {
    const auto folder = jishi::testing::fresh_folder("tls");
    if (!make_certificates(folder)) GTEST_SKIP() << "the openssl program is not installed";
    DatabaseOptions by_socket;
    {
        EmbeddedServer server({.data_dir = folder, .redo_log_mb = 8});
        by_socket = server.database();
        Connection connection(by_socket);
        connection.execute("CREATE USER far@'127.0.0.1' IDENTIFIED BY 'p'");
        connection.execute("GRANT ALL PRIVILEGES ON jishi.* TO far@'127.0.0.1'");
    }
    const auto ca = folder / "ca.pem", other_ca = folder / "other_ca.pem";
    {
        const TlsServer right(folder, by_socket, "127.0.0.1");
        EXPECT_EQ(right.code(Tls::off), 0);
        EXPECT_EQ(right.code(Tls::off, {}, "localhost"), 0);
        EXPECT_EQ(right.code(Tls::required), 0);
        EXPECT_EQ(right.code(Tls::verify_ca, ca), 0);
        EXPECT_EQ(right.code(Tls::verify_identity, ca), 0);
        EXPECT_EQ(right.code(Tls::verify_ca, other_ca), 2026);
        EXPECT_EQ(right.code(Tls::verify_identity, other_ca), 2026);
        EXPECT_EQ(right.code(Tls::verify_ca, folder / "no_such.pem"), 2026);
    }
    {
        const TlsServer wrong_name(folder, by_socket, "127.0.0.2");
        EXPECT_EQ(wrong_name.code(Tls::verify_ca, ca), 0);
        EXPECT_EQ(wrong_name.code(Tls::verify_identity, ca), 2026);
    }
    const TlsServer plain(folder, by_socket, "");
    EXPECT_EQ(plain.code(Tls::off), 0);
    EXPECT_EQ(plain.code(Tls::required), 2026);
    EXPECT_EQ(plain.code(Tls::verify_ca, ca), 2026);
    EXPECT_EQ(plain.code(Tls::verify_identity, ca), 2026);
}

} // namespace
} // namespace jishi::storage
