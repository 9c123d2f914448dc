// The same work on each width of vectors that this machine has.
#pragma once

#include <cstdint>
#include <hwy/targets.h>

namespace jishi::matching::test {

// work(): as chosen by itself, then on each.
template<class Work>
void on_every_width(const Work& work) {
    work();
    const auto choose = [](std::int64_t targets) {
        hwy::SetSupportedTargetsForTest(targets);
        hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    };
    for (auto left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
        choose(left & -left);
        work();
    }
    choose(0);
}

} // namespace jishi::matching::test
