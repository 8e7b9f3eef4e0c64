# SPDX-License-Identifier: MIT
"""modules.py - our own modules, in a machine that has what they are about

The archive has examples/* and the modules of drivers/; with mem=, bigphysarea=,
a screen, a sound card and edu none of them has a reason to refuse. What the
suite says of each module is compared with what was built.
"""

import os
import re

from cases import Case, boot, fail, need_image, vm, want_clean, want_verdict

ARCHIVE = vm.BUILD / "pagewright.cpio"
# Of tests/modules: those that leave nothing behind.
TIDY = {"exporter", "leaky", "params", "user"}
SAID = re.compile(r"^    # module: (\S+) \| (\d+) times \| error (-?\d+)$",
                  re.MULTILINE)


def machine(words, cpus=1, screen=True):
    """With what our modules drive; nobody hears the sound."""
    return vm.Machine(boot="kernel", mem="64M", cpus=cpus,
                      archive=str(need_image(ARCHIVE)), cmdline=words,
                      sound=os.devnull, edu=True,
                      extra=["-vga", "std"] if screen else [])


def built():
    return {path.stem for path in (vm.BUILD / "modules").glob("*/*/*.ko")}


def all_said(m, result, rounds):
    """Each module was loaded so often, and none refused."""
    said = {name: (int(times), int(error))
            for name, times, error in SAID.findall(result.text())}
    missing = (built() | TIDY) - said.keys()
    if missing:
        fail(m, result, f"nothing is said of {sorted(missing)}")
    for name, figures in said.items():
        if figures != (rounds, 0):
            fail(m, result, f"{name}: loaded {figures[0]} times, "
                 f"error {figures[1]}")
    return f"{len(said)} modules, {rounds} times"


def come_and_go(suite, rounds, seconds, cpus):
    def run():
        m = machine("mem=48M bigphysarea=2000 loglevel=4 "
                    f"selftest={suite}.*", cpus)
        result = boot(m, seconds)
        want_verdict(m, result, vm.PASSED)
        want_clean(m, result)
        return all_said(m, result, rounds)
    return Case(f"modules.{suite}.cpus-{cpus}", run)


def under_detectors():
    """None of our modules does what the detectors of the caches look for."""
    names = sorted(built() - {"highuser"})
    commands = "; ".join(f"insmod /lib/modules/{name}.ko; rmmod {name}"
                         for name in names)
    m = machine("mem=48M bigphysarea=2000 slab_debug=FZPU mempool_debug "
                f'run="{commands}; check"')
    result = boot(m)
    want_verdict(m, result, vm.PASSED)
    want_clean(m, result)
    return f"{len(names)} modules"


def driver_suites():
    """The drivers that have suites of their own: none of a case is skipped."""
    m = machine("loglevel=4 selftest=x86_scull_mmap,x86_ring", cpus=2,
                screen=False)
    result = boot(m)
    want_verdict(m, result, vm.PASSED)
    want_clean(m, result)
    if not re.search(r"^# ktest: [1-9]\d* passed, 0 failed, 0 skipped$",
                     result.text(), re.MULTILINE):
        fail(m, result, "cases were skipped")


# Module, words for it, what it says; in a machine without all they want.
REFUSED = (
    ("vgaline", "", "vgaline: there is no text screen"),
    ("vgaline", "row=25", "vgaline: row=25: 0 to 24"),
    ("bigbuf", "", "bigbuf: no 1280 pages: was the machine booted"),
    ("bigbuf", "pages=0", "bigbuf: pages=0: at least 1"),
    ("highalloc", "", "highalloc: no RAM at 0x"),
    ("highalloc", "start=0x100000", "mem 0x00100000"),
    ("highalloc", "start=100", "start= and kilobytes= must be whole pages"),
    ("highuser", "", "highuser: unknown symbols allocator_free_dma"),
    ("areas", "kilobytes=3", "areas: kilobytes=3: 4 to 65536"),
    ("areas", "kilobytes=65536", "areas: "),
    ("cache", "objects=100001", "cache: objects=100001: at most 100000"),
    ("jar", "kind=glass", "jar: kind=glass size=5000: no such jar"),
    ("jar", "size=0", "jar: kind=kmalloc size=0: no such jar"),
    ("pages", "order=11", "pages: order=11: 0 to 10"),
    ("params", "times=11", "params: times=11: 1 to 10"),
    ("params", "sizes=1,2,3,4,5", "module: params: '1,2,3,4,5' invalid for"),
    ("ring", "size=24", "ring: size=24: a power of two, 16 to 65536"),
)


def refuse():
    """One thing wrong each time: a line that says so, and nothing is left."""
    commands = "; ".join(f"insmod /lib/modules/{name}.ko {words}".strip()
                         for name, words, _ in REFUSED)
    m = machine(f'run="{commands}; lsmod; check"', screen=False)
    result = boot(m)
    want_verdict(m, result, vm.FAILED)
    want_clean(m, result)
    text = result.text()
    for name, words, line in REFUSED:
        if line not in text:
            fail(m, result, f"{name} {words}: no '{line}'")
    if text.count("insmod: /lib/modules/") != len(REFUSED):
        fail(m, result, "not all of them were refused")
    if not re.search(r"^Module +Size +Used by\ncheck: 0 violations$", text,
                     re.MULTILINE):
        fail(m, result, "a module stayed, or an invariant is broken")


# Of the third of four devices, and of one with ports.
TAKEN = (("scull", "scull2"), ("sb16", "dsp"))


def name_taken():
    """A file has the name that a driver's device wants: one line names it, the
    file stays as it is, and nothing of the driver stays."""
    commands = "; ".join(
        f"echo mine > /dev/{name}; insmod /lib/modules/{module}.ko; "
        f"cat /dev/{name}; rm /dev/{name}; insmod /lib/modules/{module}.ko; "
        f"rmmod {module}" for module, name in TAKEN)
    m = machine(f'run="{commands}; lsmod; ls /dev; cat /proc/devices; '
                'cat /proc/ioports; check"', screen=False)
    result = boot(m)
    want_verdict(m, result, vm.FAILED)
    want_clean(m, result)
    text = result.text()
    for module, name in TAKEN:
        lines = re.findall(rf"class (?:\S+): no /dev/{name} \(-17\): "
                           "there is a file of that name$", text, re.MULTILINE)
        if len(lines) != 1:
            fail(m, result, f"{len(lines)} lines name /dev/{name}")
        if text.count(f"insmod: /lib/modules/{module}.ko: file exists") != 1:
            fail(m, result, f"{module}: not refused once")
    if text.count("\nmine\n") != len(TAKEN):
        fail(m, result, "a file is not as it was")
    rest = text.partition("Module ")[2]
    if not rest.startswith(" ") or re.search("scull|sb16|dsp|sound", rest):
        fail(m, result, "something of a driver stayed")
    if "check: 0 violations" not in rest:
        fail(m, result, "check is not clean")


# A mistake of examples/wrong, boot words, CPUs, how it ends, and its lines: each
# once, and no report besides.
MISTAKES = (
    ("freed-timer", "slab_debug=FZPU", 1, vm.PANIC,
     (r"mm: BUG poison-deref \w+ addr=6b6b6b\w\w pointer=6b6b6b6b "
      r"from=freed-object cpu=0 at=timer",
      r"trap: E\w\w: heap kmalloc-32 obj=\w+\+\d+ "
      r"\(free, given back by freed_timer\+0x\w+/0x\w+ \[wrong\]\)")),
    ("timer-sleep", "", 1, vm.FAILED,
     (r"mm: BUG sleep-in-atomic msleep in softirq cpu=0 at=nap\+",)),
    ("timer-wait", "", 1, vm.PANIC,
     (r"mm: BUG sleep-in-atomic wait_for_completion in softirq cpu=0 at=wait\+",
      r"Kernel panic - not syncing: an interrupt has waited for 10 s in ")),
    ("lock-sleep", "", 1, vm.PANIC,
     (r"mm: BUG sleep-in-atomic msleep preempt=1 lock=wrong_lock cpu=0 "
      r"at=lock_sleep\+",
      r"mm: BUG spinlock-lockup wrong_lock by=\S+ in-softirq "
      r"holder=init, asleep in lock_sleep\+\S+ \[wrong\] cpu=0 "
      r"at=want_lock\+")),
    ("unlock", "", 1, vm.FAILED,
     (r"mm: BUG lock-not-held wrong_lock given back too often cpu=0 "
      r"at=unlock\+", r"mm: BUG left-atomic init preempt=-1 ")),
)


def make_mistake(mistake, words, cpus, verdict, lines):
    """The kernel names it, and goes on where it can."""
    def run():
        m = machine(f'{words} run="insmod /lib/modules/wrong.ko '
                    f'mistake={mistake}; rmmod wrong; check"', cpus,
                    screen=False)
        result = boot(m)
        want_verdict(m, result, verdict)
        text = result.text()
        for line in lines:
            if len(re.findall(line, text)) != 1:
                fail(m, result, f"not one line '{line}'")
        if text.count("mm: BUG ") != sum("mm: BUG" in s for s in lines):
            fail(m, result, "another report")
        if verdict != vm.PANIC and "check: 0 violations" not in text:
            fail(m, result, "the kernel did not go on in good order")
    return Case(f"modules.mistake.{mistake}.cpus-{cpus}", run)


def cases(tier):
    found = [come_and_go("x86_module_rounds", 3, 120, 1),
             Case("modules.detectors", under_detectors),
             Case("modules.drivers", driver_suites),
             Case("modules.refuse", refuse),
             Case("modules.name-taken", name_taken)]
    found += [make_mistake(*row) for row in MISTAKES]
    if tier == "full":
        found += [come_and_go("x86_module_rounds", 3, 120, 4),
                  come_and_go("x86_module_thousand", 1001, 7200, 1)]
    return found
