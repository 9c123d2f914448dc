// Precedence as a table: the faults of an act in the order in which they are told. Each alone is
// told; of each two the earlier is told; and whatever is refused, nothing is written.
//
// A Case sets up a world in which `std::string run()` answers "ok", and has `world` to look at. A
// fault spoils it. Two faults that name the same place of the case cannot both be there.
#pragma once

#include "tests/support/market_world.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace jishi::tests {

template<class Case>
struct Fault {
    std::string_view refusal;
    std::string_view place; // empty: goes together with every other
    void (*spoil)(Case&);
};

template<class Case>
void the_earlier_fault_is_told(const std::vector<Fault<Case>>& faults) {
    EXPECT_EQ(Case().run(), "ok");
    for (std::size_t i = 0; i < faults.size(); ++i)
        for (std::size_t j = i; j < faults.size(); ++j) {
            if (i != j && !faults[i].place.empty() && faults[i].place == faults[j].place) continue;
            Case spoilt;
            faults[i].spoil(spoilt);
            if (i != j) faults[j].spoil(spoilt);
            const auto writes = spoilt.world.books.writes();
            EXPECT_EQ(spoilt.run(), faults[i].refusal)
                << "with the faults " << i << " and " << j << " (" << faults[j].refusal << ")";
            EXPECT_EQ(spoilt.world.books.writes(), writes) << "written although refused";
        }
}

} // namespace jishi::tests
