// Any bytes as a request body: parsed or refused, checked against a schema, and written again as
// they were read.
#include "protocol/json/reader.hpp"
#include "protocol/json/writer.hpp"

#include <cstdlib>

using namespace jishi::protocol;

namespace {

constexpr std::array<std::string_view, 2> kinds{"a", "b"};
constexpr json::Schema kind = json::one_of(kinds);
constexpr std::array fields{
    json::required("title", json::text(2, 20)),
    json::optional("kinds", json::array(kind, 0, 3).all_distinct()),
    json::optional("count", json::integer(-5, 5).or_null()),
    json::optional("day", json::date()),
};
constexpr json::Schema draft = json::object("Draft", fields);

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto document = json::parse(text);
    if (document) json::check(draft, document->root());
    const auto again = json::parse(json::Writer().value(text).take());
    if (!again || !again->root().is_text()) std::abort();
    if (document && document->root().is_text() &&
        json::parse(json::Writer().value(document->root().text()).take())->root().text() !=
            document->root().text())
        std::abort();
    return 0;
}
