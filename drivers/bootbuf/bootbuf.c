/* SPDX-License-Identifier: MIT */
/*
 * bootbuf.c - one buffer by each of the boot-time calls, to look at
 *
 * With bootbuf=SIZE on the command line each call of linux/bootmem.h, and one
 * of linux/memblock.h, is used once; /proc/iomem then shows who got what. Each
 * buffer is taken by a function of its own, for that is the owner's name.
 * bootbuf=SIZE! uses the names that stop the machine when nothing fits.
 *
 * Each buffer is filled at once with bytes that depend on the call and the
 * place; bootbuf_verify() finds what somebody else has changed.
 *
 * Locking: none; written at boot, read-only afterwards.
 */
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/string.h>
#include <linux/bootmem.h>
#include <linux/memblock.h>
#include <drivers/bootbuf.h>

#define BOOTBUF_AS_ROW(id, name, is_low, is_pages) \
	[BOOTBUF_##id] = { .call = name, .low = is_low, .pages = is_pages },
static struct bootbuf bootbufs[] = { BOOTBUFS(BOOTBUF_AS_ROW) };

static bool must; /* the forms that stop the machine */
static unsigned long buffer_bytes; /* 0: bootbuf= was not given */

static int bootbuf_set(const char *value)
{
	unsigned long long bytes;
	char *end;

	if (!value)
		return -EINVAL;
	bytes = memparse(value, &end);
	if (!bytes || bytes > ULONG_MAX || strcmp(end, *end ? "!" : ""))
		return -EINVAL;
	must = *end == '!';
	buffer_bytes = (unsigned long)bytes;
	return 0;
}
KERNEL_PARAM(
	bootbuf, "bootbuf", bootbuf_set,
	"=SIZE[KMG][!]: take a buffer by each boot-time call (!: or stop)");

static void *bootbuf_any(void)
{
	return must ? alloc_bootmem(buffer_bytes) :
		      alloc_bootmem_nopanic(buffer_bytes);
}

static void *bootbuf_low(void)
{
	return must ? alloc_bootmem_low(buffer_bytes) :
		      alloc_bootmem_low_nopanic(buffer_bytes);
}

static void *bootbuf_pages(void)
{
	return must ? alloc_bootmem_pages(buffer_bytes) :
		      alloc_bootmem_pages_nopanic(buffer_bytes);
}

static void *bootbuf_low_pages(void)
{
	return must ? alloc_bootmem_low_pages(buffer_bytes) :
		      alloc_bootmem_low_pages_nopanic(buffer_bytes);
}

/* memblock_alloc() never stops the machine. */
static void *bootbuf_memblock(void)
{
	return memblock_alloc(buffer_bytes, 0);
}

static u8 bootbuf_byte(enum bootbuf_id id, unsigned long i)
{
	return (u8)(i * 7 + (i >> 8) + id * 31 + 1);
}

unsigned long bootbuf_verify(enum bootbuf_id id)
{
	const u8 *data = bootbufs[id].data;
	unsigned long i, wrong = 0;

	for (i = 0; data && i < buffer_bytes; i++)
		wrong += READ_ONCE(data[i]) != bootbuf_byte(id, i);
	return wrong;
}

static void bootbuf_own(enum bootbuf_id id, u8 *data)
{
	unsigned long i;

	if (!data)
		return;
	bootbufs[id].data = data;
	bootbufs[id].was_zeroed = !memchr_inv(data, 0, buffer_bytes);
	for (i = 0; i < buffer_bytes; i++)
		data[i] = bootbuf_byte(id, i);
}

static void bootbuf_init(void)
{
	if (!buffer_bytes)
		return;
	bootbuf_own(BOOTBUF_ANY, bootbuf_any());
	bootbuf_own(BOOTBUF_LOW, bootbuf_low());
	bootbuf_own(BOOTBUF_PAGES, bootbuf_pages());
	bootbuf_own(BOOTBUF_LOW_PAGES, bootbuf_low_pages());
	bootbuf_own(BOOTBUF_MEMBLOCK, bootbuf_memblock());
}
BOOT_DEVICE(bootbuf, "bootbuf", bootbuf_init);

const struct bootbuf *bootbuf_table(unsigned long *bytes)
{
	*bytes = buffer_bytes;
	return bootbufs;
}
