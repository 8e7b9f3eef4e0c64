/* SPDX-License-Identifier: MIT */
/*
 * user_tables.c - a user's addresses, hosted: tables that copies walk
 *
 * No address of Linux's stands for a user's: a copy looks each page up in the
 * tables, and reads or writes the frame through the file that is our RAM. The
 * tables are as PAE has them, down to the directories, so mm has the same work
 * on both machines.
 *
 * Invariants:
 *   T1  an entry is 0, PRESENT, STALE (revoked: copies still find it, as a CPU
 *       that remembers it would) or GONE (flushed, not yet reaped)
 *   T2  a copy of a page and a flush of it do not overlap: both hold @busy
 *
 * Locking: as <asm/user.h> says; busy is a lock of the host's, of which the
 * kernel's lock checker knows nothing. No interrupt comes inside.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/percpu.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <asm/irqflags.h>
#include <asm/user.h>
#include <host/backend.h>

#define ENTRIES 512ul
#define TABLE_BYTES (ENTRIES * PAGE_SIZE)
#define DIR_BYTES (ENTRIES * TABLE_BYTES)
#define PTE_IS_PRESENT 1ull
#define PTE_IS_WRITABLE 2ull
#define PTE_IS_STALE 4ull
#define PTE_IS_GONE 8ull
#define PTE_FRAME (~(u64)0xfff)

/* Whose addresses this CPU sees. */
static DEFINE_PER_CPU(struct user_tables *, user_tables_seen);
static bool (*user_fault)(unsigned long addr, bool write);

void arch_set_user_fault(bool (*fault)(unsigned long addr, bool write))
{
	user_fault = fault;
}

static void tables_lock(struct user_tables *t)
{
	while (__atomic_exchange_n(&t->busy, true, __ATOMIC_ACQUIRE))
		backend_yield();
}

static void tables_unlock(struct user_tables *t)
{
	__atomic_store_n(&t->busy, false, __ATOMIC_RELEASE);
}

/* --- entries -------------------------------------------------------------- */

/* A table's address; a word, so that it is read in one piece. */
static unsigned long *user_pde(const struct user_tables *t, unsigned long va)
{
	BUG_ON(va >= TASK_SIZE);
	return &t->dirs[va / DIR_BYTES][va % DIR_BYTES / TABLE_BYTES];
}

/* The entry of @va; NULL: there is no table. */
static u64 *user_pte(const struct user_tables *t, unsigned long va)
{
	u64 *table = (u64 *)__atomic_load_n(user_pde(t, va), __ATOMIC_ACQUIRE);

	return table ? &table[va % TABLE_BYTES / PAGE_SIZE] : NULL;
}

static unsigned long next_table(unsigned long va)
{
	return ALIGN_DOWN(va, TABLE_BYTES) + TABLE_BYTES;
}

void upt_init(struct user_tables *t, void *const dirs[UPT_DIRS])
{
	unsigned int i;

	*t = (struct user_tables){ .take_at = 0 };
	for (i = 0; i < UPT_DIRS; i++)
		t->dirs[i] = dirs[i];
}

bool upt_has_table(const struct user_tables *t, unsigned long va)
{
	return user_pte(t, va);
}

bool upt_give_table(struct user_tables *t, unsigned long va, void *page)
{
	if (upt_has_table(t, va))
		return false;
	__atomic_store_n(user_pde(t, va), (unsigned long)page,
			 __ATOMIC_RELEASE);
	return true;
}

/* The tables first, then the directories. */
void *upt_take_page(struct user_tables *t)
{
	unsigned int i;

	for (; t->take_at < TASK_SIZE; t->take_at += TABLE_BYTES) {
		unsigned long *pde = user_pde(t, t->take_at);
		void *table = (void *)*pde;

		if (table) {
			*pde = 0;
			return table;
		}
	}
	for (i = 0; i < UPT_DIRS; i++) {
		void *dir = t->dirs[i];

		if (dir) {
			t->dirs[i] = NULL;
			return dir;
		}
	}
	return NULL;
}

/* Cache types mean nothing to memory, and nothing is executed here. */
bool upt_map(struct user_tables *t, unsigned long va, pfn_t pfn, pgprot_t prot)
{
	bool is_free;
	u64 *pte;

	BUG_ON(pfn_to_phys(pfn) >= arch_layout()->phys_limit);
	tables_lock(t);
	pte = user_pte(t, va);
	is_free = !*pte;
	if (is_free)
		*pte = pfn_to_phys(pfn) | PTE_IS_PRESENT |
		       (prot & PROT_USER_WRITE ? PTE_IS_WRITABLE : 0);
	tables_unlock(t);
	return is_free;
}

bool upt_lookup(const struct user_tables *t, unsigned long va, pfn_t *pfn,
		bool *writable)
{
	struct user_tables *tables = (struct user_tables *)(unsigned long)t;
	u64 *pte, entry;

	tables_lock(tables);
	pte = user_pte(t, va);
	entry = pte ? *pte : 0;
	tables_unlock(tables);
	*pfn = phys_to_pfn(entry & PTE_FRAME);
	*writable = entry & PTE_IS_WRITABLE;
	return entry & PTE_IS_PRESENT;
}

/* --- taking back ----------------------------------------------------------- */

/* Entries of [start, end) that are @from become @to. Return: how many. */
static unsigned long entries_turn(struct user_tables *t, unsigned long start,
				  unsigned long end, u64 from, u64 to)
{
	unsigned long va = start, nr = 0;

	tables_lock(t);
	while (va < end) {
		u64 *pte = user_pte(t, va);

		if (!pte) {
			va = next_table(va);
			continue;
		}
		if (*pte & from) {
			*pte = (*pte & ~from) | to;
			nr++;
		}
		va += PAGE_SIZE;
	}
	tables_unlock(t);
	return nr;
}

unsigned long upt_revoke(struct user_tables *t, unsigned long start,
			 unsigned long end)
{
	return entries_turn(t, start, end, PTE_IS_PRESENT | PTE_IS_STALE,
			    PTE_IS_STALE);
}

void upt_flush(struct user_tables *t, unsigned long start, unsigned long end)
{
	entries_turn(t, start, end, PTE_IS_STALE, PTE_IS_GONE);
}

/* Other CPUs may be looking meanwhile: they see that it is gone. */
static bool reap_locked(struct user_tables *t, unsigned long *va,
			unsigned long end, pfn_t *pfn)
{
	while (*va < end) {
		u64 *pte = user_pte(t, *va);

		if (!pte) {
			*va = next_table(*va);
			continue;
		}
		/* A CPU could still use the page that is about to be freed. */
		BUG_ON(*pte & PTE_IS_STALE);
		if (*pte & PTE_IS_GONE) {
			*pfn = phys_to_pfn(*pte & PTE_FRAME);
			*pte = 0;
			return true;
		}
		*va += PAGE_SIZE;
	}
	return false;
}

bool upt_reap(struct user_tables *t, unsigned long *va, unsigned long end,
	      pfn_t *pfn)
{
	bool found;

	tables_lock(t);
	found = reap_locked(t, va, end, pfn);
	tables_unlock(t);
	return found;
}

/* --- which of them a CPU sees ---------------------------------------------- */

void upt_switch(struct user_tables *t)
{
	this_cpu_write(user_tables_seen, t);
}

void upt_unload(struct user_tables *t)
{
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		struct user_tables **seen = per_cpu_ptr(&user_tables_seen, cpu);
		struct user_tables *expected = t;

		__atomic_compare_exchange_n(seen, &expected, NULL, false,
					    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	}
}

/* --- copies ---------------------------------------------------------------- */

/* What of a user's memory goes where. */
struct user_copy {
	unsigned long addr; /* the user's */
	char *buf; /* ours */
	bool write; /* to the user */
};

/* Within one page. Return: false: it is not there, or not for that. */
static bool copy_in_page(struct user_tables *t, const struct user_copy *copy,
			 unsigned long n)
{
	const u64 need = (copy->write ? PTE_IS_WRITABLE : 0);
	bool usable;
	u64 *pte;

	tables_lock(t);
	pte = user_pte(t, copy->addr);
	usable = pte && *pte & (PTE_IS_PRESENT | PTE_IS_STALE) &&
		 (*pte & need) == need;
	if (usable)
		backend_phys_copy((*pte & PTE_FRAME) + copy->addr % PAGE_SIZE,
				  copy->buf, n, copy->write);
	tables_unlock(t);
	return usable;
}

/* Return: bytes not copied. */
static unsigned long copy_pages(struct user_copy copy, unsigned long n)
{
	while (n) {
		unsigned long part = PAGE_SIZE - copy.addr % PAGE_SIZE;
		struct user_tables *t = this_cpu_read(user_tables_seen);

		part = min(part, n);
		if (t && copy_in_page(t, &copy, part)) {
			n -= part;
			copy.addr += part;
			copy.buf += part;
			continue;
		}
		/* As the exception would be served: with interrupts on. */
		if (!user_fault || irqs_disabled() ||
		    !user_fault(copy.addr, copy.write))
			break;
	}
	return n;
}

unsigned long arch_copy_from_user(void *to, const void __user *from,
				  unsigned long n)
{
	return copy_pages((struct user_copy){ (unsigned long)from, to, false },
			  n);
}

unsigned long arch_copy_to_user(void __user *to, const void *from,
				unsigned long n)
{
	char *buf = (char *)(unsigned long)from;

	return copy_pages((struct user_copy){ (unsigned long)to, buf, true },
			  n);
}

unsigned long arch_clear_user(void __user *to, unsigned long n)
{
	static const char zeroes[PAGE_SIZE];
	unsigned long addr = (unsigned long)to;

	while (n) {
		unsigned long part = min(n, PAGE_SIZE);
		unsigned long left =
			arch_copy_to_user((void __user *)addr, zeroes, part);

		n -= part - left;
		addr += part;
		if (left)
			break;
	}
	return n;
}

#define USER_ACCESS(size, type)                                            \
	int arch_get_user_##size(void *to, const void __user *from)        \
	{                                                                  \
		type val;                                                  \
		bool good = !arch_copy_from_user(&val, from, sizeof(val)); \
                                                                           \
		*(type *)to = good ? val : 0;                              \
		return good ? 0 : -EFAULT;                                 \
	}                                                                  \
	int arch_put_user_##size(void __user *to, const void *from)        \
	{                                                                  \
		return arch_copy_to_user(to, from, size) ? -EFAULT : 0;    \
	}
USER_ACCESS(1, u8)
USER_ACCESS(2, u16)
USER_ACCESS(4, u32)
USER_ACCESS(8, u64)
