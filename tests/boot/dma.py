# SPDX-License-Identifier: MIT
"""dma.py - the bounce pool that swiotlb= asks for, and what runs through it

Everything is bounced when the boot word says so: the random suites then have
each byte copied, and count on slots going back. A pool that cannot be had is
refused in one line, and the machine runs without.
"""

import re

from cases import Case, boot, fail, vm, want_clean, want_verdict

POOL = re.compile(r"^swiotlb: 0x([0-9a-f]{8})-0x([0-9a-f]{8}) slabs (\d+) "
                  r"used (\d+) peak (\d+) refused (\d+)( force)?$",
                  re.MULTILINE)
MOVED = re.compile(r"^dma-(?:model|sg) +0 +0 +(\d+) +(\d+) +(\d+)$",
                   re.MULTILINE)
DMA_END = 1 << 24
SLAB = 2048


def look(words, mem="64M"):
    machine = vm.Machine(boot="kernel", mem=mem, cmdline=words +
                         ' run="cat /proc/dma_mappings; check"')
    result = boot(machine, 90)
    want_verdict(machine, result, vm.PASSED)
    want_clean(machine, result)
    text = result.text().replace("\r", "")
    if "check: 0 violations" not in text:
        fail(machine, result, "check is not clean")
    return machine, result, text


def has_pool(machine, result, text, slabs):
    """The pool is as large as asked, and in the DMA zone."""
    row = POOL.search(text)
    if not row:
        fail(machine, result, "no pool in /proc/dma_mappings")
    start, last, found = int(row[1], 16), int(row[2], 16), int(row[3])
    if found != slabs or last + 1 - start != slabs * SLAB or last >= DMA_END:
        fail(machine, result, f"not a pool of {slabs} slabs: {row[0]}")
    if row[4] != "0":
        fail(machine, result, f"slots did not go back: {row[0]}")
    return row


def everything_can_be_bounced():
    seen = look("swiotlb=512,force selftest=dma_model.*,dma_sg.all*")
    row = has_pool(*seen, 512)
    moved = MOVED.findall(seen[2])
    if row[7] != " force" or len(moved) != 2:
        fail(*seen[:2], "not forced, or not two devices' rows")
    for mapped, bounced, count in moved:
        if mapped != bounced or int(count) < int(mapped):
            fail(*seen[:2], f"{bounced} of {mapped} mappings bounced")
    return f"{sum(int(row[2]) for row in moved) >> 10} KiB"


def suites_pass_where_everything_is_bounced():
    machine, result, text = look("swiotlb=512,force selftest=dma*")
    if not re.search(r"^# ktest: \d+ passed, 0 failed", text, re.MULTILINE):
        fail(machine, result, "the suites did not pass")


def sizes_by_default():
    for mem, slabs in (("16M", 64), ("64M", 128), ("300M", 512)):
        has_pool(*look("loglevel=7", mem), slabs)


def no_pool(words, line):
    def run():
        machine, result, text = look(words)
        if "swiotlb: none" not in text or POOL.search(text):
            fail(machine, result, "there is a pool")
        if len(re.findall(line, text, re.MULTILINE)) != 1:
            fail(machine, result, f"not one line {line!r}")
    return run


def a_wrong_word_leaves_the_default():
    machine, result, text = look("swiotlb=64,often")
    has_pool(machine, result, text, 128)
    if "swiotlb=64,often refused; the default stays" not in text:
        fail(machine, result, "no line that refuses the word")


def cases(_tier):
    return [
        Case("dma.everything-can-be-bounced", everything_can_be_bounced),
        Case("dma.suites-forced", suites_pass_where_everything_is_bounced),
        Case("dma.pool-sizes-by-default", sizes_by_default),
        Case("dma.too-large-a-pool",
             no_pool("swiotlb=4500", r"software IO TLB: 9000KB refused: more "
                     r"than half of what is free in the DMA zone$")),
        Case("dma.no-pool-wanted",
             no_pool("swiotlb=noforce", r"swiotlb=noforce")),
        Case("dma.a-wrong-word", a_wrong_word_leaves_the_default),
    ]
