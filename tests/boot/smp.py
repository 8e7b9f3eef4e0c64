# SPDX-License-Identifier: MIT
"""smp.py - machines with several CPUs, and what happens when one fails

Bringing them up on each board and path, the words that limit it, a CPU that is
stuck, all that panic at once, and the key that makes the machine talk.
"""

import re

from cases import Case, boot, fail, vm, want_clean, want_verdict

SHOW = 'run="cat /proc/interrupts; cat /proc/cpuinfo; check"'
BREAK_IN = b"\x1c"  # Ctrl-\


def want_lines(machine, result, *patterns):
    for pattern in patterns:
        if not re.search(pattern, result.text(), re.MULTILINE):
            fail(machine, result, f"no line like {pattern!r}")


def want_cpus(machine, result, number):
    """@number CPUs are up, each with its column and its paragraph."""
    want_verdict(machine, result, vm.PASSED)
    want_clean(machine, result)
    head = " +".join(f"CPU{cpu}" for cpu in range(number))
    want_lines(machine, result, rf"Brought up {number} of \d+ CPUs",
               rf"^ +{head} *$", r"^check: 0 violations")
    found = len(re.findall(r"^processor\t", result.text(), re.MULTILINE))
    if found != number:
        fail(machine, result, f"{found} paragraphs in cpuinfo")


def comes_up(cpus, path="kernel", board="pc", mem="256M"):
    def run():
        machine = vm.Machine(boot=path, machine=board, cpus=cpus, mem=mem,
                             cmdline=SHOW)
        want_cpus(machine, boot(machine), cpus)
    return run


def words(text, cpus, *patterns, **others):
    """With the words @text, @cpus of three CPUs come up."""
    def run():
        machine = vm.Machine(boot="kernel", cpus=3,
                             cmdline=f"{text} {SHOW}", **others)
        result = boot(machine)
        want_cpus(machine, result, cpus)
        want_lines(machine, result, *patterns)
    return run


def board_without_acpi():
    machine = vm.Machine(boot="kernel", machine="isapc", cpu="pentium3",
                         mem="16M", cmdline=SHOW)
    result = boot(machine)
    want_cpus(machine, result, 1)
    want_lines(machine, result, r"not used: no ACPI table", r"XT-PIC +timer")


def cascade_is_kept():
    """Line 2 is the second 8259's, without which no disk is heard."""
    machine = vm.Machine(boot="kernel", cmdline="noapic selftest=x86_pic")
    result = boot(machine)
    want_verdict(machine, result, vm.PASSED)
    want_lines(machine, result, r"# ktest: 1 passed, 0 failed, 0 skipped")


def cpus_that_are_not_plugged_in():
    machine = vm.Machine(boot="kernel", cmdline=SHOW,
                         extra=["-smp", "2,maxcpus=4"])
    result = boot(machine)
    want_cpus(machine, result, 2)
    want_lines(machine, result, r"2 CPUs, 2 not to be used")


def cpu_model_without_apic():
    machine = vm.Machine(boot="kernel", cpu="pentium3,-apic", cmdline=SHOW)
    result = boot(machine)
    want_cpus(machine, result, 1)
    want_lines(machine, result, r"not used: this CPU has none")


def stuck_cpu_is_told():
    """The CPU that runs the boot words turns its interrupts off for good."""
    machine = vm.Machine(boot="kernel", cpus=2,
                         cmdline="watchdog=2 provoke=hang")
    result = boot(machine, 60, until=rb"is here, interrupts off:")
    want_verdict(machine, result, vm.HANG)
    want_lines(machine, result,
               r"watchdog: BUG stuck cpu=(\d) by=(?!\1)\d no tick for 2\.0 s",
               r"CPU\d is here, interrupts off:", r"EIP: 0008:\w+\+0x")


def one_cpu_speaks_the_last_words():
    machine = vm.Machine(boot="kernel", cpus=4, cmdline="provoke=panics")
    result = boot(machine)
    want_verdict(machine, result, vm.PANIC)
    text = result.text()
    for line in ("Kernel panic - not syncing: ", "Call Trace:",
                 "---[ end Kernel panic ]---"):
        if text.count(line) != 1:
            fail(machine, result, f"{text.count(line)} times {line!r}")


class Key:
    """At the prompt a command and the key behind it; then end of input."""

    fd = None

    def __init__(self, line):
        self.steps = [(vm.PROMPT, line + b"\r" + BREAK_IN),
                     (b"end of break-in ]---", b"")]
        self.seen = b""

    def wants_input(self):
        return False

    def keys(self):
        if self.steps and self.steps[0][0] in self.seen:
            self.seen = b""
            return self.steps.pop(0)[1]
        if not self.steps and self.seen.endswith(vm.PROMPT):
            self.seen = b""
            return b"\x04"
        return b""


def key_makes_it_talk(cpus):
    """While a command keeps the console's thread busy."""
    def run():
        machine = vm.Machine(boot="kernel", cpus=cpus)
        result = boot(machine, feeder=Key(b"selftest zone_model"))
        want_verdict(machine, result, vm.PASSED)
        want_lines(machine, result, rf"break-in: up \d+ s, {cpus} of",
                   r"CPU0 runs \S+, pid \d+", r"^.*Lock of CPU0: ",
                   r"Normal +free:\d+ min:\d+", r"# ktest: \d+ passed, 0 failed")
        others = result.text().count(" is here, interrupts ")
        if others != cpus - 1:
            fail(machine, result, f"{others} CPUs said where they are")
    return run


def cases(tier):
    few = [Case(f"smp.{cpus}-cpus", comes_up(cpus))
           for cpus in ((1, 2, 4, 8, 16) if tier == "full" else (2, 16))]
    return few + [
        Case("smp.iso", comes_up(4, path="iso")),
        Case("smp.q35", comes_up(4, board="q35", mem="3G")),
        Case("smp.5M", comes_up(1, mem="5M")),
        Case("smp.noapic", words("noapic", 3, r"lines=8259",
                                 r"XT-PIC +ttyS0")),
        Case("smp.cascade", cascade_is_kept),
        Case("smp.nolapic", words("nolapic", 1, r"not used: nolapic",
                                  r"XT-PIC +timer")),
        Case("smp.maxcpus", words("maxcpus=2", 2, r"2 of 3 CPUs are allowed")),
        Case("smp.bad-words", words(
            "maxcpus=0 watchdog=soon noapic=yes", 3,
            r"maxcpus=0 refused", r"watchdog=soon refused",
            r"noapic=yes refused")),
        Case("smp.isapc", board_without_acpi),
        Case("smp.not-plugged-in", cpus_that_are_not_plugged_in),
        Case("smp.no-apic", cpu_model_without_apic),
        Case("smp.stuck", stuck_cpu_is_told),
        Case("smp.panics", one_cpu_speaks_the_last_words),
        Case("smp.key-1", key_makes_it_talk(1)),
        Case("smp.key-3", key_makes_it_talk(3)),
    ]
