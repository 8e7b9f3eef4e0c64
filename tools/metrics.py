#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""metrics.py - the numbers we watch, for every file of mm/

    metrics.py [FILE...]

Function length (median, 90 %, longest), file length, comment share of the
lines, #if lines, and assertions per 1000 code lines. A `!` stands beside a
number that is worth another look; nothing is forbidden here, so the exit
status is 0. Targets: the table at the end of the output.
"""

import re
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

ASSERTION = re.compile(
    r"\b(static_assert|WARN_ON(_ONCE)?|BUG_ON|VM_BUG_ON|might_sleep|BUG|"
    r"lockdep_assert_\w+|lockdep_assert)\s*\(")
CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif)\b", re.MULTILINE)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)

TARGETS = """\
              target        look again at
function      12 / 45       any above 80          (median / 90 %, lines)
file          300-700       above 1000            (lines)
comment       25-40 %       below 20, above 50    (share of lines)
#if           0             1                     (.c files)
assert        20-50         below 15              (per 1000 code lines)"""


def comment_lines(text):
    """How many lines lie, in part or whole, in a comment."""
    lines = set()
    for match in COMMENT.finditer(text):
        first = text.count("\n", 0, match.start())
        lines.update(range(first, first + match[0].count("\n") + 1))
    return len(lines)


def function_lengths(text):
    """Lines from the opening to the closing brace, both at column 0."""
    lengths, opened = [], None
    for number, line in enumerate(text.split("\n")):
        if line == "{":
            opened = number
        elif line == "}" and opened is not None:
            lengths.append(number - opened + 1)
            opened = None
    return lengths


def percentile(values, share):
    """The smallest value that @share of all do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def mark(value, strange, form="{:g}"):
    return form.format(value) + ("!" if strange else " ")


def row(path):
    text = path.read_text("utf-8")
    lines = text.count("\n") or 1
    lengths = function_lengths(text) or [0]
    code = [line for line in COMMENT.sub("", text).split("\n")
            if line.strip()]
    comment = 100 * comment_lines(text) / lines
    ifs = len(CONDITIONAL.findall(text)) if path.suffix == ".c" else 0
    asserts = 1000 * len(ASSERTION.findall("\n".join(code))) / \
        (len(code) or 1)
    is_code = path.suffix == ".c"
    longest = max(lengths)
    return (path.name,
            mark(statistics.median(lengths), False),
            mark(percentile(lengths, 0.9), percentile(lengths, 0.9) > 45),
            mark(longest, longest > 80),
            mark(lines, lines > 1000),
            mark(comment, not 20 <= comment <= 50, "{:.0f}%"),
            mark(ifs, ifs > 0),
            mark(asserts, is_code and asserts < 15, "{:.0f}"))


def main():
    paths = [Path(name) for name in sys.argv[1:]]
    if not paths:
        paths = sorted((ROOT / "mm").glob("*.[ch]"))
    if not paths:
        sys.exit("metrics: no file in mm/")
    form = "{:22}{:>8}{:>8}{:>9}{:>8}{:>10}{:>6}{:>9}"
    print(form.format("file", "median ", "90% ", "longest ", "lines ",
                      "comment ", "#if ", "assert "))
    for path in paths:
        print(form.format(*row(path)))
    print()
    print(TARGETS)


if __name__ == "__main__":
    main()
