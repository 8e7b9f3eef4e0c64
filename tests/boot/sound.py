# SPDX-License-Identifier: MIT
"""sound.py - tones through the Sound Blaster 16, and what QEMU heard

QEMU writes what the card plays into a wav file of 44100 frames a second. In
auto-init mode the driver ends each tone with silence, so the tones in it can be
told apart. Of each: its length, its frequency within 1 %, and that no zero
crossing comes a sample earlier or later than the one before allows: a block
that is missing, repeated or late would move all that follow.

With exact instruction counts the card plays by the guest's clock, and a busy
host changes nothing. Without them QEMU plays in real time. If the host then does
not let the guest run for as long as a block lasts, the card plays an old block
again; the driver notices and counts it as late. That is the host's doing, and
the machine is tried again, TRIES times at most; without it no gap may be there.

In single-cycle mode QEMU's card says nothing between two blocks, and its wav
has no gap: there the driver's own count is the report.
"""

import math
import os
import re
import wave

from cases import (Case, Failed, boot, fail, need_image, scratch, vm,
                   want_clean, want_verdict)

ARCHIVE = vm.BUILD / "pagewright.cpio"
INSMOD = "insmod /lib/modules/sb16.ko"
RATE = 44100
QUIET = 300  # of 32767: silence, or near a zero
SILENCE = 400  # frames between two tones, at least
TRIES = 3
COUNTS = re.compile(r"^blocks: played=(\d+) interrupts=(\d+) "
                    r"underruns=(\d+) late=(\d+)$", re.MULTILINE)
GAPS = re.compile(r"^gaps: blocks=(\d+) mean_us=(\d+) longest_us=(\d+)$",
                  re.MULTILINE)

# Hz, milliseconds, bits, rate. Blocks end in the middle of each.
TONES = ((220, 250, 8, 44100), (440, 250, 8, 22050), (1000, 250, 8, 11025),
         (261, 250, 16, 44100), (523, 250, 16, 22050), (2000, 250, 16, 44100))
LOAD = "selftest vmalloc_live*,kmalloc*,page_calls*"


def read_wav(path):
    """The left side, as numbers."""
    with wave.open(path) as file:
        shape = (file.getnchannels(), file.getsampwidth(),
                 file.getframerate())
        if shape != (2, 2, RATE):
            raise Failed(f"the wav file is of another kind: {shape}")
        data = file.readframes(file.getnframes())
    return memoryview(data[:len(data) // 4 * 4]).cast("h")[::2].tolist()


def split_tones(frames):
    """The stretches between silences."""
    loud = [i for i, value in enumerate(frames) if abs(value) > QUIET]
    found, first = [], None
    for i, at in enumerate(loud):
        first = at if first is None else first
        if i + 1 == len(loud) or loud[i + 1] - at > SILENCE:
            found.append(frames[max(first - 1, 0):at + 1])
            first = None
    return found


def crossings(frames):
    """Where the wave comes up through zero, between samples, too."""
    return [i - 1 + frames[i - 1] / (frames[i - 1] - frames[i])
            for i in range(1, len(frames)) if frames[i - 1] < 0 <= frames[i]]


def judge(frames, hz, ms):
    """What is wrong with a tone in words, or None."""
    length = RATE * ms // 1000
    if abs(len(frames) - length) > 30:
        return f"{len(frames)} frames, not {length}"
    ups = crossings(frames)
    if len(ups) < 2:
        return "no wave"
    period = (ups[-1] - ups[0]) / (len(ups) - 1)
    if abs(RATE / period / hz - 1) > 0.01:
        return f"{RATE / period:.1f} Hz, not {hz}"
    # Against where an even wave would be: a gap moves all that follow.
    worst = max(abs((b - a) - RATE / hz) for a, b in zip(ups, ups[1:]))
    if worst > 1:
        return f"a gap of {worst:.1f} frames"
    return None


def made(hz, ms, silent_at=None, nr=0):
    """A tone for judge(): with @nr frames of silence, or -@nr left out."""
    frames = [int(24576 * math.sin(2 * math.pi * hz * i / RATE))
              for i in range(RATE * ms // 1000)]
    if silent_at is None:
        return frames
    return frames[:silent_at] + [0] * nr + frames[silent_at + max(-nr, 0):]


def the_measuring_measures():
    """Gaps of two frames, repeated blocks and wrong tones are noticed."""
    if judge(made(440, 250), 440, 250):
        raise Failed("a good tone is called bad")
    block = made(440, 250)
    wrong = {
        "a gap": judge(made(440, 250, 5000, 2), 440, 250),
        "frames left out": judge(made(440, 250, 5000, -2), 440, 250),
        "another tone": judge(made(446, 250), 440, 250),
        "a block again": judge(block[:4096] + block[:4096] + block[8192:],
                               440, 250),
        "a shorter one": judge(made(440, 240), 440, 250),
        "silence": judge([0] * (RATE // 4), 440, 250),
    }
    for name, said in wrong.items():
        if not said:
            raise Failed(f"{name} goes unnoticed")
    if [len(part) for part in split_tones(
            made(440, 100) + [0] * 500 + made(440, 50))] != [4410, 2205]:
        raise Failed("two tones are not told apart")


def sound_machine(wav, script, board, cpus, path):
    # Instruction counts make an ISO boot last for many seconds.
    return vm.Machine(
        boot=path, machine=board, cpus=cpus, mem="64M", sound=wav,
        icount=path == "kernel" and cpus == 1,
        archive="" if path == "iso" else str(need_image(ARCHIVE)),
        cmdline=f'run="{script}"')


def listen(script, board="pc", cpus=1, timeout=60, path="kernel"):
    """Boot until the driver says that no block was late: (machine, result,
    frames)."""
    for _ in range(TRIES):
        with scratch() as folder:
            wav = os.path.join(folder, "out.wav")
            machine = sound_machine(wav, script, board, cpus, path)
            result = boot(machine, timeout)
            want_verdict(machine, result, vm.PASSED)
            want_clean(machine, result)
            frames = read_wav(wav)
        counts = COUNTS.findall(result.text())
        if not counts:
            fail(machine, result, "no counts of the driver's")
        if not int(counts[-1][3]):
            return machine, result, frames
    return fail(machine, result, f"blocks were late {TRIES} times of {TRIES}")


def want_tones(machine, result, frames, tones):
    parts = split_tones(frames)
    if len(parts) != len(tones):
        fail(machine, result, f"{len(parts)} tones were heard, not "
             f"{len(tones)}: {[len(part) for part in parts]}")
    for part, (hz, ms, bits, rate) in zip(parts, tones):
        said = judge(part, hz, ms)
        if said:
            fail(machine, result, f"{hz} Hz, {bits} bits, {rate} a second: "
                 f"{said}")


def want_counts(machine, result, least):
    played, interrupts, underruns, _ = (
        int(n) for n in COUNTS.findall(result.text())[-1])
    if underruns or played < least or interrupts < played:
        fail(machine, result, f"{played} blocks, {interrupts} interrupts, "
             f"{underruns} underruns")
    return f"{played} blocks"


def play(tones):
    return "; ".join(f"tone {hz} {ms} {bits} {rate}"
                     for hz, ms, bits, rate in tones)


def tones_are_heard(board, path, cpus=1):
    def run():
        script = (f"{INSMOD}; {play(TONES)}; cat /proc/sb16; rmmod sb16; "
                  "cat /proc/dma; check")
        machine, result, frames = listen(script, board, cpus, path=path)
        want_tones(machine, result, frames, TONES)
        if "sb16" in result.text().split("gaps: ")[-1]:
            fail(machine, result, "the module is gone, its channel is not")
        return want_counts(machine, result, 2 * len(TONES))
    return run


def no_gap_under_load(load, ms, cpus, timeout=60):
    def run():
        tone = (1000, ms, 16, 44100)
        script = (f"{INSMOD}; {play([tone])} &; {load}; tone wait; "
                  "cat /proc/sb16; check")
        machine, result, frames = listen(script, cpus=cpus, timeout=timeout)
        want_tones(machine, result, frames, [tone])
        return want_counts(machine, result, ms // 200)
    return run


def single_cycle_reports_its_gaps():
    script = (f"{INSMOD} single=1; tone 440 900 16; tone 440 500 8 22050; "
              "cat /proc/sb16; check")
    machine, result, frames = listen(script)
    if "mode=single" not in result.text():
        fail(machine, result, "not in single-cycle mode")
    blocks, mean, longest = (int(n) for n in GAPS.findall(result.text())[-1])
    # 79380 bytes in blocks of 16384, and 11025 in blocks of 4096.
    if blocks != 4 + 2 or not 0 < mean <= longest:
        fail(machine, result, f"{blocks} gaps of {mean} us, at most {longest}")
    # The end of each tone is still on its way when the card stops.
    if len(frames) < RATE * 1400 // 1000 * 9 // 10:
        fail(machine, result, f"only {len(frames)} frames were heard")
    ups = crossings(frames[:RATE * 800 // 1000])
    hz = RATE * (len(ups) - 1) / (ups[-1] - ups[0])
    if abs(hz / 440 - 1) > 0.01:
        fail(machine, result, f"{hz:.1f} Hz, not 440")
    return f"{blocks} gaps of {mean} us, at most {longest}"


def want_lines(script, verdict, lines, extra=None):
    machine = vm.Machine(boot="kernel", mem="64M",
                         archive=str(need_image(ARCHIVE)),
                         cmdline=f'run="{script}"', extra=extra or [])
    result = boot(machine)
    want_verdict(machine, result, verdict)
    for line in lines:
        found = re.findall(line, result.text(), re.MULTILINE)
        if len(found) != 1:
            fail(machine, result, f"{len(found)} lines match {line}")
    if "mm: BUG" in result.text():
        fail(machine, result, "a report")


def no_card():
    want_lines(f"{INSMOD}; tone 440 100; ls /dev; cat /proc/dma; check",
               vm.FAILED,
               (r"sb16: no Sound Blaster at 0x220$",
                r"^insmod: /lib/modules/sb16.ko: no such device$",
                r"^tone: /dev/dsp: no such file or directory$",
                r"^ 4: cascade$", "^check: 0 violations$"))


def bad_words():
    """Of people; what programs do wrong is in the suite dsp.

    The first tone lasts: a busy host may take a second from one word to the
    next, and a card that is idle again refuses nothing.
    """
    want_lines(
        f"{INSMOD} ring=100000; {INSMOD} io=0x20; {INSMOD} io=0x388; "
        f"{INSMOD} irq=3; {INSMOD} dma=2; {INSMOD} dma16=1; {INSMOD}; "
        "tone 440 10 8 4999; tone 440 10 8 44101; "
        "tone 22051 10; tone 1 0; tone 1 1 9; cat /dev/dsp; "
        "tone 440 5000 &; tone 441 1; tone 442 1 &; rmmod sb16; tone wait; "
        "rmmod sb16; cat /proc/dma; check",
        vm.FAILED,
        (r"sb16: ring=100000: a power of two from 65536 to 1048576$",
         r"sb16: io=0x20 is no port of a card$",
         r"sb16: no Sound Blaster at 0x388$",
         r"sb16: irq=3: no card has that$",
         r"sb16: dma=2: no card has that$",
         r"sb16: dma16=1: no card has that$",
         r"^tone: up to half the rate \(22050 Hz\), for 1 to 600000 ms"
         r"(?=\ntone: up to)",
         r"^tone: 8 or 16 bits, and a rate$",
         r"^cat: /dev/dsp: invalid argument$",
         r"^tone: /dev/dsp: device or resource busy$",
         r"^tone: 'tone wait' for the one before$",
         r"^rmmod: .*sb16.*$",
         r"^ 4: cascade\ncheck: 0 violations$",
         r"^tone: /dev/dsp: invalid argument\ntone: /dev/dsp: invalid "
         r"argument$"),
        ["-audiodev", "none,id=snd", "-device", "sb16,audiodev=snd"])


def programs_are_refused():
    """With the ring as it is, and with the shortest: two of the longest blocks."""
    script = (f"{INSMOD}; selftest dsp.*; cat /proc/sb16; rmmod sb16; "
              f"{INSMOD} ring=65536; selftest dsp.*; rmmod sb16; check")
    machine, result, _ = listen(script, cpus=2)
    if len(re.findall(r"^# ktest: \d+ passed, 0 failed, 0 skipped$",
                      result.text(), re.MULTILINE)) != 2:
        fail(machine, result, "cases of the suite were skipped")


def cases(tier):
    found = [
        Case("sound.measure", the_measuring_measures),
        Case("sound.tones.pc.kernel", tones_are_heard("pc", "kernel")),
        Case("sound.load.1-cpu", no_gap_under_load(
            "selftest kmalloc*,page_calls*", 1000, 1)),
        Case("sound.load.2-cpus", no_gap_under_load(LOAD, 1000, 2)),
        Case("sound.single", single_cycle_reports_its_gaps),
        Case("sound.programs", programs_are_refused),
        Case("sound.no-card", no_card),
        Case("sound.bad-words", bad_words)]
    if tier == "full":
        found += [
            Case("sound.tones.q35.iso", tones_are_heard("q35", "iso")),
            Case("sound.tones.pc.4-cpus", tones_are_heard("pc", "kernel", 4)),
            Case("sound.load.soak", no_gap_under_load(
                "soak 20", 30000, 4, 400), True)]
    return found
