#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""modpost.py - what a folder's modules take from each other

    modpost.py --out DIR [--nm NM] [--kernel ELF] [--strict] [--symvers FILE]...
               NAME=OBJECT,OBJECT... ...

For each module NAME, made of the objects, writes DIR/NAME.mod.c: the tags that
the loader and modinfo want beside the author's own (name, vermagic, depends).
DIR/Module.symvers gets what the modules export, in Linux's format, for others
to be given with --symvers.

With a kernel to ask (its symbols, not stripped) a name that nobody exports is
a warning, with --strict an error; so is a module that does not say its licence.
Exit 1 for errors, and if two modules export the same name.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

# include/kernel/export.h: the table's entries are static, and so named.
MARK = "exported_symbol_"
# Made by the loader, for each module.
LOADER = {"__this_module"}
TEXT = """\
/* Made by tools/build/modpost.py. */
#include <kernel/module.h>

MODULE_INFO(name, "{name}");
MODULE_INFO(depends, "{depends}");
MODULE_INFO(vermagic, VERMAGIC_STRING);
"""


def symbols(nm, path):
    """(letter, name) of all symbols of a file."""
    out = subprocess.run([nm, "-P", str(path)], text=True, check=True,
                         stdout=subprocess.PIPE).stdout
    return [(line.split()[1], line.split()[0]) for line in out.splitlines()]


def exports_of(found):
    return {name[len(MARK):] for letter, name in found
            if name.startswith(MARK) and letter not in "Uw"}


class Module:
    """Names that the objects of a module define, want and export."""

    def __init__(self, nm, text):
        self.name, _, objects = text.partition("=")
        self.objects = objects.split(",")
        found = [s for path in self.objects for s in symbols(nm, path)]
        defined = {name for letter, name in found if letter not in "Uw"}
        self.wanted = {name for letter, name in found
                       if letter == "U"} - defined - LOADER
        self.exports = exports_of(found)
        self.has_license = any(
            b"license=" in Path(path).read_bytes() for path in self.objects)


def read_symvers(path):
    """{symbol: module} of a Module.symvers."""
    owners = {}
    for line in Path(path).read_text().splitlines():
        fields = line.split("\t")
        if len(fields) >= 3:
            owners[fields[1]] = fields[2].rpartition("/")[2]
    return owners


def write_if_changed(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    p = argparse.ArgumentParser(
        description="what a folder's modules take from each other")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--nm", default="i686-linux-gnu-nm")
    p.add_argument("--kernel", type=Path)
    p.add_argument("--strict", action="store_true")
    p.add_argument("--symvers", type=Path, action="append", default=[])
    p.add_argument("modules", nargs="+", metavar="NAME=OBJECT,...")
    args = p.parse_args()

    modules = [Module(args.nm, text) for text in args.modules]
    owners = {}
    for path in args.symvers:
        owners.update(read_symvers(path))
    failed = False
    for m in modules:
        for name in sorted(m.exports):
            if owners.get(name, m.name) != m.name:
                print(f"modpost: {m.name}: '{name}' is exported by "
                      f"{owners[name]}, too", file=sys.stderr)
                failed = True
            owners[name] = m.name
    kernel = exports_of(symbols(args.nm, args.kernel)) if args.kernel else None
    for m in modules:
        depends = sorted({owners[name] for name in m.wanted
                          if name in owners} - {m.name})
        if not m.has_license:
            print(f"modpost: {m.name}: no MODULE_LICENSE()", file=sys.stderr)
            failed |= args.strict
        for name in sorted(m.wanted - owners.keys()):
            if kernel is not None and name not in kernel:
                print(f"modpost: {m.name}: '{name}' is exported by nobody",
                      file=sys.stderr)
                failed |= args.strict
        write_if_changed(args.out / f"{m.name}.mod.c",
                         TEXT.format(name=m.name, depends=",".join(depends)))
    (args.out / "Module.symvers").write_text("".join(
        f"0x00000000\t{name}\t{m.name}\tEXPORT_SYMBOL\t\n"
        for m in modules for name in sorted(m.exports)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
