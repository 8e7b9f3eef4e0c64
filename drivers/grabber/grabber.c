/* SPDX-License-Identifier: MIT */
/*
 * grabber.c - a frame grabber that takes its buffer as in the oldest kernels
 *
 * A grabber card writes pictures by DMA, so it wants one piece of physical
 * memory below 16 MiB, and when drivers are loaded there may be none left. So
 * the buffer is taken at boot, by start and end, and kept for ever.
 *
 * There is no such card in the machine: the driver itself plays it. A picture
 * is a pattern in which each word holds its own address and the frame's number,
 * so a word that somebody else wrote, or that belongs to another place, shows.
 * The first picture is made at boot; if it is whole later on, nobody was given
 * this memory in between.
 *
 * grabber=SIZE asks for another size. What is too large is not looked for: the
 * answer then lies past the end, and start-up refuses it. The size that nobody
 * asked for is no error where it does not fit: one line, and no grabber.
 *
 * Locking: one caller at a time, the self-tests.
 */
#define pr_fmt(fmt) "grabber: " fmt
#include <kernel/errno.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/util.h>
#include <drivers/grabber.h>
#include <mm/boot_device.h>

/* Four pages: small enough to be in every machine. */
#define GRABBER_DEFAULT_BYTES KIB(16)

static unsigned long wanted_bytes = GRABBER_DEFAULT_BYTES;
static bool asked; /* grabber= was given */
static u32 *picture;
static unsigned long picture_words;
static u32 last_frame;

static int grabber_set(const char *value)
{
	unsigned long long bytes;
	char *end;

	if (!value)
		return -EINVAL;
	bytes = memparse(value, &end);
	if (end == value || *end || bytes > ULONG_MAX)
		return -EINVAL;
	asked = true;
	wanted_bytes = (unsigned long)bytes;
	return 0;
}
KERNEL_PARAM(
	grabber, "grabber", grabber_set,
	"=SIZE[KMG]: memory that the frame grabber takes at boot (0: none)");

void *grabber_buffer(unsigned long *bytes)
{
	*bytes = picture_words * sizeof(*picture);
	return picture;
}

/* By address, so that a picture in the wrong place is a wrong picture. */
static u32 picture_word(unsigned long i)
{
	return (u32)(unsigned long)&picture[i] ^ last_frame * 0x9e3779b9u;
}

void grabber_capture(u32 frame)
{
	unsigned long i;

	last_frame = frame;
	for (i = 0; i < picture_words; i++)
		picture[i] = picture_word(i);
}

unsigned long grabber_verify(void)
{
	unsigned long i, wrong = 0;

	for (i = 0; i < picture_words; i++)
		wrong += READ_ONCE(picture[i]) != picture_word(i);
	return wrong;
}

/* What does not fit is not ours, and must not be written to: only asked for.
 * An end beyond all addresses is the highest that there is. */
static long too_much(unsigned long start, long mem_start)
{
	if (asked)
		return (long)(start + min(wanted_bytes, ULONG_MAX - start));
	pr_info("no room for %lu bytes: there is no grabber\n", wanted_bytes);
	return mem_start;
}

static long grabber_init(long mem_start, long mem_end)
{
	unsigned long start = ALIGN((unsigned long)mem_start, PAGE_SIZE);

	if (!wanted_bytes)
		return mem_start;
	if (start > (unsigned long)mem_end ||
	    wanted_bytes > (unsigned long)mem_end - start)
		return too_much(start, mem_start);
	picture = (u32 *)start;
	picture_words = wanted_bytes / sizeof(*picture);
	grabber_capture(1);
	return (long)(start + wanted_bytes);
}
BOOT_DEVICE_START_END(grabber, "grabber", grabber_init);
