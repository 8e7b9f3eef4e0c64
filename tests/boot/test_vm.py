# SPDX-License-Identifier: MIT
"""test_vm.py - the judge is judged: tools/vm and tools/run themselves

The kernel's word `provoke=` makes it end in each way there is. Further: wrong
usage is no verdict, a run leaves no process behind, what a person types as
CMDLINE arrives whole by every path, and COM2 ends up in its file.
"""

import fcntl
import json
import os
import signal
import subprocess
import time

from cases import ROOT, Case, Failed, scratch, vm

TOOL = str(ROOT / "tools" / "vm")
USAGE_ERROR = 64


def call(*words, timeout=60):
    """Run tools/vm as a person would; return (status, console, messages)."""
    done = subprocess.run([TOOL, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                          timeout=timeout)
    return (done.returncode, done.stdout.decode("utf-8", "replace"),
            done.stderr.decode("utf-8", "replace"))


def want(status, got, log):
    if got != status:
        raise Failed(f"exit status {got}, not {status}", log)


def verdict(word, path, status, limit="60"):
    def run():
        got, console, messages = call(f"--{path}", "--cmdline",
                                      f"provoke={word}", "--timeout", limit)
        want(status, got, console + messages)
        if not console.strip():
            raise Failed("nothing was seen on the console")
    return run


def hang_takes_real_seconds():
    began = time.monotonic()
    got, console, messages = call("--kernel", "--cmdline", "provoke=hang",
                                  "--timeout", "3", "--icount")
    took = time.monotonic() - began
    want(vm.HANG, got, console + messages)
    if not 2.9 < took < 8:
        raise Failed(f"a timeout of 3 s took {took:.1f} s")


def usage_is_no_verdict():
    for words in (["--mem", "many"], ["--bogus"], ["--image", "/nowhere"],
                  ["--kernel", "--grub", "cutmem 1 2"],
                  ["--run", 'echo "x"'], ["--expect", "("],
                  ["--floppy", "/nowhere"], ["--disk", "/nowhere"],
                  ["--machine", "isapc", "--kernel", "--edu"]):
        got, console, messages = call(*words)
        want(USAGE_ERROR, got, f"{words}\n{console}{messages}")


def a_refusal_says_what_is_wrong():
    for words, text in ((["--disk", str(ROOT)], "is a folder"),
                        (["--floppy", str(ROOT)], "is a folder"),
                        (["--archive", str(ROOT)], "is a folder"),
                        (["--image", str(ROOT)], "is a folder"),
                        (["--disk", "/nowhere"], "is not there"),
                        (["--kernel", "--mem", "1M"], "want 1088K or more"),
                        (["--iso", "--mem", "3M"], "want 3584K or more")):
        got, console, messages = call(*words, "--dry-run")
        want(USAGE_ERROR, got, f"{words}\n{console}{messages}")
        if text not in messages.splitlines()[-1]:
            raise Failed(f"{words}: not {text!r}", messages)
    for words in (["--kernel", "--mem", "1088K"], ["--mem", "3584K"]):
        got, console, messages = call(*words, "--dry-run")
        want(0, got, console + messages)


def refused_options_are_unexpected():
    got, console, messages = call("--kernel", "--cpu", "no-such-cpu")
    want(vm.RESET, got, console + messages)


def expect_turns_a_pass_into_a_failure():
    words = ["--kernel", "--cmdline", "provoke=pass", "--expect"]
    got, console, messages = call(*words, "no such line")
    want(vm.FAILED, got, console + messages)
    got, console, messages = call(*words, "BIOS-e820:.*usable")
    want(vm.PASSED, got, console + messages)


def qemu_of(pid):
    """Process ids of the children of @pid."""
    path = f"/proc/{pid}/task/{pid}/children"
    with open(path, encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def gone(pid):
    """Does the process vanish, or is it only a zombie, within 5 s?"""
    for _ in range(100):
        try:
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def leaves_nothing_behind(number):
    """Ended from outside, politely or not, tools/vm takes QEMU with it."""
    def run():
        tool = subprocess.Popen(
            [TOOL, "--kernel", "--cmdline", "provoke=hang"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            tool.stdout.readline()  # the guest runs
            children = qemu_of(tool.pid)
            if not children:
                raise Failed("tools/vm has no QEMU below it")
            os.kill(tool.pid, number)
            tool.wait(10)
            if not all(gone(pid) for pid in children):
                raise Failed(f"QEMU {children} lives on")
        finally:
            tool.kill()
            tool.wait()
            tool.stdout.close()
    return run


def records_are_json_lines():
    with scratch() as folder:
        path = os.path.join(folder, "records, with a comma.jsonl")
        got, console, messages = call("--kernel", "--cmdline", "provoke=pass",
                                      "--records", path)
        want(vm.PASSED, got, console + messages)
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
    if not lines:
        raise Failed("COM2 was silent", console)
    for line in lines:
        try:
            json.loads(line)
        except ValueError:
            raise Failed(f"no JSON object: {line!r}") from None


def run_words_arrive_whole(path):
    """A quoted word with blanks, a comma and a semicolon."""
    def run():
        got, console, messages = call(
            f"--{path}", "--cmdline", "loglevel=7",
            "--run", "cat /proc/meminfo; cat /proc/version")
        want(vm.PASSED, got, console + messages)
        for expected in ("MemTotal:", " version "):
            if expected not in console:
                raise Failed(f"no {expected!r} on the console", console)
    return run


def make_run(stdin, cmdline="", limit="60", **variables):
    """tools/run without a terminal; return (status, console)."""
    environ = dict(os.environ, CMDLINE=cmdline, TIMEOUT=limit,
                   **{"DEVICES": "0", **variables})
    done = subprocess.run([str(ROOT / "tools" / "run")], input=stdin,
                          env=environ, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=120)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def run_powers_off_at_the_end_of_input():
    got, console = make_run(b"")
    want(vm.PASSED, got, console)


def run_types_its_input():
    # Without a newline at the end, as printf leaves it.
    got, console = make_run(b"cat /proc/version\n\ncat /proc/meminfo")
    want(vm.PASSED, got, console)
    if "MemTotal:" not in console:
        raise Failed("the second command was not run", console)


def run_obeys_its_command_line():
    got, console = make_run(b"", 'run="cat /proc/meminfo"')
    want(vm.PASSED, got, console)
    if "MemTotal:" not in console:
        raise Failed("run= was not obeyed", console)


def borrowed_build(folder):
    """A build folder with our image, and nothing else in it."""
    os.symlink(vm.ISO.resolve(), os.path.join(folder, vm.ISO.name))
    return {"O": folder, "DEVICES": ""}


def run_makes_its_devices():
    """Images of their sizes, made once and then kept."""
    with scratch() as folder:
        variables = borrowed_build(folder)
        disk = os.path.join(folder, "disk.img")
        for start in (b"\0" * 4, b"kept"):
            got, console = make_run(b"", **variables)
            want(vm.PASSED, got, console)
            if "[1234:11e8]" not in console:
                raise Failed("no edu among the PCI devices", console)
            sizes = [os.path.getsize(os.path.join(folder, name))
                     for name in ("disk.img", "floppy.img")]
            if sizes != [64 << 20, 1474560]:
                raise Failed(f"images of {sizes} bytes")
            with open(disk, "r+b") as file:
                if file.read(4) != start:
                    raise Failed("the disk was made anew")
                file.seek(0)
                file.write(b"kept")


def run_leaves_devices_to_who_has_them():
    """The images have one user; a second machine boots without."""
    with scratch() as folder:
        variables = borrowed_build(folder)
        with open(os.path.join(folder, "devices.lock"), "w",
                  encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            got, console = make_run(b"", **variables)
        want(vm.PASSED, got, console)
        if "this one goes without" not in console or \
                "[1234:11e8]" in console:
            raise Failed("the devices were taken twice", console)


def run_on_every_board():
    """isapc has the ISA devices, q35 what it brings no controller for."""
    for board, variables in (("isapc", {"CPU": "pentium3", "MEM": "64M"}),
                             ("q35", {})):
        with scratch() as folder:
            got, console = make_run(b"", MACHINE=board, **variables,
                                    **borrowed_build(folder))
            want(vm.PASSED, got, console)


def run_ends_with_the_verdict():
    for word, status, limit in (("fail", vm.FAILED, "60"),
                                ("panic", vm.PANIC, "60"),
                                ("triple", vm.RESET, "60"),
                                ("hang", vm.HANG, "3")):
        got, console = make_run(b"", f"provoke={word}", limit)
        want(status, got, console)


def cases(_tier):
    words = (("pass", vm.PASSED, "60"), ("fail", vm.FAILED, "60"),
             ("panic", vm.PANIC, "60"), ("hang", vm.HANG, "4"),
             ("triple", vm.RESET, "60"))
    found = [Case(f"vm.{word}.{path}", verdict(word, path, status, limit))
             for path in ("kernel", "iso") for word, status, limit in words]
    found += [Case(f"vm.nothing-left-behind.{number.name}",
                   leaves_nothing_behind(number))
              for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL)]
    found += [Case(f"vm.run-words.{path}", run_words_arrive_whole(path))
              for path in ("kernel", "iso")]
    for function in (hang_takes_real_seconds, usage_is_no_verdict,
                     a_refusal_says_what_is_wrong,
                     refused_options_are_unexpected,
                     expect_turns_a_pass_into_a_failure,
                     records_are_json_lines,
                     run_powers_off_at_the_end_of_input, run_types_its_input,
                     run_obeys_its_command_line, run_makes_its_devices,
                     run_leaves_devices_to_who_has_them, run_on_every_board,
                     run_ends_with_the_verdict):
        found.append(Case(f"vm.{function.__name__.replace('_', '-')}",
                          function))
    return found
