# SPDX-License-Identifier: MIT
"""cases.py - what a boot test is, and what the modules of this folder share

A module offers cases(tier): a list of Case. A case is a name and a function
without arguments that returns (with an optional remark for its line), or
raises Failed or Skipped. Cases run two at a time, except those that measure
time and so run alone, at the end; each starts its own machine and writes to
no common file.
"""

import collections
import os
import re
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import machine as vm  # noqa: E402 (found through the line above)

Case = collections.namedtuple("Case", "name run alone", defaults=(False,))

# What a healthy boot never prints. While the suites run, reports may be meant:
# there ktest itself fails the case that did not announce one.
UNWANTED = re.compile(r"mm: BUG|\bWARN|\bBUG\b|Oops|\bnot ok ")
SUITES = re.compile(r"KTAP version.*?# ktest:", re.DOTALL)

# Contract with the kernel: what it says when there is too little memory.
NEED = rb"mm: need (\d+) KiB, have (\d+) KiB"


class Failed(Exception):
    """The case failed; @log is the console, if there was one."""

    def __init__(self, text, log="", again=""):
        super().__init__(text)
        self.log = log
        self.again = again  # the command that starts the same machine


class Skipped(Exception):
    """The case cannot be run here; the text says why."""


def boot(machine, timeout=60, feeder=None, until=None):
    """Start a machine and follow it to its end; QEMU refusing is a failure."""
    try:
        return vm.run(machine, timeout, feeder=feeder, until=until)
    except vm.BadMachine as error:
        raise Failed(str(error)) from None


class Operator(vm.Feeder):
    """Types lines; those that begin with @ are for QEMU's monitor."""

    def __init__(self, monitor, lines):
        super().__init__(text="".join(line + "\n" for line in lines).encode())
        self.monitor = monitor

    def keys(self):
        while self.at_prompt() and self.text.startswith(b"@"):
            line, _, self.text = self.text.partition(b"\n")
            with vm.Monitor(self.monitor) as monitor:
                monitor.order(line[1:].decode())
        return super().keys()


def fail(machine, result, text):
    raise Failed(text, result.text(), vm.repeat_line(machine))


def want_verdict(machine, result, verdict):
    if result.verdict != verdict:
        fail(machine, result, f"verdict: {result.reason}, not "
             f"{vm.VERDICTS[verdict]}")


def want_clean(machine, result):
    """No report, no warning, no failed test on the console."""
    text = result.text()
    failed = re.search(r"^.*\bnot ok .*$", text, re.MULTILINE)
    if failed:
        fail(machine, result, failed[0].strip())
    for line in SUITES.sub("", text).splitlines():
        if UNWANTED.search(line):
            fail(machine, result, f"unwanted on the console: {line.strip()}")


def scratch(prefix="pagewright-"):
    """A temporary folder, removed at the end of the `with`."""
    return tempfile.TemporaryDirectory(prefix=prefix)


def need_image(path):
    if not Path(path).is_file():
        raise Failed(f"{os.path.relpath(path)} is not there: run `make`")
    return path
