# SPDX-License-Identifier: MIT
"""machine.py - one virtual machine: how it is described, started and judged

A Machine holds what a person chooses (memory, CPU, board, boot path, command
line) and knows the QEMU words for it. run() starts it, hands the console on as
it comes, and returns a Result whose verdict is one of five numbers, the exit
statuses of tools/vm.

The kernel ends a run by writing to isa-debug-exit, and QEMU then exits with
(value << 1) | 1: 0x10 passed, 0x11 failed tests, 0x12 panic. QEMU's own 0
(reset, triple fault, ACPI power-off) and 1 (options refused) mean nothing of
the kind and are never a success.

QEMU runs in a process group of its own, which is killed whole when the run is
over, when we are interrupted, and by the kernel of the host when we die
ourselves: a run leaves nothing behind.

Not here: the interactive console (tools/run), tests (tests/boot).
"""

import ctypes
import dataclasses
import os
import re
import select
import shlex
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("O") or ROOT / "build")
ISO = BUILD / "pagewright.iso"
ELF = BUILD / "pagewright.elf"
SMALL_ELF = BUILD / "pagewright-small.elf"  # without suites
ARCHIVE = BUILD / "pagewright.cpio"

PASSED, FAILED, PANIC, HANG, RESET = range(5)
VERDICTS = ("passed", "test failures", "panic", "hang",
            "reset or unexpected end")
# (value written to port 0xf4 << 1) | 1
STATUS_VERDICT = {33: PASSED, 35: FAILED, 37: PANIC}

PROMPT = b"pw> "
HOST_SOUND = "host"
GIB = 1 << 30
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
# With less nobody can say a word on COM1, measured in steps of 64 KiB: there is
# no RAM for the kernel's first page; GRUB, which writes to the screen, cannot
# load the image.
LEAST_MEM = {"kernel": "1088K", "iso": "3584K"}


class BadMachine(Exception):
    """What was asked for cannot be built; the text says why."""


def mem_bytes(text):
    """Size of "256M", "33333K", "6G", or "64" (MiB, as QEMU reads it)."""
    match = re.fullmatch(r"([1-9][0-9]*)([KMG]?)", text.upper())
    if not match:
        raise BadMachine(f"memory size {text!r}: want 256M, 33333K or 6G")
    return int(match[1]) * UNITS[match[2] or "M"]


def want_file(path, what, hint=""):
    """Refuse @path if it is no file; @what says what it is for."""
    if Path(path).is_dir():
        raise BadMachine(f"{what} {path} is a folder: want a file")
    if not Path(path).exists():
        raise BadMachine(f"{what} {path} is not there{hint}")
    if not Path(path).is_file():
        raise BadMachine(f"{what} {path} is no ordinary file")


def quote(value):
    """A value inside a QEMU option list: a comma is written twice."""
    return str(value).replace(",", ",,")


@dataclasses.dataclass
class Machine:
    """One machine. The defaults are those of `make run`."""

    boot: str = "iso"  # "iso", or "kernel": QEMU loads the ELF, no GRUB
    image: str = ""  # "" is the built image for the boot path
    mem: str = "256M"
    cpus: int = 1
    cpu: str = "max"
    machine: str = "pc"  # with its options: "pc,max-ram-below-4g=16M"
    cmdline: str = ""
    grub: str = ""  # GRUB script run before the kernel is loaded (ISO)
    archive: str = ""
    records: str = ""  # file that gets COM2
    floppy: str = ""  # image in the drive
    disk: str = ""  # raw image: /dev/hda
    sound: str = ""  # wav file that hears an sb16; HOST_SOUND: the host does
    edu: bool = False  # QEMU's PCI device for teaching
    icount: bool = False
    kvm: bool = False
    gui: bool = False
    extra: list = dataclasses.field(default_factory=list)

    def image_path(self):
        path = Path(self.image or (ISO if self.boot == "iso" else ELF))
        want_file(path, "image", ": run `make` first")
        return path

    def board(self):
        return self.machine.split(",")[0]

    def program(self):
        """qemu-system-i386, whose CPUs address 36 bits, where that is enough.

        pc places RAM above 4 GiB at once, q35 keeps a larger hole.
        """
        limit = (30 if self.board() == "q35" else 61) * GIB
        wide = mem_bytes(self.mem) > limit
        return "qemu-system-x86_64" if wide else "qemu-system-i386"

    def accel(self):
        """TCG, with a thread for each CPU as long as the host has CPUs.

        With more threads than that, one that spins for a lock keeps the one
        whose turn it is from running, some milliseconds each time. In a single
        thread CPUs take turns, and one that pauses passes its turn on.
        """
        if self.kvm:
            return "kvm"
        if self.icount or self.cpus == 1:
            return "tcg"
        many = self.cpus > len(os.sched_getaffinity(0))
        return "tcg,thread=" + ("single" if many else "multi")

    def memory_words(self):
        size = mem_bytes(self.mem)
        least = LEAST_MEM[self.boot]
        if size < mem_bytes(least):
            raise BadMachine(f"memory size {self.mem}: want {least} or more, "
                             "with less nothing can be printed")
        if size <= 16 * GIB:
            return ["-M", self.machine, "-m", f"{size >> 10}K"]
        # More than the host has: promise it, commit what is touched.
        return ["-M", f"{self.machine},memory-backend=ram0",
                "-m", f"{size >> 10}K", "-object",
                f"memory-backend-ram,id=ram0,size={size},reserve=off"]

    def boot_words(self):
        image = self.image_path()
        if self.archive:
            want_file(self.archive, "archive")
        if self.board() == "isapc" and self.boot == "iso" and \
                (self.grub or self.archive):
            raise BadMachine("isapc has no SMBIOS string for a GRUB script")
        if self.board() == "q35" and self.boot == "iso" and \
                self.archive and self.disk:
            raise BadMachine("q35: GRUB cannot tell the disk and the archive "
                             "apart")
        if self.boot == "kernel":
            if self.grub:
                raise BadMachine("a GRUB script needs the ISO")
            words = ["-kernel", str(image), "-append", self.cmdline]
            if self.archive:
                words += ["-initrd", f"{quote(self.archive)} archive"]
            return words
        # -boot d: a disk that cannot boot is not tried first. The command
        # line travels as the serial number that SMBIOS tells GRUB.
        words = ["-cdrom", str(image), "-boot", "d"]
        grub = self.grub
        if self.archive:
            grub = f"{self.archive_words(words)}; {grub}"
        if self.cmdline:
            words += ["-smbios", f"type=1,serial={quote(self.cmdline)}"]
        if grub:
            words += ["-smbios", f"type=2,manufacturer={quote(grub)}"]
        return words

    def archive_words(self, words):
        """Another archive than the ISO's: a disk that GRUB reads whole.

        The first disk of the machine, or the one behind --disk.
        """
        sectors = (os.path.getsize(self.archive) + 511) // 512
        idx = 1 if self.disk else 0
        words += ["-drive", f"if=ide,index={idx},format=raw,readonly=off,"
                  f"snapshot=on,file={quote(self.archive)}"]
        return f"set archive=(hd{idx})0+{sectors}"

    def device_words(self):
        words = []
        if self.floppy:
            words += self.drive_words(self.floppy, "floppy")
        if self.disk:
            words += self.drive_words(self.disk, "disk")
        if self.sound:
            words += ["-audiodev", self.audio(), "-device",
                      "sb16,audiodev=snd"]
        if self.edu:
            if self.board() == "isapc":
                raise BadMachine("isapc has no PCI bus for edu")
            words += ["-device", "edu"]
        return words

    def drive_words(self, image, kind):
        """A floppy or a disk at the ports that a PC has for it.

        q35 brings neither controller: there they are plugged in.
        """
        want_file(image, f"{kind} image")
        file = f"format=raw,file={quote(image)}"
        if self.board() != "q35":
            place = "if=floppy" if kind == "floppy" else "if=ide,index=0"
            return ["-drive", f"{place},{file}"]
        controller, drive = {"floppy": ("isa-fdc", "floppy"),
                             "disk": ("piix3-ide", "ide-hd")}[kind]
        return ["-device", f"{controller},id={kind}", "-drive",
                f"if=none,id={kind}0,{file}", "-device",
                f"{drive},drive={kind}0,bus={kind}.0"]

    def audio(self):
        if self.sound != HOST_SOUND:
            return f"wav,id=snd,path={quote(self.sound)}"
        return "pa,id=snd"

    def command(self, console="stdio", reboot=False):
        """The whole QEMU command; @console is the chardev of COM1."""
        words = [self.program(), "-nodefaults", "-accel", self.accel()]
        words += self.memory_words()
        words += ["-cpu", self.cpu, "-smp", str(self.cpus)]
        words += ["-vga", "std"] if self.gui else ["-display", "none"]
        words += ["-serial", console]
        if self.records:
            words += ["-chardev", f"file,id=com2,path={quote(self.records)}",
                      "-serial", "chardev:com2"]
        words += ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"]
        if not reboot:
            words += ["-no-reboot"]
        if self.icount:
            words += ["-icount", "shift=0,sleep=off",
                      "-rtc", "base=2026-01-01,clock=vm"]
        return words + self.boot_words() + self.device_words() + self.extra


@dataclasses.dataclass
class Result:
    """How a run ended."""

    verdict: int
    reason: str  # one sentence for a person
    output: bytes
    seconds: float
    prompt_seconds: float = 0.0  # power-on to the first prompt; 0: never

    def text(self):
        return self.output.decode("utf-8", "replace").replace("\r", "")


_libc = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
_live = set()


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(words, **popen):
    """Start QEMU in a group of its own; end it with stop()."""
    try:
        process = subprocess.Popen(words, start_new_session=True,
                                   preexec_fn=_die_with_parent, **popen)
    except FileNotFoundError:
        raise BadMachine(f"{words[0]} is not installed: "
                         "tools/build/deps.sh build") from None
    _live.add(process)
    return process


def stop(process):
    """End the whole group, politely and then not, and reap it."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
        except (ProcessLookupError, PermissionError):
            pass
        try:
            process.wait(2)
            break
        except subprocess.TimeoutExpired:
            continue
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()
    _live.discard(process)


def stop_all():
    for process in list(_live):
        stop(process)


def stop_on_signals():
    """Turn the signals that end us into SystemExit, so that stop() runs."""
    def leave(number, _frame):
        stop_all()
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, leave)


def judge(status):
    """Verdict and sentence for a QEMU exit status."""
    if status in STATUS_VERDICT:
        verdict = STATUS_VERDICT[status]
        return verdict, VERDICTS[verdict]
    if status == 0:
        return RESET, "reset: triple fault, reboot, or power-off past the " \
            "exit port"
    if status == 1:
        return RESET, "QEMU refused its options (status 1)"
    if status < 0:
        return RESET, f"QEMU was ended by signal {-status}"
    return RESET, f"QEMU ended with the unknown status {status}"


class Feeder:
    """Types lines at the prompt, one per prompt, then end of input.

    The lines are @text, then what file descriptor @fd delivers until its end.
    What arrives before the kernel has set up its UART is lost, so nothing is
    sent before the first prompt; and the next line waits for the prompt after
    the line end that the console echoed for the one before. After the last
    line Ctrl-D is sent, which the console takes as end of input.
    """

    END_OF_INPUT = b"\x04"

    def __init__(self, fd=None, text=b""):
        self.fd = fd
        self.text = text
        self.end = fd is None  # nothing comes after self.text
        self.seen = b"\n"  # console output since the last line was sent
        self.done = False

    def at_prompt(self):
        newline = self.seen.find(b"\n")
        return newline >= 0 and self.seen.endswith(PROMPT, newline)

    def wants_input(self):
        return self.at_prompt() and not self.end and b"\n" not in self.text

    def read(self):
        data = os.read(self.fd, 65536)
        self.text += data
        self.end = not data

    def keys(self):
        """What to type now, if anything."""
        if self.done or not self.at_prompt() or self.wants_input():
            return b""
        self.seen = b""
        if not self.text:
            self.done = True
            return self.END_OF_INPUT
        line, _, self.text = self.text.partition(b"\n")
        return line + b"\r"


class Monitor:
    """QEMU's monitor, at a socket that words() made; an OSError: it is gone,
    or silent for @patience seconds."""

    PROMPT = b"(qemu) "

    @staticmethod
    def words(path):
        return ["-monitor", f"unix:{path},server=on,wait=off"]

    def __init__(self, path, patience=10):
        self.socket = socket.socket(socket.AF_UNIX)
        try:
            self.socket.settimeout(patience)
            self.socket.connect(path)
            self.answer()
        except OSError:
            self.close()
            raise

    def answer(self):
        """Wait until it waits for us, or was closed."""
        text = b""
        while not text.endswith(self.PROMPT):
            data = self.socket.recv(65536)
            if not data:
                return
            text += data

    def order(self, text):
        """Return when it is done."""
        self.socket.sendall(text.encode() + b"\n")
        self.answer()

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Run:
    """One run in progress; see run()."""

    def __init__(self, machine, timeout, sink, feeder, until, grace):
        self.timeout, self.sink, self.feeder = timeout, sink, feeder
        self.until, self.grace = until, grace
        self.output = bytearray()
        self.prompt_seconds = 0.0
        self.typed = b""  # still to be written to COM1
        self.began = time.monotonic()
        self.deadline = self.began + timeout
        self.process = start(
            machine.command(), stdout=subprocess.PIPE, bufsize=0,
            stdin=subprocess.PIPE if feeder else subprocess.DEVNULL)

    def seconds(self):
        return time.monotonic() - self.began

    def follow(self):
        """Move bytes until the machine ends; return (verdict, reason)."""
        console, feeder = self.process.stdout, self.feeder
        while True:
            left = self.deadline - time.monotonic()
            if left <= 0:
                return HANG, f"hang: no end within {self.timeout:g} s"
            readers = [console]
            if feeder and feeder.wants_input():
                readers.append(feeder.fd)
            writers = [self.process.stdin] if self.typed else []
            readers, writers, _ = select.select(readers, writers, [], left)
            if writers:
                self.type_keys()
            if feeder and feeder.fd in readers:
                feeder.read()
            if console in readers and not self.take(console):
                return self.end(max(left, 1))
            if feeder:
                self.typed += feeder.keys()

    def take(self, console):
        """Take what the console says; False at its end."""
        data = os.read(console.fileno(), 65536)
        tail = max(0, len(self.output) - 256)
        self.output += data
        fresh = self.output[tail:]
        if self.sink:
            self.sink(data)
        if self.feeder:
            self.feeder.seen += data
        if not self.prompt_seconds and PROMPT in fresh:
            self.prompt_seconds = self.seconds()
        if self.until and re.search(self.until, fresh):
            self.deadline = min(self.deadline,
                                time.monotonic() + self.grace)
            self.until = None
        return bool(data)

    def type_keys(self):
        """Write to COM1; a machine that is gone no longer listens."""
        try:
            sent = os.write(self.process.stdin.fileno(), self.typed[:4096])
            self.typed = self.typed[sent:]
        except BrokenPipeError:
            self.typed = b""

    def end(self, left):
        try:
            return judge(self.process.wait(left))
        except subprocess.TimeoutExpired:
            return HANG, "hang: QEMU closed its console and did not end"


def run(machine, timeout=60, sink=None, feeder=None, until=None, grace=2):
    """Run @machine to its end and judge it.

    @sink gets the console output as bytes, as it comes. @until is a regular
    expression (bytes): once the console matches it the run has @grace more
    seconds to end by itself, and its time is up after that. QEMU's own
    messages (stderr) go where ours go.

    Return: a Result; BadMachine is raised for what cannot be started.
    """
    current = Run(machine, timeout, sink, feeder, until, grace)
    try:
        verdict, reason = current.follow()
    finally:
        stop(current.process)
    return Result(verdict, reason, bytes(current.output), current.seconds(),
                  current.prompt_seconds)


def repeat_line(machine):
    """The command that starts the same machine again, for a person."""
    words = ["tools/vm", f"--{machine.boot}", "--mem", machine.mem]
    if machine.image:
        words += ["--image", str(machine.image)]
    default = Machine()
    for name in ("cpus", "cpu", "machine", "cmdline", "grub", "archive",
                 "floppy", "disk", "sound"):
        value = getattr(machine, name)
        if value != getattr(default, name):
            words += [f"--{name}", str(value)]
    if machine.edu:
        words += ["--edu"]
    if machine.extra:
        words += ["--"] + machine.extra
    return shlex.join(words)
