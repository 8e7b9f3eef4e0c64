#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""symtab.py - names and unwind rows of a kernel image, as the image carries them

    symtab.py ELF OUT            make the tables from a linked kernel; those of
                                 its suites, if it has any, as OUT.suites
    symtab.py --empty OUT        tables without an entry, for the first link
    symtab.py --check ELF TABLE  do the tables still fit this kernel?
    symtab.py --figures ELF      sizes and counts, one line

Behind the kernel's tables the image has nothing but the suites and theirs. They
move with the tables' sizes, which the second link has found out, and nothing else
does: --check makes the tables again from the final image and demands the same
bytes.

Layout, all little-endian; arch/x86/cpu/symbols.c and unwind.c read it:

  header   u32 magic, nr_symbols, nr_symbol_anchors, symbol_anchors, symbols,
           nr_functions, nr_unwind_anchors, unwind_anchors, rows, bytes
           (the four places are offsets from the header)
  anchors  one for every 16th entry: u32 address, u32 offset in the stream
  symbols  entries in rising order: LEB128 distance from the one before (0 at
           an anchor), then the name and a NUL
  rows     functions in rising order: LEB128 distance of the start from the
           one before (0 at an anchor), LEB128 bytes of code, LEB128 bytes of
           rows, rows

A row holds from its place in the code up to the next one. A function begins
with CFA = esp + 4, ebp untouched. Row: one byte, advance << 4 | op; advance 0
means that a LEB128 follows.
  op 0..12  CFA moves op - 6 words away from esp
  op 13     all of it: byte of flags (1: CFA is ebp-based, 2: ebp is saved,
            4: not expressible), LEB128 words from base to CFA, and if ebp is
            saved LEB128 words from CFA down to it
  op 14     ebp was pushed: CFA moves a word, and ebp lies at the new top
  op 15     ebp was popped
"""

import bisect
import struct
import sys

MAGIC = 0x54595350  # "PSYT"
HEADER_WORDS = 10
ANCHOR_EVERY = 16

ESP, EBP, RETURN = 4, 5, 8
OP_DELTA_ZERO, OP_DELTA_MAX = 6, 12
OP_FULL, OP_PUSH_EBP, OP_POP_EBP = 13, 14, 15
FLAG_EBP_BASED, FLAG_EBP_SAVED, FLAG_UNKNOWN = 1, 2, 4

STT_NOTYPE, STT_OBJECT, STT_FUNC = 0, 1, 2
# Whose names a person may want to see.
PARTS = (".text", ".rodata", ".data", ".bss", "percpu", ".suites_text",
         ".suites_rodata", ".suites_data", ".suites_bss")


class Elf:
    """Section headers and symbols of a little-endian ELF32 file."""

    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = f.read()
        if self.data[:6] != b"\x7fELF\x01\x01":
            sys.exit(f"symtab.py: {path}: no little-endian ELF32 file")
        (offset,) = struct.unpack_from("<I", self.data, 32)
        size, count, names = struct.unpack_from("<HHH", self.data, 46)
        raw = [struct.unpack_from("<10I", self.data, offset + i * size)
               for i in range(count)]
        self.sections = []
        for s in raw:
            name = self.string(raw[names][4], s[0])
            self.sections.append({"name": name, "type": s[1], "addr": s[3],
                                  "offset": s[4], "size": s[5], "link": s[6]})

    def string(self, table, offset):
        end = self.data.index(b"\0", table + offset)
        return self.data[table + offset:end].decode()

    def section(self, name):
        for s in self.sections:
            if s["name"] == name:
                return s
        return None

    def body(self, section):
        return self.data[section["offset"]:section["offset"] + section["size"]]

    def symbols(self):
        """(address, size, type, section name, name) of each."""
        table = self.section(".symtab")
        if not table:
            sys.exit("symtab.py: the file has no symbols")
        strings = self.sections[table["link"]]["offset"]
        for i in range(0, table["size"], 16):
            name, addr, size, info, _, index = struct.unpack_from(
                "<IIIBBH", self.data, table["offset"] + i)
            if 0 < index < len(self.sections):
                yield (addr, size, info & 15, self.sections[index]["name"],
                       self.string(strings, name))


def leb128(value, least=1):
    """@value in as few bytes as it takes, but not fewer than @least."""
    out = bytearray()
    while True:
        byte = value & 0x7f
        value >>= 7
        if not value and len(out) + 1 >= least:
            out.append(byte)
            return bytes(out)
        out.append(byte | 0x80)


class Reader:
    """Bytes of call frame information."""

    def __init__(self, data, pos, end):
        self.data, self.pos, self.end = data, pos, end

    def unpack(self, fmt):
        (value,) = struct.unpack_from("<" + fmt, self.data, self.pos)
        self.pos += struct.calcsize(fmt)
        return value

    def uleb(self):
        value = shift = 0
        while True:
            byte = self.unpack("B")
            value |= (byte & 0x7f) << shift
            shift += 7
            if not byte & 0x80:
                return value

    def sleb(self):
        start = self.pos
        value = self.uleb()
        bits = 7 * (self.pos - start)
        return value - (1 << bits) if value >> (bits - 1) & 1 else value

    def cstring(self):
        end = self.data.index(b"\0", self.pos)
        text = self.data[self.pos:end].decode()
        self.pos = end + 1
        return text

    def skip_block(self):
        self.pos += self.uleb()


class Rules:
    """Where the caller's frame is: CFA base and distance, and saved ebp."""

    def __init__(self, base=ESP, offset=4, ebp=None, unknown=False):
        self.base, self.offset = base, offset
        self.ebp, self.unknown = ebp, unknown

    def copy(self):
        return Rules(self.base, self.offset, self.ebp, self.unknown)

    def key(self):
        if self.unknown or self.base not in (ESP, EBP) or self.offset % 4 or \
                self.offset < 0:
            return None
        return self.base, self.offset // 4, self.ebp


class FrameProgram:
    """Runs the call frame instructions of one CIE or FDE."""

    def __init__(self, cie):
        self.cie = cie
        self.initial = Rules()
        self.rules = Rules()
        self.stack = []
        self.rows = []
        self.pc = 0

    def advance(self, factor):
        self.note()
        self.pc += factor * self.cie["code_align"]

    def note(self):
        """The rules hold up to here."""
        if self.rows and self.rows[-1][0] == self.pc:
            self.rows.pop()
        key = self.rules.key()
        if not self.rows or self.rows[-1][1] != key:
            self.rows.append((self.pc, key))

    def saved(self, register, offset):
        if register == EBP:
            self.rules.ebp = -offset // 4 if offset is not None else None

    def run(self, r):
        while r.pos < r.end:
            op = r.unpack("B")
            self.step(r, op >> 6, op & 0x3f)

    def step(self, r, high, low):
        align = self.cie["data_align"]
        if high == 1:
            self.advance(low)
        elif high == 2:
            self.saved(low, r.uleb() * align)
        elif high == 3:
            self.saved(low, None)
        elif low in (0x02, 0x03, 0x04):  # advance_loc1, 2, 4
            self.advance(r.unpack({2: "B", 3: "H", 4: "I"}[low]))
        elif low == 0x05:  # offset_extended
            register = r.uleb()
            self.saved(register, r.uleb() * align)
        elif low in (0x06, 0x08):  # restore_extended, same_value
            self.saved(r.uleb(), None)
        elif low == 0x07:  # undefined
            r.uleb()
        elif low == 0x0a:  # remember_state
            self.stack.append(self.rules.copy())
        elif low == 0x0b:  # restore_state
            self.rules = self.stack.pop()
        elif low == 0x0c:  # def_cfa
            self.rules.base, self.rules.offset = r.uleb(), r.uleb()
            self.rules.unknown = False
        elif low == 0x0d:  # def_cfa_register
            self.rules.base = r.uleb()
        elif low == 0x0e:  # def_cfa_offset
            self.rules.offset = r.uleb()
        elif low == 0x0f:  # def_cfa_expression
            r.skip_block()
            self.rules.unknown = True
        elif low in (0x10, 0x16):  # expression, val_expression
            if r.uleb() == EBP:
                self.rules.unknown = True
            r.skip_block()
        elif low == 0x2e:  # GNU_args_size
            r.uleb()
        elif low != 0:
            sys.exit(f"symtab.py: unknown call frame instruction {low:#x}")


def parse_cie(data, pos, end):
    r = Reader(data, pos, end)
    if r.unpack("B") not in (1, 3):
        sys.exit("symtab.py: .eh_frame has a CIE of an unknown version")
    augmentation = r.cstring()
    cie = {"code_align": r.uleb(), "data_align": r.sleb()}
    r.uleb()  # return address column
    if augmentation not in ("zR", "zRS"):
        sys.exit(f"symtab.py: unknown augmentation {augmentation!r}")
    r.uleb()
    if r.unpack("B") != 0x1b:
        sys.exit("symtab.py: pointers are not pc-relative, 4 bytes, signed")
    program = FrameProgram(cie)
    program.run(r)
    cie["initial"] = program.rules
    return cie


def functions(elf):
    """(start, bytes, rows) of each FDE, in rising order."""
    section = elf.section(".eh_frame")
    if not section:
        return []
    data, found, cies, pos = elf.body(section), [], {}, 0
    while pos + 4 <= len(data):
        (length,) = struct.unpack_from("<I", data, pos)
        if not length:
            pos += 4
            continue
        body, end = pos + 4, pos + 4 + length
        (ident,) = struct.unpack_from("<I", data, body)
        if ident == 0:
            cies[pos] = parse_cie(data, body + 4, end)
        else:
            found.append(parse_fde(data, body + 4, end, section["addr"],
                                   cies[body - ident]))
        pos = end
    return sorted(found)


def parse_fde(data, pos, end, base, cie):
    r = Reader(data, pos, end)
    start = (base + r.pos + r.unpack("i")) & 0xffffffff
    size = r.unpack("I")
    r.skip_block()
    program = FrameProgram(cie)
    program.rules = cie["initial"].copy()
    program.run(r)
    program.note()
    return start, size, program.rows


def encode_rows(rows):
    """Rows as bytes; see the head of this file."""
    out = bytearray()
    at, state = 0, (ESP, 1, None)
    for pc, key in rows:
        if key == state:
            continue
        op, extra = encode_change(state, key)
        advance = pc - at
        short = advance if 0 < advance < 16 else 0
        out.append(short << 4 | op)
        if not short:
            out += leb128(advance)
        out += extra
        at, state = pc, key
    return bytes(out)


def encode_change(old, new):
    if new is None:
        return OP_FULL, bytes([FLAG_UNKNOWN, 0])
    if old is not None and old[0] == new[0] == ESP:
        delta = new[1] - old[1]
        if old[2] == new[2] and abs(delta) <= OP_DELTA_ZERO:
            return delta + OP_DELTA_ZERO, b""
        if delta == 1 and old[2] is None and new[2] == new[1]:
            return OP_PUSH_EBP, b""
        if delta == -1 and new[2] is None and old[2] == old[1]:
            return OP_POP_EBP, b""
    flags = (FLAG_EBP_BASED if new[0] == EBP else 0) | \
        (FLAG_EBP_SAVED if new[2] is not None else 0)
    extra = bytes([flags]) + leb128(new[1])
    if new[2] is not None:
        extra += leb128(new[2])
    return OP_FULL, extra


def wanted_symbols(elf):
    """Address and name of what a person may want to see, rising, no twins."""
    by_address = {}
    for addr, size, kind, section, name in elf.symbols():
        if section not in PARTS:
            continue
        if kind == STT_NOTYPE and (section not in (".text", ".bss") or
                                   "." in name or name.startswith("__")):
            continue
        if kind == STT_OBJECT and (not size or
                                   name.startswith(("__func__", "_warned",
                                                    "_site."))):
            continue
        if kind not in (STT_NOTYPE, STT_OBJECT, STT_FUNC) or not name:
            continue
        # Of several names for one address: code first, then the shortest.
        rank = (kind != STT_FUNC, len(name), name)
        if addr not in by_address or rank < by_address[addr]:
            by_address[addr] = rank
    return [(addr, by_address[addr][2]) for addr in sorted(by_address)]


def stream(entries, starts):
    """Anchors and stream of (address, bytes behind the distance) entries."""
    anchors, out, last = bytearray(), bytearray(), 0
    for i, (addr, rest) in enumerate(entries):
        if i % ANCHOR_EVERY == 0:
            anchors += struct.pack("<II", addr, len(out))
            last = addr
        # From part to part the distance depends on the tables' own size: they
        # must not depend on it in turn.
        crosses = bisect.bisect(starts, addr) != bisect.bisect(starts, last)
        out += leb128(addr - last, 3 if crosses else 1) + rest
        last = addr
    return bytes(anchors), bytes(out)


def tables(symbols, funcs, starts):
    """The whole blob; @starts: where parts of the image begin."""
    anchors, names = stream([(addr, name.encode() + b"\0")
                             for addr, name in symbols], starts)
    entries = []
    for start, size, rows in funcs:
        body = encode_rows(rows)
        entries.append((start, leb128(size) + leb128(len(body)) + body))
    unwind_anchors, rows = stream(entries, starts)

    place = HEADER_WORDS * 4
    places = []
    for part in (anchors, unwind_anchors, names, rows):
        places.append(place)
        place += len(part)
    header = struct.pack(
        "<10I", MAGIC, len(symbols), len(anchors) // 8, places[0], places[2],
        len(funcs), len(unwind_anchors) // 8, places[1], places[3], place)
    return header + anchors + unwind_anchors + names + rows


def check_functions(funcs):
    """FDEs may not overlap, or the rows of one would speak for another."""
    for (start, size, _), (following, _, _) in zip(funcs, funcs[1:]):
        if start + size > following:
            sys.exit(f"symtab.py: code at {start:#x} and {following:#x}"
                     " overlaps")


def make_both(path):
    """The kernel's tables and, if it has suites, theirs."""
    symbols, funcs = make(path)
    sections = {s["name"]: s["addr"] for s in Elf(path).sections}
    starts = sorted(sections[name] for name in PARTS if name in sections)
    first = sections.get(".suites_text", 1 << 32)
    parts = [tables([s for s in symbols if s[0] < first],
                    [f for f in funcs if f[0] < first], starts)]
    if symbols[-1][0] >= first:
        parts.append(tables([s for s in symbols if s[0] >= first],
                            [f for f in funcs if f[0] >= first], starts))
    return parts


def names(out):
    return out, out + ".suites"


def make(path):
    elf = Elf(path)
    funcs = [f for f in functions(elf) if f[1]]
    check_functions(funcs)
    symbols = wanted_symbols(elf)
    if not symbols or not funcs:
        sys.exit(f"symtab.py: {path}: no symbols or no unwind information")
    return symbols, funcs


def figures(path):
    symbols, funcs = make(path)
    rows = sum(len(f[2]) for f in funcs)
    unknown = sum(key is None for f in funcs for _, key in f[2])
    row_bytes = sum(len(encode_rows(f[2])) for f in funcs)
    code = sum(f[1] for f in funcs)
    covered = [f[0] for f in funcs]
    text = Elf(path).section(".text")
    bare = [name for addr, name in symbols
            if 0 <= addr - text["addr"] < text["size"] and not inside(
                addr, covered, funcs)]
    print(f"symbols={len(symbols)} functions={len(funcs)} rows={rows} "
          f"inexpressible={unknown} row_bytes={row_bytes} code_bytes={code} "
          f"table_bytes={sum(len(part) for part in make_both(path))} "
          f"without_rows={len(bare)}")


def inside(addr, starts, funcs):
    i = bisect.bisect_right(starts, addr) - 1
    return i >= 0 and addr < funcs[i][0] + funcs[i][1]


def check(elf, out):
    for blob, name in zip(make_both(elf), names(out)):
        with open(name, "rb") as f:
            if blob != f.read():
                sys.exit(f"symtab.py: {elf}: linking the tables in moved "
                         "symbols")


def write(parts, out):
    for blob, name in zip(parts, names(out)):
        with open(name, "wb") as f:
            f.write(blob)


def main(argv):
    if len(argv) == 2 and argv[0] == "--empty":
        write([tables([], [], [])], argv[1])
    elif len(argv) == 2 and argv[0] == "--figures":
        figures(argv[1])
    elif len(argv) == 3 and argv[0] == "--check":
        check(*argv[1:])
    elif len(argv) == 2 and not argv[0].startswith("-"):
        write(make_both(argv[0]), argv[1])
    else:
        sys.exit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
