/* SPDX-License-Identifier: MIT */
/*
 * x86_boot_buffers_test.c - the drivers' boot buffers, verified by their owners
 *
 * What was written before the hand-over must be there still, and a new picture
 * must hold. The buffers of bootbuf= exist only when the command line asked.
 */
#include <kernel/ktest.h>
#include <kernel/util.h>
#include <asm/pgtable.h>
#include <drivers/bootbuf.h>
#include <drivers/grabber.h>
#include <mm/bootmem.h>
#include <mm/page.h>

static void expect_reserved(struct ktest *t, const void *va,
			    unsigned long bytes)
{
	const char *pos = va;

	KTEST_EXPECT_EQ(t, page_state(virt_to_page(pos)), PAGE_RESERVED);
	KTEST_EXPECT_EQ(t, page_state(virt_to_page(pos + bytes - 1)),
			PAGE_RESERVED);
}

static void the_grabbers_first_picture_is_still_whole(struct ktest *t)
{
	unsigned long bytes;
	void *buffer = grabber_buffer(&bytes);

	if (!buffer) {
		ktest_skip(t, "grabber=0, or no memory for it");
		return;
	}
	KTEST_EXPECT_EQ(t, grabber_verify(), 0);
	KTEST_EXPECT_LE(t, virt_to_phys(buffer) + bytes,
			arch_layout()->dma_limit);
	KTEST_EXPECT_GE(t, bootmem_owned_bytes(&bootmem_live, "grabber"),
			bytes);
	expect_reserved(t, buffer, bytes);
}

static void a_word_changed_in_a_picture_is_noticed(struct ktest *t)
{
	unsigned long bytes;
	u32 *buffer = grabber_buffer(&bytes);

	if (!buffer || bytes < sizeof(*buffer)) {
		ktest_skip(t, "grabber=0, or no memory for it");
		return;
	}
	grabber_capture(2);
	KTEST_EXPECT_EQ(t, grabber_verify(), 0);
	buffer[bytes / sizeof(*buffer) - 1] ^= 1;
	KTEST_EXPECT_EQ(t, grabber_verify(), 1);
	grabber_capture(1);
	KTEST_EXPECT_EQ(t, grabber_verify(), 0);
}

static void each_boot_buffer_holds_what_its_owner_wrote(struct ktest *t)
{
	unsigned long bytes;
	const struct bootbuf *table = bootbuf_table(&bytes);
	const phys_addr_t dma_end = arch_layout()->dma_limit;
	unsigned int i, nr = 0;

	for (i = 0; i < NR_BOOTBUFS; i++) {
		phys_addr_t pa;

		if (!table[i].data)
			continue;
		nr++;
		pa = virt_to_phys(table[i].data);
		KTEST_EXPECT_TRUE(t, table[i].was_zeroed);
		KTEST_EXPECT_EQ(t, bootbuf_verify((enum bootbuf_id)i), 0);
		KTEST_EXPECT_TRUE(t, !table[i].low || pa + bytes <= dma_end);
		KTEST_EXPECT_TRUE(t, IS_ALIGNED(pa, BOOTMEM_DEFAULT_ALIGN));
		KTEST_EXPECT_TRUE(t,
				  !table[i].pages || IS_ALIGNED(pa, PAGE_SIZE));
		expect_reserved(t, table[i].data, bytes);
	}
	if (!nr)
		ktest_skip(t, "no bootbuf= on the command line");
}

static const struct ktest_case x86_boot_buffers_cases[] = {
	KTEST_CASE(the_grabbers_first_picture_is_still_whole),
	KTEST_CASE(a_word_changed_in_a_picture_is_noticed),
	KTEST_CASE(each_boot_buffer_holds_what_its_owner_wrote),
};
KTEST_SUITE(x86_boot_buffers, x86_boot_buffers_cases);
