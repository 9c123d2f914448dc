#include "app/jsonl.hpp"

#include "app/house.hpp"

namespace jishi::app {

// A line over the limit is read to its end but not kept.
bool JsonlReader::read_line(std::string& text, bool& too_long) {
    text.clear();
    too_long = false;
    int c = in_.get();
    if (c == std::istream::traits_type::eof()) return false;
    for (; c != '\n' && c != std::istream::traits_type::eof(); c = in_.get()) {
        if (text.size() < jsonl_line_bytes_max)
            text += static_cast<char>(c);
        else
            too_long = true;
    }
    ++line_;
    if (!text.empty() && text.back() == '\r') text.pop_back();
    if (line_ == 1 && text.starts_with("\xef\xbb\xbf")) text.erase(0, 3);
    return true;
}

std::optional<JsonlRow> JsonlReader::next() {
    std::string text;
    bool too_long = false;
    while (read_line(text, too_long)) {
        if (text.find_first_not_of(" \t") == std::string::npos) continue;
        JsonlRow row{.line = line_};
        if (too_long) {
            row.wrong =
                "the line is longer than " + std::to_string(jsonl_line_bytes_max) + " bytes";
            return row;
        }
        auto parsed = protocol::json::parse(text);
        if (!parsed)
            row.wrong = describe(parsed.refusal());
        else if (!parsed->root().is_object())
            row.wrong = "not a JSON object";
        else
            row.object = *std::move(parsed);
        return row;
    }
    return {};
}

} // namespace jishi::app
