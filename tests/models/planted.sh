#!/bin/sh
# SPDX-License-Identifier: MIT
#
# planted.sh [SCRATCH] - the models must see faults that are put in on purpose
#
# For each fault: copy the buddy's sources, change one place, build, run. A
# fault that no model sees fails this script, and so does one that can no
# longer be put in (the source has changed) or does not build.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
scratch=${1:-$(mktemp -d)}
ops=${OPS:-400000}
mkdir -p "$scratch"
survivors=0 caught=0

# Both models on the tree in $1. Return: 0 if they agree with it.
run_models() {
	for model in buddy_exhaustive buddy_model; do
		"$top/tests/models/build.sh" $model "$scratch/$model" "$1" || {
			echo "planted: does not build" >&2
			exit 2
		}
	done
	: >"$scratch/log"
	for run in "buddy_exhaustive" "buddy_model --ops $ops --seeds 60"; do
		status=0
		timeout 30 "$scratch"/$run --maps "$top/tests/e820" \
			>>"$scratch/log" 2>&1 || status=$?
		[ $status -eq 0 ] || break
	done
	[ $status -eq 0 ] || echo "FAILED with status $status" >>"$scratch/log"
	return $status
}

# plant NAME FILE SED: SED must change exactly one line of mm/FILE.
plant() {
	rm -rf "$scratch/mm"
	mkdir "$scratch/mm"
	cp "$top"/mm/page_*.[ch] "$top"/mm/zone*.c \
		"$top"/mm/fault_inject.c "$top"/mm/internal.h "$scratch/mm"
	sed -i "$3" "$scratch/mm/$2"
	changed=$(diff "$top/mm/$2" "$scratch/mm/$2" | grep -c '^>') || true
	if [ "$changed" != 1 ]; then
		echo "planted: $1: changes $changed lines of mm/$2, not 1" >&2
		exit 2
	fi
	if run_models "$scratch"; then
		echo "planted: $1: NOT SEEN"
		survivors=$((survivors + 1))
	else
		echo "planted: $1: seen: $(grep -a -m 1 -E \
			'FAILED|panic' "$scratch/log" | cut -c 1-100)"
		caught=$((caught + 1))
	fi
}

if ! run_models "$top"; then
	cat "$scratch/log" >&2
	echo "planted: the models fail without any fault" >&2
	exit 2
fi

plant "merge past the largest order" page_block.h \
	's/for (; order < MAX_ORDER - 1; order++) {/for (; order < MAX_ORDER; order++) {/'
plant "merge past the largest order, fast path" page_alloc.c \
	's/zone_block_give(z, page, pfn, order, MAX_ORDER - 1, site)/zone_block_give(z, page, pfn, order, MAX_ORDER, site)/'
plant "lost tail on split" page_block.h \
	's/^\(\t*\)zone_block_link_first(area, upper);/\1if (kind != last) zone_block_link_first(area, upper);/'
plant "double free of a merged page accepted" page_alloc.c \
	's/good = page_is_allocated(page, order) &&/good = (page_is_allocated(page, order) || !page->flags) \&\&/'
plant "zone end off by one" page_block.h \
	's/merged + (2ul << order) > z->end_pfn)/merged + (2ul << order) > z->end_pfn + 1)/'
plant "zone end off by one block, fast path" zone.c \
	's/pfn_t end = ALIGN_DOWN(z->end_pfn, /pfn_t end = ALIGN(z->end_pfn, /'
plant "zone start ignored" page_block.h \
	's/if (merged < z->start_pfn ||/if (/'
plant "a list's bit lost after a split" page_block.h \
	's/free->orders |= 1u << found;/free->orders |= 0;/'
plant "a list's bit lost in a merge" page_block.h \
	's/kept |= 1u << (kind >> PAGE_ORDER_SHIFT);/kept |= 0;/'
plant "upper half handed out" page_block.h \
	's/upper = (void \*)((char \*)upper - half);/upper = (void *)((char *)upper - half - sizeof(*page));/'
plant "head looked for in one order too few" page_state.c \
	's/for (order = 0; order < MAX_ORDER; order++) {/for (order = 0; order < MAX_ORDER - 1; order++) {/'
plant "order not compared" internal.h \
	's/^\t       order;$/\t       (rest >> PAGE_ORDER_SHIFT) + 0 * order;/'

echo "planted: $caught faults seen, $survivors not"
[ "$survivors" -eq 0 ]
