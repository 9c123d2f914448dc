#include "app/encoding.hpp"

#include "market/text.hpp"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

namespace jishi::app {

namespace {

constexpr std::size_t line_bytes_max = std::size_t{1024} * 1024;
constexpr std::size_t sample_bytes_max = std::size_t{64} * 1024;
constexpr std::ptrdiff_t beyond_ascii_min = 80; // bytes; of fewer nothing can be said
constexpr std::int32_t confidence_min = 50;     // of 100
constexpr std::int32_t lead_min = 15;           // before every other
constexpr std::array<std::string_view, 2> known{"GB18030", "Big5"};

bool is_beyond_ascii(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}
bool is_ascii(std::string_view text) {
    return std::ranges::none_of(text, is_beyond_ascii);
}

// Two bytes in another encoding are a character of UTF-8 by chance, three hardly.
bool is_surely_utf8(std::string_view text) {
    const auto begins_three = [](char c) { return static_cast<unsigned char>(c) >= 0xE0; };
    return market::valid_utf8(text) && std::ranges::any_of(text, begins_three);
}

// As UTF-8; nothing if it is no such text, or one of characters that nobody has agreed on.
std::optional<std::string> read_as(const std::string& encoding, std::string_view text) {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(
        ucnv_open(encoding.c_str(), &error), &ucnv_close
    );
    ucnv_setToUCallBack(
        converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error
    );
    const icu::UnicodeString read(
        text.data(), static_cast<std::int32_t>(text.size()), converter.get(), error
    );
    if (U_FAILURE(error)) return std::nullopt;
    for (std::int32_t i = 0; i < read.length(); ++i)
        if (read[i] >= 0xE000 && read[i] <= 0xF8FF) return std::nullopt;
    std::string out;
    read.toUTF8String(out);
    return out;
}

// Visits each line, of longer ones what comes first.
template<class Visit>
void for_each_line(std::istream& in, Visit visit) {
    constexpr int end_of_file = std::istream::traits_type::eof();
    auto* const bytes = in.rdbuf();
    std::string line;
    for (int c = 0; c != end_of_file;) {
        line.clear();
        for (c = bytes->sbumpc(); c != '\n' && c != end_of_file; c = bytes->sbumpc())
            if (line.size() < line_bytes_max) line += static_cast<char>(c);
        visit(line);
    }
}

// What it surely is; empty if that is none of those that are known.
std::string surely(std::string_view sample) {
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UCharsetDetector, decltype(&ucsdet_close)> detector(
        ucsdet_open(&error), &ucsdet_close
    );
    ucsdet_setText(detector.get(), sample.data(), static_cast<std::int32_t>(sample.size()), &error);
    std::int32_t count = 0; // the likeliest first
    const auto* const* const guesses = ucsdet_detectAll(detector.get(), &count, &error);
    if (U_FAILURE(error) || count == 0) return {};
    const std::string name = ucsdet_getName(guesses[0], &error);
    const auto confidence = ucsdet_getConfidence(guesses[0], &error),
               next = count > 1 ? ucsdet_getConfidence(guesses[1], &error) : 0;
    const bool is_sure = confidence >= confidence_min && confidence >= next + lead_min &&
                         std::ranges::count_if(sample, is_beyond_ascii) >= beyond_ascii_min;
    return is_sure && std::ranges::find(known, name) != known.end() ? name : "";
}

} // namespace

Encoding Encoding::of(std::istream& in) {
    const auto begin = in.tellg();
    if (begin < 0) { // what cannot be read twice
        in.clear();
        return {};
    }
    std::size_t in_utf8 = 0, in_another = 0;
    std::string sample;
    for_each_line(in, [&](const std::string& line) {
        if (is_ascii(line)) return;
        if (market::valid_utf8(line)) {
            ++in_utf8;
            return;
        }
        ++in_another;
        if (sample.size() < sample_bytes_max) sample += line + '\n';
    });
    in.clear();
    in.seekg(begin);
    if (in_another <= in_utf8) return {};
    const auto name = surely(sample);
    return name.empty() ? Encoding() : Encoding(name);
}

bool Encoding::bring_to_utf8(std::string& text) const {
    if (is_utf8() || is_ascii(text)) return true;
    if (is_surely_utf8(text)) return false;
    // What spreadsheets write besides: ①, kana, the euro sign.
    const bool is_big5 = name_ == known[1];
    auto read = read_as(is_big5 ? "Big5-HKSCS" : name_, text);
    if (!read) read = read_as(is_big5 ? name_ : "windows-936-2000", text);
    if (!read) return false;
    text = *std::move(read);
    return true;
}

} // namespace jishi::app
