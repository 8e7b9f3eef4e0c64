# SPDX-License-Identifier: MIT
"""pci.py - PCI devices of real machines: found, shared lines, DMA, pulled out

What the suites play with a model is done here with QEMU's chip sets and its edu
device, through the module that a reader copies: data goes into the device and
comes back from memory that it cannot reach by itself.
"""

import os
import re

from cases import (Case, Operator, boot, fail, need_image, scratch, vm,
                   want_clean, want_verdict)

ARCHIVE = vm.BUILD / "pagewright.cpio"
EDU = ["-device", "edu,id=e0,addr=5"]
LINE = re.compile(r"^([0-9a-f]{4})\t([0-9a-f]{8})\t([0-9a-f]+)"
                  r"((?:\t +[0-9a-f]+){14})\t(\S*)$", re.MULTILINE)
STORM = r"irq \d+: nobody cared \(\d+ of 100000 interrupts\)"
BUFFER = re.compile(r"edu (\S+): (edu\d): registers at 0x[0-9a-f]+, irq (\d+),"
                    r" (\d+) address bits, buffer at 0x([0-9a-f]+)")
BOUNCED = re.compile(r"^edu\S* +\d+ +\d+ +\d+ +(\d+) +(\d+)$|"
                     r"^(?:0000:00:05\.0) +\d+ +\d+ +\d+ +(\d+) +(\d+)$",
                     re.MULTILINE)


def machine_of(script, **more):
    more.setdefault("mem", "64M")
    return vm.Machine(boot="kernel", archive=str(need_image(ARCHIVE)),
                      cmdline=f'run="{script}"', **more)


def healthy(machine):
    result = boot(machine, 60)
    want_verdict(machine, result, vm.PASSED)
    want_clean(machine, result)
    return result


def want(machine, result, *patterns):
    for pattern in patterns:
        if not re.search(pattern, result.text(), re.MULTILINE):
            fail(machine, result, f"nothing matches {pattern}")


def found(board, cpus, ids):
    """Devices of a board, each in the list, as a file, and in the trees."""
    def run():
        machine = machine_of(
            "cat /proc/bus/pci/devices; ls /proc/bus/pci/00; lspci;"
            " cat /proc/iomem; cat /proc/ioports; check",
            machine=board, cpus=cpus, extra=["-vga", "std"] + EDU)
        result = healthy(machine)
        by_ids = {line[2]: line for line in LINE.finditer(result.text())}
        for wanted in ids:
            if wanted not in by_ids:
                fail(machine, result, f"no device {wanted} in the list")
        edu = by_ids["123411e8"]
        start, size = (int(edu[4].split()[i], 16) for i in (0, 7))
        if edu[1] != "0028" or size != 1 << 20:
            fail(machine, result, f"edu at {edu[1]}, {size:#x} bytes")
        want(machine, result, r"^05\.0\b",
             rf"^0000:00:05\.0 .*\[1234:11e8\].* irq {int(edu[3], 16)}",
             rf"^ *{start:08x}-{start + size - 1:08x} : 0000:00:05\.0$",
             r"^0cf8-0cff : PCI conf1$", "^check: 0 violations")
    return Case(f"pci.found.{board}", run)


def without_pci():
    """A board with ISA only: one line, empty lists, a driver without device."""
    machine = machine_of("lspci; cat /proc/bus/pci/devices;"
                         " insmod /lib/modules/edu.ko; rmmod edu; check",
                         machine="isapc", cpu="pentium3")
    result = healthy(machine)
    want(machine, result, "^no PCI device$", "^check: 0 violations")
    if len(re.findall(r"^\[.*\] (?:PCI:|pci )", result.text(),
                      re.MULTILINE)) != 1:
        fail(machine, result, "not one line about PCI")


def behind_a_bridge():
    """A device two buses away is driven, and its range lies in the windows."""
    machine = machine_of(
        "insmod /lib/modules/edu.ko; ioctl /dev/edu0 0x4501 10;"
        " cat /proc/iomem; ls /proc/bus/pci/02; rmmod edu; check",
        extra=["-device", "pci-bridge,chassis_nr=1,id=b1,addr=4",
               "-device", "pci-bridge,chassis_nr=2,id=b2,bus=b1,addr=3",
               "-device", "edu,bus=b2,addr=7"])
    result = healthy(machine)
    want(machine, result, "^3628800$", r"^07\.0",
         r"^[0-9a-f]+-[0-9a-f]+ : PCI Bus 0000:01\n"
         r"(  .*\n)*?"
         r"  [0-9a-f]+-[0-9a-f]+ : PCI Bus 0000:02\n"
         r"    [0-9a-f]+-[0-9a-f]+ : 0000:02:07\.0\n"
         r"      [0-9a-f]+-[0-9a-f]+ : edu$")


def lines(name, cmdline, **more):
    """Two devices on one line, each by itself, and a storm that is shut."""
    def run():
        machine = vm.Machine(
            boot="kernel", mem="64M", cmdline=f"{cmdline} selftest=x86_edu.*",
            extra=EDU + ["-device", "edu,addr=9"], **more)
        result = boot(machine, 60)
        want_verdict(machine, result, vm.PASSED)
        want(machine, result, STORM, r"Disabling IRQ #\d+",
             "# ktest: 3 passed, 0 failed, 0 skipped")
    return Case(f"pci.lines.{name}", run)


def managed():
    """A driver that gives nothing back by itself: probe() fails, and rmmod."""
    machine = vm.Machine(
        boot="kernel", mem="64M", extra=EDU, cpus=2,
        cmdline="selftest=x86_modules.a_managed_driver_goes_in_reverse")
    result = boot(machine, 60)
    want_verdict(machine, result, vm.PASSED)
    want(machine, result, "# ktest: 1 passed, 0 failed, 0 skipped",
         r"managed: undo irq$", r"managed: undo memory$")


def moved(name, bits, mask, **more):
    """2 KiB and some bytes more go in and out of a buffer out of reach."""
    def run():
        script = ("insmod /lib/modules/edu.ko mask_bits={0};"
                  " dd if=/proc/kallsyms of=/in bs=4095 count=1;"
                  " dd if=/in of=/dev/edu0 bs=2048;"
                  " dd if=/dev/edu0 of=/out bs=2048;"
                  " cksum /in; cksum /out;"
                  " cat /proc/dma_mappings; rmmod edu; check").format(bits)
        device = ["-device", f"edu,addr=5,dma_mask={mask:#x}"]
        machine = machine_of(script, extra=device, **more)
        result = healthy(machine)
        buffer = BUFFER.search(result.text())
        if not buffer or int(buffer[5], 16) <= mask:
            fail(machine, result, "no buffer above the device's mask")
        sums = re.findall(r"^(\d+ \d+) /(?:in|out)$", result.text(),
                          re.MULTILINE)
        if len(sums) != 2 or sums[0] != sums[1] or \
                not sums[0].endswith(" 4095"):
            fail(machine, result, f"what came back is not what went: {sums}")
        row = BOUNCED.search(result.text())
        bounced = [int(n) for n in row.groups() if n] if row else []
        if len(bounced) != 2 or bounced[1] < 2 * 4095:
            fail(machine, result, f"bounced mappings and bytes: {bounced}")
    return Case(f"pci.dma.{name}", run)


def pulled_out():
    """Device 5 is taken away under its driver: -ENODEV, the rest works."""
    with scratch() as folder:
        monitor = os.path.join(folder, "monitor")
        machine = vm.Machine(
            boot="kernel", mem="64M", archive=str(need_image(ARCHIVE)),
            extra=EDU + ["-device", "edu,addr=9"] + vm.Monitor.words(monitor))
        result = boot(machine, feeder=Operator(monitor, (
            "insmod /lib/modules/edu.ko",
            # ACPI would write the slot to this port: it lets go of it.
            "@device_del e0", "@o /w 0xae08 0x20",
            "cat /dev/edu0", "ioctl /dev/edu0 0x4501 3",
            "ioctl /dev/edu1 0x4501 6", "lspci", "rmmod edu",
            "insmod /lib/modules/edu.ko", "rmmod edu", "check")))
        want_clean(machine, result)
        want(machine, result, r"edu 0000:00:09\.0: edu1: registers",
             "cat: /dev/edu0: no such device",
             "ioctl: /dev/edu0: no such device", "^720$",
             r"pci 0000:00:05\.0: cannot be enabled: it does not answer",
             r"edu 0000:00:09\.0: edu0: registers", "check: 0 violations")


def cases(tier):
    found_cases = [
        found("pc", 1, ("80861237", "80867000", "80867010", "12341111",
                        "123411e8")),
        found("q35", 2, ("808629c0", "80862918", "123411e8")),
        Case("pci.found.isapc", without_pci),
        Case("pci.found.behind-bridges", behind_a_bridge),
        lines("ioapic", ""),
        lines("8259", "nolapic"),
        Case("pci.managed", managed),
        moved("512M", 28, 0x0fffffff, mem="512M"),
        moved("16M-of-reach", 24, 0x00ffffff),
        Case("pci.pulled-out", pulled_out)]
    if tier == "full":
        found_cases += [
            lines("four-cpus", "", cpus=4),
            lines("q35", "", machine="q35", cpus=2),
            # Pages above 4 GiB, which have no address of their own.
            moved("highmem", 28, 0x0fffffff, mem="512M",
                  machine="pc,max-ram-below-4g=128M"),
            moved("q35", 28, 0x0fffffff, machine="q35", mem="512M")]
    return found_cases
