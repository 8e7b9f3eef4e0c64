# SPDX-License-Identifier: MIT
"""reclaim.py - machines whose memory is full, and the knobs of memory

The store (drivers/store) fills RAM with objects that can be given back; `alloc`
fills it with pages that cannot.
"""

import re
import time

from cases import Case, boot, fail, vm, want_clean, want_verdict
from console import Console

LIVE_SUITE = "reclaim_live"
STORED = re.compile(r"ram=(\d+) stored=(\d+)")


def live(mem, cpus, seconds):
    """The store at 80 % of RAM, as the suite says, and what others want."""
    def run():
        machine = vm.Machine(boot="kernel", mem=mem, cpus=cpus,
                             cmdline=f"selftest={LIVE_SUITE}")
        result = boot(machine, timeout=seconds)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        stored = STORED.search(result.text())
        if not stored or int(stored[2]) * 100 < int(stored[1]) * 78:
            fail(machine, result, "the store did not hold 80 % of RAM")
        return f"{stored[2]} of {stored[1]} pages stored"
    return run


def figures(console, path):
    """A file of lines NAME VALUE."""
    return {line.split()[0]: int(line.split()[1])
            for line in console.command(f"cat {path}")
            if re.fullmatch(r"\S+ \d+", line)}


def the_store_makes_room():
    """By hand: what is left of the store is what was put there."""
    with Console(MEM="128M") as console:
        console.one_line("store fill 80%", "of RAM")
        before = figures(console, "/proc/store")
        console.one_line("alloc pages 0 16000", "16000 blocks of order 0")
        after = figures(console, "/proc/store")
        events = figures(console, "/proc/vmstat")
        gone = before["pages_Normal"] - after["pages_Normal"]
        if not 0 < gone == after["evicted"]:
            console.fail(f"{gone} objects are gone, {after['evicted']} were "
                         "evicted")
        if events["pgsteal_direct"] + events["pgsteal_kswapd"] != gone:
            console.fail(f"vmstat counts other than {gone} pages: {events}")
        console.one_line("store verify", " 0 bad")
        silent(console, "echo 1 > /proc/sys/vm/drop_caches")
        if figures(console, "/proc/store")["pages_Normal"]:
            console.fail("drop_caches left objects in the store")
        silent(console, "free all")
        console.one_line("check", "check: 0 violations")


def silent(console, line):
    answer = console.command(line)
    if answer:
        console.fail(f"{line}: {answer[:3]}")


# --- nothing to give back ----------------------------------------------------

# Each zone that there is, alone; then from the best down, so all together.
FILLS = {"dma": ("alloc pages 0 dma 9999999",),
         "normal": ("alloc pages 0 9999999",),
         "high": ("alloc pages 0 high 9999999",),
         "all": ("alloc pages 0 high 9999999", "alloc pages 0 9999999",
                 "alloc pages 0 dma 9999999")}
TABLE = "page allocation failure"
# Bytes, calls, place and kind.
CALLER = re.compile(r"reclaim: +\d{6,} +\d+ cmd_alloc\+\S+ pages$", re.MULTILINE)
# While memory is full; `store` needs some for itself.
QUESTIONS = ("cat /proc/meminfo", "cat /proc/vmstat", "why", "cat /proc/buddyinfo",
             "echo 1 > /proc/sys/vm/drop_caches", "alloc", "help")
ANSWER_SECONDS = 1.0
ANSWER_TRIES = 3


def answered(console, line):
    """It must be answered within a second; a busy host gets more tries."""
    for _ in range(ANSWER_TRIES):
        begin = time.monotonic()
        console.command(line)
        took = time.monotonic() - begin
        if took <= ANSWER_SECONDS:
            return
    console.fail(f"{line}: answered after {took:.1f} s")


def free_kb(console):
    """MemFree with nothing kept for speed."""
    silent(console, "echo 3 > /proc/sys/vm/drop_caches")
    found = re.search(r"MemFree: +(\d+) kB",
                      "\n".join(console.command("cat /proc/meminfo")))
    return int(found[1])


def fill(console, commands):
    """Until there is no more; one table tells, names the holder, and sums up
    what its caller has."""
    shown = "\n".join("\n".join(console.command(command))
                      for command in commands)
    tables = shown.count(TABLE)
    # One in five seconds: more only if it took longer.
    if tables != 1 and len(commands) == 1:
        console.fail(f"{tables} tables instead of one: {shown}")
    if "whole pages of cmd_alloc" not in shown:
        console.fail(f"the holder is not named: {shown}")
    if not CALLER.search(shown):
        console.fail(f"the caller is not named: {shown}")


def full_memory_is_answered(mem, names):
    """Filled with what nobody gives back, the console goes on, and it is all
    there again afterwards."""
    def run():
        for name in names:
            with Console(MEM=mem) as console:
                before = free_kb(console)
                fill(console, FILLS[name])
                for line in QUESTIONS:
                    answered(console, line)
                silent(console, "free all")
                console.one_line("check", "check: 0 violations")
                after = free_kb(console)
                if after != before:
                    console.fail(f"{name}: {before} kB free before, {after} kB "
                                 "after")
    return run


# --- knobs -------------------------------------------------------------------

VM = "/proc/sys/vm/"
REFUSED = (
    ("echo > " + VM + "min_free_kbytes", "needs a number"),
    ("echo x > " + VM + "min_free_kbytes", "'x' is not a number"),
    ("echo -1 > " + VM + "min_free_kbytes", "'-1' is not a number"),
    ("echo 99999999999999999999 > " + VM + "min_free_kbytes", "not within"),
    ("echo 1 2 > " + VM + "min_free_kbytes", "takes 1 number"),
    ("echo 0 > " + VM + "watermark_scale_factor", "not within 1 .. 1000"),
    ("echo 1001 > " + VM + "watermark_scale_factor", "not within 1 .. 1000"),
    ("echo 1 2 3 4 5 > " + VM + "lowmem_reserve_ratio", "takes 4 numbers"),
    ("echo 1 x > " + VM + "lowmem_reserve_ratio", "'x' is not a number"),
    ("echo 0 > " + VM + "drop_caches", "not within 1 .. 3"),
    ("echo 4 > " + VM + "drop_caches", "not within 1 .. 3"),
    ("echo 1 > /proc/meminfo", "cannot be written"),
    ("echo 1 > /proc/florble", "no such file"),
    ("echo 1 > ", "behind > stands one file"),
    ("> /proc/meminfo", "a command stands before >"),
    ("help > /proc/meminfo", "cannot be written"),
    ("store", "usage: store"), ("store florble", "usage: store"),
    ("store fill", "usage: store"), ("store fill 0%", "not within"),
    ("store fill 96%", "not within"), ("store fill x%", "not within"),
)


def marks(console):
    """(min, low, high) of Normal."""
    text = "\n".join(console.command("cat /proc/zoneinfo"))
    return tuple(int(n) for n in re.search(
        r"zone +Normal.*?min +(\d+).*?low +(\d+).*?high +(\d+)", text,
        re.DOTALL).groups())


def knobs_move_the_marks():
    with Console(MEM="128M") as console:
        for line, words in REFUSED:
            console.one_line(line, words)
        least = marks(console)
        for line, value in (("min_free_kbytes", "8192"),
                            ("watermark_scale_factor", "500"),
                            ("lowmem_reserve_ratio", "16\t8\t0\t0")):
            silent(console, f"echo {value} > {VM}{line}".replace("\t", " "))
            console.one_line(f"cat {VM}{line}", value.split("\t")[0])
        most = marks(console)
        if not (most[0] > least[0] and most[1] - most[0] > least[1] - least[0]
                and most[2] - most[1] == most[1] - most[0]):
            console.fail(f"marks {least}, then {most}")
        protection = [line for line in console.command("cat /proc/zoneinfo")
                      if "protection" in line]
        if "(0, 0, 0, 0)" in protection[0]:
            console.fail("lowmem_reserve_ratio keeps nothing in DMA")
        console.one_line("check", "check: 0 violations")


def cases(tier):
    found = [Case("reclaim.the-store-makes-room", the_store_makes_room),
             Case("reclaim.knobs-move-the-marks", knobs_move_the_marks),
             Case("reclaim.live-16M", live("16M", 1, 60)),
             Case("reclaim.live-128M-4", live("128M", 4, 180)),
             Case("reclaim.full-64M", full_memory_is_answered(
                 "64M", ("dma", "normal", "all")), True)]
    if tier == "full":
        found += [Case("reclaim.live-1G-2", live("1G", 2, 300), True),
                  Case("reclaim.full-1G", full_memory_is_answered(
                      "1G", ("dma", "normal", "high", "all")), True)]
    return found
