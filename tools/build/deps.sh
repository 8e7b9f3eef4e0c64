#!/bin/sh
# SPDX-License-Identifier: MIT
#
# deps.sh - see that the tools are there, install what is missing
#
#   deps.sh [--list] GROUP...        groups: build, test, bochs
#
# Looks for the tools themselves, not for packages, so that it costs a few
# milliseconds when all is well. On Debian and its kin it names the missing
# packages, asks once on a terminal, and installs without asking when standard
# input is no terminal or YES=1. Elsewhere it prints the line to type.
#
# Exit status: 0 all tools are there; 1 something is missing, and is named. What
# wants the group bochs can do without: there it is said, and the status is 0.
#
# Never gcc-multilib: it removes the cross compiler. The 32-bit parts of the
# host's compiler come from the lib32* packages.
set -u

gcc_lib=/usr/lib/gcc/x86_64-linux-gnu/12
clang_lib=/usr/lib/llvm-14/lib/clang/14.0.6/lib/linux

# One line per package: its name, and the command or file that proves it.
build_tools="
make                     make
gcc-i686-linux-gnu       i686-linux-gnu-gcc
binutils-i686-linux-gnu  i686-linux-gnu-ld
nasm                     nasm
qemu-system-x86          qemu-system-i386
grub-pc-bin              /usr/lib/grub/i386-pc/multiboot2.mod
grub-common              grub-mkimage
xorriso                  xorriso
cpio                     cpio
python3                  /usr/bin/python3
"
test_tools="
gcc                      gcc
libc6-dev                /usr/include/stdio.h
libc6-dev-i386           /usr/include/x86_64-linux-gnu/gnu/stubs-32.h
lib32gcc-12-dev          $gcc_lib/32/libgcc.a
lib32stdc++-12-dev       $gcc_lib/32/libstdc++.a
clang                    clang
lld                      ld.lld
libclang-rt-14-dev       $clang_lib/libclang_rt.asan-i386.a
clang-format             clang-format
clang-tidy               clang-tidy
cppcheck                 cppcheck
sparse                   sparse
python3-pexpect          /usr/lib/python3/dist-packages/pexpect/__init__.py
gdb                      gdb
procps                   slabtop
prometheus-node-exporter prometheus-node-exporter
spin                     spin
kmod                     modinfo
"
bochs_tools="
bochs                    bochs
bochs-term               /usr/share/doc/bochs-term/copyright
bochsbios                /usr/share/bochs/BIOS-bochs-latest
vgabios                  /usr/share/bochs/VGABIOS-lgpl-latest
"

apt_options="-o Acquire::Retries=2 -o Acquire::http::Timeout=30"
apt_options="$apt_options -o DPkg::Lock::Timeout=120"

say()
{
	printf 'deps: %s\n' "$*" >&2
}

# The table of every group named on the command line.
table()
{
	for group; do
		case $group in
		build) printf '%s' "$build_tools" ;;
		test) printf '%s' "$test_tools" ;;
		bochs) printf '%s' "$bochs_tools" ;;
		*)
			say "no group '$group' (build, test, bochs)"
			exit 1
			;;
		esac
	done
}

# Prints the packages whose tool is absent, in one line.
missing()
{
	table "$@" | while read -r package proof; do
		case $proof in
		'') ;;
		/*) [ -e "$proof" ] || printf '%s ' "$package" ;;
		*) command -v "$proof" >/dev/null 2>&1 ||
			printf '%s ' "$package" ;;
		esac
	done
}

# On a terminal: ask, once. $1 is the line that would be run.
agreed()
{
	[ "${YES:-0}" = 1 ] && return 0
	[ -t 0 ] || return 0
	printf 'Install them now? [Y/n] ' >&2
	read -r answer || answer=n
	case $answer in
	'' | [yY]*) return 0 ;;
	esac
	say "to install them yourself: $1"
	return 1
}

# An update can fail in part (one mirror of several) while installing still
# works, so its failure is tried once more and then not held against it.
update()
{
	$sudo apt-get $apt_options update >>"$log" 2>&1 ||
		$sudo apt-get $apt_options update >>"$log" 2>&1 ||
		say "apt-get update failed in part, going on"
}

# The node exporter's package starts a server on all addresses at once. Only its
# program is wanted: where it was not before, no server stays behind.
quiet_services()
{
	case " $packages " in
	*" prometheus-node-exporter "*) ;;
	*) return ;;
	esac
	command -v systemctl >/dev/null 2>&1 &&
		$sudo systemctl disable --now prometheus-node-exporter.service \
			>>"$log" 2>&1
	return 0
}

install()
{
	$sudo env DEBIAN_FRONTEND=noninteractive apt-get $apt_options install \
		-y --no-install-recommends "$@" </dev/null >>"$log" 2>&1
}

list=no
if [ "${1:-}" = --list ]; then
	list=yes
	shift
fi
[ $# -gt 0 ] || set -- build
table "$@" >/dev/null || exit 1
if [ $list = yes ]; then
	table "$@" | awk 'NF { print $1 }'
	exit 0
fi

packages=$(missing "$@")
[ -n "$packages" ] || exit 0

say "missing packages: $packages"
line="apt-get update && apt-get install -y --no-install-recommends $packages"

if ! command -v apt-get >/dev/null 2>&1; then
	say "this system has no apt-get; install the tools by your system's means"
	say "(the names above are Debian's), or work in a Debian 12 container:"
	printf '%s\n' "docker run --rm -it -v \"\$PWD\":/src -w /src debian:12 \
sh -c 'apt-get update && apt-get install -y make git && make run'" >&2
	exit 1
fi

sudo=
if [ "$(id -u)" -ne 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		say "not root, and there is no sudo; type this as root:"
		printf '%s\n' "$line" >&2
		exit 1
	fi
	sudo=sudo
	# Nobody is there to type a password.
	[ -t 0 ] || sudo="sudo -n"
fi

agreed "$line" || exit 1

log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'exit 1' HUP INT TERM
say "installing (some minutes the first time)"
update
# shellcheck disable=SC2086 -- the list is meant to be split
if ! install $packages; then
	# One unknown name stops the whole list: take them one by one.
	for package in $packages; do
		install "$package" || say "$package could not be installed"
	done
fi

quiet_services
left=$(missing "$@")
if [ -n "$left" ] && [ "$*" = bochs ]; then
	say "could not be installed: $left; what wants it is skipped"
elif [ -n "$left" ]; then
	tail -n 15 "$log" >&2
	say "still missing: $left"
	say "the line to type: apt-get install --no-install-recommends $left"
	exit 1
fi
[ -n "$left" ] || say "done"
