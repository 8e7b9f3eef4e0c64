# SPDX-License-Identifier: MIT
"""badinput.py - boot loaders and people who ask for too much

Strange multiboot blocks are the parser suites' business, byte by byte. Here
GRUB itself hands over more than anybody expects, and the command line holds
nonsense: one clear line each, nothing lost, no hang.
"""

import os
import re
import subprocess

import matrix
from cases import (ROOT, Case, Failed, boot, fail, need_image, scratch, vm,
                   want_clean, want_verdict)

# Boots, looks at memory, ends.
LOOK = 'run="check"'
MKISO = str(ROOT / "tools" / "build" / "mkiso.sh")


def make_iso(folder, script, *files):
    """An ISO with its own grub.cfg; files lie beside the kernel."""
    cfg = os.path.join(folder, "grub.cfg")
    iso = os.path.join(folder, "test.iso")
    with open(cfg, "w", encoding="ascii") as file:
        file.write("set timeout=0\ninsmod gzio\n" + script + "\nboot\n")
    kernel = str(need_image(vm.ELF))
    done = subprocess.run([MKISO, kernel, iso, cfg, *files], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failed("no ISO for the test", done.stdout)
    return iso


def modules(number):
    """@number modules of one page each: all kept, memory adds up."""
    def run():
        with scratch() as folder:
            page = os.path.join(folder, "page")
            with open(page, "wb") as file:
                file.write(os.urandom(4096))
            script = "multiboot2 /boot/pagewright.gz " + matrix.SELFTEST_MAP
            for index in range(number):
                script += f"\nmodule2 /boot/page module-{index}"
            machine = vm.Machine(image=make_iso(folder, script, page))
            return matrix.judged(machine)
    return Case(f"bad.{number}-modules", run)


def long_words(size):
    """A line of @size bytes that begins with words that count."""
    words = matrix.SELFTEST_MAP
    index = 0
    while len(words) < size - 16:
        words += f" filler{index}"
        index += 1
    return words.ljust(size, "x")


def want_cut(machine, result):
    if not re.search(r"command line of \d+ bytes is too long",
                     result.text()):
        fail(machine, result, "not one word about the cut command line")


def long_cmdline_iso():
    with scratch() as folder:
        iso = make_iso(folder, "multiboot2 /boot/pagewright.gz "
                       + long_words(64 << 10))
        return matrix.judged(vm.Machine(image=iso), checks=[want_cut])


def long_cmdline_kernel():
    machine = vm.Machine(boot="kernel", cmdline=long_words(64 << 10))
    return matrix.judged(machine, checks=[want_cut])


def unknown_words_are_listed_once():
    machine = vm.Machine(boot="kernel",
                         cmdline=f"nonsense_a nonsense_b=7 {LOOK}")
    result = boot(machine)
    want_verdict(machine, result, vm.PASSED)
    lines = [line for line in result.text().splitlines()
             if "nonsense_a" in line and "Kernel command line:" not in line]
    if len(lines) != 1 or "nonsense_b" not in lines[0]:
        fail(machine, result, f"unknown words: {len(lines)} lines, not one")


def a_debug_word_for_no_cache():
    """Said once, at the prompt; not of a name that there is."""
    for name, lines in (("nosuch-*", 1), ("kmalloc-64", 0)):
        machine = vm.Machine(
            boot="kernel",
            cmdline=f'slab_debug=FZPU,{name} run="cat /proc/store"')
        result = boot(machine)
        want_verdict(machine, result, vm.PASSED)
        found = re.findall(r"slab_debug=: no cache is called 'nosuch-\*'",
                           result.text())
        if len(found) != lines:
            fail(machine, result, f"{name}: {len(found)} lines")
        if "unused: `store fill` makes it" not in result.text():
            fail(machine, result, "/proc/store says nothing of an empty store")


def bad_value(word):
    """A value that cannot be read: a line names the option, default holds."""
    def run():
        machine = vm.Machine(boot="kernel",
                             cmdline=f"{word} {LOOK}")
        result = boot(machine)
        want_verdict(machine, result, vm.PASSED)
        want_clean(machine, result)
        option = word.split("=")[0]
        if not re.search(rf"\b{option}=.* refused; the default stays "
                         rf"\({option}=", result.text()):
            fail(machine, result, f"no line says what {option}= takes")
    return Case("bad.value." + word.replace("=", "-"), run)


def cases(_tier):
    found = [modules(128), modules(140),
             Case("bad.cmdline-64K.iso", long_cmdline_iso),
             Case("bad.cmdline-64K.kernel", long_cmdline_kernel),
             Case("bad.unknown-words", unknown_words_are_listed_once),
             Case("bad.slab-debug-name", a_debug_word_for_no_cache)]
    found += [bad_value(word) for word in
              ("mem=rubbish", "vmalloc=-1", "loglevel=loud", "failslab=x",
               "fail_page_alloc=")]
    return found
