#!/bin/sh
# SPDX-License-Identifier: MIT
#
# build.sh MODEL PROGRAM [ROOT] - build one model as a hosted program
#
# MODEL is buddy_model or buddy_exhaustive. mm/ and include/mm/ are taken from
# ROOT (default: this tree), so that a changed copy can be built (planted.sh). CC and CFLAGS
# choose the compiler, the width and sanitizers. The model is freestanding;
# model_main.c alone sees libc. With KEEP=FOLDER the objects that are not mm's
# are kept there, and those that are there already are taken.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
model=$1 program=$2 root=${3:-$top}
cc=${CC:-gcc} cflags=${CFLAGS:--O2}
objects=$program.o.d
keep=${KEEP:-$objects}
warn="-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-Wvla -Wundef -Wpointer-arith -Wwrite-strings"
free="-std=gnu11 -g -ffreestanding -nostdinc -fno-strict-aliasing
	-include $top/include/config.h -I$top/arch/host/include"

under_test="page_alloc page_state page_why page_trace page_gfp page_pcp page_bulk
	page_split
	page_ref page_mobility zone zone_mark zone_check fault_inject"
beside="lib/errno_text lib/vsnprintf lib/bitmap lib/string lib/parse
	tests/models/model_env tests/models/$model"
if [ "$model" = buddy_model ]; then
	for name in geometry reference buddy_check buddy_play; do
		beside="$beside tests/models/$name"
	done
fi

mkdir -p "$objects" "$keep"
trap 'rm -rf "$objects"' EXIT
linked=
for name in $under_test; do
	$cc $cflags $warn $free -I"$root/include" -I"$top/include" \
		-c "$root/mm/$name.c" -o "$objects/$name.o"
	linked="$linked $objects/$name.o"
done
# A model never sees a changed header: it is what the change is measured by.
for source in $beside; do
	object=$keep/${source##*/}.o
	[ -e "$object" ] || $cc $cflags $warn $free -I"$top/include" \
		-c "$top/$source.c" -o "$object"
	linked="$linked $object"
done
object=$keep/main.o
[ -e "$object" ] ||
	$cc $cflags $warn -c "$top/tests/models/model_main.c" -o "$object"
$cc $cflags -o "$program" $linked "$object"
