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
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = Path(os.environ.get("O") or ROOT / "build")
ISO = BUILD / "pagewright.iso"
ELF = BUILD / "pagewright.elf"
ARCHIVE = BUILD / "pagewright.cpio"

PASSED, FAILED, PANIC, HANG, RESET = range(5)
VERDICTS = ("passed", "test failures", "panic", "hang",
            "reset or unexpected end")
# (value written to port 0xf4 << 1) | 1
STATUS_VERDICT = {33: PASSED, 35: FAILED, 37: PANIC}

PROMPT = b"pw> "
GIB = 1 << 30
UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class BadMachine(Exception):
    """What was asked for cannot be built; the text says why."""


def mem_bytes(text):
    """Size of "256M", "33333K", "6G", or "64" (MiB, as QEMU reads it)."""
    match = re.fullmatch(r"([1-9][0-9]*)([KMG]?)", text.upper())
    if not match:
        raise BadMachine(f"memory size {text!r}: want 256M, 33333K or 6G")
    return int(match[1]) * UNITS[match[2] or "M"]


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
    floppy: str = ""
    icount: bool = False
    kvm: bool = False
    gui: bool = False
    extra: list = dataclasses.field(default_factory=list)

    def image_path(self):
        path = Path(self.image or (ISO if self.boot == "iso" else ELF))
        if not path.is_file():
            raise BadMachine(f"{path} is not there: run `make` first")
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
        if size <= 16 * GIB:
            return ["-M", self.machine, "-m", f"{size >> 10}K"]
        # More than the host has: promise it, commit what is touched.
        return ["-M", f"{self.machine},memory-backend=ram0",
                "-m", f"{size >> 10}K", "-object",
                f"memory-backend-ram,id=ram0,size={size},reserve=off"]

    def boot_words(self):
        image = self.image_path()
        if self.archive and not Path(self.archive).is_file():
            raise BadMachine(f"archive {self.archive} is not there")
        if self.board() == "isapc" and self.boot == "iso" and \
                (self.grub or self.archive):
            raise BadMachine("isapc has no SMBIOS string for a GRUB script")
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
        """Another archive than the ISO's: a disk that GRUB reads whole."""
        sectors = (os.path.getsize(self.archive) + 511) // 512
        words += ["-drive", "if=ide,index=0,format=raw,readonly=off,"
                  f"snapshot=on,file={quote(self.archive)}"]
        return f"set archive=(hd0)0+{sectors}"

    def floppy_words(self):
        if not self.floppy:
            return []
        if not Path(self.floppy).is_file():
            raise BadMachine(f"floppy image {self.floppy} is not there")
        file = f"format=raw,file={quote(self.floppy)}"
        if self.board() != "q35":
            return ["-drive", f"if=floppy,{file}"]
        return ["-device", "isa-fdc,id=fdc", "-drive",
                f"if=none,id=fd0,{file}", "-device",
                "floppy,drive=fd0,bus=fdc.0"]

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
        return words + self.boot_words() + self.floppy_words() + self.extra


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
                 "floppy"):
        value = getattr(machine, name)
        if value != getattr(default, name):
            words += [f"--{name}", str(value)]
    if machine.extra:
        words += ["--"] + machine.extra
    return shlex.join(words)
