/* SPDX-License-Identifier: MIT */
/*
 * memalloc.h - what a thread's requests may not do for a while
 *
 * Who holds a lock that reclaim might want, but calls code that asks for memory
 * with GFP_KERNEL, says so once around it: all its requests are GFP_NOFS or
 * GFP_NOIO from save to restore, whatever they ask for. Sections nest.
 *
 *	unsigned int flags = memalloc_nofs_save();
 *	...
 *	memalloc_nofs_restore(flags);
 *
 * Names are Linux's. Only requests that find no free page at once are looked
 * at: the others start nothing anyway.
 * Context: process.
 */
#ifndef MM_MEMALLOC_H
#define MM_MEMALLOC_H

#include <kernel/sched.h>

/* Set @flag of the calling thread. Return: what to give to the other one. */
static inline unsigned int memalloc_flag_save(unsigned int flag)
{
	unsigned int old = current->flags & flag;

	current->flags |= flag;
	return old;
}

static inline void memalloc_flag_restore(unsigned int flag, unsigned int old)
{
	current->flags = (current->flags & ~flag) | old;
}

/* No call into a file system. */
static inline unsigned int memalloc_nofs_save(void)
{
	return memalloc_flag_save(PF_MEMALLOC_NOFS);
}

static inline void memalloc_nofs_restore(unsigned int old)
{
	memalloc_flag_restore(PF_MEMALLOC_NOFS, old);
}

/* Nor any I/O. */
static inline unsigned int memalloc_noio_save(void)
{
	return memalloc_flag_save(PF_MEMALLOC_NOIO);
}

static inline void memalloc_noio_restore(unsigned int old)
{
	memalloc_flag_restore(PF_MEMALLOC_NOIO, old);
}

/* What it asks for frees more than it takes: no mark holds it, and it does not
 * reclaim by itself. */
static inline unsigned int memalloc_noreclaim_save(void)
{
	return memalloc_flag_save(PF_MEMALLOC);
}

static inline void memalloc_noreclaim_restore(unsigned int old)
{
	memalloc_flag_restore(PF_MEMALLOC, old);
}

#endif
