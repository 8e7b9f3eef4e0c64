#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""compdb.py OUT "COMPILER FLAGS" FILE... - write compile_commands.json

For editors and clang tools: one entry for each C file of the kernel.
"""

import json
import os
import shlex
import sys


def main():
    out, command, files = sys.argv[1], shlex.split(sys.argv[2]), sys.argv[3:]
    entries = [{"directory": os.getcwd(), "file": name,
                "arguments": command + ["-c", name]} for name in files]
    with open(out, "w", encoding="utf-8") as file:
        json.dump(entries, file, indent=1)
        file.write("\n")


main()
