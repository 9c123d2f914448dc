// A process as a specification, told by hand: every answer that the table in the code gives must be
// the one that these lines give.
#pragma once

#include "market/process.hpp"
#include "tests/support/table.hpp"

#include <string>
#include <vector>

namespace jishi::market {

template<class Enum>
Enum named(std::string_view name) {
    const auto value = parse_name<Enum>(name);
    if (!value) ADD_FAILURE() << "no such name: " << name;
    return value.value_or(Enum{});
}

inline std::vector<std::string> comma_parts(const std::string& text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(',', at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

template<class State, class Event>
class ProcessSpec {
public:
    // from[,from]  event  actor[,actor]  to ("same")  guard ("-")  reason|-
    explicit ProcessSpec(std::string_view table) {
        tests::each_row<6>(
            table,
            [&](const std::string& from,
                const std::string& event,
                const std::string& actors,
                const std::string& to,
                const std::string& guard,
                const std::string& reason) {
                for (const auto& state : comma_parts(from))
                    lines_.push_back({
                        .from = named<State>(state),
                        .event = named<Event>(event),
                        .actors = comma_parts(actors),
                        .to = named<State>(to == "same" ? state : to),
                        .guard = guard == "-" ? Guard::none : named<Guard>(guard),
                        .needs_reason = reason == "reason",
                    });
            }
        );
    }

    // The next state, or the name of the refusal.
    std::string answer(State from, Event event, Actor actor, Guard holding, bool has_reason) const {
        std::string refused = "event_not_allowed";
        for (const auto& line : lines_) {
            if (line.from != from || line.event != event) continue;
            if (line.guard != Guard::none && line.guard != holding) continue;
            refused = "not_permitted";
            if (!line.allows(actor)) continue;
            return line.needs_reason && !has_reason ? "reason_required"
                                                    : std::string(name_of(line.to));
        }
        return refused;
    }

    // Asks the code the same of every state, event, actor and guard, with and without a reason; and
    // that exactly what people can fire is offered to them.
    template<std::size_t N>
    void is_told_by(const std::array<Row<State, Event>, N>& rows) const {
        for_each<State>([&](State from) {
            for_each<Actor>([&](Actor actor) {
                for_each<Guard>([&](Guard holding) {
                    std::vector<std::string_view> can_fire;
                    for_each<Event>([&](Event event) {
                        for (const std::string_view reason : {"", "because"})
                            check(rows, from, event, actor, holding, reason);
                        const auto got = answer(from, event, actor, holding, true);
                        if (parse_name<State>(got) && actor != Actor::system)
                            can_fire.push_back(name_of(event));
                    });
                    auto offered = available_actions(std::span(rows), from, {actor}, {holding});
                    std::sort(offered.begin(), offered.end());
                    std::sort(can_fire.begin(), can_fire.end());
                    EXPECT_EQ(offered, can_fire) << name_of(from) << " " << name_of(actor);
                });
            });
        });
    }

private:
    struct Line {
        State from;
        Event event;
        std::vector<std::string> actors;
        State to;
        Guard guard;
        bool needs_reason;

        bool allows(Actor actor) const {
            return std::find(actors.begin(), actors.end(), name_of(actor)) != actors.end();
        }
    };

    template<class Enum, class Each>
    static void for_each(Each each) {
        for (std::size_t i = 0; i < Vocabulary<Enum>::names.size(); ++i)
            each(static_cast<Enum>(i));
    }

    template<std::size_t N>
    void check(
        const std::array<Row<State, Event>, N>& rows,
        State from,
        Event event,
        Actor actor,
        Guard holding,
        std::string_view reason
    ) const {
        const auto row = find_row(std::span(rows), from, event, {actor}, {holding}, reason);
        const auto got =
            std::string(row ? name_of(row->to) : refusal_text(row.refusal().code).name);
        EXPECT_EQ(got, answer(from, event, actor, holding, !reason.empty()))
            << name_of(event) << " in " << name_of(from) << " by " << name_of(actor) << " holding "
            << name_of(holding) << (reason.empty() ? "" : " with a reason");
    }

    std::vector<Line> lines_;
};

} // namespace jishi::market
