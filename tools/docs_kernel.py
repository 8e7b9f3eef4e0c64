# SPDX-License-Identifier: MIT
"""docs_kernel.py - what tools/docs.py asks: the sources, make, and boots

Boots run with exact instruction counts, so the same kernel says the same twice;
what it writes to COM2 is kept for docs_records.py.
"""

import functools
import os
import re
import subprocess
import tempfile
from pathlib import Path

import machine as vm

ROOT = vm.ROOT
CODE = ("lib", "core", "boot", "arch", "mm", "fs", "kernel", "drivers",
        "examples", "include", "tests")
MARK = "@"
RUN_BYTES = 1000  # run= takes some more


class Wrong(Exception):
    """A document cannot be made, or is not true; the text says why."""


@functools.lru_cache(None)
def source_text():
    """Every source of the kernel and its tests, by path."""
    return {path: path.read_text(errors="replace") for folder in CODE
            for path in sorted((ROOT / folder).rglob("*"))
            if path.suffix in (".c", ".h", ".asm")}


@functools.lru_cache(None)
def words():
    """Every identifier of the sources and of the build's rules."""
    rules = [path.read_text().replace("-D", " ")
             for path in (ROOT / "tools/build").iterdir()]
    return set(re.findall(r"\w+", "\n".join([*source_text().values(),
                                              *rules])))


@functools.lru_cache(None)
def called():
    """Every identifier of the sources that stands before a parenthesis."""
    return set(re.findall(r"(\w+)\(", "\n".join(source_text().values())))


@functools.lru_cache(None)
def make_targets():
    """Every target that make knows, names made by rules included."""
    done = subprocess.run(["make", "-pq", "-f", "Makefile", "help"], cwd=ROOT,
                          text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return set(re.findall(r"^([\w.-]+):(?!=)", done.stdout, re.MULTILINE))


# --- boots -------------------------------------------------------------------

all_records = []


def boot(script, cmdline="", modules=False, vga=False, sound=False,
         **machine):
    """Run console commands on a fresh machine: (Result, its records).

    @modules: with our own in its archive; @vga: with a screen; @sound: with a
    Sound Blaster that nobody hears; @machine: what vm.Machine() has beside
    that.
    """
    if modules:
        machine["archive"] = str(vm.ARCHIVE)
    if vga:
        machine["extra"] = ["-vga", "std"]
    if sound:
        machine["sound"] = os.devnull
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "records")
        cmdline = f'{cmdline} run="{script}"'.strip()
        result = vm.run(vm.Machine(boot="kernel", icount=True, cmdline=cmdline,
                                   records=str(path), **machine), timeout=60)
        records = path.read_text().splitlines()
    if result.verdict == vm.HANG:
        raise Wrong(f'run="{script}": {result.reason}')
    all_records.extend(records)
    return result, records


def numbered(commands):
    """Commands with a mark before each, which the console echoes."""
    return "; ".join(f"echo {MARK}{i}; {c}" for i, c in enumerate(commands)) \
        + f"; echo {MARK}{len(commands)}"


def outputs(commands, **machine):
    """What each of @commands says, in one boot; and the log up to there."""
    script = numbered(commands)
    if len(script) > RUN_BYTES:
        raise Wrong(f"too many commands for one boot: {len(script)} "
                    f"characters, {RUN_BYTES} are the most")
    result, records = boot(script, **machine)
    text = result.text()
    parts = re.split(rf"^{MARK}\d+\n", text, flags=re.MULTILINE)
    if len(parts) != len(commands) + 2:
        raise Wrong(f"the boot ended early: {result.reason}\n{text[-2000:]}")
    log = [re.sub(r'run=".*"', 'run="..."', line)
           for line in parts[0].splitlines()]
    return log, [part.splitlines() for part in parts[1:-1]], records


def in_boots(commands):
    """What each of @commands says, in as many boots as they need."""
    said, some = [], []
    for command in [*commands, None]:
        if command is None or len(numbered([*some, command])) > RUN_BYTES:
            said += outputs(some)[1]
            some = []
        some.append(command)
    return said


@functools.lru_cache(None)
def console_facts():
    """The tables that the kernel can print."""
    sources = "\n".join(source_text().values())
    asked = ["help", "help boot", "cat /proc/lock_ranks", "plant",
             "selftest -l"]
    asked += [f"help {name}" for name in sorted(set(re.findall(
        r"^CONSOLE_COMMAND\w*\(\s*(\w+),", sources, re.MULTILINE)))]
    return dict(zip(asked, in_boots(asked)))


@functools.lru_cache(None)
def proc_files():
    """Every file of /proc that is there from the start, but the suites'."""
    names = {name for path, text in source_text().items()
             if ROOT / "tests" not in path.parents
             for name in re.findall(r'^PROC_FILE\w*\(\w+,\s*"([^"]+)"', text,
                                    re.MULTILINE)}
    return {f"/proc/{name}" for name in names}
