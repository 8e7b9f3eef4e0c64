# SPDX-License-Identifier: MIT
"""grabber.py - frames from a disk into memory of every kind, by `grab`

What the books advise, as figures: whoever kept memory at boot has it in one
piece for ever, who takes single pages pays by the segment, who takes a block of
the buddy has it until memory is in fragments. All frames must be the disk's.
"""

import os
import re
import zlib

from cases import Case, boot, fail, scratch, vm, want_clean, want_verdict

PAGE = 4096
FRAME_PAGES = 75
FRAMES = 4
ROW = re.compile(rf"^(\w+) +{FRAMES}/{FRAMES} +(\d+) +(\d+) +(\d+) +(\d+) +"
                 r"(\d+)  (\w+)$", re.MULTILINE)
REFUSED = re.compile(rf"^(\w+) +0/{FRAMES} +(\D.*)$", re.MULTILINE)
IDE = re.compile(r"^ide0: dma=(\d+) segments=(\d+) pio=(\d+) .* "
                 r"lost=0 reset=0 failed=0$", re.MULTILINE)
HELD = re.compile(r"^the same, with (\d+) pages held .*$", re.MULTILINE)
# Nothing is handed out, or there is no reserve at all.
LEFT = (r"^Hidden RAM, size .*, blocks 0$|^No RAM is hidden;",
        r"^total: +\d+ kB +0 kB$|^No big physical area allocated!$")
BOUNCED = re.compile(r"^[0-9a-f:.]+ +\d+ +\d+ +\d+ +\d+ +(\d+)$",
                     re.MULTILINE)
ALL = {"bigphysarea", "highram", "pages", "vmalloc", "alloc_pages"}
RESERVES = "bigphysarea=100 mem={}"


def disk(folder, frames):
    """An image of random frames; (path, CRC-32 of what `grab` reads)."""
    path = os.path.join(folder, "disk.img")
    data = os.urandom(frames * FRAME_PAGES * PAGE)
    with open(path, "wb") as file:
        file.write(data)
    read = (data * FRAMES)[:FRAMES * FRAME_PAGES * PAGE]
    return path, zlib.crc32(read)


def grab(machine, crc, script=f"grab {FRAMES}"):
    """Both halves of the table as ({way: figures}, {way: why not})."""
    machine.cmdline += f' run="{script}; cat /proc/ide; '
    machine.cmdline += 'cat /proc/highram; cat /proc/bigphysarea; '
    machine.cmdline += 'cat /proc/dma_mappings; check"'
    result = boot(machine, 120)
    want_verdict(machine, result, vm.PASSED)
    want_clean(machine, result)
    text = result.text()
    if f"crc32={crc:08x};" not in text:
        fail(machine, result, f"the disk's CRC-32 is not {crc:08x}")
    halves = HELD.split(text)
    if len(halves) != 3 or int(halves[1]) < 1000:
        fail(machine, result, "memory was not fragmented")
    for line in LEFT:
        if not re.search(line, text, re.MULTILINE):
            fail(machine, result, f"buffers were not given back: {line}")
    tables = []
    for half in (halves[0], halves[2]):
        rows = {row[0]: [int(n) for n in row[1:6]]
                for row in ROW.findall(half) if row[6] == "right"}
        refused = dict(REFUSED.findall(half))
        if rows.keys() | refused.keys() != ALL:
            fail(machine, result, f"ways: {rows} {refused}")
        tables.append((rows, refused))
    return result, tables


def want_figures(machine, result, tables):
    """Segments: a frame of 75 pages in one piece crosses 64 KiB 4 or 5 times;
    in fragments each piece has two pages at most."""
    (fresh, none), (broken, refused) = tables
    if none or refused.keys() != {"alloc_pages"} or \
            "no block of that order is free" not in refused["alloc_pages"]:
        fail(machine, result, f"refused: {none}, then {refused}")
    for rows in (fresh, broken):
        for way, (segments, requests, copied, _, _) in rows.items():
            window = way == "highram"
            if requests != (5 if window else 1) or \
                    copied != (FRAME_PAGES * PAGE if window else 0):
                fail(machine, result, f"{way}: {rows[way]}")
            most = 6 if way in ("bigphysarea", "alloc_pages") else FRAME_PAGES
            if not 5 <= segments <= most:
                fail(machine, result, f"{way}: {segments} segments")
    for way in ("pages", "vmalloc"):
        if broken[way][0] < FRAME_PAGES // 2:
            fail(machine, result, f"{way}: not in fragments")
    # To copy a frame costs more than to tell the controller of 75 pages.
    if broken["highram"][4] < 2 * broken["pages"][4]:
        fail(machine, result, "the copy costs nothing")


def want_ide(machine, result, tables):
    """The controller's own counts: /dev/hda was read page by page first."""
    rows = [row for found, _ in tables for row in found.values()]
    requests = FRAMES * (FRAME_PAGES + sum(row[1] for row in rows))
    segments = FRAMES * (FRAME_PAGES + sum(row[0] for row in rows))
    found = IDE.search(result.text())
    # Figures a frame are rounded down.
    if not found or int(found[1]) != requests or int(found[3]) or not \
            0 <= int(found[2]) - segments < FRAMES * len(rows):
        fail(machine, result, f"not {requests} requests of {segments} segments")


def every_kind(mem, limit, cpus=1, frames=FRAMES):
    def run():
        with scratch() as folder:
            path, crc = disk(folder, frames)
            machine = vm.Machine(boot="kernel", mem=mem, cpus=cpus, disk=path,
                                 icount=True, cmdline=RESERVES.format(limit))
            result, tables = grab(machine, crc)
            want_figures(machine, result, tables)
            want_ide(machine, result, tables)
            if bounced(machine, result):
                fail(machine, result, "bytes were bounced")
    return run


def bounced(machine, result):
    """Bytes that the controller could not reach, by the DMA API."""
    found = BOUNCED.findall(result.text())
    if len(found) != 1:
        fail(machine, result, f"{len(found)} devices have mapped memory")
    return int(found[0])


def high_frames_are_bounced():
    """Above 4 GiB, where single pages come from first, is out of reach."""
    with scratch() as folder:
        path, crc = disk(folder, FRAMES)
        machine = vm.Machine(boot="kernel", mem="6G", disk=path, icount=True)
        result, _ = grab(machine, crc)
        # Of 16 frames of pages and vmalloc memory, most; a block is lowmem.
        least = 12 * FRAME_PAGES * PAGE
        if not least <= bounced(machine, result) <= least // 12 * 16:
            fail(machine, result, "other than high pages were bounced")


def reserves_are_missed():
    """No boot words: two ways say what they lack, the others work."""
    with scratch() as folder:
        path, crc = disk(folder, 1)
        machine = vm.Machine(boot="kernel", mem="64M", disk=path)
        result, tables = grab(machine, crc)
        for _, refused in tables:
            if "boot with bigphysarea=" not in refused["bigphysarea"] or \
                    "boot with mem=" not in refused["highram"]:
                fail(machine, result, f"refused: {refused}")


BAD = (("grab", "grab: /dev/hda: no such file or directory"),
       ("grab 0", "grab: '0' is not within 1 .. 1000"),
       ("grab 1001", "grab: '1001' is not within 1 .. 1000"),
       ("grab x", "grab: 'x' is not within 1 .. 1000"),
       ("grab 1 /dev/null", "grab: /dev/null: block device required"),
       ("grab 1 2 3", "usage: grab [FRAMES [DISK]]"))


def bad_words_and_no_disk():
    script = "; ".join(command for command, _ in BAD)
    machine = vm.Machine(boot="kernel", cmdline=f'run="{script}; check"')
    result = boot(machine)
    want_verdict(machine, result, vm.FAILED)
    want_clean(machine, result)
    lines = re.findall(r"^(?:grab:|usage:) .*$", result.text(), re.MULTILINE)
    if lines != [line for _, line in BAD]:
        fail(machine, result, f"said: {lines}")


def bad_disk(size, blkdebug, line):
    """A disk that is too short, and one that cannot be read."""
    def run():
        with scratch() as folder:
            path = os.path.join(folder, "disk.img")
            with open(path, "wb") as file:
                file.truncate(size)
            machine = vm.Machine(boot="kernel", cmdline='run="grab 1; check"')
            if blkdebug:
                rules = os.path.join(folder, "rules")
                with open(rules, "w", encoding="ascii") as file:
                    file.write('[inject-error]\nevent = "read_aio"\n'
                               'errno = "5"\nsector = "8"\n')
                machine.extra = ["-drive", "if=ide,index=0,format=raw,"
                                 f"file=blkdebug:{rules}:{path}"]
            else:
                machine.disk = path
            result = boot(machine)
            want_verdict(machine, result, vm.FAILED)
            text = result.text()
            if line not in text or "check: 0 violations" not in text:
                fail(machine, result, f"no {line!r}")
    return run


def cases(tier):
    found = [Case("grabber.64M", every_kind("64M", "60M")),
             Case("grabber.no-reserves", reserves_are_missed),
             Case("grabber.bad-words", bad_words_and_no_disk),
             Case("grabber.short-disk", bad_disk(
                 200 << 10, False, "grab: /dev/hda is too short for a frame")),
             Case("grabber.bad-disk", bad_disk(
                 1 << 20, True, "grab: /dev/hda cannot be read: "))]
    if tier == "full":
        found += [Case("grabber.6G", high_frames_are_bounced),
                  Case("grabber.2G-4", every_kind("2G", "2000M", 4)),
                  Case("grabber.short-of-frames",
                       every_kind("256M", "250M", 2, 3))]
    return found
