/* SPDX-License-Identifier: MIT */
/*
 * newc.c - reading a newc cpio archive, which nobody vouches for
 *
 * Every figure is checked against the bytes that are left before it is used, by
 * subtraction from what there is, so that no sum can wrap. What follows an
 * entry is found by its lengths alone; when one of those cannot be right, the
 * rest is given up. A wrong name costs its entry only.
 *
 * Invariant: r->at <= r->size.
 */
#include <fs/newc.h>
#include <kernel/hex.h>
#include <kernel/string.h>
#include <kernel/util.h>

/* A path's length, NUL included; as PATH_MAX. */
#define NEWC_NAME_MOST 4096u

/* The fields behind the magic, 8 hexadecimal digits each. */
enum newc_field {
	FIELD_INO,
	FIELD_MODE,
	FIELD_UID,
	FIELD_GID,
	FIELD_NLINK,
	FIELD_MTIME,
	FIELD_FILESIZE,
	FIELD_DEVMAJOR,
	FIELD_DEVMINOR,
	FIELD_RDEVMAJOR,
	FIELD_RDEVMINOR,
	FIELD_NAMESIZE,
	FIELD_CHECK,
	NR_FIELDS
};
static_assert(6 + NR_FIELDS * 8 == NEWC_HEADER_BYTES, "the header's length");

void newc_begin(struct newc_reader *r, const void *bytes, size_t size)
{
	*r = (struct newc_reader){ .bytes = bytes, .size = size };
}

static bool fields_read(const u8 *p, u32 *fields)
{
	unsigned int i;

	for (i = 0; i < NR_FIELDS * 8; i++) {
		int digit = hex_to_bin(p[i]);

		if (digit < 0)
			return false;
		fields[i / 8] = fields[i / 8] << 4 | (u32)digit;
	}
	return true;
}

bool newc_is_archive(const void *bytes, size_t size)
{
	return size >= NEWC_HEADER_BYTES &&
	       (!memcmp(bytes, NEWC_MAGIC, 6) ||
		!memcmp(bytes, NEWC_MAGIC_SUMMED, 6));
}

/* @bytes, then up to a multiple of 4 in the archive. NULL: not there. */
static const u8 *take(struct newc_reader *r, size_t bytes)
{
	const u8 *p = r->bytes + r->at;
	size_t left = r->size - r->at;

	if (bytes > left)
		return NULL;
	/* The last entry may end without filling. */
	r->at += bytes;
	r->at = min(ALIGN(r->at, (size_t)4), r->size);
	return p;
}

/* Why there can be no such name; NULL: there can. */
static const char *name_refused(const struct newc_entry *e)
{
	const char *p = e->name;

	if (!e->name_len)
		return "it has no name";
	if (strlen(p) != e->name_len)
		return "its name has a NUL inside";
	if (*p == '/')
		return "its name is absolute";
	while (*p) {
		size_t len = strcspn(p, "/");

		if (len == 2 && !strncmp(p, "..", 2))
			return "its name leads upwards";
		p += len;
		p += strspn(p, "/");
	}
	return NULL;
}

static bool sum_is_right(const struct newc_entry *e)
{
	u32 sum = 0, i;

	if (!e->summed)
		return true;
	for (i = 0; i < e->data_bytes; i++)
		sum += e->data[i];
	return sum == e->sum;
}

static void entry_set(struct newc_entry *e, const u32 *fields)
{
	e->ino = fields[FIELD_INO];
	e->mode = fields[FIELD_MODE];
	e->uid = fields[FIELD_UID];
	e->gid = fields[FIELD_GID];
	e->nlink = fields[FIELD_NLINK];
	e->mtime = fields[FIELD_MTIME];
	e->data_bytes = fields[FIELD_FILESIZE];
	e->dev_major = fields[FIELD_DEVMAJOR];
	e->dev_minor = fields[FIELD_DEVMINOR];
	e->rdev_major = fields[FIELD_RDEVMAJOR];
	e->rdev_minor = fields[FIELD_RDEVMINOR];
	e->sum = fields[FIELD_CHECK];
}

/* Between archives there may be zeroes. Return: false: nothing else is left. */
static bool skip_zeroes(struct newc_reader *r)
{
	while (r->at < r->size && !r->bytes[r->at])
		r->at++;
	return r->at < r->size;
}

static bool damaged(struct newc_reader *r, size_t at, const char *why)
{
	r->at = at;
	r->why = why;
	return false;
}

bool newc_next(struct newc_reader *r, struct newc_entry *e)
{
	u32 fields[NR_FIELDS] = { 0 };
	u32 name_bytes;
	const u8 *p;
	size_t at;

	if (r->why || !skip_zeroes(r))
		return false;
	*e = (struct newc_entry){ .at = r->at };
	at = r->at;
	if (r->size - at < NEWC_HEADER_BYTES)
		return damaged(r, at, "it is cut within a header");
	p = r->bytes + at;
	if (!newc_is_archive(p, r->size - at))
		return damaged(r, at, "there is no header");
	e->summed = !memcmp(p, NEWC_MAGIC_SUMMED, 6);
	if (!fields_read(p + 6, fields))
		return damaged(r, at,
			       "a header has no digit where one belongs");
	entry_set(e, fields);
	name_bytes = fields[FIELD_NAMESIZE];
	if (!name_bytes || name_bytes > NEWC_NAME_MOST)
		return damaged(r, at, "a name's length cannot be right");
	/* Header and name are filled up together. */
	p = take(r, NEWC_HEADER_BYTES + name_bytes);
	if (!p)
		return damaged(r, at, "it is cut within a name");
	e->name = (const char *)p + NEWC_HEADER_BYTES;
	e->name_len = name_bytes - 1;
	if (e->name[e->name_len])
		return damaged(r, at, "a name has no end");
	e->data = take(r, e->data_bytes);
	if (!e->data)
		return damaged(r, at, "it is cut within a file");
	e->trailer = !strcmp(e->name, NEWC_TRAILER);
	e->refused = name_refused(e);
	if (!e->refused && !sum_is_right(e))
		e->refused = "its sum is wrong";
	return true;
}
