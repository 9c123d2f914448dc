// How to add a migration:
//   1. storage/migrations/v0NN_name.cpp: `const Migration v0NN_name{NN, "name", R"sql( ... )sql"};`
//   2. declare it here and append it to the list in storage/migrations.cpp.
// A migration that has been released is never edited: its SHA-256 is recorded in every database.
// One change per statement, each ended by ';'; tables or data, not both, in one migration (DDL
// commits on its own). A primary key on every table, every constraint named, columns utf8mb4_bin;
// no foreign keys, triggers, procedures or FULLTEXT.
#pragma once

#include "storage/migration.hpp"

namespace jishi::storage {

extern const Migration v001_foundation;
extern const Migration v002_market;
extern const Migration v003_house_rules;
extern const Migration v004_match_grade;
extern const Migration v005_grade_rules;
extern const Migration v006_ungraded_reasons;

} // namespace jishi::storage
