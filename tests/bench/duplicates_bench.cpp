// What finding duplicates costs and what it finds, on listings of any file.
//     build/release/tests/duplicates_bench FILE.jsonl of {id,title,body} [listings to edit, 2000]
// Every listing goes into the index, in one thread. Then some are taken, edited as
// portals and owners do, and the edited copies are looked up: how many the definition calls the
// same result, how many of those the index finds, and how many more it finds than there are.
#include "matching/duplicates.hpp"
#include "tests/matching/jsonl.hpp"

#include <opencc/opencc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <string>

using namespace jishi;
using matching::Document;

namespace {

// Of processor time: other work on the machine is not what is measured.
double seconds_since(std::clock_t begin) {
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

std::size_t resident_bytes() {
    std::size_t pages_all = 0, pages_resident = 0;
    std::ifstream("/proc/self/statm") >> pages_all >> pages_resident;
    return pages_resident * 4096;
}

// By number, which is also the time of publication.
class Market {
public:
    explicit Market(const std::string& path) {
        std::ifstream in(path);
        if (!in) std::fprintf(stderr, "cannot read %s\n", path.c_str()), std::exit(1);
        for (std::string line; std::getline(in, line);)
            add(matching::test::member(line, "title"), matching::test::member(line, "body"));
    }
    void add(std::string title, std::string body) {
        auto document = std::make_shared<Document>();
        const auto number = documents_.size();
        for (std::size_t i = 0; i < 8; ++i)
            document->id.bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
        document->owner.bytes[15] = 1;
        document->published_at_us = static_cast<std::int64_t>(number);
        document->title = std::move(title);
        document->body = std::move(body);
        documents_.push_back(std::move(document));
    }
    std::size_t size() const { return documents_.size(); }
    const Document& operator[](std::size_t number) const { return *documents_[number]; }
    std::shared_ptr<const Document> find(const market::ListingId& id) const {
        return documents_[number_of(id)];
    }
    static std::size_t number_of(const market::ListingId& id) {
        std::size_t number = 0;
        for (std::size_t i = 8; i < 16; ++i)
            number = number << 8 | id.bytes[i];
        return number;
    }

private:
    std::vector<std::shared_ptr<const Document>> documents_;
};

// ---- edits ----

void replace(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::vector<std::string> sentences_of(const std::string& text) {
    std::vector<std::string> out(1);
    for (std::size_t at = 0; at < text.size(); ++at) {
        out.back() += text[at];
        for (const std::string_view end : {"。", "；", "！", ". "})
            if (at + 1 >= end.size() && text.compare(at + 1 - end.size(), end.size(), end) == 0)
                out.emplace_back();
    }
    if (out.back().empty()) out.pop_back();
    return out;
}

void leave_out(Document& document, std::size_t which) {
    auto sentences = sentences_of(document.body);
    if (sentences.size() < 2) return;
    sentences.erase(sentences.begin() + static_cast<std::ptrdiff_t>(which % sentences.size()));
    document.body.clear();
    for (const auto& sentence : sentences)
        document.body += sentence;
}

void swap_punctuation(Document& document) {
    for (auto* text : {&document.title, &document.body}) {
        replace(*text, "，", ", ");
        replace(*text, "。", "；");
        replace(*text, "、", "，");
    }
}

void write_traditional(Document& document) {
    static void* const converter = opencc_open("s2t.json");
    for (auto* text : {&document.title, &document.body}) {
        char* converted = opencc_convert_utf8(converter, text->data(), text->size());
        *text = converted;
        opencc_convert_utf8_free(converted);
    }
}

void add_title_number(Document& document) {
    document.title += "100kW";
}

void add_date(Document& document) {
    document.title = "2031年" + document.title;
    document.body += "2031年度转让价格50万元。";
}

void change_characters(Document& document, std::size_t seed) { // one in fifty ideographs
    for (std::size_t at = 3 * (seed % 10); at + 3 <= document.body.size(); at += 150) {
        while (at < document.body.size() && (document.body[at] & 0xC0) == 0x80)
            ++at;
        if (static_cast<unsigned char>(document.body[at]) >= 0xE4)
            document.body.replace(at, 3, "某");
    }
}

void exchange_half(Document& document, const Document& other) {
    auto own = sentences_of(document.body);
    const auto foreign = sentences_of(other.body);
    own.resize((own.size() + 1) / 2);
    document.body.clear();
    for (const auto& sentence : own)
        document.body += sentence;
    for (std::size_t i = foreign.size() / 2; i < foreign.size(); ++i)
        document.body += foreign[i];
}

constexpr const char* edits[] = {
    "a sentence left out",
    "other punctuation",
    "traditional characters",
    "a year and a price added",
    "every fiftieth character",
    "a title with a number",
    "half of another listing"};

Document edited(const Market& market, std::size_t edit, std::size_t number) {
    auto out = market[number];
    if (edit == 0) leave_out(out, number);
    if (edit == 1) swap_punctuation(out);
    if (edit == 2) write_traditional(out);
    if (edit == 3) add_date(out);
    if (edit == 4) change_characters(out, number);
    if (edit == 5) add_title_number(out);
    if (edit == 6) exchange_half(out, market[(number + 1) % market.size()]);
    out.id.bytes[0] = 1; // of no listing
    return out;
}

// ---- measuring ----

void print_groups(const Market& market, const matching::Twins& groups) {
    std::size_t shown = 0, hidden = 0, largest = 0;
    for (std::size_t number = 0; number < market.size(); ++number) {
        const auto group = groups.group_of(market[number].id);
        if (!group || group->front() != market[number].id) continue;
        ++shown;
        hidden += group->size() - 1;
        largest = std::max(largest, group->size());
    }
    std::printf(
        "groups                 %zu that hide %zu listings; the largest has %zu\n",
        shown,
        hidden,
        largest
    );
}

// The definition tried on every pair of a sample, where all pairs of a market are too many.
void measure_edits(const Market& market, const matching::DuplicateIndex& index, std::size_t count) {
    const auto step = std::max<std::size_t>(1, market.size() / std::max<std::size_t>(1, count));
    std::map<std::size_t, matching::Likeness> sample;
    for (std::size_t number = 0; number < market.size(); number += step)
        sample[number] = matching::likeness_of(market[number]);
    std::printf(
        "%-26s %8s %10s %8s %8s %8s\n", "edit", "copies", "the same", "pairs", "found", "wrong"
    );
    for (std::size_t edit = 0; edit < std::size(edits); ++edit) {
        std::size_t same = 0, pairs = 0, hits = 0, wrong = 0;
        for (const auto& [number, original] : sample) {
            const auto copy = edited(market, edit, number);
            const auto likeness = matching::likeness_of(copy);
            same += matching::same_result(likeness, original);
            for (const auto& [other, candidate] : sample)
                pairs += matching::same_result(likeness, candidate);
            for (const auto& id : index.twins_of(copy)) {
                const auto found = Market::number_of(id);
                hits += sample.contains(found);
                wrong += !matching::same_result(likeness, matching::likeness_of(market[found]));
            }
        }
        std::printf(
            "%-26s %8zu %10zu %8zu %8zu %8zu\n",
            edits[edit],
            sample.size(),
            same,
            pairs,
            hits,
            wrong
        );
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) return std::fprintf(stderr, "duplicates_bench FILE.jsonl [edited]\n"), 2;
    const Market market(argv[1]);
    matching::tokens_of("表"); // the folding table
    const auto resident = resident_bytes();
    matching::DuplicateIndex index([&](const market::ListingId& id) { return market.find(id); });
    const auto begin = std::clock();
    for (std::size_t number = 0; number < market.size(); ++number)
        index.add(market[number]);
    const auto adding_s = seconds_since(begin);
    const auto groups = index.groups();
    const auto listings = static_cast<double>(market.size());
    std::printf("listings               %zu\n", market.size());
    std::printf("added                  %.0f a second of one core\n", listings / adding_s);
    std::printf(
        "memory                 %.0f bytes a listing by count, %.0f resident\n",
        static_cast<double>(index.bytes()) / listings,
        static_cast<double>(resident_bytes() - resident) / listings
    );
    print_groups(market, *groups);

    const auto changing = std::clock();
    constexpr std::size_t changes = 1000;
    for (std::size_t i = 0; i < changes; ++i) {
        const auto& document = market[i * 7919 % market.size()];
        index.remove(document.id);
        index.groups();
        index.add(document);
        index.groups();
    }
    std::printf("gone and back, grouped %.0f us\n", seconds_since(changing) * 1e6 / changes);
    measure_edits(market, index, argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 2000);
}
