#include "matching/file_plan.hpp"

#include "matching/assignment.hpp"

#include <algorithm>

namespace jishi::matching {

namespace {

// Every id once, numbered in the order of the ids so that ties fall as the ids do.
class Numbers {
public:
    Numbers(const std::vector<FileMatchRow>& rows, std::string FileMatchRow::*id) {
        for (const auto& row : rows)
            ids_.push_back(row.*id);
        std::ranges::sort(ids_);
        ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    }
    std::size_t size() const { return ids_.size(); }
    std::uint32_t of(std::string_view id) const {
        return static_cast<std::uint32_t>(std::ranges::lower_bound(ids_, id) - ids_.begin());
    }

private:
    std::vector<std::string> ids_;
};

} // namespace

std::vector<FileMatchRow> plan_of(std::vector<FileMatchRow> rows, const PlanRules& rules) {
    std::erase_if(rows, [&](const FileMatchRow& row) { return row.score < rules.min_score; });
    const Numbers needs(rows, &FileMatchRow::need), achievements(rows, &FileMatchRow::achievement);
    AssignmentTask task;
    task.left_places.assign(needs.size(), rules.need_capacity);
    task.right_places.assign(achievements.size(), rules.achievement_capacity);
    for (const auto& row : rows)
        task.pairs.push_back(
            {needs.of(row.need), achievements.of(row.achievement), chance_ppm(row.score)}
        );
    const auto chosen = assign(std::move(task)).chosen;
    std::erase_if(rows, [&](const FileMatchRow& row) {
        const std::pair pair(needs.of(row.need), achievements.of(row.achievement));
        return !std::ranges::binary_search(chosen, pair, {}, [](const CandidatePair& candidate) {
            return std::pair(candidate.left, candidate.right);
        });
    });
    return rows;
}

} // namespace jishi::matching
