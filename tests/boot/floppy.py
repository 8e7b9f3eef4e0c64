# SPDX-License-Identifier: MIT
"""floppy.py - /dev/fd0 on the controllers of three boards

A disk of random bytes must be read unchanged, and written so that the host
finds in its image what it should: the disk's own sectors, moved round by an odd
number of them, so that no request fits the tracks. Beside that: other kinds of
disk, a protected one, one that is changed while the machine runs, no disk, and
no drive, each told in one line.
"""

import os
import re
import subprocess

from cases import (Case, Operator, boot, fail, scratch, vm, want_clean,
                   want_verdict)

SECTOR = 512
KINDS = {"720k": 737280, "1440k": 1474560, "2880k": 2949120}
# Neither a track nor a cylinder, nor a chunk of the file's.
MOVED = 1001


def make_image(folder, nr_bytes, name="floppy.img"):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(os.urandom(nr_bytes))
    return path


def cksum(path):
    """CRC and length as the guest's command prints them."""
    done = subprocess.run(["cksum", path], check=True, stdout=subprocess.PIPE)
    return " ".join(done.stdout.decode().split()[:2]) + " /dev/fd0"


def machine_for(board, path, image, run):
    isapc = board == "isapc"
    return vm.Machine(boot=path, machine=board, floppy=image,
                      cpu="pentium3" if isapc else "max",
                      mem="16M" if isapc else "64M",
                      cmdline=f'run="{run}; check"')


def want_lines(machine, result, *lines):
    text = result.text()
    for line in lines:
        if not re.search(rf"^{line}$", text, re.MULTILINE):
            fail(machine, result, f"not on the console: {line}")


def reads_all(board, path, kind):
    def run():
        with scratch() as folder:
            image = make_image(folder, KINDS[kind])
            machine = machine_for(board, path, image, "cksum /dev/fd0")
            result = boot(machine)
            want_verdict(machine, result, vm.PASSED)
            want_clean(machine, result)
            want_lines(machine, result, cksum(image),
                       "check: 0 violations")
    return run


def writes_all(board):
    def run():
        with scratch() as folder:
            image = make_image(folder, KINDS["1440k"])
            with open(image, "rb") as file:
                before = file.read()
            head = len(before) // SECTOR - MOVED
            machine = machine_for(
                board, "kernel", image,
                f"cp /dev/fd0 /disk; dd if=/disk of=/dev/fd0 bs={SECTOR} "
                f"skip={MOVED}; dd if=/disk of=/dev/fd0 bs={SECTOR} "
                f"seek={head} count={MOVED}; cksum /dev/fd0")
            result = boot(machine)
            want_verdict(machine, result, vm.PASSED)
            want_clean(machine, result)
            with open(image, "rb") as file:
                after = file.read()
            if after != before[MOVED * SECTOR:] + before[:MOVED * SECTOR]:
                fail(machine, result, "the image is not what was written")
            want_lines(machine, result, cksum(image))
    return run


def floppy_lines(result):
    return re.findall(r"^(?:\[.*\] )?floppy: (.*)$", result.text(),
                      re.MULTILINE)


def protected_disk_is_read_and_not_written():
    with scratch() as folder:
        image = make_image(folder, KINDS["1440k"])
        sum_before = cksum(image)
        machine = vm.Machine(
            boot="kernel", mem="64M", cmdline='run="cksum /dev/fd0; '
            'dd if=/proc/version of=/dev/fd0; check"',
            extra=["-drive", f"if=floppy,format=raw,readonly=on,file={image}"])
        result = boot(machine)
        want_verdict(machine, result, vm.FAILED)
        want_lines(machine, result, sum_before, "check: 0 violations",
                   "dd: /dev/fd0: read-only file system")
        if cksum(image) != sum_before:
            fail(machine, result, "the image was written to")


def one_line(word, *extra):
    """Nothing there to read: a line of the driver's says so, the rest works."""
    def run():
        machine = vm.Machine(boot="kernel", mem="64M", extra=list(extra),
                             cmdline='run="cksum /dev/fd0; check"')
        result = boot(machine)
        want_verdict(machine, result, vm.FAILED)
        want_lines(machine, result, r"cksum: /dev/fd0: .*",
                   "check: 0 violations")
        said = [line for line in floppy_lines(result)
                if "a drive of type" not in line]
        if len(said) != 1 or word not in said[0]:
            fail(machine, result, f"not one line that says so: {said}")
    return run


def stays_open():
    """The suite that writes on the disk, and leaves it as it was."""
    with scratch() as folder:
        image = make_image(folder, KINDS["1440k"])
        before = cksum(image)
        machine = vm.Machine(boot="kernel", mem="64M", floppy=image,
                             cmdline="selftest=x86_floppy")
        result = boot(machine)
        want_verdict(machine, result, vm.PASSED)
        want_lines(machine, result,
                   "# ktest: 2 passed, 0 failed, 0 skipped")
        if cksum(image) != before:
            fail(machine, result, "the disk is not as it was")


def changed_disk_is_another_disk():
    with scratch() as folder:
        first = make_image(folder, KINDS["1440k"])
        second = make_image(folder, KINDS["720k"], "second.img")
        monitor = os.path.join(folder, "monitor")
        machine = vm.Machine(
            boot="kernel", mem="64M", floppy=first,
            extra=vm.Monitor.words(monitor))
        result = boot(machine, feeder=Operator(monitor, (
            "cksum /dev/fd0", "@eject floppy0", "cksum /dev/fd0",
            f"@change floppy0 {second} raw", "cksum /dev/fd0", "check")))
        want_clean(machine, result)
        want_lines(machine, result, cksum(first), cksum(second),
                   "check: 0 violations", r"cksum: /dev/fd0: .*")
        if not any("no disk" in line for line in floppy_lines(result)):
            fail(machine, result, "no line about the empty drive")


def cases(tier):
    reads = [("pc", "kernel", "720k"), ("pc", "kernel", "2880k"),
             ("q35", "iso", "1440k")]
    boards = ["pc", "isapc"]
    if tier == "full":
        reads += [("pc", "kernel", "1440k"), ("isapc", "kernel", "1440k")]
        boards += ["q35"]
    found = [Case(f"floppy.read.{board}.{kind}", reads_all(board, path, kind))
             for board, path, kind in reads]
    found += [Case(f"floppy.write.{board}", writes_all(board))
              for board in boards]
    found += [Case("floppy.protected", protected_disk_is_read_and_not_written),
              Case("floppy.stays-open", stays_open),
              Case("floppy.changed", changed_disk_is_another_disk),
              Case("floppy.no-drive", one_line("no drive")),
              Case("floppy.no-disk", one_line("no disk", "-drive",
                                              "if=floppy"))]
    return found
