#include "app/encoding.hpp"

#include "market/text.hpp"

#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace jishi::app {

namespace {

constexpr std::size_t line_bytes_max = std::size_t{1024} * 1024;
constexpr std::size_t sample_bytes_max = std::size_t{64} * 1024;
constexpr std::int32_t confidence_min = 50; // of 100; too little text to tell has 10
constexpr std::array<std::string_view, 2> known{"GB18030", "Big5"};

bool is_ascii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
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
    const auto* const likeliest = ucsdet_detect(detector.get(), &error);
    if (U_FAILURE(error) || likeliest == nullptr) return {};
    const std::string name = ucsdet_getName(likeliest, &error);
    const bool is_sure = ucsdet_getConfidence(likeliest, &error) >= confidence_min;
    return is_sure && std::ranges::find(known, name) != known.end() ? name : "";
}

} // namespace

Encoding Encoding::of(std::istream& in) {
    const auto begin = in.tellg();
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
    UErrorCode error = U_ZERO_ERROR;
    const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(
        ucnv_open(name_.c_str(), &error), &ucnv_close
    );
    ucnv_setToUCallBack(
        converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error
    );
    const icu::UnicodeString read(
        text.data(), static_cast<std::int32_t>(text.size()), converter.get(), error
    );
    if (U_FAILURE(error)) return false;
    text.clear();
    read.toUTF8String(text);
    return true;
}

} // namespace jishi::app
