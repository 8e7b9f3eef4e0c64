# SPDX-License-Identifier: MIT
"""store.py - more in the store than the machine has memory, on an IDE disk

The suite x86_store puts three times RAM into the store, with a disk behind it,
and reads all of it back while others want memory. By hand the same is done with
disks that have a flaw (QEMU's blkdebug): the pages that cannot be written stay
in memory, the one that cannot be read is one object less. A disk with anything
on it is left as it is.
"""

import os
import random
import re

from cases import Case, boot, fail, scratch, vm, want_clean, want_verdict

MIB = 1 << 20
PAGE = 4096
SECTORS = PAGE // 512
SAID = re.compile(r"x86_store: ram=(\d+) stored=(\d+) kswapd=(\d+) kernel=(\d+) "
                  r"highuser=(\d+) user=(\d+) nofs=(\d+) noio=(\d+) "
                  r"atomic=(\d+) in=(\d+)$", re.M)
SLEPT = re.compile(r"x86_store: vmalloc pages=(\d+) switches=(\d+) outs=(\d+)$",
                   re.M)
RIGHT = re.compile(r"^store: (\d+) objects with the right checksum, (\d+) bad$",
                   re.M)


def image(folder, size, data=b""):
    path = os.path.join(folder, "disk.img")
    with open(path, "wb") as out:
        out.write(data)
        out.truncate(size)
    return path


def three_times_ram(mem, cpus, mib, seconds=60):
    """All comes back right, and only who may start I/O has started any."""
    def run():
        with scratch() as folder:
            machine = vm.Machine(boot="kernel", mem=mem, cpus=cpus,
                                 disk=image(folder, mib * MIB),
                                 cmdline="store_test=/dev/hda "
                                         "selftest=x86_store")
            result = boot(machine, seconds)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        said = [tuple(map(int, line)) for line in SAID.findall(result.text())]
        if not said:
            fail(machine, result, "the suite does not say what it did")
        ram, stored, kswapd = said[0][:3]
        if stored < 3 * ram or not kswapd:
            fail(machine, result, f"{stored} objects on {ram} pages, {kswapd} "
                 "pages written by kswapd")
        if any(noio or atomic for *_, noio, atomic, _ in said):
            fail(machine, result, "GFP_NOIO or GFP_ATOMIC started I/O")
        return f"{stored} objects on {ram} pages"
    return run


def waits_for_a_slow_disk():
    """50 transfers a second: at most the first few end before one sleeps."""
    with scratch() as folder:
        path = image(folder, 64 * MIB)
        machine = vm.Machine(
            boot="kernel", mem="16M", cpus=2,
            cmdline="store_test=/dev/hda selftest=x86_store.vmalloc_*",
            extra=["-drive", f"if=ide,format=raw,file={path},"
                   "throttling.iops-write=50"])
        result = boot(machine, 60)
    want_verdict(machine, result, vm.PASSED)
    want_clean(machine, result)
    slept = SLEPT.search(result.text())
    if not slept or int(slept[2]) < 3:
        fail(machine, result, "vmalloc did not sleep for the disk")
    return f"vmalloc of {slept[1]} pages slept {slept[2]} times"


# --- by hand -------------------------------------------------------------------


def figures(result):
    """The last line of each name that has a number."""
    return dict(re.findall(r"^(\w+) (\d+)$", result.text(), re.M))


def by_hand(commands, verdict, mem="16M", **words):
    machine = vm.Machine(boot="kernel", mem=mem,
                         cmdline=f'run="{commands}"', **words)
    result = boot(machine, 60)
    want_verdict(machine, result, verdict)
    want_clean(machine, result)
    return machine, result


def want_one(machine, result, pattern):
    found = re.findall(pattern, result.text(), re.M)
    if len(found) != 1:
        fail(machine, result, f"{len(found)} lines match {pattern}")
    return found[0]


def want_right(machine, result, bad):
    good, wrong = map(int, want_one(machine, result, RIGHT.pattern))
    if wrong != bad or good < 2000:
        fail(machine, result, f"{good} objects right, {wrong} bad, not {bad}")
    return good


def with_flaw(kind, sector, commands, verdict):
    """A machine whose disk fails to "read" or to "write" @sector."""
    with scratch() as folder:
        path = image(folder, 32 * MIB)
        rules = os.path.join(folder, "rules")
        with open(rules, "w", encoding="ascii") as out:
            out.write(f'[inject-error]\nevent = "{kind}_aio"\n'
                      f'iotype = "{kind}"\nerrno = "5"\n'
                      f'sector = "{sector}"\n')
        return by_hand(commands, verdict, extra=[
            "-drive", f"if=ide,format=raw,file=blkdebug:{rules}:{path}"])


def what_cannot_be_written_stays():
    machine, result = with_flaw(
        "write", 700 * SECTORS + 3,
        "store on /dev/hda; store fill 200%; cat /proc/store; "
        "cat /proc/vmstat; store verify; check", vm.PASSED)
    want_one(machine, result, r"store: page 700 of hda cannot be written: "
             r"error 5; key \w+ stays in memory$")
    good = want_right(machine, result, 0)
    now = figures(result)
    if now["disk_bad"] != "1" or now["out_failed"] != "1":
        fail(machine, result, f"bad={now['disk_bad']} failed="
             f"{now['out_failed']}, not 1")
    if int(now["pswpout"]) < good // 2:
        fail(machine, result, f"pswpout is {now['pswpout']}")


def what_cannot_be_read_is_one_object():
    machine, result = with_flaw(
        "read", 700 * SECTORS + 3,
        "store on /dev/hda; store fill 200%; store verify; cat /proc/store; "
        "check", vm.FAILED)
    want_one(machine, result,
             r"store: key \w+ is lost: page 700 of the disk cannot be read$")
    want_right(machine, result, 1)
    now = figures(result)
    if now["disk_bad"] != "1" or now["lost"] != "1" or now["bad"] != "0":
        fail(machine, result, f"disk_bad={now['disk_bad']} lost={now['lost']} "
             f"bad={now['bad']}")
    want_one(machine, result, r"^check: 0 violations$")


def a_disk_with_data_is_left_alone():
    data = random.Random(9).randbytes(MIB)
    with scratch() as folder:
        path = image(folder, MIB, data)
        machine, result = by_hand(
            "store on /dev/hda; store on /dev/florble; store off; check",
            vm.FAILED, disk=path)
        with open(path, "rb") as now:
            if now.read() != data:
                fail(machine, result, "the disk is not what it was")
        want_one(machine, result, r"store: hda refused: it is not empty.*"
                 r"'force' overwrites it$")
        want_one(machine, result, r"store: /dev/florble refused: no such file "
                 r"or directory$")
        want_one(machine, result, r"^store: it has no disk$")
        by_hand("store on /dev/hda force; store off; store on /dev/hda; "
                "store fill 97%; store verify; store drop; store off; check",
                vm.PASSED, disk=path)


def cases(tier):
    found = [
        Case("store.three-times-ram.16M", three_times_ram("16M", 2, 64)),
        Case("store.vmalloc-waits-for-a-slow-disk", waits_for_a_slow_disk),
        Case("store.what-cannot-be-written-stays",
             what_cannot_be_written_stays),
        Case("store.what-cannot-be-read-is-one-object",
             what_cannot_be_read_is_one_object),
        Case("store.a-disk-with-data-is-left-alone",
             a_disk_with_data_is_left_alone),
    ]
    if tier == "full":
        found += [Case(f"store.three-times-ram.{mem}-{cpus}",
                       three_times_ram(mem, cpus, mib, 300))
                  for mem, cpus, mib in (("32M", 1, 128), ("32M", 4, 128),
                                         ("256M", 2, 1024))]
    return found
