#include "app/importer.hpp"

#include "app/house.hpp"
#include "market/text.hpp"
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
    report_.encoding = Encoding::of(in);
    CsvReader rows(in, report_.encoding);
    const auto header = rows.next();
    if (!header) throw std::runtime_error("the CSV file has no header row");
    const bool is_text = std::ranges::all_of(header->cells, market::valid_utf8);
    const auto wrong = !header->wrong.empty() ? header->wrong : is_text ? "" : "not UTF-8";
    if (!wrong.empty())
        throw std::runtime_error("the header row cannot be read: " + std::string(wrong));
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

void Importer::add(std::uint64_t line, RowReader::Row row) {
    ++report_.rows;
    if (!row.listing) return refuse(line, row.source_id, describe(row.listing.refusal()));
    batch_.push_back({line, *std::move(row.listing)});
    if (batch_.size() == batch_rows) flush();
}

void Importer::refuse(
    std::uint64_t line, const std::string& source_id, const std::string& problem
) {
    ++report_.refused;
    note(line, source_id, problem, {});
}

void Importer::note(
    std::uint64_t line,
    const std::string& source_id,
    const std::string& problem,
    const std::string& same_as
) {
    if (options_.errors_file.empty()) return;
    if (!errors_.is_open()) {
        errors_.open(options_.errors_file);
        if (!errors_) throw std::runtime_error("cannot write " + options_.errors_file);
    }
    protocol::json::Writer out;
    out.begin_object().field("line", line).field("source_id", source_id);
    if (!problem.empty()) out.field("problem", problem);
    if (!same_as.empty()) out.field("same_as", same_as);
    out.end_object();
    errors_ << out.take() << "\n";
}

// The outcomes are gathered per attempt: a unit that lost a race is run again from the start.
void Importer::flush() {
    if (batch_.empty()) return;
    if (options_.repeated != Repeated::ignored && !repeated_)
        repeated_.emplace(store_, batch_.front().listing.draft.kind);
    const auto import_all = [&](market::Books& books) {
        owners_.clear(); // one may have been suspended since the last batch
        if (repeated_)
            for (const auto& row : batch_)
                repeated_->remove(row.line);
        std::vector<Outcome> outcomes;
        for (const auto& row : batch_)
            outcomes.push_back(import_row(books, row));
        return outcomes;
    };
    const auto outcomes = options_.dry_run ? store_.read(import_all) : store_.run(import_all);
    for (std::size_t i = 0; i < outcomes.size(); ++i)
        report(batch_[i], outcomes[i]);
    batch_.clear();
}

void Importer::report(const Row& row, const Outcome& outcome) {
    const auto& source_id = row.listing.draft.source_id;
    if (outcome.imported && !outcome.imported->ok())
        return refuse(row.line, source_id, describe(outcome.imported->refusal()));
    if (!outcome.same_as.empty()) {
        ++report_.repeated;
        const auto* problem = outcome.imported ? "" : "同一内容已有发布 / it is listed already";
        note(row.line, source_id, problem, outcome.same_as);
    }
    if (!outcome.imported) {
        ++report_.left_out;
        return;
    }
    switch (**outcome.imported) {
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

RepeatedRows::Row
Importer::comparable(market::Books& books, const Owner& owner, const Row& row) const {
    const auto& draft = row.listing.draft;
    const auto organisation = owner.organisation.id;
    RepeatedRows::Row out{.line = row.line, .owner = organisation, .source_id = draft.source_id};
    if (!draft.source_id.empty())
        if (const auto known =
                books.listings.find_by_source(draft.kind, organisation, draft.source_id))
            out.listing = known->id;
    out.document = matching::document_of({draft.kind, {}}, 0, draft.content, organisation, {});
    return out;
}

Importer::Outcome Importer::import_row(market::Books& books, const Row& row) {
    const auto& uscc =
        row.listing.owner_uscc.empty() ? options_.owner_uscc : row.listing.owner_uscc;
    const auto* owner = owner_of(books, uscc);
    if (!owner) return {market::refuse_field("/owner_uscc", market::FieldReason::not_found), {}};
    const auto import = [&] {
        return market::import_listing(
            books, owner->organisation, owner->writer, row.listing.draft, options_.publish
        );
    };
    if (!repeated_) return {import(), {}};
    auto compared = comparable(books, *owner, row);
    auto same_as = repeated_->same_as(books, compared);
    if (!same_as.empty() && !compared.listing && options_.repeated == Repeated::left_out)
        return {std::nullopt, std::move(same_as)};
    Outcome out{import(), std::move(same_as)};
    if (out.imported->ok()) repeated_->add(std::move(compared));
    return out;
}

} // namespace jishi::app
