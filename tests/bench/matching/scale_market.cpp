#include "tests/bench/matching/scale_market.hpp"

#include "app/whole_file.hpp"
#include "matching/model_file.hpp"
#include "tests/matching/jsonl.hpp"

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace jishi::matching::bench {

namespace {

using market::ListingKind;

constexpr std::array provinces = {"11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33",
                                  "34", "35", "36", "37", "41", "42", "43", "44", "45", "46", "50",
                                  "51", "52", "53", "54", "61", "62", "63", "64", "65"};
constexpr std::size_t field_count = market::Vocabulary<market::TechnologyField>::names.size();
constexpr std::size_t mode_count = market::Vocabulary<market::CooperationMode>::names.size();
constexpr std::size_t fields_a_group = 4, levels_a_band = 3, level_count = 9;
constexpr std::size_t modes_offered = 3, modes_accepted = 4;
constexpr std::size_t owners = 5'000; // of each kind
constexpr std::size_t batch = 1'000;  // listings a page of a start

std::size_t scattered(std::size_t number) {
    number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9u;
    number = (number ^ number >> 27) * 0x94d049bb133111ebu;
    return number ^ number >> 31;
}

// Draws of one listing, one after the other.
class Draws {
public:
    explicit Draws(const market::ListingId& id)
        : state_(2 * number_of(id) + (id.kind == ListingKind::need ? 1 : 0)) {}
    std::size_t below(std::size_t count) {
        state_ = scattered(state_ + 0x9e3779b97f4a7c15u);
        return state_ % count;
    }

private:
    std::size_t state_;
};

void add_facts(Document& document) {
    Draws draws(document.id);
    const bool need = document.id.kind == ListingKind::need;
    document.fields.add(static_cast<market::TechnologyField>(draws.below(field_count)));
    document.division = std::string(provinces[draws.below(provinces.size())]) + "0100";
    document.trl = static_cast<std::uint8_t>(1 + draws.below(level_count));
    for (std::size_t left = need ? modes_accepted : modes_offered; left > 0;) {
        const auto mode = static_cast<market::CooperationMode>(draws.below(mode_count));
        if (document.modes.has(mode)) continue;
        document.modes.add(mode);
        --left;
    }
    const auto owner = 1 + draws.below(owners) + (need ? owners : 0);
    for (std::size_t i = 0; i < sizeof owner; ++i)
        document.owner.bytes[15 - i] = static_cast<std::uint8_t>(owner >> 8 * i);
    document.sealed_owner = SealedOwner(document.owner);
    document.published_at_us = static_cast<std::int64_t>(number_of(document.id));
}

std::size_t number_in(std::string_view word) {
    std::size_t number = 0;
    const auto* const end = word.data() + word.size();
    if (word.empty() || std::from_chars(word.data() + 1, end, number).ptr != end)
        throw std::invalid_argument("not a filter: " + std::string(word));
    return number;
}

std::vector<const Document*> pointers_to(const std::vector<Document>& documents) {
    std::vector<const Document*> out;
    for (const auto& document : documents)
        out.push_back(&document);
    return out;
}

std::size_t count_lines(const std::string& path, std::size_t limit) {
    std::ifstream in(path);
    std::size_t lines = 0;
    for (std::string line; lines < limit && std::getline(in, line);)
        ++lines;
    return lines;
}

// About `wanted` of them, evenly.
std::vector<Document>
some_of(const std::string& path, ListingKind kind, std::size_t limit, std::size_t wanted) {
    const auto lines = count_lines(path, limit);
    return listings_of(path, kind, limit, std::max<std::size_t>(1, lines / wanted));
}

void load_kind(Engine& engine, const std::string& path, ListingKind kind, std::size_t limit) {
    std::vector<Change> changes;
    for_each_listing(path, kind, limit, [&](Document document) {
        changes.emplace_back(std::move(document));
        if (changes.size() < batch) return;
        engine.apply(changes);
        changes.clear();
    });
    engine.apply(changes);
}

std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

market::ListingId id_of(ListingKind kind, std::size_t number) {
    market::ListingId id;
    id.kind = kind;
    for (std::size_t i = 0; i < sizeof number; ++i)
        id.bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
    return id;
}

std::size_t number_of(const market::ListingId& id) {
    std::size_t number = 0;
    for (std::size_t i = 16 - sizeof number; i < 16; ++i)
        number = number << 8 | id.bytes[i];
    return number;
}

void for_each_listing(
    const std::string& path,
    ListingKind kind,
    std::size_t limit,
    const std::function<void(Document)>& each
) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("cannot read " + path);
    std::string line;
    for (std::size_t number = 0; number < limit && std::getline(in, line); ++number) {
        Document document;
        document.id = id_of(kind, number);
        document.title = test::member(line, "title");
        document.body = test::member(line, "body");
        add_facts(document);
        each(std::move(document));
    }
}

std::vector<Document>
listings_of(const std::string& path, ListingKind kind, std::size_t limit, std::size_t every) {
    std::vector<Document> out;
    for_each_listing(path, kind, limit, [&](Document document) {
        if (number_of(document.id) % every == 0) out.push_back(std::move(document));
    });
    return out;
}

std::vector<std::string> filter_words_of(const Document& document) {
    std::vector<std::string> words;
    const auto add = [&](char letter, std::size_t number) {
        words.push_back(letter + std::to_string(number));
    };
    for (std::size_t i = 0; i < field_count; ++i)
        if ((document.fields.bits >> i & 1) != 0) add('f', i), add('g', i / fields_a_group);
    words.push_back("p" + document.division.substr(0, 2));
    add('t', *document.trl);
    add('b', (*document.trl - 1u) / levels_a_band);
    for (std::size_t i = 0; i < mode_count; ++i)
        if ((document.modes.bits >> i & 1) != 0) add('m', i);
    return words;
}

Filters filters_for(std::string_view word) {
    const auto number = number_in(word);
    Filters filters;
    switch (word[0]) {
    case 'f':
        filters.fields.add(static_cast<market::TechnologyField>(number));
        break;
    case 'g':
        for (auto i = number * fields_a_group;
             i < std::min((number + 1) * fields_a_group, field_count);
             ++i)
            filters.fields.add(static_cast<market::TechnologyField>(i));
        break;
    case 'p':
        filters.division_prefix = word.substr(1);
        break;
    case 't':
        filters.trl_min = filters.trl_max = static_cast<std::uint8_t>(number);
        break;
    case 'b':
        filters.trl_min = static_cast<std::uint8_t>(1 + number * levels_a_band);
        filters.trl_max = static_cast<std::uint8_t>((number + 1) * levels_a_band);
        break;
    case 'm':
        filters.modes.add(static_cast<market::CooperationMode>(number));
        break;
    default:
        throw std::invalid_argument("not a filter: " + std::string(word));
    }
    return filters;
}

std::string filter_of_a_third(std::size_t seed) {
    const auto drawn = scattered(seed);
    switch (drawn % 3) {
    case 0:
        return "g" + std::to_string(drawn / 3 % 3);
    case 1:
        return "b" + std::to_string(drawn / 3 % 3);
    default:
        return "m" + std::to_string(drawn / 3 % mode_count);
    }
}

std::shared_ptr<const Model> model_of(const MarketFiles& files, MarketSize size, Learned learned) {
    if (learned == Learned::nothing) return nullptr;
    LearningLimits limits;
    if (learned == Learned::little) limits.listings_max = limits.texts_kept_max = 20'000;
    const auto wanted = limits.listings_max;
    const auto supply =
        some_of(files.achievements, ListingKind::achievement, size.achievements, wanted);
    const auto demand = some_of(files.needs, ListingKind::need, size.needs, wanted);
    return learn(pointers_to(supply), pointers_to(demand), {}, limits);
}

void load(Engine& engine, const MarketFiles& files, MarketSize size) {
    load_kind(engine, files.achievements, ListingKind::achievement, size.achievements);
    load_kind(engine, files.needs, ListingKind::need, size.needs);
}

void prepare(Engine& engine, const MarketFiles& files, Learned learned) {
    const auto model_path = files.keep + "/model", index_path = files.keep + "/index";
    std::string problem;
    if (!files.keep.empty()) {
        const auto kept = kept_model(content_of(model_path), problem);
        engine.adopt(kept ? kept->model : nullptr);
        if (std::filesystem::exists(index_path)) {
            const auto file = app::lent_file(index_path);
            if (engine.restore(file.bytes, problem)) return file.settle([] { return false; });
        }
        if (!kept) engine.adopt(model_of(files, {}, learned));
    } else {
        engine.adopt(model_of(files, {}, learned));
    }
    load(engine, files, {});
    if (files.keep.empty()) return;
    if (const auto model = engine.snapshot()->model())
        std::ofstream(model_path, std::ios::binary) << bytes_of({model, {}});
    app::write_whole(index_path, [&](const app::WriteBytes& write) {
        engine.save("bench", write);
    });
}

} // namespace jishi::matching::bench
