// docs/processes.md is written from the process tables. When a table changes, this test fails until
// the document is written anew: JISHI_WRITE_DOCS=1 build/dev/tests/market_tests
// --gtest_filter='ProcessesDoc.*'
#include "market/contract_process.hpp"
#include "market/deal_process.hpp"
#include "market/listing_process.hpp"
#include "market/small_processes.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace jishi::market {
namespace {

template<class Enum>
std::string names_in(Set<Enum> set) {
    std::string text;
    for (std::size_t i = 0; i < Vocabulary<Enum>::names.size(); ++i)
        if (set.has(static_cast<Enum>(i)))
            text += (text.empty() ? "" : ", ") + std::string(Vocabulary<Enum>::names[i]);
    return text;
}

template<class State, class Event>
std::string section(
    const std::string& title, const std::string& about, std::span<const Row<State, Event>> rows
) {
    std::ostringstream out;
    out << "\n## " << title << "\n\n" << about << "\n\n```mermaid\nstateDiagram-v2\n";
    for (const auto& row : rows) {
        const std::string from =
            row.from == static_cast<State>(0) ? "[*]" : std::string(name_of(row.from));
        out << "    " << from << " --> " << name_of(row.to) << " : " << name_of(row.event) << "\n";
    }
    out << "```\n\n| from | event | who | to | only if | reason | what else happens "
           "|\n|---|---|---|---|---|---|---|\n";
    for (const auto& row : rows)
        out << "| " << name_of(row.from) << " | " << name_of(row.event) << " | "
            << names_in(row.actors) << " | " << name_of(row.to) << " | "
            << (row.guard == Guard::none ? std::string_view{} : name_of(row.guard)) << " | "
            << (row.needs_reason ? "required" : "") << " | " << names_in(row.effects) << " |\n";
    return out.str();
}

std::string document() {
    std::string text = "# Processes\n\nWritten from the tables in `market/*_process.hpp`; do not "
                       "edit. `none` is the state before creation. "
                       "`who` names relations that `market/access.cpp` derives from ownership, "
                       "role and token scope; `system` is time or "
                       "another row's consequence.\n";
    text += section(
        "Achievement",
        "科技成果, `market/listing_process.hpp`",
        std::span<const ListingRow>(listing_rows::achievement)
    );
    text += section(
        "Need",
        "技术需求, `market/listing_process.hpp`",
        std::span<const ListingRow>(listing_rows::need)
    );
    text += section(
        "Deal", "洽谈, `market/deal_process.hpp`", std::span<const DealRow>(deal_rows::deal)
    );
    text += section(
        "Contract",
        "技术合同, `market/contract_process.hpp`",
        std::span<const ContractRow>(contract_rows::contract)
    );
    text += section(
        "Verification of an organisation",
        "机构认证, `market/small_processes.hpp`",
        std::span<const VerificationRow>(small_rows::verification)
    );
    text += section(
        "Answer to a match",
        "匹配答复: each side has one of its own; a match is mutual when both accepted",
        std::span<const AnswerRow>(small_rows::answer)
    );
    text += section(
        "Mandate of a broker",
        "经纪委托, `market/small_processes.hpp`",
        std::span<const MandateRow>(small_rows::mandate)
    );
    return text;
}

TEST(ProcessesDoc, IsWhatTheTablesSay) {
    const std::string path = JISHI_SOURCE_DIR "/docs/processes.md";
    if (std::getenv("JISHI_WRITE_DOCS")) std::ofstream(path) << document();
    std::ifstream in(path);
    std::stringstream there;
    there << in.rdbuf();
    EXPECT_TRUE(there.str() == document())
        << "docs/processes.md is stale; see the head of this file";
}

} // namespace
} // namespace jishi::market
