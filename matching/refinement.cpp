#include "matching/refinement.hpp"

#include "matching/dice.hpp"

#include <algorithm>
#include <cmath>

namespace jishi::matching {

namespace {

constexpr std::size_t batch_texts = 1024;
constexpr int passes = 3;
constexpr double asking_share = .4; // of a text's clauses
constexpr float step = .05F, step_max = .3F, slowness = .05F;
constexpr float first_sharpness = .35F, sharpness_step = .1F;

struct Holder {
    std::uint32_t text;
    float impact;
};
// A term that both sides of a batch hold.
struct Shared {
    std::uint32_t term;
    std::size_t space;
    std::vector<std::uint32_t> asking;
    std::vector<Holder> answering;
};

float impact_of(std::size_t length, double mean_length) {
    return static_cast<float>(
        2.2 / (1 + 1.2 * (.25 + .75 * static_cast<double>(length) / mean_length))
    );
}

class Refiner {
public:
    explicit Refiner(Model::Parts& parts)
        : parts_(parts), keys_(KeyTable::over(parts.term_keys)),
          shares_(shares_by_rarity(parts.mean_size)), squares_(parts.terms.size(), 0),
          index_of_term_(parts.terms.size(), none), choice_(batch_texts * batch_texts) {}

    Dice& dice() { return dice_; }

    // REQUIRES: as many of both, 2..batch_texts; texts of one place belong together.
    void learn(std::span<const Terms> asking, std::span<const Terms> answering) {
        gather(asking, answering);
        scale(asking.size());
        choose(asking.size());
        follow(asking.size());
    }

private:
    static constexpr std::uint32_t none = UINT32_MAX;

    void gather(std::span<const Terms> asking, std::span<const Terms> answering) {
        for (const auto& shared : shared_)
            index_of_term_[shared.term] = none;
        shared_.clear();
        for (std::size_t i = 0; i < asking.size(); ++i)
            for (const auto key : asking[i])
                if (space_of(key) != Space::character) place(key, static_cast<std::uint32_t>(i));
        double mean_length = 1;
        for (const auto& terms : answering)
            mean_length +=
                static_cast<double>(terms.size()) / static_cast<double>(answering.size());
        for (std::size_t j = 0; j < answering.size(); ++j) {
            const Holder holder{
                static_cast<std::uint32_t>(j), impact_of(answering[j].size(), mean_length)};
            for (const auto key : answering[j]) {
                if ((key & as_word_bits) == as_word_bits) continue;
                hold(key, holder);
                if (space_of(key) != Space::word && !is_gram(key)) hold(as_word(key), holder);
            }
        }
    }
    void place(TermKey key, std::uint32_t text) {
        const auto term = keys_.find(key);
        if (!term || parts_.terms[*term].weight <= 0) return;
        auto& index = index_of_term_[*term];
        if (index == none) {
            index = static_cast<std::uint32_t>(shared_.size());
            shared_.push_back({*term, jishi::matching::index_of(space_of(key)), {}, {}});
        }
        shared_[index].asking.push_back(text);
    }
    void hold(TermKey key, Holder holder) {
        const auto term = keys_.find(key);
        if (term && index_of_term_[*term] != none)
            shared_[index_of_term_[*term]].answering.push_back(holder);
    }

    // The norms of Z, from the batch.
    void scale(std::size_t count) {
        scales_.assign(count, {});
        for (const auto& shared : shared_) {
            double mean = 0, squares = 0;
            for (const auto& holder : shared.answering)
                mean += holder.impact, squares += holder.impact * holder.impact;
            mean /= static_cast<double>(count);
            const double weight = parts_.terms[shared.term].weight;
            const double variance =
                weight * weight * (squares / static_cast<double>(count) - mean * mean);
            for (const auto i : shared.asking)
                scales_[i][shared.space] += static_cast<float>(variance);
        }
        for (auto& scales : scales_)
            for (std::size_t space = 0; space < space_count; ++space)
                scales[space] = static_cast<float>(shares_.spaces[space] / shares_.spaces[2]) /
                                std::sqrt(scales[space] + 1e-3F);
    }

    void choose(std::size_t count) {
        std::fill(choice_.begin(), choice_.end(), 0.F);
        for (const auto& shared : shared_)
            for (const auto i : shared.asking) {
                const float weight =
                    sharpness_ * scales_[i][shared.space] * parts_.terms[shared.term].weight;
                auto* row = &choice_[i * count];
                for (const auto& holder : shared.answering)
                    row[holder.text] += weight * holder.impact;
            }
        double slope_of_sharpness = 0;
        for (std::size_t i = 0; i < count; ++i) {
            auto* row = &choice_[i * count];
            const float largest = *std::max_element(row, row + count);
            float sum = 0;
            for (std::size_t j = 0; j < count; ++j)
                sum += std::exp(row[j] - largest);
            for (std::size_t j = 0; j < count; ++j) {
                const float slope = std::exp(row[j] - largest) / sum - (i == j ? 1.F : 0.F);
                slope_of_sharpness += static_cast<double>(slope) * static_cast<double>(row[j]);
                row[j] = slope;
            }
        }
        slope_of_sharpness /= static_cast<double>(count);
        next_sharpness_ =
            sharpness_ *
            std::exp(
                -sharpness_step * static_cast<float>(std::clamp(slope_of_sharpness, -1.0, 1.0))
            );
    }

    void follow(std::size_t count) {
        for (const auto& shared : shared_) {
            float slope = 0;
            for (const auto i : shared.asking) {
                const auto* row = &choice_[i * count];
                float along = 0;
                for (const auto& holder : shared.answering)
                    along += row[holder.text] * holder.impact;
                slope += sharpness_ * scales_[i][shared.space] * along;
            }
            auto& weight = parts_.terms[shared.term].weight;
            slope *= weight + slowness;
            auto& squares = squares_[shared.term];
            squares += slope * slope;
            const float change = step * slope / std::sqrt(squares + slowness);
            weight *= std::exp(-std::clamp(change, -step_max, step_max));
        }
        sharpness_ = next_sharpness_;
    }

    Model::Parts& parts_;
    KeyTable keys_;
    Shares shares_;
    Dice dice_;
    float sharpness_ = first_sharpness, next_sharpness_ = first_sharpness;
    std::vector<float> squares_;
    std::vector<std::uint32_t> index_of_term_; // of `shared_`
    std::vector<Shared> shared_;
    std::vector<std::array<float, space_count>> scales_;
    std::vector<float> choice_;
};

// Deals the clauses to the two sides. False if one got none.
bool deal(const LearnedText& text, Dice& dice, Terms& asking, Terms& answering) {
    asking.clear(), answering.clear();
    for (const auto& clause : text.clauses) {
        auto& side = dice.share() < asking_share ? asking : answering;
        side.insert(side.end(), clause.begin(), clause.end());
    }
    make_set(asking), make_set(answering);
    return !asking.empty() && !answering.empty();
}

} // namespace

void refine_weights(
    std::span<const LearnedText* const> texts, const LearningLimits& limits, Model::Parts& parts
) {
    std::vector<const LearnedText*> read;
    for (const auto* text : texts)
        if (text->clauses.size() >= 2) read.push_back(text);
    Refiner refiner(parts);
    std::vector<Terms> asking(batch_texts), answering(batch_texts);
    for (int pass = 0; pass < passes; ++pass) {
        std::size_t filled = 0, left = read.size();
        for (const auto i : refiner.dice().order_of(read.size())) {
            filled += deal(*read[i], refiner.dice(), asking[filled], answering[filled]);
            if (filled < batch_texts && --left > 0) continue;
            if (limits.stopped()) return;
            if (filled >= 2)
                refiner.learn(std::span(asking).first(filled), std::span(answering).first(filled));
            filled = 0;
        }
    }
}

} // namespace jishi::matching
