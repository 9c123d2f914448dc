#pragma once

#include <istream>
#include <string>

namespace jishi::app {

// How the characters of a table stand in its bytes. Spreadsheets save .csv as GB 18030 (GBK) in the
// mainland and as Big5 in Taiwan unless they are told otherwise.
class Encoding {
public:
    Encoding() = default; // UTF-8
    // The one that most of the lines beyond ASCII are in, the first megabyte of each; UTF-8 if that
    // is another, or if they are too few to be sure. Reads `in` to its end and goes back to where
    // it stood.
    static Encoding of(std::istream& in);

    const std::string& name() const { return name_; } // as IANA has it
    bool is_utf8() const { return name_ == utf8; }
    // False, and it stays as it is, if it is no text in this encoding.
    bool bring_to_utf8(std::string& text) const;

private:
    static constexpr const char* utf8 = "UTF-8";
    explicit Encoding(std::string name) : name_(std::move(name)) {}

    std::string name_ = utf8;
};

} // namespace jishi::app
