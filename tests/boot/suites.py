# SPDX-License-Identifier: MIT
"""suites.py - machines that give the self-tests' memory back, and that do not

Who has less than 16 MiB and asks for no test has the suites' part of the image as
RAM: from the first page table on, in every list, with the rights of RAM, and
without a name that leads there. Who asks for tests has them on any machine that
they fit into.
"""

import re

from cases import Case, boot, fail, vm, want_clean, want_verdict
from matrix import CONSERVATION

KEPT = re.compile(r"^  ([0-9a-f]{8})-([0-9a-f]{8}) : Kernel suites$", re.M)
FREED = re.compile(r"Freeing unused kernel image \(suites\) memory: (\d+)K$",
                   re.M)
GONE = "selftest: the suites were given back at boot"
LOOK = "cat /proc/iomem; cat /proc/meminfo; check"
BASE = 0xc0000000
TABLES = re.compile(r"\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] page tables$", re.M)


def run(cmdline, mem, verdict=vm.PASSED, path="kernel", feeder=None):
    """A boot whose pages add up, and whose console is clean."""
    machine = vm.Machine(boot=path, mem=mem, cmdline=cmdline)
    result = boot(machine, feeder=feeder)
    want_verdict(machine, result, verdict)
    want_clean(machine, result)
    if not CONSERVATION.search(result.text()):
        fail(machine, result, "no conservation line that ends in ok")
    return machine, result


def want(seen, pattern, there=True):
    machine, result = seen
    if bool(re.search(pattern, result.text(), re.M)) != there:
        fail(machine, result, f"{'no' if there else 'unexpected'} {pattern!r}")


def total_kib(seen):
    """MemTotal, and the page tables of the start: an image that ends in a large
    page of its own needs one more."""
    want(seen, r"^MemTotal: +\d+ kB$")
    want(seen, TABLES.pattern)
    text = seen[1].text()
    first, last = (int(x, 16) for x in TABLES.search(text).groups())
    return int(re.search(r"^MemTotal: +(\d+)", text, re.M)[1]) + (
        (last + 1 - first) >> 10)


def look(words, mem, kept, path="kernel"):
    """total_kib() of a machine that keeps the suites or does not."""
    seen = run(f'{words} run="{LOOK}"', mem, path=path)
    want(seen, KEPT.pattern, kept)
    want(seen, FREED.pattern, not kept)
    want(seen, r"^check: 0 violations$")
    want(seen, r"mm: wx: 0 pages")
    return total_kib(seen), seen


def little_ram_has_no_suites(path):
    def case():
        kept, seen = look("suites=keep", "8M", True, path)
        first, last = (int(x, 16) for x in KEPT.search(seen[1].text()).groups())
        freed, seen = look("", "8M", False, path)
        size = (last + 1 - first) >> 10
        said = int(FREED.search(seen[1].text())[1])
        # All of it, to the page.
        if not freed - kept == said == size:
            fail(*seen, f"{size} KiB of suites, said {said}, RAM rose by "
                 f"{freed - kept}")
        return f"{kept} -> {freed} KiB"
    return Case(f"suites.given-back.{path}", case)


def sixteen_mib_keep_them():
    look("", "16M", True)
    look("suites=free", "16M", False)


def who_asks_for_tests_has_them():
    for cmdline in ("selftest=string", 'run="selftest string"'):
        seen = run(cmdline, "8M")
        want(seen, r"^# ktest: [1-9]\d* passed, 0 failed")
        want(seen, FREED.pattern, False)


def their_names_are_gone():
    """The text that had the suites' functions, in a machine with them."""
    seen = run('run="cat /proc/kallsyms; cat /proc/iomem"', "64M")
    first = BASE + int(KEPT.search(seen[1].text())[1], 16)
    names = re.findall(r"^([0-9a-f]{8}) [A-Z] ", seen[1].text(), re.M)
    there = [name for name in names if int(name, 16) >= first]
    if len(there) < 1000:
        fail(*seen, f"only {len(there)} names in the suites")
    seen = run(f'suites=free run="whatis {first:x}; cat /proc/kallsyms; '
               'selftest; selftest -l; check"', "64M", vm.FAILED)
    want(seen, rf"^{first:x} lies in the direct map: lowmem .*"
         "given back by the suites at boot")
    want(seen, rf"^({GONE}.*suites=keep.*\n){{2}}check: 0 violations$")
    names = re.findall(r"^([0-9a-f]{8}) [A-Z] ", seen[1].text(), re.M)
    if not names or any(int(name, 16) >= first for name in names):
        fail(*seen, "names where the suites were, or none at all")


def their_place_is_ram():
    """Patterns before the hand-over; then data in nearly all of it."""
    seen = run('memtest=2 run="store fill 85%; store verify; store drop; '
               'check"', "8M")
    want(seen, FREED.pattern)
    want(seen, r": bad$", False)
    want(seen, r"^check: 0 violations$")


def hidden_suites_are_gone():
    """mem= leaves the kernel, and not all of the suites."""
    seen = run(f'suites=keep mem=3584K run="{LOOK}"', "64M")
    want(seen, r"suites: no RAM for all of \[mem [^]]*\]$")
    want(seen, r"^check: 0 violations$")


def what_suites_lie_on_is_said():
    """QEMU puts its ACPI tables at the end of RAM, and the image onto them."""
    seen = run('run="check"', "4600K")
    want(seen, FREED.pattern)
    want(seen, r"suites: no RAM for all of", False)
    # Its words are lost, or are not, as the image's end falls.
    seen = run("", "4M", feeder=vm.Feeder(text=b"check\n"))
    want(seen, r"suites: no RAM for all of \[mem [^]]*\]: words and ACPI tables"
               r" behind RAM may be lost$")


def a_refused_limit_hides_nothing():
    """mem= would leave less than the kernel: neither it nor the suites go."""
    seen = run(f'mem=1M run="{LOOK}"', "64M")
    want(seen, r"mem=0x100000 refused: ")
    want(seen, KEPT.pattern)
    want(seen, FREED.pattern, False)


def another_word_is_refused():
    seen = run('suites=some run="check"', "64M")
    want(seen, r"suites=some refused; the default stays")
    want(seen, FREED.pattern, False)


def cases(tier):
    found = [little_ram_has_no_suites("kernel"),
             Case("suites.16M", sixteen_mib_keep_them),
             Case("suites.asked-for", who_asks_for_tests_has_them),
             Case("suites.names", their_names_are_gone),
             Case("suites.ram", their_place_is_ram),
             Case("suites.on-tables", what_suites_lie_on_is_said),
             Case("suites.hidden", hidden_suites_are_gone),
             Case("suites.refused-limit", a_refused_limit_hides_nothing),
             Case("suites.wrong-word", another_word_is_refused)]
    if tier == "full":
        found.append(little_ram_has_no_suites("iso"))
    return found
