/* SPDX-License-Identifier: MIT */
/*
 * vmalloc.h - memory that is contiguous in addresses only
 *
 * vmalloc() takes single pages from anywhere, high memory first, and maps them
 * side by side in the vmalloc window, with an unmapped guard page behind. Use
 * it for buffers too long for kmalloc(); it costs page tables and TLB entries,
 * and a device cannot reach it by one address. In the records of its pages
 * (struct page) lru and private belong to the area.
 *
 * The machinery below is an object of its own, mm/vm_window.h, from which
 * ioremap(), stacks and modules are served too.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include <kernel/types.h>
#include <mm/gfp.h>
#include <mm/page.h>
#include <asm/pgtable.h>

/* The live window; its size is the boot word vmalloc=. */
#define VMALLOC_START (arch_layout()->vmalloc_start)
#define VMALLOC_END (arch_layout()->vmalloc_end)

/**
 * vmalloc - allocate @size bytes, page-aligned, contents undefined
 *
 * Return: address; NULL if @size is 0 or more than there is, or if memory,
 * addresses or page tables ran out: one line names the caller.
 * Context: may sleep. In an interrupt handler it is reported (vmalloc-in-irq)
 * and NULL comes back.
 */
void *__must_check vmalloc(unsigned long size);

/* The same, zeroed. */
void *__must_check vzalloc(unsigned long size);

/**
 * vmalloc_user - vzalloc() of memory that user space may be shown
 *
 * /proc/vmallocinfo says "user", and remapping it is allowed: nothing but what
 * its owner put there can be seen in it.
 */
void *__must_check vmalloc_user(unsigned long size);

/* vmalloc() and vmalloc_user() of frames below 4 GiB, for devices that know no
 * more: of low memory. */
void *__must_check vmalloc_32(unsigned long size);
void *__must_check vmalloc_32_user(unsigned long size);

/* The same as without _node: there is one node. */
void *__must_check vmalloc_node(unsigned long size, int node);
void *__must_check vzalloc_node(unsigned long size, int node);

/* @n elements of @size bytes: NULL if the product does not fit. The forms with
 * calloc are zeroed. */
void *__must_check vmalloc_array(size_t n, size_t size);
void *__must_check vcalloc(size_t n, size_t size);
void *__must_check __vmalloc_array(size_t n, size_t size, gfp_t gfp);
void *__must_check __vcalloc(size_t n, size_t size, gfp_t gfp);

/**
 * __vmalloc - vmalloc() with the rules of @gfp; __GFP_HIGHMEM is no default
 *
 * __vmalloc(size, gfp) is today's form; __vmalloc(size, gfp, prot), with the
 * rights of the mapping (enum pgprot), that of Linux 2.6.
 */
#define __vmalloc(size, ...)                                         \
	__VMALLOC_FORM(__VA_ARGS__, __vmalloc_prot, __vmalloc_gfp, ) \
	(size, __VA_ARGS__)
#define __VMALLOC_FORM(gfp, prot, form, ...) form
void *__must_check __vmalloc_gfp(unsigned long size, gfp_t gfp);
void *__must_check __vmalloc_prot(unsigned long size, gfp_t gfp,
				  enum pgprot prot);

/* Linux may use large pages for it, and falls back to single ones, which is what
 * there is here. */
#define vmalloc_huge(size, gfp) __vmalloc_gfp(size, gfp)

/**
 * __vmalloc_node - __vmalloc() at an address of @align, in @caller's name
 * @align: a power of two; less than PAGE_SIZE means PAGE_SIZE
 * @node: of no meaning, there is one
 */
void *__must_check __vmalloc_node(unsigned long size, unsigned long align,
				  gfp_t gfp, int node, const void *caller);

/**
 * vfree - give back what vmalloc() returned; NULL is harmless
 *
 * Any other address is reported (bad-vfree) and nothing is changed. Never
 * fails, allocates nothing. The pages return to the buddy when the TLB has
 * been flushed, which happens once for many areas.
 * Context: process or interrupt; with interrupts off outside of a handler it
 * works, too, but is reported (vfree-in-atomic): Linux would wait for other
 * CPUs there.
 */
void vfree(const void *addr);

/* Linux's words for a mapping's rights, and for what an area is. */
typedef enum pgprot pgprot_t;
#define PAGE_KERNEL PROT_KERNEL
#define PAGE_KERNEL_RO PROT_KERNEL_RO
#define PAGE_KERNEL_NOCACHE PROT_KERNEL_NOCACHE
#define VM_MAP 0x04ul /* by vmap() */
#define VM_USERMAP 0x08ul /* user space may be shown it */
#define VM_MAP_PUT_PAGES 0x200ul /* vmap() keeps pages and array */

/**
 * vmap - map pages that one has side by side
 * @pages: @count of them, in the order wanted; of any zone
 * @flags: VM_MAP; VM_USERMAP to have it shown; VM_MAP_PUT_PAGES to give
 *	@pages (from kmalloc() or vmalloc()) and a reference to each page away:
 *	vfree() then frees all of them
 * @prot: PAGE_KERNEL and so on
 *
 * Return: address; NULL if @count is 0 or more than all RAM has, if a page is
 * NULL, or if addresses or page tables ran out: one line names the caller, and
 * what was to be given away is still his.
 * Context: may sleep.
 */
void *__must_check vmap(struct page **pages, unsigned int count,
			unsigned long flags, pgprot_t prot);

/**
 * vunmap - undo vmap(); NULL is harmless
 *
 * The pages stay whose they are. Any other address, and one that vfree() is
 * for, is reported (bad-vunmap) and nothing is changed.
 * Context: as vfree().
 */
void vunmap(const void *addr);

/* vmap() for a short time, readable and writable; @node is of no meaning. */
void *__must_check vm_map_ram(struct page **pages, unsigned int count,
			      int node);
/* Undo it; @count must be the same. Anything else is reported
 * (bad-vm_unmap_ram). Context: as vfree(). */
void vm_unmap_ram(const void *mem, unsigned int count);

/**
 * vmalloc_stack - a stack for a thread: like vmalloc(), but told as a stack
 * @size: whole pages
 *
 * It holds zeroes. The page below is never mapped: it is the guard of the area
 * before, or of nobody.
 * Return, Context: as vmalloc().
 */
void *__must_check vmalloc_stack(unsigned long size);
/* Give it back. Context: process. */
void vfree_stack(const void *stack);

/**
 * vmalloc_module - the addresses and pages of a loadable module
 * @site: who is named in /proc/vmallocinfo: the loader's create_module
 *
 * As vmalloc(), holding zeroes, readable and writable at first. What is to run
 * is then made so with set_memory_ro() and set_memory_x().
 * Return, Context: as vmalloc().
 */
void *__must_check vmalloc_module(unsigned long size, unsigned long site);
/* Give it back, whatever its rights are now. NULL is harmless. Context: as
 * vfree(). */
void vfree_module(const void *addr);

/**
 * vmalloc_to_page - the frame behind a vmalloc address
 * Return: NULL if @addr is not mapped there, or to a frame without a record.
 */
struct page *vmalloc_to_page(const void *addr);
unsigned long vmalloc_to_pfn(const void *addr);

/* Does @addr lie in the window, mapped or not? */
static inline bool is_vmalloc_addr(const void *addr)
{
	const struct arch_layout *layout = arch_layout();

	return (unsigned long)addr - layout->vmalloc_start <
	       layout->vmalloc_end - layout->vmalloc_start;
}

/* Flush now, and give all lazily freed pages and addresses back. Context:
 * process, interrupts on; may sleep. */
void vm_unmap_aliases(void);

/* Build the live window. Context: boot, slab works, page tables complete. */
#ifndef MODULE /* whose own init may be called so */
void vmalloc_init(void);
#endif

/* For /proc/meminfo. */
unsigned long vmalloc_total_bytes(void);
unsigned long vmalloc_used_pages(void);
unsigned long vmalloc_largest_hole(void);

#endif
