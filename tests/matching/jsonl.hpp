// Just enough JSON Lines for measuring on files of {id,title,body}.
#pragma once

#include <string>

namespace jishi::matching::test {

// The string member `name` of a JSON object on one line; the escapes that occur are few.
inline std::string member(const std::string& line, const std::string& name) {
    const auto key = "\"" + name + "\":";
    auto at = line.find(key);
    std::string out;
    if (at == std::string::npos) return out;
    at = line.find('"', at + key.size());
    for (++at; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] == '\\') ++at;
        out += line[at];
    }
    return out;
}

} // namespace jishi::matching::test
