// Any bytes as a file to import: read as CSV and as JSONL, mapped to fields, refused row by row.
#include "app/import_row.hpp"

#include <sstream>

using namespace jishi;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    static const std::vector<std::string> fields{"title=名称"}, constants{"modes=[\"transfer\"]"};
    std::istringstream csv_file(bytes), jsonl_file(bytes);
    app::RowReader reader(market::ListingKind::need, fields, constants);
    app::CsvReader csv(csv_file, app::Encoding::of(csv_file));
    std::vector<std::string> header;
    while (const auto row = csv.next()) {
        if (!row->wrong.empty()) continue;
        if (header.empty())
            header = row->cells;
        else
            (void)reader.read(header, row->cells);
    }
    app::JsonlReader lines(jsonl_file);
    while (const auto row = lines.next())
        if (row->wrong.empty()) (void)reader.read(row->object.object());
    return 0;
}
