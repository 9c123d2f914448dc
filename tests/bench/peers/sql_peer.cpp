// A full-text table of a database server as a peer: times each statement over one connection, from
// sending it to the last row read. The script `mroonga` beside this file starts it.
//     build/release/tests/sql_peer SOCKET QUERIES.txt {all|any|like} TOP ROUNDS [OUT.tsv]
#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/exception.h>
#include <cppconn/resultset.h>
#include <cppconn/statement.h>

#include <time.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Hit {
    std::string id;
    double score;
};

struct Pass {
    std::vector<double> took_us;
    double cpu_us = 0; // of the whole server, all statements together
    std::vector<std::vector<Hit>> hits;
};

int positive(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value <= 0)
        throw std::invalid_argument("not a positive number: " + std::string(text));
    return value;
}

std::vector<std::string> lines_of(const std::string& file) {
    std::ifstream input(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(input, line);)
        lines.push_back(line);
    if (lines.empty()) throw std::invalid_argument("no query in " + file);
    return lines;
}

// Within a literal of SQL, with the server's default escapes.
std::string quoted(std::string_view text) {
    std::string sql = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') sql += '\\';
        sql += c;
    }
    return sql + "'";
}

// With "+": a b -> +"a" +"b". Each word is a phrase, so that none of its characters is an operator.
std::string phrases(std::string_view text, std::string_view prefix) {
    std::string query;
    bool inside = false;
    for (const char c : text) {
        if (c == '"' || c == '\\') continue;
        if (c == ' ') {
            if (inside) query += "\" ";
        } else {
            if (!inside) query += std::string(prefix) + '"';
            query += c;
        }
        inside = c != ' ';
    }
    return inside ? query + '"' : query;
}

// As the script `mroonga` writes a filter into the rows: "g1" is the word "filtergb".
std::string filter_words(std::string_view filters) {
    std::string words;
    for (const char c : filters) {
        if (words.empty() || words.back() == ' ') words += "filter";
        words += c >= '0' && c <= '9' ? static_cast<char>(c - '0' + 'a') : c;
    }
    return words;
}

// A line of the queries is a text, and behind a tab its filters, if any.
std::string against(std::string_view line, std::string_view mode) {
    const auto text = line.substr(0, line.find('\t'));
    const auto filters = filter_words(line.substr(std::min(line.size(), text.size() + 1)));
    if (mode == "all")
        return quoted(phrases(text, "+") + ' ' + phrases(filters, "+")) + " IN BOOLEAN MODE";
    if (!filters.empty()) throw std::invalid_argument("only all takes filters");
    if (mode == "any") return quoted(phrases(text, "")) + " IN BOOLEAN MODE";
    if (mode == "like") return quoted(text) + " IN NATURAL LANGUAGE MODE";
    throw std::invalid_argument("not all, any or like: " + std::string(mode));
}

// ORDER BY the match itself with a LIMIT is the form that Mroonga sorts by itself.
std::string statement_for(std::string_view line, std::string_view mode, int top) {
    const auto match = "MATCH(texts, filters) AGAINST(" + against(line, mode) + ")";
    return "SELECT id, " + match + " FROM listing WHERE " + match + " ORDER BY " + match +
           " DESC LIMIT " + std::to_string(top);
}

// The server runs beside us, so its clock can be read: on a busy machine it tells more than ours.
clockid_t clock_of_server(sql::Statement& statement) {
    const std::unique_ptr<sql::ResultSet> row(statement.executeQuery("SELECT @@pid_file"));
    if (!row->next()) throw std::runtime_error("the server names no pid file");
    std::ifstream file(row->getString(1).asStdString());
    pid_t pid = 0;
    clockid_t clock{};
    if (!(file >> pid) || clock_getcpuclockid(pid, &clock) != 0)
        throw std::runtime_error("the processor time of the server cannot be read");
    return clock;
}

double read_us(clockid_t clock) {
    timespec time{};
    if (clock_gettime(clock, &time) != 0) throw std::runtime_error("the server has ended");
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

Pass run(sql::Statement& statement, clockid_t server, const std::vector<std::string>& statements) {
    Pass pass;
    const auto cpu_begin = read_us(server);
    for (const auto& sql : statements) {
        const auto begin = Clock::now();
        const std::unique_ptr<sql::ResultSet> rows(statement.executeQuery(sql));
        std::vector<Hit> hits;
        while (rows->next())
            hits.push_back({rows->getString(1).asStdString(), double(rows->getDouble(2))});
        pass.took_us.push_back(
            std::chrono::duration<double, std::micro>(Clock::now() - begin).count()
        );
        pass.hits.push_back(std::move(hits));
    }
    pass.cpu_us = read_us(server) - cpu_begin;
    return pass;
}

void report(int round, const Pass& pass) {
    auto times = pass.took_us;
    std::sort(times.begin(), times.end());
    const auto at = [&](double share) {
        return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
    };
    const auto count = static_cast<double>(times.size());
    const auto mean = std::accumulate(times.begin(), times.end(), 0.) / count;
    std::size_t rows = 0;
    for (const auto& hits : pass.hits)
        rows += hits.size();
    std::printf(
        "round %d %.1f %.1f %.1f %zu %.1f\n",
        round,
        mean,
        at(.5),
        at(.99),
        rows,
        pass.cpu_us / count
    );
    std::fflush(stdout);
}

void write(const Pass& pass, const std::string& file) {
    std::ofstream output(file);
    for (std::size_t i = 0; i < pass.hits.size(); ++i) {
        for (const auto& hit : pass.hits[i])
            output << i + 1 << '\t' << hit.id << '\t' << hit.score << '\n';
    }
    if (!output.flush()) throw std::runtime_error("cannot write " + file);
}

void measure(const std::vector<std::string>& arguments) {
    const int top = positive(arguments[3]), rounds = positive(arguments[4]);
    std::vector<std::string> statements;
    for (const auto& line : lines_of(arguments[1]))
        statements.push_back(statement_for(line, arguments[2], top));

    const std::unique_ptr<sql::Connection> connection(
        get_driver_instance()->connect("unix://" + arguments[0], "root", "")
    );
    connection->setSchema("peer");
    const std::unique_ptr<sql::Statement> statement(connection->createStatement());
    statement->execute("SET NAMES utf8mb4");
    const auto server = clock_of_server(*statement);
    auto pass = run(*statement, server, statements); // warms up
    for (int round = 1; round <= rounds; ++round) {
        pass = run(*statement, server, statements);
        report(round, pass);
    }
    if (arguments.size() > 5) write(pass, arguments[5]);
}

} // namespace

int main(int count, char** values) {
    const std::vector<std::string> arguments(values + 1, values + count);
    if (arguments.size() < 5 || arguments.size() > 6) {
        std::fputs(
            "usage: sql_peer SOCKET QUERIES.txt {all|any|like} TOP ROUNDS [OUT.tsv]\n", stderr
        );
        return 2;
    }
    try {
        measure(arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
