#include "app/importer.hpp"

#include "app/house.hpp"
#include "protocol/json/writer.hpp"

#include <algorithm>

namespace jishi::app {

namespace {

constexpr std::size_t batch_rows = 100; // some five rows of the database each

} // namespace

Importer::Importer(storage::Store& store, RowReader reader, ImportOptions options)
    : store_(store), reader_(std::move(reader)), options_(std::move(options)) {}

void Importer::read_jsonl(std::istream& in, const std::function<void()>& show) {
    JsonlReader lines(in);
    while (auto row = lines.next()) {
        if (!row->wrong.empty()) {
            ++report_.rows;
            refuse(row->line, {}, row->wrong);
            continue;
        }
        add(row->line, reader_.read(row->object.object()));
        if (batch_.empty()) show();
    }
    flush();
    show();
    report_.ignored = reader_.ignored();
}

void Importer::read_csv(std::istream& in, const std::function<void()>& show) {
    CsvReader rows(in);
    const auto header = rows.next();
    if (!header || !header->wrong.empty())
        throw std::runtime_error("the CSV file has no header row");
    while (auto row = rows.next()) {
        if (!row->wrong.empty()) {
            ++report_.rows;
            refuse(row->line, {}, std::string(row->wrong));
            continue;
        }
        add(row->line, reader_.read(header->cells, row->cells));
        if (batch_.empty()) show();
    }
    flush();
    show();
    report_.ignored = reader_.ignored();
}

void Importer::add(std::uint64_t line, market::Result<RowReader::Listing> listing) {
    ++report_.rows;
    if (!listing) return refuse(line, {}, describe(listing.refusal()));
    batch_.push_back({line, *std::move(listing)});
    if (batch_.size() == batch_rows) flush();
}

void Importer::refuse(
    std::uint64_t line, const std::string& source_id, const std::string& problem
) {
    ++report_.refused;
    if (options_.errors_file.empty()) return;
    if (!errors_.is_open()) {
        errors_.open(options_.errors_file);
        if (!errors_) throw std::runtime_error("cannot write " + options_.errors_file);
    }
    protocol::json::Writer out;
    out.begin_object()
        .field("line", line)
        .field("source_id", source_id)
        .field("problem", problem)
        .end_object();
    errors_ << out.take() << "\n";
}

// The outcomes are gathered per attempt: a unit that lost a race is run again from the start.
void Importer::flush() {
    using Outcomes = std::vector<market::Result<market::Imported>>;
    const auto import_all = [&](market::Books& books) {
        owners_.clear(); // one may have been suspended since the last batch
        Outcomes outcomes;
        for (const auto& row : batch_)
            outcomes.push_back(import_row(books, row));
        return outcomes;
    };
    const auto outcomes = options_.dry_run ? store_.read(import_all) : store_.run(import_all);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        if (!outcomes[i]) {
            refuse(
                batch_[i].line, batch_[i].listing.draft.source_id, describe(outcomes[i].refusal())
            );
            continue;
        }
        switch (*outcomes[i]) {
        case market::Imported::created:
            ++report_.created;
            break;
        case market::Imported::revised:
            ++report_.revised;
            break;
        case market::Imported::unchanged:
            ++report_.unchanged;
            break;
        }
    }
    batch_.clear();
}

const Importer::Owner* Importer::owner_of(market::Books& books, const std::string& uscc) {
    if (const auto known = owners_.find(uscc); known != owners_.end()) return &known->second;
    const auto organisation = books.parties.find_organisation_by_uscc(uscc);
    if (!organisation) return nullptr;
    const auto members = books.parties.members_of(organisation->id);
    const auto writer =
        std::find_if(members.begin(), members.end(), [](const market::Member& member) {
            return member.roles.has(market::Role::listing_editor);
        });
    if (writer == members.end()) return nullptr;
    return &owners_.try_emplace(uscc, Owner{*organisation, writer->id}).first->second;
}

market::Result<market::Imported> Importer::import_row(market::Books& books, const Row& row) {
    const auto& uscc =
        row.listing.owner_uscc.empty() ? options_.owner_uscc : row.listing.owner_uscc;
    const auto* owner = owner_of(books, uscc);
    if (!owner) return market::refuse_field("/owner_uscc", market::FieldReason::not_found);
    return market::import_listing(
        books, owner->organisation, owner->writer, row.listing.draft, options_.publish
    );
}

} // namespace jishi::app
