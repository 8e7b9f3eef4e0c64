/* SPDX-License-Identifier: MIT */
/*
 * iomap_test.c - registers and device memory, in RAM that plays a device
 *
 * How wide an access is on the bus is seen in host_iomap_test.c and in
 * x86_io_test.c; here, that it touches its own bytes and no other.
 */
#include <kernel/export.h>
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <linux/io.h>
#include <mm/vmalloc.h>

#define ROOM 64u

static u8 device[ROOM] __aligned(8);

static void __iomem *at(unsigned int offset)
{
	return (void __force __iomem *)(device + offset);
}

/* Bytes of the device that are not 0xee, of which all of it was made. */
static void device_reset(void)
{
	memset(device, 0xee, sizeof(device));
}

static void expect_bytes(struct ktest *t, unsigned int offset,
			 const char *bytes, unsigned int nr)
{
	u8 want[ROOM];

	memset(want, 0xee, sizeof(want));
	memcpy(want + offset, bytes, nr);
	KTEST_EXPECT_EQ(t, memcmp(device, want, sizeof(want)), 0);
	device_reset();
}

static void a_write_changes_the_bytes_of_its_width(struct ktest *t)
{
	device_reset();
	writeb(0x11, at(3));
	expect_bytes(t, 3, "\x11", 1);
	writew(0x1122, at(6));
	expect_bytes(t, 6, "\x22\x11", 2);
	writel(0x11223344, at(12));
	expect_bytes(t, 12, "\x44\x33\x22\x11", 4);
	writeb_relaxed(0x21, at(0));
	expect_bytes(t, 0, "\x21", 1);
	writew_relaxed(0x2122, at(62));
	expect_bytes(t, 62, "\x22\x21", 2);
	writel_relaxed(0x21222324, at(60));
	expect_bytes(t, 60, "\x24\x23\x22\x21", 4);
	__raw_writel(1, at(0));
	expect_bytes(t, 0, "\1\0\0\0", 4);
	iowrite8(0x31, at(1));
	expect_bytes(t, 1, "\x31", 1);
	iowrite16(0x3132, at(2));
	expect_bytes(t, 2, "\x32\x31", 2);
	iowrite16be(0x3132, at(2));
	expect_bytes(t, 2, "\x31\x32", 2);
	iowrite32(0x31323334, at(4));
	expect_bytes(t, 4, "\x34\x33\x32\x31", 4);
	iowrite32be(0x31323334, at(4));
	expect_bytes(t, 4, "\x31\x32\x33\x34", 4);
}

static void a_read_gives_the_bytes_of_its_width(struct ktest *t)
{
	device_reset();
	memcpy(device + 8, "\x81\x82\x83\x84", 4);
	KTEST_EXPECT_EQ(t, readb(at(8)), 0x81);
	KTEST_EXPECT_EQ(t, readw(at(8)), 0x8281);
	KTEST_EXPECT_EQ(t, readl(at(8)), 0x84838281u);
	KTEST_EXPECT_EQ(t, readb_relaxed(at(9)), 0x82);
	KTEST_EXPECT_EQ(t, readw_relaxed(at(10)), 0x8483);
	KTEST_EXPECT_EQ(t, __raw_readl(at(8)), 0x84838281u);
	KTEST_EXPECT_EQ(t, ioread8(at(11)), 0x84u);
	KTEST_EXPECT_EQ(t, ioread16(at(8)), 0x8281u);
	KTEST_EXPECT_EQ(t, ioread16be(at(8)), 0x8182u);
	KTEST_EXPECT_EQ(t, ioread32(at(8)), 0x84838281u);
	KTEST_EXPECT_EQ(t, ioread32be(at(8)), 0x81828384u);
}

/* The page behind is a guard: a byte more would be a fault. */
static void nothing_behind_the_last_byte_is_touched(struct ktest *t)
{
	u8 *page = vzalloc(PAGE_SIZE), copy[7];
	u8 __iomem *end = (u8 __force __iomem *)page + PAGE_SIZE;

	KTEST_ASSERT_NOT_NULL(t, page);
	writeb(1, end - 1);
	writew(0x0201, end - 2);
	writel(0x04030201, end - 4);
	KTEST_EXPECT_EQ(t, readb(end - 1), 4);
	KTEST_EXPECT_EQ(t, readw(end - 2), 0x0403);
	KTEST_EXPECT_EQ(t, readl(end - 4), 0x04030201u);
	memset_io(end - 7, 9, 7);
	memcpy_fromio(copy, end - 7, 7);
	KTEST_EXPECT_EQ(t, memcmp(copy, "\t\t\t\t\t\t\t", 7), 0);
	memcpy_toio(end - 5, "abcde", 5);
	KTEST_EXPECT_EQ(t, memcmp(page + PAGE_SIZE - 5, "abcde", 5), 0);
	vfree(page);
}

static void bulk_moves_are_right_at_every_alignment(struct ktest *t)
{
	static const char text[] = "the quick brown fox jumps";
	unsigned int io, ram, n;
	char got[ROOM];

	device_reset();
	for (io = 0; io < 5; io++) {
		for (ram = 0; ram < 5; ram++) {
			for (n = 0; n < 18; n++) {
				memcpy_toio(at(io), text + ram, n);
				memset(got, 0, sizeof(got));
				memcpy_fromio(got + ram, at(io), n);
				KTEST_EXPECT_EQ(
					t, memcmp(got + ram, text + ram, n), 0);
				KTEST_EXPECT_EQ(t, got[ram + n], 0);
				expect_bytes(t, io, text + ram, n);
				memset_io(at(io), 0x155, n);
				KTEST_EXPECT_TRUE(t, !n || device[io] == 0x55);
				KTEST_EXPECT_TRUE(t, !n || device[io + n - 1] ==
								     0x55);
				KTEST_EXPECT_EQ(t, device[io + n], 0xee);
				device_reset();
			}
		}
	}
}

static void strings_of_values_go_through_one_register(struct ktest *t)
{
	u32 from[3] = { 1, 2, 0x33445566 }, to[3] = { 0 };

	device_reset();
	writesl(at(8), from, 3);
	expect_bytes(t, 8, "\x66\x55\x44\x33", 4);
	iowrite16_rep(at(8), from, 5);
	expect_bytes(t, 8, "\x66\x55", 2);
	iowrite8_rep(at(8), from, 9);
	expect_bytes(t, 8, "\x66", 1);
	iowrite32_rep(at(8), from, 2);
	readsl(at(8), to, 2);
	KTEST_EXPECT_EQ(t, to[0], 2);
	KTEST_EXPECT_EQ(t, to[1], 2);
	KTEST_EXPECT_EQ(t, to[2], 0);
	ioread8_rep(at(8), to, 3);
	KTEST_EXPECT_EQ(t, to[0], 0x20202);
	ioread16_rep(at(8), to, 2);
	KTEST_EXPECT_EQ(t, to[0], 0x20002);
	ioread32_rep(at(8), to + 2, 1);
	KTEST_EXPECT_EQ(t, to[2], 2);
	/* Copies go on in the device, too. */
	__iowrite32_copy(at(16), from, 3);
	__ioread32_copy(to, at(16), 3);
	KTEST_EXPECT_EQ(t, memcmp(from, to, sizeof(from)), 0);
}

static void a_signature_is_all_of_its_bytes(struct ktest *t)
{
	device_reset();
	memcpy(device, "\x55\xaa\x20", 3);
	KTEST_EXPECT_EQ(t, check_signature(at(0), (const u8 *)"\x55\xaa", 2),
			1);
	KTEST_EXPECT_EQ(t, check_signature(at(0), (const u8 *)"\x55\xab", 2),
			0);
	KTEST_EXPECT_EQ(t, check_signature(at(0), (const u8 *)"x", 0), 1);
}

static void ports_have_cookies_where_no_address_is(struct ktest *t)
{
	KTEST_EXPECT_TRUE(t, ioport_map(0, 1) != NULL);
	KTEST_EXPECT_TRUE(t, ioport_map(0xffff, 1) != NULL);
	KTEST_EXPECT_NULL(t, (void __force *)ioport_map(0xffff, 2));
	KTEST_EXPECT_NULL(t, (void __force *)ioport_map(0x10000, 1));
	KTEST_EXPECT_NULL(t, (void __force *)ioport_map(0x60, 0));
	KTEST_EXPECT_EQ(t, (__force unsigned long)ioport_map(0x3f8, 8),
			PIO_OFFSET + 0x3f8);
	ioport_unmap(ioport_map(0x3f8, 8));
}

static void what_is_no_cookie_is_reported(struct ktest *t)
{
	void __iomem *wrong = (void __force __iomem *)0x3f8ul;

	ktest_expect_report(t, "bad-io");
	KTEST_EXPECT_EQ(t, ioread8(wrong), 0xffu);
	KTEST_EXPECT_NOT_NULL(
		t, strstr(ktest_last_report(t), "bad-io cookie=0x3f8 "));
	ktest_expect_report(t, "bad-io");
	KTEST_EXPECT_EQ(t, ioread32(NULL), 0xffffffffu);
	ktest_expect_report(t, "bad-io");
	iowrite16(1, (void __force __iomem *)(PIO_OFFSET + 0x10000));
}

static bool is_exported(const char *name)
{
	const struct exported_symbol *const *pos;

	for_each_section_entry(pos, exported_symbols) {
		if (!strcmp((*pos)->name, name))
			return true;
	}
	return false;
}

/* What <linux/io.h> and <linux/ioport.h> declare and no header defines. */
static void modules_may_use_all_of_it(struct ktest *t)
{
	static const char *const names[] = {
		"ioremap",
		"ioremap_uc",
		"ioremap_wc",
		"ioremap_cache",
		"iounmap",
		"memcpy_fromio",
		"memcpy_toio",
		"memset_io",
		"__iowrite32_copy",
		"__ioread32_copy",
		"check_signature",
		"ioport_map",
		"ioport_unmap",
		"ioread8",
		"ioread16",
		"ioread16be",
		"ioread32",
		"ioread32be",
		"iowrite8",
		"iowrite16",
		"iowrite16be",
		"iowrite32",
		"iowrite32be",
		"ioread8_rep",
		"ioread16_rep",
		"ioread32_rep",
		"iowrite8_rep",
		"iowrite16_rep",
		"iowrite32_rep",
		"ioport_resource",
		"iomem_resource",
		"request_resource",
		"request_resource_conflict",
		"insert_resource",
		"insert_resource_conflict",
		"release_resource",
		"remove_resource",
		"allocate_resource",
		"adjust_resource",
		"lookup_resource",
		"__request_region",
		"__release_region",
		"__check_region",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!is_exported(names[i]))
			KTEST_FAIL(t, "%s is not exported", names[i]);
	}
}

static const struct ktest_case iomap_cases[] = {
	KTEST_CASE(a_write_changes_the_bytes_of_its_width),
	KTEST_CASE(a_read_gives_the_bytes_of_its_width),
	KTEST_CASE(nothing_behind_the_last_byte_is_touched),
	KTEST_CASE(bulk_moves_are_right_at_every_alignment),
	KTEST_CASE(strings_of_values_go_through_one_register),
	KTEST_CASE(a_signature_is_all_of_its_bytes),
	KTEST_CASE(ports_have_cookies_where_no_address_is),
	KTEST_CASE(what_is_no_cookie_is_reported),
	KTEST_CASE(modules_may_use_all_of_it),
};
KTEST_SUITE(iomap, iomap_cases);
