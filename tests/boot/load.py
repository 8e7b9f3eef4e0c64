# SPDX-License-Identifier: MIT
"""load.py - disk, floppy, sound and allocators at once, on four CPUs

The suite x86_device_load writes the disk and reads it back from three threads,
reads the floppy, and allocates, while a tone plays. All data must be right: the
suite looks at what came back, we at the floppy's checksum and at every wave of
the tone. No interrupt may be lost: the drivers count those that they did not
get, and the kernel those that nobody wanted.

The machine's clock counts instructions, 16 ns for each: so sound is played by
that clock, too, and a host that is busy with other things tears no gap into it.
"""

import os
import re
import zlib

import sound
from cases import (Case, boot, fail, need_image, scratch, vm, want_clean,
                   want_verdict)

MIB = 1 << 20
FLOPPY_BYTES = 1440 << 10
ROUNDS = re.compile(r"device_load: (\w+) rounds=(\d+)$", re.MULTILINE)
IDE = re.compile(r"^ide0: dma=(\d+) .* retry=0 lost=0 reset=0 failed=0$",
                 re.MULTILINE)
SPURIOUS = re.compile(r"^ERR: +(\d+)", re.MULTILINE)
HZ = 1000


def load_machine(folder, seconds, cpus):
    disk, floppy = (os.path.join(folder, name)
                    for name in ("disk.img", "floppy.img"))
    with open(disk, "wb") as file:
        file.truncate(64 * MIB)
    data = os.urandom(FLOPPY_BYTES)
    with open(floppy, "wb") as file:
        file.write(data)
    # The tone ends before the load does.
    script = (f"{sound.INSMOD}; tone {HZ} {(seconds - 1) * 1000} 16 44100 &; "
              "selftest x86_device_load; tone wait; cat /proc/sb16; "
              "cat /proc/ide; cat /proc/interrupts; check")
    machine = vm.Machine(
        boot="kernel", mem="128M", cpus=cpus, disk=disk, floppy=floppy,
        sound=os.path.join(folder, "out.wav"),
        archive=str(need_image(sound.ARCHIVE)),
        cmdline=f'device_load={seconds} run="{script}"',
        extra=["-icount", "shift=4,sleep=off"])
    return machine, zlib.crc32(data)


def want_data(machine, result, crc):
    text = result.text()
    rounds = {name: int(n) for name, n in ROUNDS.findall(text)}
    if rounds.keys() != {"disk", "alloc", "floppy"} or 0 in rounds.values():
        fail(machine, result, f"rounds: {rounds}")
    if f"device_load: floppy crc32={crc:08x}" not in text:
        fail(machine, result, f"the floppy's CRC-32 is not {crc:08x}")
    if "check: 0 violations" not in text:
        fail(machine, result, "no `check: 0 violations`")
    return rounds


def want_no_lost_interrupt(machine, result, rounds):
    text = result.text()
    ide = IDE.search(text)
    # A round is a write and a read.
    if not ide or int(ide[1]) < 2 * rounds["disk"]:
        fail(machine, result, "the disk lost an interrupt, or tried again")
    if "nobody care" in text or "was lost" in text or \
            any(int(n) for n in SPURIOUS.findall(text)):
        fail(machine, result, "an interrupt came to nobody")
    if re.search(r"floppy: (?!fd0: a (?:drive|1\.44 MB disk))", text):
        fail(machine, result, "the floppy had trouble")


def all_at_once(seconds, cpus, timeout):
    def run():
        with scratch() as folder:
            machine, crc = load_machine(folder, seconds, cpus)
            result = boot(machine, timeout)
            want_verdict(machine, result, vm.PASSED)
            want_clean(machine, result)
            rounds = want_data(machine, result, crc)
            want_no_lost_interrupt(machine, result, rounds)
            frames = sound.read_wav(machine.sound)
        sound.want_tones(machine, result, frames,
                         [(HZ, (seconds - 1) * 1000, 16, 44100)])
        sound.want_counts(machine, result, (seconds - 1) * 5)
        if " late=0" not in result.text():
            fail(machine, result, "blocks of sound were late")
        return ", ".join(f"{name} {n}" for name, n in rounds.items())
    return run


def bad_word():
    """What is no number of seconds is refused; without a disk that case fails,
    without the word it is skipped."""
    for value in ("x", "0", "9999999"):
        machine = vm.Machine(boot="kernel", mem="64M",
                             cmdline=f"device_load={value} "
                             'run="selftest x86_device_load"')
        result = boot(machine)
        want_verdict(machine, result, vm.PASSED)
        for words in (f"device_load={value} refused", " 1 skipped"):
            if words not in result.text():
                fail(machine, result, f"no {words!r}")


def cases(tier):
    found = [Case("load.4-cpus", all_at_once(6, 4, 120)),
             Case("load.bad-word", bad_word)]
    if tier == "full":
        found += [Case("load.4-cpus-a-minute", all_at_once(60, 4, 900)),
                  Case("load.1-cpu", all_at_once(10, 1, 300))]
    return found
