#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""pictures.py - make the pictures of docs/: a busy machine, seen twice

    pictures.py FOLDER

Boots a machine with three zones and a screen, and holds memory by hand, always
the same. Then it writes to FOLDER

    live.png     the screen itself (QEMU's screendump), while `memmap live` draws
                 and `soak` loads all allocators
    records.png  what tools/picture.py makes of the records on COM2, when the
                 load is over

Machine and load take some 15 seconds.
"""

import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import machine as vm  # noqa: E402 (found through the line above)
import picture  # noqa: E402

SOAK_SECONDS = 8
SHOT_AFTER = 5  # seconds of the load
ALLOCS = 300


def commands():
    """Hold memory of every kind, then give back part of it: holes."""
    luck = random.Random(6)
    kinds = [lambda: f"pages {luck.randrange(4)} {luck.randrange(1, 20)}",
             lambda: f"pages {luck.randrange(4, 7)}",
             lambda: f"pages {luck.randrange(4)} dma {luck.randrange(1, 30)}",
             lambda: f"pages 0 high {luck.randrange(5, 40)}",
             lambda: f"kmalloc {luck.randrange(9000, 60000)}",
             lambda: f"vmalloc {luck.randrange(20000, 200000)}"]
    lines = ["alloc " + luck.choice(kinds)() for _ in range(ALLOCS)]
    gone = sorted(luck.sample(range(1, ALLOCS + 1), ALLOCS // 2))
    lines += ["free " + " ".join(map(str, gone[i:i + 8]))
              for i in range(0, len(gone), 8)]
    return lines


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: pictures.py FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    vm.stop_on_signals()
    with tempfile.TemporaryDirectory(prefix="pagewright-") as scratch:
        monitor = os.path.join(scratch, "monitor")
        records = os.path.join(scratch, "records")
        machine = vm.Machine(
            boot="kernel", machine="pc,max-ram-below-4g=24M", mem="32M",
            cpus=2, records=records,
            extra=["-vga", "std"] + vm.Monitor.words(monitor))
        console, loaded = bytearray(), threading.Event()

        def sink(data):
            console.extend(data)
            if b"soak " + str(SOAK_SECONDS).encode() in console:
                loaded.set()

        def shoot():
            if loaded.wait(60):
                time.sleep(SHOT_AFTER)
                with vm.Monitor(monitor) as qemu:
                    qemu.order(
                        f'screendump "{folder.resolve()}/live.png" -f png')

        shooter = threading.Thread(target=shoot, daemon=True)
        shooter.start()
        lines = commands() + ["memmap live on", f"soak {SOAK_SECONDS}",
                              "memmap live off", "memmap"]
        result = vm.run(machine, 240, sink=sink, feeder=vm.Feeder(
            text="".join(line + "\n" for line in lines).encode()))
        shooter.join(20)
        if result.verdict != vm.PASSED:
            sys.exit(f"pictures.py: {result.reason}\n{result.text()[-2000:]}")
        palette = picture.Palette()
        with open(records, encoding="utf-8") as file:
            memory = picture.Memory(file, palette)
    (folder / "records.png").write_bytes(
        picture.Picture(memory, palette).image.png())


if __name__ == "__main__":
    main()
