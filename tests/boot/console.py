# SPDX-License-Identifier: MIT
"""console.py - a person at the console, and the files they read there

A Console is `make run` on a pseudo-terminal, driven by pexpect: the same
program, the same ISO and the same keyboard as a person has. What the /proc
files must look like is in procfiles.py.
"""

import os
import re
import time

import procfiles
from cases import ROOT, Case, Failed, Skipped, boot, fail, vm, want_verdict

try:
    import pexpect
except ImportError:
    pexpect = None

PROMPT = "pw> "
# What a terminal obeys rather than shows; a line editor redraws with it.
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\x07")
UP, DOWN, LEFT, RIGHT = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C"
HOME, END, BACKSPACE, ENTER = "\x1b[H", "\x1b[F", "\x7f", "\r"
# Ctrl-A is QEMU's own key on a terminal; Ctrl-D ends the input; line ends are
# line ends. Escape begins a sequence, so a letter follows that ends none.
CONTROLS = "".join(chr(code) for code in range(1, 32)
                   if code not in (1, 4, 10, 13, 27)) + "\x1b~\x7f"


class Console:
    """A running machine, at its prompt once the `with` begins."""

    def __init__(self, cmdline="", seconds=60, **variables):
        """@variables are those of `make run`: MEM="64M". Two sessions run at a
        time, so none has the build folder's images unless it says DEVICES.
        """
        if not pexpect:
            raise Skipped("python3-pexpect is not installed")
        environ = dict(os.environ, CMDLINE=cmdline, TERM="xterm",
                       **{"DEVICES": "0", **variables})
        self.text = ""
        self.child = pexpect.spawn(
            str(ROOT / "tools" / "run"), env=environ, timeout=seconds,
            encoding="utf-8", codec_errors="replace", echo=False,
            dimensions=(50, 200))
        self.child.delaybeforesend = None

    def __enter__(self):
        try:
            self.wait_prompt()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Leave QEMU as a person does, so that nothing is left of it."""
        if self.child.isalive():
            self.type("\x01x")
            self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=5)
        self.child.close(force=True)

    def fail(self, text):
        raise Failed(text, self.text.replace("\r", ""))

    def expect(self, pattern):
        """Everything up to and with @pattern."""
        try:
            self.child.expect(pattern)
        except (pexpect.TIMEOUT, pexpect.EOF) as error:
            self.text += self.child.before \
                if isinstance(self.child.before, str) else ""
            self.fail(f"{type(error).__name__} while waiting for {pattern!r}")
        new = self.child.before
        if isinstance(self.child.after, str):  # not at the end of file
            new += self.child.after
        self.text += new
        return new

    def wait_prompt(self):
        return self.expect(r"(?:^|[\r\n])" + re.escape(PROMPT))

    def type(self, keys):
        self.child.send(keys)

    def command(self, line):
        """Type a line; the lines of the answer, without echo and prompt."""
        self.type(line + ENTER)
        self.expect(r"\n")  # the echo of the line
        answer = "\n" + self.wait_prompt()
        answer = ESCAPES.sub("", answer.replace("\r", ""))
        return answer.removesuffix(PROMPT).strip("\n").split("\n") \
            if answer.strip() != PROMPT.strip() else []

    def one_line(self, line, word):
        """The answer must be one line, and must contain @word."""
        answer = self.command(line)
        if len(answer) != 1 or word not in answer[0]:
            self.fail(f"{line[:40]!r}: not one line with {word!r}: "
                      f"{answer[:5]}")

    def sync(self):
        """Drop the line, whatever is on it, and come to a fresh prompt."""
        self.type("\x03" + "echo in-'step'" + ENTER)
        self.expect(r"in-step[\r\n]")
        self.wait_prompt()

    def alive(self):
        """The console still answers, and mm is in order."""
        if not any(" version " in text
                   for text in self.command("cat /proc/version")):
            self.fail("`cat /proc/version` is no longer answered")

    def ended(self, status):
        self.expect(pexpect.EOF)
        self.child.close()
        if self.child.exitstatus != status:
            self.fail(f"exit status {self.child.exitstatus}, not {status}")


def poweroff():
    with Console() as console:
        console.type("poweroff" + ENTER)
        console.ended(vm.PASSED)


def ctrl_d_powers_off():
    with Console() as console:
        console.type("\x04")
        console.ended(vm.PASSED)


def ctrl_d_on_a_line_is_ignored():
    with Console() as console:
        console.type("cat /proc/ver\x04")
        answer = console.command("sion")
        if not any(" version " in line for line in answer):
            console.fail(f"Ctrl-D within a line: {answer}")


def reboot():
    with Console() as console:
        console.type("reboot" + ENTER)
        console.wait_prompt()
        console.alive()


def empty_lines():
    with Console() as console:
        for line in ("", "   ", ""):
            answer = console.command(line)
            if answer:
                console.fail(f"an answer to an empty line: {answer}")
        console.alive()


def unknown_command():
    with Console() as console:
        console.one_line("florble", "florble")
        console.one_line("florble -x --why /proc/meminfo", "florble")
        console.one_line("help florble", "florble")
        console.alive()


def unknown_option():
    with Console() as console:
        for command in ("dmesg", "memmap", "check", "alloc", "whatis", "why",
                        "free", "poweroff", "reboot"):
            answer = console.command(f"{command} --florble")
            if len(answer) != 1:
                console.fail(f"{command} --florble: not one line: {answer}")
        console.alive()


def bad_arguments():
    """Each answered in one line; nothing is lost, as `check` says."""
    with Console() as console:
        for line in ("cat", "cat /proc", "cat /proc/florble", "cat florble",
                     "cat " + "/proc/" * 40, "whatis", "whatis zzz",
                     "whatis 99999999999999999999", "alloc florble",
                     "alloc pages", "alloc pages -1", "alloc pages 0 x",
                     "alloc kmalloc x", "alloc kmalloc 99999999999999999999",
                     "alloc pages 0 0", "alloc pages 0 medium",
                     "cat '/proc/version", "echo" + " x" * 200,
                     "free", "free florble", "free 99999",
                     "why GFP_FLORBLE", "why GFP_KERNEL|", "why 0x1ffffffff",
                     "why GFP_KERNEL x", "why GFP_KERNEL -1",
                     "why GFP_KERNEL 0 0"):
            answer = console.command(line)
            if len(answer) != 1 or not answer[0].strip():
                console.fail(f"{line[:60]!r}: not one line: {answer[:5]}")
        for line in ("selftest florble", "bench florble"):
            if "florble" not in (console.command(line) or [""])[-1]:
                console.fail(f"{line}: not named in the last line")
        for line, words in (("alloc pages 0 0", "0 blocks"),
                            ("alloc pages 0 medium", "dma and high"),
                            ("alloc pages 0 -1", "is negative"),
                            ("alloc kmalloc 99999999999999999999",
                             "too large"),
                            ("whatis 100000000", "too large"),
                            ("cat meminfo", "/proc/meminfo")):
            console.one_line(line, words)
        check_is_clean(console)


def why_tells_what_a_request_would_meet():
    """Without making it: free memory is as before, and nothing has failed."""
    with Console() as console:
        before = console.command("cat /proc/buddyinfo")
        for keys, words in (("why GFP_ATOMIC 3", "with GFP_ATOMIC (0xa20)"),
                            ("why gfp_kernel|__GFP_DMA", "zone DMA serves"),
                            ("why GFP_ATOM\t", "order 0"),
                            ("why GFP_KERNEL 11", "order too large"),
                            ("why 0xcc3 0", "both __GFP_DMA and"),
                            ("why GFP_KERNEL 4294967295", "too large"),
                            ("why", "has failed so far")):
            answer = "\n".join(console.command(keys))
            if words not in answer:
                console.fail(f"{keys!r}: no {words!r}: {answer}")
        if console.command("cat /proc/buddyinfo") != before:
            console.fail("buddyinfo has changed")
        check_is_clean(console)


def check_is_clean(console):
    answer = console.command("check")
    if not answer or any("BUG" in line for line in answer):
        console.fail(f"check: {answer}")


def control_characters():
    with Console() as console:
        console.type(CONTROLS)
        console.type(CONTROLS[::-1])
        console.sync()
        console.alive()


def bytes_above_ascii():
    with Console() as console:
        console.type("\u00e4\u00f6\u20ac\U0001f600" + ENTER)
        console.sync()
        console.alive()


def long_line():
    """10,000 characters on one line: one answer, nothing lost, no hang."""
    with Console() as console:
        console.child.timeout = 120
        console.type("x" * 10000 + ENTER)
        console.expect(r"\n")
        answer = console.wait_prompt()
        lines = [line for line in
                 ESCAPES.sub("", answer.replace("\r", "")).split("\n")
                 if line.strip() and line.strip() != PROMPT.strip()]
        if len(lines) > 2:
            console.fail(f"{len(lines)} lines for one long line")
        console.alive()


def long_line_shortened_is_still_refused():
    """One Backspace must not make a cut line run; Ctrl-U makes a new one."""
    with Console() as console:
        console.child.timeout = 120
        console.one_line("echo " + "y" * 10000 + BACKSPACE, "too long")
        answer = console.command("echo " + "y" * 10000
                                 + "\x15cat /proc/version")
        if not any(" version " in line for line in answer):
            console.fail(f"Ctrl-U on a long line: {answer[:5]}")


def half_a_line_outlives_the_history():
    with Console() as console:
        console.command("cat /proc/uptime")
        answer = console.command("cat /proc/ver" + UP + DOWN + "sion")
        if not any(" version " in line for line in answer):
            console.fail(f"one step up and one down: {answer}")


def history():
    with Console() as console:
        console.command("cat /proc/version")
        console.command("cat /proc/uptime")
        answer = console.command(UP + UP)
        if not any(" version " in line for line in answer):
            console.fail(f"two steps up in the history: {answer}")
        answer = console.command(UP + UP + UP + DOWN)
        if not any(re.fullmatch(r"\d+\.\d\d \d+\.\d\d", line)
                   for line in answer):
            console.fail(f"three steps up and one down: {answer}")
        # Past both ends.
        console.command(UP * 300 + DOWN * 300)
        console.alive()


def completion():
    with Console() as console:
        for keys in ("cat /proc/vers\t", "ca\t/proc/vers\t",
                     "echo;ca\t/proc/vers\t"):
            answer = console.command(keys)
            if not any(" version " in line for line in answer):
                console.fail(f"completing {keys!r}: {answer}")
        # Nothing and everything to complete.
        console.type("florble\t\t")
        console.sync()
        console.type("cat /proc/\t\t")
        console.expect("/proc/meminfo")
        console.sync()
        console.alive()


def editing():
    with Console() as console:
        for keys in ("cat /proc/vorsion" + LEFT * 5 + BACKSPACE + "e",
                     "at /proc/version" + HOME + "c",
                     "cat /proc/versio" + HOME + END + "n",
                     "xx" + BACKSPACE * 9 + "cat /proc/version",
                     "cat /proc/version" + RIGHT * 9,
                     "florble\x15cat /proc/version"):
            answer = console.command(keys)
            if not any(" version " in line for line in answer):
                console.fail(f"{keys!r}: {answer}")


def help_lists_every_command():
    """One line each in `help`, and `help CMD` for each of them."""
    with Console() as console:
        answer = console.command("help")
        names = re.findall(r"(?m)^(\w+) +\S", "\n".join(answer))
        if names != sorted(names):
            console.fail(f"help is not sorted: {names}")
        for name in ("help", "dmesg", "cat", "alloc", "free", "check",
                     "memmap", "whatis", "why", "selftest", "bench",
                     "poweroff", "reboot"):
            if name not in names:
                console.fail(f"help does not list {name}: {names}")
        for name in names:
            answer = console.command(f"help {name}")
            if not answer or name not in "\n".join(answer):
                console.fail(f"help {name}: {answer}")
        answer = console.command("help boot")
        if answer != sorted(answer) or not all(
                re.fullmatch(r"\w+ +(\[?=.+)?: .+", line) for line in answer):
            console.fail(f"help boot: not sorted, or of many forms: {answer}")


def memory_by_hand():
    """What is allocated by hand can be freed, and the sums agree."""
    def free_kb():
        for line in console.command("cat /proc/meminfo"):
            if line.startswith("MemFree:"):
                return int(line.split()[1])
        return console.fail("no MemFree in /proc/meminfo")

    with Console() as console:
        before = free_kb()
        for what in ("pages 3 32", "kmalloc 100000", "vmalloc 1000000"):
            answer = console.command(f"alloc {what}")
            if not answer or "BUG" in "".join(answer):
                console.fail(f"alloc {what}: {answer}")
        during = free_kb()
        if during > before - 1024 - 976:
            console.fail(f"MemFree {before} kB before, {during} during")
        if console.command("free 1 3") or \
                len(console.command("alloc")) != 1:
            console.fail("free 1 3: one of three is not left")
        console.one_line("alloc pages 0 DMA", "1 block of order 0")
        console.command("free all")
        console.one_line("alloc", "nothing is held")
        after = free_kb()
        # Caches and page tables may keep a few pages.
        if after < before - 256:
            console.fail(f"MemFree {before} kB before, {after} after")
        check_is_clean(console)


def memmap_draws():
    """In colour, because a person looks; the legend names what is seen."""
    with Console() as console:
        before = len(console.text)
        answer = console.command("memmap")
        if "\x1b[32m" not in console.text[before:]:
            console.fail("memmap: no colour on a terminal")
        rows = "".join(line.split(None, 1)[1] for line in answer
                       if line.lstrip().startswith("0x"))
        letters = re.findall(r" (\S) \w", answer[-1])
        if set(letters) != set(rows) - {" "}:
            console.fail(f"memmap: legend {letters}, picture {set(rows)}")
        if len(answer) < 5 or not any("DMA" in line for line in answer):
            console.fail(f"memmap: {answer[:5]}")


# --- files and drivers -----------------------------------------------------

def answers(console, *pairs):
    """Each line typed is answered by just these lines."""
    for line, expected in pairs:
        answer = console.command(line)
        if answer != expected:
            console.fail(f"{line!r}: {answer}, not {expected}")


def a_driver_is_loaded_used_and_unloaded():
    """What the books' readers do first; Tab and history on the way."""
    def caches():
        return [line.split()[0] for line in
                console.command("cat /proc/slabinfo")]

    with Console() as console:
        answers(console, ("insmod /li\tmod\tscullc.\t", []),
                ("echo hello > /dev/scullc0", []),
                ("cat /dev/scullc0", ["hello"]),
                ("echo world >> /dev/scullc0", []),
                (UP + UP, ["hello", "world"]),
                ("cat /dev/scullc1", []),
                ("cksum /dev/scu\t0", ["3795442390 12 /dev/scullc0"]))
        if not any(name.startswith("scullc") for name in caches()):
            console.fail("no cache of scullc in /proc/slabinfo")
        for line in ("lsmod", "cat /proc/modules"):
            if not any(text.startswith("scullc ")
                       for text in console.command(line)):
                console.fail(f"{line}: no scullc")
        answers(console, ("rmmod scul\t", []))
        if any(name.startswith("scullc") for name in caches()):
            console.fail("scullc has left its cache behind")
        console.one_line("cat /dev/scullc0", "no such file or directory")
        check_is_clean(console)


def what_cannot_be_done_with_files_is_one_line():
    with Console() as console:
        answers(console, ("insmod /lib/modules/scull.ko", []))
        for line, words in (
                ("cat /dev", "cat: /dev: is a directory"),
                ("cat /dev/nothing", "no such file or directory"),
                ("cat /dev/zero/x", "not a directory"),
                ("echo x > /dev/full", "no space left on device"),
                ("echo x > /proc/nothing", "no such file or directory"),
                ("hexdump /dev/mem 2M 16", "operation not permitted"),
                ("cat " + "/" + "d/" * 200, "no such file or directory"),
                ("mkdir /" + "n" * 300, "file name too long"),
                ("cp /dev/zero", "usage: cp"),
                ("dd if=/dev/zero of=/tmp/z bs=0", "not within"),
                ("insmod /dev/nothing", "no such file or directory"),
                ("insmod /lib/modules", "insmod: /lib/modules: "),
                ("rmmod /dev", "rmmod"),
                ("ioctl /dev/scull0 0x40046b01 0xc0000000", "bad address"),
                ("ioctl /dev/scull0 99", "inappropriate ioctl for device"),
                ("mknod /tmp/x c 99999 0", "no such devices")):
            answer = [text for text in console.command(line)
                      if not text.startswith("[")]  # the log's own lines
            if len(answer) != 1 or words not in answer[0]:
                console.fail(f"{line[:40]!r}: not one line with {words!r}: "
                             f"{answer[:5]}")
        answers(console, ("rmmod scull", []))
        check_is_clean(console)


def ctrl_c_ends_what_would_not_end():
    with Console() as console:
        for line in ("cat /dev/zero > /dev/null",
                     "dd if=/dev/zero of=/dev/null; echo never",
                     "cat /dev/kmsg"):
            console.type(line + ENTER)
            console.expect(r"\n")
            time.sleep(0.2)  # for the command to begin; no answer says so
            console.type("\x03")
            answer = console.wait_prompt()
            if "interrupted system call" not in answer or "never" in answer:
                console.fail(f"{line!r}: {answer[-200:]!r}")
        console.alive()


def ctrl_c_ends_what_works_for_long():
    """Commands that do not wait for a driver, but count, test and play."""
    with Console(SOUND=os.devnull) as console:
        console.one_line("insmod /lib/modules/sb16.ko", "Sound Blaster 16")
        for line, begins, word in (
                ("soak 600", None, "soak: passed"),
                ("selftest", "# Subtest", "Bail out! interrupted"),
                ("bench", r"MMB\s", "MMBINFO"),
                ("tone 440 600000 &; tone wait", None, "tone: ")):
            console.type(line + ENTER)
            console.expect(begins or r"\n")
            if not begins:
                time.sleep(0.3)  # nothing says that it has begun
            console.type("\x03")
            answer = console.wait_prompt()
            if "^C" not in answer or word not in answer:
                console.fail(f"{line!r}: {answer[-200:]!r}")
        console.one_line("tone 1 0", "for 1 to")
        console.alive()
        check_is_clean(console)


def run_words_work_on_files():
    machine = vm.Machine(
        boot="kernel", archive=str(vm.ARCHIVE),
        cmdline='run="insmod /lib/modules/scullp.ko scullp_order=1; '
                'echo one > /dev/scullp0; cat /dev/scullp0; rmmod scullp; '
                'check"')
    result = boot(machine)
    want_verdict(machine, result, vm.PASSED)
    if "\none\ncheck: 0 violations\n" not in result.text():
        fail(machine, result, "the device did not give back its line")


def proc_file(name, check):
    def run():
        with Console() as console:
            lines = console.command(f"cat /proc/{name}")
            try:
                check(lines)
            except procfiles.Wrong as error:
                console.fail(f"/proc/{name}: {error}")
    return Case(f"console.proc.{name}", run)


def cases(_tier):
    found = [Case(f"console.{function.__name__.replace('_', '-')}", function)
             for function in (
                 poweroff, ctrl_d_powers_off, ctrl_d_on_a_line_is_ignored,
                 reboot, empty_lines, unknown_command, unknown_option,
                 bad_arguments, control_characters, bytes_above_ascii,
                 long_line, long_line_shortened_is_still_refused, history,
                 half_a_line_outlives_the_history, completion, editing,
                 help_lists_every_command, memory_by_hand, memmap_draws,
                 why_tells_what_a_request_would_meet,
                 a_driver_is_loaded_used_and_unloaded,
                 what_cannot_be_done_with_files_is_one_line,
                 ctrl_c_ends_what_would_not_end,
                 ctrl_c_ends_what_works_for_long, run_words_work_on_files)]
    found += [proc_file(name, check)
              for name, check in procfiles.CHECKS.items()]
    return found
