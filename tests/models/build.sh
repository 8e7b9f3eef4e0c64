#!/bin/sh
# SPDX-License-Identifier: MIT
#
# build.sh MODEL PROGRAM [ROOT] - build one model as a hosted program
#
# MODEL is buddy_model or buddy_exhaustive. mm/ is taken from ROOT (default:
# this tree), so that a changed copy can be built (planted.sh). CC and CFLAGS
# choose the compiler, the width and sanitizers. The model is freestanding;
# model_main.c alone sees libc.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
model=$1 program=$2 root=${3:-$top}
cc=${CC:-gcc} cflags=${CFLAGS:--O2}
objects=$program.o.d
warn="-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
	-Wvla -Wundef -Wpointer-arith -Wwrite-strings"
free="-std=gnu11 -g -ffreestanding -nostdinc -fno-strict-aliasing
	-include $top/include/config.h -I$top/arch/host/include -I$top/include"

sources="$root/mm/page_alloc.c $root/mm/page_state.c $root/mm/page_why.c
	$root/mm/page_trace.c $root/mm/page_gfp.c
	$root/mm/page_pcp.c $root/mm/page_mobility.c $root/mm/zone.c
	$root/mm/zone_mark.c $root/mm/zone_check.c $root/mm/fault_inject.c
	$top/lib/vsnprintf.c $top/lib/string.c $top/lib/parse.c
	$top/tests/models/model_env.c $top/tests/models/$model.c"
if [ "$model" = buddy_model ]; then
	sources="$sources $top/tests/models/geometry.c
		$top/tests/models/buddy_check.c"
fi

mkdir -p "$objects"
trap 'rm -rf "$objects"' EXIT
for source in $sources; do
	$cc $cflags $warn $free -c "$source" \
		-o "$objects/$(basename "$source" .c).o"
done
$cc $cflags $warn -c "$top/tests/models/model_main.c" -o "$objects/main.o"
$cc $cflags -o "$program" "$objects"/*.o
