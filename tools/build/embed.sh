#!/bin/sh
# SPDX-License-Identifier: MIT
#
# embed.sh - modules as bytes of the image: the table of tests/modules/modules.h
#
#   embed.sh OUT.asm OBJCOPY FILE.ko...
#
# Debug information is left out. The checksums are there for make: OUT changes
# only if a module does.
set -eu

out=$1
objcopy=$2
shift 2
{
	echo "; Made by tools/build/embed.sh."
	echo "section .rodata"
	echo "global test_modules"
	echo "align 8"
	echo "test_modules:"
	for file; do
		name=$(basename "$file" .ko)
		echo "	dd name_$name, start_$name, end_$name"
	done
	echo "	dd 0, 0, 0"
	for file; do
		name=$(basename "$file" .ko)
		"$objcopy" --strip-debug "$file" "$file.stripped"
		echo "; $(cksum <"$file.stripped")"
		echo "name_$name: db '$name', 0"
		echo "align 8"
		echo "start_$name: incbin '$file.stripped'"
		echo "end_$name:"
	done
} >"$out.new"
if cmp -s "$out.new" "$out"; then
	rm "$out.new"
else
	mv "$out.new" "$out"
fi
