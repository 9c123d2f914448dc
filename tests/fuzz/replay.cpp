// Runs a fuzzer on its seeds and on what is drawn from them, without a fuzzing compiler: so that it
// keeps building, and what it once found stays mended.
//   NAME_fuzz [FOLDER of seeds]
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <vector>

// NOLINTNEXTLINE(readability-identifier-naming): the fuzzing compiler's name for it
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);

namespace {

using Input = std::vector<std::uint8_t>;
constexpr int drawn_count = 200;
constexpr std::size_t drawn_size_max = 64; // of those that no seed is behind

std::vector<Input> seeds_in(const char* folder) {
    const std::set<std::filesystem::path> paths(
        std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator{}
    );
    std::vector<Input> out;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        out.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return out;
}

// A seed with some bytes changed, cut off or said twice; or any bytes.
Input drawn(const std::vector<Input>& seeds, std::mt19937& draw) {
    const auto below = [&](std::size_t bound) { return draw() % bound; };
    Input out(below(drawn_size_max));
    for (auto& byte : out)
        byte = static_cast<std::uint8_t>(draw());
    if (seeds.empty() || below(4) == 0) return out;
    out = seeds[below(seeds.size())];
    for (auto changes = 1 + below(4); changes > 0 && !out.empty(); --changes) {
        const auto place = below(out.size());
        switch (below(3)) {
        case 0:
            out[place] = static_cast<std::uint8_t>(draw());
            break;
        case 1:
            out.resize(place);
            break;
        default: {
            const Input again(out.begin() + static_cast<std::ptrdiff_t>(place), out.end());
            out.insert(out.end(), again.begin(), again.end());
        }
        }
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    const auto seeds = argc > 1 ? seeds_in(argv[1]) : std::vector<Input>{};
    for (const auto& seed : seeds)
        LLVMFuzzerTestOneInput(seed.data(), seed.size());
    std::mt19937 draw(1);
    for (int i = 0; i < drawn_count; ++i) {
        const auto input = drawn(seeds, draw);
        LLVMFuzzerTestOneInput(input.data(), input.size());
    }
    std::printf("%zu seeds and %d drawn inputs\n", seeds.size(), drawn_count);
    return 0;
}
