// Where the words of Chinese text end, as ICU's dictionary has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

struct UBreakIterator;

namespace jishi::matching {

// Costly to make and not to be shared: one for each thread.
class WordCutter {
public:
    WordCutter(); // throws std::runtime_error when ICU has no words
    ~WordCutter();
    WordCutter(const WordCutter&) = delete;
    WordCutter& operator=(const WordCutter&) = delete;

    // The ends of the words of some UTF-16 units in a row, ascending; valid until the next call.
    // The same as ICU's own iterator gives, in a third of its time where all are ideographs.
    const std::vector<std::size_t>& ends_of(std::span<const char16_t> units);
    // Whether ICU's dictionary has the form that is known here; else its iterator does everything.
    static bool knows_dictionary();
    // As ICU's own iterator gives them.
    const std::vector<std::size_t>& ends_by_icu(std::span<const char16_t> units);

private:
    struct Word {
        std::uint32_t cost;   // the least of what leads to its end
        std::uint32_t length; // of the last one on that way
    };
    std::unique_ptr<UBreakIterator, void (*)(UBreakIterator*)> iterator_;
    std::vector<Word> best_; // that end at each place
    std::vector<std::size_t> ends_;
};

} // namespace jishi::matching
