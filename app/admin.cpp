#include "app/commands.hpp"
#include "app/database.hpp"
#include "app/house.hpp"
#include "app/index_keeper.hpp"
#include "app/model_store.hpp"
#include "protocol/secrets.hpp"
#include "storage/doctor.hpp"
#include "storage/event_log.hpp"
#include "storage/migration.hpp"

#include <cstdio>

namespace jishi::app {

int migrate(const Settings& settings) {
    Database database(settings, Schema::migrate);
    std::printf(
        "%s is at schema %d\n", database.described().c_str(), storage::migrations().back().number
    );
    return 0;
}

namespace {

void say(
    const char* level, const std::string& name, const std::string& found, const std::string& advice
) {
    std::printf(
        "%-8s %-22s %s%s%s\n",
        level,
        name.c_str(),
        found.c_str(),
        advice.empty() ? "" : " -> ",
        advice.c_str()
    );
}

// Files that are no truth: a spoilt one costs the next start some time.
void say_of_file(
    const char* name,
    const std::string& found, // empty: nothing
    const std::string& spoilt,
    const std::string& advice
) {
    if (spoilt.empty())
        say("fine", name, found.empty() ? "none yet" : found, "");
    else
        say("advice", name, spoilt, advice);
}

std::shared_ptr<const matching::Model> examine_model(const Settings& settings) {
    std::string spoilt;
    const auto kept = load_model(model_path(settings), spoilt);
    say_of_file(
        "model",
        kept ? matching::version_name(kept->model.get()) + " of " +
                   std::to_string(kept->learned_from.listings.size()) + " listings"
             : "",
        spoilt,
        "remove " + model_path(settings).string() + "; it is learned anew"
    );
    return kept ? kept->model : nullptr;
}

void examine_index(
    const Settings& settings,
    storage::EventLog& log,
    const std::shared_ptr<const matching::Model>& model
) {
    matching::Engine engine;
    engine.adopt(model);
    IndexKeeper keeper({.engine = engine, .log = log, .file = index_path(settings), .position = [] {
                            return 0;
                        }});
    std::string spoilt;
    const auto position = keeper.read(spoilt);
    const auto snapshot = engine.snapshot();
    say_of_file(
        "index",
        position ? std::to_string(
                       snapshot->count(market::ListingKind::achievement) +
                       snapshot->count(market::ListingKind::need)
                   ) + " listings up to event " +
                       std::to_string(*position)
                 : "",
        spoilt,
        "the next start reads the listings from the database and writes it anew"
    );
}

} // namespace

int doctor(const Settings& settings) {
    Database database(settings, Schema::leave);
    int problems = 0;
    const auto model = examine_model(settings); // whatever the database is like
    const auto lease = database.pool().take();
    for (const auto& finding : storage::inspect(*lease, storage::wall_clock_now())) {
        constexpr std::array levels{"fine", "advice", "PROBLEM"};
        say(levels[static_cast<std::size_t>(finding.level)],
            finding.name,
            finding.found,
            finding.advice);
        problems += finding.level == storage::Finding::Level::problem;
    }
    try {
        storage::check(*lease);
        say("fine", "schema", std::to_string(storage::migrations().back().number), "");
        storage::EventLog log(database.pool());
        const auto last = log.last_position();
        const auto broken = last == 0 ? std::nullopt : log.verify(1, last);
        problems += broken.has_value();
        say(broken ? "PROBLEM" : "fine",
            "event_chain",
            broken ? "breaks at " + std::to_string(*broken)
                   : std::to_string(last) + " events, unbroken",
            broken ? "somebody changed the log: compare with a backup" : "");
        examine_index(settings, log, model);
    } catch (const storage::MigrationRefused& refused) {
        ++problems;
        say("PROBLEM", "schema", "not this program's", refused.what());
    }
    return problems == 0 ? 0 : 1;
}

namespace {

// What was asked for, or one that is made here and shown once.
std::string chosen_password(const UserRequest& request) {
    if (request.password.empty()) return make_password();
    if (const auto refused = protocol::check_password("/password", request.password, request.login))
        throw SettingError(
            "password: " +
            describe({.code = market::RefusalCode::invalid_fields, .fields = {*refused}})
        );
    return request.password;
}

int report(
    const UserRequest& request, const std::string& password, const market::Refusal* refusal
) {
    if (refusal) {
        std::fprintf(stderr, "jishi: %s\n", describe(*refusal).c_str());
        return 1;
    }
    std::printf("login: %s\n", request.login.c_str());
    if (request.password.empty()) std::printf("password (shown once): %s\n", password.c_str());
    return 0;
}

} // namespace

int create_operator(const Settings& settings, const UserRequest& request) {
    const auto password = chosen_password(request);
    Database database(settings, Schema::check);
    storage::Store store(database.pool());
    const auto hash = protocol::hash_password(password);
    const auto founded = store.run([&](market::Books& books) {
        return found_organisation(
            books,
            {.uscc = request.uscc,
             .name = request.organisation,
             .division = request.division,
             .industry = {},
             .kind = market::OrganisationKind::government},
            {.login = request.login,
             .name = request.name,
             .roles = {market::Role::org_admin, market::Role::market_operator},
             .password_hash = hash}
        );
    });
    return report(request, password, founded ? nullptr : &founded.refusal());
}

int reset_password(const Settings& settings, const UserRequest& request) {
    const auto password = chosen_password(request);
    Database database(settings, Schema::check);
    storage::Store store(database.pool());
    const auto hash = protocol::hash_password(password);
    const auto changed = store.run([&](market::Books& books) -> market::Verdict {
        const auto member = books.parties.find_member_by_login(request.login);
        if (!member)
            return market::Refusal{.code = market::RefusalCode::not_found, .about = request.login};
        market::change_password(books, member->id, hash, {});
        return market::Done{};
    });
    return report(request, password, changed ? nullptr : &changed.refusal());
}

} // namespace jishi::app
