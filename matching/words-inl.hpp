// Bits by words of 64, for code that is compiled once for each width of vectors: included in each
// of its rounds, so it has no guard of its own.

HWY_BEFORE_NAMESPACE();
namespace jishi::matching::HWY_NAMESPACE {

inline std::uint64_t word_at(const std::uint8_t* bits, std::size_t word) {
    std::uint64_t out = 0;
    std::memcpy(&out, bits + 8 * word, sizeof out);
    return out;
}
// At least 57 bits from one on; the others are 0.
inline std::uint64_t bits_from(const std::uint8_t* bits, std::size_t bit) {
    std::uint64_t out = 0;
    std::memcpy(&out, bits + bit / 8, sizeof out);
    return out >> bit % 8;
}
inline std::uint32_t set_in(std::uint64_t word) {
    return static_cast<std::uint32_t>(hwy::PopCount(word));
}
inline std::uint32_t set_in(const std::uint8_t* bits, std::size_t bytes) {
    std::uint32_t out = 0;
    std::size_t word = 0;
    for (; word < bytes / 8; ++word)
        out += set_in(word_at(bits, word));
    std::uint64_t last = 0;
    std::memcpy(&last, bits + 8 * word, bytes % 8);
    return out + set_in(last);
}
// The lowest bits of `bits`, each in the place of a bit that is set in `word`.
inline std::uint64_t deposited(std::uint64_t bits, std::uint64_t word) {
#if HWY_ARCH_X86_64 && HWY_TARGET <= HWY_AVX2 // these processors have BMI2, too
    return __builtin_ia32_pdep_di(bits, word);
#else
    std::uint64_t out = 0;
    for (; word != 0; word &= word - 1, bits >>= 1)
        if ((bits & 1) != 0) out |= word & -word;
    return out;
#endif
}
// Where the bit stands that is set in `word` and behind so many others. REQUIRES: there is one.
inline std::uint32_t place_of_set(std::uint64_t word, std::uint32_t others) {
    return static_cast<std::uint32_t>(__builtin_ctzll(deposited(std::uint64_t{1} << others, word)));
}

} // namespace jishi::matching::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
