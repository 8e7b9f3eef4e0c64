# SPDX-License-Identifier: MIT
"""bochs.py - one run of the ISO in Bochs

Bochs is another machine: its DMA controller stops at a 64 KiB boundary where
QEMU runs on, it keeps global pages over a load of CR3, it knows no SMBIOS and
has no isa-debug-exit. So the words for the kernel are in an ISO of their own,
the console is a pseudo-terminal behind COM1, and the end is read there.

Debian's Bochs stops in its debugger until it is told to go on: it runs on a
terminal, with a file of commands. Its screen is on another one, which it opens
itself and names on the first.
"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
import tty
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import machine as vm  # noqa: E402 (found through the line above)

BUILD = Path(os.environ.get("O") or ROOT / "build").resolve()
SHARE = Path("/usr/share/bochs")

# What the kernel says last where no port ends the machine (machine_end.c).
SAFE = "It is now safe to turn off the machine."
PANIC = "---[ end Kernel panic ]---"

CONFIG = """\
display_library: term
cpu: model=corei5_lynnfield_750, count={cpus}, ips={ips}, \
reset_on_triple_fault=0
memory: guest={mib}, host={mib}
romimage: file={share}/BIOS-bochs-latest
vgaromimage: file={share}/VGABIOS-lgpl-latest
boot: cdrom
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15
ata1-master: type=cdrom, path="words.iso", status=inserted
{disk}{floppy}{sound}com1: enabled=1, mode=term, dev={console}
pci: enabled=1, chipset=i440fx
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
clock: sync=none, time0=utc
panic: action=fatal
log: bochs.log
"""
# A disk's image is whole cylinders: Bochs compares.
HEADS, SPT = 16, 63
CYLINDER_BYTES = HEADS * SPT * 512
DISK = ('ata0-master: type=disk, path="{}", mode=flat, cylinders={}, '
        f'heads={HEADS}, spt={SPT}\n')
# What is played goes to a file, in the time of the CPU's clock.
SOUND = ('sb16: wavemode=2, wavefile="{}", midimode=0, dmatimer=1000000, '
         'log="sb16.log", loglevel=1\n')
FLOPPY = 'floppya: 1_44="{}", status=inserted\n'
SCREEN = re.compile(rb'Bochs connected to screen "([^"]+)"')


def missing():
    """What is not installed, in words; empty if all is there."""
    wanted = [("bochs", shutil.which("bochs")),
              ("bochsbios", (SHARE / "BIOS-bochs-latest").exists()),
              ("vgabios", (SHARE / "VGABIOS-lgpl-latest").exists()),
              ("bochs-term", any(Path("/usr/lib").glob(
                  "*/bochs/plugins/libbx_term_gui.so")))]
    return " ".join(name for name, there in wanted if not there)


def read_some(fd):
    """Nothing at its end."""
    try:
        return os.read(fd, 65536)
    except OSError:
        return b""


def disk_line(path):
    return DISK.format(path, os.path.getsize(path) // CYLINDER_BYTES)


class Bochs:
    """A machine: make(), then run(); text is the console's."""

    def __init__(self, folder, words, mib=64, cpus=1, ips=50_000_000,
                 disk="", floppy="", sound=""):
        self.folder = Path(folder)
        self.words = words
        self.values = dict(mib=mib, cpus=cpus, ips=ips, share=SHARE,
                           disk=disk_line(disk) if disk else "",
                           floppy=FLOPPY.format(floppy) if floppy else "",
                           sound=SOUND.format(sound) if sound else "")
        self.text = ""
        self.seconds = 0.0
        self.screen = -1  # the one that Bochs opened

    def make(self):
        """The ISO with the words, and Bochs's configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        plain = (ROOT / "iso/grub.cfg").read_text("utf-8")
        image = "multiboot2 /boot/pagewright.gz"
        assert image + " $words" in plain
        cfg = self.folder / "grub.cfg"
        cfg.write_text(plain.replace(image + " $words",
                                     f"{image} {self.words}"), "utf-8")
        subprocess.run(
            [ROOT / "tools/build/mkiso.sh", BUILD / "pagewright.elf",
             self.folder / "words.iso", cfg, BUILD / "pagewright.cpio"],
            check=True)
        (self.folder / "commands").write_text("continue\n")

    def run(self, timeout):
        """Return how it ended: "off", "panic", "reset" (it left by itself) or
        "hang" (no end within @timeout seconds)."""
        console, com1 = pty.openpty()
        terminal, theirs = pty.openpty()
        tty.setraw(com1)
        (self.folder / "bochsrc").write_text(CONFIG.format(
            console=os.ttyname(com1), **self.values))
        began = time.monotonic()
        process = vm.start(["bochs", "-q", "-f", "bochsrc", "-rc", "commands"],
                           cwd=self.folder, env=dict(os.environ, TERM="xterm"),
                           stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        try:
            return self.follow(terminal, console, began + timeout)
        finally:
            vm.stop(process)
            for fd in (console, com1, terminal, self.screen):
                if fd >= 0:
                    os.close(fd)
            self.screen = -1
            self.seconds = time.monotonic() - began

    def open_screen(self, said):
        """If its name was @said. Nobody looks at it, but Bochs waits until
        what it draws was read."""
        name = SCREEN.search(said)
        if name and self.screen < 0:
            self.screen = os.open(name[1], os.O_RDONLY | os.O_NOCTTY)
            tty.setraw(self.screen)

    def follow(self, terminal, console, deadline):
        """Read the console, and what Bochs waits for that somebody reads."""
        data, said = bytearray(), bytearray()
        while (left := deadline - time.monotonic()) > 0:
            fds = [fd for fd in (console, terminal, self.screen) if fd >= 0]
            ready, _, _ = select.select(fds, [], [], left)
            if console in ready:
                data += os.read(console, 65536)
                self.text = data.decode("utf-8", "replace").replace("\r", "")
            elif terminal in ready:
                some = read_some(terminal)
                if not some:
                    return "reset"
                said += some
                self.open_screen(said)
            elif self.screen in ready and not read_some(self.screen):
                return "reset"
            if PANIC in self.text:
                return "panic"
            if SAFE in self.text:
                return "off"
        return "hang"

    def why(self):
        """Bochs's own last complaint."""
        try:
            log = (self.folder / "bochs.log").read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""
        found = re.findall(r"^\S+[pe]\[.*$", log, re.MULTILINE)
        return found[-1] if found else ""
