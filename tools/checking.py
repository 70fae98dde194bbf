"""What check_layers and check_tidy share: files, C++ without comments and strings, findings, self-tests.

A finding is silenced by a comment on its line or on the line above:  // tidy: allow(<rule>) <reason>
"""
import dataclasses
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CPP_FOLDERS = ("src", "tests", "bench")
ALLOW = re.compile(r"tidy: allow\(([\w, -]+)\)\s+\S")
LITERAL_OR_COMMENT = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^()\\ ]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'',
    re.DOTALL)


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    rule: str
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


class Source:
    """One C++ file. `code` has the same lines and columns as `text`, with comments and literals blanked."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.lines = text.split("\n")
        if self.lines[-1] == "":
            self.lines.pop()
        # An include line keeps its "quoted" name.
        self.includes = [(number, match.group(1), match.group(2))
                         for number, line in enumerate(self.lines, 1)
                         if (match := re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line))]
        self.code = LITERAL_OR_COMMENT.sub(_blank, text)
        self.code_lines = self.code.split("\n")
        self.allowed = {}
        for number, line in enumerate(self.lines, 1):
            match = ALLOW.search(line)
            if match:
                names = {name.strip() for name in match.group(1).split(",")}
                for covered in (number, number + 1):
                    self.allowed.setdefault(covered, set()).update(names)

    @property
    def is_header(self):
        return self.path.endswith(".hpp")

    @property
    def folder(self):
        """src, tests or bench."""
        return self.path.split("/")[0]

    @property
    def module(self):
        """policy for src/policy/x.hpp; None outside src."""
        parts = self.path.split("/")
        return parts[1] if parts[0] == "src" and len(parts) > 2 else None

    def line_of(self, offset):
        return self.code.count("\n", 0, offset) + 1

    def find(self, pattern):
        """(line, match) of a pattern in the code, literals and comments aside."""
        return [(self.line_of(match.start()), match) for match in re.finditer(pattern, self.code)]

    def finding(self, line, rule, message):
        """A list of one finding, or an empty one if the line allows the rule."""
        return [] if rule in self.allowed.get(line, ()) else [Finding(self.path, line, rule, message)]


def read_sources():
    sources = []
    for folder in CPP_FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in (".cpp", ".hpp") and path.is_file():
                text = path.read_text(encoding="utf-8")
                sources.append(Source(path.relative_to(ROOT).as_posix(), text))
    return sources


def run(check, fixtures, rules, description):
    """The main of a check. check(sources) -> findings. A fixture is (rule or None, path, text): the text at
    that path must give findings of exactly that rule, or none; every rule needs one that violates it."""
    arguments = sys.argv[1:]
    if arguments == ["--self-test"]:
        sys.exit(self_test(check, fixtures, rules))
    if arguments:
        print(f"{description}\n\nusage: {sys.argv[0]} [--self-test]\n\nrules:", file=sys.stderr)
        for name in sorted(rules):
            print(f"  {name:20} {rules[name]}", file=sys.stderr)
        sys.exit(0 if arguments[0] in ("-h", "--help") else 2)
    sources = read_sources()
    findings = sorted(set(check(sources)))
    for finding in findings:
        print(finding)
    print(f"{len(sources)} files, {len(findings)} findings")
    sys.exit(1 if findings else 0)


def self_test(check, fixtures, rules):
    failures = 0
    for rule, path, text in fixtures:
        found = {finding.rule for finding in check([Source(path, text)])}
        expected = {rule} if rule else set()
        if found != expected:
            failures += 1
            print(f"fixture {path}: expected {sorted(expected)}, found {sorted(found)}, in:\n{text}\n")
    untested = set(rules) - {rule for rule, _, _ in fixtures}
    for rule in sorted(untested):
        print(f"rule {rule} has no fixture that violates it")
    print(f"{len(fixtures)} fixtures, {failures + len(untested)} failures")
    return 1 if failures or untested else 0
