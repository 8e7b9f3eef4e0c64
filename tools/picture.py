#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""picture.py - physical memory as a PNG, from the records of COM2

    tools/vm --kernel --records records.txt --run "memmap"
    tools/picture.py records.txt memory.png

The last map in the file is drawn (docs/records.md: frames, blocks, zone,
cache). Colours, names and letters are read from the kernel's own lists, so the
picture is that of `memmap live`; scale and cells are computed here a second
time, from what docs/screen.md says.
"""

import json
import re
import struct
import sys
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, MIN_ROWS, MAX_ROWS = 128, 4, 68
MAX_ORDER = 11


def source(name):
    return (ROOT / name).read_text("utf-8")


def macro(text, name):
    """The lines of a list `#define NAME(X) ...`."""
    match = re.search(rf"#define {name}\(X\)(.*?[^\\])\n", text, re.DOTALL)
    return match[1].replace("\\\n", "\n")


def rgb(text):
    return bytes(int(part, 16) for part in
                 re.match(r"RGB\((\w+), (\w+), (\w+)\)", text).groups())


class Palette:
    """Which letter a name has, and which colour."""

    def __init__(self):
        view = source("include/kernel/memmap_view.h")
        self.items = [(letter, rgb(color), name) for letter, color, name in
                      re.findall(r"X\('(.)',\s*(RGB\([^)]*\)),\s*\"([^\"]*)\"\)",
                                 macro(view, "VIEW_COLORS"))]
        self.color = {letter: color for letter, color, _ in self.items}
        self.free = [rgb(color) for color in re.findall(
            r"RGB\([^)]*\)", macro(view, "VIEW_FREE_COLORS"))]
        kinds = dict(re.findall(r"X\(\w+, \"([^\"]*)\", '(.)'\)",
                                macro(source("include/mm/frame_map.h"),
                                      "FRAME_KINDS")))
        owners = dict(re.findall(r"X\(\w+, \"([^\"]*)\", '(.)'\)",
                                 macro(source("include/mm/page.h"),
                                       "PAGE_OWNERS")))
        kept = re.findall(r"X\(\w+, \"([^\"]*)\"\)",
                          macro(source("include/kernel/boot_info.h"),
                                "BOOT_RANGE_KINDS"))
        self.letters = {**owners, **kinds,
                        **dict.fromkeys(kept + ["page 0"], "r")}

    def letter(self, name):
        """Boot memory goes by its owner's name: kept or allocated."""
        if name in self.letters:
            return self.letters[name]
        return "K" if name.startswith("Kernel ") else "B"


class Memory:
    """The last map of a file of records."""

    def __init__(self, lines, palette):
        self.runs, self.blocks = [], []
        self.zones, self.caches, self.boot = {}, [], {}
        self.at = 0
        ended = True
        for line in lines:
            try:
                record = json.loads(line)
            except ValueError:
                continue  # the machine was stopped in the middle of it
            kind = record.get("k")
            if kind == "frames":
                if record["first"] == 0:
                    self.runs, self.blocks, self.caches = [], [], []
                pfn = record["first"]
                for nr, name in record["runs"]:
                    self.runs.append((pfn, nr, palette.letter(name)))
                    pfn += nr
                self.at = record["t"]
            elif kind == "blocks":
                if ended:
                    self.blocks = []
                ended = record["end"]
                self.blocks += record["runs"]
            elif kind == "zone":
                self.zones[record["name"]] = record
            elif kind == "cache":
                self.caches.append(record)
            elif kind == "boot":
                self.boot = record
        if not self.runs:
            raise ValueError("no record of frames")

    def frames(self):
        """Letter and order of each frame that is described."""
        last = max(pfn + nr for pfn, nr, _ in self.runs)
        letters, orders = [" "] * last, bytearray(last)
        for pfn, nr, letter in self.runs:
            letters[pfn:pfn + nr] = letter * nr
        for pfn, nr, order in self.blocks:
            orders[pfn:pfn + nr] = bytes([order]) * nr
        return "".join(letters), bytes(orders)


def cell(letters, orders, start, end):
    """What most frames are; of equals the lower one, a hole first."""
    part = letters[start:end]
    if not part:
        return " ", 0
    best = max(sorted(set(part), key=lambda c: (c != " ", c)), key=part.count)
    order = 0
    if best == ".":
        free = [orders[start + i] for i, c in enumerate(part) if c == "."]
        order = max(sorted(set(free)), key=free.count)
    return best, order


def spans_of(runs, start, end):
    """The zone's frames that are not a hole: runs that do not touch."""
    spans = []
    for pfn, nr, letter in runs:
        first, last = max(pfn, start), min(pfn + nr, end)
        if first >= last or letter == " ":
            continue
        if spans and spans[-1][1] == first:
            spans[-1][1] = last
        else:
            spans.append([first, last])
    return spans


def rows_of(spans, shift):
    """The frame that each row begins with; holes have none."""
    size = COLUMNS << shift
    rows = {row for first, last in spans
            for row in range(first // size, (last - 1) // size + 1)}
    return [row * size for row in sorted(rows)]


def fit(zones, rows):
    """log2 of the frames of a cell, for the spans of each zone."""
    scale = 0
    while True:
        shifts = []
        for spans in zones:
            shift = scale
            while shift and len(rows_of(spans, shift)) < MIN_ROWS:
                shift -= 1
            shifts.append(shift)
        if sum(len(rows_of(*pair)) for pair in zip(zones, shifts)) <= rows:
            return shifts
        scale += 1


def cells(zone, rows, shift, letters, orders):
    """(column, row, letter, order) of each cell of a zone's rows."""
    for y, pfn in enumerate(rows):
        for x in range(COLUMNS):
            start = max(pfn + (x << shift), zone["start"])
            end = min(pfn + (x + 1 << shift), zone["end"])
            if start < end:
                yield (x, y) + cell(letters, orders, start, end)


class Font:
    """The kernel's letters."""

    def __init__(self, name):
        text = source("lib/font_glyphs.c")
        self.width = int(re.search(
            rf"font_{name} = {{\s*\.width = (\d+)", text)[1])
        self.height = int(re.search(
            rf"font_{name} = {{.*?\.height = (\d+)", text, re.DOTALL)[1])
        table = re.search(rf"{name}_rows\[\] = {{(.*?)}};", text,
                          re.DOTALL)[1]
        self.rows = [int(row, 16) for row in
                     re.findall(r"0x(\w+),", table)]
        self.bits = 8 * ((self.width + 7) // 8)

    def glyph(self, char):
        """Rows of booleans."""
        index = ord(char) - 0x20
        if not 0 <= index < 95:
            index = ord("?") - 0x20
        rows = self.rows[index * self.height:][:self.height]
        return [[bool(row >> (self.bits - 1 - x) & 1)
                 for x in range(self.width)] for row in rows]


class Image:
    def __init__(self, width, height, color):
        self.width, self.height = width, height
        self.lines = [bytearray(color * width) for _ in range(height)]

    def fill(self, x, y, width, height, color):
        for line in self.lines[y:y + height]:
            line[3 * x:3 * (x + width)] = color * width

    def text(self, font, x, y, text, color):
        for char in text:
            for dy, row in enumerate(font.glyph(char)):
                for dx, lit in enumerate(row):
                    if lit:
                        at = 3 * (x + dx)
                        self.lines[y + dy][at:at + 3] = color
            x += font.width
        return x

    def png(self):
        def chunk(kind, data):
            body = kind + data
            return struct.pack(">I", len(data)) + body + \
                struct.pack(">I", zlib.crc32(body))
        raw = b"".join(b"\0" + bytes(line) for line in self.lines)
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(
            ">2I5B", self.width, self.height, 8, 2, 0, 0, 0)) + \
            chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def size(pages):
    return f"{pages / 256:.1f} MiB" if pages >= 256 else f"{pages * 4} KiB"


BACK, TITLE = bytes([0x0b, 0x0e, 0x14]), bytes([0xff] * 3)
TEXT, FAINT = bytes([0xc8, 0xcc, 0xd0]), bytes([0x78, 0x80, 0x88])
ZONES = {"DMA": bytes([0xf4, 0xa2, 0x42]), "Normal": bytes([0x3f, 0xa3, 0xd0]),
         "HighMem": bytes([0xa0, 0x7a, 0xe0])}
WIDTH, MARGIN, LEFT, PITCH, LINE = 1024, 16, 104, 7, 20


class Picture:
    """Memory, drawn from the top to the bottom."""

    def __init__(self, memory, palette):
        self.memory, self.palette = memory, palette
        self.letters, self.orders = memory.frames()
        self.small, self.large = Font("small"), Font("large")
        self.zones = [z for z in memory.zones.values()
                      if z["end"] > z["start"]]
        spans = [spans_of(memory.runs, z["start"], z["end"])
                 for z in self.zones]
        self.shifts = fit(spans, MAX_ROWS)
        self.rows = list(map(rows_of, spans, self.shifts))
        # More than enough; what is not used is cut off.
        height = 48 + sum(len(rows) * PITCH + 36 for rows in self.rows) + \
            (10 + MAX_ORDER) * LINE
        self.image = Image(WIDTH, height, BACK)
        self.y = 8
        self.title()
        for zone, shift, rows in zip(self.zones, self.shifts, self.rows):
            self.band(zone, shift, rows)
        self.legend()
        self.bottom()
        del self.image.lines[self.y + LINE + 8:]
        self.image.height = len(self.image.lines)

    def say(self, x, text, color=TEXT):
        return self.image.text(self.small, x, self.y, text, color)

    def title(self):
        x = self.image.text(self.large, MARGIN, self.y, "Pagewright", TITLE)
        self.y += 6
        boot = self.memory.boot
        self.say(x + 16, f"physical memory {self.memory.at / 1e9:.2f} s after "
                 f"power-on, kernel {boot.get('kernel', '?')}, loaded by "
                 f"{boot.get('loader', '?')}", FAINT)
        self.y += 30

    def band(self, zone, shift, rows):
        self.say(LEFT, f"{zone['name']}  {size(zone['free'] + zone['pcp'])} of "
                 f"{size(zone['managed'])} free, a cell is {size(1 << shift)}")
        self.y += 20
        self.image.fill(LEFT - 8, self.y, 4, len(rows) * PITCH - 1,
                        ZONES[zone["name"]])
        for x, y, letter, order in cells(zone, rows, shift, self.letters,
                                         self.orders):
            self.image.fill(LEFT + x * PITCH, self.y + y * PITCH, PITCH - 1,
                            PITCH - 1, self.palette.free[order]
                            if letter == "." else self.palette.color[letter])
        self.labels(rows, COLUMNS << shift)
        self.y += len(rows) * PITCH + 12

    def labels(self, rows, size):
        """Addresses, at every fourth row and behind a hole."""
        since = 4
        for y, pfn in enumerate(rows):
            joins = y and pfn == rows[y - 1] + size
            if since >= 4 or not joins:
                if not y or (len(rows) - y >= 2 and since >= 3):
                    since = 0
                    label = f"{pfn // 256} MiB"
                    self.image.text(self.small, LEFT - 16 - 8 * len(label),
                                    self.y + y * PITCH - 4, label, FAINT)
            since += 1

    def legend(self):
        self.y += 4
        x = self.say(MARGIN, "free, in blocks of order ")
        for order, color in enumerate(self.palette.free):
            self.image.fill(x, self.y + 2, 12, 12, color)
            x = self.say(x + 16, str(order)) + 10
        items = [(color, f"{name} {size(self.letters.count(letter))}")
                 for letter, color, name in self.palette.items
                 if letter in self.letters]
        for i, (color, text) in enumerate(items):
            if i % 5 == 0:
                self.y += LINE
            x = MARGIN + i % 5 * 198
            self.image.fill(x, self.y + 2, 12, 12, color)
            self.say(x + 18, text)
        self.y += 2 * LINE

    def bottom(self):
        """Free blocks as bars, and the largest caches."""
        self.say(MARGIN, "free blocks by order")
        self.say(560, "largest slab caches", TEXT)
        caches = sorted(self.memory.caches,
                        key=lambda c: -(c["slabs"] << c["order"]))
        top = max([1] + [sum(z["blocks"][i] for z in self.zones) << i
                         for i in range(MAX_ORDER)])
        for order in range(MAX_ORDER):
            self.y += LINE
            self.say(MARGIN, f"{order:2}", FAINT)
            x = MARGIN + 24
            for zone in self.zones:
                pages = zone["blocks"][order] << order
                width = max(1 if pages else 0, pages * 380 // top)
                self.image.fill(x, self.y + 3, width, 11, ZONES[zone["name"]])
                x += width + 1
            blocks = [zone["blocks"][order] for zone in self.zones]
            self.say(x + 8, " + ".join(map(str, blocks)), FAINT)
            if order < len(caches):
                cache = caches[order]
                self.say(560, f"{cache['name']:<20} "
                         f"{size(cache['slabs'] << cache['order']):>10}  "
                         f"{cache['active']} of {cache['objects']} objects",
                         FAINT)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: picture.py RECORDS OUT.png")
    palette = Palette()
    try:
        with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
            memory = Memory(file, palette)
    except (OSError, ValueError) as error:
        sys.exit(f"picture.py: {sys.argv[1]}: {error}")
    Path(sys.argv[2]).write_bytes(Picture(memory, palette).image.png())


if __name__ == "__main__":
    main()
