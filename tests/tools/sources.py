"""The text of the project's files as the checks read it."""
import os
import re

FOLDERS = ("market", "matching", "storage", "protocol", "app")
_SKIPPED = {"build", "data", "node_modules", "corpus", "__pycache__"}
_HIDDEN_BUT_OURS = {".ci"}


def load(root):
    """Maps the path of every file below root, relative to it, to its bytes; leaves out what is built or fetched."""
    files = {}
    for folder, subfolders, names in os.walk(root):
        at_root = os.path.samefile(folder, root)
        subfolders[:] = sorted(
            name for name in subfolders
            if not (name.startswith(".") and name not in _HIDDEN_BUT_OURS)
            and not (name in _SKIPPED and (at_root or name not in ("build", "data")))
        )
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    files[os.path.relpath(path, root).replace(os.sep, "/")] = file.read()
    return files


_LITERALS = re.compile(
    r'(?P<raw>R"(?P<mark>[^()\s\\]{0,16})\((?:.|\n)*?\)(?P=mark)")'
    r"|(?P<line>//[^\n]*)"
    r"|(?P<block>/\*(?:.|\n)*?\*/)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<separator>(?<=[0-9a-fA-F])'(?=[0-9a-fA-F]))"
    r"|(?P<char>'(?:[^'\\\n]|\\.)+')"
)


def blank(text, *kinds):
    """C++ text with the named literals and comments (raw, line, block, string, char) turned to blanks; lines stay."""
    def keep_lines(match):
        if match.lastgroup == "separator" or _kind(match) not in kinds:
            return match.group()
        return re.sub(r"[^\n]", " ", match.group())
    return _LITERALS.sub(keep_lines, text)


def _kind(match):
    return next(name for name in ("raw", "line", "block", "string", "char") if match.group(name) is not None)


def raw_string_lines(text):
    """The line numbers (from 1) that lie, all or in part, in a raw string of several lines, but its first."""
    lines = set()
    for match in _LITERALS.finditer(text):
        if match.group("raw") is not None:
            first = text.count("\n", 0, match.start()) + 1
            lines.update(range(first + 1, first + match.group().count("\n") + 1))
    return lines


def line_at(text, position):
    return text.count("\n", 0, position) + 1


def report(name, complaints, checked):
    """Prints the complaints and a last line; returns the exit code."""
    for complaint in complaints:
        print(complaint)
    print(f"{name}: {len(complaints)} complaint(s), {checked} checked")
    return 1 if complaints else 0
