// Listings for the tests of matching: written out in a line, or drawn at random from a small
// vocabulary.
#pragma once

#include "matching/engine.hpp"
#include "matching/learning.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace jishi::matching::test {

inline market::ListingId listing_id(market::ListingKind kind, std::uint32_t number) {
    market::ListingId id{kind, {}};
    for (std::size_t i = 0; i < 4; ++i)
        id.bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
    return id;
}

inline std::uint32_t number_of(const market::ListingId& id) {
    std::uint32_t number = 0;
    for (std::size_t i = 12; i < 16; ++i)
        number = number << 8 | id.bytes[i];
    return number;
}

inline market::OrganisationId organisation(std::uint8_t number) {
    market::OrganisationId id;
    id.bytes[15] = number;
    return id;
}

inline Document
listing(market::ListingKind kind, std::uint32_t number, std::string title, std::string body = {}) {
    Document out;
    out.id = listing_id(kind, number);
    out.title = std::move(title);
    out.body = std::move(body);
    return out;
}
inline Document achievement(std::uint32_t number, std::string title, std::string body = {}) {
    return listing(market::ListingKind::achievement, number, std::move(title), std::move(body));
}
inline Document need(std::uint32_t number, std::string title, std::string body = {}) {
    return listing(market::ListingKind::need, number, std::move(title), std::move(body));
}

inline std::vector<Change> changes(const std::vector<Document>& documents) {
    return {documents.begin(), documents.end()};
}

using ModelPtr = std::shared_ptr<const Model>;

inline std::shared_ptr<const Snapshot>
market_of(const std::vector<Document>& documents, const ModelPtr& model = nullptr) {
    Engine engine;
    engine.apply(changes(documents));
    if (model) engine.adopt(model);
    return engine.snapshot();
}

// Of few dimensions: quickly learned, and all that a drawn market has to say.
inline constexpr std::uint32_t few_dimensions = 16;

inline ModelPtr
model_of(const std::vector<Document>& documents, std::uint32_t dimensions = few_dimensions) {
    std::vector<const Document*> achievements, needs;
    for (const auto& document : documents)
        (document.id.kind == market::ListingKind::need ? needs : achievements).push_back(&document);
    return learn(achievements, needs, {}, {.dimensions = dimensions});
}

// Draws listings whose words overlap enough for scores to differ and now and then to tie.
class Draw {
public:
    explicit Draw(std::uint32_t seed) : random_(seed) {}

    std::uint32_t below(std::uint32_t bound) {
        return static_cast<std::uint32_t>(random_() % bound);
    }

    // Half of the words come from the few that go with a topic, so that some recur within a text.
    std::string text(std::uint32_t words, std::uint32_t topic) {
        static constexpr std::string_view vocabulary[] = {
            "电池", "回收", "锂",   "材料", "废水", "处理", "技术",    "的",     "5G",
            "LED",  "图像", "识别", "算法", "污泥", "干燥", "LiFePO4", "motors", "motor",
            "高温", "合金", "，",   "。",   " ",    "涂层", "防腐",
        };
        constexpr auto size = static_cast<std::uint32_t>(std::size(vocabulary));
        std::string out;
        for (std::uint32_t i = 0; i < words; ++i)
            out += vocabulary[below(2) == 0 ? (topic + below(4)) % size : below(size)];
        return out;
    }

    std::string text(std::uint32_t words) { return text(words, below(30)); }

    Document document(market::ListingKind kind, std::uint32_t number) {
        const auto topic = below(30);
        auto out = listing(
            kind, number, below(10) == 0 ? "" : text(1 + below(5), topic), text(below(20), topic)
        );
        if (below(4) == 0) out.keywords.push_back(text(1, topic));
        if (below(2) == 0) out.fields.add(static_cast<market::TechnologyField>(below(11)));
        if (below(2) == 0) out.trl = static_cast<std::uint8_t>(1 + below(9));
        if (below(2) == 0) out.modes = market::Set<market::CooperationMode>(1 + below(7));
        if (below(2) == 0) out.price.max_fen = 1000 + below(1000);
        if (below(3) == 0) out.price.min_fen = 500 + below(1500);
        if (below(3) == 0) out.deadline_day = static_cast<std::int32_t>(90 + below(20));
        if (below(2) == 0) out.division = below(2) == 0 ? "330100" : "330200";
        out.published_at_us = below(50);
        out.owner = organisation(static_cast<std::uint8_t>(1 + below(6)));
        out.sealed_owner = SealedOwner(out.owner);
        return out;
    }

    std::vector<Document> market(std::uint32_t achievements, std::uint32_t needs) {
        std::vector<Document> out;
        for (std::uint32_t i = 0; i < achievements; ++i)
            out.push_back(document(market::ListingKind::achievement, i));
        for (std::uint32_t i = 0; i < needs; ++i)
            out.push_back(document(market::ListingKind::need, i));
        return out;
    }

    template<class T>
    void shuffle(std::vector<T>& items) {
        std::shuffle(items.begin(), items.end(), random_);
    }

private:
    std::mt19937 random_;
};

} // namespace jishi::matching::test
