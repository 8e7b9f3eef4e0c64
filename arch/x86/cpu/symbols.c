/* SPDX-License-Identifier: MIT */
/*
 * symbols.c - names of the image's functions and variables, by address
 *
 * The table is made from the linked kernel and linked into it by further passes
 * (tools/build/symtab.py); the suites have one of their own. Entries are a
 * stream; every 16th has an anchor with its address, so a look-up is a binary
 * search and at most 16 steps. A symbol reaches up to the next one, at most to
 * the end of its part of the image.
 *
 * Locking: none, all of it is read-only. Callable from any exception.
 */
#include <kernel/percpu.h>
#include <kernel/string.h>
#include <kernel/suites.h>
#include <kernel/util.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include "internal.h"

/* Neighbours whose addresses mean the same. */
struct image_span {
	const char *start, *end;
	enum image_part part;
};

/* Up to the next part: what fills the last page belongs to it. */
static const struct image_span spans[] = {
	{ __text_start, __text_end, IMAGE_TEXT },
	{ __rodata_start, __rodata_end, IMAGE_RODATA },
	{ __data_start, __data_end, IMAGE_DATA },
	{ __bss_start, __symbols_start, IMAGE_BSS },
	{ __symbols_start, __symbols_end, IMAGE_RODATA },
	{ __suites_text, __suites_rodata, IMAGE_TEXT },
	{ __suites_rodata, __suites_data, IMAGE_RODATA },
	{ __suites_data, __suites_bss, IMAGE_DATA },
	{ __suites_bss, __suites_end, IMAGE_BSS },
	{ __start_percpu, __stop_percpu, IMAGE_PERCPU },
};

/* What @addr lies in, or NULL: also where suites were. */
static const struct image_span *span_find(unsigned long addr)
{
	const struct image_span *s;

	if (suites_were_at(addr))
		return NULL;
	for (s = spans; s < spans + ARRAY_SIZE(spans); s++) {
		if (addr - (unsigned long)s->start <
		    (unsigned long)(s->end - s->start))
			return s;
	}
	return NULL;
}

enum image_part arch_image_part(unsigned long addr)
{
	const struct image_span *s = span_find(addr);

	if (s)
		return s->part;
	/* Dynamic variables' addresses follow the static ones'. */
	return addr - (unsigned long)__start_percpu < percpu_address_bytes ?
		       IMAGE_PERCPU :
		       IMAGE_NONE;
}

const struct symtab_header *symtab_of(unsigned long addr)
{
	return addr - (unsigned long)__suites_text <
			       (unsigned long)(__suites_end - __suites_text) ?
		       &symtab_suites :
		       &symtab_image;
}

const struct symtab_anchor *symtab_find_anchor(const struct symtab_anchor *a,
					       u32 nr, unsigned long addr)
{
	u32 low = 0, high = nr;

	/* The first anchor above @addr lies in [low, high]. */
	while (low < high) {
		u32 mid = (low + high) / 2;

		if (a[mid].addr > addr)
			high = mid;
		else
			low = mid + 1;
	}
	return low ? &a[low - 1] : NULL;
}

/*
 * Walk from the anchor to the last entry at or below @addr. The entry behind it
 * is its end; that one may belong to the next anchor, or to the next part.
 */
bool arch_symbol_lookup(unsigned long addr, const char **name,
			unsigned long *start, unsigned long *size)
{
	const struct symtab_header *h = symtab_of(addr);
	const struct image_span *span = span_find(addr);
	const struct symtab_anchor *anchors, *anchor;
	unsigned long at, found = 0, end;
	const u8 *p;
	u32 left;

	if (!span)
		return false;
	end = (unsigned long)span->end;
	anchors = symtab_at(h, h->symbol_anchors);
	anchor = symtab_find_anchor(anchors, h->nr_symbol_anchors, addr);
	if (!anchor)
		return false;
	/* One more than a stretch: the next anchor's entry ends the last. */
	left = h->nr_symbols - SYMTAB_ANCHOR_EVERY * (u32)(anchor - anchors);
	left = min(left, SYMTAB_ANCHOR_EVERY);
	p = (const u8 *)symtab_at(h, h->symbols) + anchor->offset;
	for (at = anchor->addr; left; left--) {
		at += symtab_leb128(&p);
		if (at > addr)
			break;
		found = at;
		*name = (const char *)p;
		p += strlen((const char *)p) + 1;
	}
	if (!left && anchor + 1 < anchors + h->nr_symbol_anchors)
		at = anchor[1].addr;
	if (at > addr)
		end = min(end, at);
	/* Before the first symbol of its part: that other part's is wrong. */
	if (found < (unsigned long)span->start)
		return false;
	*start = found;
	*size = end - found;
	return true;
}

bool arch_symbol_next(struct arch_symbol_cursor *cursor)
{
	const struct symtab_header *h = &symtab_image;
	const struct symtab_anchor *anchors;
	u32 nr = cursor->nr;
	const u8 *p;

	if (nr >= h->nr_symbols && &symtab_suites && !suites_gone.bytes) {
		nr -= h->nr_symbols;
		h = &symtab_suites;
	}
	if (nr >= h->nr_symbols)
		return false;
	p = nr ? cursor->at : symtab_at(h, h->symbols);
	anchors = symtab_at(h, h->symbol_anchors);
	if (nr % SYMTAB_ANCHOR_EVERY == 0)
		cursor->addr = anchors[nr / SYMTAB_ANCHOR_EVERY].addr;
	cursor->addr += symtab_leb128(&p);
	cursor->name = (const char *)p;
	cursor->at = p + strlen(cursor->name) + 1;
	cursor->nr++;
	return true;
}
