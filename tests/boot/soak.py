# SPDX-License-Identifier: MIT
"""soak.py - all allocators at once on four CPUs, and a million turns of a pool

The soak judges itself: contents while they were held, counts and invariants
afterwards. Here it must have said so, and must have taken and been refused
items of many kinds, or it would be no soak.
"""

import re

from cases import Case, boot, fail, vm, want_clean, want_verdict

TAKEN = re.compile(r"^soak: (\S.*?) +(\d+) taken +(\d+) refused", re.MULTILINE)
KINDS = 11


def soak(seconds, cpus, mem):
    def run():
        machine = vm.Machine(boot="kernel", cpus=cpus, mem=mem,
                             cmdline=f"soak={seconds}")
        # The guest's seconds are longer than ours on a busy host.
        result = boot(machine, timeout=120 + 12 * seconds)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        text = result.text()
        taken = TAKEN.findall(text)
        for line in ("soak: passed", "check: 0 violations"):
            if line not in text:
                fail(machine, result, f"no line {line!r}")
        if len(taken) != KINDS or any(int(n) == 0 for _, n, _ in taken):
            fail(machine, result, "some kind was never taken")
        if sum(int(n) for _, _, n in taken) == 0:
            fail(machine, result, "nothing was ever refused")
        return f"{sum(int(n) for _, n, _ in taken)} items"
    return run


def a_million_turns(cpus):
    def run():
        machine = vm.Machine(boot="kernel", cpus=cpus,
                             cmdline="selftest=mempool_long")
        result = boot(machine, timeout=60 if cpus == 1 else 3600)
        want_verdict(machine, result, vm.PASSED)
        if "# ktest: 1 passed, 0 failed, 0 skipped" not in result.text():
            fail(machine, result, "the long turn did not run")
    return run


def bad_word():
    machine = vm.Machine(boot="kernel", cmdline='soak=x run="soak 0"')
    result = boot(machine)
    want_verdict(machine, result, vm.FAILED)
    for line in ("soak=x refused", "usage: soak [SECONDS]"):
        if line not in result.text():
            fail(machine, result, f"no line {line!r}")


def cases(tier):
    full = tier == "full"
    some = [Case("soak.4-cpus", soak(300 if full else 5, 4, "1G"), True),
            Case("soak.pool-1-cpu", a_million_turns(1)),
            Case("soak.bad-word", bad_word)]
    if full:
        some += [Case("soak.1-cpu", soak(60, 1, "64M"), True),
                 Case("soak.2-cpus", soak(60, 2, "3G"), True),
                 Case("soak.pool-4-cpus", a_million_turns(4), True)]
    return some
