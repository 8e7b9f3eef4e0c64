# SPDX-License-Identifier: MIT
"""readers.py - programs of a Linux system read this kernel's /proc and /sys

One boot types `cat` for every file that `ls` lists below /proc and keeps the
bytes. Then the programs themselves are the judges: procps's free, vmstat,
slabtop and uptime, with the captured folder mounted over /proc in a mount
namespace of their own, and Prometheus's node exporter, whose parsers refuse a
file for one odd line. A program that accepts a file could still read it
wrongly, so every figure that it gives is compared with the file. A second boot,
with modules loaded, does the same for kmod's lsmod and /sys/module.
"""

import os
import re
import shutil
import subprocess
import threading
import urllib.request
from pathlib import Path

from cases import (Case, Failed, Skipped, boot, need_image, scratch, vm,
                   want_clean, want_verdict)

# Something in every file: all three zones, objects, areas, ticks, counters;
# and no large block in DMA.
MACHINE = vm.Machine(boot="kernel", mem="1G")
PREPARE = ("selftest page_alloc", "alloc pages 3 5", "alloc kmalloc 5000",
           "alloc kmalloc 40", "alloc vmalloc 100000", "alloc pages 2 high 9",
           "alloc pages 10 dma 9", "alloc pages 7 dma 9")
SECONDS = 60


class Capture(vm.Feeder):
    """Types @lines, `ls` for each folder that an `ls` of them shows, and `cat`
    for each file; keeps the answers."""

    def __init__(self, lines):
        super().__init__()
        self.files = {}
        self.lines = list(lines)
        self.typed = ""

    def keys(self):
        if self.done or not self.at_prompt():
            return b""
        # Behind the echo of the line; a terminal's line ends.
        answer = self.seen.partition(b"\n")[2].removesuffix(vm.PROMPT)
        self.take(answer.replace(b"\r\n", b"\n"))
        self.seen = b""
        if not self.lines:
            self.done = True
            return self.END_OF_INPUT
        self.typed = self.lines.pop(0)
        return self.typed.encode() + b"\r"

    def take(self, answer):
        command, _, path = self.typed.partition(" ")
        if command == "ls":
            for name in answer.decode().split():
                if path.endswith("/holders"):
                    self.files[f"{path}/{name}"] = None  # a link
                    continue
                if path == "/proc/bus/pci" and name.endswith("/"):
                    continue  # configuration spaces are no text
                command = "ls" if name.endswith("/") else "cat"
                self.lines.append(f"{command} {path}/{name}".rstrip("/"))
        elif command == "lsmod":
            self.files[command] = answer.decode()
        elif command == "cat":
            name = path.removeprefix("/proc/")
            self.files[name] = answer.decode()
            if name == "stat" and not self.was_idle():
                self.lines.insert(0, self.typed)

    def was_idle(self):
        """Has a tick met the machine while it waited for the keyboard?"""
        return int(self.files["stat"].split()[4]) > 0


class Files:
    """The captured files, by name, and the folder that holds them."""

    lock = threading.Lock()
    ready = None

    def __init__(self):
        capture = Capture((*PREPARE, "ls /proc"))
        result = boot(MACHINE, SECONDS, feeder=capture)
        want_verdict(MACHINE, result, vm.PASSED)
        want_clean(MACHINE, result)
        self.log = result.text()
        self.text = capture.files
        self.folder = vm.BUILD / "captured-proc"
        shutil.rmtree(self.folder, ignore_errors=True)
        for name, text in self.text.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")

    @classmethod
    def get(cls):
        """One boot for all cases, by whoever comes first."""
        with cls.lock:
            if not cls.ready:
                cls.ready = cls()
            return cls.ready

    def lines(self, name):
        if name not in self.text:
            raise Failed(f"there is no /proc/{name}", self.log)
        return self.text[name].splitlines()

    def table(self, name):
        """Files of a name and a number a line: {name: number}."""
        return {words[0].rstrip(":"): int(words[1])
                for words in map(str.split, self.lines(name))}

    def stat(self):
        return {line.split()[0]: [int(word) for word in line.split()[1:]]
                for line in self.lines("stat")}

    def caches(self):
        """{name: figures of slabinfo without the words between}."""
        return {line.split()[0]: [int(word) for word in line.split()[1:]
                                  if word.isdigit()]
                for line in self.lines("slabinfo")[2:]}

    def load(self):
        return self.lines("loadavg")[0].split()[:3]


def same(what, got, expected):
    if got != expected:
        raise Failed(f"{what}: {got!r}, and the file says {expected!r}")


def need(program, package):
    if not shutil.which(program):
        raise Skipped(f"{package} is not installed")


# --- one another ------------------------------------------------------------

def blocks_by_zone(files):
    """{zone: blocks of each order} of buddyinfo."""
    return {line.split()[3]: [int(word) for word in line.split()[4:]]
            for line in files.lines("buddyinfo")}


def extfrag(blocks, order):
    """Linux's index in thousandths; its divisions cut towards 0."""
    if not sum(blocks):
        return 0
    if any(blocks[order:]):
        return -1000
    pages = sum(count << k for k, count in enumerate(blocks))
    return 1000 - (1000 + pages * 1000 // (1 << order)) // sum(blocks)


def unusable(blocks, order):
    pages = sum(count << k for k, count in enumerate(blocks))
    small = sum(count << k for k, count in enumerate(blocks[:order]))
    return small * 1000 // pages if pages else 1000


def files_agree():
    """Nobody allocates while `cat` runs: all files speak of one state."""
    files = Files.get()
    blocks = blocks_by_zone(files)
    by_type = {zone: [0] * 11 for zone in blocks}
    for line in files.lines("pagetypeinfo"):
        found = re.match(r"Node +0, zone +(\w+), type +\w+ (.*)", line)
        if found:
            by_type[found[1]] = [a + int(b) for a, b in zip(
                by_type[found[1]], found[2].split())]
    same("pagetypeinfo: sum of types", by_type, blocks)
    for name, figure in (("extfrag_index", extfrag),
                         ("unusable_index", unusable)):
        for line in files.lines(name):
            zone, *words = line.split()[3:]
            same(f"{name}: {zone}",
                 [round(float(word) * 1000) for word in words],
                 [figure(blocks[zone], order) for order in range(11)])
    if "-1.000 \n" in files.text["extfrag_index"].split("Normal")[0]:
        raise Failed("DMA should be out of large blocks")
    free = sum(count << order for row in blocks.values()
               for order, count in enumerate(row))
    same("vmstat: nr_free_pages", files.table("vmstat")["nr_free_pages"], free)
    zoneinfo = files.text["zoneinfo"]
    same("zoneinfo: free pages", sum(map(int, re.findall(
        r"pages free +(\d+)", zoneinfo))), free)
    on_cpus = sum(map(int, re.findall(r"count: (\d+)", zoneinfo)))
    same("meminfo: MemFree", files.table("meminfo")["MemFree"],
         (free + on_cpus) * 4)


# --- procps: the folder is their /proc --------------------------------------

NO_MOUNT = 77
OVER_PROC = f'mount --bind "$0" /proc || exit {NO_MOUNT}; exec "$@"'


def procps(*words):
    """What a program of procps prints when the captured files are /proc."""
    need(words[0], "procps")
    need("unshare", "util-linux")
    unshare = ["unshare", "--mount"]
    if os.geteuid():
        unshare.append("--map-root-user")
    done = subprocess.run(
        [*unshare, "sh", "-c", OVER_PROC, str(Files.get().folder.resolve()),
         *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=SECONDS, env=dict(os.environ, LC_ALL="C", COLUMNS="200"),
        check=False)
    if done.returncode == NO_MOUNT or done.stderr.startswith("unshare:"):
        raise Skipped("no mount namespace of our own: "
                      + done.stderr.strip().splitlines()[-1])
    if done.returncode or done.stderr:
        raise Failed(f"{' '.join(words)}: status {done.returncode}, "
                     f"{done.stderr.strip()!r}", done.stdout)
    return done.stdout.splitlines()


def free():
    """Each row of `free -l`, in kB."""
    mem = Files.get().table("meminfo")
    rows = {line.split()[0].rstrip(":"): [int(n) for n in line.split()[1:]]
            for line in procps("free", "-l", "-k")[1:]}
    same("free: Mem", rows["Mem"], [
        mem["MemTotal"], mem["MemTotal"] - mem["MemAvailable"],
        mem["MemFree"], mem["Shmem"],
        mem["Buffers"] + mem["Cached"] + mem["SReclaimable"],
        mem["MemAvailable"]])
    for row, name in (("Low", "Low"), ("High", "High"), ("Swap", "Swap")):
        total, left = mem[f"{name}Total"], mem[f"{name}Free"]
        same(f"free: {row}", rows[row], [total, total - left, left])
    if not mem["HighTotal"]:
        raise Failed("this machine should have high memory")


def vmstat():
    files = Files.get()
    mem, stat = files.table("meminfo"), files.stat()
    head, figures = procps("vmstat")[1:]
    row = dict(zip(head.split(), map(int, figures.split())))
    for name, expected in (
            ("r", stat["procs_running"][0]), ("b", stat["procs_blocked"][0]),
            ("swpd", 0), ("free", mem["MemFree"]), ("buff", mem["Buffers"]),
            ("cache", mem["Cached"] + mem["SReclaimable"]),
            ("si", 0), ("so", 0), ("bi", 0), ("bo", 0)):
        same(f"vmstat: {name}", row[name], expected)
    percent = [row[name] for name in ("us", "sy", "id", "wa", "st")]
    if not 99 <= sum(percent) <= 101:
        raise Failed(f"vmstat: us sy id wa st are {percent}")


def vmstat_sums():
    """Every line of `vmstat -s`."""
    files = Files.get()
    mem, stat = files.table("meminfo"), files.stat()
    events, cpu = files.table("vmstat"), stat["cpu"]
    expected = {
        "K total memory": mem["MemTotal"],
        "K used memory": mem["MemTotal"] - mem["MemAvailable"],
        "K active memory": mem["Active"],
        "K inactive memory": mem["Inactive"],
        "K free memory": mem["MemFree"],
        "K buffer memory": mem["Buffers"],
        "K swap cache": mem["Cached"] + mem["SReclaimable"],
        "K total swap": mem["SwapTotal"],
        "K used swap": mem["SwapTotal"] - mem["SwapFree"],
        "K free swap": mem["SwapFree"],
        "non-nice user cpu ticks": cpu[0], "nice user cpu ticks": cpu[1],
        "system cpu ticks": cpu[2], "idle cpu ticks": cpu[3],
        "IO-wait cpu ticks": cpu[4], "IRQ cpu ticks": cpu[5],
        "softirq cpu ticks": cpu[6], "stolen cpu ticks": cpu[7],
        "non-nice guest cpu ticks": cpu[8], "nice guest cpu ticks": cpu[9],
        "K paged in": events["pgpgin"], "K paged out": events["pgpgout"],
        "pages swapped in": events["pswpin"],
        "pages swapped out": events["pswpout"],
        "interrupts": stat["intr"][0],
        "CPU context switches": stat["ctxt"][0],
        "boot time": stat["btime"][0], "forks": stat["processes"][0],
    }
    printed = [line.split(None, 1) for line in procps("vmstat", "-s")]
    same("vmstat -s", {label: int(n) for n, label in printed}, expected)
    if not stat["intr"][0] or not cpu[3]:
        raise Failed("no interrupt, or no idle tick was counted")


def vmstat_caches():
    """`vmstat -m`: Num, Total, Size and Pages are slabinfo's first four."""
    caches = Files.get().caches()
    rows = {line.split()[0]: [int(n) for n in line.split()[1:]]
            for line in procps("vmstat", "-m", "-n")[1:]}
    same("vmstat -m", rows, {name: n[:4] for name, n in caches.items()})


def slabtop():
    caches = Files.get().caches()
    lines = procps("slabtop", "-o")
    start = next(i for i, line in enumerate(lines)
                 if line.split()[:2] == ["OBJS", "ACTIVE"])
    sums = [int(n) for line in lines[:3]
            for n in re.search(r": (\d+) / (\d+) ", line).groups()]
    same("slabtop: sums", sums, [
        sum(n[0] for n in caches.values()),
        sum(n[1] for n in caches.values()),
        sum(n[8] for n in caches.values()),
        sum(n[9] for n in caches.values()),
        sum(1 for n in caches.values() if n[1]), len(caches)])
    for line in lines[start + 1:]:
        objects, active, _, _, slabs, per_slab, _, name = line.split()
        n = caches[name]
        same(f"slabtop: {name}", [int(objects), int(active), int(slabs),
                                  int(per_slab)], [n[1], n[0], n[9], n[3]])
    same("slabtop: rows", len(lines) - start - 1, len(caches))


def uptime():
    line = procps("uptime")[0]
    same("uptime: load", re.search(r"load average: (\S+), (\S+), (\S+)$",
                                   line).groups(), tuple(Files.get().load()))


# --- kmod: the folder is their /proc and /sys -------------------------------

MODULES = vm.Machine(boot="kernel", mem="64M", cmdline="mem=48M",
                     archive=str(vm.BUILD / "pagewright.cpio"))
INSMOD = ("hello", "highalloc", "highuser", "scullc", "cache")
OVER_BOTH = (f'mount --bind "$0/sys" /sys && mount --bind "$0/proc" /proc '
             f'|| exit {NO_MOUNT}; exec lsmod')


def contract(text):
    """/proc/modules and /sys/module say one thing of each module."""
    names = []
    for line in text["modules"].splitlines():
        name, size, refs, users, state, _ = line.split(" ", 5)
        names.append(name)
        top = f"/sys/module/{name}"
        same(f"{name}: coresize", text[f"{top}/coresize"], f"{size}\n")
        same(f"{name}: initsize", text[f"{top}/initsize"], "0\n")
        same(f"{name}: refcnt", text[f"{top}/refcnt"], f"{refs}\n")
        same(f"{name}: initstate", text[f"{top}/initstate"],
             f"{state.lower()}\n")
        same(f"{name}: taint", text[f"{top}/taint"], "\n")
        same(f"{name}: holders",
             {path.rsplit("/", 1)[1] for path in text
              if path.startswith(f"{top}/holders/")},
             {user for user in users.split(",") if user not in ("-", "")})
    same("modules in /sys/module", {path.split("/")[3] for path in text
                                    if path.startswith("/sys/")}, set(names))
    same("modules", sorted(names), sorted(INSMOD))
    if text["/sys/module/highalloc/holders/highuser"] is not None:
        raise Failed("a holder should be a link")
    same("scullc: a parameter",
         text["/sys/module/scullc/parameters/scullc_devs"], "3\n")


def write_tree(text, folder):
    for path, content in text.items():
        path = path if path.startswith("/") else f"/proc/{path}"
        at = folder / path[1:]
        at.parent.mkdir(parents=True, exist_ok=True)
        if content is None:
            at.symlink_to(f"../../{at.name}")
        else:
            at.write_text(content, "utf-8")
    for name in INSMOD:
        (folder / "sys/module" / name / "holders").mkdir(exist_ok=True)


def lsmod():
    capture = Capture([f"insmod /lib/modules/{name}.ko" for name in INSMOD[:3]]
                      + ["insmod /lib/modules/scullc.ko scullc_devs=3",
                         "insmod /lib/modules/cache.ko", "ls /sys/module",
                         "cat /proc/modules", "lsmod"])
    need_image(MODULES.archive)
    result = boot(MODULES, SECONDS, feeder=capture)
    want_verdict(MODULES, result, vm.PASSED)
    want_clean(MODULES, result)
    own = capture.files.pop("lsmod")
    contract(capture.files)
    need("lsmod", "kmod")
    need("unshare", "util-linux")
    unshare = ["unshare", "--mount"] + ["--map-root-user"] * bool(os.geteuid())
    with scratch() as folder:
        write_tree(capture.files, Path(folder))
        done = subprocess.run([*unshare, "sh", "-c", OVER_BOTH, folder],
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=SECONDS, check=False)
    if done.returncode == NO_MOUNT or done.stderr.startswith("unshare:"):
        raise Skipped("no mount namespace of our own: "
                      + done.stderr.strip().splitlines()[-1])
    same("lsmod", done.stdout + done.stderr, own)


# --- the node exporter ------------------------------------------------------

EXPORTER = "prometheus-node-exporter"
COLLECTORS = ("buddyinfo", "cpu", "interrupts", "loadavg", "meminfo",
              "slabinfo", "stat", "vmstat", "zoneinfo")
OPTIONS = ("--collector.cpu.info", "--collector.stat.softirq",
           "--collector.vmstat.fields=.*", "--log.level=info")
SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (\S+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def metrics(files):
    """{(name, {(label, value)}): number} of one scrape."""
    need(EXPORTER, EXPORTER)
    with scratch() as empty:
        exporter = vm.start(
            [EXPORTER, f"--path.procfs={files.folder}",
             f"--path.sysfs={empty}", "--collector.disable-defaults",
             *(f"--collector.{name}" for name in COLLECTORS), *OPTIONS,
             "--web.listen-address=127.0.0.1:0"],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        try:
            said = []
            for line in exporter.stderr:
                said.append(line)
                where = re.search(r"Listening on.* address=(\S+)", line)
                if where:
                    break
            else:
                raise Failed(f"{EXPORTER} ended by itself", "".join(said))
            with urllib.request.urlopen(f"http://{where[1]}/metrics",
                                        timeout=SECONDS) as answer:
                text = answer.read().decode()
        finally:
            vm.stop(exporter)
    return {(found[1], frozenset(LABEL.findall(found[2] or ""))):
            float(found[3]) for found in map(SAMPLE.fullmatch,
                                             text.splitlines()) if found}


def labels(**pairs):
    return frozenset((name, str(value)) for name, value in pairs.items())


def expect_simple(files):
    """meminfo, vmstat, loadavg, and the words of stat."""
    none, stat = labels(), files.stat()
    for name, value in files.table("meminfo").items():
        name = re.sub(r"\((.*)\)", r"_\1", name)
        yield f"node_memory_{name}_bytes", none, value * 1024
    for name, value in files.table("vmstat").items():
        yield f"node_vmstat_{name}", none, value
    for name, value in zip(("1", "5", "15"), files.load()):
        yield f"node_load{name}", none, float(value)
    for name, word in (("intr_total", "intr"), ("forks_total", "processes"),
                       ("context_switches_total", "ctxt"),
                       ("boot_time_seconds", "btime"),
                       ("procs_running", "procs_running"),
                       ("procs_blocked", "procs_blocked")):
        yield f"node_{name}", none, stat[word][0]


SOFTIRQS = ("hi timer net_tx net_rx block block_iopoll tasklet sched hrtimer "
            "rcu").split()
MODES = "user nice system idle iowait irq softirq steal".split()


def expect_cpu(files):
    stat = files.stat()
    for vector, value in zip(SOFTIRQS, stat["softirq"][1:]):
        yield "node_softirqs_total", labels(vector=vector), value
    for mode, ticks in zip(MODES, stat["cpu0"]):
        yield ("node_cpu_seconds_total", labels(cpu=0, mode=mode),
               ticks / 100)
    for line in files.lines("interrupts")[1:]:
        found = re.fullmatch(r" *(\d+): +(\d+) +(\S+) +(.*)", line)
        if found:
            yield ("node_interrupts_total",
                   labels(cpu=0, type=found[1], info=found[3],
                          devices=found[4]), int(found[2]))
    info = dict(re.findall(r"(?m)^(\S.*?)\s*: (.*)$", files.text["cpuinfo"]))
    yield ("node_cpu_info", labels(
        cpu=0, vendor=info["vendor_id"], family=info["cpu family"],
        model=info["model"], model_name=info["model name"],
        stepping=info["stepping"], core="", package="", microcode="",
        cachesize=""), 1)


def expect_slabs(files):
    for name, n in files.caches().items():
        for word, value in (("active_objects", n[0]), ("objects", n[1]),
                            ("object_size_bytes", n[2]),
                            ("objects_per_slab", n[3]),
                            ("pages_per_slab", n[4])):
            yield f"node_slabinfo_{word}", labels(slab=name), value


def expect_zones(files):
    for line in files.lines("buddyinfo"):
        zone, *counts = re.split(r"[ ,]+", line.strip())[3:]
        for order, count in enumerate(counts):
            yield ("node_buddyinfo_blocks",
                   labels(node=0, zone=zone, size=order), int(count))
    for zone in re.split(r"(?m)^(?=Node )", files.text["zoneinfo"])[1:]:
        name = zone.split()[3]
        for word in ("min", "low", "high", "spanned", "present", "managed"):
            value = re.search(rf"\n +{word} +(\d+)\n", zone)[1]
            yield (f"node_zoneinfo_{word}_pages",
                   labels(node=0, zone=name), int(value))
        kept = re.search(r"protection: \((.*)\)", zone)[1].split(", ")
        for i, value in enumerate(kept):
            yield (f"node_zoneinfo_protection_{i}",
                   labels(node=0, zone=name), int(value))
        for value in re.findall(r"\n      nr_free_pages (\d+)\n", zone):
            yield ("node_zoneinfo_nr_free_pages",
                   labels(node=0, zone=name), int(value))


def node_exporter():
    files = Files.get()
    found = metrics(files)
    for name in COLLECTORS:
        same(f"collector {name}", found.get(
            ("node_scrape_collector_success", labels(collector=name))), 1.0)
    compared = 0
    for expect in (expect_simple, expect_cpu, expect_slabs, expect_zones):
        for name, where, value in expect(files):
            same(f"{name} {dict(where)}", found.get((name, where)), value)
            compared += 1
    return f"{compared} figures"


def cases(_tier):
    return [Case(f"readers.{function.__name__.replace('_', '-')}", function)
            for function in (files_agree, free, vmstat, vmstat_sums, vmstat_caches,
                             slabtop, uptime, lsmod, node_exporter)]
