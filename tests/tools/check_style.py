#!/usr/bin/env python3
"""check_style.py ROOT: what a reader should never have to meet in a file of the house."""
import re
import sys

sys.dont_write_bytecode = True
import sources  # noqa: E402

CODE_COLUMNS = 100
LINE_COLUMNS = 120  # comments, also behind code
FILE_LINES = 500
FUNCTION_LINES = 70

CPP = (".hpp", ".cpp")
SCRIPTS = (".py", ".sh", ".java", ".cmake", "CMakeLists.txt", "deploy/setup", "deploy/run", "tests/run", "tests/tidy", ".ci/run",
           "bench/peers/lucene", "bench/peers/mroonga")
PROSE = (".md", ".json", ".jsonl", ".toml", ".service", ".sql", ".yml", ".yaml", "LICENSE")
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def check(files):
    """files: path -> bytes. Returns the complaints, each "path:line: what"."""
    complaints = []
    for path, data in files.items():
        for line, wrong in sorted(check_file(path, data)):
            complaints.append(f"{path}:{line}: {wrong}")
    return complaints


def check_file(path, data):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return [(data[:error.start].count(b"\n") + 1, "not UTF-8")]
    found = check_bytes(text)
    if path.endswith(CPP + SCRIPTS):
        found += [(n, "unfinished: " + m.group()) for n, line in enumerate(text.split("\n"), 1)
                  for m in UNFINISHED.finditer(line)]
        if text.count("\n") > FILE_LINES:
            found.append((FILE_LINES + 1, f"more than {FILE_LINES} lines ({text.count(chr(10))})"))
    if path.endswith(CPP):
        found += long_lines(text) + long_functions(text)
    return found


def check_bytes(text):
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if "\t" in line:
            found.append((number, "tab"))
        if line.endswith("\r"):
            found.append((number, "CR at the end of the line"))
        elif line != line.rstrip():
            found.append((number, "blank at the end of the line"))
    if text and not text.endswith("\n"):
        found.append((text.count("\n") + 1, "no newline at the end of the file"))
    elif text.endswith("\n\n"):
        found.append((text.count("\n"), "empty line at the end of the file"))
    return found


def long_lines(text):
    """Tables set by hand (clang-format off, macros) and text in raw strings may be as wide as they need to be."""
    found = []
    raw = sources.raw_string_lines(text)
    by_hand = macro = False
    code = sources.blank(text, "line", "block").split("\n")
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip().startswith("// clang-format "):
            by_hand = line.strip() == "// clang-format off"
        was_macro, macro = macro, line.endswith("\\")
        if by_hand or macro or was_macro or number in raw or 'R"' in line or line.lstrip().startswith("#include"):
            continue
        if len(line) > LINE_COLUMNS:
            found.append((number, f"{len(line)} columns, more than {LINE_COLUMNS}"))
        elif len(code[number - 1].rstrip()) > CODE_COLUMNS:
            found.append((number, f"code of more than {CODE_COLUMNS} columns"))
    return found


_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_TOKEN = re.compile(r"[{};]")
_BEFORE_BODY = re.compile(r"(\)|\bconst|\bnoexcept|\boverride|\bfinal|\bmutable|\btry|&|\})$")


def long_functions(text):
    """Walks the braces outside function bodies; a body's lines are counted from its signature, raw strings left out."""
    code = sources.blank(text, "raw", "line", "block", "string", "char")
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m.group()), code, flags=re.M)
    raw = sources.raw_string_lines(text)
    found = []
    start = position = 0  # of the statement being read; of the walk
    while (token := _TOKEN.search(code, position)) is not None:
        position = token.end()
        header = code[start:token.start()].strip()
        if token.group() == "{" and not opens_scope(header):
            end = closing(code, token.start())
            if end is None:
                break  # unbalanced, as by #if and #else: nothing sure can be said of the rest
            position = end + 1
            if not opens_body(header):
                continue  # an initialiser: the statement goes on
            lines = [start_line(code, start), sources.line_at(code, end)]
            length = len(set(range(lines[0], lines[1] + 1)) - raw)
            if length > FUNCTION_LINES:
                found.append((lines[0], f"function of {length} lines, more than {FUNCTION_LINES}"))
        start = position
    return found


def opens_scope(header):
    """namespace, class, struct, union, enum, extern "C"; not a function that returns a struct."""
    return bool(_SCOPE.search(re.sub(r"<[^<>]*>", "", header))) and not opens_body(header) and "=" not in header


def opens_body(header):
    head = re.sub(r"\boperator\s*[^\s\w(]+", "operator", header)
    outside = re.sub(r"\([^()]*\)", "()", head)
    while outside != (outside := re.sub(r"\((?:\(\)|[^()])*\)", "()", outside)):
        pass
    if "(" not in outside or re.search(r"(?<![=<>!])=(?!=)", re.sub(r"<[^<>]*>", "", outside)):
        return False
    return bool(_BEFORE_BODY.search(outside)) or bool(re.search(r"\)[^()]*->\s*[^()]+$", outside))


def start_line(code, start):
    while code[start].isspace():
        start += 1
    return sources.line_at(code, start)


def closing(code, opening):
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, opening):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    return None


def main(root):
    files = {path: data for path, data in sources.load(root).items() if path.endswith(CPP + SCRIPTS + PROSE)}
    return sources.report("check_style", check(files), len(files))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
