#include "storage/statement.hpp"

#include "storage/session.hpp"

#include <cppconn/connection.h>
#include <cppconn/datatype.h>
#include <cppconn/exception.h>
#include <cppconn/parameter_metadata.h>
#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace jishi::storage {
namespace {

using Kind = StorageError::Kind;

StorageError misuse(const std::string& text, std::string_view sql) {
    return classify(0, text, sql);
}

// The first word decides: the driver reports a SELECT that is run as an update only by -1, after
// the fact.
bool yields_rows(std::string_view sql) {
    const auto begin = std::min(sql.find_first_not_of(" \t\r\n("), sql.size());
    auto word = std::string(sql.substr(begin, 8));
    std::ranges::transform(word, word.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    constexpr std::string_view heads[] = {
        "SELECT", "SHOW", "WITH", "EXPLAIN", "DESCRIBE", "CHECK", "VALUES"};
    return std::ranges::any_of(heads, [&](std::string_view head) {
        return word.starts_with(head);
    });
}

struct Binder {
    sql::PreparedStatement& native;
    unsigned index;

    void operator()(std::nullptr_t) const { native.setNull(index, sql::DataType::SQLNULL); }
    void operator()(std::int64_t value) const { native.setInt64(index, value); }
    void operator()(std::uint64_t value) const { native.setUInt64(index, value); }
    void operator()(double value) const { native.setDouble(index, value); }
    // setString, never setBlob: a stream is consumed by the first execution and the second one
    // would write NULL.
    void operator()(std::string_view value) const {
        native.setString(index, sql::SQLString(value.data(), value.size()));
    }
    void operator()(const market::IdBytes& value) const {
        native.setString(
            index, sql::SQLString(reinterpret_cast<const char*>(value.data()), value.size())
        );
    }
};

void bind_all(StatementCore& core, std::span<const Parameter> parameters) {
    auto& session = *core.session;
    session.require_usable();
    if (core.rows_live)
        session.fail(misuse("an older result of this statement is still being read", core.sql));
    if (parameters.size() != core.parameter_count) {
        session.fail(misuse(
            "the statement takes " + std::to_string(core.parameter_count) + " arguments, not " +
                std::to_string(parameters.size()),
            core.sql
        ));
    }
    unsigned index = 0;
    for (const auto& parameter : parameters) {
        const auto* real = std::get_if<double>(&parameter.value());
        if (real && !std::isfinite(*real))
            session.fail(misuse("a double must be finite", core.sql));
        std::visit(Binder{*core.native, ++index}, parameter.value());
    }
}

enum class ColumnKind : std::uint8_t {
    signed_integer,
    unsigned_integer,
    decimal,
    real,
    text,
    null,
    other
};

ColumnKind kind_of(int data_type, bool is_signed) {
    using Type = sql::DataType;
    switch (data_type) {
    case Type::BIT:
    case Type::TINYINT:
    case Type::SMALLINT:
    case Type::MEDIUMINT:
    case Type::INTEGER:
    case Type::BIGINT:
        return is_signed ? ColumnKind::signed_integer : ColumnKind::unsigned_integer;
    case Type::NUMERIC:
    case Type::DECIMAL:
        return ColumnKind::decimal;
    case Type::REAL:
    case Type::DOUBLE:
        return ColumnKind::real;
    case Type::CHAR:
    case Type::BINARY:
    case Type::VARCHAR:
    case Type::VARBINARY:
    case Type::LONGVARCHAR:
    case Type::LONGVARBINARY:
        return ColumnKind::text;
    case Type::SQLNULL:
        return ColumnKind::null;
    default:
        return ColumnKind::other;
    }
}

} // namespace

StatementCore::StatementCore(std::shared_ptr<Session> owner, std::string_view text)
    : session(std::move(owner)), sql(text) {
    session->require_usable();
    try {
        native.reset(session->native->prepareStatement(sql::SQLString(sql.data(), sql.size())));
        parameter_count =
            static_cast<std::size_t>(native->getParameterMetaData()->getParameterCount());
    } catch (const sql::SQLException& error) {
        session->fail(error, sql);
    }
}

StatementCore::~StatementCore() = default;

struct Rows::Result {
    std::shared_ptr<StatementCore> core;
    std::unique_ptr<sql::ResultSet> native;
    std::vector<ColumnKind> kinds;
    std::size_t count = 0;
    bool on_row = false;

    Result(std::shared_ptr<StatementCore> owner, sql::ResultSet* opened)
        : core(std::move(owner)), native(opened) {
        auto* columns = native->getMetaData();
        for (unsigned i = 1; i <= columns->getColumnCount(); ++i) {
            kinds.push_back(kind_of(columns->getColumnType(i), columns->isSigned(i)));
        }
        count = native->rowsCount();
        core->rows_live = true;
        ++core->session->live_rows;
    }
    ~Result() { release(); }

    void release() {
        if (!native) return;
        native.reset();
        core->rows_live = false;
        --core->session->live_rows;
        on_row = false;
    }

    [[noreturn]] void corrupt(std::size_t column, const std::string& text) const {
        throw StorageError(
            Kind::corrupt,
            0,
            "column " + std::to_string(column) + " " + text + " in: " + core->sql.substr(0, 120)
        );
    }
    ColumnKind kind(std::size_t column) const {
        if (!on_row || column >= kinds.size())
            throw misuse("no such row or column is at hand", core->sql);
        return kinds[column];
    }
    bool is_null(std::size_t column) const {
        return kind(column) == ColumnKind::null ||
               native->isNull(static_cast<unsigned>(column + 1));
    }
    ColumnKind kind_of_value(std::size_t column) const {
        if (is_null(column)) corrupt(column, "is NULL");
        return kind(column);
    }
    std::string bytes(std::size_t column) const {
        return native->getString(static_cast<unsigned>(column + 1)).asStdString();
    }

    // DECIMAL is what SUM() yields.
    template<class T>
    T integer_of_decimal(std::size_t column) const {
        const auto digits = bytes(column);
        T value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size())
            corrupt(column, "does not fit");
        return value;
    }
};

Rows::Rows(std::unique_ptr<Result> result) : result_(std::move(result)) {}
Rows::~Rows() = default;
Rows::Rows(Rows&&) noexcept = default;

bool Rows::next() {
    auto& result = *result_;
    if (!result.native) return false;
    try {
        result.on_row = result.native->next();
    } catch (const sql::SQLException& error) {
        result.core->session->fail(error, result.core->sql);
    }
    if (!result.on_row) result.release();
    return result.on_row;
}

std::size_t Rows::count() const {
    return result_->count;
}

bool Rows::is_null(std::size_t column) const {
    return result_->is_null(column);
}

std::int64_t Rows::integer(std::size_t column, std::int64_t least, std::int64_t most) const {
    const auto index = static_cast<unsigned>(column + 1);
    std::int64_t value = 0;
    switch (result_->kind_of_value(column)) {
    case ColumnKind::signed_integer:
        value = result_->native->getInt64(index);
        break;
    case ColumnKind::unsigned_integer: {
        const auto wide = result_->native->getUInt64(index);
        if (!std::in_range<std::int64_t>(wide)) result_->corrupt(column, "does not fit");
        value = static_cast<std::int64_t>(wide);
        break;
    }
    case ColumnKind::decimal:
        value = result_->integer_of_decimal<std::int64_t>(column);
        break;
    default:
        result_->corrupt(column, "is not an integer");
    }
    if (value < least || value > most) result_->corrupt(column, "does not fit");
    return value;
}

std::uint64_t Rows::unsigned_integer(std::size_t column) const {
    switch (result_->kind_of_value(column)) {
    case ColumnKind::unsigned_integer:
        return result_->native->getUInt64(static_cast<unsigned>(column + 1));
    case ColumnKind::decimal:
        return result_->integer_of_decimal<std::uint64_t>(column);
    default:
        return static_cast<std::uint64_t>(integer(column, 0, INT64_MAX));
    }
}

double Rows::real(std::size_t column) const {
    switch (result_->kind_of_value(column)) {
    case ColumnKind::real:
        return static_cast<double>(result_->native->getDouble(static_cast<unsigned>(column + 1)));
    case ColumnKind::signed_integer:
    case ColumnKind::unsigned_integer:
        return static_cast<double>(integer(column, INT64_MIN, INT64_MAX));
    default:
        result_->corrupt(column, "is not a double");
    }
}

std::string Rows::text(std::size_t column) const {
    const auto kind = result_->kind_of_value(column);
    if (kind != ColumnKind::text && kind != ColumnKind::decimal)
        result_->corrupt(column, "is not text");
    return result_->bytes(column);
}

market::IdBytes Rows::id_bytes(std::size_t column) const {
    const auto bytes = text(column);
    market::IdBytes id{};
    if (bytes.size() != id.size()) result_->corrupt(column, "is not an id of 16 bytes");
    std::ranges::copy(bytes, reinterpret_cast<char*>(id.data()));
    return id;
}

std::uint64_t Statement::run_with(std::span<const Parameter> parameters) {
    auto& session = *core_->session;
    if (yields_rows(core_->sql)) session.fail(misuse("a query is not for run()", core_->sql));
    try {
        bind_all(*core_, parameters);
        const int matched = core_->native->executeUpdate();
        // Rows nobody expected (INSERT ... RETURNING) are still on the wire.
        session.broken = session.broken || matched < 0;
        if (matched < 0) session.fail(misuse("run() met a result", core_->sql));
        return static_cast<std::uint64_t>(matched);
    } catch (const sql::SQLException& error) {
        session.fail(error, core_->sql);
    }
}

Rows Statement::query_with(std::span<const Parameter> parameters) {
    auto& session = *core_->session;
    if (!yields_rows(core_->sql)) session.fail(misuse("only a query yields rows", core_->sql));
    try {
        bind_all(*core_, parameters);
        return Rows(std::make_unique<Rows::Result>(core_, core_->native->executeQuery()));
    } catch (const sql::SQLException& error) {
        session.fail(error, core_->sql);
    }
}

} // namespace jishi::storage
