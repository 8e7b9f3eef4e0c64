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
# Compiled anew for each fault: quickly is better than well.
export CFLAGS=${CFLAGS:--O1} KEEP=$scratch/keep
mkdir -p "$scratch"
rm -rf "$KEEP"
count=0 jobs=$(nproc)

# Both models on the tree in $1, with $2 to work in; the first that disagrees ends
# it. Return: 0 if they agree with it, 2 if they do not build.
run_models() {
	status=0
	for run in "buddy_model --ops $ops --seeds 60" "buddy_exhaustive"; do
		model=${run%% *}
		"$top/tests/models/build.sh" $model "$2/$model" "$1" || return 2
		timeout 60 "$2"/$run --maps "$top/tests/e820" \
			>>"$2/log" 2>&1 || status=$?
		[ $status -eq 0 ] || break
	done
	[ $status -eq 0 ] && return 0
	echo "FAILED with status $status" >>"$2/log"
	return 1
}

# One fault in a folder of its own, and what became of it in its file outcome.
plant_one() {
	name=$1 file=$2 change=$3 room=$4
	rm -rf "$room"
	mkdir -p "$room/mm" "$room/include"
	cp "$top"/mm/page_*.[ch] "$top"/mm/zone*.c \
		"$top"/mm/fault_inject.c "$top"/mm/internal.h "$room/mm"
	cp -R "$top/include/mm" "$room/include"
	sed -i "$change" "$room/$file"
	changed=$(diff "$top/$file" "$room/$file" | grep -c '^>') || true
	if [ "$changed" != 1 ]; then
		echo "broken: changes $changed lines of $file, not 1"
		return
	fi
	status=0
	run_models "$room" "$room" || status=$?
	case $status in
	0) echo "NOT SEEN" ;;
	1) echo "seen: $(grep -a -m 1 -E 'FAILED|panic' "$room/log" |
		cut -c 1-100)" ;;
	*) echo "broken: does not build" ;;
	esac
	rm -rf "$room/mm" "$room/include" "$room"/buddy_*
}

# plant NAME FILE SED: SED must change exactly one line of FILE, which lies in
# mm/ or include/mm/. As many at a time as there are CPUs.
plant() {
	count=$((count + 1))
	room=$scratch/$count
	plant_one "$1" "$2" "$3" "$room" >"$scratch/$count.outcome" 2>&1 &
	echo "$1" >"$scratch/$count.name"
	[ $((count % jobs)) -ne 0 ] || wait
}

if ! run_models "$top" "$scratch"; then
	cat "$scratch/log" >&2
	echo "planted: the models fail without any fault" >&2
	exit 2
fi

plant "merge past the largest order" mm/page_block.h \
	's/for (; order < MAX_ORDER - 1; order++) {/for (; order < MAX_ORDER; order++) {/'
plant "merge past the largest order, fast path" mm/page_alloc.c \
	's/zone_block_give(z, page, pfn, order, MAX_ORDER - 1, site)/zone_block_give(z, page, pfn, order, MAX_ORDER, site)/'
plant "lost tail on split" mm/page_block.h \
	's/^\(\t*\)zone_block_link_first(area, upper);/\1if (kind != last) zone_block_link_first(area, upper);/'
plant "double free of a merged page accepted" mm/page_alloc.c \
	's/good = page_is_allocated(page, order) &&/good = (page_is_allocated(page, order) || !page->flags) \&\&/'
plant "zone end off by one" mm/page_block.h \
	's/merged + (2ul << order) > z->end_pfn)/merged + (2ul << order) > z->end_pfn + 1)/'
plant "zone end off by one block, fast path" mm/zone.c \
	's/pfn_t end = ALIGN_DOWN(z->end_pfn, /pfn_t end = ALIGN(z->end_pfn, /'
plant "zone start ignored" mm/page_block.h \
	's/if (merged < z->start_pfn ||/if (/'
plant "a list's bit lost after a split" mm/page_block.h \
	's/free->orders |= 1u << found;/free->orders |= 0;/'
plant "a list's bit lost in a merge" mm/page_block.h \
	's/kept |= 1u << (kind >> PAGE_ORDER_SHIFT);/kept |= 0;/'
plant "upper half handed out" mm/page_block.h \
	's/upper = (void \*)((char \*)upper - half);/upper = (void *)((char *)upper - half - sizeof(*page));/'
plant "head looked for in one order too few" mm/page_state.c \
	's/for (order = 0; order < MAX_ORDER; order++) {/for (order = 0; order < MAX_ORDER - 1; order++) {/'
plant "order not compared" mm/internal.h \
	's/^\t       order;$/\t       (rest >> PAGE_ORDER_SHIFT) + 0 * order;/'

# Marks and reserves.
plant "floor off by one" mm/page_block.h \
	's/return z->nr_free_pages >= floor/return z->nr_free_pages > floor/'
plant "reserve ignored" include/mm/zone_mark.h \
	's/return z->lowmem_reserve_pages\[gfp_zone(gfp)\];/return 0 * z->lowmem_reserve_pages[gfp_zone(gfp)];/'
plant "reserve of the next zone" include/mm/zone_mark.h \
	's/return z->lowmem_reserve_pages\[gfp_zone(gfp)\];/return z->lowmem_reserve_pages[ZONE_HIGHMEM];/'
plant "GFP_USER down to the min mark" include/mm/zone_mark.h \
	'/__GFP_HARDWALL)$/,/return/s/MARK_LOW/MARK_MIN/'
plant "half of the reserve becomes a quarter" include/mm/zone_mark.h \
	's,mark -= mark / 2;,mark -= mark / 4;,'
plant "a quarter of the reserve becomes half" include/mm/zone_mark.h \
	's,mark -= mark / 4;,mark -= mark / 2;,'
plant "__GFP_NOMEMALLOC ignored" include/mm/zone_mark.h \
	's/if ((gfp & (__GFP_ATOMIC | __GFP_NOMEMALLOC)) == __GFP_ATOMIC)/if (gfp \& __GFP_ATOMIC)/'
plant "second pass at the low mark" mm/page_alloc.c \
	'/^static struct page \*node_alloc_passes/,/^}/s/ALLOC_PASS_MIN/ALLOC_PASS_LOW/'
plant "one round of reclaim too many" mm/page_alloc.c \
	's/while (!page && rounds--) {/while (!page \&\& rounds-- + 1) {/'
plant "no zone, and yet reclaim" mm/page_alloc.c \
	's/bool reclaims = first \&\& node->reclaim/bool reclaims = node->reclaim/'

# The CPUs' lists.
plant "pushed on the list of another type" mm/page_alloc.c \
	'/^static __always_inline void page_put(/,/^}/s/type = zone_block_type(z, pfn);/type = 0 * zone_block_type(z, pfn);/'
plant "refilled below the floor" mm/page_pcp.c \
	's/room = (z->nr_free_pages - want->floor) >> want->order;/room = z->nr_free_pages >> want->order;/'
plant "refilled with all of another type" mm/page_pcp.c \
	's/if (!(own->orders >> order))/if (!(own->orders >> order) \&\& !left)/'
plant "a drain forgets a type" mm/page_pcp.c \
	'/^static unsigned long pcp_drain_order/,/^}/s/type < MIGRATE_TYPES/type < MIGRATE_TYPES - 1/'
plant "a zone is left without a drain" mm/page_pcp.c \
	's/if (likely(page) || !page_pcp_drain_zone(z))/if (likely(page) || !z->managed_pages || want->order < 1)/'
plant "a block with two users on a list" mm/page_pcp_list.h \
	's/page->_refcount.counter != 1)) /page->_refcount.counter < 1)) /'
plant "a wrong free flushes a list" mm/page_pcp.c \
	's/if (!list->room && page_is_allocated(page, order) &&/if (!list->room \&\& page \&\&/'
plant "many pages below the floor" mm/page_bulk.c \
	's/left = min(left, z->nr_free_pages - want->floor);/left = min(left, z->nr_free_pages);/'
plant "many pages freed, users not asked" mm/page_bulk.c \
	's/^\t\t    atomic_read(&page->_refcount) != 1)/\t\t    atomic_read(\&page->_refcount) < 1)/'
plant "a split block keeps its order" mm/page_split.c \
	's/head->flags = page_kind(PAGE_ALLOCATED, 0) |/head->flags = page_kind(PAGE_ALLOCATED, order) |/'

# Users.
plant "a plain block's tail stands for it" mm/page_ref.c \
	's/if (head && PageHead(head))/if (head)/'
plant "the last reference of a plain block is let go" mm/page_ref.c \
	'/^static noinline void put_page_slow/,/^}/s/== PAGE_RESERVED ? 0 : 1;/== PAGE_RESERVED ? 0 : 0;/'
plant "a block on a list is still compound" mm/page_pcp_list.h \
	's/WRITE_ONCE(page->flags, page_kind(PAGE_PCP, order));/WRITE_ONCE(page->flags, (page->flags \& PAGE_COMPOUND) + page_kind(PAGE_PCP, order));/'

# Pageblocks.
plant "a claim leaves the blocks on the old lists" mm/page_mobility.c \
	's/list_add(&page->lru, &to->area\[order\].blocks);/list_add(\&page->lru, \&from->area[order].blocks);/'
plant "a claim misses the last block" mm/page_mobility.c \
	's/for (pageblock_range(z, pfn, &pos, &end); pos < end;/for (pageblock_range(z, pfn, \&pos, \&end); pos + 1 < end;/'
plant "a claim forgets the type" mm/page_mobility.c \
	's/^\t\*zone_block_type_at(z, pfn) = (u8)type;/\t(void)type;/'
plant "a claim of less than half" mm/page_mobility.c \
	's,< PAGEBLOCK_PAGES / 2),< PAGEBLOCK_PAGES / 2 - 1),'
plant "a claim of more than half only" mm/page_mobility.c \
	's,< PAGEBLOCK_PAGES / 2),<= PAGEBLOCK_PAGES / 2),'
plant "movable pages claim for a smaller block" mm/page_mobility.c \
	's,define CLAIM_ORDER (PAGEBLOCK_ORDER / 2),define CLAIM_ORDER (PAGEBLOCK_ORDER / 2 - 1),'
plant "stolen from the second choice" mm/page_mobility.c \
	's/if (!fits || __ffs(fits) >= best_above)/if (!fits || __ffs(fits) > best_above)/'
plant "claimed from the second choice" mm/page_mobility.c \
	's/ilog2(orders) <= ilog2(best_orders))/ilog2(orders) < ilog2(best_orders))/'
plant "fallback order" mm/page_mobility.c \
	's/\[MIGRATE_MOVABLE\] = { MIGRATE_RECLAIMABLE, MIGRATE_UNMOVABLE }/[MIGRATE_MOVABLE] = { MIGRATE_UNMOVABLE, MIGRATE_RECLAIMABLE }/'
plant "merged on the lists of another type" mm/page_block.h \
	's/zone_block_merge(&z->free\[zone_block_type(z, pfn)\], page, pfn,/zone_block_merge(\&z->free[0], page, pfn,/'
plant "the type of the pageblock beside" mm/page_mobility.c \
	's/^\t\t\t(z->start_pfn >> PAGEBLOCK_ORDER);/\t\t\t(z->start_pfn >> PAGEBLOCK_ORDER) + 1;/'

wait
seen=0 i=0
while [ $i -lt $count ]; do
	i=$((i + 1))
	outcome=$(cat "$scratch/$i.outcome")
	echo "planted: $(cat "$scratch/$i.name"): $outcome"
	case $outcome in
	seen:*) seen=$((seen + 1)) ;;
	esac
done
echo "planted: $seen faults seen, $((count - seen)) not"
[ $seen -eq $count ]
