#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""lint.py - everything about the source that a machine can see

    lint.py [--list] [--quick] [CHECK...]

A line per check, what it found below it, and a closing count. The checks:

  format    clang-format, with .clang-format
  layers    tools/layers.py: the floors of the house
  spdx      the licence line in every source file
  text      no trailing blanks, a newline at the end, no tab in Python
  python    syntax
  shell     syntax, with dash
  sparse    address spaces and plain mistakes, on the kernel's files
  cppcheck  tools/lint/cppcheck.txt names what is left out, and why
  tidy      clang-tidy, with .clang-tidy

--quick leaves the suites, which are half of the source, out of the two that
follow values through a program, cppcheck and clang-tidy, lets the latter follow
fewer of them, and the former see the headers in one configuration only: that is
most of the time. All else looks at the suites, and so do two compilers.

Exit status 0 only if every check passed. A check whose tool is not installed
fails: tools/build/deps.sh test installs it.
"""

import argparse
import ast
import concurrent.futures
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BUILD = (ROOT / (os.environ.get("O") or "build")).resolve()
JOBS = os.cpu_count() or 1
QUICK = False

KERNEL_C = re.compile(
    r"(lib|core|boot|mm|fs|kernel|drivers|arch/x86|tests/suites)/.*\.c")
# Modules: what the kernel's flags do not tell them, and what all drivers do.
MODULE_C = re.compile(r"(examples|drivers/(?:scull|sound)|tests/modules)/.*\.c")
MODULE_FLAGS = ["-DMODULE", "-D__KERNEL__", '-DKBUILD_MODNAME="module"']
# Bugs planted on purpose: no use in finding them.
PLANTED = re.compile(r".*/plant\.c")
KERNEL_FLAGS = ["-m32", "-std=gnu11", "-ffreestanding", "-nostdinc",
                "-Iinclude", "-Iarch/x86/include", "-I.",
                "-include", "include/config.h"]

# The licence line, in the comment of the language, in the first three lines.
SPDX_SUFFIXES = {".c", ".h", ".asm", ".inc", ".S", ".ld", ".py", ".sh", ".mk",
                 ".cfg", ".gdb", ".pml"}
SPDX_NAMES = {"Makefile", "vm", "run", "lines"}
TEXT_SUFFIXES = SPDX_SUFFIXES | {".md", ".txt", ".map", ".tsv"}


def list_files():
    """Every file of the project, as text relative to the root."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders
                            if name not in (".git", "__pycache__")
                            and Path(folder, name) not in
                            (BUILD, ROOT / "build"))
        # The build makes .mod.c where a module's own make is run.
        found += [(Path(folder) / name).relative_to(ROOT).as_posix()
                  for name in sorted(names) if not name.endswith(".mod.c")]
    return found


FILES = list_files()


def first_line(name):
    with open(ROOT / name, "rb") as file:
        return file.readline(80)


def is_script(name, interpreter):
    line = first_line(name)
    return line.startswith(b"#!") and interpreter in line


def command(words):
    """Run a tool; its output if it failed, "" if not."""
    try:
        done = subprocess.run(words, cwd=ROOT, text=True, errors="replace",
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    except FileNotFoundError:
        return f"{words[0]} is not installed: tools/build/deps.sh test\n"
    if done.returncode == 0:
        return ""
    return done.stdout or f"{words[0]}: exit status {done.returncode}\n"


def each(names, words_for):
    """One tool run per file, as many at a time as there are CPUs."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        return "".join(pool.map(lambda name: command(words_for(name)),
                                names))


def check_format():
    names = [name for name in FILES if name.endswith((".c", ".h"))]
    return command(["clang-format", "--dry-run", "--Werror"] + names)


def check_layers():
    return command([sys.executable, "tools/layers.py"])


def check_spdx():
    out = ""
    for name in FILES:
        path = Path(name)
        if path.suffix not in SPDX_SUFFIXES and \
                path.name not in SPDX_NAMES and not is_script(name, b""):
            continue
        with open(ROOT / name, encoding="utf-8") as file:
            head = [file.readline() for _ in range(3)]
        if not any("SPDX-License-Identifier: MIT" in line for line in head):
            out += f"{name}:1: no SPDX-License-Identifier line\n"
    return out


def check_text():
    out = ""
    for name in FILES:
        if Path(name).suffix not in TEXT_SUFFIXES and \
                not is_script(name, b""):
            continue
        data = (ROOT / name).read_bytes()
        for number, line in enumerate(data.split(b"\n"), 1):
            if line.endswith((b" ", b"\t", b"\r")):
                out += f"{name}:{number}: blank at the end of the line\n"
            if name.endswith(".py") and b"\t" in line:
                out += f"{name}:{number}: tab in Python\n"
        if data and not data.endswith(b"\n"):
            out += f"{name}: no newline at the end\n"
    return out


def check_python():
    out = ""
    for name in FILES:
        if not name.endswith(".py") and not is_script(name, b"python"):
            continue
        try:
            ast.parse((ROOT / name).read_text("utf-8"), name)
        except SyntaxError as error:
            out += f"{name}:{error.lineno}: {error.msg}\n"
    return out


def check_shell():
    out = ""
    for name in FILES:
        if is_script(name, b"bash"):
            out += command(["bash", "-n", name])
        elif name.endswith(".sh") or is_script(name, b"/sh"):
            out += command(["sh", "-n", name])
    return out


def kernel_files():
    # host_*.c are suites for the hosted port alone.
    return [name for name in FILES
            if (KERNEL_C.fullmatch(name) or MODULE_C.fullmatch(name))
            and not Path(name).name.startswith("host_")]


def flags_for(name):
    return KERNEL_FLAGS + (MODULE_FLAGS if MODULE_C.fullmatch(name) else [])


def sound_files():
    return [name for name in kernel_files() if not PLANTED.fullmatch(name)]


def is_left_out(name):
    """Of checks that follow values."""
    return QUICK and name.startswith("tests/")


def check_sparse():
    # A cast that truncates is written down, so it is meant.
    return each(kernel_files(), lambda name: [
        "sparse", "-Wsparse-error", "-Wno-cast-truncate",
        '-D__VERSION__="sparse"'] + flags_for(name) + [name])


def check_cppcheck():
    # -UNULL: its preprocessor would expand it before pasting (X(NULL, ...)).
    # The sources have no #if; what headers have, only the full tier varies.
    configs = ["--max-configs=1"] if QUICK else []
    return command([
        "cppcheck", "--quiet", "--enable=warning,portability",
        "--std=c11", "--platform=unix32", "--error-exitcode=1",
        "--inline-suppr", f"-j{JOBS}", "--template=gcc",
        "--suppressions-list=tools/lint/cppcheck.txt",
        "-Iinclude", "-Iarch/x86/include", "--include=include/config.h",
        "-UNULL"] + configs
        + [name for name in sound_files() if not is_left_out(name)])


def check_tidy():
    """The slow one: files that passed are not looked at again, as long as
    they, all headers and the settings stay as they were."""
    stamps = BUILD / "lint-tidy"
    nodes = 4000 if QUICK else 50000
    common = hashlib.sha256()
    headers = [name for name in FILES if name.endswith(".h")]
    for name in [".clang-tidy", "tools/lint/lint.py"] + headers:
        common.update((ROOT / name).read_bytes())

    def checks_for(name):
        # Suites free what is not theirs, to see it refused.
        return ["--checks=-clang-analyzer-unix.Malloc"] \
            if name.startswith("tests/") else []

    def stamp(name):
        digest = common.copy()
        digest.update("\n".join([name, str(nodes), *checks_for(name),
                                  ""]).encode()
                      + (ROOT / name).read_bytes())
        return stamps / digest.hexdigest()

    def one(name):
        # The analyzer's default of 225000 nodes takes four times as long as
        # 50000, and those three times as long as 4000.
        out = command(["clang-tidy", "--quiet", *checks_for(name), name, "--",
                       "--target=i686-linux-gnu"] + flags_for(name)
                      + ["-Xclang", "-analyzer-config",
                         "-Xclang", f"max-nodes={nodes}"])
        if not out:
            stamp(name).touch()
        return out

    stamps.mkdir(parents=True, exist_ok=True)
    names = [name for name in sound_files()
             if not is_left_out(name) and not stamp(name).exists()]
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        out = "".join(pool.map(one, names))
    # "12 warnings generated", most of them in checks that are off.
    return re.sub(r"(?m)^\d+ warnings?( and \d+ errors?)? generated\.\n|"
                  r"^\d+ warnings? treated as errors?\n", "", out)


CHECKS = {name.removeprefix("check_"): function
          for name, function in list(globals().items())
          if name.startswith("check_")}


def main():
    global QUICK
    p = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--list", action="store_true")
    p.add_argument("--quick", action="store_true")
    p.add_argument("checks", nargs="*", metavar="CHECK")
    args = p.parse_args()
    QUICK = args.quick
    unknown = set(args.checks) - CHECKS.keys()
    if unknown:
        p.error(f"no such check: {' '.join(sorted(unknown))}")
    if args.list:
        print("\n".join(CHECKS))
        return 0
    failed = 0
    names = args.checks or list(CHECKS)
    for name in names:
        found = CHECKS[name]()
        print(f"{'not ok' if found else 'ok'} - lint.{name}", flush=True)
        if found:
            failed += 1
            print(found.rstrip())
            print(f"# again: tools/lint/lint.py {name}", flush=True)
    print(f"{len(names) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
