#!/usr/bin/env python3
"""check_layers.py ROOT: folder = library = namespace, and includes run only along the arrows of the architecture."""
import re
import sys

sys.dont_write_bytecode = True
import sources  # noqa: E402

ARROWS = {
    "market": set(),
    "matching": {"market"},
    "storage": {"market"},
    "protocol": {"market", "matching"},
    "app": {"market", "matching", "storage", "protocol"},
}

# A third-party part: how its headers begin, the folders that may use it, and which headers may stand in a .hpp.
HOUSE = {"storage", "protocol", "app"}
THIRD_PARTY = [
    ("Connector/C++", r"cppconn/|mysql_", {"storage"}, None),
    ("RapidJSON", r"rapidjson/", {"protocol", "app"}, r"rapidjson/fwd\.h"),
    ("Beast", r"boost/beast", {"protocol", "app"}, None),
    ("Boost", r"boost/", {"protocol", "app"}, r"boost/(?!asio\.hpp)"),
    ("ICU", r"unicode/", {"matching", "app"}, None),
    ("OpenCC", r"opencc/", {"matching"}, None),
    ("Snowball", r"libstemmer\.h", {"matching"}, None),
    ("xxHash", r"xxhash\.h", {"matching"}, None),
    ("Highway", r"hwy/", {"matching"}, None),
    ("libsodium", r"sodium", HOUSE, None),
    ("spdlog", r"spdlog/|fmt/", HOUSE, r"spdlog/fwd\.h"),
    ("CLI11", r"CLI/", {"app"}, None),
    ("toml++", r"toml\+\+/", {"app"}, None),
]
STANDARD = re.compile(r"[a-z][a-z0-9_]*")  # <vector>
POSIX = re.compile(r"[a-z0-9_]+\.h|(sys|netinet|arpa|linux)/[a-z0-9_]+\.h")  # <unistd.h>

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)', re.M)
NAMESPACE = re.compile(r"\bnamespace\s+jishi(?:::(\w+))?[\w:]*\s*\{")
ONLY_NAMES = re.compile(r"(\s*(class|struct|enum\s+class)\s+\w+(\s*:\s*[\w:]+)?\s*;)*\s*\}")


def check(files):
    """files: path -> text. Returns the complaints, each "path:line: what"."""
    complaints = []
    graph = {}
    for path, text in files.items():
        code = sources.blank(text, "raw", "line", "block")
        graph[path] = []
        for match in INCLUDE.finditer(code):
            ours, theirs = match.groups()
            wrong = wrong_inner(path, ours, files) if ours else wrong_outer(path, theirs)
            if wrong:
                complaints.append(f"{path}:{sources.line_at(code, match.start())}: {wrong}")
            if ours in files:
                graph[path].append(ours)
        complaints += wrong_namespaces(path, sources.blank(code, "string", "char"))
    return complaints + cycles(graph)


def wrong_inner(path, included, files):
    folder, target = path.split("/")[0], included.split("/")[0]
    if target not in ARROWS:
        return f'"{included}" does not begin with a folder of the house'
    if target != folder and target not in ARROWS[folder]:
        return f"{folder} must not include {target} ({included})"
    if included not in files:
        return f'"{included}" does not exist'
    return None


def wrong_outer(path, header):
    folder, public = path.split("/")[0], path.endswith(".hpp")
    if header.split("/")[0] in ARROWS:
        return f'<{header}> is ours: write "{header}"'
    for part, begins, folders, in_headers in THIRD_PARTY:
        if re.match(begins, header):
            if folder not in folders:
                return f"{part} must not be used in {folder} ({header})"
            if public and not (in_headers and re.match(in_headers, header)):
                return f"{part} must stay in .cpp files ({header})"
            return None
    if STANDARD.fullmatch(header) or (folder in HOUSE and POSIX.fullmatch(header)):
        return None
    return f"{folder} must not include <{header}>, or this check does not know it yet"


def wrong_namespaces(path, code):
    folder = path.split("/")[0]
    complaints = []
    opened = list(NAMESPACE.finditer(code))
    for match in opened:
        forward = match.group(1) in ARROWS[folder] and ONLY_NAMES.match(code, match.end())
        if match.group(1) != folder and not forward:
            name = "jishi::" + match.group(1) if match.group(1) else "jishi"
            complaints.append(f"{path}:{sources.line_at(code, match.start())}: namespace {name} in folder {folder}")
    bare = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", "", code, flags=re.M).strip()
    if bare and not opened and not path.endswith("/main.cpp"):
        complaints.append(f"{path}:1: nothing here is in namespace jishi::{folder}")
    return complaints


def cycles(graph):
    """Each include cycle once, told at the file where the walk entered it."""
    complaints, done, trail = [], set(), []

    def visit(path):
        if path in trail:
            complaints.append(f"{path}:1: include cycle: " + " -> ".join(trail[trail.index(path):] + [path]))
            return
        if path in done:
            return
        trail.append(path)
        for included in graph[path]:
            visit(included)
        done.add(trail.pop())

    for path in graph:
        visit(path)
    return complaints


def main(root):
    files = {
        path: data.decode("utf-8", "replace") for path, data in sources.load(root).items()
        if path.split("/")[0] in ARROWS and path.endswith((".hpp", ".cpp"))
    }
    return sources.report("check_layers", check(files), len(files))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
