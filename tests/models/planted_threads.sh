#!/bin/sh
# SPDX-License-Identifier: MIT
#
# planted_threads.sh SCRATCH FOLDER OBJECT... - TSan must see a missing lock
#
# For each fault: copy one source, take a lock out of it, build that file anew
# and link it with the OBJECTs of the hosted port as built in FOLDER under TSan;
# CC, FLAGS, LD and LIBS say how. The parallel model must end with a race that TSan
# names, not with a wrong result by luck; a fault that can no longer be put in
# fails this script too.
set -eu
cd "$(dirname "$0")/../.."
scratch=$1 folder=$2
shift 2
mkdir -p "$scratch"
ops=${OPS:-40000}
export TSAN_OPTIONS='halt_on_error=1 exitcode=66'
survivors=0 caught=0

# plant NAME MODEL UNIT FILE LINES SED: SED must change LINES lines of FILE,
# which is UNIT itself or a header of it; UNIT is compiled.
plant() {
	name=$1 model=$2 unit=$3 file=$4 lines=$5
	object=$folder/${unit%.c}.o
	rm -rf "$scratch/mm" "$scratch/include"
	mkdir -p "$scratch/${file%/*}"
	sed "$6" "$file" >"$scratch/$file"
	changed=$(diff "$file" "$scratch/$file" | grep -c '^>') || true
	if [ "$changed" != "$lines" ]; then
		echo "planted: $name: changes $changed lines of $file," \
			"not $lines" >&2
		exit 2
	fi
	source=$unit
	[ "$file" != "$unit" ] || source=$scratch/$unit
	$CC -I"$scratch/include" $FLAGS -iquote mm -c -o "$scratch/unit.o" "$source"
	# The objects, but for the one that was built anew.
	set -- "$scratch/unit.o"
	for o in $objects; do
		[ "$o" = "$object" ] || set -- "$@" "$o"
	done
	$LD -o "$scratch/threads" "$folder/tests/models/${model}_threads.o" \
		"$@" $LIBS
	if timeout -k 10 60 "$scratch/threads" --ops "$ops" --seed 7 \
			>"$scratch/log" 2>&1 ||
			! grep -aq 'WARNING: ThreadSanitizer' "$scratch/log"
	then
		echo "planted: $name: NOT SEEN"
		survivors=$((survivors + 1))
		return
	fi
	echo "planted: $name: seen:" \
		"$(grep -a -m 1 '^SUMMARY:' "$scratch/log" | cut -c 1-100)"
	caught=$((caught + 1))
}
objects=$*

for model in slab pages; do
	if ! "$folder/threads-$model" --ops "$ops" --seed 7 \
			>"$scratch/log" 2>&1; then
		cat "$scratch/log" >&2
		echo "planted: threads-$model fails without any fault" >&2
		exit 2
	fi
done

# without FUNCTION LOCK: the SED that takes LOCK out of FUNCTION.
without() {
	printf '%s' "/^[a-z].*\\b$1(/,/^}/{" \
		"s/spin_lock_irqsave(&$2)/local_irq_save()/;" \
		"s/spin_unlock_irqrestore(&$2, flags)/local_irq_restore(flags)/;}"
}

plant "arrays emptied without the cache's lock" slab mm/slab_array.c \
	mm/slab_array.c 2 "$(without slab_drain_this_cpu 'cache->lock')"
plant "a list filled without the zone's lock" pages mm/page_pcp.c \
	mm/page_pcp.c 2 "$(without pcp_refill_pop 'z->lock')"
plant "a lock given back without release order" slab mm/slab_array.c \
	include/kernel/spinlock.h 1 \
	'/__spin_unlock_raw(/,/^}/s/__ATOMIC_RELEASE/__ATOMIC_RELAXED/'

echo "planted: $caught missing locks seen, $survivors not"
[ "$survivors" -eq 0 ]
