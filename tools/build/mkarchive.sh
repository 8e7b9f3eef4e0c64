#!/bin/sh
# SPDX-License-Identifier: MIT
#
# mkarchive.sh - the boot archive: modules, where insmod finds them
#
#   mkarchive.sh OUT OBJCOPY FILE.ko...
#
# Each becomes /lib/modules/FILE.ko, without the debug information: the kernel
# does not read it, and debuggers find it where the module was built. OUT is
# written only if something has changed.
set -eu

out=$1
objcopy=$2
shift 2

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

mkdir -p "$tmp/root/lib/modules"
for file; do
	[ -e "$file" ] || continue
	to=$tmp/root/lib/modules/${file##*/}
	if [ -e "$to" ]; then
		echo "mkarchive.sh: $file: there is one of that name" >&2
		exit 1
	fi
	"$objcopy" --strip-debug "$file" "$to"
done
# The same files make the same archive.
find "$tmp/root" -exec touch -d @0 {} +
(cd "$tmp/root" && find lib | LC_ALL=C sort |
	cpio -o -H newc --reproducible --owner=0:0 --quiet) >"$tmp/archive"
cmp -s "$tmp/archive" "$out" || mv "$tmp/archive" "$out"
