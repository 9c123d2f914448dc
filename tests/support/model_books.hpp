// The books of the market in memory, for tests of the use-cases: the same versions, uniqueness and
// refusals to write as the real ones, a clock that the test sets, ids that count up. Nothing is
// undone when a use-case refuses, so `writes()` shows whether it wrote before it refused.
#pragma once

#include "market/rules.hpp"
#include "tests/support/model_deal_book.hpp"
#include "tests/support/model_feedback_book.hpp"
#include "tests/support/model_listing_book.hpp"
#include "tests/support/model_party_book.hpp"

#include <array>
#include <string>

namespace jishi::tests {

class ModelEventBook : public market::EventBook {
public:
    explicit ModelEventBook(WriteCount& count) : writes_(count) {}

    std::vector<market::Event> all;

    void append(const market::Event& event) override {
        all.push_back(event);
        ++writes_;
    }
    std::vector<market::Event> history_of(std::string_view object) override {
        std::vector<market::Event> history;
        for (const auto& event : all)
            if (event.object == object) history.push_back(event);
        return history;
    }

private:
    WriteCount& writes_;
};

class ModelAnswerBook : public market::AnswerBook {
public:
    explicit ModelAnswerBook(WriteCount& count) : writes_(count) {}

    std::optional<market::StoredAnswer>
    find(std::string_view scope, std::string_view key) override {
        const auto found = answers_.find({std::string(scope), std::string(key)});
        return found == answers_.end() ? std::nullopt : std::optional(found->second.first);
    }
    void
    add(std::string_view scope,
        std::string_view key,
        const market::StoredAnswer& answer,
        market::Instant at) override {
        const std::pair place{std::string(scope), std::string(key)};
        if (!answers_.try_emplace(place, answer, at).second) throw LostRace("answered twice");
        ++writes_;
    }
    void forget_before(market::Instant at) override {
        std::erase_if(answers_, [&](const auto& entry) { return entry.second.second < at; });
        ++writes_;
    }

private:
    WriteCount& writes_;
    std::map<std::pair<std::string, std::string>, std::pair<market::StoredAnswer, market::Instant>>
        answers_;
};

// The house defaults; a test may change a value from a day on.
class ModelRuleBook : public market::RuleBook {
public:
    ModelRuleBook() {
        namespace rules = market::rules;
        set(rules::listing_live_days, 365);
        set(rules::deal_waiting_days, 30);
        set(rules::offer_valid_days_max, 180);
        set(rules::session_login_hours, 12);
        set(rules::token_days_max, 365);
        set(rules::password_failures_before_lock, 5);
        set(rules::password_lock_minutes, 15);
        set(rules::match_per_listing_max, 20);
        set(rules::match_score_min_ppm, 180'000);
        set(rules::mandate_commission_bp_max, 3'000);
        set(rules::grade_contracted_milli, 4'000);
        set(rules::grade_terms_agreed_milli, 4'000);
        set(rules::grade_offer_made_milli, 3'500);
        set(rules::grade_both_accepted_milli, 3'500);
        set(rules::grade_accepted_milli, 3'000);
        set(rules::grade_not_our_field_milli, 1'000);
        set(rules::grade_unclear_milli, 2'000);
        set(rules::grade_other_reason_milli, 1'500);
        set(rules::grade_organisation_pairs_max, 500);
    }
    void set(std::string_view key, std::int64_t value, market::Date from = {2000, 1, 1}) {
        values_[std::string(key)][from] = value;
    }
    std::optional<std::int64_t> value_on(std::string_view key, market::Date day) override {
        const auto rule = values_.find(std::string(key));
        if (rule == values_.end()) return {};
        const auto after = rule->second.upper_bound(day);
        return after == rule->second.begin() ? std::nullopt
                                             : std::optional(std::prev(after)->second);
    }

private:
    std::map<std::string, std::map<market::Date, std::int64_t>> values_;
};

// Two FNV-1a of 128 bits with different beginnings: 64 hex digits that no test text collides on.
inline std::string model_digest(std::string_view text) {
    using Wide = unsigned __int128;
    constexpr Wide prime = (Wide{1} << 88) + 0x13B;
    std::array<Wide, 2> sums{(Wide{0x6C62272E07BB0142} << 64) + 0x62B821756295C58D, Wide{0x1F}};
    std::string hex;
    for (auto& sum : sums) {
        for (const char c : text)
            sum = (sum ^ static_cast<std::uint8_t>(c)) * prime;
        for (int shift = 124; shift >= 0; shift -= 4)
            hex += "0123456789abcdef"[static_cast<std::size_t>(sum >> shift & 0xF)];
    }
    return hex;
}

// The books themselves, made before the Books that refers to them.
struct ModelShelf {
    WriteCount write_count = 0;
    market::Instant clock{}; // the `now` of the books
    ModelPartyBook party_book{write_count, clock};
    ModelListingBook listing_book{write_count};
    ModelMatchBook match_book{write_count};
    ModelDealBook deal_book{write_count};
    ModelFeedbackBook feedback_book{write_count, match_book, deal_book};
    ModelContractBook contract_book{write_count};
    ModelEventBook event_book{write_count};
    ModelAnswerBook answer_book{write_count};
    ModelRuleBook rule_book;
};

class ModelBooks final : public ModelShelf, public market::Books {
public:
    explicit ModelBooks(market::Instant at)
        : Books(
              party_book,
              listing_book,
              match_book,
              feedback_book,
              deal_book,
              contract_book,
              event_book,
              answer_book,
              rule_book,
              at
          ) {
        set_now(at);
    }
    ModelBooks(const ModelBooks&) = delete;

    void set_now(market::Instant at) { now = clock = at; }
    WriteCount writes() const { return write_count; }

    market::IdBytes new_id() override {
        ++last_id_;
        market::IdBytes bytes{0x01, 0x93};
        for (std::size_t i = 0; i < 8; ++i)
            bytes[15 - i] = static_cast<std::uint8_t>(last_id_ >> (8 * i));
        return bytes;
    }
    market::IdBytes new_random_id() override {
        auto bytes = new_id();
        bytes[0] = 0x80; // among no others
        return bytes;
    }
    std::string sha256_hex(std::string_view text) override { return model_digest(text); }

private:
    std::uint64_t last_id_ = 0;
};

} // namespace jishi::tests
