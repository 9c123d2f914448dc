#include "app/commands.hpp"
#include "app/csv.hpp"
#include "app/database.hpp"
#include "app/house.hpp"
#include "app/importer.hpp"
#include "app/input_file.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <iostream>

namespace jishi::app {

namespace {

class Progress {
public:
    Progress(std::uint64_t bytes_all) : bytes_all_(bytes_all), shown_(isatty(STDERR_FILENO) != 0) {}
    ~Progress() {
        if (shown_ && drawn_) std::fputs("\n", stderr);
    }
    void show(std::uint64_t bytes, const ImportReport& report) {
        if (!shown_) return;
        constexpr int width = 30;
        const auto share =
            bytes_all_ == 0 ? 0.0 : static_cast<double>(bytes) / static_cast<double>(bytes_all_);
        const int full = static_cast<int>(share * width);
        std::fprintf(
            stderr,
            "\r[%-*s] %3.0f %%  %llu rows, %llu refused",
            width,
            std::string(static_cast<std::size_t>(full), '#').c_str(),
            share * 100,
            static_cast<unsigned long long>(report.rows),
            static_cast<unsigned long long>(report.refused)
        );
        drawn_ = true;
    }

private:
    std::uint64_t bytes_all_;
    bool shown_, drawn_ = false;
};

std::uint64_t size_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary | std::ios::ate);
    return in ? static_cast<std::uint64_t>(in.tellg()) : 0;
}

void print(const ImportReport& report, const std::string& errors_file, bool dry_run) {
    const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
    std::printf(
        "%s%llu rows: %llu new, %llu changed, %llu as before, %llu refused\n",
        dry_run ? "dry run, nothing changed: " : "",
        number(report.rows),
        number(report.created),
        number(report.revised),
        number(report.unchanged),
        number(report.refused)
    );
    if (!report.encoding.is_utf8()) std::printf("read as %s\n", report.encoding.name().c_str());
    if (report.repeated > 0)
        std::printf(
            "%llu rows are the same as another listing, %llu of them left out\n",
            number(report.repeated),
            number(report.left_out)
        );
    if (report.refused + report.repeated > 0)
        std::printf("which rows, and why: %s\n", errors_file.c_str());
    if (!report.ignored.empty()) {
        std::printf("columns that were not used:");
        for (const auto& name : report.ignored)
            std::printf(" %s", name.c_str());
        std::printf("\n");
    }
}

} // namespace

int import_listings(const Settings& settings, const ImportRequest& request) {
    std::ifstream file;
    if (request.file != "-") file = input_file(request.file);
    std::istream& in = request.file == "-" ? std::cin : file;
    const auto errors_file =
        !request.errors_file.empty()
            ? request.errors_file
            : (request.file == "-" ? "import" : request.file) + ".errors.jsonl";
    const bool csv = is_csv(request.file);
    const auto kind = *market::parse_name<market::ListingKind>(request.kind);

    Database database(settings, Schema::check);
    storage::Store store(database.pool());
    Importer importer(
        store,
        RowReader(kind, request.fields, request.constants),
        {.owner_uscc = request.owner_uscc,
         .errors_file = errors_file,
         .repeated = request.skip_duplicates     ? Repeated::left_out
                     : request.ignore_duplicates ? Repeated::ignored
                                                 : Repeated::reported,
         .publish = request.publish,
         .dry_run = request.dry_run}
    );
    Progress progress(size_of(request.file));
    const auto show = [&] {
        const auto at = in.tellg();
        progress.show(at < 0 ? 0 : static_cast<std::uint64_t>(at), importer.report());
    };
    if (csv)
        importer.read_csv(in, show);
    else
        importer.read_jsonl(in, show);
    print(importer.report(), errors_file, request.dry_run);
    return importer.report().refused == 0 ? 0 : 1;
}

} // namespace jishi::app
