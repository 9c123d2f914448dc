#include "storage/feedback_book.hpp"

#include "storage/page.hpp"
#include "storage/row.hpp"

#include <map>

namespace jishi::storage {

namespace {

using market::ListingKind;
using market::Pair;
using market::PairFeedback;

struct GradeMap {
    using Object = market::MatchGrade;
    static constexpr std::string_view table = "match_grade";
    static void columns(auto& io, auto& g) {
        io("need_id", g.pair.need.bytes);
        io("achievement_id", g.pair.achievement.bytes);
        io("side", g.side);
        io("organisation_id", g.organisation);
        io("member_id", g.member);
        io("grade", g.grade);
        io("given_at", g.at);
        io("version", g.version);
    }
};

// Which pairs to read, as the end of each of the three queries.
struct Which {
    std::string where;
    std::vector<Parameter> values;
    std::uint32_t limit = 0; // pairs; 0: all
};

Which of_listing(market::ListingId listing) {
    return {
        listing.kind == ListingKind::need ? "need_id = ?" : "achievement_id = ?",
        {Parameter(listing.bytes)}};
}

Which following(const Pair& after, std::uint32_t limit) {
    return {
        "need_id >= ? AND (need_id > ? OR achievement_id > ?)",
        {after.need.bytes, after.need.bytes, after.achievement.bytes},
        limit};
}

// By pair. Each query that stops at its limit has told of `limit` pairs at least, so whatever it
// holds back comes after the first `limit` of all: those are complete.
class Gathering {
public:
    Gathering(Connection& connection, Which which)
        : connection_(connection), which_(std::move(which)) {}

    std::vector<PairFeedback> all() {
        add_grades();
        add_answers();
        add_deals();
        std::vector<PairFeedback> list;
        for (const auto& [pair, feedback] : found_) {
            if (which_.limit != 0 && list.size() == which_.limit) break;
            list.push_back(feedback);
        }
        return list;
    }

private:
    Rows query(std::string sql, std::string_view more, std::uint32_t rows_of_a_pair) {
        sql.append(which_.where).append(more).append(" ORDER BY need_id, achievement_id");
        auto values = which_.values;
        if (which_.limit != 0) {
            sql.append(" LIMIT ?");
            values.emplace_back(which_.limit * rows_of_a_pair);
        }
        return connection_.statement(sql).query_with(values);
    }

    // The pair of the first two columns.
    PairFeedback& pair_of(const Rows& rows) {
        const Pair pair{
            {ListingKind::need, rows.get<market::IdBytes>(0)},
            {ListingKind::achievement, rows.get<market::IdBytes>(1)}};
        auto& feedback = found_[pair];
        feedback.pair = pair;
        return feedback;
    }

    void add_grades() {
        for (const auto& given :
             all_of<GradeMap>(query(select_sql<GradeMap>() + "WHERE ", "", 2))) {
            auto& feedback = found_[given.pair];
            feedback.pair = given.pair;
            auto& side = given.side == ListingKind::need ? feedback.need : feedback.achievement;
            side.grade = given.grade;
            side.graded_by = given.organisation;
        }
    }

    void add_answers() {
        auto rows = query(
            "SELECT need_id, achievement_id, need_owner_id, achievement_owner_id,"
            " need_answer, achievement_answer, need_reason, achievement_reason"
            " FROM match_ WHERE ",
            " AND (need_answer <> 'pending' OR achievement_answer <> 'pending')",
            1
        );
        while (rows.next()) {
            auto& feedback = pair_of(rows);
            ColumnReader reader(rows, 2);
            reader("need_owner_id", feedback.need.owner);
            reader("achievement_owner_id", feedback.achievement.owner);
            reader("need_answer", feedback.need.answer);
            reader("achievement_answer", feedback.achievement.answer);
            reader("need_reason", feedback.need.reason);
            reader("achievement_reason", feedback.achievement.reason);
        }
    }

    void add_deals() {
        auto rows = query(
            "SELECT need_id, achievement_id, MAX(buyer_id), MAX(seller_id),"
            " MAX(by_id = buyer_id), MAX(by_id = seller_id),"
            " MAX(accepted_offer_id IS NOT NULL), MAX(state = 'contracted')"
            " FROM deal JOIN offer ON offer.deal_id = deal.id"
            " WHERE need_id IS NOT NULL AND achievement_id IS NOT NULL AND ",
            " GROUP BY need_id, achievement_id",
            1
        );
        while (rows.next()) {
            auto& feedback = pair_of(rows);
            ColumnReader reader(rows, 2);
            reader("buyer_id", feedback.need.owner);
            reader("seller_id", feedback.achievement.owner);
            reader("buyer_offered", feedback.need.made_offer);
            reader("seller_offered", feedback.achievement.made_offer);
            reader("terms_agreed", feedback.terms_agreed);
            reader("contracted", feedback.contracted);
        }
    }

    Connection& connection_;
    const Which which_;
    std::map<Pair, PairFeedback> found_;
};

} // namespace

std::optional<market::MatchGrade> FeedbackBook::find(const Pair& pair, ListingKind side) {
    return find_one<GradeMap>(
        connection_,
        "WHERE need_id = ? AND achievement_id = ? AND side = ?",
        pair.need.bytes,
        pair.achievement.bytes,
        market::name_of(side)
    );
}

void FeedbackBook::put(market::MatchGrade& grade) {
    auto next = grade;
    ++next.version;
    if (grade.version == 0) {
        insert<GradeMap>(connection_, next);
    } else {
        const auto matched =
            connection_
                .statement("UPDATE match_grade SET organisation_id = ?, member_id = ?, grade = ?,"
                           " given_at = ?, version = ?"
                           " WHERE need_id = ? AND achievement_id = ? AND side = ? AND version = ?")
                .run(
                    next.organisation,
                    next.member,
                    next.grade,
                    next.at,
                    next.version,
                    next.pair.need.bytes,
                    next.pair.achievement.bytes,
                    market::name_of(next.side),
                    grade.version
                );
        if (matched == 0) throw_stale(GradeMap::table);
    }
    grade.version = next.version;
}

void FeedbackBook::remove(const Pair& pair, ListingKind side) {
    connection_
        .statement("DELETE FROM match_grade WHERE need_id = ? AND achievement_id = ? AND side = ?")
        .run(pair.need.bytes, pair.achievement.bytes, market::name_of(side));
}

std::vector<market::MatchGrade> FeedbackBook::grades_of(market::ListingId listing) {
    const bool of_need = listing.kind == ListingKind::need;
    return find_all<GradeMap>(
        connection_,
        of_need ? "WHERE need_id = ? AND side = 'need' ORDER BY achievement_id"
                : "WHERE achievement_id = ? AND side = 'achievement' ORDER BY need_id",
        listing.bytes
    );
}

std::vector<PairFeedback> FeedbackBook::pairs_of(market::ListingId listing) {
    return Gathering(connection_, of_listing(listing)).all();
}

std::vector<PairFeedback> FeedbackBook::pairs_after(const Pair& after, std::uint32_t limit) {
    return Gathering(connection_, following(after, checked_limit(limit, batch_rows_max))).all();
}

} // namespace jishi::storage
