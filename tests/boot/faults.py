# SPDX-License-Identifier: MIT
"""faults.py - bugs committed on purpose, and the first ISA-DMA driver

What the CPU notices must end the thread that did it, or the machine if that
cannot do without it, with one sentence and a call trace that names the culprit;
what an allocator notices must be one line. In either case the kernel that goes
on does so in good order: `check` finds nothing. The floppy driver must
bring a disk of random bytes into memory unchanged, through a window that the
DMA controller can reach, and say in one line when there is no disk, or not
one of its kind.
"""

import os
import re
import socket
import threading
import zlib

from cases import Case, boot, fail, scratch, vm, want_clean, want_verdict

DISK_BYTES = 1474560

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
)
WANT_HIGH = ("P34", "P37", "P38", "P39")  # memory above 896 MiB


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
            extra=["-vga", "std", "-monitor",
                   f"unix:{path},server=on,wait=off"])
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
    nr_nmis = result.text().count("NMI at ")
    if nr_nmis < 5 or "check: 0 violations" not in result.text():
        fail(machine, result, f"{nr_nmis} NMIs seen, or no end in good order")
    return f"{nr_nmis} NMIs"


def is_contained(plant, line, culprit):
    def run():
        machine = vm.Machine(
            boot="kernel",
            cmdline=f'run="plant {plant}; check; cat /proc/buddyinfo"',
            mem="1G" if plant in WANT_HIGH else "256M")
        result = boot(machine)
        text = result.text()
        want_verdict(machine, result, vm.FAILED)  # a report fails a run
        if not re.search(rf"mm: BUG {line}.* at={culprit}\+", text):
            fail(machine, result, f"no line 'mm: BUG {line}' at={culprit}")
        if "check: 0 violations" not in text or "Node 0, zone" not in text:
            fail(machine, result, "the kernel did not go on in good order")
    return run


def floppy_reads_random_bytes(board, path):
    def run():
        with scratch() as folder:
            image = os.path.join(folder, "floppy.img")
            data = os.urandom(DISK_BYTES)
            with open(image, "wb") as file:
                file.write(data)
            cpu = "pentium3" if board == "isapc" else "max"
            machine = vm.Machine(
                boot=path, machine=board, cpu=cpu, floppy=image,
                mem="16M" if board == "isapc" else "64M",
                cmdline='run="floppy; cat /proc/dma; check"')
            result = boot(machine)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        found = re.search(r"floppy: read=(\d+) window=0x(\w+)-0x(\w+) "
                          r"image=\w+ crc32=(\w+)", result.text())
        if not found:
            fail(machine, result, "no line of what was read")
        size, first, last = (int(found[1]), int(found[2], 16),
                             int(found[3], 16))
        if size != DISK_BYTES or int(found[4], 16) != zlib.crc32(data):
            fail(machine, result, "the bytes differ from the image's")
        if last >= 1 << 24 or first >> 16 != last >> 16:
            fail(machine, result, "the window is out of the 8237's reach")
    return run


def floppy_says_what_is_missing():
    machine = vm.Machine(boot="kernel", cmdline='run="floppy"')
    result = boot(machine)
    want_verdict(machine, result, vm.FAILED)
    lines = re.findall(r"^floppy: .*$", result.text(), re.MULTILINE)
    if len(lines) != 1 or "no 1.44 MB drive" not in lines[0]:
        fail(machine, result, f"not one line that says so: {lines}")


def want_one_floppy_line(word, **machine_words):
    machine = vm.Machine(boot="kernel", cmdline='run="floppy; check"',
                         **machine_words)
    result = boot(machine)
    want_verdict(machine, result, vm.FAILED)
    lines = re.findall(r"^floppy: .*$", result.text(), re.MULTILINE)
    if len(lines) != 1 or word not in lines[0]:
        fail(machine, result, f"not one line that says so: {lines}")


def floppy_without_a_disk_says_so():
    want_one_floppy_line("is there a disk", extra=["-drive", "if=floppy"])


def floppy_of_720_kb_is_not_taken_for_an_empty_drive():
    with scratch() as folder:
        image = os.path.join(folder, "floppy.img")
        with open(image, "wb") as file:
            file.write(os.urandom(DISK_BYTES // 2))
        want_one_floppy_line("not formatted as a 1.44 MB disk", floppy=image)


def cases(_tier):
    found = [Case(f"fault.{row[0]}", ends_in_a_sentence(*row))
             for row in FATAL + STOPS]
    found += [Case(f"thread.{row[0]}", ends_its_thread(*row))
              for row in FATAL]
    found += [Case(f"contained.{row[0]}", is_contained(*row))
              for row in CONTAINED]
    found += [Case("contained.no-memory", plants_need_memory),
              Case("contained.no-high-memory", plants_need_high_memory),
              Case("fault.panic-restarts", panic_restarts_the_machine),
              Case("fault.nmi-during-output", nmi_during_output)]
    found += [Case(f"floppy.{board}.{path}",
                   floppy_reads_random_bytes(board, path))
              for board, path in (("pc", "kernel"), ("q35", "iso"),
                                  ("isapc", "kernel"))]
    found += [Case("floppy.no-drive", floppy_says_what_is_missing),
              Case("floppy.no-disk", floppy_without_a_disk_says_so),
              Case("floppy.other-size",
                   floppy_of_720_kb_is_not_taken_for_an_empty_drive)]
    return found
