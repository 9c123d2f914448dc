#include "app/commands.hpp"
#include "app/jsonl.hpp"
#include "matching/file_match.hpp"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace jishi::app {

namespace {

std::ifstream open_file(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("cannot read " + path);
    return in;
}

std::string text_of(const protocol::json::Object& row, std::string_view key) {
    const auto value = row.find(key);
    if (!value) return {};
    if (value->is_integer()) return std::to_string(value->integer());
    return value->is_text() ? std::string(value->text()) : std::string();
}

std::vector<matching::TextItem> read_items(const std::string& path) {
    auto in = open_file(path);
    JsonlReader reader(in);
    std::vector<matching::TextItem> items;
    while (const auto row = reader.next()) {
        const auto place = path + ":" + std::to_string(row->line) + ": ";
        if (!row->wrong.empty()) throw std::runtime_error(place + row->wrong);
        const auto object = row->object.object();
        matching::TextItem item{
            text_of(object, "id"), text_of(object, "title"), text_of(object, "body")};
        if (item.id.empty()) throw std::runtime_error(place + "no id");
        items.push_back(std::move(item));
    }
    return items;
}

std::vector<matching::IdPair> read_pairs(const std::string& path) {
    auto in = open_file(path);
    std::vector<matching::IdPair> pairs;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty()) continue;
        const auto tab = line.find('\t');
        if (tab == std::string::npos)
            throw std::runtime_error(
                path + ":" + std::to_string(number) + ": expected need <tab> achievement"
            );
        pairs.push_back(
            {line.substr(0, tab), line.substr(tab + 1, line.find('\t', tab + 1) - tab - 1)}
        );
    }
    return pairs;
}

std::vector<matching::GradedPair> read_judgements(const std::string& path) {
    auto in = open_file(path);
    std::vector<matching::GradedPair> out;
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty()) continue;
        const auto tab = line.find('\t'), next = line.find('\t', tab + 1);
        double grade = 0;
        if (tab != std::string::npos && next != std::string::npos)
            std::from_chars(line.data() + next + 1, line.data() + line.size(), grade);
        if (grade < 1 || grade > 4)
            throw std::runtime_error(
                path + ":" + std::to_string(number) +
                ": expected need <tab> achievement <tab> grade 1..4"
            );
        out.push_back({line.substr(0, tab), line.substr(tab + 1, next - tab - 1), grade});
    }
    return out;
}

} // namespace

int match_files(const MatchRequest& request) {
    const auto achievements = read_items(request.achievements);
    const auto needs = read_items(request.needs);
    const auto judgements = request.judgements.empty() ? std::vector<matching::GradedPair>{}
                                                       : read_judgements(request.judgements);
    const matching::FileMatchOptions options{.learn = request.learn, .judgements = judgements};
    auto rows =
        request.pairs.empty()
            ? matching::match_all(achievements, needs, request.top, options)
            : matching::match_pairs(achievements, needs, read_pairs(request.pairs), options);
    if (request.plan) rows = matching::plan_of(std::move(rows), request.rules);
    for (const auto& row : rows)
        std::printf(
            "%s\t%s\t%.9g\n",
            row.need.c_str(),
            row.achievement.c_str(),
            request.plan ? row.score : row.raw
        );
    return std::fflush(stdout) == 0 ? 0 : 1;
}

} // namespace jishi::app
