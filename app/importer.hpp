// Brings listings in, a batch of rows a unit of work; what was committed stays when the program is
// stopped, and the next run finds it unchanged.
#pragma once

#include "app/import_row.hpp"
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
    std::set<std::string> ignored{};
};

struct ImportOptions {
    std::string owner_uscc{};  // for rows without one
    std::string errors_file{}; // JSONL of {"line","source_id","problem"}; written when the first
                               // row is refused; empty: none
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
    void add(std::uint64_t line, market::Result<RowReader::Listing> listing);
    void refuse(std::uint64_t line, const std::string& source_id, const std::string& problem);
    void flush();
    const Owner* owner_of(market::Books& books, const std::string& uscc);
    market::Result<market::Imported> import_row(market::Books& books, const Row& row);

    storage::Store& store_;
    RowReader reader_;
    ImportOptions options_;
    ImportReport report_;
    std::vector<Row> batch_;
    std::map<std::string, Owner> owners_;
    std::ofstream errors_;
};

} // namespace jishi::app
