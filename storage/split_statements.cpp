#include "storage/migration.hpp"

namespace jishi::storage {
namespace {

// The length of the comment, quoted text or single character at the front of `rest`.
struct Piece {
    std::size_t length;
    bool comment;
};

std::size_t up_to(std::string_view rest, std::string_view mark, std::size_t from) {
    const auto at = rest.find(mark, from);
    return at == std::string_view::npos ? rest.size() : at + mark.size();
}

std::size_t quoted_length(std::string_view rest) {
    const char quote = rest[0];
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == '\\' && quote != '`') {
            ++i;
        } else if (rest[i] == quote) { // a doubled quote reads as two quoted texts side by side
            return i + 1;
        }
    }
    return rest.size();
}

Piece front(std::string_view rest) {
    if (rest.starts_with("-- ") || rest.starts_with("--\n") || rest.starts_with('#')) {
        return {up_to(rest, "\n", 0), true};
    }
    if (rest.starts_with("/*")) return {up_to(rest, "*/", 2), true};
    if (rest[0] == '\'' || rest[0] == '"' || rest[0] == '`') return {quoted_length(rest), false};
    return {1, false};
}

void finish(std::string& statement, std::vector<std::string>& statements) {
    constexpr std::string_view space = " \t\r\n";
    const auto begin = statement.find_first_not_of(space);
    if (begin != std::string::npos) {
        const auto end = statement.find_last_not_of(space);
        statements.push_back(statement.substr(begin, end - begin + 1));
    }
    statement.clear();
}

} // namespace

std::vector<std::string> split_statements(std::string_view sql) {
    std::vector<std::string> statements;
    std::string statement;
    while (!sql.empty()) {
        const auto piece = front(sql);
        if (piece.comment) {
            statement += ' ';
        } else if (sql[0] == ';') {
            finish(statement, statements);
        } else {
            statement += sql.substr(0, piece.length);
        }
        sql.remove_prefix(piece.length);
    }
    finish(statement, statements);
    return statements;
}

} // namespace jishi::storage
