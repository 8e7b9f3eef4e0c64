/* SPDX-License-Identifier: MIT */
/*
 * x86_io_test.c - accesses as real (emulated) devices see them
 *
 * The local APIC answers 32-bit reads; what narrower ones give is not defined,
 * QEMU gives 0. PCI's configuration address takes 32-bit writes and no others.
 */
#include <kernel/ktest.h>
#include <kernel/string.h>
#include <linux/io.h>
#include <asm/cpufeature.h>
#include <asm/fixmap.h>
#include <asm/msr.h>
#include <asm/pgtable.h>

#define LAPIC_VERSION 0x30u
#define PCI_CONFIG 0xcf8
#define VGA_TEXT 0xb8000ull
#define CPUID_HYPERVISOR 0x40000000u
#define ECX_HYPERVISOR 0x80000000u

/* Is this QEMU's own emulation? Only there all below is known. */
static bool on_tcg(void)
{
	u32 eax = CPUID_HYPERVISOR, ebx, ecx, edx;

	if (!(cpu_info()->ecx & ECX_HYPERVISOR))
		return false;
	__asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	return ebx == 0x54474354; /* "TCGT" */
}

static void memory_mapped_registers_see_the_width_of_the_name(struct ktest *t)
{
	phys_addr_t pa;
	u8 __iomem *p;
	u32 word;

	if (!kpt_lookup((unsigned long __force)fixmap_address(FIX_LAPIC),
			&pa) ||
	    !on_tcg()) {
		ktest_skip(t, "no local APIC in use, or not QEMU's own");
		return;
	}
	p = ioremap(pa + LAPIC_VERSION, 4);
	KTEST_ASSERT_NOT_NULL(t, (void __force *)p);
	word = readl(p);
	KTEST_EXPECT_NE(t, word & 0xff, 0);
	KTEST_EXPECT_EQ(t, readl_relaxed(p), word);
	KTEST_EXPECT_EQ(t, ioread32(p), word);
	memcpy_fromio(&word, p, 4);
	KTEST_EXPECT_EQ(t, word, readl(p));
	KTEST_EXPECT_EQ(t, readb(p), 0);
	KTEST_EXPECT_EQ(t, readw(p), 0);
	KTEST_EXPECT_EQ(t, ioread8(p), 0u);
	iounmap(p);
}

static void ports_see_the_width_of_the_name(struct ktest *t)
{
	void __iomem *cookie = ioport_map(PCI_CONFIG, 4);
	u32 old = inl(PCI_CONFIG), word = 0x80000800;

	outl(0x80000000, PCI_CONFIG);
	if (inl(PCI_CONFIG) != 0x80000000 || !on_tcg()) {
		ktest_skip(t, "no PCI, or not QEMU's own");
		return;
	}
	outb(0x12, PCI_CONFIG);
	outw(0x1234, PCI_CONFIG);
	outw_p(0x1234, PCI_CONFIG);
	KTEST_EXPECT_EQ(t, inl_p(PCI_CONFIG), 0x80000000u);
	outsl(PCI_CONFIG, &word, 1);
	KTEST_EXPECT_EQ(t, ioread32(cookie), 0x80000800u);
	iowrite32(0x80001000, cookie);
	insl(PCI_CONFIG, &word, 1);
	KTEST_EXPECT_EQ(t, word, 0x80001000u);
	outl(old, PCI_CONFIG);
}

/* The text page of the screen, through a mapping of each kind. */
static void text_round_trip(struct ktest *t, u8 __iomem *screen)
{
	char saved[16], got[16];

	KTEST_ASSERT_NOT_NULL(t, (void __force *)screen);
	memcpy_fromio(saved, screen, sizeof(saved));
	memcpy_toio(screen, "W\7r\7i\7t\7t\7e\7n\7", 15);
	wmb();
	memcpy_fromio(got, screen, 15);
	memcpy_toio(screen, saved, sizeof(saved));
	if (readw(screen) == 0xffff)
		ktest_skip(t, "this machine has no screen");
	else
		KTEST_EXPECT_EQ(t, memcmp(got, "W\7r\7i\7t\7t\7e\7n\7", 15), 0);
	iounmap(screen);
}

static void the_text_page_can_be_written_uncached(struct ktest *t)
{
	text_round_trip(t, ioremap(VGA_TEXT, 4000));
}

static void the_text_page_can_be_written_combining(struct ktest *t)
{
	text_round_trip(t, ioremap_wc(VGA_TEXT, 4000));
}

static const struct ktest_case x86_io_cases[] = {
	KTEST_CASE(memory_mapped_registers_see_the_width_of_the_name),
	KTEST_CASE(ports_see_the_width_of_the_name),
	KTEST_CASE(the_text_page_can_be_written_uncached),
	KTEST_CASE(the_text_page_can_be_written_combining),
};
KTEST_SUITE(x86_io, x86_io_cases);
