// Brings listings in, a batch of rows a unit of work; what was committed stays when the program is
// stopped, and the next run finds it unchanged.
#pragma once

#include "app/import_row.hpp"
#include "app/repeated_rows.hpp"
#include "storage/store.hpp"

#include <cstdint>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace jishi::app {

struct ImportReport {
    std::uint64_t rows = 0, created = 0, revised = 0, unchanged = 0, refused = 0;
    std::uint64_t repeated = 0, left_out = 0; // the same as another listing; of these, not imported
    std::set<std::string> ignored{};
    Encoding encoding{};
};

// What to do with a row that is the same result as another listing (matching/likeness.hpp). To look
// for them takes reading the whole market once, some 45 s for a million listings. A row for
// a listing that exists is never left out.
enum class Repeated : std::uint8_t { ignored, reported, left_out };

struct ImportOptions {
    std::string owner_uscc{}; // for rows without one
    // JSONL of {"line","source_id"} with "problem" for rows that were not imported and "same_as"
    // for those that repeat a listing; written when there is a first such row; empty: none
    std::string errors_file{};
    Repeated repeated = Repeated::ignored;
    bool publish = false;
    bool dry_run = false;
};

class Importer {
public:
    Importer(storage::Store& store, RowReader reader, ImportOptions options);

    // `show` is called after every batch.
    void read_jsonl(std::istream& in, const std::function<void()>& show);
    void read_csv(std::istream& in, const std::function<void()>& show);

    const ImportReport& report() const { return report_; }

private:
    struct Row {
        std::uint64_t line = 0;
        RowReader::Listing listing;
    };
    struct Owner {
        market::Organisation organisation{};
        market::MemberId writer{};
    };
    struct Outcome {
        std::optional<market::Result<market::Imported>> imported; // nothing: left out
        std::string same_as;                                      // empty: a result of its own
    };
    void add(std::uint64_t line, RowReader::Row row);
    void refuse(std::uint64_t line, const std::string& source_id, const std::string& problem);
    void note(
        std::uint64_t line,
        const std::string& source_id,
        const std::string& problem,
        const std::string& same_as
    );
    void report(const Row& row, const Outcome& outcome);
    void flush();
    const Owner* owner_of(market::Books& books, const std::string& uscc);
    Outcome import_row(market::Books& books, const Row& row);
    RepeatedRows::Row comparable(market::Books& books, const Owner& owner, const Row& row) const;

    storage::Store& store_;
    RowReader reader_;
    ImportOptions options_;
    ImportReport report_;
    std::vector<Row> batch_;
    std::map<std::string, Owner> owners_;
    std::optional<RepeatedRows> repeated_;
    std::ofstream errors_;
};

} // namespace jishi::app
