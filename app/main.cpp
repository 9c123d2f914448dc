#include "app/commands.hpp"
#include "app/logging.hpp"
#include "app/memory.hpp"
#include "storage/error.hpp"
#include "storage/migration.hpp"

#include <CLI/CLI.hpp>
#include <sodium.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>

namespace {

using namespace jishi::app;

// Adds --config and every setting as a flag to a subcommand; the text that was given ends up in
// `flags`.
void add_settings(CLI::App& command, std::string& file, std::map<std::string, std::string>& flags) {
    command.add_option("--config", file, "TOML file with settings (or JISHI_CONFIG)")
        ->envname("JISHI_CONFIG");
    for (const auto& row : setting_rows()) {
        const std::string name(row.name), flag = "--" + name, about = std::string(row.about);
        if (row.kind == SettingKind::flag)
            command
                .add_flag_callback(
                    flag, [&flags, name] { flags[name] = "true"; }, about
                )
                ->group("Settings");
        else
            command
                .add_option_function<std::string>(
                    flag,
                    [&flags, name](const std::string& text) { flags[name] = text; },
                    about + (row.fallback.empty() ? "" : " [" + std::string(row.fallback) + "]")
                )
                ->group("Settings");
    }
}

struct Line {
    std::string config;
    std::map<std::string, std::string> flags;
    ImportRequest import;
    ExportRequest dump;
    MatchRequest match;
    UserRequest user;
    std::function<int(const Settings&)> chosen;
    bool needs_settings = true;
};

CLI::App* add_command(
    CLI::App& parent,
    Line& line,
    const std::string& name,
    const std::string& about,
    std::function<int(const Settings&)> run
) {
    auto* command = parent.add_subcommand(name, about);
    add_settings(*command, line.config, line.flags);
    command->callback([&line, run = std::move(run)] { line.chosen = run; });
    return command;
}

void add_import_and_export(CLI::App& app, Line& line) {
    auto* in = add_command(
        app,
        line,
        "import",
        "Bring listings in from CSV or JSONL",
        [&line](const Settings& settings) { return import_listings(settings, line.import); }
    );
    in->add_option(
          "file", line.import.file, "FILE.jsonl, FILE.csv, or - for JSONL on standard input"
    )
        ->required();
    in->add_option("--kind", line.import.kind, "achievement or need")
        ->required()
        ->check(CLI::IsMember({"achievement", "need"}));
    in->add_option(
        "--owner",
        line.import.owner_uscc,
        "unified social credit code of the owner (or a key owner_uscc a row)"
    );
    in->add_option(
        "--field", line.import.fields, "FIELD=COLUMN: take a field from another column or key"
    );
    in->add_option(
        "--set",
        line.import.constants,
        "FIELD=JSON: give every row this value, e.g. modes='[\"transfer\"]'"
    );
    in->add_option(
        "--errors",
        line.import.errors_file,
        "where refused and repeated rows are told [FILE.errors.jsonl]"
    );
    in->add_flag(
        "--publish", line.import.publish, "publish what is complete, without the operator's review"
    );
    in->add_flag("--dry-run", line.import.dry_run, "check everything, change nothing");
    auto* skip = in->add_flag(
        "--skip-duplicates",
        line.import.skip_duplicates,
        "leave out new rows that are the same as a live listing or an earlier row"
    );
    in->add_flag(
          "--ignore-duplicates",
          line.import.ignore_duplicates,
          "do not look for such rows, which takes reading the whole market"
    )
        ->excludes(skip);

    auto* out = add_command(
        app,
        line,
        "export",
        "Write the live listings to CSV or JSONL",
        [&line](const Settings& settings) { return export_listings(settings, line.dump); }
    );
    out->add_option(
           "file", line.dump.file, "FILE.jsonl, FILE.csv, or - for JSONL on standard output"
    )
        ->required();
    out->add_option("--kind", line.dump.kind, "achievement or need")
        ->required()
        ->check(CLI::IsMember({"achievement", "need"}));
}

void add_match(CLI::App& app, Line& line) {
    auto* command = app.add_subcommand("match", "Rank two files of texts, without any server");
    constexpr auto texts = "FILE.csv with columns, or FILE.jsonl with keys, id, title, body";
    command->add_option("--achievements", line.match.achievements, texts)->required();
    command->add_option("--needs", line.match.needs, texts)->required();
    command->add_option(
        "--field", line.match.fields, "FIELD=COLUMN: take id, title or body from this column, too"
    );
    auto* top =
        command->add_option("--top", line.match.top, "the best K achievements of every need")
            ->check(CLI::Range(1, 100'000));
    auto* pairs = command->add_option(
        "--pairs", line.match.pairs, "need <tab> achievement a line, or FILE.csv: the score of each"
    );
    command->add_option(
        "--judgements", line.match.judgements, "the same with a grade 1..4: to learn from"
    );
    command->add_flag(
        "--learn", line.match.learn, "learn what words are worth and mean from both files first"
    );
    command->add_flag("--explain", line.match.explain, "say why, in Chinese and in English");
    command->add_option(
        "--output",
        line.match.output,
        "where to write; FILE.csv: a table with titles, chances and reasons"
    );
    auto* plan = command->add_flag(
        "--plan",
        line.match.plan,
        "whom to bring together so that all gain most, of the --top [20] of every need"
    );
    auto& rules = line.match.rules;
    const auto add_rule = [&](const char* name, auto& value, auto range, const char* about) {
        command->add_option(name, value, about)->capture_default_str()->check(range)->needs(plan);
    };
    const CLI::Range capacities(1, 1'000), scores(0., 1.);
    add_rule("--need-capacity", rules.need_capacity, capacities, "achievements a need may meet");
    add_rule(
        "--achievement-capacity",
        rules.achievement_capacity,
        capacities,
        "needs an achievement may meet"
    );
    add_rule("--min-score", rules.min_score, scores, "plan no pair of a lower chance");
    pairs->excludes(top)->excludes(plan);
    command->callback([&line] {
        if (line.match.top == 0 && line.match.plan) line.match.top = 20;
        if (line.match.top == 0 && line.match.pairs.empty())
            throw CLI::RequiredError("--top, --pairs or --plan");
        line.needs_settings = false;
        line.chosen = [&line](const Settings&) { return match_files(line.match); };
    });
}

void add_user(CLI::App& app, Line& line) {
    auto* user = app.add_subcommand("user", "Accounts, from the machine itself");
    user->require_subcommand(1);
    auto* create = add_command(
        *user,
        line,
        "create-operator",
        "Create the market's operator and its organisation",
        [&line](const Settings& settings) { return create_operator(settings, line.user); }
    );
    create->add_option("--login", line.user.login)->required();
    create->add_option("--name", line.user.name, "of the person")->required();
    create->add_option("--organisation", line.user.organisation, "name of the bureau")->required();
    create->add_option("--uscc", line.user.uscc, "its unified social credit code")->required();
    create->add_option("--division", line.user.division, "its division, GB/T 2260")->required();
    auto* reset = add_command(
        *user,
        line,
        "reset-password",
        "Give a member a new password and end its sessions",
        [&line](const Settings& settings) { return reset_password(settings, line.user); }
    );
    reset->add_option("--login", line.user.login)->required();
    for (auto* command : {create, reset})
        command
            ->add_option(
                "--password",
                line.user.password,
                "the new password; without it one is made and shown once"
            )
            ->envname("JISHI_NEW_PASSWORD");
}

int run(const Line& line) {
    try {
        const Settings settings(
            line.needs_settings ? line.config : "",
            [](const char* name) -> const char* { return std::getenv(name); },
            line.flags
        );
        set_up_logging(settings);
        if (settings.flag("production")) settings.check_production();
        return line.chosen(settings);
    } catch (const SettingError& error) {
        std::fprintf(stderr, "jishi: %s\n", error.what());
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "jishi: %s\n", error.what());
        return 1;
    }
}

} // namespace

int main(int argc, char** argv) {
    give_back_large_arrays();
    if (sodium_init() < 0) return 1;
    CLI::App app("Jishi (技市): the backend of a technology market", "jishi");
    app.require_subcommand(1);
    Line line;
    add_command(app, line, "serve", "Run the market", serve);
    add_command(app, line, "migrate", "Bring the database to this program's schema", migrate);
    add_import_and_export(app, line);
    add_match(app, line);
    add_user(app, line);
    add_command(
        app,
        line,
        "doctor",
        "Look at the database and the machine as an experienced operator would",
        doctor
    );
    app.add_subcommand("version", "Print the version")->callback([&line] {
        line.needs_settings = false;
        line.chosen = [](const Settings&) {
            std::puts("jishi " JISHI_VERSION);
            return 0;
        };
    });
    auto* config = app.add_subcommand("config", "The settings");
    config->require_subcommand(1);
    add_command(
        *config,
        line,
        "print",
        "Every setting, its value and where it came from",
        [](const Settings& settings) {
            std::fputs(settings.print().c_str(), stdout);
            return 0;
        }
    );
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : 2;
    }
    return run(line);
}
