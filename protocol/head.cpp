#include "protocol/head.hpp"

namespace jishi::protocol {

HeadScan scan_head(std::string_view bytes, std::size_t scanned) {
    constexpr HeadScan malformed{HeadScan::State::malformed, 0};
    for (auto i = scanned; i < bytes.size(); ++i) {
        const auto c = static_cast<unsigned char>(bytes[i]);
        const char before = i > 0 ? bytes[i - 1] : '\0';
        if (c == '\n') {
            if (before != '\r') return malformed;
            if (i >= 3 && bytes.substr(i - 3, 2) == "\r\n")
                return {HeadScan::State::complete, i + 1};
            continue;
        }
        if (before == '\r') return malformed;
        if ((c == ' ' || c == '\t') && before == '\n') return malformed;
        if ((c < ' ' && c != '\r' && c != '\t') || c == 0x7F) return malformed;
    }
    return {};
}

bool names_http_version(std::string_view head) {
    const auto line = head.substr(0, head.find('\r'));
    const auto at = line.rfind(" HTTP/");
    if (at == line.npos || line.size() != at + 9 || line[at + 7] != '.') return false;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return digit(line[at + 6]) && digit(line[at + 8]);
}

} // namespace jishi::protocol
