#include "matching/fold.hpp"

#include <opencc/opencc.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/utf16.h>

#include <memory>
#include <stdexcept>

namespace jishi::matching {

namespace {

constexpr char32_t not_utf8 = 0xFFFFFFFF;

CharClass class_of(char32_t code) {
    const auto c = static_cast<UChar32>(code);
    if (code < 0x80) {
        if (code >= '0' && code <= '9') return CharClass::digit;
        if (code >= 'a' && code <= 'z') return CharClass::letter;
        return std::u32string_view(U".-/%+#").find(code) == std::u32string_view::npos
                   ? CharClass::separator
                   : CharClass::connector;
    }
    if (code == U'°') return CharClass::connector;
    if (u_hasBinaryProperty(c, UCHAR_IDEOGRAPHIC)) return CharClass::ideograph;
    UErrorCode error = U_ZERO_ERROR;
    const auto script = uscript_getScript(c, &error);
    const bool alphabetic = u_isalpha(c);
    if (alphabetic && (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
                       script == USCRIPT_HANGUL || script == USCRIPT_BOPOMOFO))
        return CharClass::ideograph;
    if (u_isdigit(c)) return CharClass::digit;
    if (alphabetic) return CharClass::letter;
    const auto type = u_charType(c);
    if (type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK || type == U_FORMAT_CHAR)
        return CharClass::mark;
    return CharClass::separator;
}

// "é" is looked for as "e": the ASCII letter that a single accented Latin letter stands on.
char32_t without_accent(char32_t code) {
    UErrorCode error = U_ZERO_ERROR;
    UChar parts[8];
    const auto size = unorm2_getDecomposition(
        unorm2_getNFDInstance(&error), static_cast<UChar32>(code), parts, 8, &error
    );
    if (U_FAILURE(error) || size < 2 || parts[0] > 0x7F || !u_isalpha(parts[0])) return code;
    return parts[0];
}

std::vector<char32_t> compatibility_fold(const UNormalizer2* normalizer, char32_t code) {
    UErrorCode error = U_ZERO_ERROR;
    UChar in[2], out[32];
    std::int32_t in_size = 0, at = 0;
    U16_APPEND_UNSAFE(in, in_size, static_cast<UChar32>(code));
    const auto size = unorm2_normalize(normalizer, in, in_size, out, 32, &error);
    std::vector<char32_t> folded;
    while (U_SUCCESS(error) && at < size) {
        UChar32 c = 0;
        U16_NEXT_UNSAFE(out, at, c);
        folded.push_back(without_accent(static_cast<char32_t>(c)));
    }
    return folded;
}

} // namespace

void append_utf8(std::string& out, char32_t code) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | (code >> shift & 0x3F)); };
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6), tail(0);
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12), tail(6), tail(0);
    } else {
        out += static_cast<char>(0xF0 | code >> 18), tail(12), tail(6), tail(0);
    }
}

Decoded decode_any_utf8(std::string_view text, std::uint32_t at) {
    const auto byte = [&](std::uint32_t i) -> unsigned {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
    };
    const Decoded broken{not_utf8, at + 1};
    const unsigned lead = byte(at);
    if (lead < 0x80) return {lead, at + 1};
    const unsigned extra = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4) return broken;
    char32_t code = lead & (0x3FU >> extra);
    for (unsigned i = 1; i <= extra; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) return broken;
        code = code << 6 | (byte(at + i) & 0x3F);
    }
    constexpr char32_t smallest[] = {0, 0x80, 0x800, 0x10000};
    if (code < smallest[extra] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
        return broken;
    return {code, at + extra + 1};
}

const FoldTable& FoldTable::get() {
    static const FoldTable table;
    return table;
}

FoldTable::FoldTable() : pages_(1) {
    fold_compatibility(0, 0xFFFF);
    fold_compatibility(0x10000, 0x1FFFF);
    fold_compatibility(0x20000, 0x323AF);
    set(0x2212, FoldEntry::single(U'-', CharClass::connector)); // the minus sign
    fold_traditional();
}

void FoldTable::set(char32_t code, FoldEntry entry) {
    auto& page = page_of_[code >> 8];
    if (page == 0) {
        page = static_cast<std::uint16_t>(pages_.size());
        pages_.emplace_back();
    }
    pages_[page][code & 0xFF] = entry;
}

void FoldTable::fold_compatibility(char32_t first, char32_t last) {
    UErrorCode error = U_ZERO_ERROR;
    const auto* normalizer = unorm2_getNFKCCasefoldInstance(&error);
    if (U_FAILURE(error)) throw std::runtime_error("ICU has no NFKC data");
    for (char32_t code = first; code <= last; ++code) {
        if ((code >= 0xD800 && code < 0xE000) || !u_isdefined(static_cast<UChar32>(code))) continue;
        const auto folded = compatibility_fold(normalizer, code);
        if (folded.size() == 1) {
            const auto cls = class_of(folded[0]);
            if (cls != CharClass::separator) set(code, FoldEntry::single(folded[0], cls));
        } else if (folded.empty()) {
            set(code, FoldEntry::single(0, CharClass::mark));
        } else {
            set(code, FoldEntry::expansion(expansions_.size()));
            auto& entries = expansions_.emplace_back();
            for (const auto c : folded)
                entries.push_back(FoldEntry::single(c, class_of(c)));
        }
    }
}

// Every ideograph on its own line, so that OpenCC sees no phrases: the folding is one character for
// one.
void FoldTable::fold_traditional() {
    const auto closer = [](void* converter) { opencc_close(converter); };
    const std::unique_ptr<void, decltype(closer)> converter(opencc_open("t2s.json"), closer);
    const auto* const failed = reinterpret_cast<void*>(-1); // NOLINT(performance-no-int-to-ptr)
    if (converter.get() == failed) throw std::runtime_error("OpenCC's t2s.json is not installed");
    std::vector<char32_t> codes;
    std::string lines;
    for (char32_t code = 0x2E80; code < 0x32400; ++code) {
        if (of(code).expands() || of(code).cls() != CharClass::ideograph) continue;
        codes.push_back(code);
        append_utf8(lines, of(code).code());
        lines += '\n';
    }
    const std::unique_ptr<char, decltype(&opencc_convert_utf8_free)> converted(
        opencc_convert_utf8(converter.get(), lines.data(), lines.size()), &opencc_convert_utf8_free
    );
    if (!converted) throw std::runtime_error("OpenCC could not convert");
    const std::string_view out(converted.get());
    std::uint32_t at = 0;
    for (const auto code : codes) {
        const auto simplified = decode_utf8(out, at);
        set(code, FoldEntry::single(simplified.code, CharClass::ideograph));
        at = static_cast<std::uint32_t>(out.find('\n', at)) + 1;
    }
    for (const auto code : codes) // what is simplified of one may be traditional of another
        set(code, of(of(code).code()));
    for (auto& entries : expansions_)
        for (auto& entry : entries)
            if (entry.cls() == CharClass::ideograph) entry = of(entry.code());
}

void fold_text(std::string_view text, std::vector<FoldedChar>& out) {
    const auto& table = FoldTable::get();
    out.clear();
    for (std::uint32_t at = 0; at < text.size();) {
        const auto [code, end] = decode_utf8(text, at);
        const auto entry = code == not_utf8 ? FoldEntry{} : table.of(code);
        if (entry.expands()) {
            for (const auto part : table.expansion(entry))
                if (part.cls() == CharClass::separator)
                    out.push_back({U' ', CharClass::separator, at, end});
                else if (part.cls() != CharClass::mark)
                    out.push_back({part.code(), part.cls(), at, end});
        } else if (entry.cls() == CharClass::separator) {
            out.push_back({U' ', CharClass::separator, at, end});
        } else if (entry.cls() != CharClass::mark) {
            out.push_back({entry.code(), entry.cls(), at, end});
        }
        at = end;
    }
}

} // namespace jishi::matching
