#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/api/check.py - is every name of names.tsv there, and can it be linked?

For each header one module source is made that includes nothing else and uses
each of the header's names; it is compiled as a module is, and the symbols it
wants are looked up among those that the kernel exports.

    check.py --elf pagewright.debug --nm NM -- COMPILER AND FLAGS

Prints a line for each name that is missing, then the totals.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ERROR = re.compile(r"^[^:\n]*probe\.c:(\d+):\d+: error: (.*)$", re.M)


def rows():
    """(group, kind, name, header) for each pair of a name and a header."""
    for line in (HERE / "names.tsv").read_text("utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        group, kind, names, headers = line.split("\t")
        for name in names.split():
            for header in headers.split():
                yield group, kind, name.replace("~", " "), header


def use(kind, name, serial):
    """C that compiles only if @name is there and is what @kind says."""
    function = f"extern void *use_{serial}(void); void *use_{serial}(void)"
    if kind == "f":
        # A macro in a function's place is used by the test modules.
        return [f"#ifndef {name}", function,
                f"{{ return (void *)&{name}; }}", "#endif"]
    if kind == "m":
        return [f"#ifndef {name}", f"static const __typeof__({name}) *"
                f"use_{serial} __attribute__((unused));", "#endif"]
    if kind == "t":
        return [f"char use_{serial}[sizeof({name})];"]
    if kind == "s" and "()" in name:
        return [f"static __typeof__({name}) *use_{serial}"
                " __attribute__((unused));"]
    if kind == "s":
        struct, member = name.split(".", 1)
        return [f"static __typeof__(((struct {struct} *)0)->{member}) *"
                f"use_{serial} __attribute__((unused));"]
    return []


def probe(header, names, compiler, folder):
    """[(row, error)] of a header, and the symbols that its names want."""
    lines, at = [f"#include <{header}>"], {}
    for serial, row in enumerate(names):
        for text in use(row[1], row[2], serial):
            lines.append(text)
            at[len(lines)] = row
    source, made = folder / "probe.c", folder / "probe.o"
    source.write_text("\n".join(lines) + "\n", "utf-8")
    made.unlink(missing_ok=True)
    done = subprocess.run(
        compiler + ["-fmax-errors=0", "-c", str(source), "-o", str(made)],
        capture_output=True, text=True, check=False)
    errors = {}
    for line, text in ERROR.findall(done.stderr):
        if int(line) in at:
            errors.setdefault(at[int(line)], text)
    if done.returncode and not errors:
        # The header itself: then none of its names is there.
        first = re.search(r"^.*error: .*$", done.stderr, re.M)[0]
        errors = {names[0]: f"all {len(names)} names: {first}"}
    return errors, made


def wanted(made, nm):
    if not made.exists():
        return set()
    out = subprocess.run([nm, "-u", str(made)], capture_output=True,
                         text=True, check=True).stdout
    return {line.split()[-1] for line in out.splitlines() if line.strip()}


def exported(elf, nm):
    out = subprocess.run([nm, str(elf)], capture_output=True, text=True,
                         check=True).stdout
    mark = "exported_symbol_"
    return {word[len(mark):] for word in
            (line.split()[-1] for line in out.splitlines())
            if word.startswith(mark)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--elf", required=True)
    parser.add_argument("--nm", default="nm")
    parser.add_argument("compiler", nargs="+")
    args = parser.parse_args()
    known = exported(args.elf, args.nm) | {"__this_module"}
    by_header = {}
    for row in rows():
        by_header.setdefault(row[3], []).append(row)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as name:
        for header, names in sorted(by_header.items()):
            errors, made = probe(header, names, args.compiler, Path(name))
            for symbol in sorted(wanted(made, args.nm) - known):
                print(f"{header}: {symbol} is not exported")
                failed += 1
            for row, text in errors.items():
                print(f"{header}: {row[2]} ({row[0]}): {text}")
            failed += len(errors)
            passed += len(names) - len(errors)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
