# SPDX-License-Identifier: MIT
"""matrix.py - the kernel on machines of every size and kind

What is booted is data: MEMORY x BOARDS x CPUS x PATHS x NR_CPUS, and the
special machines below it. The quick tier takes each size of memory and a
pairwise choice (each pair of values of two columns meets in at least one boot;
of memory, each class of sizes), the full tier takes all.

Every boot runs the self-tests that concern the machine, and must

  - say `mm: conservation: ... ok`: the firmware's RAM adds up to the page;
  - say `frames: live ... foreign=0 lost=0 ... ok`: every page that could be
    had was allocated and belonged to us, and none was missing;
  - print no report and no warning, and end with the verdict "passed";

or, on less memory than it needs, say `mm: need N KiB, have M KiB` with N > M,
and stop. How long the boots take is printed, never asserted.
"""

import collections
import itertools
import re
import statistics

from cases import (NEED, ROOT, Case, Failed, boot, fail, need_image, vm,
                   want_clean, want_verdict)

# For 5 MiB the ISO has an image without suites.
MEMORY_MIB = (6, 8, 16, 17, 32, 33, 64, 128, 512, 895, 896, 897, 1024,
              2048, 3072, 3584, 4095, 4096, 4097, 6144)
# isapc has no RAM above 16 MiB.
BOARDS = ("pc", "q35", "isapc")
ISAPC_MIB = (16,)
CPUS = ("max", "pentium3", "qemu32")
PATHS = ("iso", "kernel")
# isapc has one. What each CPU needs for itself is more than 5 MiB can spare.
NR_CPUS = (1, 2, 4, 8, 16)
WHOLE_CPUS = 4
SMP_MIB = 16
# Sizes that are much the same to CPUs, boards and loaders: one CPU only, without
# high memory, with some, with some above 4 GiB.
MIB_CLASSES = (SMP_MIB, 896, 4096)

# With 1M there is no RAM where the image is linked, and so nobody to complain.
SMALL = ("2M", "2300K", "2400K", "4500K", "5200K")
# Enough to work with, and no room for the suites: path, memory, and whether it
# is the image without them. GRUB takes that one by itself.
SMALLEST = (("kernel", "4600K", False), ("kernel", "3M", True),
            ("kernel", "4M", True), ("iso", "4M", True), ("iso", "5M", True))

# Below this, and only there, too little memory is an answer.
SMALL_MIB = 16
# And so far the suites may be what there is no room for.
NO_SUITES_MIB = 6
NO_SUITES = re.compile(r"^selftest: this is the small image"
                       r"|suites: no RAM for all of", re.MULTILINE)

# What the kernel must say. The self-test line carries its figures.
CONSERVATION = re.compile(r"mm: conservation: .*\bok$", re.MULTILINE)
FRAMES = re.compile(r"frames: live .*\bforeign=0\b.*\blost=0\b.*\bok$",
                    re.MULTILINE)
HIGH_PAGES = re.compile(r"highmem: (every|some) pages=(\d+) far=(\d+)"
                        r" .*\bwrong=0\b.*\bok$", re.MULTILINE)
LEFT_UNUSED = re.compile(r"^.*\bleft unused\b.*$", re.MULTILINE)
NO_RECORDS = "no room for its page records in low memory"
BROUGHT_UP = re.compile(r"smp: Brought up (\d+) of (\d+) CPUs")
AVAILABLE = re.compile(r"Memory: (\d+)K/(\d+)K available")
SELFTEST = "selftest=*"
# Suites that wait for the clock, or for other CPUs, most of their time, and see
# nothing of how much memory there is. The quick tier has them on one machine of
# each kind of CPU, and on one with four.
CLOCK_SUITES = ("deferred", "kthread", "rcu", "sched", "sleeping_locks",
                "timer_wheel", "wait", "workqueue", "x86_modul*",
                "x86_switch", "x86_ring", "percpu_cpus", "vmalloc_reuse",
                "x86_smp.a_cpu_with_interrupts_off*", "smp.*stop_all_others*",
                "smp.a_cpu_that_does_not_come*", "check.cpus_at_work*")
# Suites that work on machines, zones and texts of their own, and take a
# noticeable part of a boot. The quick tier has them where it has the above.
PRIVATE_SUITES = ("acpi", "bootmem", "context_rules", "gfp_table", "glob",
                  "mb_parse", "memmap", "memtest", "module_elf", "page_pcp",
                  "page_records", "page_why", "rbtree", "slab", "sort",
                  "vmap_area", "vsnprintf", "zone_mark", "zone_model")
SELFTEST_QUICK = ",-".join((SELFTEST,) + CLOCK_SUITES + PRIVATE_SUITES)
# With 16 CPUs on two, each grace period takes its time: modules come and go in
# the debug build's boots, on 1 and 4 CPUs.
SELFTEST_WHOLE = SELFTEST + ",-x86_modul*"
# Those that look at the firmware's map. A longer script makes GRUB keep more of
# the memory beside a hole for itself, and the map is another one.
SELFTEST_MAP = "selftest=boot*,frame*,memmap*,memtest*,page*,zone*"
USABLE = re.compile(
    r"BIOS-e820: \[mem 0x([0-9a-f]+)-0x([0-9a-f]+)\] usable")

# Firmware maps that GRUB's cutmem can imitate under QEMU: those whose RAM lies
# below QEMU's own hole, and whose entries do not contradict each other. The
# quick tier takes a few, the full tier all.
MAPS_TOP = 0xb0000000
MAPS_CONTRADICTING = ("made-overlap-reserved-inside-usable",
                      "made-type-garbage", "made-all-reserved")
MAPS = ("isa-hole-256m", "soekris-64m", "made-checkerboard",
        "toshiba-503m-byte-ends", "rdc-16m-exact", "d875pbz-2g-unaligned")
MIB = 1 << 20
LOWMEM = 896 * MIB  # the direct map ends here, at the latest


def judged(machine, timeout=120, checks=()):
    """Boot with the self-tests and hold the console to the contract."""
    result = boot(machine, timeout, until=NEED)
    text = result.text()
    need = re.search(NEED.decode(), text)
    if need:
        return too_small(machine, result, int(need[1]), int(need[2]))
    without = vm.mem_bytes(machine.mem) <= NO_SUITES_MIB * MIB and \
        NO_SUITES.search(text)
    want_verdict(machine, result, vm.FAILED if without else vm.PASSED)
    want_clean(machine, result)
    if without:
        return "no room for the suites"
    for pattern, name in ((CONSERVATION, "conservation"),
                          (FRAMES, "frames self-test")):
        if not pattern.search(text):
            fail(machine, result, f"no {name} line that ends in ok")
    little_is_reserved(machine, result)
    for check in checks:
        check(machine, result)
    return ""


def little_is_reserved(machine, result):
    """A boot that believes in a wrong range loses RAM, and adds up still."""
    found = AVAILABLE.search(result.text())
    if not found:
        fail(machine, result, "no `Memory: nK/nK available` line")
    free, total = int(found[1]), int(found[2])
    # The kernel, and a page array of 24 bytes for each 4 KiB.
    if total - free > 4096 + total // 100:
        fail(machine, result, f"{total - free} KiB of {total} are reserved")


def too_small(machine, result, need, have):
    if vm.mem_bytes(machine.mem) >= SMALL_MIB * MIB:
        fail(machine, result, f"{machine.mem} must be enough")
    if need <= have:
        fail(machine, result, f"needs {need} KiB, has {have}, and stops")
    if result.verdict not in (vm.PANIC, vm.HANG):
        fail(machine, result, f"too little memory, and then {result.reason}")
    return f"needs {need} KiB, has {have}"


def allowed(row):
    mib, board, _, _, nr_cpus = row
    if nr_cpus > 1 and (board == "isapc" or mib < SMP_MIB):
        return False
    return board != "isapc" or mib in ISAPC_MIB


def every_row():
    rows = itertools.product(MEMORY_MIB, BOARDS, CPUS, PATHS, NR_CPUS)
    return [row for row in rows if allowed(row)]


def pairs(row):
    """The size by itself, and pairs of (column, value); of sizes, the class."""
    size = sum(row[0] >= start for start in MIB_CLASSES)
    return {row[0]} | set(itertools.combinations(
        enumerate([f"class {size}", *row[1:]]), 2))


def pairwise(rows):
    """Greedy: the row with most pairs not seen yet, until none is left; of
    equal ones, the one with the values that were chosen least."""
    wanted = set().union(*map(pairs, rows))
    used = collections.Counter()
    chosen = []
    while wanted:
        best = max(rows, key=lambda row: (len(pairs(row) & wanted),
                                          -sum(used[v] for v in row[1:])))
        wanted -= pairs(best)
        used.update(best[1:])
        chosen.append(best)
    return sorted(chosen)


def first_of_each_kind(rows):
    """The first row of each kind of CPU, and the first with several that two
    cores can still carry."""
    firsts = {}
    for row in rows:
        firsts.setdefault(("kind", row[2]), row)
        if row[4] == WHOLE_CPUS:
            firsts.setdefault("several", row)
    return set(firsts.values())


def matrix_cases(tier):
    rows = every_row()
    if tier != "quick":
        return [matrix_case(row, SELFTEST) for row in rows]
    rows = pairwise(rows)
    whole = first_of_each_kind(rows)
    return [matrix_case(row, SELFTEST_WHOLE if row in whole
                        else SELFTEST_QUICK) for row in rows]


def matrix_case(row, suites):
    mib, board, cpu, path, nr_cpus = row
    machine = vm.Machine(boot=path, mem=f"{mib}M", machine=board, cpu=cpu,
                         cpus=nr_cpus, cmdline=suites)
    return Case(f"matrix.{board}.{mib}M.{cpu}.{path}.{nr_cpus}",
                lambda: judged(machine, 120 if nr_cpus == 1 else 300,
                               [all_cpus_are_up]))


def all_cpus_are_up(machine, result):
    """Each CPU of the machine says so, and no other does."""
    found = BROUGHT_UP.findall(result.text())
    wanted = [(str(machine.cpus),) * 2]
    if found != wanted and (found or machine.cpus > 1):
        fail(machine, result, f"CPUs brought up: {found}, not {wanted}")


def has_high_frames(machine, result):
    """The firmware did place RAM above 4 GiB."""
    if not any(int(last, 16) >= 4 << 30
               for _, last in USABLE.findall(result.text())):
        fail(machine, result, "the map shows no RAM above 4 GiB")


def smallest_works(path, mem, small):
    """A prompt, files and a clean check, with a few hundred KiB to spare."""
    def run():
        image = vm.SMALL_ELF if small and path == "kernel" else ""
        machine = vm.Machine(
            boot=path, mem=mem, image=image,
            cmdline='run="echo here > /tmp/a; cat /tmp/a; check"')
        result = boot(machine)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        if not re.search(r"^here\ncheck: 0 violations", result.text(), re.M):
            fail(machine, result, "no file, or no clean check")
        if small == ("Freeing unused kernel image" in result.text()):
            fail(machine, result, "this is the other image")
    return Case(f"small.{mem}.{path}{'-small' if small else ''}", run)


def small_cases(suites):
    """Less than the image, ACPI tables in the place of its end, just enough.

    What a case has no room for it leaves out, and says so.
    """
    for mem in SMALL:
        machine = vm.Machine(boot="kernel", mem=mem, cmdline=suites)
        yield Case(f"small.{mem}", lambda machine=machine: judged(machine))
    for row in SMALLEST:
        yield smallest_works(*row)


def high_kib(text):
    """KiB of RAM above the direct map's limit, by the printed map."""
    return sum(max(0, int(last, 16) + 1 - max(int(first, 16), LOWMEM))
               for first, last in USABLE.findall(text)) >> 10


def nothing_is_left_unused(machine, result):
    found = LEFT_UNUSED.search(result.text())
    if found:
        fail(machine, result, found[0].strip())


def all_ram_has_records(machine, result):
    """What the CPU cannot reach is another matter: 64G end at 65 GiB."""
    if NO_RECORDS in result.text():
        fail(machine, result, NO_RECORDS)


def no_records_is_said_once(machine, result):
    """Low memory cannot hold records of all: so much is said, with why."""
    found = LEFT_UNUSED.findall(result.text())
    if len(found) != 1 or NO_RECORDS not in found[0]:
        fail(machine, result, f"{len(found)} lines of what is left unused")


def high_pages_keep_their_numbers(machine, result):
    """The self-test has written to RAM above 4 GiB, and read it back."""
    found = HIGH_PAGES.search(result.text())
    if not found:
        fail(machine, result, "no `highmem: ...` line that ends in ok")
    if not int(found[3]):
        fail(machine, result, "no page above 4 GiB was written")


def meminfo_counts_far_ram(machine, result):
    """MemTotal is what the buddy was given, at the hand-over and when the
    archive was unpacked; HighTotal all of the far RAM."""
    machine.cmdline = 'run="cat /proc/meminfo; check"'
    result = boot(machine, 120)
    want_verdict(machine, result, vm.PASSED)
    text = result.text()
    values = dict(re.findall(r"^(\w+): +(\d+) kB$", text, re.MULTILINE))
    buddy = re.search(r"conservation: .*\bbuddy=(\d+)", text)
    later = re.search(r"Freeing boot archive memory: (\d+)K", text)
    wanted = {"HighTotal": high_kib(text),
              "MemTotal": int(buddy[1]) * 4 + int(later[1] if later else 0)}
    for name, kib in wanted.items():
        if int(values.get(name, -1)) != kib:
            fail(machine, result, f"{name} is {values.get(name)} kB, not "
                 f"{kib}")
    if "check: 0 violations" not in text:
        fail(machine, result, "`check` found something")


FAR_CHECKS = (has_high_frames, high_pages_keep_their_numbers)


def split_cases(suites):
    """16 MiB below and 64 MiB above 4 GiB: high memory on a small guest.

    The page array would not fit into low memory: it lies in sections.
    """
    for cpu in ("max", "pentium3"):
        for path in PATHS:
            machine = vm.Machine(
                boot=path, mem="80M", machine="pc,max-ram-below-4g=16M",
                cpu=cpu, cmdline=suites)
            yield Case(f"split-at-16M.{cpu}.{path}", lambda machine=machine:
                       judged(machine, checks=[
                           *FAR_CHECKS, nothing_is_left_unused,
                           meminfo_counts_far_ram]))
    machine = vm.Machine(boot="kernel", mem="8G",
                         machine="pc,max-ram-below-4g=64M", cmdline=suites)
    yield Case("split-at-64M.8G", lambda: judged(
        machine, 300, [*FAR_CHECKS, no_records_is_said_once]))


def every_high_page_case():
    """5 GiB of the host's memory for half a minute: the full tier's, alone."""
    machine = vm.Machine(boot="kernel", mem="6G",
                         cmdline="selftest=highmem_every_page")

    def run():
        result = boot(machine, 600)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        high_pages_keep_their_numbers(machine, result)
        found = HIGH_PAGES.search(result.text())
        if found[1] != "every":
            fail(machine, result, "not every page was written")
        nothing_is_left_unused(machine, result)
        meminfo_counts_far_ram(machine, result)
        return f"{found[2]} pages written and read back"
    return Case("every-high-page.6G", run, alone=True)


def huge_cases(tier, suites):
    sizes = [("pc", 32), ("pc", 61)]
    if tier == "full":
        sizes += [("pc", 64), ("q35", 64), ("q35", 30)]
    for board, gib in sizes:
        machine = vm.Machine(boot="kernel", mem=f"{gib}G", machine=board,
                             cmdline=suites)
        yield Case(f"huge.{board}.{gib}G", lambda machine=machine: judged(
            machine, 600, [*FAR_CHECKS, all_ram_has_records,
                           half_of_lowmem_is_free]))


def half_of_lowmem_is_free(machine, result):
    """The page array leaves more than half of low memory to others."""
    machine.cmdline = 'run="cat /proc/meminfo"'
    result = boot(machine, 120)
    want_verdict(machine, result, vm.PASSED)
    values = dict(re.findall(r"^(\w+): +(\d+) kB$", result.text(),
                             re.MULTILINE))
    lowmem = LOWMEM >> 10
    free = int(values.get("LowFree", 0))
    if free <= lowmem / 2:
        fail(machine, result, f"LowFree is {free} kB of {lowmem}")


def no_pae_cases():
    for cpu in ("486", "pentium"):
        for path in PATHS:
            yield Case(f"no-pae.{cpu}.{path}", no_pae(cpu, path))


def no_pae(cpu, path):
    machine = vm.Machine(boot=path, mem="64M", cpu=cpu)

    def run():
        result = boot(machine, 30, until=rb"needs PAE")
        if "needs PAE" not in result.text():
            fail(machine, result, "no polite sentence with `needs PAE`")
        if result.verdict not in (vm.PANIC, vm.HANG):
            fail(machine, result, f"then {result.reason}")
    return run


def read_map(name):
    """Usable byte ranges [start, end) of a map file, touching ones joined."""
    ranges = []
    path = ROOT / "tests" / "e820" / f"{name}.map"
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        base, length, kind = line.split()
        if kind == "1":
            ranges.append((int(base, 16), int(base, 16) + int(length, 16)))
    joined = []
    for start, end in sorted(ranges):
        if joined and joined[-1][1] >= start:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def above_1m(ranges):
    return [(max(start, MIB), end) for start, end in ranges if end > MIB]


def imitate(name):
    """(memory in MiB, GRUB script) that turns QEMU's map into @name's."""
    usable = above_1m(read_map(name))
    mib = usable[-1][1] // MIB + 1
    top = mib * MIB - (128 << 10)  # QEMU keeps 128 KiB for ACPI
    if top < usable[-1][1]:
        mib, top = mib + 1, top + MIB
    edges = [MIB] + [edge for area in usable for edge in area] + [top]
    holes = zip(edges[::2], edges[1::2])
    script = "; ".join(f"cutmem {start:#x} {end:#x}"
                       for start, end in holes if start < end)
    return mib, script


def imitable_maps():
    names = sorted(path.stem for path in (ROOT / "tests/e820").glob("*.map"))
    return [name for name in names if name not in MAPS_CONTRADICTING
            and read_map(name)[-1][1] <= MAPS_TOP]


def cutmem_case(name, suites):
    def shows_the_map(machine, result):
        seen = [(int(first, 16), int(last, 16) + 1)
                for first, last in USABLE.findall(result.text())]
        if above_1m(seen) != above_1m(read_map(name)):
            fail(machine, result, "the printed map is not that of "
                 f"{name}.map: " + " ".join(f"{a:#x}-{b:#x}"
                                            for a, b in above_1m(seen)))

    def run():
        mib, script = imitate(name)
        machine = vm.Machine(mem=f"{mib}M", grub=script, cmdline=suites)
        return judged(machine, checks=[shows_the_map])
    return Case(f"e820.{name}", run)


def time_to_prompt(path):
    """Power-on to prompt, as a person waits for it: median of three."""
    def run():
        need_image(vm.ISO if path == "iso" else vm.ELF)
        machine = vm.Machine(boot=path)
        times = []
        for _ in range(3):
            result = boot(machine, 60, feeder=vm.Feeder())
            want_verdict(machine, result, vm.PASSED)
            times.append(result.prompt_seconds)
        if not all(times):
            raise Failed("no prompt was seen", result.text())
        return f"power-on to prompt: {statistics.median(times):.2f} s"
    return Case(f"prompt.{path}", run, alone=True)


def cases(tier):
    suites = SELFTEST if tier == "full" else SELFTEST_QUICK
    found = matrix_cases(tier)
    found += small_cases(suites)
    found += split_cases(suites)
    found += no_pae_cases()
    maps = imitable_maps() if tier == "full" else MAPS
    found += [cutmem_case(name, SELFTEST if tier == "full" else SELFTEST_MAP)
              for name in maps]
    found += huge_cases(tier, suites)
    if tier == "full":
        found.append(every_high_page_case())
    found += [time_to_prompt(path) for path in PATHS]
    return found
