# SPDX-License-Identifier: MIT
"""buffers.py - memory set aside at boot: bigphysarea= and what mem= hides

Each buffer is seen where it must be seen, taken whole, written and read back
by its owner, and the conservation line still adds up. Wrong sizes are refused
with one line, and the boot goes on.
"""

import re

import matrix
from cases import NEED, Case, boot, fail, vm, want_clean, want_verdict

# Frames: that nobody else was given what is set aside.
SUITES = "selftest {}; selftest frame*; cat /proc/{}; check"
PASSED = re.compile(r"^# ktest: \d+ passed, 0 failed, (\d+) skipped$",
                    re.MULTILINE)


def healthy(machine, verdict=vm.PASSED):
    """Boot; it must end well, add up, and find no invariant broken."""
    result = boot(machine, 120)
    want_verdict(machine, result, verdict)
    want_clean(machine, result)
    text = result.text()
    if not matrix.CONSERVATION.search(text):
        fail(machine, result, "no conservation line that ends in ok")
    if "check: 0 violations" not in text:
        fail(machine, result, "no `check: 0 violations`")
    return result


def want(machine, result, *patterns):
    for pattern in patterns:
        if not re.search(pattern, result.text(), re.MULTILINE):
            fail(machine, result, f"nothing matches {pattern}")


def want_no_skip(machine, result):
    """The suites found what they need: the first is about the buffer."""
    found = PASSED.findall(result.text())
    if not found or int(found[0]):
        fail(machine, result, "cases of the buffer's suite were skipped")


def area(path, pages):
    kib = pages * 4

    def run():
        script = SUITES.format("bigphysarea", "bigphysarea")
        machine = vm.Machine(
            boot=path, mem="64M",
            cmdline=f'bigphysarea={pages} loglevel=8 run="{script}"')
        result = healthy(machine)
        want_no_skip(machine, result)
        want(machine, result,
             # The low end: in base memory, or right behind the image and
             # the archive, which are 4 MiB together.
             rf"bigphysarea: {pages} pages at \[mem 0x00[0-5]",
             rf'boot owner="bigphysarea" pages={pages}$',
             rf"^Big physical area, size {kib} kB$",
             r"^number of blocks: +1 +0$", rf"^total: +{kib} kB +0 kB$")
    return Case(f"buffers.bigphysarea.{pages}.{path}", run)


def area_machine(pages, mem="64M"):
    return vm.Machine(boot="kernel", mem=mem,
                      cmdline=f"bigphysarea={pages} "
                      'run="cat /proc/bigphysarea; check"')


def area_refused(value, mem="64M"):
    def run():
        machine = area_machine(value, mem)
        result = healthy(machine)
        want(machine, result, "^No big physical area allocated!$")
        lines = re.findall(r"^.*\bbigphysarea=.* refused.*$", result.text(),
                           re.MULTILINE)
        if len(lines) != 1:
            fail(machine, result, f"{len(lines)} lines refuse, not one")
    return Case(f"buffers.bigphysarea.refused.{value}" +
                ("" if mem == "64M" else f".{mem}"), run)


def largest_area():
    """The largest area there can be boots, and one page more is refused."""
    def had(pages):
        return "No big physical" not in healthy(area_machine(pages)).text()

    low, high = 1, 16384
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if had(middle) else (low, middle)
    if low < 15000:
        machine = area_machine(high)
        fail(machine, boot(machine), f"{low} pages of 16384 are the most")
    return f"{low} pages of 64 MiB"


def hidden(path, mem, limit, kib, board="pc", largest=None):
    def run():
        script = SUITES.format("highram", "highram")
        machine = vm.Machine(boot=path, mem=mem, machine=board,
                             cmdline=f'mem={limit} run="{script}"')
        result = healthy(machine)
        want_no_skip(machine, result)
        want(machine, result,
             rf"highram: {kib} kB hidden by mem= can be had",
             rf"highram: live kB={kib} .* wrong=0 ok$",
             rf"^Hidden RAM, size {kib} kB, free {kib} kB, "
             rf"largest {largest or kib} kB, blocks 0$")
    return Case(f"buffers.highram.{mem}-{limit}.{path}", run)


def by_hand():
    """The console's words; a slip of the hand gets a sentence, no report."""
    script = ("highram alloc 1900; highram alloc 21; highram alloc 20; "
              "highram; highram free 7e00000; highram free 7e00000; "
              "highram free 8000000; highram free 7fdb001; highram alloc 1900; highram alloc 0; "
              "highram alloc rubbish; highram free; check")
    machine = vm.Machine(boot="kernel", mem="128M",
                         cmdline=f'mem=126M run="{script}"')
    result = healthy(machine, vm.FAILED)
    want(machine, result, "^highram: 1900 kB at 07e00000$",
         "^highram: 21 kB cannot be had", "^highram: 20 kB at 07fdb000$",
         r"^07e00000-07fdafff +1900 kB \w+\+0x", "^highram: 0 kB is no size$",
         "'rubbish' is no number", "^highram: no block begins at 07e00000;",
         "^highram: no block begins at 08000000;",
         "^highram: no block begins at 07fdb001;")


def no_record():
    """The boot's plans refuse every page and every object, and a suite's plan
    does not end them; so there is hidden RAM, but no memory for the record of
    who has it."""
    script = ("selftest page_exact.no_memory*; selftest page_pcp.failure*; "
              "highram alloc 4; highram alloc 99999; check")
    machine = vm.Machine(boot="kernel", mem="64M",
                         cmdline="mem=48M fail_page_alloc=1,100,0,-1 "
                         "failslab=1,100,0,-1 "
                         f'run="{script}"')
    want(machine, healthy(machine, vm.FAILED),
         r"^# ktest: 1 passed, 0 failed", "^highram: no memory for the record of 4 kB; 'why' explains$",
         "^highram: 99999 kB cannot be had; 'highram dump' lists$")


def odd_limit(limit, line):
    """A mem= that cannot be meant: a line says so, and all RAM is used."""
    def run():
        machine = vm.Machine(boot="kernel", mem="64M",
                             cmdline=f'mem={limit} run="check"')
        result = healthy(machine)
        want(machine, result, line, r"conservation: ram=16255 .*ignored=0 ok")
    return Case(f"buffers.mem.{limit}", run)


def limit_too_small():
    """Above the image, but with too little behind it: a sentence, not a hang.

    From the image's end up, in steps; the first limit that suffices boots.
    """
    for kib in range(2560, 5120, 128):
        machine = vm.Machine(boot="kernel", mem="64M",
                             cmdline=f'mem={kib}K run="check"')
        result = boot(machine, 30, until=NEED)
        text = result.text()
        need = re.search(NEED.decode(), text)
        if need and int(need[1]) <= int(need[2]):
            fail(machine, result, f"{need[0]}, and stops")
        if need or "refused: the kernel's image ends" in text:
            continue
        healthy(machine)
        return f"mem={kib}K suffices"
    return fail(machine, result, "5 MiB must suffice")


def cases(_tier):
    found = [area(path, 2048) for path in matrix.PATHS]
    found += [area("kernel", 100)]
    found += [area_refused(value) for value in
              ("0", "rubbish", "-1", "8M", "15700", "16384", "4294967295",
               "99999999999999")]
    # Records of all RAM fit in sections alone, and then no more than these.
    found += [area_refused("226000", "2G")]
    found += [Case("buffers.bigphysarea.largest", largest_area)]
    for path in matrix.PATHS:
        found += [hidden(path, "64M", "48M", 16256),
                  hidden(path, "128M", "126M", 1920)]
    found += [
        hidden("kernel", "128M", "130940K", 4),
        hidden("kernel", "80M", "8M", 73600, "pc,max-ram-below-4g=16M",
               65536),
        # Samples only: more than 4 GiB.
        hidden("kernel", "6G", "64M", 6225792, largest=3145728),
        Case("buffers.highram.by-hand", by_hand),
        Case("buffers.highram.no-record", no_record)]
    found += [
        odd_limit("1M", "mem=0x100000 refused: the kernel's image ends at"),
        odd_limit("4096", "mem=0x1000 refused: the kernel's image ends at"),
        odd_limit("4095", "mem=4095 refused; the default stays"),
        odd_limit("64M", "mem=0x4000000 hides nothing: RAM ends at 0x3fe0000"),
        odd_limit("65408K",
                  "mem=0x3fe0000 hides nothing: RAM ends at 0x3fe0000"),
        odd_limit("8G", "mem=0x200000000 hides nothing: RAM ends at"),
        odd_limit("17E", "mem=17E refused; the default stays"),
        Case("buffers.mem.too-small", limit_too_small)]
    return found
