/* SPDX-License-Identifier: MIT */
/*
 * pgtable.c - the hosted port's kernel page tables
 *
 * The window has one table of 512 entries for each 2 MiB, as PAE has, made on
 * demand from the same source, so that a table that cannot be had fails here
 * too. The windows of kmap() and kmap_local behind it have a table from the
 * start. What an entry says is made true with mmap().
 *
 * The hosted "TLB" is that mmap: kpt_unmap() clears the entry but the old
 * translation stays usable, as on a real CPU, until flush_tlb_kernel_range();
 * mapping over one that was not flushed is a bug that stops the program.
 *
 * A hole of page records (kpt_map_zeroes()) is one mapping of the host's own
 * zeroes, however long: page by page it would need more mappings than Linux
 * allows. Our frame of zeroes is what the entries name.
 *
 * Invariants:
 *   H1  an entry is PRESENT, or STALE (unmapped, not yet flushed), or 0
 *   H2  the host maps a page of the window exactly if its entry is not 0
 *   H3  zero_table is full and never changes; it serves any number of stretches
 *
 * Locking: table_lock guards the creation of tables; entries belong to the
 * caller's area.
 */
#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/percpu.h>
#include <kernel/spinlock.h>
#include <kernel/util.h>
#include <mm/page.h>
#include <asm/pgtable.h>
#include <host/backend.h>
#include <host/internal.h>

#define ENTRY_PRESENT 1ull
#define ENTRY_STALE 2ull
#define ENTRY_PROT_SHIFT 4
#define ENTRY_PROT_MASK 0xf0ull
#define ENTRY_PHYS_MASK (~(u64)0xfff)
#define ENTRIES_PER_TABLE 512ul
#define TABLE_BYTES (ENTRIES_PER_TABLE * PAGE_SIZE)
#define MAX_TABLES 512ul /* a window of 1 GiB */

static struct arch_layout layout;
/* Records and areas together: what the tables serve, up to vmalloc_end. */
static unsigned long window_start;
static u64 *table[MAX_TABLES];
static u64 *zero_table;
static void *zero_page;
static unsigned long nr_tables;
static unsigned long nr_writes; /* but of temporary slots; atomic */
static void *(*table_source)(void);
static spinlock_t table_lock = SPINLOCK_INIT("pgtable", LOCK_PGTABLE);
unsigned long host_kmap_start; /* = the end of the vmalloc window */
static u64 kmap_entries[HOST_KMAP_PAGES];

const struct arch_layout *arch_layout(void)
{
	return &layout;
}

void host_pgtable_init(const struct host_machine_desc *desc)
{
	layout.dma_limit = MIB(16);
	layout.lowmem_limit = desc->lowmem_limit;
	layout.phys_limit = desc->phys_bytes;
	window_start = backend_window_base();
	layout.vmalloc_start = window_start;
	layout.vmalloc_end =
		window_start + desc->records_room + desc->vmalloc_bytes;
	layout.records_room = desc->records_room;
	host_kmap_start = layout.vmalloc_end;
}

unsigned long kpt_take_records(unsigned long bytes)
{
	BUG_ON(!bytes || !IS_ALIGNED(bytes, PAGE_SIZE) ||
	       bytes > layout.records_room);
	layout.records_room = 0;
	layout.records_start = layout.vmalloc_start;
	layout.records_end = layout.records_start + bytes;
	layout.vmalloc_start =
		window_start + ALIGN(bytes, TABLE_BYTES) + TABLE_BYTES;
	return layout.records_start;
}

void kpt_set_table_source(void *(*alloc_table)(void))
{
	table_source = alloc_table;
}

unsigned long kpt_nr_table_pages(void)
{
	return nr_tables;
}

unsigned long kpt_nr_writes(void)
{
	return __atomic_load_n(&nr_writes, __ATOMIC_RELAXED);
}

static int prot_to_host(enum pgprot prot)
{
	switch (prot) {
	case PROT_KERNEL_RO: return BACKEND_R;
	case PROT_KERNEL_EXEC: return BACKEND_R | BACKEND_X;
	case PROT_KERNEL:
	case PROT_KERNEL_NOCACHE:
	case PROT_KERNEL_WC: break;
	}
	return BACKEND_R | BACKEND_W;
}

/* A hosted device's memory is RAM of the host: all types are cached there. They
 * are kept apart all the same, as on a machine that tells them. */
enum pgprot kpt_cache_type(enum pgprot prot)
{
	return prot == PROT_KERNEL_NOCACHE || prot == PROT_KERNEL_WC ?
		       prot :
		       PROT_KERNEL;
}

/* This arch has no devices of its own. */
bool kpt_device_clashes(pfn_t start, pfn_t end, enum pgprot type)
{
	(void)start;
	(void)end;
	(void)type;
	return false;
}

/* In the records', the vmalloc window, or in one of those behind it? */
static bool in_windows(unsigned long va)
{
	return va - window_start < FIXMAP_END - window_start;
}

/* The entry of @va, or NULL if its table does not exist. */
static u64 *entry_of(unsigned long va)
{
	unsigned long offset = va - window_start;
	u64 *t;

	BUG_ON(!in_windows(va));
	if (va >= KMAP_START)
		return &kmap_entries[(va - KMAP_START) / PAGE_SIZE];
	t = __atomic_load_n(&table[offset / TABLE_BYTES], __ATOMIC_ACQUIRE);
	return t ? t + offset / PAGE_SIZE % ENTRIES_PER_TABLE : NULL;
}

/*
 * Entries are two words wide in a 32-bit program, and CPUs flush what others
 * have just unmapped: they are read and changed under a lock of the host's, of
 * which the kernel's lock checker knows nothing. No interrupt comes inside.
 */
static bool entries_busy;

static void entries_lock(void)
{
	while (__atomic_exchange_n(&entries_busy, true, __ATOMIC_ACQUIRE))
		backend_yield();
}

static void entries_unlock(void)
{
	__atomic_store_n(&entries_busy, false, __ATOMIC_RELEASE);
}

/* 0 also if there is no table. */
static u64 entry_get(unsigned long va)
{
	u64 *entry = entry_of(va), found;

	entries_lock();
	found = entry ? *entry : 0;
	entries_unlock();
	return found;
}

/* Its table exists. */
static void entry_set(unsigned long va, u64 value)
{
	u64 *entry = entry_of(va);

	entries_lock();
	*entry = value;
	entries_unlock();
	if (va < FIXMAP_START)
		__atomic_fetch_add(&nr_writes, 1, __ATOMIC_RELAXED);
}

static int make_tables(unsigned long va, unsigned long bytes)
{
	unsigned long i = (va - window_start) / TABLE_BYTES;
	unsigned long last = (va + bytes - 1 - window_start) / TABLE_BYTES;

	for (; va < KMAP_START && i <= last; i++) {
		unsigned long flags;
		u64 *t;

		if (table[i])
			continue;
		t = table_source ? table_source() : NULL;
		if (!t)
			return -ENOMEM;
		flags = spin_lock_irqsave(&table_lock);
		BUG_ON(table[i]); /* hosted CPUs do not race for one table */
		__atomic_store_n(&table[i], t, __ATOMIC_RELEASE);
		nr_tables++;
		spin_unlock_irqrestore(&table_lock, flags);
	}
	return 0;
}

static int range_is_free(unsigned long va, unsigned long bytes)
{
	unsigned long end = va + bytes;

	for (; va < end; va += PAGE_SIZE) {
		u64 entry = entry_get(va);

		if (entry & ENTRY_PRESENT)
			return -EEXIST;
		/* A real TLB would still hold the old translation. */
		BUG_ON(entry & ENTRY_STALE);
	}
	return 0;
}

static int prepare(unsigned long va, unsigned long bytes)
{
	int err;

	BUG_ON(!IS_ALIGNED(va, PAGE_SIZE) || !IS_ALIGNED(bytes, PAGE_SIZE));
	if (!bytes)
		return 0;
	err = make_tables(va, bytes);
	return err ? err : range_is_free(va, bytes);
}

static void set_entry(unsigned long va, phys_addr_t pa, enum pgprot prot)
{
	entry_set(va, pa | ((u64)prot << ENTRY_PROT_SHIFT) | ENTRY_PRESENT);
}

int kpt_map_phys(unsigned long va, phys_addr_t pa, unsigned long bytes,
		 enum pgprot prot)
{
	int err = prepare(va, bytes);
	unsigned long off;

	if (err || !bytes)
		return err;
	BUG_ON(pa + bytes > layout.phys_limit);
	for (off = 0; off < bytes; off += PAGE_SIZE)
		set_entry(va + off, pa + off, prot);
	backend_map(va, pa, bytes, prot_to_host(prot));
	return 0;
}

int kpt_map_pages(unsigned long va, struct page *const *pages, unsigned long nr,
		  enum pgprot prot)
{
	int err = prepare(va, nr * PAGE_SIZE);
	unsigned long i;

	if (err)
		return err;
	for (i = 0; i < nr; i++, va += PAGE_SIZE) {
		set_entry(va, page_to_phys(pages[i]), prot);
		backend_map(va, page_to_phys(pages[i]), PAGE_SIZE,
			    prot_to_host(prot));
	}
	return 0;
}

/* --- zeroes ------------------------------------------------------------- */

static u64 zero_entry(void)
{
	return virt_to_phys(zero_page) |
	       ((u64)PROT_KERNEL_RO << ENTRY_PROT_SHIFT) | ENTRY_PRESENT;
}

/* Return: the full table; NULL if its page or the frame could not be had. */
static u64 *zero_table_make(void)
{
	u64 *t;
	unsigned long i;

	if (zero_table)
		return zero_table;
	if (!zero_page)
		zero_page = table_source ? table_source() : NULL;
	t = zero_page ? table_source() : NULL;
	if (!t)
		return NULL;
	for (i = 0; i < ENTRIES_PER_TABLE; i++)
		t[i] = zero_entry();
	nr_tables++;
	zero_table = t;
	return t;
}

/* @bytes from @va on, which do not fill their table. */
static int zero_stretch_fill(unsigned long va, unsigned long bytes)
{
	unsigned long off;
	int err = prepare(va, bytes);

	for (off = 0; !err && off < bytes; off += PAGE_SIZE)
		entry_set(va + off, zero_entry());
	return err;
}

/* Take back what was mapped of a hole that could not be finished. */
static int zeroes_undo(unsigned long va, unsigned long bytes, int err)
{
	kpt_unmap(va, bytes);
	flush_tlb_kernel_range(va, va + bytes);
	return err;
}

int kpt_map_zeroes(unsigned long va, unsigned long bytes)
{
	unsigned long done, n;

	BUG_ON(!IS_ALIGNED(va, PAGE_SIZE) || !IS_ALIGNED(bytes, PAGE_SIZE));
	if (!bytes)
		return 0;
	if (!zero_table_make())
		return -ENOMEM;
	for (done = 0; done < bytes; done += n) {
		unsigned long offset = va + done - window_start;
		u64 **t = &table[offset / TABLE_BYTES];
		int err;

		n = min(TABLE_BYTES - offset % TABLE_BYTES, bytes - done);
		if (n == TABLE_BYTES && !*t) {
			__atomic_store_n(t, zero_table, __ATOMIC_RELEASE);
			continue;
		}
		err = zero_stretch_fill(va + done, n);
		if (err)
			return zeroes_undo(va, done, err);
	}
	backend_map_zeroes(va, bytes);
	return 0;
}

/* If [va, end) begins with a stretch that shares its table, let go of it. */
static bool zero_stretch_drop(unsigned long va, unsigned long end)
{
	unsigned long offset = va - window_start;
	u64 **t = &table[offset / TABLE_BYTES];

	if (!zero_table || *t != zero_table)
		return false;
	/* Others use the table (H3). A TLB may forget at any time: now. */
	BUG_ON(offset % TABLE_BYTES || end - va < TABLE_BYTES);
	__atomic_store_n(t, NULL, __ATOMIC_RELEASE);
	backend_unmap(va, TABLE_BYTES);
	return true;
}

/* --- taking back -------------------------------------------------------- */

unsigned long kpt_unmap(unsigned long va, unsigned long bytes)
{
	unsigned long end = va + bytes, nr = 0;

	for (; va < end; va += PAGE_SIZE) {
		if (zero_stretch_drop(va, end)) {
			nr += ENTRIES_PER_TABLE;
			va += TABLE_BYTES - PAGE_SIZE;
			continue;
		}
		if (!(entry_get(va) & ENTRY_PRESENT))
			continue;
		entry_set(va, ENTRY_STALE);
		nr++;
	}
	return nr;
}

void flush_tlb_kernel_range(unsigned long start, unsigned long end)
{
	unsigned long va;

	for (va = start; va < end; va += PAGE_SIZE) {
		u64 *entry = entry_of(va);

		if (!entry)
			continue;
		/* Of two CPUs that flush one takes the page out, before either
		 * lets somebody map another one there. */
		entries_lock();
		if (*entry & ENTRY_STALE) {
			*entry = 0;
			backend_unmap(va, PAGE_SIZE);
		}
		entries_unlock();
	}
}

/* --- rights ------------------------------------------------------------- */

static enum pgprot entry_prot(u64 entry)
{
	return (enum pgprot)((entry & ENTRY_PROT_MASK) >> ENTRY_PROT_SHIFT);
}

/* What becomes of an entry's rights. Return: -EPERM: writable and executable;
 * -EFAULT: not mapped so that they could change. */
static int changed_prot(u64 entry, enum kpt_change change)
{
	static const int next[][4] = {
		/* RO, RW, X, NX */
		[PROT_KERNEL] = { PROT_KERNEL_RO, PROT_KERNEL, -EPERM,
				  PROT_KERNEL },
		[PROT_KERNEL_RO] = { PROT_KERNEL_RO, PROT_KERNEL,
				     PROT_KERNEL_EXEC, PROT_KERNEL_RO },
		[PROT_KERNEL_EXEC] = { PROT_KERNEL_EXEC, -EPERM,
				       PROT_KERNEL_EXEC, PROT_KERNEL_RO },
	};
	enum pgprot prot = entry_prot(entry);

	if (!(entry & ENTRY_PRESENT) || prot >= ARRAY_SIZE(next))
		return -EFAULT;
	return next[prot][change];
}

int kpt_change_rights(unsigned long va, unsigned long bytes,
		      enum kpt_change change)
{
	unsigned long end = va + bytes, at;
	int prot;

	BUG_ON(!IS_ALIGNED(va | bytes, PAGE_SIZE));
	for (at = va; at < end; at += PAGE_SIZE) {
		prot = changed_prot(entry_get(at), change);
		if (prot < 0)
			return prot;
	}
	for (at = va; at < end; at += PAGE_SIZE) {
		phys_addr_t pa = entry_get(at) & ENTRY_PHYS_MASK;

		prot = changed_prot(entry_get(at), change);
		set_entry(at, pa, (enum pgprot)prot);
		backend_map(at, pa, PAGE_SIZE, prot_to_host((enum pgprot)prot));
	}
	return 0;
}

bool kpt_lookup(unsigned long va, phys_addr_t *pa)
{
	u64 found;

	if (va - host_direct_base < layout.lowmem_limit) {
		found = va - host_direct_base;
	} else if (in_windows(va)) {
		found = entry_get(va);
		if (!(found & ENTRY_PRESENT))
			return false;
		found = (found & ENTRY_PHYS_MASK) | (va & ~PAGE_MASK);
	} else {
		return false;
	}
	if (pa)
		*pa = found;
	return true;
}

unsigned long kpt_count_wx_pages(void)
{
	unsigned long va, nr = 0;

	for (va = window_start; va < FIXMAP_END; va += PAGE_SIZE) {
		u64 entry = entry_get(va);
		int prot;

		if (!(entry & ENTRY_PRESENT))
			continue;
		prot = prot_to_host(entry_prot(entry));
		nr += (prot & BACKEND_W) && (prot & BACKEND_X);
	}
	return nr;
}

void *kmap_local_slot(unsigned long slot, pfn_t pfn)
{
	unsigned long va = FIXMAP_START + slot * PAGE_SIZE;

	BUG_ON(slot >= NR_KMAP_LOCAL_SLOTS || entry_get(va));
	set_entry(va, pfn_to_phys(pfn), PROT_KERNEL);
	backend_map(va, pfn_to_phys(pfn), PAGE_SIZE, prot_to_host(PROT_KERNEL));
	return (void *)va;
}

void kunmap_local_slot(unsigned long slot, const void *addr)
{
	unsigned long va = (unsigned long)addr & PAGE_MASK;

	BUG_ON(slot >= NR_KMAP_LOCAL_SLOTS ||
	       va != FIXMAP_START + slot * PAGE_SIZE || !entry_get(va));
	entry_set(va, 0);
	backend_unmap(va, PAGE_SIZE);
}
