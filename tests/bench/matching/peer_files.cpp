#include "tests/bench/matching/peer_files.hpp"

#include "tests/bench/matching/questions.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>
#include <unordered_map>

namespace jishi::matching::bench {

namespace {

using market::ListingKind;

constexpr std::size_t short_count = 1'000, full_count = 300;

class Output {
public:
    explicit Output(const std::string& path) : path_(path), file_(path, std::ios::binary) {}
    void line(const std::string& text) { file_ << text << '\n'; }
    void close() {
        file_.close();
        if (!file_) throw std::runtime_error("cannot write " + path_);
    }

private:
    std::string path_;
    std::ofstream file_;
};

std::string hex(TermKey key) {
    std::array<char, 17> digits{};
    std::snprintf(digits.data(), digits.size(), "%" PRIx64, key);
    return digits.data();
}

std::string joined(const std::vector<TermKey>& keys) {
    std::string out;
    for (const auto key : keys)
        out += (out.empty() ? "" : " ") + hex(key);
    return out;
}

std::string row(std::size_t number, const std::string& filters, const std::string& tokens) {
    return std::to_string(number) + '\t' + filters + '\t' + tokens;
}

std::string one_line(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' '
    );
    return text;
}

// Finds the questions that no listing answers: a peer would be done with them at once, and the
// engine would answer another question.
class Answers {
public:
    explicit Answers(const std::vector<ShortQuestion>& questions) {
        for (const auto& question : questions)
            for (const auto key : question.terms)
                holders_[key];
    }
    void add(const DocumentTerms& terms, const std::vector<std::string>& filters) {
        for (const auto& term : terms.terms)
            if (const auto at = holders_.find(term.key); at != holders_.end())
                at->second.push_back(count_);
        for (const auto& word : filters)
            passing_[word].push_back(count_);
        ++count_;
    }
    bool any_for(const ShortQuestion& question) const {
        auto left = passing_.at(question.filter);
        for (const auto key : question.terms) {
            const auto& holders = holders_.at(key);
            std::erase_if(left, [&](std::uint32_t number) {
                return !std::binary_search(holders.begin(), holders.end(), number);
            });
        }
        return !left.empty();
    }

private:
    std::unordered_map<TermKey, std::vector<std::uint32_t>> holders_;
    std::map<std::string, std::vector<std::uint32_t>> passing_;
    std::uint32_t count_ = 0;
};

void write_docs(const std::string& achievements, const std::string& path, Answers& answers) {
    Output out(path);
    for_each_listing(
        achievements,
        ListingKind::achievement,
        SIZE_MAX,
        [&](const Document& document) {
            const auto terms = terms_of(document);
            const auto words = filter_words_of(document);
            answers.add(terms, words);
            std::string filters, tokens;
            for (const auto& word : words)
                filters += (filters.empty() ? "" : " ") + word;
            for (const auto& term : terms.terms)
                for (auto left = term.count.total(); left > 0; --left)
                    tokens += (tokens.empty() ? "" : " ") + hex(term.key);
            out.line(
                row(number_of(document.id), filters, tokens) + '\t' +
                one_line(document.title + ' ' + document.body)
            );
        }
    );
    out.close();
}

void write_short(
    const std::vector<ShortQuestion>& questions, const Answers& answers, const PeerFiles& files
) {
    Output terms(files.short_terms), texts(files.short_texts);
    std::size_t written = 0;
    for (const auto& question : questions) {
        if (written == short_count) break;
        if (!answers.any_for(question)) continue;
        terms.line(row(++written, question.filter, joined(question.terms)));
        texts.line(question.text + '\t' + question.filter);
    }
    terms.close();
    texts.close();
}

void write_full(const std::vector<Document>& needs, const PeerFiles& files) {
    Output terms(files.need_terms), texts(files.need_texts);
    for (const auto& need : needs) {
        terms.line(row(number_of(need.id), "", joined(sought_terms_of(need))));
        texts.line(one_line(need.title + ' ' + need.body));
    }
    terms.close();
    texts.close();
}

} // namespace

void write_peer_files(const MarketFiles& market, const PeerFiles& files) {
    const auto needs = listings_of(market.needs, ListingKind::need, SIZE_MAX);
    const auto questions = short_questions_of(needs, 20 * short_count);
    Answers answers(questions);
    write_docs(market.achievements, files.docs, answers);
    write_short(questions, answers, files);
    write_full(full_needs_of(needs, full_count), files);
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    if (lines.empty()) throw std::runtime_error("nothing to read in " + path);
    return lines;
}

std::vector<SearchQuery> short_queries(const PeerFiles& files) {
    std::vector<SearchQuery> out;
    for (const auto& line : lines_of(files.short_texts)) {
        const auto end = line.find('\t');
        out.push_back(query_of(line.substr(0, end), line.substr(end + 1)));
    }
    return out;
}

std::vector<Document> full_needs(const PeerFiles& files, const std::string& needs) {
    std::vector<std::size_t> numbers;
    for (const auto& line : lines_of(files.need_terms))
        numbers.push_back(std::stoul(line));
    std::vector<Document> out;
    for_each_listing(needs, ListingKind::need, numbers.back() + 1, [&](Document document) {
        if (std::binary_search(numbers.begin(), numbers.end(), number_of(document.id)))
            out.push_back(std::move(document));
    });
    return out;
}

} // namespace jishi::matching::bench
