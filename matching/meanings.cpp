#include "matching/meanings.hpp"

#include "matching/dice.hpp"
#include "matching/lanes.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace jishi::matching {

namespace {

// Seen less often, a vector would be noise. A pair of ideographs needs more than a word.
constexpr std::uint32_t word_halves_min = 5, pair_halves_min = 20;
constexpr std::size_t vectors_max = 100'000; // of what is seen most often
constexpr std::size_t batch_texts = 1024;
constexpr std::size_t listings_measured_max = 20'000;
constexpr std::size_t needs_measured_min = 30; // the mean of fewer says little
constexpr double readings = 600'000;           // of texts in all; more passes over a smaller market
constexpr int passes_min = 3, passes_max = 12, passes_averaged = 3;
constexpr double batches_min = 100;   // of few texts more passes are made, until it were so many
constexpr float newest_share = .05F;  // of the average over batches
constexpr double asking_share = .4;   // of a text's clauses
constexpr float sharpness = 1 / .07F; // of the choice among the batch
constexpr float step = .2F;           // of AdaGrad, a row's squares summed
constexpr float negligible = 1e-4F;   // a text this unlikely to be mistaken teaches nothing

using Words = std::vector<std::uint32_t>; // ascending, distinct

// Texts as the words of their clauses, in few large arrays, so that what is let go meanwhile leaves
// no gaps between them.
class WordTexts {
public:
    explicit WordTexts(std::size_t words_max) { words_.reserve(words_max); }
    void add(std::span<const Words> clauses) {
        for (const auto& clause : clauses) {
            words_.insert(words_.end(), clause.begin(), clause.end());
            clause_ends_.push_back(words_.size());
        }
        text_ends_.push_back(clause_ends_.size());
    }
    std::size_t size() const { return text_ends_.size(); }
    // visit(words) for each clause.
    template<class Visit>
    void for_each_clause(std::size_t text, Visit visit) const {
        for (auto i = before(text_ends_, text); i < text_ends_[text]; ++i) {
            const auto begin = before(clause_ends_, i);
            visit(std::span(words_).subspan(begin, clause_ends_[i] - begin));
        }
    }

private:
    static std::size_t before(const std::vector<std::size_t>& ends, std::size_t i) {
        return i > 0 ? ends[i - 1] : 0;
    }

    Words words_;
    std::vector<std::size_t> clause_ends_; // in words_
    std::vector<std::size_t> text_ends_;   // in clause_ends_
};

// A row of unit length a text, and what it was divided by to become that.
struct Rows {
    std::size_t width;
    std::vector<float> values, lengths;
    Rows(std::size_t rows, std::size_t columns)
        : width(columns), values(rows * columns), lengths(rows) {}
    std::span<float> row(std::size_t i) { return std::span(values).subspan(i * width, width); }
};

class Trainer {
public:
    Trainer(std::size_t dimensions, std::span<const float> weights)
        : dimensions_(dimensions), vectors_(weights.size() * dimensions),
          squares_(weights.size(), 1e-8F), asking_(batch_texts, dimensions),
          answering_(batch_texts, dimensions), asking_slopes_(batch_texts, dimensions),
          answering_slopes_(batch_texts, dimensions), choice_(batch_texts * batch_texts),
          column_sums_(batch_texts) {
        // To begin with, texts are alike as far as they share words that recur.
        const float scale = 1 / std::sqrt(static_cast<float>(dimensions));
        for (std::size_t word = 0; word < weights.size(); ++word)
            for (auto& value : row(word))
                value = weights[word] * scale * dice_.normal();
    }

    Dice& dice() { return dice_; }
    std::span<const float> vector(std::size_t word) const {
        return std::span(vectors_).subspan(word * dimensions_, dimensions_);
    }

    // The mean of the latest, since this was first called: steadier than the last (Polyak and
    // Juditsky 1992).
    void average() {
        if (averages_.empty()) averages_.resize(vectors_.size());
        const float share = std::max(newest_share, 1 / static_cast<float>(++averaged_));
        for (std::size_t i = 0; i < vectors_.size(); ++i)
            averages_[i] += share * (vectors_[i] - averages_[i]);
    }
    void keep_average() {
        if (averaged_ > 0) vectors_ = std::move(averages_);
    }

    // Where a text points most, and where next: texts on like things have like numbers.
    std::size_t topic_of(const WordTexts& texts, std::size_t text) const {
        std::vector<float> direction(dimensions_, 0.F);
        texts.for_each_clause(text, [&](std::span<const std::uint32_t> words) {
            for (const auto word : words)
                add_scaled(direction, 1, vector(word));
        });
        const auto strongest = [&] {
            const auto at =
                std::ranges::max_element(direction, {}, [](float x) { return std::abs(x); });
            const auto axis = static_cast<std::size_t>(at - direction.begin());
            return 2 * axis + (std::exchange(*at, 0.F) > 0 ? 1 : 0);
        };
        const auto first = strongest();
        return first * 2 * dimensions_ + strongest();
    }

    // REQUIRES: as many of both, 2..batch_texts, none empty; texts of one place belong together.
    void learn(std::span<const Words> asking, std::span<const Words> answering) {
        const auto count = asking.size();
        for (std::size_t i = 0; i < count; ++i) {
            embed(asking[i], asking_, i);
            embed(answering[i], answering_, i);
        }
        choose(count);
        find_slopes(count);
        for (std::size_t i = 0; i < count; ++i) {
            follow(asking[i], asking_, asking_slopes_, i);
            follow(answering[i], answering_, answering_slopes_, i);
        }
    }

private:
    std::span<float> row(std::size_t word) {
        return std::span(vectors_).subspan(word * dimensions_, dimensions_);
    }

    void embed(const Words& words, Rows& rows, std::size_t i) {
        const auto out = rows.row(i);
        std::fill(out.begin(), out.end(), 0.F);
        for (const auto word : words)
            add_scaled(out, 1, row(word));
        const float length = std::sqrt(dot(out, out)) + 1e-9F;
        for (auto& value : out)
            value /= length;
        rows.lengths[i] = length;
    }

    // How surely each text takes each other for its own, both ways averaged, less the truth.
    void choose(std::size_t count) {
        for (std::size_t j = 0; j < count; ++j)
            column_sums_[j] = 0;
        std::vector<float> row_sums(count, 0);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = 0; j < count; ++j) {
                // Likenesses are at most 1, so no exponential overflows.
                const float value =
                    std::exp(sharpness * (dot(asking_.row(i), answering_.row(j)) - 1));
                choice_[i * count + j] = value;
                row_sums[i] += value;
                column_sums_[j] += value;
            }
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = 0; j < count; ++j)
                choice_[i * count + j] *= .5F / row_sums[i] + .5F / column_sums_[j];
            choice_[i * count + i] -= 1;
        }
    }

    void find_slopes(std::size_t count) {
        std::fill(asking_slopes_.values.begin(), asking_slopes_.values.end(), 0.F);
        std::fill(answering_slopes_.values.begin(), answering_slopes_.values.end(), 0.F);
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = 0; j < count; ++j) {
                const float slope = choice_[i * count + j];
                if (std::abs(slope) < negligible) continue;
                add_scaled(asking_slopes_.row(i), sharpness * slope, answering_.row(j));
                add_scaled(answering_slopes_.row(j), sharpness * slope, asking_.row(i));
            }
    }

    void follow(const Words& words, Rows& rows, Rows& slopes, std::size_t i) {
        const auto direction = rows.row(i), slope = slopes.row(i);
        add_scaled(slope, -dot(slope, direction), direction);
        for (auto& value : slope)
            value /= rows.lengths[i];
        const float square = dot(slope, slope) / static_cast<float>(dimensions_);
        for (const auto word : words) {
            squares_[word] += square;
            add_scaled(row(word), -step / std::sqrt(squares_[word]), slope);
        }
    }

    std::size_t dimensions_;
    Dice dice_;
    std::vector<float> vectors_, squares_, averages_;
    std::size_t averaged_ = 0;
    Rows asking_, answering_, asking_slopes_, answering_slopes_;
    std::vector<float> choice_, column_sums_;
};

// Two ideographs in a row, whether or not they are a word.
bool is_pair(TermKey key) {
    return space_of(key) == Space::bigram && !is_gram(key);
}

// The words and pairs of ideographs that get a vector, by number, and what they are worth.
struct Vocabulary {
    KeyTable keys;
    std::vector<float> weights;

    // `halves`: how many hold each term.
    Vocabulary(const Model::Parts& parts, std::span<const std::uint32_t> halves) {
        const auto terms = KeyTable::over(parts.term_keys);
        std::vector<std::uint64_t> chosen;
        const auto halves_of = [&](auto key) {
            const auto term = terms.find(key);
            return term ? halves[*term] : 0;
        };
        for (std::size_t i = 0; i < parts.term_keys.size(); ++i) {
            const auto key = parts.term_keys[i];
            const auto halves_min = space_of(key) == Space::word ? word_halves_min
                                    : is_pair(key)               ? pair_halves_min
                                                                 : UINT32_MAX;
            if (parts.terms[i].weight > 0 && halves[i] >= halves_min) chosen.push_back(sought(key));
        }
        make_set(chosen);
        if (chosen.size() > vectors_max) {
            std::ranges::stable_sort(chosen, std::greater<>(), halves_of);
            chosen.resize(vectors_max);
        }
        std::sort(chosen.begin(), chosen.end(), [](auto a, auto b) { return mixed(a) < mixed(b); });
        keys = KeyTable(std::move(chosen));
        for (const auto key : keys.keys()) {
            const auto word = terms.find(space_of(key) == Space::word ? key : as_word(key));
            weights.push_back(parts.terms[word ? *word : *terms.find(key)].weight);
        }
    }

    Words of(const Terms& clause) const {
        Words out;
        for (const auto key : clause)
            if (const auto word = keys.find(key)) out.push_back(*word);
        return out;
    }
};

// The clauses of a text that has at least two; a bare title is cut into its words.
std::vector<Words> clauses_of(const LearnedText& text, const Vocabulary& vocabulary) {
    std::vector<Words> out;
    if (text.clauses.size() == 1)
        for (const auto word : vocabulary.of(text.clauses[0]))
            out.push_back({word});
    else
        for (const auto& clause : text.clauses)
            if (auto words = vocabulary.of(clause); !words.empty()) out.push_back(std::move(words));
    return out;
}

// Deals the clauses to the two sides. False if one got none.
bool deal(const WordTexts& texts, std::size_t text, Dice& dice, Words& asking, Words& answering) {
    asking.clear(), answering.clear();
    texts.for_each_clause(text, [&](std::span<const std::uint32_t> words) {
        auto& side = dice.share() < asking_share ? asking : answering;
        side.insert(side.end(), words.begin(), words.end());
    });
    make_set(asking), make_set(answering);
    return !asking.empty() && !answering.empty();
}

// Batches of texts on like things, which are harder to tell apart; the batches in random order.
std::vector<std::size_t> like_together(Trainer& trainer, const WordTexts& texts) {
    auto order = trainer.dice().order_of(texts.size());
    std::vector<std::size_t> topics;
    topics.reserve(texts.size());
    for (std::size_t text = 0; text < texts.size(); ++text)
        topics.push_back(trainer.topic_of(texts, text));
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return topics[i]; });
    std::vector<std::size_t> out;
    for (const auto batch :
         trainer.dice().order_of((order.size() + batch_texts - 1) / batch_texts)) {
        const auto first = batch * batch_texts, last = std::min(first + batch_texts, order.size());
        for (auto i = first; i < last; ++i)
            out.push_back(order[i]);
    }
    return out;
}

void train(Trainer& trainer, const WordTexts& texts, const LearningLimits& limits) {
    std::vector<Words> asking(batch_texts), answering(batch_texts);
    const auto count = static_cast<double>(texts.size() + 1);
    const double batches = std::ceil(count / static_cast<double>(batch_texts));
    const int passes = static_cast<int>(std::max(
        std::clamp<double>(readings / count, passes_min, passes_max), batches_min / batches
    ));
    for (int pass = 0; pass < passes; ++pass) {
        std::size_t filled = 0, left = texts.size();
        for (const auto i :
             pass == 0 ? trainer.dice().order_of(texts.size()) : like_together(trainer, texts)) {
            filled += deal(texts, i, trainer.dice(), asking[filled], answering[filled]);
            if (filled < batch_texts && --left > 0) continue;
            if (limits.stopped()) return;
            if (filled >= 2)
                trainer.learn(std::span(asking).first(filled), std::span(answering).first(filled));
            if (pass + passes_averaged >= passes) trainer.average();
            filled = 0;
        }
    }
    trainer.keep_average();
}

void keep_vectors(const Trainer& trainer, Model::Parts& parts) {
    for (std::size_t word = 0; word < parts.word_keys.size(); ++word)
        parts.word_scales.push_back(pack(trainer.vector(word), parts.word_vectors));
}

void measure_meanings(const ListingSource& achievements, Model::Parts& parts) {
    const std::size_t n = parts.dimensions;
    parts.mean.assign(n, 0);
    parts.covariance.assign(n * n, 0);
    const Model model(parts);
    std::vector<double> mean(n, 0);
    std::vector<std::int64_t> products(n * n, 0);
    std::size_t measured = 0;
    achievements.for_each_of(listings_measured_max, [&](const Document& achievement) {
        const auto meaning = numbers_of(model.meaning_of(terms_of(achievement)));
        for (std::size_t i = 0; i < n; ++i) {
            mean[i] += meaning[i];
            for (std::size_t j = 0; j < n; ++j)
                products[i * n + j] += std::int64_t{meaning[i]} * meaning[j];
        }
        ++measured;
    });
    const double count = std::max<double>(1, static_cast<double>(measured));
    for (std::size_t i = 0; i < n; ++i)
        parts.mean[i] = static_cast<float>(mean[i] / count);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            parts.covariance[i * n + j] = static_cast<float>(
                static_cast<double>(products[i * n + j]) / count -
                mean[i] / count * (mean[j] / count)
            );
}

void measure_need_meanings(const ListingSource& needs, Model::Parts& parts) {
    parts.need_mean.assign(parts.dimensions, 0);
    if (needs.size() < needs_measured_min) return;
    const Model model(parts);
    std::vector<double> sums(parts.dimensions, 0);
    needs.for_each_of(listings_measured_max, [&](const Document& need) {
        const auto direction = model.direction_of(terms_of(need));
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += static_cast<double>(direction[i]);
    });
    const auto measured = static_cast<double>(std::min(needs.size(), listings_measured_max));
    for (std::size_t i = 0; i < sums.size(); ++i)
        parts.need_mean[i] = static_cast<float>(sums[i] / measured);
}

} // namespace

void learn_meanings(
    LearnedTexts&& texts,
    std::span<const std::uint32_t> halves,
    const LearningLimits& limits,
    const ListingSource& achievements,
    const ListingSource& needs,
    Model::Parts& parts
) {
    const Vocabulary vocabulary(parts, halves);
    std::size_t terms = 0;
    for (const auto* text : texts.all)
        for (const auto& clause : text->clauses)
            terms += clause.size();
    WordTexts read(terms);
    for (const auto* text : texts.all)
        if (const auto clauses = clauses_of(*text, vocabulary); clauses.size() >= 2)
            read.add(clauses);
    std::exchange(texts, {});
    limits.lighter();
    Trainer trainer(limits.dimensions, vocabulary.weights);
    train(trainer, read, limits);
    if (limits.stopped()) return;
    parts.dimensions = limits.dimensions;
    parts.word_keys.assign(vocabulary.keys.keys().begin(), vocabulary.keys.keys().end());
    keep_vectors(trainer, parts);
    measure_meanings(achievements, parts);
    measure_need_meanings(needs, parts);
}

} // namespace jishi::matching
