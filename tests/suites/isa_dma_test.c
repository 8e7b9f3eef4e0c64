/* SPDX-License-Identifier: MIT */
/*
 * isa_dma_test.c - channels, what is refused, and where buffers lie
 *
 * Channels 3 and 7 have no device on the machines that are tested.
 */
#include <kernel/errno.h>
#include <kernel/isa_dma.h>
#include <kernel/ktest.h>
#include <kernel/module_holding.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#include "isa_chip.h"
#include "live_fixture.h"

#define BYTES 3u /* the channel of bytes that the cases take */
#define WORDS 7u /* and the one of words */

/* --- owners ----------------------------------------------------------------- */

static void a_channel_has_one_owner(struct ktest *t)
{
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "isa-test"), 0);
	KTEST_EXPECT_EQ(t, request_dma(BYTES, "isa-test"), -EBUSY);
	KTEST_EXPECT_EQ(t, request_dma(4, "isa-test"), -EBUSY);
	KTEST_EXPECT_EQ(t, request_dma(8, "isa-test"), -EINVAL);
	KTEST_EXPECT_EQ(t, request_dma(WORDS, NULL), -EINVAL);
	free_dma(BYTES);
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "isa-test"), 0);
	free_dma(BYTES);
}

/* Its name would be shown when the module that has it is gone. */
static void the_name_of_a_channel_holds_its_module(struct ktest *t)
{
	static const char name[] = "isa-test-of-a-module";
	struct module_search search = {
		.module = "t",
		.start = (unsigned long)name,
		.bytes = sizeof(name),
		.quiet = true,
	};

	KTEST_EXPECT_EQ(t, module_search_all(&search), 0);
	KTEST_ASSERT_EQ(t, request_dma(BYTES, name), 0);
	KTEST_EXPECT_EQ(t, module_search_all(&search), 1);
	free_dma(BYTES);
	search.nr = 0;
	KTEST_EXPECT_EQ(t, module_search_all(&search), 0);
}

/* Each bad wish has an error of its own. */
static void buffers_that_cannot_be_are_told_apart(struct ktest *t)
{
	struct isa_dma_buf buf;

	KTEST_EXPECT_EQ(t, isa_dma_buf_init(&buf, 8, 1, "t"), -ENXIO);
	KTEST_EXPECT_EQ(t, isa_dma_buf_init(&buf, 4, 1, "t"), -EPERM);
	KTEST_EXPECT_EQ(t, isa_dma_buf_init(&buf, BYTES, 0, "t"), -EINVAL);
	KTEST_EXPECT_EQ(t, isa_dma_buf_init(&buf, BYTES, 65537, "t"), -E2BIG);
	KTEST_EXPECT_EQ(t, isa_dma_buf_init(&buf, WORDS, 131073, "t"), -E2BIG);
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "isa-test"), 0);
	KTEST_EXPECT_EQ(t, isa_dma_buf_init(&buf, BYTES, 1, "t"), -EBUSY);
	free_dma(BYTES);
	/* Without memory the channel goes back. */
	fault_fail_nth(&mm_node.fault, 1);
	KTEST_EXPECT_EQ(t, isa_dma_buf_init(&buf, BYTES, 1, "t"), -ENOMEM);
	fault_reset(&mm_node.fault);
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "isa-test"), 0);
	free_dma(BYTES);
}

/* What is said of @phys, out of reach: with so little RAM below 4 GiB that the
 * direct map ends there, the first thing is that the frame is a high one. */
static const char *far_report(phys_addr_t phys)
{
	pfn_t pfn = phys_to_pfn(phys);

	return pfn_valid(pfn) && PageHighMem(pfn_to_page(pfn)) ?
		       "dma-bad-address highmem phys=0x1000000 chan=2" :
		       "dma-limit phys=0x1000000 limit=16M chan=2";
}

static void expect_far_report(struct ktest *t, phys_addr_t phys)
{
	bool high = strstr(far_report(phys), "highmem");

	ktest_expect_report(t, high ? "dma-bad-address" : "dma-limit");
}

static void transfers_that_cannot_be_are_told_apart(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, isa_dma_check(8, 0, 1), -ENXIO);
	KTEST_EXPECT_EQ(t, isa_dma_check(4, 0, 1), -EPERM);
	KTEST_EXPECT_EQ(t, isa_dma_check(1, 0, 0), -EINVAL);
	KTEST_EXPECT_EQ(t, isa_dma_check(1, 0, 65537), -E2BIG);
	KTEST_EXPECT_EQ(t, isa_dma_check(5, 0, 131074), -E2BIG);
	KTEST_EXPECT_EQ(t, isa_dma_check(5, 0, 3), -EDOM);
	KTEST_EXPECT_EQ(t, isa_dma_check(5, 1, 2), -EDOM);
	expect_far_report(t, MIB(16));
	KTEST_EXPECT_EQ(t, isa_dma_check(2, MIB(16), 1), -ERANGE);
	expect_report_says(t, far_report(MIB(16)));
	ktest_expect_report(t, "dma-boundary");
	KTEST_EXPECT_EQ(t, isa_dma_check(2, 0x1ffff, 2), -EFAULT);
	expect_report_says(t, "dma-boundary phys=0x1ffff len=2 64K");
	ktest_expect_report(t, "dma-boundary");
	KTEST_EXPECT_EQ(t, isa_dma_check(5, 0x1fffe, 4), -EFAULT);
	expect_report_says(t, "dma-boundary phys=0x1fffe len=4 128K");
}

static void transfers_up_to_every_limit_are_allowed(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, isa_dma_check(0, 0, 65536), 0);
	KTEST_EXPECT_EQ(t, isa_dma_check(1, MIB(16) - 1, 1), 0);
	KTEST_EXPECT_EQ(t, isa_dma_check(2, 0x10001, 65535), 0);
	KTEST_EXPECT_EQ(t, isa_dma_check(3, 0x1ffff, 1), 0);
	KTEST_EXPECT_EQ(t, isa_dma_check(5, 0, 131072), 0);
	/* A line of 64 KiB is none for words. */
	KTEST_EXPECT_EQ(t, isa_dma_check(6, 0xfffe, 4), 0);
	KTEST_EXPECT_EQ(t, isa_dma_check(7, MIB(16) - 2, 2), 0);
	expect_far_report(t, MIB(16) - 1);
	KTEST_EXPECT_EQ(t, isa_dma_check(1, MIB(16) - 1, 2), -ERANGE);
}

/* --- addresses ---------------------------------------------------------------- */

static void only_the_direct_map_has_bus_addresses(struct ktest *t)
{
	void *object = kmalloc(64, GFP_KERNEL | GFP_DMA);
	void *area = vmalloc(PAGE_SIZE);
	char on_stack[4];

	KTEST_EXPECT_NOT_NULL(t, object);
	KTEST_EXPECT_NOT_NULL(t, area);
	if (object && area) {
		KTEST_EXPECT_EQ(t, isa_virt_to_bus(object),
				(unsigned int)virt_to_phys(object));
		ktest_expect_report(t, "dma-bad-address");
		KTEST_EXPECT_EQ(t, isa_virt_to_bus(area), ISA_DMA_BAD_ADDRESS);
		expect_report_says(t, "dma-bad-address vmalloc addr=0x");
		ktest_expect_report(t, "dma-bad-address");
		KTEST_EXPECT_EQ(t, isa_virt_to_bus(on_stack),
				ISA_DMA_BAD_ADDRESS);
		expect_report_says(t, "dma-bad-address stack addr=0x");
		ktest_expect_report(t, "dma-bad-address");
		KTEST_EXPECT_EQ(t, isa_virt_to_bus(NULL), ISA_DMA_BAD_ADDRESS);
	}
	vfree(area);
	kfree(object);
}

static void a_high_page_is_named_as_one(struct ktest *t)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);

	if (!page || !PageHighMem(page)) {
		ktest_skip(t, "no high memory");
	} else {
		ktest_expect_report(t, "dma-bad-address");
		KTEST_EXPECT_EQ(t, isa_dma_check(1, page_to_phys(page), 1),
				-ERANGE);
		expect_report_says(t, "dma-bad-address highmem phys=0x");
	}
	if (page)
		__free_page(page);
}

/* --- the chip ------------------------------------------------------------------- */

/* Program @chan by the raw names, and ask what is left to do. */
static unsigned long program(unsigned int chan, phys_addr_t phys,
			     unsigned long bytes)
{
	unsigned long flags = claim_dma_lock(), left;

	disable_dma(chan);
	clear_dma_ff(chan);
	set_dma_mode(chan, DMA_MODE_WRITE);
	set_dma_addr(chan, phys);
	set_dma_count(chan, bytes);
	enable_dma(chan);
	clear_dma_ff(chan);
	left = get_dma_residue(chan);
	disable_dma(chan);
	release_dma_lock(flags);
	return left;
}

static void the_residue_is_what_was_asked_for(struct ktest *t)
{
	isa_chip_plug_in();
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "isa-test"), 0);
	KTEST_ASSERT_EQ(t, request_dma(WORDS, "isa-test"), 0);
	KTEST_EXPECT_EQ(t, program(BYTES, 0x10000, 1), 1);
	KTEST_EXPECT_EQ(t, program(BYTES, 0x10000, 512), 512);
	KTEST_EXPECT_EQ(t, program(BYTES, 0x10001, 65535), 65535);
	KTEST_EXPECT_EQ(t, program(BYTES, 0xff0000, 65536), 0); /* as if done */
	KTEST_EXPECT_EQ(t, program(WORDS, 0x20000, 2), 2);
	KTEST_EXPECT_EQ(t, program(WORDS, 0x2fffe, 65538), 65538);
	free_dma(WORDS);
	free_dma(BYTES);
	isa_chip_unplug();
}

static void steps_that_are_wrong_are_reported_once(struct ktest *t)
{
	isa_chip_plug_in();
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "isa-test"), 0);
	KTEST_ASSERT_EQ(t, request_dma(WORDS, "isa-test"), 0);
	expect_far_report(t, MIB(16));
	program(BYTES, MIB(16), 512);
	ktest_expect_report(t, "dma-count");
	program(BYTES, 0x10000, 0);
	ktest_expect_report(t, "dma-count");
	program(BYTES, 0x10000, 65537);
	ktest_expect_report(t, "dma-count");
	program(WORDS, 0x20000, 3);
	ktest_expect_report(t, "dma-count");
	program(WORDS, 0x20001, 2);
	ktest_expect_report(t, "dma-boundary");
	program(BYTES, 0x1fe01, 512);
	/* Right steps make it good again. */
	KTEST_EXPECT_EQ(t, program(BYTES, 0x1fe00, 512), 512);
	/* What isa_virt_to_bus() reported is not reported again. */
	program(BYTES, ISA_DMA_BAD_ADDRESS, 512);
	free_dma(WORDS);
	free_dma(BYTES);
	isa_chip_unplug();
}

static void modes_that_no_device_may_have_are_refused(struct ktest *t)
{
	static const u8 bad[] = { DMA_MODE_CASCADE,
				  DMA_MODE_READ | 0x20,
				  DMA_MODE_READ | 1,
				  DMA_MODE_READ | 0x80,
				  0x84,
				  0x4c };
	static const u8 good[] = { DMA_MODE_READ, DMA_MODE_WRITE | DMA_AUTOINIT,
				   DMA_MODE_VERIFY, DMA_MODE_READ_DEMAND,
				   DMA_MODE_WRITE_DEMAND | DMA_AUTOINIT };
	unsigned int i;

	isa_chip_plug_in();
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "isa-test"), 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		ktest_expect_report(t, "dma-mode");
		KTEST_EXPECT_EQ(t, isa_dma_start(BYTES, bad[i], 0x10000, 512),
				-EOPNOTSUPP);
	}
	for (i = 0; i < ARRAY_SIZE(good); i++)
		KTEST_EXPECT_EQ(t, isa_dma_start(BYTES, good[i], 0x10000, 512),
				0);
	free_dma(BYTES);
	isa_chip_unplug();
}

static void a_channel_of_nobody_cannot_be_used(struct ktest *t)
{
	unsigned long flags;

	isa_chip_plug_in();
	ktest_expect_report(t, "dma-channel");
	KTEST_EXPECT_EQ(t, isa_dma_start(BYTES, DMA_MODE_READ, 0x10000, 512),
			-EACCES);
	expect_report_says(t, "dma-channel chan=3 is nobody's");
	flags = claim_dma_lock();
	ktest_expect_report(t, "dma-channel");
	enable_dma(9);
	ktest_expect_report(t, "dma-channel");
	set_dma_mode(4, DMA_MODE_READ);
	release_dma_lock(flags);
	KTEST_ASSERT_EQ(t, request_dma(BYTES, "isa-test"), 0);
	flags = claim_dma_lock();
	ktest_expect_report(t, "dma-state");
	enable_dma(BYTES);
	release_dma_lock(flags);
	expect_report_says(t, "enabled without mode address count");
	free_dma(BYTES);
	isa_chip_unplug();
}

/* --- buffers ---------------------------------------------------------------------- */

#define ROUNDS 100000u
#define NR_HELD 128u

/* Somebody else's blocks in the DMA zone: they come and go at random. */
struct others {
	struct page *held[NR_HELD];
	u8 order[NR_HELD];
};

static void others_change(struct ktest *t, struct others *o)
{
	unsigned int i = ktest_random(t) % NR_HELD;

	if (o->held[i]) {
		__free_pages(o->held[i], o->order[i]);
		o->held[i] = NULL;
		return;
	}
	o->order[i] = (u8)(ktest_random(t) % 4);
	o->held[i] =
		alloc_pages(GFP_KERNEL | GFP_DMA | __GFP_NOWARN | __GFP_NORETRY,
			    o->order[i]);
}

static void others_leave(struct others *o)
{
	unsigned int i;

	for (i = 0; i < NR_HELD; i++) {
		if (o->held[i])
			__free_pages(o->held[i], o->order[i]);
	}
}

/* A buffer of a random length: does its channel reach all of it? */
static bool buffer_round(struct ktest *t, unsigned int *nr_had)
{
	unsigned int chan = ktest_random(t) & 1 ? BYTES : WORDS;
	unsigned long line = ISA_DMA_MAX_BYTES(chan), first, last;
	unsigned long bytes = (ktest_random(t) % line >> ktest_random(t) % 12);
	struct isa_dma_buf buf;
	int err = isa_dma_buf_init(&buf, chan, bytes + 1, "isa-test");
	bool good;

	if (err) /* fragmented, or a small machine */
		return KTEST_EXPECT_EQ(t, err, -ENOMEM);
	++*nr_had;
	first = (unsigned long)buf.phys;
	last = first + bytes;
	good = KTEST_EXPECT_TRUE(t, buf.phys + bytes < MIB(16)) &&
	       KTEST_EXPECT_EQ(t, first / line, last / line) &&
	       KTEST_EXPECT_PTR_EQ(t, phys_to_virt(buf.phys), buf.va);
	isa_dma_buf_free(&buf);
	return good;
}

static void buffers_are_within_reach_whatever_is_free(struct ktest *t)
{
	struct others *o = kzalloc(sizeof(*o), GFP_KERNEL);
	unsigned int i, nr_had = 0;

	KTEST_ASSERT_NOT_NULL(t, o);
	for (i = 0; i < ROUNDS; i++) {
		others_change(t, o);
		if (!buffer_round(t, &nr_had))
			break;
	}
	others_leave(o);
	kfree(o);
	KTEST_EXPECT_GE(t, nr_had, i / 2);
	KTEST_EXPECT_EQ(t, live_zones_check(), 0);
}

static const struct ktest_case isa_dma_cases[] = {
	KTEST_CASE(a_channel_has_one_owner),
	KTEST_CASE(the_name_of_a_channel_holds_its_module),
	KTEST_CASE(buffers_that_cannot_be_are_told_apart),
	KTEST_CASE(transfers_that_cannot_be_are_told_apart),
	KTEST_CASE(transfers_up_to_every_limit_are_allowed),
	KTEST_CASE(only_the_direct_map_has_bus_addresses),
	KTEST_CASE(a_high_page_is_named_as_one),
	KTEST_CASE(the_residue_is_what_was_asked_for),
	KTEST_CASE(steps_that_are_wrong_are_reported_once),
	KTEST_CASE(modes_that_no_device_may_have_are_refused),
	KTEST_CASE(a_channel_of_nobody_cannot_be_used),
	KTEST_CASE(buffers_are_within_reach_whatever_is_free),
};
KTEST_SUITE(isa_dma, isa_dma_cases);
