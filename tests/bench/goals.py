#!/usr/bin/env python3
"""BENCH ... | goals.py: what a bench prints, then each goal it has a figure for, met or missed. Fails if one is missed or
none has a figure. The goals are those of a full market: of a smaller one they say nothing."""
import re
import sys

# What, the figure in a line of a bench, the most it may be, its unit. Of a figure that is printed again the last counts.
GOALS = [
    ("short search without marks, of Lucene's time", r"search\.ratio\.plain\.mean (\S+) x_search\.lucene", 0.5, ""),
    ("a whole need, of Lucene's time", r"need\.ratio\.mean (\S+) x_need\.lucene", 0.4, ""),
    ("a whole need, p99", r"need\.ours\.p99 (\S+) us", 8000, "us"),
    ("short search without marks, of Mroonga's time", r"search\.ratio\.plain\.mean (\S+) x_search\.mroonga", 1 / 50, ""),
    ("every need's 20 best", r"rank\.all_needs\.wall (\S+) s", 480, "s"),
    ("a day's 1 % of changes", r"day\.wall (\S+) s", 30, "s"),
    ("index and what was learned, of the text", r"index_and_model\.share_of_text (\S+) x", 1.0, ""),
    ("870 000 listings, resident", r"market\.resident (\S+) MB", 1500, "MB"),
    ("index opened from its file", r"restore\.median (\S+) s", 1.0, "s"),
    ("a published listing in answers, p50", r"then: in a search's answer +p50 +(\S+) ms", 15, "ms"),
    ("a published listing in answers, p99", r"then: in a search's answer .* p99 +(\S+) ms", 40, "ms"),
    ("a published listing pushed, p50", r"then: event pushed +p50 +(\S+) ms", 15, "ms"),
    ("a published listing pushed, p99", r"then: event pushed .* p99 +(\S+) ms", 40, "ms"),
]


def judged(lines):
    """(what, figure, most, unit) of each goal that the lines have a figure for."""
    figures = {}
    for line in lines:
        for what, pattern, most, unit in GOALS:
            if found := re.match(pattern, line):
                figures[what] = (what, float(found[1]), most, unit)
    return [figures[what] for what, *_ in GOALS if what in figures]


def main():
    lines = []
    for line in sys.stdin:
        print(line, end="", flush=True)
        lines.append(line)
    goals = judged(lines)
    for what, figure, most, unit in goals:
        print(f"{'met   ' if figure <= most else 'MISSED'} {what}: {figure:.4g} {unit}".rstrip() + f" (at most {most:g})")
    missed = sum(figure > most for _, figure, most, _ in goals)
    print(f"goals: {len(goals) - missed} met, {missed} missed")
    return 1 if missed or not goals else 0


if __name__ == "__main__":
    sys.exit(main())
