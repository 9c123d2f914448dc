#include "app/demo.hpp"

#include "app/house.hpp"
#include "app/importer.hpp"
#include "protocol/secrets.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace jishi::app {

namespace {

using protocol::json::Object;

std::string demo_password(const std::string& data) {
    const auto path = std::filesystem::path(data) / "demo-password";
    if (std::string text; std::ifstream(path) >> text) return text;
    auto password = make_password();
    std::filesystem::create_directories(data);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    const bool written = file >= 0 && ::write(file, password.data(), password.size()) ==
                                          static_cast<ssize_t>(password.size());
    if (file >= 0) ::close(file);
    if (!written) throw std::runtime_error("cannot write " + path.string());
    return password;
}

[[noreturn]] void fail(const std::string& file, std::uint64_t line, const std::string& problem) {
    throw std::runtime_error(file + ":" + std::to_string(line) + ": " + problem);
}

template<class Each>
void for_each_row(const std::string& file, Each each) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file);
    JsonlReader reader(in);
    while (const auto row = reader.next()) {
        if (!row->wrong.empty()) fail(file, row->line, row->wrong);
        each(row->line, row->object.object());
    }
}

market::MemberDraft member_of(const Object& member, const std::string& password_hash) {
    market::MemberDraft draft{
        .login = std::string(member.text("login")),
        .name = std::string(member.text("name")),
        .roles = {},
        .password_hash = password_hash};
    for (const auto role : member.array("roles"))
        if (const auto known = market::parse_name<market::Role>(role.text()))
            draft.roles.add(*known);
    return draft;
}

market::Verdict found(market::Books& books, const Object& row, const std::string& password_hash) {
    const auto members = row.array("members");
    const auto founded = found_organisation(
        books,
        {.uscc = std::string(row.text("uscc")),
         .name = std::string(row.text("name")),
         .division = std::string(row.text("division")),
         .industry = std::string(row.text("industry")),
         .kind = *market::parse_name<market::OrganisationKind>(row.text("kind"))},
        member_of(members[0].object(), password_hash)
    );
    if (!founded) return founded.refusal();
    const auto admin =
        house_member(founded->organisation, founded->member.id, {market::Role::org_admin});
    for (std::size_t i = 1; i < members.size(); ++i)
        if (const auto added =
                market::add_member(books, admin, member_of(members[i].object(), password_hash));
            !added)
            return added.refusal();
    return market::Done{};
}

void load_organisations(
    storage::Store& store, const std::string& file, const std::string& password_hash
) {
    for_each_row(file, [&](std::uint64_t line, const Object& row) {
        const auto founded =
            store.run([&](market::Books& books) { return found(books, row, password_hash); });
        if (!founded) fail(file, line, describe(founded.refusal()));
    });
}

void load_listings(storage::Store& store, const std::string& file, market::ListingKind kind) {
    std::ifstream in(file);
    if (!in) throw std::runtime_error("cannot read " + file);
    Importer importer(
        store, RowReader(kind, {}, {}), {.errors_file = file + ".errors.jsonl", .publish = true}
    );
    importer.read_jsonl(in, [] {});
    if (importer.report().refused > 0)
        throw std::runtime_error("demo rows were refused: see " + file + ".errors.jsonl");
}

// The first login of the file for each role that people ask for.
std::vector<DemoLogins::Login> logins_of(const std::string& file) {
    struct Wanted {
        const char* shown;
        std::string_view kind;
        std::string_view role;
    };
    constexpr std::array wanted{
        Wanted{"market operator", "government", "market_operator"},
        Wanted{"university transfer office", "university", "deal_maker"},
        Wanted{"university signer", "university", "signer"},
        Wanted{"enterprise", "enterprise", "deal_maker"},
        Wanted{"enterprise signer", "enterprise", "signer"},
        Wanted{"broker", "intermediary", "broker"},
    };
    std::array<std::optional<DemoLogins::Login>, wanted.size()> first;
    for_each_row(file, [&](std::uint64_t, const Object& row) {
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (first[i] || row.text("kind") != wanted[i].kind) continue;
            for (const auto member : row.array("members"))
                for (const auto role : member.object().array("roles"))
                    if (role.text() == wanted[i].role && !first[i])
                        first[i] = {
                            wanted[i].shown,
                            std::string(member.object().text("login")),
                            std::string(row.text("name"))};
        }
    });
    std::vector<DemoLogins::Login> logins;
    for (auto& login : first)
        if (login) logins.push_back(std::move(*login));
    return logins;
}

} // namespace

DemoLogins load_demo(storage::Store& store, const std::string& folder, const std::string& data) {
    const auto organisations = folder + "/organisations.jsonl";
    DemoLogins demo{.password = demo_password(data), .one_for_each_role = logins_of(organisations)};
    const bool empty = store.read([](market::Books& books) {
        return books.parties.list_organisations({}, {.before = {}, .limit = 1}).empty();
    });
    if (!empty) return demo;
    spdlog::info("loading demo data from {}", folder);
    load_organisations(store, organisations, protocol::hash_password(demo.password));
    load_listings(store, folder + "/achievements.jsonl", market::ListingKind::achievement);
    load_listings(store, folder + "/needs.jsonl", market::ListingKind::need);
    return demo;
}

std::string demo_welcome(const DemoLogins& demo, const std::string& address) {
    std::string text = "\nDemo accounts (password of all: " + demo.password + ")\n";
    for (const auto& login : demo.one_for_each_role)
        text += "  " + login.login +
                std::string(std::max<std::size_t>(1, 20 - login.login.size()), ' ') + login.role +
                ", " + login.organisation + "\n";
    text += "\nTry:\n"
            "  open " +
            address +
            "/\n"
            "  curl '" +
            address +
            "/api/v1/needs?limit=3'\n"
            "  curl -X POST " +
            address +
            "/api/v1/sessions -H 'Content-Type: application/json' \\\n"
            "       -d '{\"login\":\"" +
            (demo.one_for_each_role.empty() ? "" : demo.one_for_each_role.front().login) +
            "\",\"password\":\"" + demo.password +
            "\"}'\n"
            "  the operator finds anonymous needs waiting in /api/v1/review-queue\n"
            "  README.md walks from a need to a signed contract.\n\n";
    return text;
}

} // namespace jishi::app
