/* SPDX-License-Identifier: MIT */
/* user_internal.h - what the files about users' memory share. */
#ifndef MM_USER_INTERNAL_H
#define MM_USER_INTERNAL_H

#include <mm/user_space.h>

/* What a mapped page is to the user, and who counts it. */
enum user_page_kind {
	USER_PAGE_ANON, /* his own: its last reference is the mapping's */
	USER_PAGE_SHARED, /* another's: the mapping has one reference */
	USER_PAGE_FRAME, /* a frame: nobody counts */
};

/* What the pages of @vma are. All of a stretch are of one kind, but for
 * VM_MIXEDMAP, in which frames are not mapped by number. */
enum user_page_kind vma_page_kind(const struct vm_area_struct *vma);

/**
 * user_page_map - map a page of @vma at @addr, a page's address
 * @pfn: of a counted page the caller gives a reference away, if it is mapped
 *
 * Return: 0; -ENOMEM: no table; -EBUSY: something is there; -EINVAL: a frame
 * that cannot be mapped once more.
 * Context: mmap_lock is held. May sleep.
 */
int user_page_map(struct vm_area_struct *vma, unsigned long addr, pfn_t pfn,
		  pgprot_t prot);

/* Is a page mapped at @addr? @writable may be NULL. */
bool user_page_mapped(struct mm_struct *mm, unsigned long addr, bool *writable);

/*
 * Unmap [start, end): first user_pages_revoke(), for as much as goes at once;
 * then user_pages_release(), for each stretch in it.
 */
void user_pages_revoke(struct mm_struct *mm, unsigned long start,
		       unsigned long end);
void user_pages_release(struct vm_area_struct *vma, unsigned long start,
			unsigned long end);

/* Directories for @mm. Return: 0 or -ENOMEM. */
int user_tables_make(struct mm_struct *mm);
/* Give all tables back. Nothing is mapped. */
void user_tables_free(struct mm_struct *mm);

/* Figures for meminfo and vmstat. */
void user_pages_init(void);

/* The cache of stretches. */
void user_areas_init(void);

#endif
