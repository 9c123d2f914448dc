// How the database fails, in the five kinds a caller can act on. Thrown for broken infrastructure
// and broken contracts only; an expected duplicate is caught by the repository and told as a
// market::Refusal.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace jishi::storage {

struct StorageError : std::runtime_error {
    enum class Kind : std::uint8_t {
        unavailable, // no answer, no way in, no room: the connection is thrown away; the client may
                     // try again later
        conflict,    // another transaction won: the whole unit of work may be run again
        duplicate,   // a unique key refused the row; `constraint` names it
        corrupt,     // the database holds, or sent, what it must not
        misuse, // the program (or its schema) is wrong: bad SQL, wrong arguments, a value that does
                // not fit
    };

    StorageError(Kind what_kind, int driver_code, const std::string& text)
        : std::runtime_error(text), kind(what_kind), code(driver_code) {}

    Kind kind;
    int code = 0; // the server's or the client library's number; 0 when the error is our own
    std::string constraint{}; // kind duplicate: the name of the key, without its table
    bool outcome_unknown =
        false; // COMMIT was sent and not answered: it may or may not have happened
};

// What a driver error means. `sql` is the statement it came from (told up to 120 bytes; its
// parameters never are).
StorageError classify(int code, std::string_view driver_text, std::string_view sql = {});

} // namespace jishi::storage
