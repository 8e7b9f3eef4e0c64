# SPDX-License-Identifier: MIT
"""vmalloc.py - the vmalloc window full, in pieces, and raced for

The suite vmalloc_live is slow and runs when asked for: 15,000 areas with a
reader that must not see their next owners, a window filled to the end, memory
in single pages, and a request for more than is free.
"""

import re

from cases import Case, boot, fail, vm, want_clean, want_verdict

LIVE_SUITE = "vmalloc_live"
# What the suite says of itself.
RACE = re.compile(r"areas=(\d+) windows=(\d+) outlived=(\d+) .*strange=0$",
                  re.MULTILINE)
AREA = re.compile(r"single_pages=\d+ area=(\d+)$", re.MULTILINE)
MIB = 1 << 20


def live(mem, cpus, seconds, words=""):
    def run():
        machine = vm.Machine(boot="kernel", mem=mem, cpus=cpus,
                             cmdline=f"selftest={LIVE_SUITE} {words}".strip())
        result = boot(machine, timeout=seconds)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        return machine, result
    return run


def small(mem, cpus):
    def run():
        live(mem, cpus, 60)()
    return run


def as_the_goals_say():
    """15,000 areas, 4 CPUs, 512 MiB, and nothing skipped."""
    machine, result = live("512M", 4, 400, "vmalloc=384M")()
    text = result.text()
    race, area = RACE.search(text), AREA.search(text)
    if not race or int(race[1]) < 15000:
        fail(machine, result, "no race of 15,000 areas")
    if not area or int(area[1]) != 64 * MIB:
        fail(machine, result, "no area of 64 MiB out of single pages")
    if "# SKIP" in text:
        fail(machine, result, "a case was skipped")
    return f"{race[1]} areas, {race[3]} gone while they were read"


def cases(tier):
    chosen = [Case("vmalloc.64M-1cpu", small("64M", 1))]
    if tier == "full":
        chosen.append(Case("vmalloc.512M-4cpus", as_the_goals_say))
    return chosen
