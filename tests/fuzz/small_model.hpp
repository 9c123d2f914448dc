// A model of a few words, as small as its parts can be.
#pragma once

#include "matching/model_file.hpp"

#include <algorithm>

namespace jishi::matching::test {

inline KeptModel small_model() {
    Model::Parts parts;
    parts.term_keys = {U'电', U'池', as_word(U'电'), as_word(U'池'), bigram_bit | 7};
    parts.word_keys = {U'电', U'池'};
    for (auto* keys : {&parts.term_keys, &parts.word_keys})
        std::sort(keys->begin(), keys->end(), [](auto a, auto b) { return mixed(a) < mixed(b); });
    parts.dimensions = 16;
    for (std::size_t i = 0; i < parts.term_keys.size(); ++i)
        parts.terms.push_back({.5F + static_cast<float>(i), .125F});
    for (std::size_t word = 0; word < parts.word_keys.size(); ++word) {
        std::vector<float> vector(parts.dimensions);
        for (std::size_t i = 0; i < vector.size(); ++i)
            vector[i] = static_cast<float>(7 * (i + 16 * word)) - 100;
        parts.word_scales.push_back(pack(vector, parts.word_vectors));
    }
    parts.unseen = {{{3, .01F}, {4, .01F}, {5, .01F}}};
    parts.mean_impacts = {10, 11, 12};
    parts.mean_length = 80.5;
    parts.mean_size = 90;
    parts.mean.assign(16, 1.5F);
    parts.covariance.assign(256, .25F);
    parts.need_mean.assign(16, .5F);
    parts.listings = 3;
    return {std::make_shared<const Model>(std::move(parts)), {{11, 12, 99}, {4, 5}}};
}

} // namespace jishi::matching::test
