/* SPDX-License-Identifier: MIT */
/*
 * holders.h - who has the most memory, asked of all rooms
 *
 * `why` lies below caches and areas and cannot ask them. A room that holds
 * pages for others puts a function into the table with MM_HOLDER(), which names
 * them one by one; the linker collects the table (section mm_holders).
 */
#ifndef MM_HOLDERS_H
#define MM_HOLDERS_H

#include <kernel/types.h>

/* Room for a holder's name; a longer one is cut. */
#define HOLDER_NAME_BYTES 48u

struct holder_list;

struct mm_holder_table {
	const char *kind; /* "cache", "vmalloc area" */
	/* Calls holder_name() for each holder. It allocates nothing, and may
	 * hold a lock of its room meanwhile. */
	void (*each)(struct holder_list *list);
};

#define MM_HOLDER(id, holder_kind, each_fn)                    \
	static const struct mm_holder_table mm_holder_##id = { \
		.kind = holder_kind,                           \
		.each = each_fn,                               \
	};                                                     \
	SECTION_ENTRY(mm_holders, const struct mm_holder_table, mm_holder_##id)

DECLARE_SECTION_TABLE(mm_holders, const struct mm_holder_table);

/**
 * holder_name - one holder, for its room's function to call
 * @pages: that only it keeps from being free
 * Context: any.
 */
void __printf(3, 4) holder_name(struct holder_list *list, unsigned long pages,
				const char *fmt, ...);

struct seq_file;

/* The biggest ones, a line each. Context: any, with no lock of mm held. */
void mm_show_holders(struct seq_file *m);

#endif
