#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""font.py - lib/font_glyphs.c from a font of Debian's xfonts-terminus

    font.py NAME=FILE.pcf.gz... >lib/font_glyphs.c

The table is committed, so a build needs no font. To make it anew:

    apt-get download xfonts-terminus && dpkg-deb -x xfonts-terminus_*.deb x
    d=x/usr/share/fonts/X11/misc
    tools/build/font.py small=$d/ter-u16n_unicode.pcf.gz \\
        large=$d/ter-u24b_unicode.pcf.gz >lib/font_glyphs.c

The file format: "The X11 Portable Compiled Format" (FontForge's page pcf).
Every glyph of these fonts fills its whole cell, so metrics say the cell's
size and nothing else.
"""

import gzip
import struct
import sys

FIRST, LAST = 0x20, 0x7e
METRICS, BITMAPS, ENCODINGS = 1 << 2, 1 << 3, 1 << 5
BIG_ENDIAN_BYTES, BIG_ENDIAN_BITS, COMPRESSED = 1 << 2, 1 << 3, 0x100

HEAD = """\
/* SPDX-License-Identifier: MIT AND OFL-1.1 */
/*
 * font_glyphs.c - the screen's letters; made by tools/build/font.py
 *
 * The shapes are Terminus Font's, Copyright (c) 2010-2014 Dimitar Toshkov
 * Zhekov, with Reserved Font Name "Terminus Font", under the SIL Open Font
 * License, Version 1.1: LICENSES/OFL-1.1.txt.
 */
#include <kernel/canvas.h>

/* A glyph is a few full lines. */
/* clang-format off */
"""


class Pcf:
    def __init__(self, path):
        with gzip.open(path) as file:
            self.data = file.read()
        magic, count = struct.unpack_from("<4sI", self.data)
        if magic != b"\1fcp":
            sys.exit(f"font.py: {path} is no PCF font")
        self.tables = {}
        for i in range(count):
            kind, _, _, offset = struct.unpack_from("<4I", self.data,
                                                    8 + 16 * i)
            self.tables[kind] = offset
        self.cell()
        self.bitmaps()

    def table(self, kind):
        """Where its contents begin, its format, its byte order."""
        offset = self.tables[kind]
        form, = struct.unpack_from("<I", self.data, offset)
        return offset + 4, form, ">" if form & BIG_ENDIAN_BYTES else "<"

    def cell(self):
        at, form, order = self.table(METRICS)
        if form & COMPRESSED:
            left, right, _, up, down = (
                byte - 0x80 for byte in self.data[at + 2:at + 7])
        else:
            left, right, _, up, down = struct.unpack_from(
                order + "5h", self.data, at + 4)
        self.width, self.height = right - left, up + down

    def bitmaps(self):
        at, form, order = self.table(BITMAPS)
        count, = struct.unpack_from(order + "I", self.data, at)
        self.offsets = struct.unpack_from(f"{order}{count}I", self.data,
                                          at + 4)
        self.bits = at + 4 + 4 * count + 16
        self.row_bytes = max((self.width + 7) // 8, 1 << (form & 3))
        if not form & BIG_ENDIAN_BITS:
            sys.exit("font.py: leftmost pixel in the lowest bit: not known")

    def glyph(self, code):
        """The rows of @code, each a number, leftmost pixel highest."""
        at, _, order = self.table(ENCODINGS)
        low, high, first, _, _ = struct.unpack_from(order + "5h", self.data,
                                                    at)
        index, = struct.unpack_from(
            order + "H", self.data,
            at + 10 + 2 * ((code >> 8) - first) * (high - low + 1)
            + 2 * ((code & 0xff) - low))
        start = self.bits + self.offsets[index]
        used = (self.width + 7) // 8
        return [int.from_bytes(self.data[start + y * self.row_bytes:][:used],
                               "big") for y in range(self.height)]


def print_font(name, font):
    digits = 2 * ((font.width + 7) // 8)
    print(f"\nstatic const u{4 * digits} {name}_rows[] = {{")
    for code in range(FIRST, LAST + 1):
        rows = [f"0x{row:0{digits}x}," for row in font.glyph(code)]
        note = f"/* {code:#x} */"
        print(f"\t{note}")
        for i in range(0, len(rows), 8):
            print("\t" + " ".join(rows[i:i + 8]))
    print("};\n")
    print(f"const struct font font_{name} = {{")
    print(f"\t.width = {font.width},\n\t.height = {font.height},")
    print(f"\t.rows{4 * digits} = {name}_rows,\n}};")
    print(f"static_assert(sizeof({name}_rows) ==\n"
          f"\t\t      FONT_GLYPHS * {font.height} * sizeof({name}_rows[0]),\n"
          "\t      \"a row for each line of each glyph\");")


def main():
    print(HEAD, end="")
    for word in sys.argv[1:]:
        name, _, path = word.partition("=")
        print_font(name, Pcf(path))


if __name__ == "__main__":
    main()
