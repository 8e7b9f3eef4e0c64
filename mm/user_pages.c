/* SPDX-License-Identifier: MIT */
/*
 * user_pages.c - pages in users' tables: put in, taken out, counted
 *
 * A page of the user's own and a page that a driver inserted are counted: the
 * mapping has a reference, so they stay for as long as he sees them, whatever
 * their owner does. Frames (VM_PFNMAP) may be a device's, and have no count.
 * If a frame is memory that somebody allocated, it is held all the same
 * (page_frame_hold()): so its owner's free is noticed and reported, and the page
 * goes back when the user sees it no more.
 *
 * Tables are made when a page in them is first mapped, and stay until the user
 * goes: they are a page for 2 MiB of addresses that were used.
 *
 * Invariants (user_space_check() walks them):
 *   P1  nr_anon and nr_mapped are what is in the tables, by kind
 *   P2  a page is in the tables only within a stretch
 *
 * Locking: page_table_lock (LOCK_USER_TABLES) guards tables and counts. Pages
 * are asked for before it is taken, and freed after.
 */
#include <kernel/errno.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/show.h>
#include "internal.h"
#include "user_internal.h"

/* Of all users; atomic. */
static unsigned long nr_anon_pages, nr_mapped_pages, nr_table_pages;

enum user_page_kind vma_page_kind(const struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_PFNMAP)
		return USER_PAGE_FRAME;
	if (vma->vm_ops || vma->vm_flags & VM_MIXEDMAP)
		return USER_PAGE_SHARED;
	return USER_PAGE_ANON;
}

/* --- tables ----------------------------------------------------------------- */

static void *table_page_get(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO);

	if (!page)
		return NULL;
	page_set_owner(page, PAGE_OWNER_PGTABLE);
	__atomic_add_fetch(&nr_table_pages, 1, __ATOMIC_RELAXED);
	return page_address(page);
}

static void table_page_put(void *table)
{
	__atomic_sub_fetch(&nr_table_pages, 1, __ATOMIC_RELAXED);
	free_page((unsigned long)table);
}

int user_tables_make(struct mm_struct *mm)
{
	void *dirs[UPT_DIRS];
	unsigned int i;

	for (i = 0; i < UPT_DIRS; i++) {
		dirs[i] = table_page_get();
		if (!dirs[i])
			goto out_free;
	}
	upt_init(&mm->tables, dirs);
	mm->nr_tables = UPT_DIRS;
	return 0;

out_free:
	while (i--)
		table_page_put(dirs[i]);
	return -ENOMEM;
}

void user_tables_free(struct mm_struct *mm)
{
	void *table;

	while ((table = upt_take_page(&mm->tables)) != NULL)
		table_page_put(table);
}

/* Sees to it that there is a table for @addr. */
static int table_make(struct mm_struct *mm, unsigned long addr)
{
	bool taken;
	void *table;

	spin_lock(&mm->page_table_lock);
	taken = upt_has_table(&mm->tables, addr);
	spin_unlock(&mm->page_table_lock);
	if (taken)
		return 0;
	table = table_page_get();
	if (!table)
		return -ENOMEM;
	spin_lock(&mm->page_table_lock);
	taken = upt_give_table(&mm->tables, addr, table);
	mm->nr_tables += taken;
	spin_unlock(&mm->page_table_lock);
	if (!taken)
		table_page_put(table); /* another thread was first */
	return 0;
}

/* --- pages ------------------------------------------------------------------ */

/* @by is 1 or -1. The lock is held. */
static void pages_count(struct mm_struct *mm, enum user_page_kind kind, long by)
{
	if (kind == USER_PAGE_ANON) {
		mm->nr_anon += (unsigned long)by;
		__atomic_add_fetch(&nr_anon_pages, (unsigned long)by,
				   __ATOMIC_RELAXED);
	} else {
		mm->nr_mapped += (unsigned long)by;
		__atomic_add_fetch(&nr_mapped_pages, (unsigned long)by,
				   __ATOMIC_RELAXED);
	}
}

int user_page_map(struct vm_area_struct *vma, unsigned long addr, pfn_t pfn,
		  pgprot_t prot)
{
	enum user_page_kind kind = vma_page_kind(vma);
	struct mm_struct *mm = vma->vm_mm;
	int err = table_make(mm, addr);
	bool done;

	if (err)
		return err;
	if (kind == USER_PAGE_FRAME && !page_frame_hold(pfn))
		return -EINVAL;
	spin_lock(&mm->page_table_lock);
	done = upt_map(&mm->tables, addr, pfn, prot);
	if (done)
		pages_count(mm, kind, 1);
	spin_unlock(&mm->page_table_lock);
	if (done)
		return 0;
	if (kind == USER_PAGE_FRAME)
		page_frame_release(pfn);
	return -EBUSY;
}

bool user_page_mapped(struct mm_struct *mm, unsigned long addr, bool *writable)
{
	bool found, write = false;
	pfn_t pfn;

	spin_lock(&mm->page_table_lock);
	found = upt_lookup(&mm->tables, addr, &pfn, &write);
	spin_unlock(&mm->page_table_lock);
	if (writable)
		*writable = write;
	return found;
}

void user_pages_revoke(struct mm_struct *mm, unsigned long start,
		       unsigned long end)
{
	unsigned long nr;

	spin_lock(&mm->page_table_lock);
	nr = upt_revoke(&mm->tables, start, end);
	spin_unlock(&mm->page_table_lock);
	if (nr)
		upt_flush(&mm->tables, start, end);
}

void user_pages_release(struct vm_area_struct *vma, unsigned long start,
			unsigned long end)
{
	enum user_page_kind kind = vma_page_kind(vma);
	struct mm_struct *mm = vma->vm_mm;
	bool found;
	pfn_t pfn;

	for (;;) {
		spin_lock(&mm->page_table_lock);
		found = upt_reap(&mm->tables, &start, end, &pfn);
		if (found)
			pages_count(mm, kind, -1);
		spin_unlock(&mm->page_table_lock);
		if (!found)
			return;
		if (kind == USER_PAGE_FRAME)
			page_frame_release(pfn);
		else
			put_page(pfn_to_page(pfn));
		cond_resched();
	}
}

/* --- figures ---------------------------------------------------------------- */

static unsigned long anon_pages(void)
{
	return READ_ONCE(nr_anon_pages);
}

static unsigned long mapped_pages(void)
{
	return READ_ONCE(nr_mapped_pages);
}

/* The kernel's and the users'. */
static unsigned long table_pages(void)
{
	return kpt_nr_table_pages() + READ_ONCE(nr_table_pages);
}

void user_pages_init(void)
{
	mm_usage_register(MM_USAGE_ANON_PAGES, anon_pages);
	mm_usage_register(MM_USAGE_MAPPED, mapped_pages);
	mm_usage_register(MM_USAGE_PAGE_TABLES, table_pages);
}
