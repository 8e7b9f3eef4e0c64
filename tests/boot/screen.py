# SPDX-License-Identifier: MIT
"""screen.py - what the screen shows, pixel by pixel, and typing at its keyboard

QEMU's monitor takes pictures of the screen and presses keys. Text is read from
a picture by comparing each cell with the kernel's table of letters, so a wrong
pixel anywhere makes a letter unreadable. Cells of `memmap live` are compared
with what the kernel wrote to COM2 about the same memory.
"""

import dataclasses
import json
import os
import re
import threading
import time

from cases import Case, Failed, fail, scratch, vm, want_verdict

import picture  # in tools, as machine is

WIDTH, HEIGHT = 1024, 768
CELL_WIDTH, CELL_HEIGHT = 8, 16
UNREADABLE = "\x7f"
PATIENCE = 10  # seconds until something that must come counts as missing
KEYS = {" ": "spc", "/": "slash", "-": "minus", ".": "dot", ";": "semicolon",
        "\n": "ret", "=": "equal", ",": "comma", "\\": "backslash"}


@dataclasses.dataclass
class ScreenMachine(vm.Machine):
    """A machine with a screen, perhaps without what others rely on."""

    folder: str = ""
    serial: bool = True
    exit_port: bool = True

    def monitor_path(self):
        return os.path.join(self.folder, "monitor")

    def command(self, console="stdio", reboot=False):
        words = super().command(console, reboot) + [
            "-vga", "std"] + vm.Monitor.words(self.monitor_path())
        if not self.serial:
            at = words.index("-serial")
            del words[at:at + 2]
        if not self.exit_port:
            at = next(i for i, word in enumerate(words)
                      if word.startswith("isa-debug-exit"))
            del words[at - 1:at + 1]
        return words


class Picture:
    """A picture of the screen (PPM)."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        match = re.match(rb"P6\s(\d+) (\d+)\s255\s", data)
        self.width, self.height = int(match[1]), int(match[2])
        self.data = data[match.end():]

    def row(self, x, y, width):
        at = 3 * (y * self.width + x)
        return self.data[at:at + 3 * width]

    def pixel(self, x, y):
        return self.row(x, y, 1)


class Letters:
    """Cells to characters."""

    def __init__(self):
        font = picture.Font("small")
        self.known = {}
        for code in range(0x20, 0x7f):
            lit = tuple(bit for row in font.glyph(chr(code)) for bit in row)
            self.known[lit] = chr(code)

    def read(self, image, column, row):
        pixels = b"".join(
            image.row(column * CELL_WIDTH, row * CELL_HEIGHT + y, CELL_WIDTH)
            for y in range(CELL_HEIGHT))
        back = pixels[:3]  # no letter has the corner
        if pixels == back * (CELL_WIDTH * CELL_HEIGHT):
            return " "
        colors = [pixels[i:i + 3] for i in range(0, len(pixels), 3)]
        if len(set(colors)) > 2:
            return UNREADABLE
        return self.known.get(tuple(c != back for c in colors), UNREADABLE)

    def lines(self, image):
        text = []
        for row in range(image.height // CELL_HEIGHT):
            line = "".join(self.read(image, column, row)
                           for column in range(image.width // CELL_WIDTH))
            text.append(line.rstrip())
        return text


LETTERS = Letters()


class Driver:
    """Somebody in front of the machine: sees, presses keys, types on COM1."""

    def __init__(self, machine, folder):
        self.machine, self.folder = machine, folder
        self.console = bytearray()  # what COM1 has said
        self.pipe_read, self.pipe = os.pipe()
        self.monitor = None
        self.error = None

    def connect(self):
        def try_it():
            try:
                self.monitor = vm.Monitor(self.machine.monitor_path(),
                                          PATIENCE)
            except (FileNotFoundError, ConnectionRefusedError):
                return None
            return self.monitor
        self.wait("QEMU's monitor", try_it)

    def order(self, text):
        self.monitor.order(text)

    def keys(self, text):
        """Press the keys that write @text."""
        for char in text:
            name = KEYS.get(char, char)
            self.order("sendkey " + ("shift-" + char.lower()
                                     if char.isupper() else name))

    def type(self, line):
        """At the serial line."""
        os.write(self.pipe, line.encode() + b"\n")

    def picture(self):
        path = os.path.join(self.folder, "screen.ppm")
        self.order(f'screendump "{path}"')
        return Picture(path)

    def wait(self, what, look):
        """What @look finds, as soon as it finds something."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > deadline:
                raise Failed(f"not seen: {what}")
            time.sleep(0.05)

    def wait_console(self, text):
        self.wait(f"{text!r} on COM1", lambda: text in self.console)

    def wait_screen(self, pattern):
        """The screen's lines, once one of them matches and none changes: rows
        are drawn while QEMU takes the picture."""
        def look():
            lines = LETTERS.lines(self.picture())
            if not any(re.search(pattern, line) for line in lines):
                return None
            return lines if LETTERS.lines(self.picture()) == lines else None
        return self.wait(f"{pattern!r} on the screen", look)


def drive(folder, act, verdict=vm.PASSED, **words):
    """Start a machine, let @act(driver) happen in front of it, and judge."""
    machine = ScreenMachine(boot="kernel", folder=folder, **words)
    driver = Driver(machine, folder)

    def person():
        try:
            driver.connect()
            act(driver)
        except Failed as error:
            driver.error = str(error)
        except OSError as error:
            driver.error = f"the machine is gone: {error}"
        finally:
            os.close(driver.pipe)
            if driver.error and driver.monitor:
                try:
                    driver.order("quit")
                except OSError:
                    pass

    thread = threading.Thread(target=person)
    thread.start()
    feeder = vm.Feeder(driver.pipe_read) if machine.serial else None
    try:
        result = vm.run(machine, 40, sink=driver.console.extend,
                        feeder=feeder)
    finally:
        thread.join()
        os.close(driver.pipe_read)
        if driver.monitor:
            driver.monitor.close()
    if driver.error:
        fail(machine, result, driver.error)
    want_verdict(machine, result, verdict)
    return result


# --- text ---------------------------------------------------------------------

def text_is_the_logs():
    """Every letter of the screen is the font's, and the text is the log's."""
    seen = {}

    def act(driver):
        driver.wait_console(vm.PROMPT)
        seen["lines"] = driver.wait_screen(r"^pw> ?$|^pw> " + UNREADABLE)
        driver.type("echo 'wider than 0123456789 the quick brown fox jumps "
                    "over the lazy dog, 0123456789 times; a row has 128 "
                    "columns: THE END'")
        seen["wrapped"] = driver.wait_screen(r"THE END$")

    with scratch() as folder:
        result = drive(folder, act, mem="32M")
    log = result.text().split("\n")
    lines = seen["lines"]
    if UNREADABLE in "".join(lines[:-1]).rstrip(UNREADABLE):
        raise Failed("a letter that no font has: " + repr(
            [line for line in lines if UNREADABLE in line][:3]))
    last = [line for line in lines if "type 'help'" in line]
    if not last or last[0] not in log:
        raise Failed(f"not as COM1 has it: {last}")
    rows = [line[i:i + 128].rstrip() for line in log
            for i in range(0, max(len(line), 1), 128)]
    for line in lines[:40]:
        if line and line not in rows:
            raise Failed(f"on the screen, not in the log: {line!r}")
    return f"{sum(map(bool, lines))} rows"


# --- keyboard -----------------------------------------------------------------

def keyboard_alone():
    """No serial port: the screen and the keyboard are all there is. What was
    said before the screen was found is on it, too."""
    def act(driver):
        lines = driver.wait_screen(r"^pw>$")
        if not any("often refused; the default stays" in line
                   for line in lines):
            raise Failed(f"an early line is not on the screen: {lines}")
        driver.keys("cat /proc/verzion")
        for _ in range(3):
            driver.order("sendkey left")
        driver.order("sendkey backspace")
        driver.keys("s")
        driver.order("sendkey end")
        driver.keys("\n")
        driver.wait_screen(r"^Pagewright version|^Linux version")
        driver.keys("echo Typed TWICE\n")
        driver.wait_screen(r"^Typed TWICE$")
        driver.keys("memmap live\n")
        driver.wait("the picture", lambda: driver.picture().pixel(
            0, 0) == bytes(picture.BACK))
        driver.keys("x")
        driver.wait_screen(r"^Typed TWICE$")
        driver.keys("sleep")  # the key that ended it was eaten
        lines = driver.wait_screen(r"^pw> sleep")
        if any("xsleep" in line for line in lines):
            raise Failed("the key that ended the picture was typed, too")
        driver.order("sendkey ctrl-u")
        driver.keys("poweroff\n")

    with scratch() as folder:
        drive(folder, act, mem="32M", serial=False,
              cmdline="loglevel=5 swiotlb=64,often")


# --- memory ------------------------------------------------------------------

def last_records(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [line for line in file if line.endswith("\n")]
    bands = [json.loads(line) for line in lines if '"k":"band"' in line]
    palette = picture.Palette()
    return bands, picture.Memory(lines, palette), palette


def differing(image, bands, memory, palette):
    """Cells whose pixels are not what the records say, and how many agree."""
    letters, orders = memory.frames()
    bad, good = [], 0
    for band in bands:
        zone = memory.zones[band["zone"]]
        size, shift = band["pitch"] - 1, band["frames"].bit_length() - 1
        rows = picture.rows_of(picture.spans_of(
            memory.runs, zone["start"], zone["end"]), shift)
        if len(rows) != band["rows"]:
            raise Failed(f"{band['rows']} rows are drawn of {len(rows)}")
        for column, row, letter, order in picture.cells(
                zone, rows, shift, letters, orders):
            want = palette.free[order] if letter == "." \
                else palette.color[letter]
            x = band["x"] + column * band["pitch"]
            y = band["y"] + row * band["pitch"]
            if all(image.row(x, y + dy, size) == want * size
                   for dy in range(size)):
                good += 1
            else:
                bad.append((band["zone"], column, row, letter, order,
                            image.pixel(x, y).hex()))
    return bad, good


def memory_is_the_records(mem, commands):
    def run():
        told = {}

        def act(driver):
            driver.wait_console(vm.PROMPT)
            for line in commands + ["memmap live on", "memmap"]:
                driver.type(line)
            driver.wait_console(b"legend:")

            def equal():
                image = driver.picture()
                told["bad"], told["good"] = differing(
                    image, *last_records(driver.machine.records))
                return not told["bad"]
            try:
                driver.wait("cells as the records have them", equal)
            except Failed as error:
                raise Failed(f"{error}: {len(told['bad'])} differ: "
                             f"{told['bad'][:4]}") from None
            driver.type("memmap live off")
            driver.wait_screen("^pw> memmap live off")

        with scratch() as folder:
            records = os.path.join(folder, "records")
            drive(folder, act, mem=mem, records=records)
            bands, memory, _ = last_records(records)
            count = {letter: sum(nr for _, nr, has in memory.runs
                                 if has == letter) for letter in "pvst"}
        if count["p"] < 300 or count["v"] < 200 or not count["s"]:
            raise Failed(f"the state is not the wanted one: {count}")
        return f"{told['good']} cells of {bands[0]['frames']} frames"
    return run


# --- the end -----------------------------------------------------------------

def panic_over_a_picture():
    """The last words come over a picture that is being drawn."""
    def act(driver):
        lines = driver.wait_screen(r"[Pp]anic")
        if not any("mm: BUG write-to-readonly" in line for line in lines):
            raise Failed(f"no report on the screen: {lines}")
        driver.order("quit")

    with scratch() as folder:
        drive(folder, act, verdict=vm.RESET, mem="32M", exit_port=False,
              cmdline='run="memmap live on; plant P50 init"')


HOLD = ["alloc pages 0 400", "alloc vmalloc 1000000", "alloc pages 3 5",
        "free 1", "alloc pages 1 150"]


def cases(_tier):
    return [
        Case("screen.text", text_is_the_logs),
        Case("screen.keyboard", keyboard_alone),
        Case("screen.memory", memory_is_the_records("32M", HOLD)),
        Case("screen.memory-large", memory_is_the_records("1200M", HOLD)),
        Case("screen.panic", panic_over_a_picture),
    ]
