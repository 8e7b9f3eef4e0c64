#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tools/docs.py --check|--write - documents that a machine vouches for

No output in README.md and docs/ is typed by hand. A comment says where the
block below it comes from; --write fills the blocks, --check compares them, and
both need a built kernel ($O/pagewright.elf).

    <!-- run: console "cmd; cmd" -->     console commands, run one by one;
                                         on="mem=64M cpus=2 modules vga sound
                                         WORD": in a machine of that kind, with
                                         the boot archive, a screen, a Sound
                                         Blaster that nobody hears, boot words
                                         (a second mem= is one)
    <!-- run: boot-log -->               what the log says up to the prompt
    <!-- run: record KIND -->            the first COM2 record of that kind
    <!-- run: vm "cmd" -->               a boot of its own: how it ended, too;
                                         cmdline="..." gives it boot words, and
                                         on="modules ..." is known, too
    <!-- table: NAME -->                 a table; the functions table_NAME below
    <!-- file: PATH "FROM" "TO" -->      lines of a source, both ends included;
                                         "^TEXT" is one that begins with TEXT

A run takes the filters match=REGEX and drop=REGEX; lines left out become one
"...". All console blocks of a document that name the same machine come from one
boot with exact instruction counts, so that its figures add up; each shows a
machine as the blocks above it have left it.

Beside the blocks --check wants: every fenced block has a source or is named
`sh` (to type) or `text` (a drawing); every path, make target, function,
structure and constant in the text exists; docs/records.md names exactly the
records that the kernel writes, with exactly their fields; every document that
a source refers to is there.
"""

import argparse
import difflib
import functools
import os
import re
import shlex
import subprocess
import sys
import traceback

import docs_records as records
import machine as vm
from docs_kernel import (CODE, ROOT, Wrong, boot, called, console_facts,
                         make_targets, outputs, proc_files, words)

MARKER = re.compile(r"<!-- (run|table|file): (.*) -->$")
FENCE = "```"
HAND_MADE = ("```sh", "```text")
ELIDED = "..."

# What may differ between the document and the kernel at hand, and why. All
# else is compared to the letter.
#
# The clock counts instructions: it moves with every change of the code.
# Addresses and offsets of functions and boot memory move with the code's size.
# The image takes its pages from the same RAM that everybody else gets: so its
# size shows in every figure of free memory, and in the picture's edges.
# Counts of tests and sources grow with each test that somebody writes.
# What a call costs, in instructions, is compared by `make bench`.
NORMAL = (
    (r"^\[ *\d+\.\d+\]", "[TIME]"),
    (r'"t":\d+', '"t":TIME'),
    (r"Boot took \d+ us", "Boot took N us"),
    (r"tsc=\d+ kHz", "tsc=N kHz"),
    (r", at \d+ ms", ", at N ms"),
    (r"(Pagewright version [\d.]+) \([^)]*\)", r"\1 (COMPILER)"),
    (r"\b(0x)?[c-f][0-9a-f]{7}\b", "ADDRESS"),
    (r"\+0x[0-9a-f]+/0x[0-9a-f]+", "+OFFSET"),
    (r"CR([23]): [0-9a-f]{8}", r"CR\1: N"),
    (r"\[mem 0x[0-9a-f]{8}-0x[0-9a-f]{8}\]", "[mem RANGE]"),
    (r"^  [0-9a-f]{8}-[0-9a-f]{8} : (Kernel|grabber|bigphys)", r"  RANGE : \1"),
    (r"\bphysical 0x[0-9a-f]+", "physical N"),
    (r"\b\d+ times the next page", "N times the next page"),
    (r"`0x[0-9a-f]{8}`", "PHYSICAL"),
    (r"\b(pfn|head)=0x[0-9a-f]+|\bFrame 0x[0-9a-f]+", "FRAME"),
    (r"\b(reserved|boot|buddy|free_pages)=\d+", r"\1=N"),
    (r"\b\d+ pages free", "N pages free"),
    (r"\b\d+ must stay \(mark \d+, reserve \d+\)", "N must stay"),
    (r"\b(mark|reserve)=\d+", r"\1=N"),
    (r"(\band|  )\b ?\d+ (on this CPU's lists|pages given back)", "N pages"),
    (r"(reserved at boot for [\w ]+|whole pages of \S+): \d+ pages",
     r"\1: N pages"),
    (r" +\d+ +\d+ (cmd_\S+ pages)$", r" N N \1"),
    (r"^(scull\w? .*%) +\d+\.\d +\d+\.\d ", r"\1 N N "),
    (r"^(MMB\t\w+\t\d+)\t.*", r"\1 N"),
    (r"\b\d+ blocks of order 0\b", "N blocks of order 0"),
)
NUMBER = r"\s*\b\d+(?=K?\b)"
FIGURES = re.compile(
    r"^(Mem(Total|Free|Available)|Low(Total|Free)):"
    r"|^Node 0, zone|\] Memory: |\] mm: +(\.\w+|lowmem|vmalloc) *:"
    r"|^\w+: \d+ of \d+ KiB free|^\| (suites|cases) \|"
    r'|^\{"k":"(boot|frames|zone)"')
PICTURE = re.compile(r"^ +0x[0-9a-f]*0 [ -~]{1,64}$")

BOOT_DONE = re.compile(r"Boot took \d+ us")


# --- tables ------------------------------------------------------------------

def cell(text):
    return text.strip().replace("|", "\\|")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "--|" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def two_columns(lines, pattern=r"(\S+) +(.*)"):
    return [re.fullmatch(pattern, line).groups() for line in lines]


def table_commands():
    facts = console_facts()
    listed = two_columns(facts["help"][:-1])
    rows = []
    for name, text in sorted(listed):
        usage = facts[f"help {name}"][0].split(" ", 1)[1].strip()
        rows.append((f"`{name}`", f"`{usage}`" if usage else "", cell(text)))
    rows = [(name, usage.replace("|", "\\|"), text)
            for name, usage, text in rows]
    return table(("command", "words behind it", "what it does"), rows)


def table_boot_words():
    rows = sorted(two_columns(console_facts()["help boot"]))
    return table(("word", "value and meaning"),
                 [(f"`{name}`", cell(text)) for name, text in rows])


def table_locks():
    rows = two_columns(console_facts()["cat /proc/lock_ranks"][1:],
                       r" *(\d+) +(\S+) +(.*)")
    return table(("rank", "class", "guards"),
                 [(rank, f"`{name}`", cell(text)) for rank, name, text in rows])


def table_plants():
    rows = two_columns(console_facts()["plant"])
    return table(("name", "what is done"),
                 [(f"`{name}`", cell(text)) for name, text in rows])


def x_list(path, name):
    """Rows of an X macro: lists of the arguments as written."""
    text = (ROOT / path).read_text()
    body = re.search(rf"#define {name}\(X\)(.*?[^\\])\n", text, re.S)[1]
    return [[a.strip().strip("\"'") for a in re.findall(
        r'"(?:[^"])*"|\'.\'|\w+', row)]
        for row in re.findall(r"\bX\(((?:'.'|\"[^\"]*\"|[^)'\"])*)\)", body)]


def table_letters():
    rows = x_list("include/mm/frame_map.h", "FRAME_KINDS")
    rows = [row for row in rows if row[0] not in ("USED", "HOLE")]
    rows += [row for row in x_list("include/mm/page.h", "PAGE_OWNERS")
             if row[0] not in ("NONE", "KERNEL")]
    return table(("letter", "frames"), [(f"`{letter}`", name)
                                        for _, name, letter in rows])


def table_tests():
    cases = console_facts()["selftest -l"]
    suites = {case.split(".")[0] for case in cases}
    maps = (ROOT / "tests/e820/expected.tsv").read_text().splitlines()
    count = {name: len(list(ROOT.glob(pattern))) for name, pattern in (
        ("fuzz", "tests/fuzz/*_fuzz.c"), ("models", "tests/models/*.c"))}
    rows = [
        ("suites", f"{len(suites)} in the kernel", "`selftest` at the console"),
        ("cases", f"{len(cases)} in the kernel", "`make check` hosts them"),
        ("firmware maps", str(sum(1 for line in maps
                                  if line and line[0] != "#") - 1),
         "`make maps`"),
        ("fuzz targets", str(count["fuzz"]), "`make fuzz`"),
    ]
    return table(("what", "how many", "run by"), rows)


def in_units(figure, unit):
    """4194304 bytes (4 MiB); 10 (4 MiB) for an order."""
    size = figure if unit == "bytes" else 4096 << figure
    if unit not in ("bytes", "order") or size < 1024:
        return f"{figure} {unit}"
    name, shift = ("MiB", 20) if size % (1 << 20) == 0 else ("KiB", 10)
    text = f"{size >> shift} {name}"
    return text if unit == "bytes" else f"order {figure}: {text}"


def table_limits():
    """What the suite that tests each limit says it has tested."""
    (said,) = outputs(["selftest limits"])[1]
    rows = [line.split("# limit: ")[1].split(" | ")
            for line in said if "# limit: " in line]
    if not rows or not said[-1].endswith(", 0 failed, 0 skipped"):
        raise Wrong("the limits did not pass their tests:\n"
                    + "\n".join(said))
    return table(("limit", "figure", "of what"),
                 [(f"`{name}`", in_units(*typed(figure)), cell(text))
                  for name, figure, text in rows])


def typed(figure):
    """"10 order" as a number and its unit."""
    number, unit = figure.split(" ")
    return int(number), unit


def table_hidden_ram():
    """What mem= hides, and how much of it the high-RAM allocator has."""
    rows = []
    for mem, limit in (("64M", "48M"), ("128M", "126M"), ("6G", "64M")):
        said = vm.run(vm.Machine(boot="kernel", mem=mem, cmdline=f"mem={limit} "
                                 'run="cat /proc/highram"'), 60).text()
        ranges = re.findall(r"^([0-9a-f]+-[0-9a-f]+) +(\d+) kB free$", said,
                            re.MULTILINE)
        rows.append((mem, f"`mem={limit}`", ", ".join(f"`{r}`"
                                                      for r, _ in ranges),
                     f"{sum(int(kib) for _, kib in ranges)} KiB"))
    return table(("machine", "boot word", "handed out", "in all"), rows)


def table_boot_paths():
    """Where the first free byte is on either path, and what lies below it."""
    rows = []
    for path in ("iso", "kernel"):
        said = vm.run(vm.Machine(boot=path, cmdline='run="check"'), 60).text()
        taken = [(int(first, 16), int(last, 16), name) for first, last, name in
                 re.findall(r"mm:   \[mem 0x(\w+)-0x(\w+)\] (.*)", said)]
        at = [name for _, _, name in taken].index("grabber")
        image = max(i for i, (_, _, name) in enumerate(taken)
                    if name.startswith("Kernel "))
        between = ", ".join(name for _, _, name in taken[image + 1:at])
        rows.append((f"`{path}`", f"`{taken[image][1] + 1:#010x}`",
                     between, f"`{taken[at][0]:#010x}`",
                     f"`{taken[at][1] + 1:#010x}`"))
    return table(("boot path", "image ends", "then the loader left",
                  "`mem_start`", "returned"), rows)


def table_records():
    rows = []
    for kind, (place, _) in sorted(records.calls().items()):
        rows.append((f"`{kind}`", f"`{place}`"))
    return table(("kind", "written by"), rows)


# --- blocks ------------------------------------------------------------------

class Block:
    """A marker of a document, and the lines below it that it vouches for."""

    def __init__(self, path, lines, at):
        self.path, self.at = path, at
        match = MARKER.match(lines[at])
        self.kind, self.args = match[1], shlex.split(match[2])
        first = at + 1
        if self.kind == "table":
            last = first
            while last < len(lines) and lines[last].startswith("|"):
                last += 1
            self.body = slice(first, last)
            return
        if first >= len(lines) or not lines[first].startswith(FENCE):
            raise Wrong(f"{self.name()}: no fenced block below the marker")
        last = lines.index(FENCE, first + 1)
        self.body = slice(first + 1, last)

    def name(self):
        return f"{self.path.relative_to(ROOT)}:{self.at + 1}"

    def commands(self):
        """The console commands of the common boot that it wants."""
        if self.kind == "run" and self.args[0] == "console":
            return [c.strip() for c in self.args[1].split(";")]
        return []

    def option(self, name):
        """The value of NAME=... among the marker's words, or ""."""
        return next((word[len(name) + 1:] for word in self.args
                     if word.startswith(name + "=")), "")

    def machine(self):
        """What docs_kernel.boot() is told of the machine, as a tuple of
        pairs."""
        kind, words = {}, []
        for word in shlex.split(self.option("on")):
            name, _, value = word.partition("=")
            if name in ("mem", "cpus") and name not in kind:
                kind[name] = int(value) if name == "cpus" else value
            elif word in ("modules", "vga", "sound"):
                kind[word] = True
            else:
                words.append(word)
        kind["cmdline"] = " ".join(words)
        return tuple(kind.items())

    def filters(self):
        return dict(word.split("=", 1) for word in self.args
                    if re.match(r"(match|drop)=", word))


def filtered(lines, filters):
    """Only what the filters leave, with one mark for each gap."""
    kept = []
    for line in lines:
        wanted = re.search(filters.get("match", ""), line) and not (
            "drop" in filters and re.search(filters["drop"], line))
        if wanted:
            kept.append(line)
        elif not kept or kept[-1] != ELIDED:
            kept.append(ELIDED)
    return kept


def own_boot(block):
    script = block.args[1]
    machine = dict(block.machine())
    machine["cmdline"] = cmdline = machine["cmdline"] or block.option("cmdline")
    result, _ = boot(script, **machine)
    lines = result.text().splitlines()
    begin = next(i for i, line in enumerate(lines) if BOOT_DONE.search(line))
    said = filtered(lines[begin + 1:], block.filters())
    if said[:1] != [ELIDED]:
        said.insert(0, ELIDED)  # the boot log
    words = "--archive " if "modules" in machine else ""
    words += f'--cmdline "{cmdline}" ' if cmdline else ""
    return [f'$ tools/vm --kernel {words}--run "{script}"; echo "status $?"',
            *said, f"status {result.verdict}"]


def has(line, text):
    """Is @text in it, or, with a ^ before it, at its beginning?"""
    return line.startswith(text[1:]) if text[0] == "^" else text in line


def file_lines(block):
    path, first, last = block.args
    lines = (ROOT / path).read_text().splitlines()
    begin = next((i for i, l in enumerate(lines) if has(l, first)), None)
    if begin is None:
        raise Wrong(f"{block.name()}: {path} has no {first!r}")
    end = next((i for i, l in enumerate(lines)
                if has(l, last) and i >= begin), None)
    if end is None:
        raise Wrong(f"{block.name()}: {path} has no {last!r} behind it")
    return lines[begin:end + 1]


def first_record(block, lines):
    kind = block.args[1]
    for line in lines:
        if line.startswith('{"k":"%s"' % kind):
            return [line]
    raise Wrong(f"{block.name()}: the boot has written no record {kind}")


def document_paths():
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


class Document:
    """One file: its blocks, and one boot for all of them."""

    def __init__(self, path):
        self.path = path
        self.lines = path.read_text().splitlines()
        self.blocks = [Block(path, self.lines, i)
                       for i, line in enumerate(self.lines)
                       if MARKER.match(line)]
        self.machines = {}

    def common_boot(self, machine=(("cmdline", ""),)):
        """The boot of all blocks that name this machine."""
        if machine not in self.machines:
            commands = [c for b in self.blocks if b.machine() == machine
                        for c in b.commands()]
            self.machines[machine] = outputs(commands, **dict(machine))
        return self.machines[machine]

    def console(self, block):
        _, said, _ = self.common_boot(block.machine())
        before = 0
        for other in self.blocks:
            if other is block:
                break
            if other.machine() == block.machine():
                before += len(other.commands())
        lines = []
        for i, command in enumerate(block.commands()):
            lines += [f"pw> {command}",
                      *filtered(said[before + i], block.filters())]
        return lines

    def fill(self, block):
        if block.kind == "table":
            make = globals().get(f"table_{block.args[0].replace('-', '_')}")
            if not make:
                raise Wrong(f"{block.name()}: no table {block.args[0]!r}")
            return make()
        if block.kind == "file":
            return file_lines(block)
        what = block.args[0]
        if what == "console":
            return self.console(block)
        if what == "vm":
            return own_boot(block)
        log, _, lines = self.common_boot()
        if what == "record":
            return first_record(block, lines)
        if what == "boot-log":
            return filtered(log, block.filters())
        raise Wrong(f"{block.name()}: no source {what!r}")

    def write(self):
        for block in reversed(self.blocks):
            self.lines[block.body] = [line.rstrip()
                                      for line in self.fill(block)]
        text = "\n".join(self.lines) + "\n"
        if text != self.path.read_text():
            self.path.write_text(text)
            print(f"  DOCS    {self.path.relative_to(ROOT)}")


def normal(line):
    line = line.rstrip()
    for pattern, text in NORMAL:
        line = re.sub(pattern, text, line)
    if PICTURE.match(line):
        return re.sub(r"(.)\1+", r"\1", line)
    if FIGURES.search(line):
        return re.sub(NUMBER, " N", line)
    return line


def check_block(document, block):
    have = document.lines[block.body]
    want = document.fill(block)
    if [normal(line) for line in have] == [normal(line) for line in want]:
        return
    diff = difflib.unified_diff(have, want, "document", "kernel", lineterm="",
                                n=1)
    raise Wrong("\n".join(["not what the kernel says:",
                           *diff]))


# --- the text around them ----------------------------------------------------

def prose(document):
    """(line number, text) outside of fenced blocks; sh blocks stay."""
    inside = ""
    for i, line in enumerate(document.lines):
        if line.startswith(FENCE):
            inside = "" if inside else line
        elif not inside or inside == "```sh":
            yield i + 1, f"`{line}`" if inside else line


def path_problem(document, text):
    """Is @text, in code marks, a path that is not there?"""
    if not re.fullmatch(r"[\w.*-]+(/[\w.*-]*)+", text):
        return None
    top = text.split("/")[0]
    if top == "build" or not (ROOT / top).exists():
        return None
    return None if any(ROOT.glob(text.rstrip("/"))) else \
        f"{text} does not exist"


@functools.lru_cache(None)
def own_proc_files():
    """Those of our modules."""
    return {f"/proc/{name}" for path in (ROOT / "examples").rglob("*.c")
            for name in re.findall(r'proc_create\w*\("(\w+)"',
                                   path.read_text())}


def code_problem(document, text):
    """What is wrong with a piece of code in the text, or None."""
    match = re.match(r"make((?: [\w=./*%\"$-]+)+)", text)
    for target in (match[1].split() if match else ()):
        if target == "KERNEL" or "=" in target or target.startswith(("-", '"')):
            continue
        if target not in make_targets():
            return f"no make target {target}"
    match = re.match(r"(?:\w+=\S+ )*\.?/?((?:tools|tests|\.ci)/\S+)", text)
    if match and not any(ROOT.glob(match[1].rstrip("/,:"))):
        return f"{match[1]} does not exist"
    match = re.fullmatch(r"(\w+)\(\w*\)", text)
    if match and match[1] not in called():
        return f"no function {match[1]}()"
    match = re.fullmatch(r"(?:struct|enum) (\w+)|([A-Z][A-Z0-9]*_[A-Z0-9_]+)",
                         text)
    if match and (match[1] or match[2]) not in words():
        return f"the sources have no {text}"
    match = re.fullmatch(r"(?:cat )?/proc/([a-z]\w+)", text)
    if match and f"/proc/{match[1]}" not in proc_files() | own_proc_files():
        return f"no file /proc/{match[1]}"
    return path_problem(document, text)


def check_text(document):
    problems = []
    for number, line in prose(document):
        for text in re.findall(r"`([^`]+)`", line):
            problem = code_problem(document, text)
            if problem:
                problems.append(f"{number}: {problem}")
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", line):
            if "://" not in link and not (document.path.parent / link).exists():
                problems.append(f"{number}: {link} does not exist")
    if problems:
        raise Wrong("\n".join(
            f"{document.path.relative_to(ROOT)}:{p}" for p in problems))


def check_fences(document):
    """A block is generated, or it is no output."""
    vouched = {block.body.start - 1 for block in document.blocks}
    inside = False
    for i, line in enumerate(document.lines):
        if not line.startswith(FENCE):
            continue
        if not inside and i not in vouched and line not in HAND_MADE:
            raise Wrong(f"{document.path.relative_to(ROOT)}:{i + 1}: a block "
                        "without a source (run, table or file)")
        inside = not inside


def check_proc_files():
    """docs/console.md has a line for each file, and for no other."""
    text = (ROOT / "docs/console.md").read_text()
    told = set(re.findall(r"^\| `(/proc/[\w/-]+)` \|", text, re.MULTILINE))
    there = proc_files()
    if told != there:
        raise Wrong(f"docs/console.md: missing {sorted(there - told)}, "
                    f"too many {sorted(told - there)}")


def check_references():
    """Documents that the sources speak of."""
    done = subprocess.run(
        ["grep", "-rhosE", r"\bdocs/[A-Za-z0-9_/-]+\.md", *CODE, "tools",
         "Makefile", "linker.ld"], cwd=ROOT, text=True, check=False,
        stdout=subprocess.PIPE)
    missing = {name for name in done.stdout.split()
               if not (ROOT / name).exists()}
    if missing:
        raise Wrong(f"sources refer to {', '.join(sorted(missing))}")


# --- all of it ---------------------------------------------------------------

def cases():
    """(name, function) of every check; records come after the boots."""
    for path in document_paths():
        document = Document(path)
        for block in document.blocks:
            yield block.name(), functools.partial(check_block, document, block)
        yield f"{path.name}: fences", functools.partial(check_fences, document)
        yield f"{path.name}: names", functools.partial(check_text, document)
    yield "/proc files", check_proc_files
    yield "references", check_references
    yield "record kinds", records.check_kinds
    yield "record fields", records.check_fields
    yield "record sums", records.check_sums


def check():
    passed = failed = 0
    for name, run in cases():
        try:
            run()
            passed += 1
        except Exception as error:  # whatever it is: this case failed
            failed += 1
            print(f"not ok docs.{name}: "
                  + (f"{error}" if isinstance(error, Wrong)
                     else traceback.format_exc().strip()))
    if failed:
        print("docs: if the kernel is right, `make docs` writes the documents "
              "anew; then read `git diff`")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    p = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    way = p.add_mutually_exclusive_group(required=True)
    way.add_argument("--check", action="store_true")
    way.add_argument("--write", action="store_true")
    args = p.parse_args()
    vm.stop_on_signals()
    os.chdir(ROOT)
    try:
        if args.check:
            return check()
        for path in document_paths():
            Document(path).write()
    except (Wrong, vm.BadMachine) as error:
        print(f"docs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
