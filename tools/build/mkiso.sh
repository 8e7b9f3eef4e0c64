#!/bin/sh
# SPDX-License-Identifier: MIT
#
# mkiso.sh - make the bootable ISO, and look whether it can boot
#
#   mkiso.sh KERNEL OUT.iso [GRUB.CFG [FILE...]]
#
# KERNEL lies in the image as /boot/pagewright.gz, every FILE as /boot/NAME. A
# GRUB core image holds all the modules that grub.cfg needs, so GRUB reads two
# files and is done: half a MiB, and a third quicker to boot than what
# grub-mkrescue makes. The image boots as a CD and, written to a stick, as a
# disk.
#
# A tool can exit 0 and leave an image that cannot boot, so the result is
# looked at; a bad one is deleted and one line says why.
set -eu

me=mkiso.sh
modules="biosdisk iso9660 normal multiboot2 gzio smbios eval mmap test"
grub_dir=/usr/lib/grub/i386-pc

# GRUB 2.06 reads 32 KiB at a time, and gets wrong bytes, without an error,
# from a block that reaches past the end of the disk. So there is room behind
# the last file.
padding=64K

die()
{
	printf '%s: %s\n' "$me" "$1" >&2
	exit 1
}

# Run a tool; show what it said only if it failed.
quietly()
{
	"$@" >"$tmp/log" 2>&1 && return 0
	cat "$tmp/log" >&2
	die "$1 failed"
}

[ $# -ge 2 ] || die "usage: $me KERNEL OUT.iso [GRUB.CFG [FILE...]]"
kernel=$1
out=$2
shift 2
cfg=$(dirname "$0")/../../iso/grub.cfg
if [ $# -gt 0 ]; then
	cfg=$1
	shift
fi

rm -f "$out"
[ -s "$kernel" ] || die "$kernel: no kernel there"
[ -s "$cfg" ] || die "$cfg: no grub.cfg there"
[ -d "$grub_dir" ] || die "$grub_dir is missing (package grub-pc-bin)"
grub-file --is-x86-multiboot2 "$kernel" ||
	die "$kernel: no multiboot2 header in its first 32 KiB"

tmp=$(mktemp -d)
trap 'rm -rf "$tmp" "$out.tmp"' EXIT
trap 'exit 1' HUP INT TERM

boot=$tmp/iso/boot
mkdir -p "$boot/grub"
cp "$cfg" "$boot/grub/grub.cfg"
gzip -9n <"$kernel" >"$boot/pagewright.gz"
for file in "$@"; do
	cp "$file" "$boot/" || die "$file: cannot be copied"
done

# shellcheck disable=SC2086 -- the list is meant to be split
quietly grub-mkimage -O i386-pc-eltorito -d "$grub_dir" -p /boot/grub \
	-o "$boot/grub/core.img" $modules
quietly xorriso -as mkisofs -quiet -r -no-pad -o "$tmp/out.iso" \
	-b boot/grub/core.img -no-emul-boot -boot-load-size 4 \
	-boot-info-table --grub2-boot-info --protective-msdos-label \
	--grub2-mbr "$grub_dir/boot_hybrid.img" "$tmp/iso"

[ -s "$tmp/out.iso" ] || die "xorriso wrote nothing"
truncate -s "+$padding" "$tmp/out.iso"
quietly xorriso -indev "$tmp/out.iso" -report_el_torito plain
grep -q '^El Torito boot img : *1  *BIOS  *y' "$tmp/log" ||
	die "the image has no BIOS boot entry"

# Whole or not at all: OUT appears only when everything above held.
cp "$tmp/out.iso" "$out.tmp"
mv "$out.tmp" "$out"
