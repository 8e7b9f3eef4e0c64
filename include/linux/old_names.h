/* SPDX-License-Identifier: MIT */
/*
 * linux/old_names.h - names that older editions of Linux, and books, have
 *
 * The kernel itself says everything in the words of Linux 6.1. A name that
 * clashes with none of them stands here, with the edition that named it, and
 * means what it meant there. The headers in which a reader looks for such a
 * name include this one.
 *
 * Not here: names whose types have become others', and those whose meaning is
 * gone; docs/writing-a-driver.md has both, and what to write instead. Those of
 * PCI are in old_pci_names.h.
 */
#ifndef LINUX_OLD_NAMES_H
#define LINUX_OLD_NAMES_H

#include <fs/proc_fs.h>
#include <kernel/barrier.h>
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/ioport.h>
#include <kernel/module.h>
#include <kernel/rwlock.h>
#include <kernel/sched.h>
#include <kernel/semaphore.h>
#include <kernel/spinlock.h>
#include <kernel/wait.h>
#include <mm/page_addr.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>
#include <mm/uaccess.h>

/* --- allocation flags --------------------------------------------------- */

#define GFP_BUFFER GFP_NOIO /* 1.2 .. 2.4: starts no I/O */

/* 2.2 .. 2.6: the same flags, for kmem_cache_alloc(). */
#define SLAB_NOFS GFP_NOFS /* 2.4 .. 2.6 */
#define SLAB_NOIO GFP_NOIO /* 2.4 .. 2.6 */
#define SLAB_BUFFER GFP_BUFFER /* 2.2 */
#define SLAB_ATOMIC GFP_ATOMIC
#define SLAB_USER GFP_USER
#define SLAB_KERNEL GFP_KERNEL
#define SLAB_DMA GFP_DMA

/* --- pages -------------------------------------------------------------- */

/* 1.0 .. 2.4: a page, cleared; __get_free_page() never was. */
#define get_free_page(gfp) get_zeroed_page(gfp)

/* Notes and articles: 2^order pages, not cleared, without the underscores. */
#define get_free_pages(gfp, order) __get_free_pages(gfp, order)

/* 2.0 .. 6.1: 2^order pages that an ISA device can reach, not cleared. */
#define __get_dma_pages(gfp, order) __get_free_pages((gfp) | GFP_DMA, order)

/* 2.0 .. 2.2: index of an address's record in mem_map. */
#define MAP_NR(addr) virt_to_pfn((const volatile void *)(addr))

/* 2.0 .. 2.4, linux/wrapper.h: references to one page. */
#define mem_map_inc_count(page) page_ref_inc(page)
#define mem_map_dec_count(page) page_ref_dec(page)

/* 1.2 .. 2.4 by the first names, 2.4 .. today by the second: of pages that
 * users are to see through remap_pfn_range(), so that nobody swaps them out.
 * Here a page that is allocated stays, and any of RAM can be mapped. */
static inline void SetPageReserved(struct page *page)
{
	VM_BUG_ON(page_state(page) == PAGE_FREE);
}
static inline void ClearPageReserved(struct page *page)
{
	VM_BUG_ON(page_state(page) == PAGE_FREE);
}
#define mem_map_reserve(page) SetPageReserved(page)
#define mem_map_unreserve(page) ClearPageReserved(page)

/* 2.5 .. 2.6.10: by address. That of 2.4 had no @vma. */
#define remap_page_range(vma, from, phys, size, prot) \
	remap_pfn_range(vma, from, (phys) >> PAGE_SHIFT, size, prot)
#define io_remap_page_range(vma, from, phys, size, prot) \
	remap_page_range(vma, from, phys, size, prot)

/* 1.0 .. 2.1: the size was the caller's business. */
#define kfree_s(object, size) kfree(object)

/* --- caches ------------------------------------------------------------- */

typedef struct kmem_cache kmem_cache_t; /* 2.2 .. 2.6 */

/*
 * 2.2 .. 2.6.21: six arguments, the last two a constructor and a destructor.
 * Today's form has five; (kmem_cache_create)(...) is always that one.
 */
#define kmem_cache_create(...)                                         \
	KMEM_CACHE_CREATE_FORM(__VA_ARGS__, __kmem_cache_create6,      \
			       kmem_cache_create, too_few_arguments, ) \
	(__VA_ARGS__)
#define KMEM_CACHE_CREATE_FORM(_1, _2, _3, _4, _5, _6, form, ...) form

#define SLAB_MUST_HWCACHE_ALIGN SLAB_HWCACHE_ALIGN /* 2.6 */
#define SLAB_DESTROY_BY_RCU SLAB_TYPESAFE_BY_RCU /* 2.6 .. 4.11 */
#define SLAB_DEBUG_FREE SLAB_CONSISTENCY_CHECKS /* 2.2 .. 2.6: on a free */
#define SLAB_DEBUG_INITIAL 0u /* 2.2 .. 2.6: constructors never verified */
#define SLAB_CTOR_VERIFY 0x004ul /* 2.2 .. 2.6: so none is told so */
#define SLAB_NO_GROW 0u /* 2.2 .. 2.6 */
#define SLAB_TEMPORARY SLAB_RECLAIM_ACCOUNT /* 2.6 .. 6.1: lives shortly */

/* --- locks and waiting ---------------------------------------------------- */

/* 2.0 .. 2.6.36: semaphores that are used as locks. */
#define init_MUTEX(sem) sema_init(sem, 1)
#define init_MUTEX_LOCKED(sem) sema_init(sem, 0)
#define DECLARE_MUTEX(name) DEFINE_SEMAPHORE(name)
#define DECLARE_MUTEX_LOCKED(name) \
	struct semaphore name = __SEMAPHORE_INITIALIZER(name, 0)

/* 2.1 .. 2.6.38: a lock that nobody has. */
#define SPIN_LOCK_UNLOCKED \
	((spinlock_t)SPINLOCK_INIT("SPIN_LOCK_UNLOCKED", LOCK_DRIVER))
#define RW_LOCK_UNLOCKED \
	((rwlock_t)RWLOCK_INIT("RW_LOCK_UNLOCKED", LOCK_DRIVER))

/* 2.4 .. 4.12. */
typedef struct wait_queue_entry wait_queue_t;

/* 1.0 .. 3.14: until somebody wakes the queue. What becomes true between the
 * caller's look at it and the call is missed: wait_event() misses nothing. */
static inline long __sleep_on(struct wait_queue_head *wq, unsigned int state,
			      long timeout)
{
	DEFINE_WAIT(wait);

	prepare_to_wait(wq, &wait, state);
	timeout = schedule_timeout(timeout);
	finish_wait(wq, &wait);
	return timeout;
}
#define sleep_on(wq) \
	((void)__sleep_on(wq, TASK_UNINTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT))
#define interruptible_sleep_on(wq) \
	((void)__sleep_on(wq, TASK_INTERRUPTIBLE, MAX_SCHEDULE_TIMEOUT))
#define sleep_on_timeout(wq, timeout) \
	__sleep_on(wq, TASK_UNINTERRUPTIBLE, timeout)
#define interruptible_sleep_on_timeout(wq, timeout) \
	__sleep_on(wq, TASK_INTERRUPTIBLE, timeout)

/* 2.0 .. 2.6.35, 2.4 .. 3.16: barriers. */
#define smp_mb__before_atomic_inc() smp_mb__before_atomic()
#define smp_mb__after_atomic_inc() smp_mb__after_atomic()
#define smp_mb__before_clear_bit() smp_mb__before_atomic()
#define smp_mb__after_clear_bit() smp_mb__after_atomic()

/* 2.4 .. 2.6: the state of the calling thread. */
#define set_task_state(task, state) smp_store_mb((task)->__state, state)

/* --- users' memory ---------------------------------------------------------- */

#define VERIFY_READ 0 /* 1.0 .. 4.20 */
#define VERIFY_WRITE 1

/* 2.1 .. 4.20: access_ok(type, addr, size). Today's form has two arguments;
 * (access_ok)(...) is always that one. */
#define access_ok(...)                                         \
	ACCESS_OK_FORM(__VA_ARGS__, __access_ok3, access_ok, ) \
	(__VA_ARGS__)
#define ACCESS_OK_FORM(_1, _2, _3, form, ...) form
static inline bool __access_ok3(int type, const void __user *addr,
				unsigned long size)
{
	(void)type;
	return (access_ok)(addr, size);
}

/* 1.0 .. 2.6.13: the same, said with an error number. */
static inline int verify_area(int type, const void __user *addr,
			      unsigned long size)
{
	return __access_ok3(type, addr, size) ? 0 : -EFAULT;
}

/* --- modules ---------------------------------------------------------------- */

/* 2.0 .. 2.4: who counts its users by itself, or names its owner by macro. */
#define MOD_INC_USE_COUNT __module_get(THIS_MODULE)
#define MOD_DEC_USE_COUNT module_put(THIS_MODULE)
#define MOD_IN_USE (module_refcount(THIS_MODULE) > 0)
#define SET_MODULE_OWNER(object) ((void)((object)->owner = THIS_MODULE))
/* 2.1 .. 2.4: up to then all names of a module were exported. */
#define EXPORT_NO_SYMBOLS

/* 2.4 .. 3.7: code that runs when a device comes or goes. It stays. */
#define __devinit
#define __devinitdata
#define __devinitconst
#define __devexit
#define __devexitdata
#define __devexit_p(fn) (fn)

/* --- files ------------------------------------------------------------------ */

/* 2.0 .. 3.18: of a struct file. */
#define f_dentry f_path.dentry

/* 2.0 .. 3.9: an entry of /proc that is told what it does afterwards, by its
 * members proc_fops, or read_proc, write_proc and data. */
static inline struct proc_dir_entry *
create_proc_entry(const char *name, umode_t mode, struct proc_dir_entry *parent)
{
	if (S_ISDIR(mode))
		return proc_mkdir_mode(name, mode & S_IALLUGO, parent);
	return __create_proc_entry(name, mode, parent);
}

/* 2.1 .. 3.9: the same with a function that fills a page. */
static inline struct proc_dir_entry *
create_proc_read_entry(const char *name, umode_t mode,
		       struct proc_dir_entry *parent, read_proc_t *read_proc,
		       void *data)
{
	struct proc_dir_entry *entry = create_proc_entry(name, mode, parent);

	if (entry) {
		entry->read_proc = read_proc;
		entry->data = data;
	}
	return entry;
}

/* 2.6.25 .. 5.5: what a file of /proc does was said as for any other. Today it is
 * a struct proc_ops; (proc_create)(...) always takes one. */
#define proc_create(name, mode, parent, ops) \
	proc_create_data(name, mode, parent, ops, NULL)
#define proc_create_data(name, mode, parent, ops, data) \
	_Generic((ops),                                            \
		struct file_operations *: proc_create_fops,        \
		const struct file_operations *: proc_create_fops,  \
		default: (proc_create_data))(name, mode, parent, ops, data)

/* 3.10 .. 5.16. */
#define PDE_DATA(inode) pde_data(inode)

/* --- addresses ---------------------------------------------------------- */

/*
 * 2.0 .. 6.1, asm/io.h: what a device on the bus calls an address of the direct
 * map. On a PC that is the physical address, and it fits in 32 bits.
 */
static __always_inline unsigned long virt_to_bus(const volatile void *va)
{
	return (unsigned long)virt_to_phys(va);
}

static __always_inline void *bus_to_virt(unsigned long bus)
{
	return phys_to_virt(bus);
}

/* 2.1 .. 5.5: uncached is what ioremap() means. */
#define ioremap_nocache(phys, size) ioremap((phys), (size))

/* --- interrupts ------------------------------------------------------------ */

/* 1.2 .. 2.6.23: flags of request_irq(). */
#define SA_SHIRQ IRQF_SHARED
#define SA_INTERRUPT IRQF_DISABLED
#define SA_SAMPLE_RANDOM IRQF_SAMPLE_RANDOM
#define SA_PROBEIRQ IRQF_PROBE_SHARED
/* 2.6.18 .. 4.0: handlers run with interrupts off, all of them. */
#define IRQF_DISABLED 0x00000020ul
/* 2.6.18 .. 3.5: every line feeds the random numbers. */
#define IRQF_SAMPLE_RANDOM 0x00000040ul

/* --- ports ---------------------------------------------------------------- */

/* 1.0 .. 2.6, linux/ioport.h: asked before a request; it keeps nothing. */
#define check_region(start, n) __check_region(&ioport_resource, (start), (n))
#define check_mem_region(start, n) __check_region(&iomem_resource, (start), (n))

#endif
