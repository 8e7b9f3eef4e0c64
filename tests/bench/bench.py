#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""bench.py - our instructions per operation beside Linux's

Boots the kernel with instruction counting, runs the rows that match GLOB, and
prints a table: ours, lean Linux 6.1 in the same machine by the same core
(linux-lean.tsv), the ratio, and the goal (goals.tsv). A count is path length,
not time.

    tests/bench/bench.py                    every row
    tests/bench/bench.py 'kmalloc*'         some
    tests/bench/bench.py --save FILE.tsv    keep the figures
    tests/bench/bench.py --from FILE.tsv    show kept ones, boot nothing

The rows smp_* and remote_* come from a second boot with 4 CPUs. Counted
instructions are those of all CPUs, which take turns (-icount): the same each
time, but nobody ever waits for a lock.

Exit status: 0; 1 if a row costs more than Linux, an operation on 4 CPUs more
than 1.2 times what it does on 1, a request failed, or a machine did not end
well.
"""

import argparse
import fnmatch
import math
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SMP_CPUS = 4
SMP_ROWS = ("smp_*", "remote_*")
# How much of its path an operation may gain by other CPUs doing the same.
SMP_LIMIT = 1.2
# Checks of what a tick is; not in the mean.
CONTROL_ROWS = ("empty_loop", "known_10_insn_loop", "memset", "percpu_inc",
                "percpu_get_inc_put")


def load(path, column):
    """{(op, param): figure} from a table with lines of tabs."""
    rows = {}
    for line in Path(path).read_text().splitlines():
        cells = line.split("\t")
        if line.startswith("#") or len(cells) < 3 or cells[0] == "op":
            continue
        rows[(cells[0], int(cells[1]))] = float(cells[column])
    return rows


def parse_console(text):
    """({(op, param): (min, median, max)}, failures) from a console."""
    rows, failures = {}, 0
    for line in text.splitlines():
        cells = line.strip().split("\t")
        if cells[0] == "MMBINFO" and cells[1] == "failures":
            failures += int(cells[2])
        if cells[0] == "MMB" and not cells[1].startswith("#"):
            figures = tuple(int(c) / 100 for c in cells[4:7])
            rows[(cells[1], int(cells[2]))] = figures
    return rows, failures


def boot(globs, cpus, mem, timeout):
    """Return (rows, whether all went well)."""
    words = "loglevel=4"
    if len(globs) == 1:
        words += f" bench={globs[0]}"
    command = [ROOT / "tools" / "vm", "--kernel", "--icount", "--mem", mem,
               "--cpus", str(cpus), "--cpu", "qemu32", "--cmdline", words,
               "--timeout", str(timeout)]
    if len(globs) > 1:
        command += ["--run", "; ".join(f"bench {glob}" for glob in globs)]
    done = subprocess.run(command, capture_output=True, text=True,
                          errors="replace", check=False)
    rows, failures = parse_console(done.stdout)
    if done.returncode or failures or not rows:
        sys.stderr.write(done.stdout[-2000:] + done.stderr)
        print(f"bench: machine with {cpus} CPUs ended with "
              f"{done.returncode}, {len(rows)} rows, failures: {failures}",
              file=sys.stderr)
        return rows, False
    return rows, True


def is_smp(op):
    return any(fnmatch.fnmatch(op, glob) for glob in SMP_ROWS)


def measure(glob, mem, timeout, known):
    """Boot what the rows that match @glob need."""
    wanted = [op for op, _ in known if fnmatch.fnmatch(op, glob)]
    rows, ok = {}, True
    if not wanted or not all(map(is_smp, wanted)):
        rows, ok = boot([glob], 1, mem, timeout)
    if any(map(is_smp, wanted)):
        globs = SMP_ROWS if glob == "*" else [glob]
        more, well = boot(globs, SMP_CPUS, mem, timeout)
        rows.update((key, f) for key, f in more.items() if is_smp(key[0]))
        ok = ok and well
    return rows, ok


def rows_that_grow(rows):
    """Operations that cost too much more on SMP_CPUS than on one."""
    return [f"{op}: {ours:.1f} on {cpus} CPUs, {rows[op, 1]:.1f} on 1"
            for (op, cpus), ours in rows.items()
            if op.startswith("smp_") and (op, 1) in rows
            and ours > SMP_LIMIT * rows[op, 1]]


def save(path, rows):
    lines = ["op\tparam\tmin\tmedian\tmax"]
    for (op, param), figures in rows.items():
        lines.append("\t".join([op, str(param)] +
                               [f"{f:.2f}" for f in figures]))
    Path(path).write_text("\n".join(lines) + "\n")


def show(rows, linux, goals):
    """Print the table. Return the rows above Linux."""
    above, logs = [], []
    print(f"{'operation':<30}{'param':>7}{'ours':>11}{'Linux':>11}"
          f"{'ratio':>7}{'goal':>8}")
    for (op, param), ours in rows.items():
        base, goal = linux.get((op, param)), goals.get((op, param))
        ratio = ours / base if base else None
        if ratio and op not in CONTROL_ROWS:
            logs.append(math.log(ratio))
            if ratio > 1:
                above.append(f"{op} {param}")
        print(f"{op:<30}{param:>7}{ours:>11.1f}"
              + (f"{base:>11.1f}{ratio:>7.2f}" if base else f"{'-':>11}{'-':>7}")
              + (f"{goal:>8.0f}" if goal else f"{'-':>8}")
              + (" *" if goal and ours > goal else ""))
    if logs:
        print(f"geometric mean of {len(logs)} ratios: "
              f"{math.exp(sum(logs) / len(logs)):.2f}"
              "   (* above the goal)")
    return above


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("glob", nargs="?", default="*")
    p.add_argument("--save", metavar="FILE")
    p.add_argument("--from", dest="kept", metavar="FILE")
    p.add_argument("--mem", default="1G", help="Linux had 1G: keep it")
    p.add_argument("--timeout", type=int, default=240)
    args = p.parse_args()

    ok = True
    linux = load(HERE / "linux-lean.tsv", 2)
    if args.kept:
        ours = load(args.kept, 2)
    else:
        rows, ok = measure(args.glob, args.mem, args.timeout, linux)
        ours = {key: figures[0] for key, figures in rows.items()}
        if args.save and ok:
            save(args.save, rows)
    above = show(ours, linux, load(HERE / "goals.tsv", 2))
    grown = rows_that_grow(ours)
    for row in above:
        print(f"bench: {row} costs more than Linux", file=sys.stderr)
    for row in grown:
        print(f"bench: {row}", file=sys.stderr)
    return 0 if ok and not above and not grown else 1


if __name__ == "__main__":
    sys.exit(main())
