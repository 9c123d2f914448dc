#pragma once

#include "matching/match.hpp"
#include "matching/model.hpp"
#include "matching/pair.hpp"
#include "matching/ranking.hpp"
#include "matching/terms.hpp"
#include "matching/weighting.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace jishi::matching::test {

// The definition of score and ranking, computed the slow way over plain lists: no index, no
// shortcuts.
class Oracle {
public:
    explicit Oracle(
        const std::vector<Document>& documents, std::int32_t today_day, const Model* model = nullptr
    )
        : today_day_(today_day), model_(model),
          impacts_(model != nullptr ? model->impacts() : impacts()) {
        for (const auto& document : documents) {
            (document.id.kind == market::ListingKind::need ? needs_ : achievements_)
                .push_back(document);
            terms_[document.id] = terms_of(document);
        }
        double mean_length = 0;
        for (const auto& achievement : achievements_) {
            const auto& terms = terms_.at(achievement.id);
            mean_length += terms.length / static_cast<double>(achievements_.size());
            for (const auto& term : terms.terms)
                held_[term.key].push_back(impact_in(terms, term.key));
        }
        shares_ =
            model != nullptr
                ? shares_of(
                      model->parts().mean_length, model->parts().mean_size, model->parts().listings
                  )
                : shares_by_rarity(mean_length);
        if (model != nullptr)
            for (std::size_t i = 0; i < model->parts().term_keys.size(); ++i)
                learned_[model->parts().term_keys[i]] = model->parts().terms[i];
    }

    struct Text {
        double sum = 0;            // of weight times impact over what both hold
        double lexical = 0;        // L
        double exact = 0;          // L with weights that are not rounded to whole units
        double doubt = 0;          // how far the two may be apart
        double heavy_lexical = 0;  // L of what the achievement's heaviest worths say
        bool shares_worth = false; // one of those
        double heavy = 0;          // what of the sum comes from the need's heaviest terms
    };
    Text text(const Document& need, const Document& achievement) const {
        const auto &asked = terms_.at(need.id), &offered = terms_.at(achievement.id);
        const auto& worths = worths_of(achievement);
        Text out;
        double base = 0;
        for (std::size_t space = 0; space < space_count; ++space) {
            double mean = 0, variance = 0;
            for_each(asked, space, [&](double q, const Worth& worth, TermKey) {
                mean += q * worth.mean, variance += q * q * worth.variance;
            });
            if (variance <= 0) continue;
            const double scale = shares_.spaces[space] / std::sqrt(variance);
            const auto kept_scale = static_cast<float>(scale); // as norms are kept
            for_each(asked, space, [&](double q, const Worth& worth, TermKey key) {
                const double weight = scale * q * worth.weight;
                const double kept = static_cast<double>(kept_scale) * q * worth.weight;
                const double x = impact_in(offered, sought(key));
                out.sum += std::round(kept / weight_unit) * weight_unit * x;
                out.exact += weight * x;
                if (x > 0 && worths.contains(key)) {
                    out.heavy_lexical += std::round(kept / weight_unit) * weight_unit * x;
                    out.shares_worth |= kept > 0;
                }
                out.doubt += (.5 * weight_unit + 1e-7 * weight) * x;
            });
            base += static_cast<double>(static_cast<float>(scale * mean));
            out.exact -= scale * mean;
            out.doubt += 1e-7 * scale * mean;
        }
        out.lexical = out.sum - static_cast<double>(static_cast<float>(base));
        out.heavy_lexical -= static_cast<double>(static_cast<float>(base));
        for (const auto& [key, weight] : heaviest_of(need))
            out.heavy += weight * impact_in(offered, key);
        return out;
    }

    double meaning(const Document& need, const Document& achievement) const {
        if (model_ == nullptr) return 0;
        const auto norm = model_->meaning_norm(model_->need_meaning_of(terms_.at(need.id)));
        return static_cast<double>(norm.scale) * likeness(need, achievement) -
               static_cast<double>(norm.base);
    }
    double likeness(const Document& need, const Document& achievement) const {
        if (model_ == nullptr) return 0;
        const auto asked = numbers_of(model_->need_meaning_of(terms_.at(need.id))),
                   offered = numbers_of(model_->meaning_of(terms_.at(achievement.id)));
        double product = 0;
        for (std::size_t i = 0; i < asked.size(); ++i)
            product += asked[i] * offered[i];
        return product;
    }

    struct Place {
        double raw;
        market::ListingId id;
    };
    // Whether the heaviest terms of the query find enough candidates for the k best.
    bool heaviest_choose(const Document& query, std::size_t k) const {
        const bool from_need = query.id.kind == market::ListingKind::need;
        const auto& found = sharing(query);
        return static_cast<std::size_t>(std::ranges::count_if(found, [&](const auto& one) {
                   return holds_heavy(one.first, from_need);
               })) >= candidates_for(k);
    }

    // First the terms choose the candidates, the heaviest if they find enough, and where all find
    // too few, meaning; of these the whole score decides.
    std::vector<Place> rank(const Document& query, std::size_t k) const {
        const bool from_need = query.id.kind == market::ListingKind::need;
        auto found = sharing(query);
        const auto wanted = candidates_for(k);
        const bool by_heavy = heaviest_choose(query, k);
        const auto choosing = [&](const Text& text) {
            return !by_heavy ? text.lexical : from_need ? text.heavy : text.heavy_lexical;
        };
        if (by_heavy)
            std::erase_if(found, [&](const auto& one) {
                return !holds_heavy(one.first, from_need);
            });
        double last = -1e300;
        if (found.size() > wanted) {
            std::nth_element(
                found.begin(),
                found.begin() + static_cast<std::ptrdiff_t>(wanted - 1),
                found.end(),
                [&](const auto& x, const auto& y) { return choosing(x.first) > choosing(y.first); }
            );
            last = choosing(found[wanted - 1].first);
        }
        std::vector<Place> out;
        for (const auto& [scored, other] : found) {
            if (choosing(scored) < last) continue;
            const auto& n = from_need ? query : *other;
            const auto& a = from_need ? *other : query;
            const double raw = settled(scored.lexical + meaning(n, a) + sum_of(factors_of(n, a)));
            out.push_back({raw, other->id});
        }
        if (found.size() < wanted) add_nearest(query, wanted - found.size(), out);
        std::sort(out.begin(), out.end(), [](const Place& x, const Place& y) {
            return x.raw != y.raw ? x.raw > y.raw : x.id < y.id;
        });
        return out;
    }

private:
    static bool holds_heavy(const Text& text, bool from_need) {
        return from_need ? text.heavy > 0 : text.shares_worth;
    }
    // Of those that share no word with the query the `most` that are most like it in meaning, at
    // all and above the usual, and what ties with the last.
    void add_nearest(const Document& query, std::size_t most, std::vector<Place>& to) const {
        const bool from_need = query.id.kind == market::ListingKind::need;
        std::vector<double> meanings;
        std::vector<std::pair<double, Place>> found;
        for (const auto& other : from_need ? achievements_ : needs_) {
            const auto& n = from_need ? query : other;
            const auto& a = from_need ? other : query;
            const auto shared = text(n, a);
            const double like = meaning(n, a);
            if (shared.sum > 0 || like <= 0 || likeness(n, a) <= 0) continue;
            if (exclusion_of(n, a, today_day_)) continue;
            const double raw = settled(shared.lexical + like + sum_of(factors_of(n, a)));
            meanings.push_back(like), found.push_back({like, {raw, other.id}});
        }
        std::sort(meanings.begin(), meanings.end(), std::greater<>());
        for (const auto& [like, place] : found)
            if (meanings.size() <= most || like >= meanings[most - 1]) to.push_back(place);
    }

    // All that share a word with the query and are not excluded.
    const std::vector<std::pair<Text, const Document*>>& sharing(const Document& query) const {
        const auto known = sharing_.find(query.id);
        if (known != sharing_.end()) return known->second;
        auto& found = sharing_[query.id];
        const bool from_need = query.id.kind == market::ListingKind::need;
        for (const auto& other : from_need ? achievements_ : needs_) {
            const auto& n = from_need ? query : other;
            const auto& a = from_need ? other : query;
            const auto scored = text(n, a);
            if (scored.sum > 0 && !exclusion_of(n, a, today_day_))
                found.emplace_back(scored, &other);
        }
        return found;
    }

    // What the heaviest worths of an achievement are of, as it stands in needs.
    const std::set<TermKey>& worths_of(const Document& achievement) const {
        const auto known = worths_.find(achievement.id);
        if (known != worths_.end()) return known->second;
        std::vector<std::pair<double, TermKey>> worths;
        const auto& offered = terms_.at(achievement.id);
        const auto add = [&](TermKey key, double x) {
            const double value = worth_of(key).weight * x;
            if (value > 0)
                worths.emplace_back(value * shares_.spaces[index_of(space_of(key))], key);
        };
        for (const auto& term : offered.terms) {
            const double x = impact_in(offered, term.key);
            add(term.key, x);
            if (space_of(term.key) != Space::word && !is_gram(term.key)) add(as_word(term.key), x);
        }
        std::sort(worths.begin(), worths.end(), std::greater<>());
        auto& out = worths_[achievement.id];
        for (const auto& [value, key] : worths)
            if (worths.size() <= heavy_worths_max || value >= worths[heavy_worths_max - 1].first)
                out.insert(key);
        return out;
    }

    // Of what achievements hold, with its weight; and what weighs as much as the last of them.
    const std::map<TermKey, double>& heaviest_of(const Document& need) const {
        const auto known = heaviest_.find(need.id);
        if (known != heaviest_.end()) return known->second;
        auto& weights = heaviest_[need.id];
        const auto& asked = terms_.at(need.id);
        for (std::size_t space = 0; space < space_count; ++space) {
            double variance = 0;
            for_each(asked, space, [&](double q, const Worth& worth, TermKey) {
                variance += q * q * worth.variance;
            });
            if (variance <= 0) continue;
            const auto scale = static_cast<float>(shares_.spaces[space] / std::sqrt(variance));
            for_each(asked, space, [&](double q, const Worth& worth, TermKey key) {
                const double kept = static_cast<double>(scale) * q * worth.weight;
                weights[sought(key)] += std::round(kept / weight_unit) * weight_unit;
            });
        }
        std::vector<double> sorted;
        for (const auto& [key, weight] : weights)
            sorted.push_back(weight);
        std::sort(sorted.begin(), sorted.end(), std::greater<>());
        if (sorted.size() > heavy_terms_max)
            std::erase_if(weights, [&](const auto& term) {
                return term.second < sorted[heavy_terms_max - 1];
            });
        return weights;
    }

    struct Worth {
        double weight, mean, variance;
    };

    template<class Visit>
    void for_each(const DocumentTerms& asked, std::size_t space, Visit visit) const {
        for (const auto& term : asked.terms)
            if (index_of(space_of(term.key)) == space)
                visit(statement_weight(term.count), worth_of(term.key), term.key);
    }
    double impact_in(const DocumentTerms& terms, TermKey key) const {
        const auto at = std::lower_bound(
            terms.terms.begin(),
            terms.terms.end(),
            key,
            [](const CountedTerm& term, TermKey wanted) { return term.key < wanted; }
        );
        return at == terms.terms.end() || at->key != key
                   ? 0
                   : impacts_[length_class_of(terms.length)][at->count.total()];
    }
    Worth worth_of(TermKey key) const {
        return model_ != nullptr ? learned_worth(key) : worth_by_rarity(key);
    }
    Worth learned_worth(TermKey key) const {
        const auto& parts = model_->parts();
        const auto at = learned_.find(key);
        const auto& term =
            at == learned_.end() ? parts.unseen[index_of(space_of(key))] : at->second;
        const double w = term.weight;
        const double rate = std::max<double>(term.rate, rarest_rate);
        const double x = parts.mean_impacts[index_of(space_of(sought(key)))];
        // Impacts vary among those that hold a term: a tenth on top of whether they do.
        return {w, w * rate * x, w * w * rate * (1 - rate) * 1.1 * x * x};
    }
    // As if ten more listings had been seen whose impact is that of an average one.
    Worth worth_by_rarity(TermKey key) const {
        const double n = static_cast<double>(achievements_.size()) + 10;
        const auto at = held_.find(sought(key));
        const double df = at == held_.end() ? 0 : static_cast<double>(at->second.size());
        const double idf = std::log(1 + (n - df + .5) / (df + .5));
        const double w = space_of(key) == Space::character ? idf * idf : idf;
        double sum = 10 / n * 116, squares = 10 / n * 116 * 116;
        if (at != held_.end())
            for (const double x : at->second)
                sum += x, squares += x * x;
        return {w, w * sum / n, w * w * (squares / n - sum / n * sum / n)};
    }

    std::int32_t today_day_;
    const Model* model_;
    const ImpactTable& impacts_;
    std::vector<Document> achievements_, needs_;
    std::map<market::ListingId, DocumentTerms> terms_;
    mutable std::map<market::ListingId, std::map<TermKey, double>> heaviest_;
    mutable std::map<market::ListingId, std::vector<std::pair<Text, const Document*>>> sharing_;
    mutable std::map<market::ListingId, std::set<TermKey>> worths_;
    std::map<TermKey, std::vector<double>> held_;
    std::map<TermKey, Model::Term> learned_;
    Shares shares_;
};

} // namespace jishi::matching::test
