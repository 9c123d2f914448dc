#!/usr/bin/env python3
"""check_tools.py ROOT: the checks themselves find what they say they find, and leave the rest in peace."""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).parents[1] / "bench"))
import check_layers  # noqa: E402
import check_style  # noqa: E402
import goals  # noqa: E402
import sources  # noqa: E402

LAYERS = [  # what, file, text, a part of the complaint or None
    ("an arrow upwards", "market/a.cpp", '#include "storage/b.hpp"\nnamespace jishi::market {}', "must not include"),
    ("an arrow downwards", "protocol/a.cpp", '#include "market/b.hpp"\nnamespace jishi::protocol {}', None),
    ("a missing file", "market/a.cpp", '#include "market/none.hpp"\nnamespace jishi::market {}', "does not exist"),
    ("no folder", "market/a.cpp", '#include "b.hpp"\nnamespace jishi::market {}', "folder of the house"),
    ("JSON in the rules", "market/a.cpp", "#include <rapidjson/document.h>\n", "must not be used"),
    ("POSIX in the rules", "market/a.cpp", "#include <unistd.h>\n", "must not include"),
    ("POSIX in storage", "storage/a.cpp", "#include <sys/wait.h>\n", None),
    ("the connector in a header", "storage/a.hpp", "#include <cppconn/driver.h>\n", "stay in .cpp"),
    ("the connector in a source", "storage/a.cpp", "#include <cppconn/driver.h>\n", None),
    ("Asio's umbrella in a header", "app/a.hpp", "#include <boost/asio.hpp>\n", "stay in .cpp"),
    ("one Asio header in a header", "app/a.hpp", "#include <boost/asio/awaitable.hpp>\n", None),
    ("an include in a comment", "market/a.cpp", '// #include "app/b.hpp"\n/*\n#include <boost/asio.hpp>\n*/', None),
    ("a foreign namespace", "market/a.cpp", "namespace jishi::app { int a; }", "in folder market"),
    ("a forward declaration", "app/a.cpp", "namespace jishi::market { class A; enum class B : int; }", None),
    ("a forward declaration upwards", "market/a.cpp", "namespace jishi::app { class A; }", "in folder market"),
    ("an inner namespace", "market/a.cpp", "namespace jishi::market::detail { int a; }", None),
    ("no namespace", "market/a.cpp", "#include <vector>\nint a;", "nothing here"),
    ("only includes", "protocol/a.cpp", "#define A 1\n#include <boost/asio/impl/src.hpp>\n", None),
    ("main", "app/main.cpp", "int main() {}", None),
]
LAYER_NEIGHBOURS = {"market/b.hpp": "", "storage/b.hpp": "", "app/b.hpp": ""}


def body(lines):
    return "{\n" + "    x();\n" * (lines - 2) + "}\n"


STYLE = [
    ("a short function", "void f() " + body(70), None),
    ("a long function", "void f() " + body(71), "function of 71 lines"),
    ("a long member function", "class A {\n    int f() const noexcept override " + body(71) + "};\n", "function of 71"),
    ("a long constructor", "A::A(int b) : b_{b}, c_(b) " + body(71), "function of 71"),
    ("a long arrow function", "auto f() -> std::vector<int> " + body(71), "function of 71"),
    ("a long test", "TEST(A, b) " + body(71), "function of 71"),
    ("a long table", "constexpr std::array rows" + body(90).replace("x();", "Row{f(1)},").replace("}\n", "};\n"), None),
    ("a long class", "struct A : B<int()> {\n" + "    void f();\n" * 90 + "};\n", None),
    ("a long namespace", "namespace a {\n" + "void f();\n" * 90 + "}\n", None),
    ("a brace in a string", 'char a = \'{\';\nauto b = "{";\n' + "void f() {}\n" * 90, None),
    ("a raw string does not count", 'void f() {\n    x(R"(' + "\n{ a" * 90 + '\n)");\n}\n', None),
    ("100 columns of code", "int " + "a" * 95 + ";\n", None),
    ("101 columns of code", "int " + "a" * 96 + ";\n", "more than 100"),
    ("120 columns of comment", "// " + "a" * 117 + "\n", None),
    ("121 columns of comment", "// " + "a" * 118 + "\n", "more than 120"),
    ("a wide table set by hand", "// clang-format off\nint " + "a" * 150 + ";\n// clang-format on\n", None),
    ("500 lines", "int a;\n" * 500, None),
    ("501 lines", "int a;\n" * 501, "more than 500 lines"),
    ("a tab", "\tint a;\n", "tab"),
    ("a trailing blank", "int a; \n", "blank at the end"),
    ("CRLF", "int a;\r\n", "CR at the end"),
    ("no final newline", "int a;", "no newline"),
    ("work left over", "int a; // TO" "DO: more\n", "unfinished"),
    ("a digit separator", "int a = 1'000'000;\nint b = 'x';\n" + "void f() {}\n" * 90, None),
]

GOALS = [  # lines of a bench, and what is read of them
    ("a figure", ["rank.all_needs.wall 480 s\n"], [("every need's 20 best", 480)]),
    ("the last of two", ["day.wall 31 s\n", "day.wall 29.5 s\n"], [("a day's 1 % of changes", 29.5)]),
    ("one word, two peers", ["search.ratio.plain.mean 0.02 x_search.mroonga.all\n"],
     [("short search without marks, of Mroonga's time", 0.02)]),
    ("two of one line", ["then: event pushed           p50    2.70 ms   p99   27.00 ms   max   30.00 ms\n"],
     [("a published listing pushed, p50", 2.7), ("a published listing pushed, p99", 27)]),
    ("no figure", ["day.wall.round1 31 s\n", "other\n"], []),
]


def main():
    wrong = []

    def expect(what, complaints, part):
        right = not complaints if part is None else len(complaints) == 1 and part in complaints[0]
        if not right:
            wrong.append(f"{what}: expected {part or 'no complaint'}, got {complaints}")

    for what, path, text, part in LAYERS:
        expect(what, check_layers.check({**LAYER_NEIGHBOURS, path: text}), part)
    for what, text, part in STYLE:
        expect(what, check_style.check({"market/a.cpp": text.encode()}), part)
    for what, lines, figures in GOALS:
        found = [(goal, figure) for goal, figure, _, _ in goals.judged(lines)]
        if found != figures:
            wrong.append(f"{what}: expected {figures}, got {found}")
    circle = {"market/a.hpp": '#include "market/b.hpp"\n', "market/b.hpp": '#include "market/a.hpp"\n'}
    expect("a cycle", check_layers.check(circle), "include cycle")
    expect("bytes that are not UTF-8", check_style.check({"market/a.cpp": b"\xff\n"}), "not UTF-8")
    return sources.report("check_tools", wrong, len(LAYERS) + len(STYLE) + len(GOALS) + 2)


if __name__ == "__main__":
    sys.exit(main())
