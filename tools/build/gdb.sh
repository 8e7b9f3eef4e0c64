#!/bin/sh
# SPDX-License-Identifier: MIT
#
# gdb.sh BUILD-FOLDER - start QEMU halted, and a debugger on it
#
# MEM, CPU and CMDLINE are taken from the environment. When gdb ends, so does
# QEMU.
set -eu
o=$1
port=${GDB_PORT:-1234}
command -v gdb >/dev/null || { echo "gdb.sh: gdb is not installed" >&2; exit 1; }
timeout 36000 qemu-system-i386 -nodefaults -display none -no-reboot \
	-m "${MEM:-256M}" -cpu "${CPU:-max}" -serial "file:$o/gdb-console.log" \
	-device isa-debug-exit,iobase=0xf4,iosize=4 \
	-kernel "$o/pagewright.elf" -append "${CMDLINE:-}" \
	-S -gdb "tcp:127.0.0.1:$port" &
qemu=$!
trap 'kill $qemu 2>/dev/null || true' EXIT
echo "console: $o/gdb-console.log; paging is off at first: use hbreak"
gdb -q -ex 'set architecture i386' -ex "target remote 127.0.0.1:$port" \
	-ex 'hbreak kernel_main' "$o/pagewright.debug"
