// The files that bench/peers reads, and what they ask: the same terms, filters and texts as ours.
#pragma once

#include "tests/bench/matching/scale_market.hpp"

#include <string>
#include <vector>

namespace jishi::matching::bench {

// Paths in the folder of the peers' files.
struct PeerFiles {
    explicit PeerFiles(const std::string& folder)
        : docs(folder + "/DOCS.tsv"), short_terms(folder + "/short.tsv"),
          short_texts(folder + "/short.txt"), need_terms(folder + "/need.tsv"),
          need_texts(folder + "/need.txt"), index(folder + "/lucene") {}
    std::string docs, short_terms, short_texts, need_terms, need_texts;
    std::string index; // Lucene's
};

void write_peer_files(const MarketFiles& market, const PeerFiles& files);

std::vector<std::string> lines_of(const std::string& path); // throws if there are none
// As the engine is asked what the files ask of the peers.
std::vector<SearchQuery> short_queries(const PeerFiles& files);
std::vector<Document> full_needs(const PeerFiles& files, const std::string& needs);

} // namespace jishi::matching::bench
