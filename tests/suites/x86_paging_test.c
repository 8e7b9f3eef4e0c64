/* SPDX-License-Identifier: MIT */
/*
 * x86_paging_test.c - the page tables of the running machine
 *
 * Mappings are made in the last 8 MiB of the vmalloc window, which mm fills
 * from the other end, over two frames of this file's own.
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/addr.h>
#include <mm/ioremap.h>
#include <mm/page.h>
#include <mm/zone.h>
#include <asm/cpufeature.h>
#include <asm/fixmap.h>
#include <asm/msr.h>
#include <asm/pgtable.h>
#include <asm/processor.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/traps.h>
#include "../../arch/x86/mm/internal.h"

#define OPCODE_RET 0xc3
/* More than flush_tlb_kernel_range() does one by one. */
#define MANY_PAGES 40ul
#define LARGE_BYTES MIB(2)

static char frames[2][PAGE_SIZE] __aligned(4096);

/* A free place that begins a 2 MiB stretch. */
static unsigned long window(void)
{
	return ALIGN_DOWN(arch_layout()->vmalloc_end - MIB(8), LARGE_BYTES);
}

static phys_addr_t frame_pa(unsigned int i)
{
	return virt_to_phys(frames[i]);
}

static void unmap(unsigned long va, unsigned long bytes)
{
	kpt_unmap(va, bytes);
	flush_tlb_kernel_range(va, va + bytes);
}

static void read_fn(void *arg)
{
	(void)*(volatile char *)arg;
}

static void write_fn(void *arg)
{
	*(volatile char *)arg = 1;
}

static void call_fn(void *arg)
{
	void (*volatile fn)(void) = (void (*)(void))arg;

	fn();
}

static void mapped_page_shows_its_frame(struct ktest *t)
{
	unsigned long va = window();
	phys_addr_t pa = 0;

	KTEST_EXPECT_FALSE(t, kpt_lookup(va, NULL));
	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL), 0);
	strscpy((char *)va + 5, "through the alias", 32);
	KTEST_EXPECT_STREQ(t, frames[0] + 5, "through the alias");
	KTEST_EXPECT_TRUE(t, kpt_lookup(va + 77, &pa));
	KTEST_EXPECT_EQ(t, pa, frame_pa(0) + 77);
	KTEST_EXPECT_FALSE(t, kpt_lookup(va + PAGE_SIZE, NULL));
	KTEST_EXPECT_EQ(t, kpt_unmap(va, 3 * PAGE_SIZE), 1);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
	KTEST_EXPECT_FALSE(t, kpt_lookup(va, NULL));
}

static void unmapped_page_faults(struct ktest *t)
{
	unsigned long va = window();
	struct trap_caught c;

	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL), 0);
	KTEST_EXPECT_FALSE(t, trap_catch(read_fn, (void *)va, &c));
	unmap(va, PAGE_SIZE);
	KTEST_ASSERT_TRUE(t, trap_catch(read_fn, (void *)va, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "bad-access");
}

static void flush_forgets_the_old_frame(struct ktest *t)
{
	unsigned long va = window(), i;

	frames[0][0] = 'a';
	frames[1][0] = 'b';
	for (i = 1; i <= MANY_PAGES; i += MANY_PAGES - 1) {
		KTEST_ASSERT_EQ(
			t,
			kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL),
			0);
		KTEST_EXPECT_EQ(t, *(volatile char *)va, 'a');
		/* Short ranges page by page, long ones all at once. */
		unmap(va, i * PAGE_SIZE);
		KTEST_ASSERT_EQ(
			t,
			kpt_map_phys(va, frame_pa(1), PAGE_SIZE, PROT_KERNEL),
			0);
		KTEST_EXPECT_EQ(t, *(volatile char *)va, 'b');
		unmap(va, PAGE_SIZE);
	}
}

static void read_only_mapping_refuses_writes(struct ktest *t)
{
	unsigned long va = window();
	struct trap_caught c;

	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL_RO), 0);
	KTEST_EXPECT_FALSE(t, trap_catch(read_fn, (void *)va, &c));
	KTEST_ASSERT_TRUE(t, trap_catch(write_fn, (void *)va, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "write-to-readonly");
	unmap(va, PAGE_SIZE);
}

static void zeroes_are_read_and_never_written(struct ktest *t)
{
	/* Where no other test has made a table: then it is a shared one. */
	unsigned long va = window() - MIB(40) - PAGE_SIZE;
	unsigned long bytes = LARGE_BYTES + 2 * PAGE_SIZE, off;
	struct trap_caught c;
	phys_addr_t pa, first;

	/* A page, all of a table, and a page. */
	KTEST_ASSERT_EQ(t, kpt_map_zeroes(va, bytes), 0);
	KTEST_EXPECT_TRUE(t, kpt_lookup(va, &first));
	for (off = 0; off < bytes; off += PAGE_SIZE) {
		KTEST_EXPECT_TRUE(t, kpt_lookup(va + off, &pa));
		KTEST_EXPECT_EQ(t, pa, first);
		KTEST_EXPECT_EQ(t, *(volatile u32 *)(va + off + 60), 0);
	}
	for (off = 0; off < bytes; off += bytes / 2) {
		void *at = (void *)(va + off);

		KTEST_EXPECT_TRUE(t, trap_catch(write_fn, at, &c));
		KTEST_EXPECT_STREQ(t, c.fault.class, "write-to-readonly");
	}
	KTEST_EXPECT_EQ(t, kpt_unmap(va, bytes), bytes / PAGE_SIZE);
	flush_tlb_kernel_range(va, va + bytes);
	KTEST_EXPECT_TRUE(t, trap_catch(read_fn, (void *)va, &c));
	KTEST_EXPECT_TRUE(t, trap_catch(read_fn, (void *)(va + bytes / 2), &c));
}

/* A machine with a hole in its records: what is known of it, and that it
 * cannot be made a frame by mistake. */
static void a_holes_record_is_read_only(struct ktest *t)
{
	const struct zone *z = &mm_node.zones[ZONE_HIGHMEM];
	struct page *page = pfn_to_page((z->start_pfn + z->end_pfn) / 2);
	struct trap_caught c;

	if (arch_layout()->records_start == arch_layout()->records_end) {
		ktest_skip(t, "the records of this machine fit in one array");
		return;
	}
	if (page_head_of(z, page_to_pfn(page))) {
		ktest_skip(t, "no hole in the middle of high memory");
		return;
	}
	KTEST_EXPECT_EQ(t, page_state(page), PAGE_NONE);
	KTEST_EXPECT_TRUE(t, trap_catch(write_fn, page, &c));
	KTEST_EXPECT_STREQ(t, c.fault.class, "write-to-readonly");
	KTEST_EXPECT_EQ(t, addr_classify((unsigned long)page, NULL),
			ADDR_RECORDS);
}

static void only_exec_mappings_run(struct ktest *t)
{
	unsigned long va = window();
	struct trap_caught c;

	memset(frames[0], OPCODE_RET, PAGE_SIZE);
	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL_EXEC),
		0);
	KTEST_EXPECT_FALSE(t, trap_catch(call_fn, (void *)va, &c));
	KTEST_EXPECT_TRUE(t, trap_catch(write_fn, (void *)va, &c));
	unmap(va, PAGE_SIZE);
	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL), 0);
	KTEST_EXPECT_EQ(t, trap_catch(call_fn, (void *)va, &c), cpu_has_nx());
	unmap(va, PAGE_SIZE);
}

static void taken_page_refuses_the_whole_run(struct ktest *t)
{
	unsigned long va = window() + LARGE_BYTES - 2 * PAGE_SIZE;
	phys_addr_t pa = 0;

	/* The third page of four, behind a table's end, is taken. */
	KTEST_ASSERT_EQ(t,
			kpt_map_phys(va + 2 * PAGE_SIZE, frame_pa(1), PAGE_SIZE,
				     PROT_KERNEL),
			0);
	KTEST_EXPECT_EQ(t,
			kpt_map_phys(va, 0x200000, 4 * PAGE_SIZE, PROT_KERNEL),
			-EEXIST);
	KTEST_EXPECT_FALSE(t, kpt_lookup(va, NULL));
	KTEST_EXPECT_FALSE(t, kpt_lookup(va + PAGE_SIZE, NULL));
	KTEST_EXPECT_TRUE(t, kpt_lookup(va + 2 * PAGE_SIZE, &pa));
	KTEST_EXPECT_EQ(t, pa, frame_pa(1));
	KTEST_EXPECT_FALSE(t, kpt_lookup(va + 3 * PAGE_SIZE, NULL));
	KTEST_EXPECT_EQ(t, kpt_unmap(va, 4 * PAGE_SIZE), 1);
	flush_tlb_kernel_range(va, va + 4 * PAGE_SIZE);
}

static void run_crosses_page_tables(struct ktest *t)
{
	unsigned long va = window() + LARGE_BYTES - PAGE_SIZE;
	unsigned long bytes = LARGE_BYTES + 2 * PAGE_SIZE;
	phys_addr_t base = 0x1000000, pa;
	unsigned long off;

	KTEST_ASSERT_EQ(t, kpt_map_phys(va, base, bytes, PROT_KERNEL_RO), 0);
	for (off = 0; off < bytes; off += PAGE_SIZE) {
		KTEST_ASSERT_TRUE(t, kpt_lookup(va + off, &pa));
		KTEST_ASSERT_EQ(t, pa, base + off);
	}
	KTEST_EXPECT_EQ(t, kpt_unmap(va, bytes), bytes / PAGE_SIZE);
	flush_tlb_kernel_range(va, va + bytes);
}

static void frames_above_4_gib_keep_their_upper_bits(struct ktest *t)
{
	unsigned long va = window();
	phys_addr_t pa, far = arch_layout()->phys_limit - PAGE_SIZE;

	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, far, PAGE_SIZE, PROT_KERNEL_NOCACHE), 0);
	KTEST_EXPECT_TRUE(t, kpt_lookup(va, &pa));
	KTEST_EXPECT_EQ(t, pa, far);
	unmap(va, PAGE_SIZE);
}

/* PCD and PWT of the entry behind @va. */
static unsigned int cache_bits(unsigned long va)
{
	pte_t *table = pde_table(kernel_pd[pde_index(va)]);

	return (unsigned int)(table[pte_index(va)] &
			      (PTE_NOCACHE | PTE_WRITE_THROUGH)) >>
	       3;
}

/* The type that the PAT has for them: 6 write-back, 1 write-combining, 0
 * uncached (Intel SDM volume 3, table 12-10). */
static unsigned int cache_type(u64 pat, unsigned long va)
{
	return (unsigned int)(pat >> 8 * cache_bits(va)) & 7;
}

static void cache_types_are_those_the_pat_has_for_the_bits(struct ktest *t)
{
	static const struct {
		enum pgprot prot;
		unsigned int with_pat, without;
	} rows[] = {
		{ PROT_KERNEL, 6, 6 },
		{ PROT_KERNEL_NOCACHE, 0, 0 },
		{ PROT_KERNEL_WC, 1, 0 },
	};
	/* What the bits mean where there is no such register. */
	u64 pat = cpu_has_pat() ? rdmsr(MSR_PAT) : 0x0007040600070406ull;
	unsigned long va = window();
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		KTEST_ASSERT_EQ(
			t,
			kpt_map_phys(va, frame_pa(0), PAGE_SIZE, rows[i].prot),
			0);
		KTEST_EXPECT_EQ(t, cache_type(pat, va),
				cpu_has_pat() ? rows[i].with_pat :
						rows[i].without);
		unmap(va, PAGE_SIZE);
	}
}

static void read_pat(void *wrong)
{
	if (rdmsr(MSR_PAT) != PAT_VALUE)
		atomic_inc(wrong);
}

static void all_cpus_have_the_same_pat(struct ktest *t)
{
	atomic_t wrong = ATOMIC_INIT(0);

	if (!cpu_has_pat()) {
		ktest_skip(t, "this CPU has no PAT");
		return;
	}
	on_each_cpu(read_pat, &wrong, true);
	KTEST_EXPECT_EQ(t, atomic_read(&wrong), 0);
}

static void the_kernels_own_registers_have_one_cache_type(struct ktest *t)
{
	const pfn_t apic = phys_to_pfn(rdmsr(0x1b)) & 0xfffff;
	phys_addr_t pa;

	if (!kpt_lookup((unsigned long __force)fixmap_address(FIX_LAPIC),
			&pa)) {
		ktest_skip(t, "the local APIC is not used");
		return;
	}
	KTEST_EXPECT_EQ(t, phys_to_pfn(pa), apic);
	KTEST_EXPECT_TRUE(t, kpt_device_clashes(apic, apic + 1, PROT_KERNEL));
	KTEST_EXPECT_FALSE(
		t, kpt_device_clashes(apic, apic + 1, PROT_KERNEL_NOCACHE));
	KTEST_EXPECT_FALSE(t,
			   kpt_device_clashes(apic + 1, apic + 2, PROT_KERNEL));
	KTEST_EXPECT_NULL(t, (void __force *)ioremap_cache(pa, 4));
}

static void pages_map_in_the_order_given(struct ktest *t)
{
	/* Never looked into: only the place of the record counts. */
	struct page *pages[3] = { virt_to_page(frames[1]),
				  virt_to_page(frames[0]),
				  virt_to_page(frames[1]) };
	unsigned long va = window();
	phys_addr_t pa;
	unsigned int i;

	KTEST_ASSERT_EQ(t, kpt_map_pages(va, pages, 3, PROT_KERNEL), 0);
	for (i = 0; i < 3; i++) {
		KTEST_EXPECT_TRUE(t, kpt_lookup(va + i * PAGE_SIZE, &pa));
		KTEST_EXPECT_EQ(t, pa, frame_pa(i % 2 ? 0 : 1));
	}
	unmap(va, 3 * PAGE_SIZE);
}

static void local_slots_map_and_forget(struct ktest *t)
{
	struct trap_caught c;
	char *a, *b;

	frames[0][9] = 'x';
	frames[1][9] = 'y';
	/* From the far end: mm begins with slot 0. */
	a = kmap_local_slot(KMAP_LOCAL_SLOTS - 1, phys_to_pfn(frame_pa(0)));
	b = kmap_local_slot(KMAP_LOCAL_SLOTS - 2, phys_to_pfn(frame_pa(1)));
	KTEST_EXPECT_EQ(t, a[9], 'x');
	KTEST_EXPECT_EQ(t, b[9], 'y');
	KTEST_EXPECT_TRUE(t, (unsigned long)a >= FIXMAP_START &&
				     (unsigned long)a < FIXMAP_END);
	kunmap_local_slot(KMAP_LOCAL_SLOTS - 1, a);
	KTEST_EXPECT_EQ(t, b[9], 'y');
	kunmap_local_slot(KMAP_LOCAL_SLOTS - 2, b);
	KTEST_EXPECT_TRUE(t, trap_catch(read_fn, a, &c));
	KTEST_EXPECT_TRUE(t, trap_catch(read_fn, b, &c));
}

static void nothing_is_writable_and_executable(struct ktest *t)
{
	unsigned long va = window();

	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL_EXEC),
		0);
	KTEST_ASSERT_EQ(t,
			kpt_map_phys(va + PAGE_SIZE, frame_pa(0), PAGE_SIZE,
				     PROT_KERNEL),
			0);
	KTEST_EXPECT_EQ(t, kpt_count_wx_pages(), 0);
	unmap(va, 2 * PAGE_SIZE);
}

static void rights_change_one_at_a_time(struct ktest *t)
{
	unsigned long va = window();
	struct trap_caught c;

	frames[0][0] = (char)OPCODE_RET;
	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL), 0);
	KTEST_EXPECT_EQ(t, kpt_change_rights(va, PAGE_SIZE, KPT_MAKE_X),
			-EPERM);
	KTEST_EXPECT_EQ(t, kpt_change_rights(va, PAGE_SIZE, KPT_MAKE_RO), 0);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
	KTEST_EXPECT_TRUE(t, trap_catch(write_fn, (void *)va, &c));
	KTEST_EXPECT_EQ(t, trap_catch(call_fn, (void *)va, &c), cpu_has_nx());
	KTEST_EXPECT_EQ(t, kpt_change_rights(va, PAGE_SIZE, KPT_MAKE_X), 0);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
	KTEST_EXPECT_FALSE(t, trap_catch(call_fn, (void *)va, &c));
	KTEST_EXPECT_TRUE(t, trap_catch(write_fn, (void *)va, &c));
	KTEST_EXPECT_EQ(t, kpt_change_rights(va, PAGE_SIZE, KPT_MAKE_RW),
			cpu_has_nx() ? -EPERM : 0);
	KTEST_EXPECT_EQ(t, kpt_change_rights(va, PAGE_SIZE, KPT_MAKE_NX), 0);
	KTEST_EXPECT_EQ(t, kpt_change_rights(va, PAGE_SIZE, KPT_MAKE_RW), 0);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
	KTEST_EXPECT_EQ(t, trap_catch(call_fn, (void *)va, &c), cpu_has_nx());
	KTEST_EXPECT_FALSE(t, trap_catch(write_fn, (void *)va, &c));
	unmap(va, PAGE_SIZE);
}

static void rights_of_what_is_not_mapped_alone_stay(struct ktest *t)
{
	/* The first large page that has nothing of the image. */
	unsigned long behind = ALIGN((unsigned long)__suites_end, MIB(2));
	unsigned long va = window();

	KTEST_EXPECT_EQ(t, kpt_change_rights(va, PAGE_SIZE, KPT_MAKE_RO),
			-EFAULT);
	KTEST_EXPECT_EQ(t, kpt_change_rights(0, PAGE_SIZE, KPT_MAKE_RO),
			-EFAULT);
	/* Where RAM ends earlier, this stretch is mapped page by page. */
	if (max_low_pfn >= phys_to_pfn(__pa(behind) + MIB(2)))
		KTEST_EXPECT_EQ(
			t, kpt_change_rights(behind, PAGE_SIZE, KPT_MAKE_RO),
			-EFAULT);
	/* The second is missing: the first stays writable. */
	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL), 0);
	KTEST_EXPECT_EQ(t, kpt_change_rights(va, 2 * PAGE_SIZE, KPT_MAKE_RO),
			-EFAULT);
	flush_tlb_kernel_range(va, va + PAGE_SIZE);
	*(volatile char *)va = 1;
	unmap(va, PAGE_SIZE);
}

static void borders_of_the_address_space_are_empty(struct ktest *t)
{
	KTEST_EXPECT_FALSE(t, kpt_lookup(0, NULL));
	KTEST_EXPECT_FALSE(t, kpt_lookup(PAGE_SIZE - 1, NULL));
	KTEST_EXPECT_FALSE(t, kpt_lookup(PAGE_OFFSET - 1, NULL));
	KTEST_EXPECT_FALSE(t, kpt_lookup(~0ul, NULL));
	/* The guard between the direct map and the window. */
	KTEST_EXPECT_FALSE(t,
			   kpt_lookup(arch_layout()->vmalloc_start - 1, NULL));
	KTEST_EXPECT_FALSE(t, kpt_lookup(arch_layout()->vmalloc_end, NULL));
}

static void direct_map_is_one_to_one(struct ktest *t)
{
	/* The last but one lies inside a 2 MiB page; the last on our stack. */
	unsigned long addrs[] = { PAGE_OFFSET,
				  PAGE_OFFSET + 0xb8000,
				  (unsigned long)frames,
				  (unsigned long)direct_map_is_one_to_one,
				  PAGE_OFFSET + MIB(4) + 0x54321,
				  (unsigned long)addrs };
	unsigned long end =
		PAGE_OFFSET + (unsigned long)pfn_to_phys(max_low_pfn);
	phys_addr_t pa;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(addrs); i++) {
		/* A thread's stack is elsewhere; a machine may be small. */
		if (addrs[i] >= end)
			continue;
		KTEST_EXPECT_TRUE(t, kpt_lookup(addrs[i], &pa));
		KTEST_EXPECT_EQ(t, pa, virt_to_phys((void *)addrs[i]));
	}
}

static void tables_are_counted_and_kept(struct ktest *t)
{
	unsigned long va = window() + 3 * LARGE_BYTES, before, after;

	before = kpt_nr_table_pages();
	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL), 0);
	after = kpt_nr_table_pages();
	KTEST_EXPECT_LE(t, after - before, 1);
	unmap(va, PAGE_SIZE);
	KTEST_ASSERT_EQ(
		t, kpt_map_phys(va, frame_pa(0), PAGE_SIZE, PROT_KERNEL), 0);
	KTEST_EXPECT_EQ(t, kpt_nr_table_pages(), after);
	unmap(va, PAGE_SIZE);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(mapped_page_shows_its_frame),
	KTEST_CASE(unmapped_page_faults),
	KTEST_CASE(flush_forgets_the_old_frame),
	KTEST_CASE(read_only_mapping_refuses_writes),
	KTEST_CASE(zeroes_are_read_and_never_written),
	KTEST_CASE(a_holes_record_is_read_only),
	KTEST_CASE(only_exec_mappings_run),
	KTEST_CASE(taken_page_refuses_the_whole_run),
	KTEST_CASE(run_crosses_page_tables),
	KTEST_CASE(frames_above_4_gib_keep_their_upper_bits),
	KTEST_CASE(cache_types_are_those_the_pat_has_for_the_bits),
	KTEST_CASE(all_cpus_have_the_same_pat),
	KTEST_CASE(the_kernels_own_registers_have_one_cache_type),
	KTEST_CASE(pages_map_in_the_order_given),
	KTEST_CASE(local_slots_map_and_forget),
	KTEST_CASE(nothing_is_writable_and_executable),
	KTEST_CASE(rights_change_one_at_a_time),
	KTEST_CASE(rights_of_what_is_not_mapped_alone_stay),
	KTEST_CASE(borders_of_the_address_space_are_empty),
	KTEST_CASE(direct_map_is_one_to_one),
	KTEST_CASE(tables_are_counted_and_kept),
};
KTEST_SUITE(x86_paging, cases);
