#include "matching/word_cutter.hpp"

#include <unicode/ubrk.h>
#include <unicode/ucharstrie.h>
#include <unicode/udata.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace jishi::matching {

namespace {

constexpr char16_t first_ideograph = 0x3400, last_ideograph = 0x9FFF;

// ICU's dictionary itself, a tree of characters. Most of the way into it is the first character,
// one of some twenty thousand: where that leads is kept for each.
class Dictionary {
public:
    static constexpr std::uint32_t cost_max = 255; // of a word in it, and of a character not in it
    static constexpr std::size_t word_max = 20;    // units

    static const Dictionary& get() {
        static const Dictionary dictionary;
        return dictionary;
    }

    // Whether it is there, in the form that is known here: data of ICU, but no promise of it.
    explicit operator bool() const { return !states_.empty(); }

    // Calls visit(length, cost) for each word that the units, ideographs, begin with; ascending.
    template<class Visit>
    void for_each_word(std::span<const char16_t> units, Visit visit) const {
        const auto state = states_[units[0] - first_ideograph];
        if (state == no_state) return;
        icu::UCharsTrie at(words_);
        auto found = at.resetToState64(state).current();
        for (std::size_t length = 1;; ++length) {
            if (USTRINGTRIE_HAS_VALUE(found))
                visit(length, static_cast<std::uint32_t>(at.getValue()));
            if (!USTRINGTRIE_HAS_NEXT(found) || length == std::min(units.size(), word_max)) return;
            found = at.next(units[length]);
        }
    }

private:
    static constexpr std::uint64_t no_state = 0; // a state is above its length

    Dictionary() {
        constexpr auto* trees = U_ICUDATA_NAME "-brkitr";
        UErrorCode error = U_ZERO_ERROR;
        data_.reset(udata_open(trees, "dict", "cjdict", &error));
        if (U_FAILURE(error) || !is_known(data_.get())) return;
        const auto* const bytes = static_cast<const char*>(udata_getMemory(data_.get()));
        std::int32_t header[5];
        std::memcpy(header, bytes, sizeof header);
        const auto [begin, unused_1, unused_2, size, kind] = header;
        constexpr std::int32_t kind_mask = 7, kind_of_units = 1;
        if ((kind & kind_mask) != kind_of_units) return;
        words_ = reinterpret_cast<const char16_t*>(bytes + begin);
        for (char32_t code = first_ideograph; code <= last_ideograph; ++code) {
            icu::UCharsTrie at(words_);
            const bool leads = USTRINGTRIE_MATCHES(at.first(static_cast<int>(code)));
            states_.push_back(leads ? at.getState64() : no_state);
        }
    }

    static bool is_known(UDataMemory* data) {
        UDataInfo info{};
        info.size = sizeof info;
        udata_getInfo(data, &info);
        return std::memcmp(info.dataFormat, "Dict", 4) == 0 && info.formatVersion[0] == 1;
    }

    std::unique_ptr<UDataMemory, void (*)(UDataMemory*)> data_{nullptr, &udata_close};
    const char16_t* words_ = nullptr;   // in the data
    std::vector<std::uint64_t> states_; // behind each first ideograph
};

UBreakIterator* open_iterator() {
    UErrorCode error = U_ZERO_ERROR;
    auto* iterator = ubrk_open(UBRK_WORD, "zh", nullptr, 0, &error);
    if (U_FAILURE(error)) throw std::runtime_error("ICU has no word dictionary");
    return iterator;
}

} // namespace

WordCutter::WordCutter() : iterator_(open_iterator(), &ubrk_close) {}
WordCutter::~WordCutter() = default;

bool WordCutter::knows_dictionary() {
    return static_cast<bool>(Dictionary::get());
}

const std::vector<std::size_t>& WordCutter::ends_by_icu(std::span<const char16_t> units) {
    ends_.clear();
    UErrorCode error = U_ZERO_ERROR;
    ubrk_setText(iterator_.get(), units.data(), static_cast<int>(units.size()), &error);
    if (U_FAILURE(error)) return ends_;
    ubrk_first(iterator_.get());
    for (auto end = ubrk_next(iterator_.get()); end != UBRK_DONE; end = ubrk_next(iterator_.get()))
        ends_.push_back(static_cast<std::size_t>(end));
    return ends_;
}

// The words that cost least together, each what its rarity says, from front to back.
const std::vector<std::size_t>& WordCutter::ends_of(std::span<const char16_t> units) {
    const auto& dictionary = Dictionary::get();
    const auto is_ideograph = [](char16_t unit) {
        return unit >= first_ideograph && unit <= last_ideograph;
    };
    if (!dictionary || !std::ranges::all_of(units, is_ideograph)) return ends_by_icu(units);
    best_.assign(units.size() + 1, {UINT32_MAX, 0});
    best_[0].cost = 0;
    for (std::size_t begin = 0; begin < units.size(); ++begin) {
        const auto so_far = best_[begin].cost;
        const auto take = [&](std::size_t length, std::uint32_t cost) {
            auto& best = best_[begin + length];
            if (so_far + cost < best.cost)
                best = {so_far + cost, static_cast<std::uint32_t>(length)};
        };
        bool is_word_alone = false;
        dictionary.for_each_word(units.subspan(begin), [&](std::size_t length, std::uint32_t cost) {
            is_word_alone |= length == 1;
            take(length, cost);
        });
        if (!is_word_alone) take(1, Dictionary::cost_max);
    }
    ends_.clear();
    for (auto end = units.size(); end > 0; end -= best_[end].length)
        ends_.push_back(end);
    std::ranges::reverse(ends_);
    return ends_;
}

} // namespace jishi::matching
