/* SPDX-License-Identifier: MIT */
/*
 * symbols.c - names of the image's functions and variables, by address
 *
 * The table is made from the linked kernel and linked in by a second pass
 * (tools/build/symtab.py). Entries are a stream; every 16th has an anchor with
 * its address, so a look-up is a binary search and at most 16 steps. A symbol
 * reaches up to the next one, at most to the end of its part of the image.
 *
 * Locking: none, all of it is read-only. Callable from any exception.
 */
#include <kernel/percpu.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include "internal.h"

enum image_part arch_image_part(unsigned long addr)
{
	if (addr - (unsigned long)__text_start <
	    (unsigned long)(__text_end - __text_start))
		return IMAGE_TEXT;
	if (addr - (unsigned long)__rodata_start <
	    (unsigned long)(__rodata_end - __rodata_start))
		return IMAGE_RODATA;
	if (addr - (unsigned long)__data_start <
	    (unsigned long)(__data_end - __data_start))
		return IMAGE_DATA;
	if (addr - (unsigned long)__bss_start <
	    (unsigned long)(__symbols_start - __bss_start))
		return IMAGE_BSS;
	if (addr - (unsigned long)__symbols_start <
	    (unsigned long)(__symbols_end - __symbols_start))
		return IMAGE_RODATA;
	if (addr - (unsigned long)__start_percpu <
	    max((unsigned long)(__stop_percpu - __start_percpu),
		percpu_address_bytes))
		return IMAGE_PERCPU;
	return IMAGE_NONE;
}

/* Where the last symbol of a part ends. */
static unsigned long part_end(enum image_part part)
{
	switch (part) {
	case IMAGE_TEXT: return (unsigned long)__text_end;
	case IMAGE_RODATA: return (unsigned long)__rodata_end;
	case IMAGE_DATA: return (unsigned long)__data_end;
	case IMAGE_BSS: return (unsigned long)__bss_end;
	case IMAGE_PERCPU: return (unsigned long)__stop_percpu;
	case IMAGE_NONE: break;
	}
	return 0;
}

const struct symtab_anchor *symtab_find_anchor(u32 anchors, u32 nr,
					       unsigned long addr)
{
	const struct symtab_anchor *a = symtab_at(anchors);
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
	const struct symtab_header *h = &symtab_image;
	enum image_part part = arch_image_part(addr);
	const struct symtab_anchor *anchor;
	unsigned long at, found = 0, end = part_end(part);
	const u8 *p;
	u32 left;

	if (part == IMAGE_NONE || addr >= end)
		return false;
	anchor = symtab_find_anchor(h->symbol_anchors, h->nr_symbol_anchors,
				    addr);
	if (!anchor)
		return false;
	/* One more than a stretch: the next anchor's entry ends the last. */
	left = h->nr_symbols -
	       SYMTAB_ANCHOR_EVERY *
		       (u32)(anchor - (const struct symtab_anchor *)symtab_at(
					      h->symbol_anchors));
	left = min(left, SYMTAB_ANCHOR_EVERY);
	p = (const u8 *)symtab_at(h->symbols) + anchor->offset;
	for (at = anchor->addr; left; left--) {
		at += symtab_leb128(&p);
		if (at > addr)
			break;
		found = at;
		*name = (const char *)p;
		p += strlen((const char *)p) + 1;
	}
	if (!left &&
	    (const u8 *)(anchor + 1) < (const u8 *)symtab_at(h->unwind_anchors))
		at = anchor[1].addr;
	if (at > addr)
		end = min(end, at);
	/* Before the first symbol of its part: that other part's is wrong. */
	if (arch_image_part(found) != part)
		return false;
	*start = found;
	*size = end - found;
	return true;
}

bool arch_symbol_next(struct arch_symbol_cursor *cursor)
{
	const struct symtab_header *h = &symtab_image;
	const struct symtab_anchor *anchors = symtab_at(h->symbol_anchors);
	const u8 *p = cursor->nr ? cursor->at : symtab_at(h->symbols);

	if (cursor->nr == h->nr_symbols)
		return false;
	if (cursor->nr % SYMTAB_ANCHOR_EVERY == 0)
		cursor->addr = anchors[cursor->nr / SYMTAB_ANCHOR_EVERY].addr;
	cursor->addr += symtab_leb128(&p);
	cursor->name = (const char *)p;
	cursor->at = p + strlen(cursor->name) + 1;
	cursor->nr++;
	return true;
}
