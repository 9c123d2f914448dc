// The subcommands of `jishi`. Each returns the exit code: 0 done, 1 failed, 2 used wrongly.
#pragma once

#include "app/settings.hpp"
#include "matching/file_plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace jishi::app {

int serve(const Settings& settings);
int migrate(const Settings& settings);
int doctor(const Settings& settings);

struct ImportRequest {
    std::string file;                // .jsonl or .csv; "-" reads JSONL from standard input
    std::string kind;                // achievement or need
    std::string owner_uscc;          // whose listings they are, unless a row has owner_uscc
    std::vector<std::string> fields; // field=column: which column or key of the file gives a field
    std::vector<std::string> constants; // field=JSON value: the same for every row
    std::string errors_file;            // default: FILE.errors.jsonl
    bool publish = false, dry_run = false;
    bool skip_duplicates = false, ignore_duplicates = false; // neither: they are reported
};
int import_listings(const Settings& settings, const ImportRequest& request);

struct ExportRequest {
    std::string file; // .jsonl or .csv; "-" writes JSONL to standard output
    std::string kind;
};
int export_listings(const Settings& settings, const ExportRequest& request);

struct MatchRequest {
    std::string achievements, needs; // .csv with a row of names, or JSONL: id, title, body
    std::vector<std::string> fields; // FIELD=COLUMN: which columns or keys give a field, too
    std::size_t top = 0;             // or:
    std::string pairs;               // need, achievement: lines with tabs, or .csv
    bool learn = false;              // from the two files first
    std::string judgements;          // need, achievement, grade 1..4: the same
    bool explain = false;            // say why, in Chinese and in English
    std::string output;              // .csv: a table for people, with titles and reasons
    bool plan = false;               // of the `top`, only the pairs that are best for all
    matching::PlanRules rules;       // of the plan
};
int match_files(const MatchRequest& request);

struct UserRequest {
    std::string login, name, organisation, uscc, division;
    std::string password; // empty: one is made and shown once
};
int create_operator(const Settings& settings, const UserRequest& request);
int reset_password(const Settings& settings, const UserRequest& request);

} // namespace jishi::app
