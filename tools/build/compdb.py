#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compdb.py OUT "COMPILER FLAGS" FILE... [-- "COMPILER FLAGS" FILE...]

Write compile_commands.json, for editors and clang tools: an entry for each C
file, the kernel's and, behind the --, those of modules.
"""

import json
import os
import shlex
import sys


def entries(words):
    command = shlex.split(words[0])
    return [{"directory": os.getcwd(), "file": name,
             "arguments": command + ["-c", name]} for name in words[1:]]


def main():
    out, words = sys.argv[1], sys.argv[2:]
    split = words.index("--") if "--" in words else len(words)
    found = entries(words[:split])
    for entry in entries(words[split + 1:] or [""]):
        name = os.path.basename(entry["file"]).removesuffix(".c")
        entry["arguments"].append(f'-DKBUILD_MODNAME="{name}"')
        found.append(entry)
    with open(out, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)
        file.write("\n")


main()
