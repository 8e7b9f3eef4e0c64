/* SPDX-License-Identifier: MIT */
/* early_ioremap_test.c - the early slots, as they were before vmalloc() */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <mm/early_ioremap.h>
#include "log_lines.h"

#define SLOT_BYTES (EARLY_MAP_PAGES * PAGE_SIZE)
/* Two frames that are RAM: nothing is refused for that. */
static u8 frames[2 * PAGE_SIZE] __aligned(4096);
static struct early_maps maps;

/* Where the image is no memory of the machine's (hosted), any frame does. */
static phys_addr_t frames_phys(void)
{
	phys_addr_t pa;

	return kpt_lookup((unsigned long)frames, &pa) ? pa : MIB(2);
}

static void *map(phys_addr_t phys, unsigned long size)
{
	return early_maps_map(&maps, phys, size, PROT_KERNEL, _THIS_IP_);
}

static void unmap(void *addr, unsigned long size)
{
	early_maps_unmap(&maps, (unsigned long)addr, size, _THIS_IP_);
}

static void an_early_mapping_shows_its_frames(struct ktest *t)
{
	phys_addr_t phys = frames_phys(), pa;
	u8 *p;

	maps = (struct early_maps){ 0 };
	p = map(phys + PAGE_SIZE - 3, 6);
	KTEST_ASSERT_NOT_NULL(t, p);
	KTEST_EXPECT_TRUE(t, kpt_lookup((unsigned long)p, &pa));
	KTEST_EXPECT_EQ(t, pa, phys + PAGE_SIZE - 3);
	KTEST_EXPECT_TRUE(t, kpt_lookup((unsigned long)p + 5, &pa));
	KTEST_EXPECT_EQ(t, pa, phys + PAGE_SIZE + 2);
	KTEST_EXPECT_EQ(t, memcmp(p, phys_to_virt(phys + PAGE_SIZE - 3), 6), 0);
	unmap(p, 6);
	KTEST_EXPECT_FALSE(t, kpt_lookup((unsigned long)p, NULL));
	KTEST_EXPECT_FALSE(t, kpt_lookup((unsigned long)p + 5, NULL));
	KTEST_EXPECT_EQ(t, early_maps_close(&maps), 0);
}

static void expect_refusal(struct ktest *t, phys_addr_t phys,
			   unsigned long size, const char *why)
{
	const u64 from = log_end();

	KTEST_EXPECT_NULL(t, map(phys, size));
	if (log_count(from, why) != 1)
		KTEST_FAIL(t, "no line says \"%s\"", why);
}

static void what_cannot_be_is_refused_with_a_line(struct ktest *t)
{
	phys_addr_t limit = arch_layout()->phys_limit;
	void *p;

	maps = (struct early_maps){ 0 };
	expect_refusal(t, MIB(2), 0, "[0x200000+0x0] refused: size 0, caller=");
	expect_refusal(t, limit, 1, "refused: past the end of physical");
	expect_refusal(t, limit - 1, 2, "refused: past the end of physical");
	/* Its last page is one, too. */
	p = map(limit - PAGE_SIZE, PAGE_SIZE);
	KTEST_EXPECT_NOT_NULL(t, p);
	if (p)
		unmap(p, PAGE_SIZE);
	expect_refusal(t, MIB(2) + 1, SLOT_BYTES, "longer than a slot");
	expect_refusal(t, MIB(2), SLOT_BYTES + 1, "longer than a slot");
	expect_refusal(t, MIB(2), ULONG_MAX, "refused: ");
	KTEST_EXPECT_EQ(t, early_maps_close(&maps), 0);
	expect_refusal(t, MIB(2), 1, "refused: too late, ioremap() works");
}

static void there_are_so_many_slots_and_each_is_as_long(struct ktest *t)
{
	void *p[EARLY_MAP_SLOTS];
	unsigned int i;

	maps = (struct early_maps){ 0 };
	for (i = 0; i < EARLY_MAP_SLOTS; i++) {
		p[i] = map(MIB(2) + i * SLOT_BYTES, SLOT_BYTES);
		KTEST_ASSERT_NOT_NULL(t, p[i]);
	}
	expect_refusal(t, MIB(2), 1, "refused: all slots are taken");
	unmap(p[1], SLOT_BYTES);
	KTEST_EXPECT_PTR_EQ(t, map(MIB(2), 1), p[1]);
	unmap(p[1], 1);
	unmap(p[0], SLOT_BYTES);
	for (i = 2; i < EARLY_MAP_SLOTS; i++)
		unmap(p[i], SLOT_BYTES);
	KTEST_EXPECT_EQ(t, early_maps_close(&maps), 0);
}

static void only_what_is_mapped_can_be_unmapped(struct ktest *t)
{
	u8 *p;

	maps = (struct early_maps){ 0 };
	p = map(MIB(2) + 8, 100);
	KTEST_ASSERT_NOT_NULL(t, p);
	ktest_expect_report(t, "bad-early-iounmap");
	unmap(p, 99);
	ktest_expect_report(t, "bad-early-iounmap");
	unmap(p - 8, 100);
	ktest_expect_report(t, "bad-early-iounmap");
	unmap(p + SLOT_BYTES, 100);
	ktest_expect_report(t, "bad-early-iounmap");
	unmap((void *)(EARLY_MAP_START - 1), 0);
	ktest_expect_report(t, "bad-early-iounmap");
	unmap((void *)(EARLY_MAP_START + EARLY_MAP_SLOTS * SLOT_BYTES), 1);
	KTEST_EXPECT_TRUE(t, kpt_lookup((unsigned long)p, NULL));
	unmap(p, 100);
	ktest_expect_report(t, "bad-early-iounmap");
	unmap(p, 100);
}

static void what_was_forgotten_is_told_at_the_end(struct ktest *t)
{
	void *p;

	maps = (struct early_maps){ 0 };
	p = map(MIB(2) + 16, 32);
	KTEST_ASSERT_NOT_NULL(t, p);
	ktest_expect_report(t, "early-ioremap-leak");
	KTEST_EXPECT_EQ(t, early_maps_close(&maps), 1);
	KTEST_EXPECT_NOT_NULL(t, strstr(ktest_last_report(t),
					"early-ioremap-leak phys=0x200010"
					" size=0x20 alloc="));
	unmap(p, 32);
}

static const struct ktest_case early_ioremap_cases[] = {
	KTEST_CASE(an_early_mapping_shows_its_frames),
	KTEST_CASE(what_cannot_be_is_refused_with_a_line),
	KTEST_CASE(there_are_so_many_slots_and_each_is_as_long),
	KTEST_CASE(only_what_is_mapped_can_be_unmapped),
	KTEST_CASE(what_was_forgotten_is_told_at_the_end),
};
KTEST_SUITE(early_ioremap, early_ioremap_cases);
