#!/bin/sh
# SPDX-License-Identifier: MIT
#
# help.sh MAKEFILE... - list the targets: lines of the form "name: ... ## text"
cat <<'T'
Targets:
T
sed -n 's/^\([a-z][a-z0-9-]*\):[^#]*## \(.*\)/  \1|\2/p' "$@" |
	sort -u | awk -F'|' '{ printf "%-16s %s\n", $1, $2 }'
cat <<'T'
Variables:
  MEM=256M CPUS=1 CPU=max MACHINE=pc|q35|isapc CMDLINE="..."
  GUI=1    a screen         KVM=1  hardware acceleration   V=1  show commands
  O=dir    build folder     DEBUG=1  the debug build       CLANG=1  with clang
  DISK=image FLOPPY=image SOUND=wav  files of your own for the run's devices;
           else disk.img, floppy.img, sound.wav in O
  DEVICES=0  no devices but those you name
T
