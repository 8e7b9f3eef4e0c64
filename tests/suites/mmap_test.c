/* SPDX-License-Identifier: MIT */
/* mmap_test.c - files and devices in a user's memory */
#include <fs/cdev.h>
#include <fs/mman.h>
#include <fs/ramfs.h>
#include <kernel/cred.h>
#include <kernel/kthread.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/highmem.h>
#include <mm/page_addr.h>
#include <mm/page_ref.h>
#include <mm/zone.h>

#include "fs_fixture.h"
#include "user_fixture.h"

#define FILE_PAGES 3
#define FILE_BYTES (2 * PAGE_SIZE + 100)

static struct fs_struct fs;
static struct fs_had had;
static char text[32], more[32];

/* --- what all need --------------------------------------------------------------- */

/* A user, a tree, and in it /f. NULL: there is nothing, and the case failed. */
static struct file *begin(struct ktest *t, struct test_user *u, int flags)
{
	struct file *file = NULL;

	fs_had_note(&had);
	if (!user_begin(t, u) || !tree_make(t, &fs))
		return NULL;
	file = file_open_at(&fs, "/f", O_CREAT | flags, 0644);
	if (!KTEST_EXPECT_FALSE(t, IS_ERR(file)))
		return NULL;
	KTEST_EXPECT_EQ(t, vfs_truncate(file, FILE_BYTES), 0);
	return file;
}

/* All is given back: files first, as the last mapping has one. */
static void end(struct ktest *t, struct test_user *u)
{
	user_end(t, u);
	tree_free(&fs);
	fs_had_still(t, &had);
}

static unsigned long map_shared(struct file *file)
{
	return vm_mmap(file, USER_BASE, FILE_BYTES, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_FIXED, 0);
}

static void put_text(struct ktest *t, struct file *file, loff_t pos,
		     const char *s)
{
	size_t len = strlen(s);

	KTEST_EXPECT_EQ(t, kernel_write(file, s, len, &pos), len);
}

/* What the user sees at @addr: as many bytes as @s has. */
static bool user_sees(unsigned long addr, const char *s)
{
	size_t len = strlen(s);

	memset(text, 0, sizeof(text));
	return !copy_from_user(text, user_ptr(addr), len) && !strcmp(text, s);
}

static bool user_puts(unsigned long addr, const char *s)
{
	return !copy_to_user(user_ptr(addr), s, strlen(s));
}

static bool file_has(struct file *file, loff_t pos, const char *s)
{
	size_t len = strlen(s);

	memset(more, 0, sizeof(more));
	return kernel_read(file, more, len, &pos) == (ssize_t)len &&
	       !strcmp(more, s);
}

static bool is_there(unsigned long addr)
{
	return strnlen_user((const char __user *)user_ptr(addr), 1) > 0;
}

/* --- files in RAM ------------------------------------------------------------------ */

static void a_mapping_and_the_file_are_the_same_bytes(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);

	if (!file)
		return;
	put_text(t, file, PAGE_SIZE - 2, "before");
	KTEST_EXPECT_EQ(t, map_shared(file), USER_BASE);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 0);
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE + PAGE_SIZE - 2, "before"));
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 2);
	KTEST_EXPECT_TRUE(t, user_puts(USER_BASE + PAGE_SIZE - 2, "AFTER"));
	KTEST_EXPECT_TRUE(t, file_has(file, PAGE_SIZE - 2, "AFTERe"));
	put_text(t, file, PAGE_SIZE - 2, "once");
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE + PAGE_SIZE - 2, "onceRe"));
	/* A hole becomes a page when it is touched. */
	KTEST_EXPECT_TRUE(t, user_puts(USER_BASE + 2 * PAGE_SIZE, "hole"));
	KTEST_EXPECT_TRUE(t, file_has(file, 2 * PAGE_SIZE, "hole"));
	KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.ramfs_pages),
			had.pages + 3);
	fput(file);
	end(t, &u);
}

static void the_offset_is_where_a_mapping_begins(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);
	unsigned long addr;

	if (!file)
		return;
	put_text(t, file, PAGE_SIZE, "second");
	addr = vm_mmap(file, 0, 1, PROT_READ, MAP_SHARED, PAGE_SIZE);
	KTEST_EXPECT_FALSE(t, IS_ERR_VALUE(addr));
	KTEST_EXPECT_TRUE(t, user_sees(addr, "second"));
	/* The rest is another piece, with its own reference. */
	KTEST_EXPECT_EQ(t, map_shared(file), USER_BASE);
	KTEST_EXPECT_EQ(t, file_count(file), 3);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, PAGE_SIZE), 0);
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE + PAGE_SIZE, "second"));
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE + PAGE_SIZE, PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, file_count(file), 3);
	KTEST_EXPECT_TRUE(t, is_there(USER_BASE + 2 * PAGE_SIZE));
	fput(file);
	end(t, &u);
}

static void what_is_behind_the_end_is_not_there(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);
	unsigned long addr;

	if (!file)
		return;
	addr = vm_mmap(file, USER_BASE, 8 * PAGE_SIZE, PROT_READ | PROT_WRITE,
		       MAP_SHARED, 0);
	KTEST_EXPECT_EQ(t, addr, USER_BASE);
	KTEST_EXPECT_TRUE(t, is_there(addr + 3 * PAGE_SIZE - 1));
	KTEST_EXPECT_FALSE(t, is_there(addr + 3 * PAGE_SIZE));
	KTEST_EXPECT_FALSE(t, user_puts(addr + 7 * PAGE_SIZE, "x"));
	/* It is there when the file has grown. */
	put_text(t, file, 5 * PAGE_SIZE, "grown");
	KTEST_EXPECT_TRUE(t, user_sees(addr + 5 * PAGE_SIZE, "grown"));
	KTEST_EXPECT_TRUE(t, is_there(addr + 3 * PAGE_SIZE));
	fput(file);
	end(t, &u);
}

static void a_cut_takes_pages_from_all_who_see_them(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);
	struct mm_struct *other = mm_alloc();
	unsigned long i;

	if (!file || !KTEST_EXPECT_NOT_NULL(t, other))
		return;
	KTEST_EXPECT_EQ(t, map_shared(file), USER_BASE);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE + PAGE_SIZE, PAGE_SIZE), 0);
	kthread_unuse_mm((mmget(u.mm), u.mm));
	kthread_use_mm(other);
	KTEST_EXPECT_EQ(t, map_shared(file), USER_BASE);
	for (i = 0; i < FILE_PAGES; i++)
		KTEST_EXPECT_TRUE(t, user_puts(USER_BASE + i * PAGE_SIZE, "x"));
	KTEST_EXPECT_EQ(t, vfs_truncate(file, PAGE_SIZE + 1), 0);
	KTEST_EXPECT_EQ(t, other->nr_mapped, 2);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 0);
	KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.ramfs_pages),
			had.pages + 2);
	KTEST_EXPECT_TRUE(t, user_puts(USER_BASE + 2 * PAGE_SIZE - 1, "y"));
	KTEST_EXPECT_FALSE(t, is_there(USER_BASE + 2 * PAGE_SIZE));
	/* What grows again is empty, where somebody wrote behind the end, too. */
	KTEST_EXPECT_EQ(t, vfs_truncate(file, FILE_BYTES), 0);
	KTEST_EXPECT_FALSE(t, user_sees(USER_BASE + 2 * PAGE_SIZE - 1, "y"));
	KTEST_EXPECT_FALSE(t, user_sees(USER_BASE + 2 * PAGE_SIZE, "x"));
	KTEST_EXPECT_TRUE(t, is_there(USER_BASE + 2 * PAGE_SIZE));
	KTEST_EXPECT_EQ(t, user_space_check(other), 0);
	kthread_unuse_mm(other);
	mmput(other);
	kthread_use_mm(u.mm);
	mmput(u.mm);
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE, "x"));
	fput(file);
	end(t, &u);
}

static void a_write_behind_the_end_shows_no_old_bytes(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);
	static const char zeroes[8];

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, map_shared(file), USER_BASE);
	KTEST_EXPECT_TRUE(t, user_puts(USER_BASE + FILE_BYTES, "behind"));
	put_text(t, file, FILE_BYTES + 8, "new");
	KTEST_EXPECT_EQ(
		t, copy_from_user(text, user_ptr(USER_BASE + FILE_BYTES), 8),
		0);
	KTEST_EXPECT_EQ(t, memcmp(text, zeroes, 8), 0);
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE + FILE_BYTES + 8, "new"));
	fput(file);
	end(t, &u);
}

static void a_mapping_outlives_name_and_opening(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, map_shared(file), USER_BASE);
	KTEST_EXPECT_EQ(t, file_count(file), 2);
	KTEST_EXPECT_EQ(t, filp_close(file, NULL), 0);
	KTEST_EXPECT_EQ(t, fs_unlink(&fs, "/f"), 0);
	KTEST_EXPECT_TRUE(t, user_puts(USER_BASE + FILE_BYTES, "still"));
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE + FILE_BYTES, "still"));
	KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.files), had.files + 1);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, FILE_BYTES), 0);
	KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.files), had.files);
	KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.ramfs_pages), had.pages);
	end(t, &u);
}

static void what_is_written_privately_stays_private(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDONLY);
	unsigned long addr;

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", 0, "public"), 0);
	addr = vm_mmap(file, 0, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		       0);
	KTEST_EXPECT_FALSE(t, IS_ERR_VALUE(addr));
	KTEST_EXPECT_TRUE(t, user_sees(addr, "public"));
	KTEST_EXPECT_TRUE(t, user_puts(addr, "secret"));
	KTEST_EXPECT_TRUE(t, user_sees(addr, "secret"));
	KTEST_EXPECT_TRUE(t, file_has(file, 0, "public"));
	/* Read only, it is the file's page itself. */
	addr = vm_mmap(file, 0, FILE_BYTES, PROT_READ, MAP_PRIVATE, 0);
	KTEST_EXPECT_FALSE(t, IS_ERR_VALUE(addr));
	KTEST_EXPECT_TRUE(t, user_sees(addr, "public"));
	KTEST_EXPECT_FALSE(t, user_puts(addr, "secret"));
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", 0, "PUBLIC"), 0);
	KTEST_EXPECT_TRUE(t, user_sees(addr, "PUBLIC"));
	fput(file);
	end(t, &u);
}

static void a_file_is_read_into_its_own_mapping(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);
	loff_t pos = 0;

	if (!file)
		return;
	put_text(t, file, 0, "to and fro");
	KTEST_EXPECT_EQ(t, map_shared(file), USER_BASE);
	/* The fault comes while the file is being read, and then written. */
	KTEST_EXPECT_EQ(
		t, vfs_read(file, user_ptr(USER_BASE + PAGE_SIZE), 10, &pos),
		10);
	KTEST_EXPECT_TRUE(t, file_has(file, PAGE_SIZE, "to and fro"));
	pos = 4;
	KTEST_EXPECT_EQ(
		t,
		vfs_write(file, user_ptr(USER_BASE + 2 * PAGE_SIZE), 4, &pos),
		4);
	KTEST_EXPECT_EQ(t, kernel_read(file, more, 10, (pos = 0, &pos)), 10);
	KTEST_EXPECT_EQ(t, memcmp(more, "to a\0\0\0\0ro", 10), 0);
	fput(file);
	end(t, &u);
}

/* Threads of one user who map, touch, cut and unmap, each in his own place. */
#define RACERS 3u
#define RACE_ROUNDS 60u

static struct {
	struct mm_struct *mm;
	struct file *file;
	atomic_t next, wrong, done;
} race;

static void race_round(unsigned long addr)
{
	unsigned int i;

	if (vm_mmap(race.file, addr, FILE_BYTES, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_FIXED, 0) != addr)
		atomic_inc(&race.wrong);
	/* They may be behind the end just now. */
	for (i = 0; i < FILE_PAGES; i++)
		(void)user_puts(addr + i * PAGE_SIZE, "racer");
	if (vm_munmap(addr + PAGE_SIZE, PAGE_SIZE))
		atomic_inc(&race.wrong);
	(void)user_puts(addr + 2 * PAGE_SIZE, "racer");
	if (vm_munmap(addr, FILE_BYTES))
		atomic_inc(&race.wrong);
}

static int racer(void *data)
{
	unsigned long place = (unsigned long)atomic_inc_return(&race.next);
	unsigned int i;

	(void)data;
	kthread_use_mm(race.mm);
	for (i = 0; i < RACE_ROUNDS; i++) {
		race_round(USER_BASE + place * MIB(4));
		cond_resched();
	}
	kthread_unuse_mm(race.mm);
	atomic_inc(&race.done);
	return 0;
}

static void race_start(struct ktest *t, struct task_struct **tasks)
{
	unsigned int i;

	atomic_set(&race.next, 0);
	atomic_set(&race.wrong, 0);
	atomic_set(&race.done, 0);
	for (i = 0; i < RACERS; i++) {
		tasks[i] = kthread_create(racer, NULL, "racer/%u", i);
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(tasks[i]))) {
			atomic_inc(&race.done);
			continue;
		}
		get_task_struct(tasks[i]); /* it may end before it is joined */
		wake_up_process(tasks[i]);
	}
}

/* Cuts and growth, until all are done. */
static void race_cut(struct ktest *t)
{
	while (atomic_read(&race.done) < (int)RACERS) {
		KTEST_EXPECT_EQ(t, vfs_truncate(race.file, 1), 0);
		yield();
		KTEST_EXPECT_EQ(t, vfs_truncate(race.file, FILE_BYTES), 0);
		yield();
	}
}

static void cuts_and_mappings_may_race(struct ktest *t)
{
	struct task_struct *tasks[RACERS];
	struct test_user u;
	unsigned int i;

	race.file = begin(t, &u, O_RDWR);
	if (!race.file)
		return;
	race.mm = u.mm;
	race_start(t, tasks);
	race_cut(t);
	for (i = 0; i < RACERS; i++) {
		if (IS_ERR(tasks[i]))
			continue;
		kthread_join(tasks[i]);
		put_task_struct(tasks[i]);
	}
	KTEST_EXPECT_EQ(t, atomic_read(&race.wrong), 0);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 0);
	KTEST_EXPECT_EQ(t, file_count(race.file), 1);
	KTEST_EXPECT_EQ(t, vfs_truncate(race.file, 0), 0);
	KTEST_EXPECT_EQ(t, atomic_long_read(&fs_counts.ramfs_pages), had.pages);
	fput(race.file);
	end(t, &u);
}

/* --- rights and nonsense -------------------------------------------------------------- */

static long try_map(struct file *file, unsigned long prot, unsigned long flags)
{
	unsigned long addr = vm_mmap(file, 0, PAGE_SIZE, prot, flags, 0);

	if (IS_ERR_VALUE(addr))
		return (long)addr;
	return vm_munmap(addr, PAGE_SIZE);
}

static void rights_are_those_of_the_opening(struct ktest *t)
{
	static const struct {
		int open;
		unsigned long prot, flags;
		long result;
	} rights[] = {
		{ O_RDONLY, PROT_READ, MAP_SHARED, 0 },
		{ O_RDONLY, PROT_READ | PROT_WRITE, MAP_SHARED, -EACCES },
		{ O_RDONLY, PROT_WRITE, MAP_SHARED_VALIDATE, -EACCES },
		{ O_RDONLY, PROT_READ | PROT_WRITE, MAP_PRIVATE, 0 },
		{ O_WRONLY, PROT_WRITE, MAP_SHARED, -EACCES },
		{ O_WRONLY, PROT_READ, MAP_PRIVATE, -EACCES },
		{ O_RDWR, PROT_READ | PROT_WRITE, MAP_SHARED, 0 },
		{ O_RDWR, PROT_NONE, MAP_SHARED, 0 },
		{ O_RDWR, PROT_READ, 0, -EINVAL },
		{ O_RDWR, PROT_READ, MAP_TYPE, -EINVAL },
		{ O_RDWR, PROT_READ, MAP_SHARED | 0x80000000ul, 0 },
		{ O_RDWR, PROT_READ, MAP_SHARED_VALIDATE | 0x80000000ul,
		  -EOPNOTSUPP },
	};
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);
	unsigned int i;

	if (!file)
		return;
	fput(file);
	for (i = 0; i < ARRAY_SIZE(rights); i++) {
		file = file_open_at(&fs, "/f", rights[i].open, 0);
		if (!KTEST_EXPECT_FALSE(t, IS_ERR(file)))
			break;
		KTEST_EXPECT_EQ(t,
				try_map(file, rights[i].prot, rights[i].flags),
				rights[i].result);
		KTEST_EXPECT_EQ(t, file_count(file), 1);
		fput(file);
	}
	end(t, &u);
}

static void what_cannot_be_mapped_is_refused(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR), *dir;

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, (long)vm_mmap(file, 0, 0, 1, MAP_SHARED, 0),
			-EINVAL);
	KTEST_EXPECT_EQ(t, (long)vm_mmap(file, 0, 1, 1, MAP_SHARED, 1),
			-EINVAL);
	KTEST_EXPECT_EQ(
		t,
		(long)vm_mmap(file, 0, 2 * PAGE_SIZE, 1, MAP_SHARED, PAGE_MASK),
		-EINVAL);
	KTEST_EXPECT_EQ(t,
			(long)vm_mmap(file, 0, TASK_SIZE + 1, 1, MAP_SHARED, 0),
			-ENOMEM);
	KTEST_EXPECT_EQ(t,
			(long)vm_mmap(file, USER_BASE + 1, 1, 1,
				      MAP_SHARED | MAP_FIXED, 0),
			-EINVAL);
	KTEST_EXPECT_EQ(t,
			(long)vm_mmap(file, USER_START - PAGE_SIZE, 1, 1,
				      MAP_SHARED | MAP_FIXED, 0),
			-EPERM);
	KTEST_EXPECT_EQ(
		t,
		(long)vm_mmap(file, TASK_SIZE, 1, 1, MAP_SHARED | MAP_FIXED, 0),
		-ENOMEM);
	KTEST_EXPECT_EQ(t, map_shared(file), USER_BASE);
	KTEST_EXPECT_EQ(t,
			(long)vm_mmap(NULL, USER_BASE + 2 * PAGE_SIZE,
				      2 * PAGE_SIZE, PROT_READ,
				      MAP_PRIVATE | MAP_FIXED_NOREPLACE, 0),
			-EEXIST);
	KTEST_EXPECT_EQ(t, file_count(file), 2);
	fput(file);
	dir = file_open_at(&fs, "/", O_RDONLY, 0);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(dir))) {
		KTEST_EXPECT_EQ(t, try_map(dir, PROT_READ, MAP_SHARED),
				-ENODEV);
		fput(dir);
	}
	end(t, &u);
	/* Nobody's memory. */
	KTEST_EXPECT_EQ(t, (long)vm_mmap(NULL, 0, 1, 1, MAP_PRIVATE, 0),
			-EINVAL);
}

static void memory_without_a_file_is_the_users_own(struct ktest *t)
{
	const unsigned long rw = PROT_READ | PROT_WRITE;
	struct test_user u;
	unsigned long a, b;

	if (!user_begin(t, &u))
		return;
	a = vm_mmap(NULL, 0, 2 * PAGE_SIZE, rw, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	b = vm_mmap(NULL, a, 2 * PAGE_SIZE, rw, MAP_SHARED | MAP_ANONYMOUS,
		    4 * PAGE_SIZE);
	KTEST_EXPECT_FALSE(t, IS_ERR_VALUE(a) || IS_ERR_VALUE(b) || a == b);
	KTEST_EXPECT_TRUE(t, user_puts(a, "a") && user_puts(b, "b"));
	KTEST_EXPECT_TRUE(t, user_sees(a, "a") && user_sees(b, "b"));
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, 2);
	KTEST_EXPECT_EQ(t,
			(long)vm_mmap(NULL, 0, 1, rw, MAP_SHARED_VALIDATE, 0),
			-EINVAL);
	user_end(t, &u);
}

/* --- devices ---------------------------------------------------------------------- */

/* What the device's mmap() is to do, and what was done to it. */
static struct {
	enum {
		BY_FAULT,
		BY_REMAP,
		BY_INSERT,
		BY_NOTHING,
		ANONYMOUS,
		REFUSED,
		POSITIVE,
	} how;
	struct page *pages[2];
	unsigned long wants, asked_len, asked_flags;
	int released, open, closed;
} dev;

static void dev_vma_open(struct vm_area_struct *vma)
{
	(void)vma;
	dev.open++;
}

/* A file is put when the mapping is closed, never before. */
static void dev_vma_close(struct vm_area_struct *vma)
{
	dev.closed += dev.released == 0 && vma->vm_file;
}

static vm_fault_t dev_fault(struct vm_fault *vmf)
{
	if (vmf->pgoff >= ARRAY_SIZE(dev.pages))
		return VM_FAULT_SIGBUS;
	vmf->page = dev.pages[vmf->pgoff];
	get_page(vmf->page);
	return 0;
}

static const struct vm_operations_struct dev_vm_ops = {
	.open = dev_vma_open,
	.close = dev_vma_close,
	.fault = dev_fault,
};

static int dev_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long num = 1;

	if (file != vma->vm_file)
		return -EIO;
	switch (dev.how) {
	case BY_FAULT: vma->vm_ops = &dev_vm_ops; return 0;
	case BY_REMAP:
		return remap_pfn_range(vma, vma->vm_start,
				       page_to_pfn(dev.pages[0]) +
					       vma->vm_pgoff,
				       PAGE_SIZE, vma->vm_page_prot);
	case BY_INSERT:
		return vm_insert_pages(vma, vma->vm_start, dev.pages, &num);
	case ANONYMOUS: vma_set_anonymous(vma); return 0;
	case REFUSED: return -ENXIO;
	case POSITIVE: return 1;
	default: return 0;
	}
}

static unsigned long dev_place(struct file *file, unsigned long addr,
			       unsigned long len, unsigned long pgoff,
			       unsigned long flags)
{
	(void)file;
	(void)pgoff;
	dev.asked_len = len;
	dev.asked_flags = flags;
	if (flags & MAP_FIXED)
		return addr;
	return dev.wants ? dev.wants : (unsigned long)-EBADF;
}

static int dev_release(struct inode *inode, struct file *file)
{
	char c;

	(void)inode;
	(void)file;
	dev.released++;
	/* Would be reported if mmap_lock were held. */
	if (current->mm && copy_from_user(&c, user_ptr(USER_START), 1) == 0)
		dev.released = -1;
	return 0;
}

static const struct file_operations dev_fops = {
	.mmap = dev_mmap,
	.release = dev_release,
};

static const struct file_operations placed_fops = {
	.mmap = dev_mmap,
	.release = dev_release,
	.get_unmapped_area = dev_place,
};

/* The device, open; two pages that say "one" and "two". */
static struct file *dev_begin(struct ktest *t, struct test_user *u,
			      const struct file_operations *fops, int *major)
{
	struct file *file = begin(t, u, O_RDWR);
	unsigned int i;

	if (!file)
		return NULL;
	fput(file);
	memset(&dev, 0, sizeof(dev));
	for (i = 0; i < ARRAY_SIZE(dev.pages); i++) {
		dev.pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!KTEST_EXPECT_NOT_NULL(t, dev.pages[i]))
			return NULL;
		memcpy_to_page(dev.pages[i], 0, i ? "two" : "one", 3);
	}
	*major = register_chrdev(0, "mapped", fops);
	KTEST_EXPECT_GE(t, *major, 1);
	KTEST_EXPECT_EQ(
		t, fs_mknod(&fs, "/d", S_IFCHR | 0666, MKDEV(*major, 0)), 0);
	file = file_open_at(&fs, "/d", O_RDWR, 0);
	return KTEST_EXPECT_FALSE(t, IS_ERR(file)) ? file : NULL;
}

static void dev_end(struct ktest *t, struct test_user *u, int major)
{
	unsigned int i;

	end(t, u);
	unregister_chrdev((unsigned int)major, "mapped");
	for (i = 0; i < ARRAY_SIZE(dev.pages); i++) {
		KTEST_EXPECT_EQ(t, page_count(dev.pages[i]), 1);
		__free_page(dev.pages[i]);
	}
}

static unsigned long dev_map(struct file *file, unsigned long flags)
{
	return vm_mmap(file, USER_BASE, 3 * PAGE_SIZE, PROT_READ | PROT_WRITE,
		       flags, 0);
}

static void a_drivers_fault_gives_its_pages(struct ktest *t)
{
	struct test_user u;
	int major;
	struct file *file = dev_begin(t, &u, &dev_fops, &major);

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, dev_map(file, MAP_SHARED), USER_BASE);
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE, "one"));
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE + PAGE_SIZE, "two"));
	KTEST_EXPECT_FALSE(t, is_there(USER_BASE + 2 * PAGE_SIZE));
	KTEST_EXPECT_TRUE(t, user_puts(USER_BASE, "ONE"));
	memcpy_from_page(more, dev.pages[0], 0, 4);
	KTEST_EXPECT_STREQ(t, more, "ONE");
	fput(file);
	KTEST_EXPECT_EQ(t, dev.released, 0);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE + PAGE_SIZE, PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, dev.open, 2);
	KTEST_EXPECT_EQ(t, dev.closed, 1);
	KTEST_EXPECT_EQ(t, dev.released, 0);
	KTEST_EXPECT_EQ(t, vm_munmap(USER_BASE, 3 * PAGE_SIZE), 0);
	KTEST_EXPECT_EQ(t, dev.closed, 3);
	KTEST_EXPECT_EQ(t, dev.released, 1);
	dev_end(t, &u, major);
}

static void a_private_mapping_of_a_device_is_a_copy(struct ktest *t)
{
	struct test_user u;
	int major;
	struct file *file = dev_begin(t, &u, &dev_fops, &major);

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, dev_map(file, MAP_PRIVATE), USER_BASE);
	KTEST_EXPECT_TRUE(t, user_puts(USER_BASE, "ONE"));
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE, "ONE"));
	KTEST_EXPECT_EQ(t, page_count(dev.pages[0]), 1);
	memcpy_from_page(more, dev.pages[0], 0, 4);
	KTEST_EXPECT_STREQ(t, more, "one");
	/* What would be there at once cannot be copied first. */
	dev.how = BY_REMAP;
	KTEST_EXPECT_EQ(t, (long)dev_map(file, MAP_PRIVATE), -EINVAL);
	dev.how = BY_INSERT;
	KTEST_EXPECT_EQ(t, (long)dev_map(file, MAP_PRIVATE), -EINVAL);
	KTEST_EXPECT_EQ(t, file_count(file), 2);
	fput(file);
	dev_end(t, &u, major);
}

static void what_mmap_has_put_in_is_there_at_once(struct ktest *t)
{
	struct test_user u;
	int major;
	struct file *file = dev_begin(t, &u, &dev_fops, &major);

	if (!file)
		return;
	dev.how = BY_REMAP;
	KTEST_EXPECT_EQ(t, dev_map(file, MAP_SHARED), USER_BASE);
	KTEST_EXPECT_EQ(t, u.mm->nr_mapped, 1);
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE, "one"));
	KTEST_EXPECT_FALSE(t, is_there(USER_BASE + PAGE_SIZE));
	dev.how = BY_INSERT;
	KTEST_EXPECT_EQ(t, dev_map(file, MAP_SHARED | MAP_FIXED), USER_BASE);
	KTEST_EXPECT_EQ(t, file_count(file), 2);
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE, "one"));
	/* Nothing, which is not the user's own memory; and that. */
	dev.how = BY_NOTHING;
	KTEST_EXPECT_EQ(t, dev_map(file, MAP_SHARED | MAP_FIXED), USER_BASE);
	KTEST_EXPECT_FALSE(t, is_there(USER_BASE));
	dev.how = ANONYMOUS;
	KTEST_EXPECT_EQ(t, dev_map(file, MAP_PRIVATE | MAP_FIXED), USER_BASE);
	KTEST_EXPECT_TRUE(t, user_puts(USER_BASE + 2 * PAGE_SIZE, "own"));
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, 1);
	fput(file);
	dev_end(t, &u, major);
}

static void what_mmap_says_is_the_result(struct ktest *t)
{
	struct test_user u;
	int major;
	struct file *file = dev_begin(t, &u, &dev_fops, &major);

	if (!file)
		return;
	dev.how = REFUSED;
	KTEST_EXPECT_EQ(t, (long)dev_map(file, MAP_SHARED), -ENXIO);
	dev.how = POSITIVE;
	ktest_expect_report(t, "WARN");
	KTEST_EXPECT_EQ(t, (long)dev_map(file, MAP_SHARED), -EINVAL);
	KTEST_EXPECT_EQ(t, u.mm->map_count, 0);
	KTEST_EXPECT_EQ(t, file_count(file), 1);
	fput(file);
	dev_end(t, &u, major);
}

static void a_file_may_choose_its_place(struct ktest *t)
{
	struct test_user u;
	int major;
	struct file *file = dev_begin(t, &u, &placed_fops, &major);

	if (!file)
		return;
	KTEST_EXPECT_EQ(t, (long)dev_map(file, MAP_SHARED), -EBADF);
	dev.wants = USER_BASE + MIB(4);
	KTEST_EXPECT_EQ(t, dev_map(file, MAP_SHARED), dev.wants);
	KTEST_EXPECT_EQ(t, dev.asked_len, 3 * PAGE_SIZE);
	KTEST_EXPECT_EQ(t, dev.asked_flags, MAP_SHARED);
	KTEST_EXPECT_TRUE(t, user_sees(dev.wants, "one"));
	/* What is there stays, and places are pages of the user's. */
	KTEST_EXPECT_EQ(t, (long)dev_map(file, MAP_SHARED), -ENOMEM);
	dev.wants++;
	KTEST_EXPECT_EQ(t, (long)dev_map(file, MAP_SHARED), -EINVAL);
	dev.wants = TASK_SIZE - PAGE_SIZE;
	KTEST_EXPECT_EQ(t, (long)dev_map(file, MAP_SHARED), -ENOMEM);
	KTEST_EXPECT_EQ(t, dev_map(file, MAP_SHARED | MAP_FIXED), USER_BASE);
	KTEST_EXPECT_EQ(t, file_count(file), 3);
	fput(file);
	dev_end(t, &u, major);
}

/* --- no memory ---------------------------------------------------------------------- */

static void each_refusal_of_memory_leaves_nothing_behind(struct ktest *t)
{
	struct test_user u;
	struct file *file = begin(t, &u, O_RDWR);
	struct fault_attr saved;
	bool good = false;
	unsigned int nr;

	if (!file)
		return;
	for (nr = 1; nr < 20 && !good; nr++) {
		fault_plan_save(&mm_node.fault, &saved);
		fault_fail_nth(&mm_node.fault, nr);
		good = map_shared(file) == USER_BASE &&
		       user_puts(USER_BASE, "x");
		fault_plan_restore(&mm_node.fault, &saved);
	}
	KTEST_EXPECT_TRUE(t, good);
	KTEST_EXPECT_GE(t, nr, 4);
	KTEST_EXPECT_TRUE(t, user_sees(USER_BASE, "x"));
	fput(file);
	end(t, &u);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_mapping_and_the_file_are_the_same_bytes),
	KTEST_CASE(the_offset_is_where_a_mapping_begins),
	KTEST_CASE(what_is_behind_the_end_is_not_there),
	KTEST_CASE(a_cut_takes_pages_from_all_who_see_them),
	KTEST_CASE(a_write_behind_the_end_shows_no_old_bytes),
	KTEST_CASE(a_mapping_outlives_name_and_opening),
	KTEST_CASE(what_is_written_privately_stays_private),
	KTEST_CASE(a_file_is_read_into_its_own_mapping),
	KTEST_CASE(cuts_and_mappings_may_race),
	KTEST_CASE(rights_are_those_of_the_opening),
	KTEST_CASE(what_cannot_be_mapped_is_refused),
	KTEST_CASE(memory_without_a_file_is_the_users_own),
	KTEST_CASE(a_drivers_fault_gives_its_pages),
	KTEST_CASE(a_private_mapping_of_a_device_is_a_copy),
	KTEST_CASE(what_mmap_has_put_in_is_there_at_once),
	KTEST_CASE(what_mmap_says_is_the_result),
	KTEST_CASE(a_file_may_choose_its_place),
	KTEST_CASE(each_refusal_of_memory_leaves_nothing_behind),
};
KTEST_SUITE(mmap, cases);
