#include "app/commands.hpp"
#include "app/csv.hpp"
#include "app/match_input.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>

namespace jishi::app {

namespace {

using Items = std::vector<matching::TextItem>;
using Rows = std::vector<matching::FileMatchRow>;

std::string in_one_line(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' '
    );
    return text;
}

void write_lines(std::FILE* out, const Rows& rows, const MatchRequest& request) {
    for (const auto& row : rows) {
        std::fprintf(
            out,
            "%s\t%s\t%.9g",
            in_one_line(row.need).c_str(),
            in_one_line(row.achievement).c_str(),
            request.plan ? row.score : row.raw
        );
        if (request.explain)
            std::fprintf(
                out, "\t%s\t%s", in_one_line(row.why_zh).c_str(), in_one_line(row.why_en).c_str()
            );
        std::fputc('\n', out);
    }
}

// For people: what the ids stand for, the chance that both sides call it a match, and why.
void write_table(std::FILE* out, const Rows& rows, const Items& achievements, const Items& needs) {
    const auto titles_of = [](const Items& items) {
        std::map<std::string_view, std::string_view> titles;
        for (const auto& item : items)
            titles[item.id] = item.title.empty() ? item.body : item.title;
        return titles;
    };
    const auto supply = titles_of(achievements), demand = titles_of(needs);
    std::fputs(
        "\xef\xbb\xbf"
        "need,need_title,achievement,achievement_title,chance,why_zh,why_en\r\n",
        out
    );
    for (const auto& row : rows) {
        char chance[16];
        std::snprintf(chance, sizeof chance, "%.3f", row.score);
        std::string line;
        for (const std::string_view text :
             {std::string_view(row.need),
              demand.at(row.need),
              std::string_view(row.achievement),
              supply.at(row.achievement),
              std::string_view(chance),
              std::string_view(row.why_zh),
              std::string_view(row.why_en)})
            line += (line.empty() ? "" : ",") + csv_cell(text, true);
        std::fputs((line + "\r\n").c_str(), out);
    }
}

// Before anything is ranked, which may take long.
std::FILE* opened(const MatchRequest& request) {
    const auto& path = request.output;
    if (path.empty()) return stdout;
    for (const auto& input :
         {request.achievements, request.needs, request.pairs, request.judgements}) {
        std::error_code is_missing;
        if (std::filesystem::equivalent(path, input, is_missing))
            throw std::runtime_error(path + " is read, so nothing is written to it");
    }
    auto* const file = std::fopen(path.c_str(), "wb");
    if (file == nullptr) throw std::runtime_error("cannot write " + path);
    return file;
}

} // namespace

int match_files(const MatchRequest& request) {
    const bool is_table = is_csv(request.output);
    const TextColumns columns(request.fields);
    const auto achievements = read_items(request.achievements, columns);
    const auto needs = read_items(request.needs, columns);
    const auto judgements = request.judgements.empty() ? std::vector<matching::GradedPair>{}
                                                       : read_judgements(request.judgements);
    const auto pairs =
        request.pairs.empty() ? std::vector<matching::IdPair>{} : read_pairs(request.pairs);
    const auto close = [](std::FILE* file) { return file == stdout ? 0 : std::fclose(file); };
    const std::unique_ptr<std::FILE, decltype(close)> out(opened(request), close);

    const matching::FileMatchOptions options{
        .learn = request.learn, .explain = request.explain || is_table, .judgements = judgements};
    auto rows = request.pairs.empty()
                    ? matching::match_all(achievements, needs, request.top, options)
                    : matching::match_pairs(achievements, needs, pairs, options);
    if (request.plan) rows = matching::plan_of(std::move(rows), request.rules);
    if (is_table)
        write_table(out.get(), rows, achievements, needs);
    else
        write_lines(out.get(), rows, request);
    if (std::fflush(out.get()) != 0 || std::ferror(out.get()) != 0)
        throw std::runtime_error("cannot write what was found, all of it");
    return 0;
}

} // namespace jishi::app
