/* SPDX-License-Identifier: MIT */
/*
 * user_space.c - users, and the stretches of their addresses
 *
 * Stretches lie in a tree by address. They never overlap and are never empty,
 * so the first that ends above an address is the only one that may contain it.
 * A place for a new one is found by going along them, from MMAP_BASE up.
 *
 * Unmapping cuts the two stretches that reach beyond the range, which is all
 * that can fail; takes those inside out of the tree; revokes all pages with one
 * flush; and then gives pages and stretches back one by one.
 *
 * A stretch that is gone is closed at once, but its file is put only when
 * mmap_lock has been let go (mm->dead).
 *
 * The last mmput() first takes the tables from all CPUs: some still see them,
 * though nobody uses them (arch's user_tables.c).
 *
 * Invariants (user_space_check()):
 *   A1  stretches are in order, whole pages, within [USER_START, TASK_SIZE), and
 *       do not overlap
 *   A2  map_count and total_vm are what is in the tree
 *   A3  as P1 and P2 of user_pages.c
 *
 * Locking: mmap_lock, see user_space.h. mm_users is atomic.
 */
#define pr_fmt(fmt) "mm: " fmt

#include <kernel/bug.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/kthread.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <mm/slab.h>
#include "user_internal.h"

/* Where places are looked for; a user who wants the rest says so. Linux's. */
#define MMAP_BASE (TASK_SIZE / 3)
/* Linux's default of vm.max_map_count. */
#define MAX_MAP_COUNT 65530u

static struct kmem_cache *mm_cache, *vma_cache;
static const struct user_file_ops *file_ops;
/* Of a file's stretch whose mmap() sets none. */
static const struct vm_operations_struct no_ops;

const struct user_file_ops *
user_space_set_file_ops(const struct user_file_ops *ops)
{
	const struct user_file_ops *before = file_ops;

	file_ops = ops;
	return before;
}

/* --- the tree ---------------------------------------------------------------- */

static struct vm_area_struct *vma_of(struct rb_node *node)
{
	return node ? rb_entry(node, struct vm_area_struct, vm_rb) : NULL;
}

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct rb_node *node = mm->mm_rb.rb_node;
	struct vm_area_struct *found = NULL;

	while (node) {
		struct vm_area_struct *vma = vma_of(node);

		if (vma->vm_end > addr) {
			found = vma;
			node = node->rb_left;
		} else {
			node = node->rb_right;
		}
	}
	return found;
}
EXPORT_SYMBOL(find_vma);

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
}

struct vm_area_struct *vma_next_of(const struct vm_area_struct *vma)
{
	return vma_of(rb_next(&vma->vm_rb));
}

static void vma_insert(struct mm_struct *mm, struct vm_area_struct *vma)
{
	struct rb_node **link = &mm->mm_rb.rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = vma->vm_start < vma_of(parent)->vm_start ?
			       &parent->rb_left :
			       &parent->rb_right;
	}
	rb_link_node(&vma->vm_rb, parent, link);
	rb_insert_color(&vma->vm_rb, &mm->mm_rb);
	mm->map_count++;
	mm->total_vm += vma_pages(vma);
}

static void vma_erase(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;

	rb_erase(&vma->vm_rb, &mm->mm_rb);
	mm->map_count--;
	mm->total_vm -= vma_pages(vma);
}

/* Nobody knows it any more, and nothing is mapped in it. */
static void vma_close(struct vm_area_struct *vma)
{
	if (vma->vm_ops && vma->vm_ops->close)
		vma->vm_ops->close(vma);
	vma->vm_next_dead = vma->vm_mm->dead;
	vma->vm_mm->dead = vma;
}

/* Those that were closed. mmap_lock is not held: see struct user_file_ops. */
static void dead_free(struct vm_area_struct *dead)
{
	while (dead) {
		struct vm_area_struct *vma = dead;

		dead = vma->vm_next_dead;
		if (vma->vm_file)
			file_ops->put(vma->vm_file);
		kmem_cache_free(vma_cache, vma);
	}
}

static void unlock_and_free(struct mm_struct *mm)
{
	struct vm_area_struct *dead = mm->dead;

	mm->dead = NULL;
	mmap_write_unlock(mm);
	dead_free(dead);
}

/* --- mapping ------------------------------------------------------------------ */

static bool range_is_users(unsigned long addr, unsigned long len)
{
	return addr >= USER_START && len <= TASK_SIZE &&
	       addr <= TASK_SIZE - len;
}

static bool range_is_free(struct mm_struct *mm, unsigned long addr,
			  unsigned long len)
{
	const struct vm_area_struct *vma = find_vma(mm, addr);

	return range_is_users(addr, len) &&
	       (!vma || vma->vm_start >= addr + len);
}

/* The lowest free place from @addr on; 0: there is none. */
static unsigned long place_from(struct mm_struct *mm, unsigned long addr,
				unsigned long len)
{
	const struct vm_area_struct *vma;

	for (vma = find_vma(mm, addr); vma; vma = vma_next_of(vma)) {
		if (vma->vm_start > addr && vma->vm_start - addr >= len)
			return addr;
		addr = max(addr, vma->vm_end);
	}
	return range_is_users(addr, len) ? addr : 0;
}

/* Exactly at @addr. */
static unsigned long place_fixed(struct mm_struct *mm,
				 const struct user_mapping *m,
				 unsigned long addr, unsigned long len)
{
	if (!IS_ALIGNED(addr, PAGE_SIZE))
		return (unsigned long)-EINVAL;
	if (!range_is_users(addr, len))
		return (unsigned long)-ENOMEM;
	if (m->noreplace && !range_is_free(mm, addr, len))
		return (unsigned long)-EEXIST;
	return addr;
}

/* Where the file wants it. What is there stays, unless the user said fixed. */
static unsigned long place_asked(struct mm_struct *mm,
				 const struct user_mapping *m,
				 unsigned long len)
{
	unsigned long addr = m->place(m, len);

	if (!IS_ERR_VALUE(addr))
		addr = place_fixed(mm, m, addr, len);
	if (IS_ERR_VALUE(addr) || m->fixed || range_is_free(mm, addr, len))
		return addr;
	return (unsigned long)-ENOMEM;
}

/* Where @m may go, @len bytes; or an error number. */
static unsigned long place_find(struct mm_struct *mm,
				const struct user_mapping *m, unsigned long len)
{
	unsigned long addr = ALIGN(m->addr, PAGE_SIZE);

	if (m->place)
		return place_asked(mm, m, len);
	if (m->fixed)
		return place_fixed(mm, m, m->addr, len);
	if (m->addr && range_is_free(mm, addr, len))
		return addr;
	addr = place_from(mm, MMAP_BASE, len);
	if (!addr)
		addr = place_from(mm, USER_START, len);
	return addr ? addr : (unsigned long)-ENOMEM;
}

static struct vm_area_struct *vma_make(struct mm_struct *mm,
				       const struct user_mapping *m,
				       unsigned long addr, unsigned long len)
{
	struct vm_area_struct *vma = kmem_cache_zalloc(vma_cache, GFP_KERNEL);

	if (!vma)
		return NULL;
	vma->vm_start = addr;
	vma->vm_end = addr + len;
	vma->vm_mm = mm;
	vma->vm_flags = m->flags;
	vma->vm_page_prot = vm_get_page_prot(m->flags);
	vma->vm_pgoff = m->pgoff;
	vma->vm_file = m->file;
	if (m->file)
		vma->vm_ops = &no_ops;
	INIT_LIST_HEAD(&vma->vm_shown);
	return vma;
}

static void pages_zap(struct vm_area_struct *vma, unsigned long start)
{
	user_pages_revoke(vma->vm_mm, start, vma->vm_end);
	user_pages_release(vma, start, vma->vm_end);
}

void vma_zap_from(struct vm_area_struct *vma, unsigned long pgoff)
{
	unsigned long skip = pgoff > vma->vm_pgoff ? pgoff - vma->vm_pgoff : 0;

	if (skip < vma_pages(vma))
		pages_zap(vma, vma->vm_start + (skip << PAGE_SHIFT));
}

static int unmap_locked(struct mm_struct *mm, unsigned long start,
			unsigned long end);

/* A new stretch at @addr, where nothing is. */
static unsigned long map_there(struct mm_struct *mm,
			       const struct user_mapping *m, unsigned long addr,
			       unsigned long len)
{
	struct vm_area_struct *vma = vma_make(mm, m, addr, len);
	int err;

	if (!vma)
		return (unsigned long)-ENOMEM;
	err = m->setup ? m->setup(vma, m->arg) : 0;
	if (err) {
		pages_zap(vma, addr);
		kmem_cache_free(vma_cache, vma);
		return (unsigned long)err;
	}
	vma_insert(mm, vma);
	return addr;
}

static unsigned long map_locked(struct mm_struct *mm,
				const struct user_mapping *m, unsigned long len)
{
	unsigned long addr = place_find(mm, m, len);
	int err = 0;

	if (IS_ERR_VALUE(addr))
		return addr;
	if (mm->map_count >= MAX_MAP_COUNT)
		return (unsigned long)-ENOMEM;
	if (m->fixed)
		err = unmap_locked(mm, addr, addr + len);
	return err ? (unsigned long)err : map_there(mm, m, addr, len);
}

unsigned long user_map(struct mm_struct *mm, const struct user_mapping *m)
{
	unsigned long len = PAGE_ALIGN(m->len), addr;

	might_sleep();
	if (!m->len)
		return (unsigned long)-EINVAL;
	if (len < m->len || len > TASK_SIZE)
		return (unsigned long)-ENOMEM;
	/* Beyond the last page that a file can have. */
	if (m->pgoff + (len >> PAGE_SHIFT) < m->pgoff)
		return (unsigned long)-EOVERFLOW;
	mmap_write_lock(mm);
	addr = map_locked(mm, m, len);
	unlock_and_free(mm);
	return addr;
}
EXPORT_SYMBOL_GPL(user_map);

/* --- unmapping ----------------------------------------------------------------- */

/* Cut the stretch around @addr in two there, if one goes across. */
static int cut_at(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = vma_lookup(mm, addr), *upper;

	if (!vma || vma->vm_start == addr)
		return 0;
	if (mm->map_count >= MAX_MAP_COUNT)
		return -ENOMEM;
	upper = kmem_cache_alloc(vma_cache, GFP_KERNEL);
	if (!upper)
		return -ENOMEM;
	*upper = *vma;
	upper->vm_start = addr;
	upper->vm_pgoff += (addr - vma->vm_start) >> PAGE_SHIFT;
	if (upper->vm_file)
		file_ops->get(upper->vm_file);
	if (upper->vm_ops && upper->vm_ops->open)
		upper->vm_ops->open(upper);
	mm->total_vm -= vma_pages(upper);
	vma->vm_end = addr;
	vma_insert(mm, upper);
	return 0;
}

/* All stretches in [@start, @end), which no stretch crosses. */
static void remove_between(struct mm_struct *mm, unsigned long start,
			   unsigned long end)
{
	struct vm_area_struct *vma;

	user_pages_revoke(mm, start, end);
	while ((vma = find_vma(mm, start)) != NULL && vma->vm_start < end) {
		user_pages_release(vma, vma->vm_start, vma->vm_end);
		vma_erase(vma);
		vma_close(vma);
	}
}

static int unmap_locked(struct mm_struct *mm, unsigned long start,
			unsigned long end)
{
	int err = cut_at(mm, start);

	if (!err)
		err = cut_at(mm, end);
	if (!err)
		remove_between(mm, start, end);
	return err;
}

int user_unmap(struct mm_struct *mm, unsigned long addr, size_t len)
{
	unsigned long bytes = PAGE_ALIGN(len);
	int err;

	might_sleep();
	if (!IS_ALIGNED(addr, PAGE_SIZE) || bytes < len || !bytes ||
	    bytes > TASK_SIZE || addr > TASK_SIZE - bytes)
		return -EINVAL;
	mmap_write_lock(mm);
	err = unmap_locked(mm, addr, addr + bytes);
	unlock_and_free(mm);
	return err;
}
EXPORT_SYMBOL_GPL(user_unmap);

int vm_munmap(unsigned long addr, size_t len)
{
	return current->mm ? user_unmap(current->mm, addr, len) : -EINVAL;
}
EXPORT_SYMBOL(vm_munmap);

/* --- users ---------------------------------------------------------------------- */

struct mm_struct *mm_alloc(void)
{
	struct mm_struct *mm = kmem_cache_zalloc(mm_cache, GFP_KERNEL);

	if (!mm)
		return NULL;
	if (user_tables_make(mm)) {
		kmem_cache_free(mm_cache, mm);
		return NULL;
	}
	atomic_set(&mm->mm_users, 1);
	init_rwsem(&mm->mmap_lock);
	spin_lock_init(&mm->page_table_lock, "page_table_lock",
		       LOCK_USER_TABLES);
	return mm;
}
EXPORT_SYMBOL_GPL(mm_alloc);

/* Nobody needs it, so nobody locks it. */
static void mm_free(struct mm_struct *mm)
{
	upt_unload(&mm->tables);
	remove_between(mm, USER_START, TASK_SIZE);
	dead_free(mm->dead);
	BUG_ON(mm->nr_anon || mm->nr_mapped || mm->map_count);
	user_tables_free(mm);
	kmem_cache_free(mm_cache, mm);
}

void mmput(struct mm_struct *mm)
{
	might_sleep();
	if (atomic_dec_and_test(&mm->mm_users))
		mm_free(mm);
}
EXPORT_SYMBOL_GPL(mmput);

/* Preemption is off: a switch in between would believe half of it. */
static void use(struct mm_struct *mm)
{
	preempt_disable();
	current->mm = mm;
	current->user_tables = mm ? &mm->tables : NULL;
	if (mm)
		upt_switch(&mm->tables);
	preempt_enable();
}

void kthread_use_mm(struct mm_struct *mm)
{
	might_sleep();
	if (WARN_ON(current->mm))
		return;
	mmget(mm);
	use(mm);
}
EXPORT_SYMBOL_GPL(kthread_use_mm);

void kthread_unuse_mm(struct mm_struct *mm)
{
	might_sleep();
	if (WARN_ON(current->mm != mm))
		return;
	use(NULL);
	mmput(mm);
}
EXPORT_SYMBOL_GPL(kthread_unuse_mm);

/* A thread that ends without kthread_unuse_mm(). */
static void thread_lets_go(void)
{
	kthread_unuse_mm(current->mm);
}

void user_areas_init(void)
{
	mm_cache = kmem_cache_create("mm_struct", sizeof(struct mm_struct),
				     _Alignof(struct mm_struct), SLAB_PANIC,
				     NULL);
	vma_cache = kmem_cache_create("vm_area_struct",
				      sizeof(struct vm_area_struct), 0,
				      SLAB_PANIC, NULL);
	kthread_set_mm_release(thread_lets_go);
}

/* --- the walk -------------------------------------------------------------------- */

/* What the tree should add up to. */
struct walk {
	struct mm_struct *mm;
	unsigned int nr_stretches;
	unsigned long nr_pages, nr_anon, nr_mapped;
	int errors;
};

#define USER_CHECK(w, label, cond)                               \
	do {                                                     \
		if (!(cond)) {                                   \
			pr_err("user space %p: " label ": %s\n", \
			       (void *)(w)->mm, #cond);          \
			(w)->errors++;                           \
		}                                                \
	} while (0)

static void walk_pages(struct walk *w, const struct vm_area_struct *vma)
{
	unsigned long addr, nr = 0;

	for (addr = vma->vm_start; addr < vma->vm_end; addr += PAGE_SIZE)
		nr += user_page_mapped(w->mm, addr, NULL);
	if (vma_page_kind(vma) == USER_PAGE_ANON)
		w->nr_anon += nr;
	else
		w->nr_mapped += nr;
}

int user_space_check(struct mm_struct *mm)
{
	struct walk w = { .mm = mm };
	const struct vm_area_struct *vma;
	unsigned long end = USER_START;

	mmap_read_lock(mm);
	for (vma = find_vma(mm, 0); vma; vma = vma_next_of(vma)) {
		USER_CHECK(&w, "A1", vma->vm_start >= end);
		USER_CHECK(&w, "A1", vma->vm_end > vma->vm_start);
		USER_CHECK(&w, "A1", vma->vm_end <= TASK_SIZE);
		end = vma->vm_end;
		w.nr_stretches++;
		w.nr_pages += vma_pages(vma);
		walk_pages(&w, vma);
	}
	USER_CHECK(&w, "A2", w.nr_stretches == mm->map_count);
	USER_CHECK(&w, "A2", w.nr_pages == mm->total_vm);
	USER_CHECK(&w, "A3", w.nr_anon == mm->nr_anon);
	USER_CHECK(&w, "A3", w.nr_mapped == mm->nr_mapped);
	mmap_read_unlock(mm);
	return w.errors;
}
