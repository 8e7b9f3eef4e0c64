#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""layers.py - hold the house to its floor plan

Every source file and header stands on a floor. A file includes its own floor
and those below, nothing above. The floors are the table FLOORS; what each
must not know beyond that stands in the rules after it. Checked:

  include   a header of a higher floor, or one that is not ours
  circle    headers that include each other in a ring
  #if       conditional compilation in a .c file of the portable folders
  extern    a function declared in a .c file: a call past the headers
  internal  mm/internal.h outside mm/ and the white-box suites
  face      a module that includes more than <linux/...> and <asm/...>
  word      a name of page-table bits above the floor that owns them
  call      with --objects: a function of a higher floor used below it, and
            files (but for tests) that call each other in a ring

A name that a header of a low floor declares may be used from there up, even
where the code behind it lies higher: asm/*.h are CPU primitives as inline
functions *and declared entry points*.

    layers.py [--root DIR] [--objects DIR]...

Silent and 0 when all is well; else one line FILE:LINE per violation, and 1.
"""

import argparse
import posixpath
import re
import subprocess
import sys
from pathlib import Path

LIB, ASM, CORE, ARCH, BUDDY, MM, FS, KERNEL, DRIVERS = range(9)
NAMES = ("lib (0)", "asm (1)", "core and boot (2)", "arch (3)",
         "mm up to the buddy (4)", "mm slab and up (5)", "fs (6)",
         "kernel and drivers/bus (6)", "drivers, examples, tests (7)")

def one_of(names):
    """A pattern for any of @names, which stand a few to a line."""
    return "|".join(names.split())


# Headers in include/kernel that know the compiler only.
PURE = """
    bitmap bitops build_bug calendar canvas chacha cleanup compiler ctype
    div err errno export
    glob hash hex ioport list math64 overflow
    parse random rbtree
    sort stdarg string suites
    types util vsnprintf vt
"""
# And those of the room that knows all.
TOP = """
    bench command console
    dma_mapping fs isa_dma keyboard memmap_view
    module_elf module_loader
    pci pci_ids pci_regs plant
    screen shell soak
    thread workqueue
"""
# How the names of files of mm begin that lie above the buddy.
UPPER_MM = """
    addr allocinfo
    dma ioremap
    kmalloc kmem kswapd
    mempool memtype percpu
    rcu_free reclaim resource_store
    scatterlist set_memory show_records show_slab show_vmalloc shrinker slab
    uaccess user
    vm_window vmalloc vmap
"""

# The first pattern that matches a path, in full, names its floor.
FLOORS = (
    # Pure: the compiler and nothing else.
    (r"include/config\.h", LIB),
    (rf"include/kernel/({one_of(PURE)})\.h", LIB),
    (r"lib/.*", LIB),
    (r"(arch/[^/]+/include|include/asm-generic)/.*", ASM),
    # Start-up order, threads, modules, console: the room that knows all.
    (rf"include/kernel/({one_of(TOP)})\.h", KERNEL),
    (r"include/kernel/.*", CORE),
    (r"(core|boot)/.*", CORE),
    # A frame's own type: what page tables are asked to map.
    (r"include/mm/page\.h", ARCH),
    (r"arch/.*", ARCH),
    # The upper rooms of mm; what is not named here is below them.
    (r"mm/check\.c", MM),
    (rf"(include/)?mm/({one_of(UPPER_MM)})[a-z0-9_]*\.[ch]", MM),
    (r"(include/)?mm/.*", BUDDY),
    (r"include/fs/.*", FS),
    (r"fs/.*", FS),
    # The drivers' face; old <asm/*.h> names that both arches have alike.
    (r"include/(linux|asm)/.*", KERNEL),
    (r"(kernel|drivers/bus|include/drivers)/.*", KERNEL),
    (r"(drivers|examples|tests)/.*", DRIVERS),
)

SEARCH = ("include", "arch/x86/include", "arch/host/include", ".")
# The only files that may include headers which are not ours.
HOSTED = re.compile(r"arch/host/backend\.c|tests/(?!suites/).*")
PORTABLE = re.compile(r"(lib|core|mm|fs|kernel|drivers)/.*\.c")
# Written as a reader writes his: by the drivers' face alone.
MODULES = re.compile(r"(examples|drivers/(scull|sound))/.*")
FACE = re.compile(r"(include|arch/x86/include)/(linux|asm)/.*")
INTERNAL_USERS = re.compile(r"mm/.*|tests/suites/.*")
FOLDERS = ("include", "lib", "core", "boot", "arch", "mm", "fs", "kernel",
           "drivers", "examples", "tests")

# (files, what they must not include, why)
MUST_NOT_INCLUDE = (
    (MM, r"include/kernel/(boot_info|memmap)\.h",
     "the firmware's map ends at the buddy"),
)
# (floors, word, why): PAE is the arch's affair. PDE_DATA() was a proc entry's.
WORDS = (
    ((LIB, CORE, MM, FS, KERNEL, DRIVERS),
     re.compile(r"\b(_PAGE_[A-Z]+|PTE_[A-Z]+|PDE_(?!DATA)[A-Z]+|"
                r"PDPTE?_[A-Z]+)\b"),
     "page-table bits belong to arch/"),
)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
CONDITIONAL = re.compile(r"^\s*#\s*(if|ifdef|ifndef|elif|else)\b")
EXTERN_CALL = re.compile(r"^extern\b[^;{=]*\(")


class Tree:
    """The source files of a folder, what they include, and their floors."""

    def __init__(self, root):
        self.root = root
        self.files = sorted(
            path.relative_to(root).as_posix()
            for folder in FOLDERS
            for path in (root / folder).rglob("*.[ch]"))
        self.known = set(self.files)
        self.lines = {name: (root / name).read_text("utf-8").splitlines()
                      for name in self.files}
        self.errors = []

    def error(self, name, line, text):
        self.errors.append((name, line, text))

    def floor(self, name):
        for pattern, floor in FLOORS:
            if re.fullmatch(pattern, name):
                return floor
        return None

    def resolve(self, name, spelled, quoted):
        """All of our files that an include may mean: one for each arch."""
        here = posixpath.normpath(f"{posixpath.dirname(name)}/{spelled}")
        if quoted and here in self.known:
            return [here]
        found = [f"{folder}/{spelled}".removeprefix("./")
                 for folder in SEARCH]
        return [path for path in found if path in self.known]

    def includes(self, name):
        """(line number, spelled, resolved) for each include of a file."""
        for number, text in enumerate(self.lines[name], 1):
            match = INCLUDE.match(text)
            if match:
                yield number, match[2], self.resolve(name, match[2],
                                                     match[1] == '"')


def check_include(tree, name, number, spelled, target):
    floor, above = tree.floor(name), tree.floor(target)
    if above > floor:
        tree.error(name, number, f"<{spelled}> of floor {NAMES[above]} "
                   f"included from {NAMES[floor]}")
    for who, pattern, why in MUST_NOT_INCLUDE:
        if floor == who and re.fullmatch(pattern, target):
            tree.error(name, number, f"<{spelled}>: {why}")
    if target == "mm/internal.h" and not INTERNAL_USERS.fullmatch(name):
        tree.error(name, number, "mm/internal.h is for mm/ and the white-box"
                   " suites")
    if MODULES.fullmatch(name) and not FACE.fullmatch(target) and \
            Path(name).parent != Path(target).parent:
        tree.error(name, number, f"<{spelled}>: a module includes <linux/...> "
                   "and <asm/...> only")
    mine, theirs = (re.match(r"drivers/([^/]+)/", path)
                    for path in (name, target))
    if mine and theirs and theirs[1] not in ("bus", mine[1]):
        tree.error(name, number, f"one driver knows another: {target}")


def check_includes(tree):
    for name in tree.files:
        if tree.floor(name) is None:
            tree.error(name, 1, "on no floor (tools/layers.py, FLOORS)")
            continue
        for number, spelled, targets in tree.includes(name):
            if not targets and not HOSTED.fullmatch(name):
                tree.error(name, number, f"<{spelled}> is not ours")
            for target in targets:
                if tree.floor(target) is not None:
                    check_include(tree, name, number, spelled, target)


def check_text(tree):
    for name in tree.files:
        portable = PORTABLE.fullmatch(name)
        floor = tree.floor(name)
        for number, text in enumerate(tree.lines[name], 1):
            if portable and CONDITIONAL.match(text):
                tree.error(name, number, "conditional compilation in a .c "
                           "file (style: CONFIG_ as a value, or two files)")
            if portable and EXTERN_CALL.match(text):
                tree.error(name, number, "function declared extern in a .c "
                           "file: include its header")
            for floors, word, why in WORDS:
                match = floor in floors and not name.startswith("tests/") \
                    and word.search(text)
                if match:
                    tree.error(name, number, f"{match[1]}: {why}")


def rings(graph):
    """Strongly connected components of two or more (Tarjan, iterative)."""
    index, low, stack, on_stack, found = {}, {}, [], set(), []

    def visit(root):
        work = [(root, iter(sorted(graph.get(root, ()))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, children = work[-1]
            for child in children:
                if child not in index:
                    index[child] = low[child] = len(index)
                    stack.append(child)
                    on_stack.add(child)
                    work.append((child, iter(sorted(graph.get(child, ())))))
                    break
                if child in on_stack:
                    low[node] = min(low[node], index[child])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    ring = []
                    while not ring or ring[-1] != node:
                        ring.append(stack.pop())
                        on_stack.discard(ring[-1])
                    if len(ring) > 1:
                        found.append(sorted(ring))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def check_include_rings(tree):
    # The two arches never meet in one build, so one at a time.
    for other in ("arch/x86/", "arch/host/"):
        graph = {name: {target for _, _, targets in tree.includes(name)
                        for target in targets if not target.startswith(other)}
                 for name in tree.files if not name.startswith(other)}
        for ring in rings(graph):
            tree.error(ring[0], 1, "include each other: " + " ".join(ring))


def source_of(tree, path):
    """build/x/mm/slab.o -> mm/slab.c: the longest tail that is a source."""
    parts = path.with_suffix("").as_posix().split("/")
    for start in range(len(parts)):
        name = "/".join(parts[start:]) + ".c"
        if name in tree.known:
            return name
    return None


def symbols(path):
    """(functions, data, used): the global names of an object file."""
    out = subprocess.run(["nm", "-g", "-P", str(path)], text=True,
                         check=True, stdout=subprocess.PIPE).stdout
    functions, data, used = set(), set(), set()
    for line in out.splitlines():
        name, kind = line.split()[:2]
        (used if kind in "Uw" else
         functions if kind in "TW" else data).add(name)
    return functions, data, used


def declared_floors(tree):
    """The lowest floor of a header that names a word."""
    floors = {}
    for name in tree.files:
        if name.endswith(".h") and tree.floor(name) is not None:
            text = re.sub(r"/\*.*?\*/", "", "\n".join(tree.lines[name]),
                          flags=re.DOTALL)
            for word in set(re.findall(r"[A-Za-z_]\w*", text)):
                floors[word] = min(floors.get(word, DRIVERS),
                                   tree.floor(name))
    return floors


def check_calls(tree, folders):
    objects = {}
    for folder in folders:
        for path in Path(folder).rglob("*.o"):
            name = source_of(tree, path)
            if name and tree.floor(name) is not None:
                objects.setdefault(name, symbols(path))
    if not objects:
        sys.exit(f"layers: no object file of ours in {' '.join(folders)}")
    owner = {word: name for name, (functions, data, _) in objects.items()
             for word in functions | data}
    functions = set().union(*(found[0] for found in objects.values()))
    declared = declared_floors(tree)
    graph, words = {}, {}
    for name, (_, _, used) in objects.items():
        for word in sorted(used & owner.keys()):
            target = owner[word]
            if tree.floor(target) >= tree.floor(name) and \
                    declared.get(word, DRIVERS) < tree.floor(target):
                continue  # an entry point that a lower floor declares
            if tree.floor(name) < DRIVERS and word in functions:
                graph.setdefault(name, set()).add(target)
            words.setdefault((name, target), []).append(word)
            if tree.floor(target) > tree.floor(name):
                line = next((number for number, text
                             in enumerate(tree.lines[name], 1)
                             if re.search(rf"\b{word}\b", text)), 1)
                tree.error(name, line, f"{word}() of {target}, floor "
                           f"{NAMES[tree.floor(target)]}, used from "
                           f"{NAMES[tree.floor(name)]}")
    for ring in rings(graph):
        tree.error(ring[0], 1, "call each other: " + "; ".join(
            f"{a} -> {b} ({', '.join(words[a, b][:3])})"
            for a in ring for b in ring if (a, b) in words))


def main():
    p = argparse.ArgumentParser(
        description="hold the house to its floor plan")
    p.add_argument("--root", type=Path,
                   default=Path(__file__).resolve().parent.parent)
    p.add_argument("--objects", action="append", metavar="DIR",
                   help="check calls too, in the object files below DIR")
    args = p.parse_args()
    tree = Tree(args.root)
    if not tree.files:
        sys.exit(f"layers: no source files below {args.root}")
    check_includes(tree)
    check_include_rings(tree)
    check_text(tree)
    if args.objects:
        check_calls(tree, args.objects)
    for name, line, text in sorted(set(tree.errors)):
        print(f"{name}:{line}: {text}")
    return 1 if tree.errors else 0


if __name__ == "__main__":
    sys.exit(main())
