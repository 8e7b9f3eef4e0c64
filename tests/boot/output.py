# SPDX-License-Identifier: MIT
"""output.py - the serial console and a reader that pauses

A reader that stops for a moment must lose nothing: the machine waits for it.
One that stays away is told, when it is back, how many bytes it missed.
"""

import fcntl
import os
import subprocess
import time

from cases import Case, Failed, vm

PIPE_BYTES = 4096
COMMANDS = b"cat /proc/slabinfo\n" * 3
HEADER = b"slabinfo - version"


def paused(seconds):
    """Read up to the prompt, pause while commands run, read the rest."""
    words = vm.Machine(boot="kernel", mem="64M").command()
    qemu = subprocess.Popen(["timeout", "60", *words], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE)
    out = qemu.stdout.fileno()
    fcntl.fcntl(out, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    text = b""
    while vm.PROMPT not in text:
        piece = os.read(out, 65536)
        if not piece:
            raise Failed("no prompt", text.decode("utf-8", "replace"))
        text += piece
    qemu.stdin.write(COMMANDS)
    qemu.stdin.flush()
    time.sleep(seconds)
    qemu.stdin.write(b"poweroff\n")
    qemu.stdin.flush()
    text += qemu.stdout.read()
    return qemu.wait(), text


def a_pause_loses_nothing():
    status, text = paused(0.5)
    if status != 33 or text.count(HEADER) != 3 or b"bytes lost" in text:
        raise Failed(f"status {status}, {text.count(HEADER)} of 3 files",
                     text.decode("utf-8", "replace"))


def a_long_absence_is_told():
    status, text = paused(20)  # the machine waits 10 of its own seconds
    if status != 33 or b"bytes lost: nobody read" not in text:
        raise Failed(f"status {status}, and no word of what was lost",
                     text.decode("utf-8", "replace"))


def cases(_tier):
    return [Case("output.a-pause-loses-nothing", a_pause_loses_nothing),
            Case("output.a-long-absence-is-told", a_long_absence_is_told)]
