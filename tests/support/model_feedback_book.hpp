// The feedback on pairs, gathered from the other model books one row at a time.
#pragma once

#include "tests/support/model_deal_book.hpp"
#include "tests/support/model_listing_book.hpp"

namespace jishi::tests {

class ModelFeedbackBook : public market::FeedbackBook {
public:
    ModelFeedbackBook(WriteCount& count, ModelMatchBook& matches, ModelDealBook& deals)
        : writes_(count), matches_(matches), deals_(deals) {}

    std::map<std::pair<market::Pair, market::ListingKind>, market::MatchGrade> grades;

    std::optional<market::MatchGrade>
    find(const market::Pair& pair, market::ListingKind side) override {
        const auto found = grades.find({pair, side});
        return found == grades.end() ? std::nullopt : std::optional(found->second);
    }
    void put(market::MatchGrade& grade) override {
        const auto there = find(grade.pair, grade.side);
        if ((there ? there->version : 0) != grade.version) throw LostRace("grade is stale");
        ++grade.version;
        grades.insert_or_assign({grade.pair, grade.side}, grade);
        ++writes_;
    }
    void remove(const market::Pair& pair, market::ListingKind side) override {
        writes_ += grades.erase({pair, side});
    }
    std::vector<market::MatchGrade> grades_of(market::ListingId listing) override {
        std::vector<market::MatchGrade> given;
        for (const auto& [key, grade] : grades)
            if (grade.side == listing.kind && grade.pair.of(listing.kind) == listing)
                given.push_back(grade);
        return given;
    }
    std::vector<market::PairFeedback> pairs_of(market::ListingId listing) override {
        auto pairs = pairs_after({}, 0xffff'ffff);
        std::erase_if(pairs, [&](const auto& row) { return row.pair.of(listing.kind) != listing; });
        return pairs;
    }
    std::vector<market::PairFeedback>
    pairs_after(const market::Pair& after, std::uint32_t limit) override {
        std::vector<market::PairFeedback> page;
        for (const auto& [pair, feedback] : all())
            if (pair > after && page.size() < limit) page.push_back(feedback);
        return page;
    }

private:
    using All = std::map<market::Pair, market::PairFeedback>;

    static market::PairFeedback& at(All& all, const market::Pair& pair) {
        auto& feedback = all[pair];
        feedback.pair = pair;
        return feedback;
    }
    All all() const {
        All all;
        for (const auto& [key, given] : grades) {
            auto& feedback = at(all, given.pair);
            auto& side =
                given.side == market::ListingKind::need ? feedback.need : feedback.achievement;
            side.grade = given.grade;
            side.graded_by = given.organisation;
        }
        matches_.matches.each([&](const market::Match& match) { add(all, match); });
        deals_.deals.each([&](const market::Deal& deal) { add(all, deal); });
        return all;
    }
    static void add(All& all, const market::Match& match) {
        if (match.need_answer == market::Answer::pending &&
            match.achievement_answer == market::Answer::pending)
            return;
        auto& feedback = at(all, {match.need.id, match.achievement.id});
        feedback.need.owner = match.need_owner;
        feedback.need.answer = match.need_answer;
        feedback.need.reason = match.need_reason;
        feedback.achievement.owner = match.achievement_owner;
        feedback.achievement.answer = match.achievement_answer;
        feedback.achievement.reason = match.achievement_reason;
    }
    void add(All& all, const market::Deal& deal) const {
        const auto offers = deals_.offers_of(deal.id);
        if (!deal.need || !deal.achievement || offers.empty()) return;
        auto& feedback = at(all, {deal.need->id, deal.achievement->id});
        feedback.need.owner = deal.buyer;
        feedback.achievement.owner = deal.seller;
        for (const auto& offer : offers)
            (offer.by == deal.buyer ? feedback.need : feedback.achievement).made_offer = true;
        feedback.terms_agreed |= deal.accepted_offer.has_value();
        feedback.contracted |= deal.state == market::DealState::contracted;
    }

    WriteCount& writes_;
    ModelMatchBook& matches_;
    ModelDealBook& deals_;
};

} // namespace jishi::tests
