# SPDX-License-Identifier: MIT
"""sculls.py - the books' device with the books' workload, by its figures

1,536,000 bytes are written to each scull, read back and compared; what the
machine holds meanwhile is compared with what the same drivers' likes show on
Linux 6.1 (i386, PAE). scullcompare itself fails if something is left when a
module is gone.

Where ours differ: nothing here. kmalloc(4000) takes an object of 4096 bytes as
there, an object of 4000 of a cache with SLAB_HWCACHE_ALIGN takes 4032, 8 of
them in a slab of 8 pages.
"""

import re

from cases import Case, boot, fail, need_image, vm, want_clean, want_verdict

ARCHIVE = vm.BUILD / "pagewright.cpio"
ROW = re.compile(r"^(scull[cpv]?) +(\S.*\S) +(\d+) +(-?\d+) +(\d+)% +"
                 r"\d+\.\d +\d+\.\d +(\d+)$")
CHANGE = re.compile(r"^    (slabinfo|vmallocinfo) +(\S+) *(.*)$")

# Row: lines that must follow it, and bounds of the bytes used.
WANTED = {
    ("scull", "scull_quantum=4000 scull_qset=1000"):
        # The last of them may be the first of a slab of eight.
        ({"kmalloc-4k": ("+385 objects", None)}, 385 * 4096, 1.03),
    ("scullc", "scullc_quantum=4000"):
        ({"scullc": ("+384 objects", "+48 slabs")}, 48 * 8 * 4096, 1.01),
    ("scullc", "scullc_quantum=1000 scullc_qset=2000"):
        ({"scullc": ("+1536 objects", "+192 slabs")}, 192 * 2 * 4096, 1.05),
    ("scullp", "scullp_order=0"): ({}, 375 * 4096, 1.01),
    ("scullp", "scullp_order=4"): ({}, 24 * 16 * 4096, 1.01),
    ("scullv", "scullv_order=0"):
        ({"+375": ("areas, +375 pages", None)}, 375 * 4096, 1.04),
    ("scullv", "scullv_order=4"):
        ({"+24": ("areas, +384 pages", None)}, 24 * 16 * 4096, 1.01),
}


def rows(text):
    """{(module, parameters): (used, table writes, {name: change})}"""
    found, changes = {}, None
    for line in text.splitlines():
        row = ROW.match(line)
        change = CHANGE.match(line)
        if row:
            changes = {}
            found[row[1], row[2]] = (int(row[3]), int(row[6]), changes)
        elif change and changes is not None:
            changes[change[2]] = change[3]
    return found


def check_row(machine, result, key, row):
    lines, least, most = WANTED[key]
    used, writes, changes = row
    if not least <= used <= least * most:
        fail(machine, result, f"{key}: {used} bytes used, not {least} and "
             "little more")
    if (writes > 0) != (key[0] == "scullv"):
        fail(machine, result, f"{key}: {writes} writes to page tables")
    for name, (objects, slabs) in lines.items():
        have = changes.get(name, "")
        if not have.startswith(objects) or (slabs and slabs not in have):
            fail(machine, result, f"{key}: {name}: {have!r}")


def the_books_workload():
    machine = vm.Machine(boot="kernel", mem="64M",
                         archive=str(need_image(ARCHIVE)),
                         cmdline='run="scullcompare; lsmod; check"')
    result = boot(machine, 60)
    want_verdict(machine, result, vm.PASSED)
    want_clean(machine, result)
    found = rows(result.text())
    for key in WANTED:
        if key not in found:
            fail(machine, result, f"no row {key}")
        check_row(machine, result, key, found[key])
    # The books' rule: from half a page on, whole pages lose less.
    waste = {key[1].split()[0]: row[0] for key, row in found.items()}
    if waste["scull_quantum=2049"] < 1.9 * waste["scullp_order=0"]:
        fail(machine, result, "kmalloc(2049) does not take two halves")
    return f"{len(found)} rows"


def what_is_loaded_stays():
    """It compares with modules that it loads itself, or not at all."""
    machine = vm.Machine(boot="kernel", mem="64M",
                         archive=str(need_image(ARCHIVE)),
                         cmdline='run="insmod /lib/modules/scull.ko; '
                                 'scullcompare 8K; lsmod; rmmod scull; '
                                 'scullcompare 8K; check"')
    result = boot(machine)
    want_verdict(machine, result, vm.FAILED)
    want_clean(machine, result)
    text = result.text()
    if not re.search(r"^scull +\d+  0$", text, re.MULTILINE):
        fail(machine, result, "scull was unloaded")
    if text.count("8192 bytes each") != 1:
        fail(machine, result, "not compared once")


def cases(_tier):
    return [Case("sculls.workload", the_books_workload),
            Case("sculls.loaded", what_is_loaded_stays)]
