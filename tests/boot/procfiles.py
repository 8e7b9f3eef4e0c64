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


def zoneinfo(lines):
    text = "\n".join(lines) + "\n"
    zones = re.split(r"(?m)^(?=Node )", text)[1:]
    want(zones, "no zone")
    for number, zone in enumerate(zones):
        name = re.match(r"Node 0, zone +(\S+)\n", zone)
        want(name, f"zone {number}: {zone.splitlines()[0]!r}")
        same(zone.split("\n")[0], f"Node 0, zone {name[1]:>8}")
        one_zone(name[1], zone)
    want("  per-node stats\n" in zones[0], "no per-node stats in the first")
    want("  per-node stats\n" not in "".join(zones[1:]),
         "per-node stats more than once")


def one_zone(name, zone):
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
    want(re.search(r"\n        protection: \((\d+, )*\d+\)\n", zone),
         f"zone {name}: no protection")
    if managed:
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
            r"0x([0-9a-f]{8})-0x([0-9a-f]{8}) ( *\d+)"
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


VMSTAT_NAMES = (
    "nr_free_pages nr_slab_reclaimable nr_slab_unreclaimable nr_kernel_stack "
    "pgpgin pgpgout pswpin pswpout pgalloc_dma pgalloc_normal pgalloc_high "
    "pgfree pgfault pgmajfault slabs_scanned").split()


def vmstat(lines):
    names = [match(r"(\w+) \d+", line)[1] for line in lines]
    missing = [name for name in VMSTAT_NAMES if name not in names]
    want(not missing, f"missing: {' '.join(missing)}")
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
    meminfo, buddyinfo, zoneinfo, slabinfo, vmallocinfo, iomem, vmstat, dma,
    interrupts, cmdline, uptime, stat, loadavg, cpuinfo, version)}
