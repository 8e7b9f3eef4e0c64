# SPDX-License-Identifier: MIT
"""procfiles.py - the formats of the /proc files, to the byte

Each check takes the lines of a file and raises Wrong. A line is taken apart
and then put together again with the format that Linux prints it with, so that
blanks count as much as figures; procps and others read by columns.
"""

import re


class Wrong(Exception):
    """The file is not as its readers expect; the text says where."""


def want(condition, text):
    if not condition:
        raise Wrong(text)


def match(pattern, line):
    found = re.fullmatch(pattern, line)
    want(found, f"{line!r} does not match {pattern!r}")
    return found


def same(got, expected):
    want(got == expected, f"{got!r} should be {expected!r}")


MEMINFO_NAMES = (
    "MemTotal MemFree MemAvailable Buffers Cached SwapCached HighTotal "
    "HighFree LowTotal LowFree SwapTotal SwapFree Shmem Slab SReclaimable "
    "SUnreclaim KernelStack PageTables VmallocTotal VmallocUsed VmallocChunk "
    "Percpu").split()


def meminfo(lines):
    values = {}
    for line in lines:
        name, number = match(r"(\S+): +(\d+) kB", line).groups()
        same(line, f"{name + ':':<16}{int(number):8d} kB")
        values[name] = int(number)
    missing = [name for name in MEMINFO_NAMES if name not in values]
    want(not missing, f"missing: {' '.join(missing)}")
    order = [name for name in values if name in MEMINFO_NAMES]
    same(order, MEMINFO_NAMES)
    want(values["LowTotal"] + values["HighTotal"] == values["MemTotal"],
         "LowTotal + HighTotal is not MemTotal")
    want(values["LowFree"] + values["HighFree"] == values["MemFree"],
         "LowFree + HighFree is not MemFree")
    want(0 < values["MemFree"] <= values["MemTotal"],
         "MemFree is not within MemTotal")


def buddyinfo(lines):
    want(lines, "empty")
    for line in lines:
        fields = match(r"Node (\d+), zone +(\S+) ((?: *\d+ ){11})",
                       line if line.endswith(" ") else line + " ")
        counts = [int(word) for word in fields[3].split()]
        same(line, f"Node {fields[1]}, zone {fields[2]:>8} "
             + "".join(f"{count:6d} " for count in counts))


def pagetypeinfo(lines):
    orders = range(11)
    same(lines[:3], ["Page block order: 10", "Pages per block:  1024", ""])
    same(lines[3], "Free pages count per migrate type at order  "
         + "".join(f"{order:6d} " for order in orders))
    gap = lines.index("", 3)
    zones = []
    for line in lines[4:gap]:
        zone, kind, *counts = match(
            r"Node    0, zone +(\S+), type +(\S+)" + r" +(\d+)" * 11 + " ",
            line).groups()
        same(line, f"Node    0, zone {zone:>8}, type {kind:>12} "
             + "".join(f"{int(count):6d} " for count in counts))
        if not zones or zones[-1][0] != zone:
            zones.append((zone, []))
        zones[-1][1].append(kind)
    types = "Unmovable Movable Reclaimable HighAtomic".split()
    want(zones and all(kinds == types for _, kinds in zones),
         f"not {types} for each zone: {zones}")
    same(lines[gap + 1], f"{'Number of blocks type ':<23}"
         + "".join(f"{kind:>12} " for kind in types))
    want(len(lines) == gap + 2 + len(zones), "not a line of blocks each zone")
    for line, (zone, _) in zip(lines[gap + 2:], zones):
        counts = match(r"Node 0, zone +\S+" + r" +(\d+)" * 4 + " ",
                       line).groups()
        same(line, f"Node 0, zone {zone:>8} "
             + "".join(f"{int(count):12d} " for count in counts))
        want(sum(map(int, counts)), f"{zone}: no pageblock")


def index_lines(lines, pattern):
    """[(zone, index by order)] of a file with one index an order."""
    want(lines, "empty")
    rows = []
    for line in lines:
        found = match(r"Node 0, zone ( *\S+) ((?:" + pattern + r" ){11})",
                      line)
        same(len(found[1]), 8)
        rows.append((found[1].strip(),
                     [float(word) for word in found[2].split()]))
    return rows


def extfrag_index(lines):
    for zone, row in index_lines(lines, r"[- ]\d\.\d{3}"):
        failing = [index for index in row if index != -1]
        same(row, [-1] * (len(row) - len(failing)) + sorted(failing))
        want(all(-1 < index <= 1 for index in failing),
             f"{zone}: beyond -1 and 1")


def unusable_index(lines):
    for zone, row in index_lines(lines, r"\d\.\d{3}"):
        same(row, sorted(row))
        want(row[-1] <= 1, f"{zone}: above 1")


def zoneinfo(lines):
    text = "\n".join(lines) + "\n"
    zones = re.split(r"(?m)^(?=Node )", text)[1:]
    want(zones, "no zone")
    for number, zone in enumerate(zones):
        name = re.match(r"Node 0, zone +(\S+)\n", zone)
        want(name, f"zone {number}: {zone.splitlines()[0]!r}")
        same(zone.split("\n")[0], f"Node 0, zone {name[1]:>8}")
        one_zone(number, name[1], zone)
    want("  per-node stats\n" in zones[0], "no per-node stats in the first")
    want("  per-node stats\n" not in "".join(zones[1:]),
         "per-node stats more than once")


def one_zone(place, name, zone):
    def number(pattern):
        found = re.search(pattern, zone)
        want(found, f"zone {name}: no line {pattern!r}")
        return int(found[1])

    free = number(r"\n  pages free     (\d+)\n")
    low, mid, high = (number(rf"\n        {word} +(\d+)\n")
                      for word in ("min", "low", "high"))
    spanned, present, managed = (
        number(rf"\n        {word} +(\d+)\n")
        for word in ("spanned", "present", "managed"))
    want(low <= mid <= high, f"zone {name}: not min <= low <= high")
    want(free <= managed <= present <= spanned,
         f"zone {name}: not free <= managed <= present <= spanned")
    kept = re.search(r"\n        protection: \((\d+(?:, \d+){3})\)\n", zone)
    want(kept, f"zone {name}: no protection in four columns")
    kept = [int(word) for word in kept[1].split(", ")]
    same(kept, sorted(kept))  # more against requests that could do better
    same(kept[:place + 1], [0] * (place + 1))  # none against its own
    same(kept[3], kept[2])  # the movable zone is empty
    if managed:
        want(0 < low < mid < high < managed,
             f"zone {name}: not 0 < min < low < high < managed")
        number(r"\n      nr_free_pages (\d+)\n")
        want("\n  pagesets\n    cpu: 0\n" in zone, f"zone {name}: pagesets")
        for word in ("count", "high", "batch"):
            number(rf"\n              {word}: +(\d+)\n")
        number(r"\n  start_pfn: +(\d+)\n")


SLABINFO_HEAD = (
    "slabinfo - version: 2.1",
    "# name            <active_objs> <num_objs> <objsize> <objperslab> "
    "<pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : "
    "slabdata <active_slabs> <num_slabs> <sharedavail>")


def slabinfo(lines):
    same(tuple(lines[:2]), SLABINFO_HEAD)
    want(len(lines) > 2, "no cache")
    for line in lines[2:]:
        fields = match(
            r"(\S+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) : tunables +(\d+) "
            r"+(\d+) +(\d+) : slabdata +(\d+) +(\d+) +(\d+)", line)
        name, *rest = fields.groups()
        n = [int(word) for word in rest]
        same(line, "%-17s %6u %6u %6u %4u %4d : tunables %4u %4u %4u"
             " : slabdata %6u %6u %6u" % (name, *n))
        active, objects, size, per_slab, pages = n[:5]
        want(objects == n[9] * per_slab,
             f"{name}: num_objs is not num_slabs x objperslab")
        want(active <= objects and n[8] <= n[9], f"{name}: more than all")
        want(per_slab and pages and per_slab * size <= pages * 4096,
             f"{name}: the objects do not fit into their slab")


def vmallocinfo(lines):
    last = 0
    for line in lines:
        fields = match(
            r"0x([0-9a-f]{8})-0x([0-9a-f]{8}) ( *\d+)( unpurged vm_area)?"
            r"( [\w.]+\+0x[0-9a-f]+/0x[0-9a-f]+( \[\w+\])?)?"
            r"( pages=\d+)?( phys=0x[0-9a-f]+)?"
            r"( (ioremap|vmalloc|vmap|vm_map_ram))?"
            r"( user)?( dma-coherent)?( vpages)?", line)
        start, end = int(fields[1], 16), int(fields[2], 16)
        same(fields[3], f"{end - start:7d}")
        want(start >= last, f"{line!r}: addresses do not rise")
        last = end


def iomem(lines):
    depth = -1
    names = set()
    for line in lines:
        blanks, start, end, name = match(
            r"( *)([0-9a-f]{8,})-([0-9a-f]{8,}) : (\S.*)", line).groups()
        want(len(blanks) % 2 == 0 and len(blanks) // 2 <= depth + 1,
             f"{line!r}: odd indentation")
        want(int(start, 16) <= int(end, 16), f"{line!r}: ends before it "
             "starts")
        for number in (start, end):
            same(number, f"{int(number, 16):08x}")
        depth = len(blanks) // 2
        names.add((depth, name))
    for name in ((0, "System RAM"), (1, "Kernel code"), (1, "Kernel rodata"),
                 (1, "Kernel data"), (1, "Kernel bss")):
        want(name in names, f"no {name[1]!r} at level {name[0]}")


def ioports(lines):
    depth, last = -1, -1
    names = {}
    for line in lines:
        blanks, start, end, name = match(
            r"( *)([0-9a-f]{4})-([0-9a-f]{4}) : (\S.*)", line).groups()
        want(len(blanks) % 2 == 0 and len(blanks) // 2 <= depth + 1,
             f"{line!r}: odd indentation")
        want(last <= int(start, 16) <= int(end, 16),
             f"{line!r}: ports do not rise")
        depth, last = len(blanks) // 2, int(start, 16)
        names[name] = f"{start}-{end}"
    for name, ports in (("dma1", "0000-001f"), ("pic1", "0020-0021"),
                        ("timer0", "0040-0043"), ("serial", "03f8-03ff")):
        same(names.get(name), ports)


VMSTAT_NAMES = (
    "nr_free_pages nr_slab_reclaimable nr_slab_unreclaimable nr_kernel_stack "
    "pgpgin pgpgout pswpin pswpout pgalloc_dma pgalloc_normal pgalloc_high "
    "pgalloc_movable allocstall_dma allocstall_normal allocstall_high "
    "allocstall_movable pgfree pgfault pgmajfault slabs_scanned").split()


def vmstat(lines):
    names = [match(r"(\w+) \d+", line)[1] for line in lines]
    missing = [name for name in VMSTAT_NAMES if name not in names]
    want(not missing, f"missing: {' '.join(missing)}")
    same([name for name in names if name in VMSTAT_NAMES], VMSTAT_NAMES)
    want(len(set(names)) == len(names), "a name comes twice")


def dma(lines):
    channels = {}
    for line in lines:
        number, name = match(r" ?(\d+): (\S.*)", line).groups()
        same(line, f"{int(number):2d}: {name}")
        channels[int(number)] = name
    same(channels.get(4), "cascade")


def interrupts(lines):
    want(lines and re.fullmatch(r" +CPU0( +CPU\d+)* *", lines[0]),
         f"head line: {lines[:1]}")
    want(len(lines) > 1, "no interrupt")
    for line in lines[1:]:
        match(r" *[\w]+: +\d+.*", line)


def cmdline(lines):
    want(len(lines) <= 1, f"{len(lines)} lines")


def uptime(lines):
    want(len(lines) == 1, f"{len(lines)} lines")
    up, idle = match(r"(\d+\.\d\d) (\d+\.\d\d)", lines[0]).groups()
    want(float(idle) <= float(up), f"{lines[0]!r}: idle for longer than up")


STAT_LINES = "ctxt btime processes procs_running procs_blocked softirq".split()


def stat(lines):
    for number, line in enumerate(lines):
        match(r"\w+ ( ?\d+)( \d+)*", line)
        if not line.startswith("cpu"):
            break
        same(line.split()[0], f"cpu{number - 1}" if number else "cpu")
        same(len(line.split()), 11)
        same(line[:5], "cpu  " if not number else line[:4] + " ")
    want(number >= 2, "no CPU")
    cpus = [list(map(int, line.split()[1:])) for line in lines[:number]]
    same(cpus[0], [sum(column) for column in zip(*cpus[1:])])
    name, total, *counts = lines[number].split()
    same(name, "intr")
    same(int(total), sum(map(int, counts)))
    want(int(total), "not one interrupt")
    figures = dict(line.split(" ", 1) for line in lines[number + 1:])
    same(list(figures), STAT_LINES)
    want(int(figures["btime"]) > 1700000000, "booted before this was written")
    want(int(figures["procs_running"]) >= 1, "who reads this runs")
    total, *counts = map(int, figures["softirq"].split())
    same(len(counts), 10)
    same(total, sum(counts))


def loadavg(lines):
    want(len(lines) == 1, f"{len(lines)} lines")
    running, tasks = match(r"(?:\d+\.\d\d ){3}(\d+)/(\d+) \d+",
                           lines[0]).groups()
    want(1 <= int(running) <= int(tasks), f"{lines[0]!r}: more run than are")


def cpuinfo(lines):
    same(lines[-1], "power management:")
    cpus = re.split(r"(?m)^(?=processor)", "\n".join(lines))[1:]
    for number, cpu in enumerate(cpus):
        for line in filter(None, cpu.split("\n")):
            match(r"[\w ]+\t*:( .*)?", line)
        fields = dict(re.findall(r"(?m)^([\w ]+?)\t+: (.*)$", cpu))
        same(fields["processor"], str(number))
        for name in ("vendor_id", "cpu family", "model", "model name",
                     "stepping", "flags", "address sizes"):
            want(fields.get(name), f"cpu {number}: no {name}")
        match(r"\d+\.\d{3}", fields["cpu MHz"])
        want("pae" in fields["flags"].split(), f"cpu {number}: no pae")
    want(cpus, "no CPU")


def version(lines):
    want(len(lines) == 1, f"{len(lines)} lines")
    match(r"Pagewright version \S+ .*", lines[0])


CHECKS = {check.__name__: check for check in (
    meminfo, buddyinfo, pagetypeinfo, extfrag_index, unusable_index, zoneinfo,
    slabinfo, vmallocinfo, iomem, ioports, vmstat, dma,
    interrupts, cmdline, uptime, stat, loadavg, cpuinfo, version)}
