# SPDX-License-Identifier: MIT
"""disk.py - an IDE disk: what is written is what is read, from any memory

The suite x86_ide writes the disk from pages scattered over the machine and
reads it back into others. Its machines differ in where those pages lie, and in
who moves the data: 64 MiB of high memory by the bus master, RAM above 4 GiB
through bounce buffers, and without PCI the CPU. A sector that QEMU's blkdebug
makes unreadable fails those who want it, and nobody else. What the console
reads and writes is compared with the image's file.
"""

import os
import random
import re
import subprocess

from cases import Case, boot, fail, scratch, vm, want_clean, want_verdict

MIB = 1 << 20
SECTOR = 512
IDE = re.compile(r"^ide0: dma=(\d+) segments=(\d+) pio=(\d+) flush=(\d+) "
                 r"retry=(\d+) lost=(\d+) reset=(\d+) failed=(\d+)$", re.M)
WHERE = re.compile(r"x86_ide: pages=(\d+) high=(\d+) above_4g=(\d+)$", re.M)
SUITE = ('ide_test=hda run="selftest x86_ide*; cat /proc/ide; '
         'cat /proc/interrupts; check"')


def empty_image(folder, size):
    path = os.path.join(folder, "disk.img")
    with open(path, "wb") as image:
        image.truncate(size)
    return path


def random_image(folder, size):
    path = os.path.join(folder, "disk.img")
    with open(path, "wb") as image:
        image.write(random.Random(6).randbytes(size))
    return path


def run_machine(timeout=60, **words):
    """Boot to a clean end: (machine, result, figures of ide0)."""
    machine = vm.Machine(boot="kernel", **words)
    result = boot(machine, timeout)
    want_verdict(machine, result, vm.PASSED)
    want_clean(machine, result)
    found = IDE.findall(result.text())
    if not found:
        fail(machine, result, "no figures of ide0")
    names = ("dma", "segments", "pio", "flush", "retry", "lost", "reset",
             "failed")
    return machine, result, dict(zip(names, map(int, found[-1])))


def want_figures(machine, result, figures, **wanted):
    for name, value in wanted.items():
        if figures[name] != value:
            fail(machine, result, f"{name}={figures[name]}, not {value}")


def want_where(machine, result, least, **wanted):
    """Of all pages that were written: how many were where?"""
    found = WHERE.search(result.text())
    if not found:
        fail(machine, result, "the suite does not say where its pages were")
    there = dict(zip(("pages", "high", "above_4g"), map(int, found.groups())))
    if there["pages"] < least:
        fail(machine, result, f"{there['pages']} pages, not {least}")
    for name, all_of_them in wanted.items():
        if there[name] != (there["pages"] if all_of_them else 0):
            fail(machine, result, f"{name}={there[name]} of {there['pages']}")
    return there["pages"]


def no_faults(machine, result, figures):
    want_figures(machine, result, figures, retry=0, lost=0, reset=0, failed=0)


def high_pages_go_without_a_copy(cpus):
    def run():
        with scratch() as folder:
            machine, result, figures = run_machine(
                mem="1100M", cpus=cpus, cmdline=SUITE,
                disk=empty_image(folder, 64 * MIB))
        want_where(machine, result, 64 * MIB // 4096, high=True,
                   above_4g=False)
        no_faults(machine, result, figures)
        want_figures(machine, result, figures, pio=0)
        # 1 to 3 a page, two on average, out and back.
        segments = figures["segments"] / (2 * 64 * MIB // 4096)
        if not 1.9 < segments < 2.2:
            fail(machine, result, f"{segments:.2f} segments a page, not 2")
        return f"64 MiB, {segments:.2f} segments a page"
    return run


def far_pages_bounce():
    with scratch() as folder:
        machine, result, figures = run_machine(
            mem="384M", machine="pc,max-ram-below-4g=256M", cpus=2,
            cmdline=SUITE, disk=empty_image(folder, 16 * MIB))
    want_where(machine, result, 16 * MIB // 4096, above_4g=True)
    no_faults(machine, result, figures)
    if figures["dma"] <= figures["pio"]:
        fail(machine, result, f"the CPU moved {figures['pio']} requests, the "
             f"bus master {figures['dma']}")
    return f"16 MiB from above 4 GiB, pio={figures['pio']}"


def the_cpu_moves_data_without_pci():
    with scratch() as folder:
        machine, result, figures = run_machine(
            mem="16M", machine="isapc", cpu="pentium3", cmdline=SUITE,
            disk=empty_image(folder, 4 * MIB))
    no_faults(machine, result, figures)
    want_figures(machine, result, figures, dma=0)
    return f"{figures['pio']} requests"


def a_bad_sector_is_its_own_readers_only():
    bad = 20490
    with scratch() as folder:
        path = empty_image(folder, 16 * MIB)
        rules = os.path.join(folder, "rules")
        with open(rules, "w", encoding="ascii") as out:
            out.write('[inject-error]\nevent = "read_aio"\nerrno = "5"\n'
                      f'sector = "{bad}"\n')
        machine, result, figures = run_machine(
            mem="64M", cpus=2,
            cmdline=f'ide_test=hda ide_test_bad={bad} run="selftest '
                    'x86_ide.a_bad*; cat /proc/ide; check"',
            extra=["-drive",
                   f"if=ide,format=raw,file=blkdebug:{rules}:{path}"])
    said = re.findall(r"ide: hda: read of \d+ sectors at \d+: failed, "
                      r"status 0x41, error 0x4$", result.text(), re.M)
    if not said:
        fail(machine, result, "no line says what failed")
    if not figures["failed"] or not figures["retry"]:
        fail(machine, result, f"figures: {figures}")
    return f"retry={figures['retry']} failed={figures['failed']}"


def bytes_are_those_of_the_image():
    """An image that ends within a sector: QEMU fills up with zeroes."""
    size = MIB + 100
    padded = -size % SECTOR
    with scratch() as folder:
        path = random_image(folder, size)
        with open(path, "rb") as image:
            before = image.read() + bytes(padded)
        posix = subprocess.run(["cksum"], input=before, capture_output=True,
                               check=True).stdout.split()[:2]
        machine, result, _ = run_machine(
            mem="64M", disk=path,
            cmdline='run="cksum /dev/hda; echo over > /dev/hda; '
                    'cat /proc/ide; cat /proc/partitions; '
                    'cat /proc/diskstats; cat /proc/devices; ls -l /dev"')
        with open(path, "rb") as image:
            after = image.read(len(before))
    want = " ".join(word.decode() for word in posix) + " /dev/hda"
    if want not in result.text().splitlines():
        fail(machine, result, f"no line `{want}`")
    if after[:5] != b"over\n" or after[5:MIB] != before[5:MIB]:
        fail(machine, result, "the image is not what it was, and `over`")
    for pattern in (r"^   3        0 +1024 hda$", r"^   3       0 hda \d+ 0 \d+",
                    r"^  3 ide0$", r"^brw------- .* 3, +0 hda$"):
        if not re.search(pattern, result.text(), re.M):
            fail(machine, result, f"nothing matches {pattern}")


def no_disk_is_no_trouble(board, cpu="max"):
    def run():
        machine = vm.Machine(boot="kernel", mem="16M", machine=board, cpu=cpu,
                             cmdline='run="cat /proc/ide; ls /dev; check"')
        result = boot(machine, 60)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        if re.search(r"\bhd[a-d]\b", result.text()):
            fail(machine, result, "there is a disk")
    return run


def cases(tier):
    found = [
        Case("disk.high_pages_go_without_a_copy.2",
             high_pages_go_without_a_copy(2)),
        Case("disk.far_pages_bounce", far_pages_bounce),
        Case("disk.the_cpu_moves_data_without_pci",
             the_cpu_moves_data_without_pci),
        Case("disk.a_bad_sector_is_its_own_readers_only",
             a_bad_sector_is_its_own_readers_only),
        Case("disk.bytes_are_those_of_the_image",
             bytes_are_those_of_the_image),
        Case("disk.no_disk_is_no_trouble.q35", no_disk_is_no_trouble("q35")),
    ]
    if tier == "full":
        found += [Case(f"disk.high_pages_go_without_a_copy.{n}",
                       high_pages_go_without_a_copy(n)) for n in (1, 4)]
        found.append(Case("disk.no_disk_is_no_trouble.isapc",
                          no_disk_is_no_trouble("isapc", "pentium3")))
    return found
