/* SPDX-License-Identifier: MIT */
/*
 * user_space.h - a user's addresses: what lies where, and who makes it appear
 *
 * A struct mm_struct is the memory of one user: addresses from USER_START up to
 * TASK_SIZE, in which stretches (struct vm_area_struct) are mapped. A stretch
 * is memory of the user's own, zeroed and given page by page when he first
 * touches it; or it shows pages of a file or device, put there by its mmap() or
 * by a fault() for one page at a time. What is in no stretch is not there.
 *
 * There are no processes yet. A thread of the kernel works for a user between
 * kthread_use_mm() and kthread_unuse_mm(): current->mm is that user, and user
 * pointers are his (uaccess.h).
 *
 * Names and rules are Linux 6.1's, so far as there is what they are about. Mapping
 * is done through one call, user_map(); what a file adds is done by whoever
 * knows files, in its setup().
 *
 * Locking: mm->mmap_lock. Who looks at stretches holds it for reading, who makes
 * or removes some, for writing; mmap() of a driver is called with it held for
 * writing, fault() for reading. Neither may copy from or to a user.
 */
#ifndef MM_USER_SPACE_H
#define MM_USER_SPACE_H

#include <kernel/atomic.h>
#include <kernel/list.h>
#include <kernel/rbtree.h>
#include <kernel/rwsem.h>
#include <kernel/spinlock.h>
#include <mm/page.h>
#include <asm/user.h>

struct file;
struct vm_area_struct;

/* --- what a stretch is ----------------------------------------------------- */

/* vm_flags. */
#define VM_NONE 0x00000000ul
#define VM_READ 0x00000001ul
#define VM_WRITE 0x00000002ul
#define VM_EXEC 0x00000004ul
#define VM_SHARED 0x00000008ul
#define VM_MAYREAD 0x00000010ul /* a later mprotect() could allow it */
#define VM_MAYWRITE 0x00000020ul
#define VM_MAYEXEC 0x00000040ul
#define VM_MAYSHARE 0x00000080ul
#define VM_PFNMAP 0x00000400ul /* frames, with or without a record; no counts */
#define VM_LOCKED 0x00002000ul
#define VM_IO 0x00004000ul /* device memory: reading may do something */
#define VM_DONTCOPY 0x00020000ul /* not for a child */
#define VM_DONTEXPAND 0x00040000ul
#define VM_NORESERVE 0x00200000ul
#define VM_DONTDUMP 0x04000000ul
#define VM_MIXEDMAP 0x10000000ul /* both kinds: frames and counted pages */
#define VM_RESERVED (VM_IO | VM_DONTEXPAND | VM_DONTDUMP) /* up to 3.6 */
#define VM_ACCESS_FLAGS (VM_READ | VM_WRITE | VM_EXEC)

/* What fault() says. */
typedef unsigned int vm_fault_t;
#define VM_FAULT_OOM 0x000001u
#define VM_FAULT_SIGBUS 0x000002u /* beyond the end of what is mapped */
#define VM_FAULT_MAJOR 0x000004u /* it waited for a device */
#define VM_FAULT_HWPOISON 0x000010u
#define VM_FAULT_SIGSEGV 0x000040u
#define VM_FAULT_NOPAGE 0x000100u /* the page is in the tables already */
#define VM_FAULT_LOCKED 0x000200u /* vmf->page is locked: here, as 0 */
#define VM_FAULT_RETRY 0x000400u /* never asked for; taken as an error */
#define VM_FAULT_ERROR                                       \
	(VM_FAULT_OOM | VM_FAULT_SIGBUS | VM_FAULT_SIGSEGV | \
	 VM_FAULT_HWPOISON | VM_FAULT_RETRY)

/* vmf->flags. */
#define FAULT_FLAG_WRITE 0x01u

/* A page of a stretch is wanted. */
struct vm_fault {
	struct vm_area_struct *vma;
	unsigned long address; /* of the page */
	unsigned long pgoff; /* of the page: vm_pgoff + its place in the vma */
	unsigned int flags; /* FAULT_FLAG_* */
	/* From fault(), if it returns 0: a page with a reference for us. */
	struct page *page;
};

struct vm_operations_struct {
	/* One more stretch shows it: a piece of a stretch that was cut in two.
	 * Not called for the first one: that is mmap(). */
	void (*open)(struct vm_area_struct *vma);
	void (*close)(struct vm_area_struct *vma);
	/* Make a page appear. May sleep; mmap_lock is held for reading. */
	vm_fault_t (*fault)(struct vm_fault *vmf);
	/* Up to 2.6.22, where there is no fault(): a page with a reference for
	 * us, NOPAGE_SIGBUS or NOPAGE_OOM. @type may be NULL; VM_FAULT_MINOR or
	 * VM_FAULT_MAJOR is put there. */
	struct page *(*nopage)(struct vm_area_struct *vma,
			       unsigned long address, int *type);
};

#define NOPAGE_SIGBUS ((struct page *)NULL)
#define NOPAGE_OOM ((struct page *)-1l)
#define VM_FAULT_MINOR 0x000000 /* no wait for a device; up to 2.6.22 */

/* A stretch of addresses, [vm_start, vm_end). Fields belong to vm_mm->mmap_lock;
 * mmap() may set flags, protection, operations and private data. */
struct vm_area_struct {
	unsigned long vm_start; /* whole pages */
	unsigned long vm_end;
	struct mm_struct *vm_mm;
	pgprot_t vm_page_prot; /* of pages that are put in */
	unsigned long vm_flags;
	/* NULL: the user's own memory. A file's begins with none of them. */
	const struct vm_operations_struct *vm_ops;
	unsigned long vm_pgoff; /* vm_start's place in the file, pages */
	struct file *vm_file; /* NULL: none */
	void *vm_private_data; /* the driver's */
	struct list_head vm_shown; /* the driver's: who sees what it has */
	union {
		struct rb_node vm_rb; /* in vm_mm's tree; by address */
		struct vm_area_struct *vm_next_dead; /* in vm_mm->dead */
	};
};

/* The memory of a user. */
struct mm_struct {
	struct user_tables tables; /* see page_table_lock, and user_tables.c */

	atomic_t mm_users; /* mmget(); 0: nobody needs it any more */

	/* Guarded by @mmap_lock. */
	struct rw_semaphore mmap_lock;
	struct rb_root mm_rb; /* stretches; none overlap, none are empty */
	unsigned int map_count;
	unsigned long total_vm; /* pages in all stretches */
	/* Closed, but their files are put when the lock is free. */
	struct vm_area_struct *dead;

	/* Guarded by @page_table_lock: which page is mapped where. */
	spinlock_t page_table_lock;
	unsigned long nr_anon; /* pages of the user's own */
	unsigned long nr_mapped; /* pages of others */
	unsigned long nr_tables; /* pages of tables */
};

/* --- users ------------------------------------------------------------------ */

/**
 * mm_alloc - a user with no memory
 * Return: NULL: out of memory. The caller is its one user: mmput().
 * Context: may sleep.
 */
struct mm_struct *__must_check mm_alloc(void);

/* Be one more user of @mm. Context: any, of who has one that is used. */
static inline void mmget(struct mm_struct *mm)
{
	atomic_inc(&mm->mm_users);
}

/* The same of who only knows that its memory is there. Return: false: nobody
 * uses it any more. Context: any. */
static inline bool __must_check mmget_not_zero(struct mm_struct *mm)
{
	return atomic_inc_not_zero(&mm->mm_users);
}

/**
 * mmput - be it no more; the last one gives back all that there is
 * Context: may sleep. Interrupts on.
 */
void mmput(struct mm_struct *mm);

/**
 * kthread_use_mm - the calling thread works for a user, until
 * kthread_unuse_mm()
 *
 * Nests not: a thread has one user at a time (WARN, and nothing is done). One
 * that ends with a user lets go of him. @mm stays used.
 * Context: thread, may sleep.
 */
void kthread_use_mm(struct mm_struct *mm);
void kthread_unuse_mm(struct mm_struct *mm);

static inline void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_lock);
}

static inline void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_lock);
}

static inline void mmap_write_lock(struct mm_struct *mm)
{
	down_write(&mm->mmap_lock);
}

static inline void mmap_write_unlock(struct mm_struct *mm)
{
	up_write(&mm->mmap_lock);
}

/* --- stretches -------------------------------------------------------------- */

/**
 * find_vma - the first stretch that ends above @addr; NULL: none does
 *
 * It need not contain @addr: look at vm_start. vma_lookup() does that.
 * Context: mmap_lock is held.
 */
struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr);
struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr);

/* The stretch behind @vma; NULL: it is the last. Context: as find_vma(). */
struct vm_area_struct *vma_next_of(const struct vm_area_struct *vma);

/* What is to be mapped. */
struct user_mapping {
	/* Where: a page's address, or 0 for any place. Without @fixed it is a
	 * wish; with it what is there already goes. */
	unsigned long addr;
	bool fixed;
	bool noreplace; /* with @fixed: -EEXIST if something is there */
	unsigned long len; /* bytes; rounded up to pages */
	unsigned long flags; /* VM_* */
	struct file *file; /* NULL: none; a reference is the vma's */
	unsigned long pgoff; /* of its start in the file */
	/*
	 * Called with the new stretch, which nobody else knows yet, and the
	 * mmap_lock held for writing: a file's mmap(). NULL: none. An error is
	 * the result of user_map(), and nothing stays.
	 */
	int (*setup)(struct vm_area_struct *vma, void *arg);
	/*
	 * Asked for the place, with the mmap_lock held for writing: a file's
	 * get_unmapped_area(). NULL: any free place will do.
	 */
	unsigned long (*place)(const struct user_mapping *m, unsigned long len);
	void *arg;
};

/**
 * user_map - map something for a user
 *
 * Memory of his own if there is neither file nor setup(). If it fails, the
 * reference to @m->file stays the caller's.
 * Return: its address; or an error number as IS_ERR_VALUE() knows them: -EINVAL
 * (no length, no page's address), -ENOMEM (no room, or no memory), what setup()
 * said.
 * Context: may sleep; mmap_lock is not held.
 */
unsigned long __must_check user_map(struct mm_struct *mm,
				    const struct user_mapping *m);

/**
 * user_unmap - unmap [@addr, @addr + @len), whatever is there
 *
 * Stretches are cut where they reach beyond. One flush for all of it; then the
 * pages go.
 * Return: 0; -EINVAL: no page's address, no length, or beyond TASK_SIZE;
 * -ENOMEM: a stretch could not be cut (nothing has changed).
 * Context: may sleep; mmap_lock is not held.
 */
int __must_check user_unmap(struct mm_struct *mm, unsigned long addr,
			    size_t len);

/* The same of current->mm. Return: -EINVAL too if it has none. */
int vm_munmap(unsigned long addr, size_t len);

/* Who counts the references to files: a stretch is cut in two, or is gone. Both
 * may sleep. put() is called without mmap_lock: a driver's release() may take
 * locks that it holds in read(), where a copy takes mmap_lock. */
struct user_file_ops {
	void (*get)(struct file *file);
	void (*put)(struct file *file);
};

/**
 * user_space_set_file_ops - who knows files
 * @ops: lives for ever
 *
 * Return: who was it before; NULL: nobody. Context: start-up, and tests.
 */
const struct user_file_ops *
user_space_set_file_ops(const struct user_file_ops *ops);

static inline unsigned long vma_pages(const struct vm_area_struct *vma)
{
	return (vma->vm_end - vma->vm_start) >> PAGE_SHIFT;
}

/*
 * Are pages of @vma copied before they are written? A private stretch shows
 * what fault() has, but what is written there is the user's own: so he gets a
 * copy of each page when he first touches it, if he may write at all.
 */
static inline bool vma_is_copied(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_SHARED | VM_MAYWRITE | VM_WRITE)) ==
	       (VM_MAYWRITE | VM_WRITE);
}

/* In mmap(): let it be memory of the user's own, zeroed. */
static inline void vma_set_anonymous(struct vm_area_struct *vma)
{
	vma->vm_ops = NULL;
}

/**
 * vma_zap_from - take out what a stretch shows of its file from page @pgoff on
 *
 * It can be asked for again, and copies of the user's own are gone: the file is
 * shorter now.
 * Context: mmap_lock is held for writing. May sleep.
 */
void vma_zap_from(struct vm_area_struct *vma, unsigned long pgoff);

/* --- what mmap() and fault() put in ------------------------------------------ */

/* What @flags allow, as rights of pages. */
pgprot_t vm_get_page_prot(unsigned long flags);

/* The same rights, for a device's registers, or its memory. */
static inline pgprot_t pgprot_noncached(pgprot_t prot)
{
	if (prot & PROT_USER)
		return prot | PROT_USER_NOCACHE;
	return PROT_KERNEL_NOCACHE;
}

static inline pgprot_t pgprot_writecombine(pgprot_t prot)
{
	return prot & PROT_USER ? prot | PROT_USER_WC : PROT_KERNEL_NOCACHE;
}

/**
 * remap_pfn_range - show a run of frames in a stretch
 * @addr: where, in @vma; @size: bytes
 * @pfn: the first frame: a device's, or memory that its owner keeps allocated
 * for as long as it is mapped. If he frees it before, he is reported
 * (page-mapped), and the page stays until it is unmapped.
 *
 * Return: 0; -EINVAL: not within @vma, or no frame of this machine, or
 * vma_is_copied(); -ENOMEM;
 * -EBUSY: something is mapped there already. If it fails, what it has mapped is
 * gone again.
 * Context: mmap(): the mmap_lock is held for writing. May sleep.
 */
int remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		    unsigned long pfn, unsigned long size, pgprot_t prot);
int io_remap_pfn_range(struct vm_area_struct *vma, unsigned long addr,
		       unsigned long pfn, unsigned long size, pgprot_t prot);
/* The same for all of @vma, less what vm_pgoff says. */
int vm_iomap_memory(struct vm_area_struct *vma, phys_addr_t start,
		    unsigned long len);

/**
 * vm_insert_page - show an allocated page at @addr
 *
 * The stretch takes a reference of its own: who allocated the page may free it
 * at any time.
 * Return: 0; -EFAULT: not within @vma; -EINVAL: no allocated page, or
 * vma_is_copied(); -EBUSY: something is mapped there; -ENOMEM.
 * Context: mmap() or fault(). May sleep.
 */
int vm_insert_page(struct vm_area_struct *vma, unsigned long addr,
		   struct page *page);
int vm_insert_pages(struct vm_area_struct *vma, unsigned long addr,
		    struct page **pages, unsigned long *num);
/* All of @vma from vm_pgoff on, or all from the first page on. Return: -ENXIO
 * too: there are not so many. */
int vm_map_pages(struct vm_area_struct *vma, struct page **pages,
		 unsigned long num);
int vm_map_pages_zero(struct vm_area_struct *vma, struct page **pages,
		      unsigned long num);

/**
 * remap_vmalloc_range - show vmalloc_user() memory in all of a stretch
 * @addr: what vmalloc_user() returned, or vmap() with VM_USERMAP
 * @pgoff: the first page of it that is shown
 *
 * Return: 0; -EINVAL: no such area, or it is too short; as vm_insert_page().
 * Context: mmap(): the mmap_lock is held for writing. May sleep.
 */
int remap_vmalloc_range(struct vm_area_struct *vma, void *addr,
			unsigned long pgoff);

/**
 * vmf_insert_pfn - fault(): show a frame, of a stretch with VM_PFNMAP
 * Return: what fault() returns: VM_FAULT_NOPAGE, or an error. A frame that is
 * there already is no error.
 * Context: fault(). May sleep.
 */
vm_fault_t vmf_insert_pfn(struct vm_area_struct *vma, unsigned long addr,
			  unsigned long pfn);
vm_fault_t vmf_insert_page(struct vm_area_struct *vma, unsigned long addr,
			   struct page *page);

/* Take out what is mapped in [@addr, @addr + @size) of a stretch with VM_PFNMAP;
 * it can be asked for again. Context: mmap_lock is held. May sleep. */
void zap_vma_ptes(struct vm_area_struct *vma, unsigned long addr,
		  unsigned long size);

/* An error number as fault() says it. */
static inline vm_fault_t vmf_error(int err)
{
	return err == -12 ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
}

/* --- faults ------------------------------------------------------------------ */

/**
 * handle_mm_fault - make the page at @addr appear
 * @flags: FAULT_FLAG_*
 *
 * Return: 0, or with VM_FAULT_ERROR bits why not.
 * Context: mmap_lock is held for reading. May sleep.
 */
vm_fault_t handle_mm_fault(struct vm_area_struct *vma, unsigned long addr,
			   unsigned int flags);

/**
 * user_space_check - walk every invariant of a user's memory
 * Return: how many are violated, each named. Context: may sleep.
 */
int user_space_check(struct mm_struct *mm);

/* Caches and hooks. Context: boot, once, after slab_init(). */
void user_space_init(void);

#endif
