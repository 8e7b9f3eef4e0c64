/* SPDX-License-Identifier: MIT */
/*
 * memmap_words.c - memmap=: what a person knows better than the firmware
 *
 * The meaning is Linux's: a range is one more entry of the map, no more and no
 * less. So "RAM" cannot take back what the firmware has reserved; who wants
 * that says exactmap and the whole map. Ranges that are not RAM win over what
 * the firmware calls usable.
 *
 * A boot loader's own language may know the characters: in grub.cfg a $ is
 * written \$ or in single quotes, and a # after a blank begins a comment, but
 * not inside a word. QEMU's -append and the SMBIOS string of iso/grub.cfg take
 * all of them as they are.
 *
 * A person can also be wrong. What cannot be read is refused by the caller,
 * with the word's name; what would take the ground from under the running
 * kernel is refused as a whole, before anything is changed.
 *
 * Not here: mem=, which hides RAM and leaves the map alone.
 */
#define pr_fmt(fmt) "boot: " fmt

#include <kernel/errno.h>
#include <kernel/memmap.h>
#include <kernel/memmap_words.h>
#include <kernel/param.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>

#define PAGE_BYTES (1ull << MEMMAP_PAGE_SHIFT)

struct memmap_words memmap_words_boot;

/* --- reading ------------------------------------------------------------- */

/* The type that @sign stands for; 0: no such sign. */
static u32 sign_type(char sign)
{
	switch (sign) {
	case '@': return BOOT_MMAP_USABLE;
	case '#': return BOOT_MMAP_ACPI_DATA;
	case '$': return BOOT_MMAP_RESERVED;
	default: return 0;
	}
}

/* A size or an address at *@s, which is moved behind it. */
static bool read_number(const char **s, u64 *value)
{
	char *end;

	*value = memparse(*s, &end);
	if (end == *s || *value == U64_MAX)
		return false;
	*s = end;
	return true;
}

/* What follows SIZE: nothing, or a sign and an address. */
static int read_range(struct memmap_words *w, const char **s, u64 size)
{
	u32 type = sign_type(**s);
	u64 start;

	if (!type) {
		w->limit = size;
		return 0;
	}
	(*s)++;
	if (!read_number(s, &start) || start + (size - 1) < start)
		return -EINVAL;
	if (w->nr == MEMMAP_WORDS_MAX)
		return -ENOSPC;
	w->ranges[w->nr++] = (struct boot_mmap_entry){ start, size, type };
	return 0;
}

/* One part of the list at *@s, which is moved behind it. */
static int read_part(struct memmap_words *w, const char **s)
{
	static const char exact[] = "exactmap";
	u64 size;

	if (!strncmp(*s, exact, sizeof(exact) - 1)) {
		*s += sizeof(exact) - 1;
		w->exact = true;
		return 0;
	}
	if (!read_number(s, &size) || !size)
		return -EINVAL;
	return read_range(w, s, size);
}

int memmap_words_add(struct memmap_words *w, const char *value)
{
	struct memmap_words new = *w;
	int err;

	for (;;) {
		err = read_part(&new, &value);
		if (err)
			return err;
		if (!*value)
			break;
		if (*value++ != ',')
			return -EINVAL;
	}
	*w = new;
	return 0;
}

/* A list that finds no room is left out as a whole, those before it stay. */
static int memmap_set(const char *value)
{
	static bool told;
	int err = value ? memmap_words_add(&memmap_words_boot, value) : -EINVAL;

	if (err != -ENOSPC)
		return err;
	if (!told)
		pr_warn("memmap=%s and what follows left out: no room for more"
			" than %u ranges\n",
			value, MEMMAP_WORDS_MAX);
	told = true;
	return 0;
}
KERNEL_PARAM(
	memmap, "memmap", memmap_set,
	"=SIZE@START|SIZE#START|SIZE$START|SIZE|exactmap: RAM, ACPI data, reserved, an end, RAM only as named");

/* --- applying ------------------------------------------------------------ */

/* The last byte of an entry of non-zero length; the firmware's may wrap. */
static u64 range_last(const struct boot_mmap_entry *e)
{
	u64 last = e->base + (e->length - 1);

	return last < e->base ? U64_MAX : last;
}

/* Does a range that is not RAM touch the image's bytes [start, end)? */
static bool words_take(const struct memmap_words *w, u64 start, u64 end)
{
	unsigned int i;

	for (i = 0; i < w->nr; i++) {
		const struct boot_mmap_entry *e = &w->ranges[i];

		if (e->type != BOOT_MMAP_USABLE && e->base < end &&
		    range_last(e) >= start)
			return true;
	}
	return false;
}

/* Is there one range of RAM around the page? Two halves make no page. */
static bool words_cover_page(const struct memmap_words *w, u64 start)
{
	unsigned int i;

	for (i = 0; i < w->nr; i++) {
		const struct boot_mmap_entry *e = &w->ranges[i];

		if (e->type == BOOT_MMAP_USABLE && e->base <= start &&
		    range_last(e) >= start + PAGE_BYTES - 1)
			return true;
	}
	return false;
}

static bool words_cover(const struct memmap_words *w, u64 start, u64 end)
{
	for (; start < end; start += PAGE_BYTES)
		if (!words_cover_page(w, start))
			return false;
	return true;
}

/* Would the image's pages still be RAM with all words obeyed? */
static bool image_stays_ram(const struct memmap_words *w, u64 start, u64 end)
{
	if (words_take(w, start, end))
		return false;
	if (w->exact)
		return words_cover(w, start, end);
	return !w->limit || end <= w->limit;
}

/* RAM at or above @limit goes; entries of length 0 say nothing. */
static void entries_limit(struct boot_info *bi, u64 limit)
{
	u32 i;

	for (i = 0; i < bi->nr_mmap; i++) {
		struct boot_mmap_entry *e = &bi->mmap[i];

		if (e->type != BOOT_MMAP_USABLE || !e->length ||
		    range_last(e) < limit)
			continue;
		e->length = e->base < limit ? limit - e->base : 0;
	}
}

int memmap_words_apply(const struct memmap_words *w, struct boot_info *bi,
		       u64 start, u64 end)
{
	u32 kept = w->exact ? 0 : bi->nr_mmap;
	unsigned int i;

	if (!w->nr && !w->exact && !w->limit)
		return 1;
	if (!image_stays_ram(w, start, end))
		return -EBUSY;
	if (w->nr > BOOT_MMAP_ENTRIES - kept)
		return -ENOSPC;
	bi->nr_mmap = kept;
	if (w->limit)
		entries_limit(bi, w->limit);
	for (i = 0; i < w->nr; i++)
		bi->mmap[bi->nr_mmap++] = w->ranges[i];
	return 0;
}
