// What search and matching cost, beside peers on the same terms (bench/peers) and against the size
// of the market. Files are JSON Lines of {id,title,body}. Prints lines `name value unit`.
//     build/release/tests/matching_bench tokens ACHIEVEMENTS NEEDS PEERDIR
//     build/release/tests/matching_bench compare ACHIEVEMENTS NEEDS PEERDIR ROUNDS
//     build/release/tests/matching_bench mroonga ACHIEVEMENTS NEEDS PEERDIR ROUNDS
//     build/release/tests/matching_bench market ACHIEVEMENTS NEEDS [SHARE]
//     build/release/tests/matching_bench fresh ACHIEVEMENTS NEEDS ROUNDS
//     build/release/tests/matching_bench curve ACHIEVEMENTS NEEDS
//     build/release/tests/matching_bench start ACHIEVEMENTS NEEDS
//     build/release/tests/matching_bench repeat ACHIEVEMENTS NEEDS
//     {search|search-plain|rank|stranger|reverse|apply|build} SECONDS
// `tokens` writes the peers' files to PEERDIR, which the two after it need; `mroonga` also needs
// `bench/peers/mroonga load`. SHARE: rank for one need of so many. `repeat` says when it begins,
// for `perf record -p`. Last arguments: --learn=nothing, little (from 20 000 listings of each kind;
// the default) or all, then --keep=DIR, where all but curve leave what was learned and indexed for
// the next run, which takes it as it is; market and start then do not measure that.
#include "app/memory.hpp"
#include "tests/bench/matching/benches.hpp"

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>

using namespace jishi::matching::bench;

namespace {

std::size_t number(const std::string& text) {
    std::size_t value = 0;
    const auto* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, value).ptr != end || value == 0)
        throw std::invalid_argument("not a positive number: " + text);
    return value;
}

// The value of the last argument if that is `flag`, which is taken away.
std::optional<std::string> taken(std::vector<std::string>& arguments, const std::string& flag) {
    if (arguments.empty() || !arguments.back().starts_with(flag)) return std::nullopt;
    auto value = arguments.back().substr(flag.size());
    arguments.pop_back();
    return value;
}

Learned learned_of(const std::string& value) {
    if (value == "nothing") return Learned::nothing;
    if (value == "little") return Learned::little;
    if (value == "all") return Learned::all;
    throw std::invalid_argument("nothing, little or all: " + value);
}

bool run(std::vector<std::string> arguments) {
    const auto keep = taken(arguments, "--keep=").value_or("");
    const auto learned = learned_of(taken(arguments, "--learn=").value_or("little"));
    if (arguments.size() < 3) return false;
    const auto& command = arguments[0];
    const MarketFiles market{arguments[1], arguments[2], keep};
    const auto count = arguments.size();
    if (command == "tokens" && count == 4)
        write_peer_files(market, PeerFiles(arguments[3]));
    else if (command == "compare" && count == 5)
        compare_with_lucene(market, PeerFiles(arguments[3]), number(arguments[4]), learned);
    else if (command == "mroonga" && count == 5)
        compare_with_mroonga(market, PeerFiles(arguments[3]), number(arguments[4]), learned);
    else if (command == "market" && (count == 3 || count == 4))
        measure_market(market, count == 4 ? number(arguments[3]) : 1, learned);
    else if (command == "fresh" && count == 4)
        measure_freshness(market, number(arguments[3]), learned);
    else if (command == "curve" && count == 3)
        measure_curve(market, learned);
    else if (command == "start" && count == 3)
        measure_start(market, learned);
    else if (command == "repeat" && count == 5)
        repeat(market, arguments[3], number(arguments[4]), learned);
    else
        return false;
    return true;
}

} // namespace

int main(int count, char** values) {
    jishi::app::give_back_large_arrays(); // as the program does
    try {
        if (run({values + 1, values + count})) return 0;
        std::fputs(
            "usage: matching_bench {tokens|compare|mroonga|market|fresh|curve|start|repeat} "
            "ACHIEVEMENTS NEEDS ... [--learn=nothing|little|all] [--keep=DIR]\n",
            stderr
        );
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
