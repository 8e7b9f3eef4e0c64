# SPDX-License-Identifier: MIT
"""bootmem.py - memory that is taken, corrected or tested before the hand-over

Buffers of drivers by each of the books' names, with their owners in /proc/iomem
and on the boot log; the start and end of the oldest kernels; memmap= and what
it may not do; memtest= on sound memory, and on memory that is not there: QEMU
answers for a place without RAM, but keeps nothing, and that is real enough.
"""

import re

import procfiles
from cases import Case, boot, fail, vm, want_clean, want_verdict
from matrix import CONSERVATION, FRAMES, PATHS

MIB = 1 << 20
LOOK = 'run="cat /proc/iomem; check"'
DMA_END = 16 * MIB
KERNEL = 0xc0000000  # kernel addresses begin here,
TOP = 0xffffffff  # and end here

# Buffer owners of bootbuf=, and whether the call promises memory below 16 MiB.
BUFFERS = {"bootbuf_any": False, "bootbuf_low": True, "bootbuf_pages": False,
           "bootbuf_low_pages": True, "bootbuf_memblock": False}

IOMEM = re.compile(r"^( *)([0-9a-f]{8,})-([0-9a-f]{8,}) : (.*)$", re.MULTILINE)
TAKEN = re.compile(r"mm:   \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] (.*)$",
                   re.MULTILINE)
KEEPS = re.compile(r"boot device: grabber: keeps "
                   r"\[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\]")


class Seen:
    """What a machine said: /proc/iomem by level, and the boot log's list."""

    def __init__(self, machine, result):
        self.machine, self.result = machine, result
        self.text = result.text()
        lines = [match[0] for match in IOMEM.finditer(self.text)]
        self.want(lines, "no /proc/iomem")
        try:
            procfiles.iomem(lines)
        except procfiles.Wrong as error:
            fail(machine, result, f"/proc/iomem: {error}")
        self.rows = [(len(blanks) // 2, int(start, 16), int(last, 16), name)
                     for blanks, start, last, name
                     in IOMEM.findall(self.text)]

    def want(self, condition, text):
        if not condition:
            fail(self.machine, self.result, text)

    def owned(self, name):
        """(start, last) of what @name has below some RAM."""
        return [(start, last) for level, start, last, owner in self.rows
                if level == 1 and owner == name]

    def firmware(self, name):
        return [(start, last) for level, start, last, kind in self.rows
                if level == 0 and kind == name]

    def lines(self, pattern, number):
        found = re.findall(pattern, self.text, re.MULTILINE)
        self.want(len(found) == number,
                  f"{len(found)} lines of {pattern!r}, not {number}")


def look(cmdline, mem="64M", path="kernel", machine="pc", tests="",
         verdict=vm.PASSED):
    """Boot, show /proc/iomem, and judge what every such boot must keep."""
    words = f"{cmdline} {tests and 'selftest=' + tests} {LOOK}"
    m = vm.Machine(boot=path, mem=mem, machine=machine, cmdline=words)
    result = boot(m, 90)
    want_verdict(m, result, verdict)
    if verdict == vm.PASSED:
        want_clean(m, result)
    seen = Seen(m, result)
    seen.want(CONSERVATION.search(seen.text), "no sound conservation line")
    seen.want("check: 0 violations" in seen.text, "check is not clean")
    seen.want("frames" not in tests or FRAMES.search(seen.text),
              "no frames line that ends in ok")
    log_and_file_agree(seen)
    return seen


def log_and_file_agree(seen):
    """Each range of the log's list is in /proc/iomem, but where no RAM is, and
    but for the archive that was given back."""
    ram = seen.firmware("System RAM")
    released = "Freeing boot archive memory: " in seen.text
    for first, last, owner in TAKEN.findall(seen.text):
        first, last = int(first, 16), int(last, 16)
        if owner == "boot module" and released:
            continue
        inside = any(start <= first and last <= end for start, end in ram)
        seen.want(not inside or (first, last) in seen.owned(owner),
                  f"{owner} at {first:#x} is on the log, not in /proc/iomem")


def buffers(path, mem):
    """By each name: its place, its owner, and its contents verified."""
    def run():
        seen = look("bootbuf=20000", mem, path, tests="x86_boot_buffers")
        seen.lines(r"ok \d+ each_boot_buffer_holds_what_its_owner_wrote$", 1)
        for owner, low in BUFFERS.items():
            have = seen.owned(owner)
            seen.want(len(have) == 1 and
                      have[0][1] - have[0][0] + 1 == 20000,
                      f"{owner}: {have}, not 20000 bytes in one piece")
            if low:
                seen.want(have[0][1] < DMA_END, f"{owner} is not low")
            elif vm.mem_bytes(mem) > 17 * MIB:
                seen.want(have[0][0] >= DMA_END,
                          f"{owner} is in the DMA zone without need")
        grabber_is_where_the_log_says(seen)
    return Case(f"bootmem.buffers.{mem}.{path}", run)


def grabber_is_where_the_log_says(seen):
    match = KEEPS.search(seen.text)
    seen.want(match, "the grabber says nothing")
    place = (int(match[1], 16), int(match[2], 16))
    seen.want(place in seen.owned("grabber"), "the grabber is elsewhere")
    seen.want(MIB <= place[0] and place[1] < DMA_END, "not in [1M, 16M)")
    return place


def too_much():
    """More than there is, by the calls that return: a line each, no more."""
    seen = look("bootbuf=1G")
    seen.lines(r"bootmem: bootbuf_\w+: no room for 1073741824 bytes", 5)
    seen.want("bootbuf_" not in str(seen.rows), "somebody has got something")


def the_books_calls_stop():
    m = vm.Machine(boot="kernel", mem="64M", cmdline=f"bootbuf=1G! {LOOK}")
    result = boot(m)
    want_verdict(m, result, vm.PANIC)
    if "bootmem: bootbuf_any cannot do without 1073741824 bytes" not in \
            result.text():
        fail(m, result, "no sentence about who cannot do without what")


def grabber_sizes():
    """Nothing; all that fits; more than fits; in one boot each."""
    seen = look("grabber=0")
    seen.want(not seen.owned("grabber"), "grabber=0 keeps something")
    seen.lines("boot device: grabber", 0)
    seen = look("grabber=8M", tests="x86_boot_buffers")
    first, last = grabber_is_where_the_log_says(seen)
    seen.want(last - first + 1 >= 8 * MIB, "8 MiB are not kept")
    # Frames begin at the first whole page; 1G would end behind the addresses.
    aligned = (first + 4095) // 4096 * 4096
    for size, end in (("15M", aligned + 15 * MIB), ("1G", TOP - KERNEL)):
        seen = look(f"grabber={size}")
        said = re.findall(r"grabber: wants (\d+) KiB from (0x\w+) on, "
                          r"(\d+) KiB are free there: nothing kept$",
                          seen.text, re.MULTILINE)
        seen.want(len(said) == 1, "no line about what is free")
        wanted, start, free = (int(number, 0) for number in said[0])
        # The command line, whose length differs, lies before it.
        seen.want(abs(start - first) < 64 and wanted == (end - start) // 1024
                  and free == (DMA_END - start) // 1024,
                  f"{said[0]} for [{first:#x}, {end:#x})")
        seen.want(not seen.owned("grabber"), f"grabber={size} keeps something")
    seen = look("grabber=4G")
    seen.lines("command line: grabber=4G refused", 1)
    seen.want(seen.owned("grabber"), "the default does not hold")


def no_room_for_the_default():
    """Two free pages are left where it looks: one line, which is no error."""
    first, _ = grabber_is_where_the_log_says(look("memmap=1M$63M"))
    start = first + 0x2000
    seen = look(f"memmap={DMA_END - start:#x}${start:#x}",
                tests="x86_boot_buffers")
    seen.lines(r"grabber: no room for 16384 bytes: there is no grabber$", 1)
    seen.lines(r"grabber: ", 1)
    seen.want(not seen.owned("grabber"), "there is a grabber")


def grabber_on_both_paths():
    """What docs/boot-memory.md compares: each path has its own address."""
    places = []
    for path in PATHS:
        seen = look("", "256M", path)
        places.append(grabber_is_where_the_log_says(seen))
    return "grabber at " + ", ".join(f"{first:#x} ({path})" for path, (
        first, _) in zip(PATHS, places))


def memtest(mem, path, words="memtest=2", machine="pc"):
    def run():
        seen = look(words, mem, path, machine, tests="memtest")
        seen.lines(r"memtest: low memory: passes=\d+ tested_pages=[1-9]\d* "
                   r"bad_pages=0$", 1)
        seen.lines(r"memtest: high memory: passes=\d+ tested_pages=[1-9]\d* "
                   r"bad_pages=0$", int("," in machine or mem == "3G"))
        seen.want(not seen.owned("bad"), "something is called bad")
    name = words.replace("memtest", "").strip("=") or "word"
    return Case(f"bootmem.memtest-{name}.{mem}.{path}", run)


def absent_memory_is_bad(path):
    """memmap= claims 1 MiB that is not there: found, kept, accounted for."""
    def run():
        seen = look("memtest=2 memmap=1M@64M", "64M", path,
                    tests="frames*")
        seen.lines(r"memtest: pattern \w+: bad memory "
                   r"\[mem 0x04000000-0x040fffff\] reserved$", 1)
        seen.lines(r"memtest: low memory: .* bad_pages=256$", 1)
        seen.want(seen.owned("bad") == [(64 * MIB, 65 * MIB - 1)],
                  f"bad: {seen.owned('bad')}")
    return Case(f"bootmem.memtest-absent.{path}", run)


def absent_high_memory_is_bad():
    seen = look("memtest=2 memmap=64K@0x104000000", "80M",
                machine="pc,max-ram-below-4g=16M", tests="frames*")
    seen.lines(r"memtest: high memory: .* bad_pages=16$", 1)
    seen.want(seen.owned("bad") == [(0x104000000, 0x10400ffff)],
              f"bad: {seen.owned('bad')}")


ABSENT = {
    # Below what lowmem reaches, and above 4 GiB.
    "4M@256M": (256 * MIB, 260 * MIB - 1),
    "64M@4G": (4096 * MIB, 4160 * MIB - 1),
}


def named_memory_is_asked(word, bad):
    """RAM that only a person knows of: all of it is bad, and named."""
    def run():
        seen = look(f"memmap={word}", "64M", tests="frames*")
        seen.lines(r"memtest: memmap= calls \[mem .*\] RAM: (\d+) of \1 free "
                   r"pages do not answer$", 1)
        seen.want(seen.owned("bad") == [bad], f"bad: {seen.owned('bad')}")
    return Case(f"bootmem.memmap-absent.{word}", run)


def memmap(path):
    """Reserved, ACPI and cut off, in two words; on the ISO through GRUB."""
    def run():
        seen = look("memmap=1M$8M,64K#10M memmap=48M", "64M", path,
                    tests="frames*")
        seen.lines(r"user-defined physical RAM map:", 1)
        seen.lines(r"user: \[mem 0x0{10}800000-0x0{10}8fffff\] reserved$", 1)
        seen.want((8 * MIB, 9 * MIB - 1) in seen.firmware("Reserved"),
                  "8 MiB is not reserved")
        seen.want(seen.firmware("ACPI Tables") ==
                  [(10 * MIB, 10 * MIB + 65535)], "no ACPI at 10 MiB")
        seen.want(seen.firmware("System RAM")[-1][1] == 48 * MIB - 1,
                  "RAM does not end at 48 MiB")
    return Case(f"bootmem.memmap.{path}", run)


def exactmap():
    seen = look("memmap=exactmap,636K@4K,30M@1M,1M@40M", "64M",
                tests="frames*")
    seen.want(seen.firmware("System RAM") ==
              [(4096, 0x9ffff), (MIB, 31 * MIB - 1),
               (40 * MIB, 41 * MIB - 1)], "not exactly what was said")


# Words that are obeyed would take the ground from under the kernel.
TAKES_THE_IMAGE = ("exactmap", "4K$1M", "1M", "exactmap,64K@1M", "8M#0")


def the_image_stays(word):
    def run():
        seen = look(f"memmap={word}")
        seen.lines(r"boot: memmap= refused: the kernel at .* would not be RAM",
                   1)
        seen.lines(r"user-defined", 0)
    return Case(f"bootmem.memmap-image.{word}", run)


WRONG = ("memmap=rubbish", "memmap=1M@", "memmap=0$8M", "memmap=1M!8M",
         "memmap=1M$8M,", "memmap", "memtest=x", "memtest=-1", "memtest=1001",
         "memtest=", "grabber=x", "grabber=", "bootbuf=", "bootbuf=1M!!",
         "bootbuf=0", "bootbuf=0!")


def wrong(word):
    """One line that names the option; the default holds."""
    def run():
        seen = look(word)
        option = word.split("=")[0]
        seen.lines(rf"command line: {option}=.* refused; the default stays", 1)
        seen.want(seen.owned("grabber"), "the default does not hold")
        seen.lines(r"user-defined|memtest:|no room", 0)
    return Case("bootmem.wrong." + word.replace("=", "-"), run)


def more_ranges_than_room():
    """Told once, with the reason; those before it are obeyed."""
    words = " ".join(f"memmap=4K${8192 + 8 * i}K" for i in range(40))
    seen = look(words, "64M", tests="frames*")
    seen.lines(r"boot: memmap=4K\$8448K and what follows left out: no room for "
               r"more than 32 ranges$", 1)
    seen.lines(r"refused", 0)
    seen.want(len(seen.firmware("Reserved")) >= 32, "the first 32 do not hold")


def cases(tier):
    found = [buffers(path, mem) for path in PATHS for mem in ("64M", "16M")]
    found += [Case("bootmem.too-much", too_much),
              Case("bootmem.or-stop", the_books_calls_stop),
              Case("bootmem.grabber-sizes", grabber_sizes),
              Case("bootmem.grabber-no-room", no_room_for_the_default),
              Case("bootmem.grabber-paths", grabber_on_both_paths)]
    found += [memtest("64M", "kernel"), memtest("5M", "kernel"),
              # GRUB has no room for the image and a script below that.
              memtest("8M", "iso"), memtest("64M", "kernel", "memtest"),
              memtest("80M", "iso", machine="pc,max-ram-below-4g=16M")]
    if tier == "full":
        found.append(memtest("3G", "kernel", "memtest=1"))
    found += [absent_memory_is_bad(path) for path in PATHS]
    found.append(Case("bootmem.memtest-absent-high",
                      absent_high_memory_is_bad))
    found += [memmap(path) for path in PATHS]
    found += [named_memory_is_asked(*case) for case in ABSENT.items()]
    found.append(Case("bootmem.memmap-exact", exactmap))
    found.append(Case("bootmem.memmap-many", more_ranges_than_room))
    found += [the_image_stays(word) for word in TAKES_THE_IMAGE]
    found += [wrong(word) for word in WRONG]
    return found
