# SPDX-License-Identifier: MIT
"""faults.py - bugs committed on purpose

What the CPU notices must end the thread that did it, or the machine if that
cannot do without it, with one sentence and a call trace that names the culprit;
what an allocator notices must be one line. In either case the kernel that goes
on does so in good order: `check` finds nothing.
"""

import os
import re
import socket
import threading

from cases import Case, boot, fail, scratch, vm, want_clean, want_verdict

# Planted bug, CPU, what the line must say, what the trace must name.
FATAL = (
    ("P50", "max", r"write-to-readonly text addr=\w+ sym=x86_plant",
     "x86_plant"),
    ("P51", "max", r"exec-of-data \w+", "x86_plant"),
    ("P51.stack", "max", r"exec-of-data stack", "exec_stack|x86_plant"),
    ("P51.data", "max", r"exec-of-data \w+", "x86_plant"),
    ("P52", "qemu32", r"null-deref read addr=0*10\b", "x86_plant"),
    ("P52.call", "pentium3", r"null-call", "x86_plant"),
    ("P53", "max", r"stack-overflow task=\w+ sp=", "recurse"),
    ("P53.frame", "pentium3", r"stack-overflow task=\w+ sp=", "recurse_wide"),
    ("P55.raw", "max", r"percpu raw read addr=\w+ sym=plant_percpu\+",
     "x86_plant"),
)

# The same; but no thread's end lets the machine go on.
STOPS = (
    ("P44", "max", r"lock-recursion zone->lock cpu=", "plant_lock_recursion"),
)

# Planted bug, what the line must say, whom its at= must blame.
CONTAINED = (
    ("P01", r"double-free kmalloc-64 obj=\w+", "plant_double_kfree"),
    ("P13", r"bad-free interior obj", "plant_interior_kfree"),
    ("P14", r"bad-free stack task=", "plant_stack_kfree"),
    ("P15", r"bad-free vmalloc area=", "plant_vmalloc_kfree"),
    ("P17", r"bad-free kernel-image sym=", "plant_static_kfree"),
    ("P19", r"bad-vfree not-an-area", "plant_bad_vfree"),
    ("P26", r"double-free page .*pfn=", "plant_double_free_page"),
    ("P28", r"wrong-order pfn=\S+ is=1 given=2", "plant_wrong_order"),
    ("P30", r"bad-free tail pfn=", "plant_tail_free"),
    ("P33", r"bad-free reserved", "plant_reserved_free"),
    ("P34", r"page-mapped pfn=0x\w+ count=1 alloc=plant_mapped_free",
     "plant_mapped_free"),
    ("P36", r"use-after-free page pfn=0x\w+\+16 found=42 want=aa bytes=1 "
     r"free=plant_page_after_free\+", "plant_page_after_free"),
    ("P37", r"highmem page_address pfn=0x\w+", "plant_highmem_formula"),
    ("P38", r"kmap-leak 512 slots, 512 by one alloc=plant_kmap_leak\+",
     "plant_kmap_leak"),
    ("P40", r"sleep-in-atomic kmalloc preempt=1 lock=plant",
     "plant_kmalloc_locked"),
    ("P41", r"sleep-in-atomic kmalloc irqs-off", "plant_kmalloc_irqs_off"),
    ("P42", r"vmalloc-in-irq size=4096", "plant_vmalloc_handler"),
    ("P43", r"vfree-in-atomic addr=0x\w+ irqs-off", "plant_vfree_irqs_off"),
    ("P56", r"mempool-busy out=1 .*alloc=plant_pool_busy\+",
     "plant_pool_busy"),
    ("P56.overfull", r"mempool-overfull .*free=plant_pool_overfull\+",
     "plant_pool_overfull"),
    ("P56.foreign", r"mempool-foreign element=", "plant_pool_foreign"),
    ("P54", r"stack-canary task=plant", "damage_stack_end"),
    ("P39", r"kmap-order slot=0 of 2 .*alloc=plant_kmap_order\+",
     "plant_kmap_order"),
    ("P55", r"bad-free_percpu lowmem pfn=", "plant_plain_free_percpu"),
    ("P46", r"dma-bad-address vmalloc addr=\w+ dev=plant",
     "plant_map_vmalloc"),
    ("P46.stack", r"dma-bad-address stack addr=\w+ dev=plant",
     "plant_map_stack"),
    ("P46.high", r"dma-bad-address highmem addr=\w+ dev=plant",
     "plant_map_high"),
    ("P49", r"dma-state freed-while-mapped phys=0x\w+ len=4096 dev=plant "
     r".*alloc=plant_free_mapped\+", "plant_free_mapped"),
    ("P49.twice", r"dma-state mapped-twice phys=0x\w+ len=64 to-device",
     "plant_map_twice"),
    ("P49.length", r"dma-state wrong-length addr=0x\w+ is=64 given=32",
     "plant_unmap_shorter"),
    ("P46.isa", r"dma-bad-address vmalloc addr=0x\w+", "plant_isa_vmalloc"),
    ("P46.isa-stack", r"dma-bad-address stack addr=0x\w+",
     "plant_isa_stack"),
    ("P46.isa-high", r"dma-bad-address highmem phys=0x\w+ chan=3",
     "plant_isa_high"),
    ("P47.isa", r"dma-limit phys=0x1000000 limit=16M chan=3",
     "plant_isa_limit"),
    ("P48.isa", r"dma-boundary phys=0x1f800 len=4096 64K",
     "plant_isa_boundary"),
    ("P48.isa-words", r"dma-boundary phys=0x3f800 len=4096 128K",
     "plant_isa_boundary_words"),
)
# What is looked for only if a boot word says so.
BOOT_WORDS = {"P36": "page_poison=1 "}
# Memory above 896 MiB.
WANT_HIGH = ("P34", "P37", "P38", "P39", "P46.high", "P46.isa-high")


def want_sentence(machine, result, line, culprit):
    text = result.text()
    if len(re.findall(r"mm: BUG ", text)) != 1 or \
            not re.search(rf"mm: BUG {line}", text):
        fail(machine, result, f"no single line 'mm: BUG {line}'")
    trace = text[text.find("Call Trace:"):]
    if not re.search(rf"\b({culprit})\+0x", trace):
        fail(machine, result, f"the call trace does not name {culprit}")


def ends_in_a_sentence(plant, cpu, line, culprit):
    def run():
        machine = vm.Machine(boot="kernel", cpu=cpu,
                             cmdline=f'run="plant {plant} init"')
        result = boot(machine)
        want_verdict(machine, result, vm.PANIC)
        want_sentence(machine, result, line, culprit)
    return run


def ends_its_thread(plant, cpu, line, culprit):
    def run():
        machine = vm.Machine(boot="kernel", cpu=cpu,
                             cmdline=f'run="plant {plant}; ps; check"')
        result = boot(machine)
        text = result.text()
        want_verdict(machine, result, vm.FAILED)  # a report fails a run
        want_sentence(machine, result, line, culprit)
        if not re.search(r"thread plant \(\d+\) is ended", text) or \
                "check: 0 violations" not in text:
            fail(machine, result, "the kernel did not go on in good order")
    return run


def panic_restarts_the_machine():
    machine = vm.Machine(boot="kernel", cmdline="provoke=panic panic=1")
    result = boot(machine)
    want_verdict(machine, result, vm.RESET)
    if "Rebooting in 1 seconds.." not in result.text():
        fail(machine, result, "no line that says so")


# What fills the memory; then no planted bug that needs some can be committed.
# Slabs that the boot left half empty would still have objects: not for these.
NO_OBJECTS = "failslab=1,100,0,-1"
FILL = "alloc pages 0 high 99999999; alloc pages 0 99999999"
NEED_MEMORY = ("P01", "P13", "P15", "P19", "P26", "P28", "P30", "P51",
               "P55")


def plants_need_memory():
    words = "; ".join(f"plant {name}" for name in NEED_MEMORY)
    machine = vm.Machine(boot="kernel", mem="32M",
                         cmdline=f'{NO_OBJECTS} run="{FILL}; {words}; '
                         'free all; check"')
    result = boot(machine)
    text = result.text()
    want_verdict(machine, result, vm.FAILED)
    if text.count("plant: no memory") != len(NEED_MEMORY) or \
            "mm: BUG" in text or "check: 0 violations" not in text:
        fail(machine, result, "a bug was committed without memory for it")


def plants_need_high_memory():
    words = "; ".join(f"plant {name}" for name in WANT_HIGH)
    machine = vm.Machine(boot="kernel", cmdline=f'run="{words}; check"')
    result = boot(machine)
    text = result.text()
    want_verdict(machine, result, vm.FAILED)
    if text.count("plant: no high memory") != len(WANT_HIGH) or \
            "mm: BUG" in text or "check: 0 violations" not in text:
        fail(machine, result, "a bug was committed without high memory")


def plants_need_their_word():
    words = "; ".join(f"plant {name}" for name in BOOT_WORDS)
    machine = vm.Machine(boot="kernel",
                         cmdline=f'page_poison=maybe run="{words}; check"')
    result = boot(machine)
    text = result.text()
    want_verdict(machine, result, vm.FAILED)
    if text.count(" on the command line looks for it") != len(BOOT_WORDS) or \
            "page_poison=maybe refused" not in text or \
            "mm: BUG" in text or "check: 0 violations" not in text:
        fail(machine, result, "no line that names the word, or a bad one taken")


def inject_nmis(path, begin, stop):
    """Tell QEMU's monitor at @path `nmi` again and again, until @stop."""
    begin.wait()
    with socket.socket(socket.AF_UNIX) as monitor:
        if stop.is_set():
            return
        monitor.connect(path)
        monitor.setblocking(False)
        while not stop.wait(0.002):
            try:
                monitor.send(b"nmi\n")
                monitor.recv(65536)
            except BlockingIOError:
                continue
            except OSError:  # QEMU has ended
                return


def nmi_during_output():
    """An NMI may come while its own output's locks are held."""
    words = "; ".join(["cat /proc/iomem; memmap color; help"] * 20)
    begin, stop = threading.Event(), threading.Event()
    seen = bytearray()

    def at_first_lines(data):  # before them there are no gates to come by
        seen.extend(data)
        if b"Boot took" in seen:
            begin.set()

    with scratch() as folder:
        path = os.path.join(folder, "monitor")
        machine = vm.Machine(
            boot="kernel", cmdline=f'run="{words}; check"',
            extra=["-vga", "std"] + vm.Monitor.words(path))
        injector = threading.Thread(target=inject_nmis,
                                    args=(path, begin, stop))
        injector.start()
        try:
            result = vm.run(machine, 60, sink=at_first_lines)
        finally:
            stop.set()
            begin.set()
            injector.join()
    want_verdict(machine, result, vm.PASSED)
    # An NMI's line comes wherever the console is.
    text, nr_nmis = re.subn(r"\[ *\d+\.\d+\] trap: NMI at .*, going on\r?\n",
                            "", result.text())
    if nr_nmis < 5 or "check: 0 violations" not in text:
        fail(machine, result, f"{nr_nmis} NMIs seen, or no end in good order")
    return f"{nr_nmis} NMIs"


def is_contained(plant, line, culprit):
    def run():
        machine = vm.Machine(
            boot="kernel",
            cmdline=BOOT_WORDS.get(plant, "") +
            f'run="plant {plant}; check; cat /proc/buddyinfo"',
            mem="1G" if plant in WANT_HIGH else "256M")
        result = boot(machine)
        text = result.text()
        want_verdict(machine, result, vm.FAILED)  # a report fails a run
        if not re.search(rf"mm: BUG {line}.* at={culprit}\+", text):
            fail(machine, result, f"no line 'mm: BUG {line}' at={culprit}")
        if "check: 0 violations" not in text or "Node 0, zone" not in text:
            fail(machine, result, "the kernel did not go on in good order")
    return run


def cases(_tier):
    found = [Case(f"fault.{row[0]}", ends_in_a_sentence(*row))
             for row in FATAL + STOPS]
    found += [Case(f"thread.{row[0]}", ends_its_thread(*row))
              for row in FATAL]
    found += [Case(f"contained.{row[0]}", is_contained(*row))
              for row in CONTAINED]
    found += [Case("contained.no-memory", plants_need_memory),
              Case("contained.no-high-memory", plants_need_high_memory),
              Case("contained.no-word", plants_need_their_word),
              Case("fault.panic-restarts", panic_restarts_the_machine),
              Case("fault.nmi-during-output", nmi_during_output)]
    return found
