/* SPDX-License-Identifier: MIT */
/* host_iomap_test.c - each access as the bus sees it: port, width, value */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <kernel/vsnprintf.h>
#include <linux/io.h>
#include <host/machine.h>

static char seen[256];

static u32 bus_in(u16 port, unsigned int bytes)
{
	size_t n = strlen(seen);

	scnprintf(seen + n, sizeof(seen) - n, "r%x.%u ", port, bytes);
	return 0x81828384;
}

static void bus_out(u32 value, u16 port, unsigned int bytes)
{
	size_t n = strlen(seen);

	scnprintf(seen + n, sizeof(seen) - n, "w%x.%u=%x ", port, bytes, value);
}

static const struct host_port_bus bus = { bus_in, bus_out };

static void expect_seen(struct ktest *t, const char *want)
{
	KTEST_EXPECT_STREQ(t, seen, want);
	seen[0] = '\0';
}

static void ports_see_the_width_of_the_name(struct ktest *t)
{
	host_set_port_bus(&bus);
	KTEST_EXPECT_EQ(t, inb(0x60), 0x84);
	KTEST_EXPECT_EQ(t, inw(0x62), 0x8384);
	KTEST_EXPECT_EQ(t, inl(0xcf8), 0x81828384u);
	KTEST_EXPECT_EQ(t, inb_p(0x61), 0x84);
	expect_seen(t, "r60.1 r62.2 rcf8.4 r61.1 ");
	outb(0x12, 0x80);
	outw(0x1234, 0x82);
	outl(0x12345678, 0x84);
	outw_p(0x99, 0x88);
	expect_seen(t, "w80.1=12 w82.2=1234 w84.4=12345678 w88.2=99 ");
	host_set_port_bus(NULL);
}

static void strings_are_so_many_accesses_of_one_port(struct ktest *t)
{
	u8 bytes[3] = { 1, 2, 3 };
	u16 words[2] = { 0x102, 0x304 };
	u32 longs[2];

	host_set_port_bus(&bus);
	outsb(0x10, bytes, 3);
	outsw(0x12, words, 2);
	insl(0x14, longs, 2);
	insb(0x16, bytes, 0);
	expect_seen(t, "w10.1=1 w10.1=2 w10.1=3 w12.2=102 w12.2=304 "
		       "r14.4 r14.4 ");
	KTEST_EXPECT_EQ(t, longs[1], 0x81828384u);
	host_set_port_bus(NULL);
}

static void a_ports_cookie_leads_to_the_port(struct ktest *t)
{
	u8 __iomem *p = ioport_map(0x1f0, 8);
	u16 words[2] = { 0x102, 0x304 };

	host_set_port_bus(&bus);
	KTEST_EXPECT_EQ(t, ioread8(p + 7), 0x84u);
	KTEST_EXPECT_EQ(t, ioread16(p), 0x8384u);
	KTEST_EXPECT_EQ(t, ioread16be(p), 0x8483u);
	KTEST_EXPECT_EQ(t, ioread32(p), 0x81828384u);
	KTEST_EXPECT_EQ(t, ioread32be(p), 0x84838281u);
	expect_seen(t, "r1f7.1 r1f0.2 r1f0.2 r1f0.4 r1f0.4 ");
	iowrite8(1, p + 6);
	iowrite16be(0x102, p);
	iowrite32(7, p);
	iowrite32be(0x01020304, p);
	expect_seen(t, "w1f6.1=1 w1f0.2=201 w1f0.4=7 w1f0.4=4030201 ");
	iowrite16_rep(p, words, 2);
	ioread16_rep(p, words, 2);
	ioread8_rep(p, words, 1);
	iowrite8_rep(p, words, 1);
	iowrite32_rep(p, words, 0);
	expect_seen(t, "w1f0.2=102 w1f0.2=304 r1f0.2 r1f0.2 r1f0.1 "
		       "w1f0.1=84 ");
	host_set_port_bus(NULL);
}

static void where_nothing_is_all_ones_are_read(struct ktest *t)
{
	outb(1, 0x300);
	KTEST_EXPECT_EQ(t, inb(0x300), 0xff);
	KTEST_EXPECT_EQ(t, inw(0x300), 0xffff);
	KTEST_EXPECT_EQ(t, inl(0x300), 0xffffffffu);
	expect_seen(t, "");
}

static const struct ktest_case host_iomap_cases[] = {
	KTEST_CASE(ports_see_the_width_of_the_name),
	KTEST_CASE(strings_are_so_many_accesses_of_one_port),
	KTEST_CASE(a_ports_cookie_leads_to_the_port),
	KTEST_CASE(where_nothing_is_all_ones_are_read),
};
KTEST_SUITE(host_iomap, host_iomap_cases);
