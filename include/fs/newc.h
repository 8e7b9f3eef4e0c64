/* SPDX-License-Identifier: MIT */
/*
 * newc.h - the "new ASCII" cpio archive: reading it, and unpacking it
 *
 * One entry after the other, each a header of 110 characters, a name, and data,
 * name and data filled up to a multiple of 4 bytes. The reader is pure: it
 * reads the bytes that it is given, and nothing else; it believes no figure.
 */
#ifndef FS_NEWC_H
#define FS_NEWC_H

#include <kernel/types.h>

#define NEWC_HEADER_BYTES 110u
#define NEWC_MAGIC "070701"
#define NEWC_MAGIC_SUMMED "070702" /* the same with a sum of the data */
#define NEWC_TRAILER "TRAILER!!!"

struct newc_reader {
	const u8 *bytes;
	size_t size;
	size_t at; /* of the next header */
	const char *why; /* what is wrong with the rest; NULL: nothing */
};

struct newc_entry {
	size_t at; /* of its header in the archive */
	const char *name; /* in the archive; NUL-terminated */
	size_t name_len; /* without the NUL */
	const u8 *data; /* in the archive */
	u32 data_bytes;
	u32 ino;
	u32 mode;
	u32 uid;
	u32 gid;
	u32 nlink;
	u32 mtime;
	u32 dev_major, dev_minor; /* where the file was */
	u32 rdev_major, rdev_minor; /* what a device's file is */
	u32 sum;
	bool summed; /* @sum is that of the data */
	bool trailer; /* the end of an archive; another may follow */
	const char *refused; /* why it cannot be unpacked; NULL: it can */
};

/**
 * newc_begin - read the archive of @size bytes at @bytes
 */
void newc_begin(struct newc_reader *r, const void *bytes, size_t size);

/**
 * newc_next - the next entry
 *
 * One whose figures can be trusted but whose name cannot is given with refused
 * set: the rest of the archive is not lost for it.
 * Return: false at the end, or where the archive is damaged: then r->why says
 * how, and r->at where. Context: any.
 */
bool __must_check newc_next(struct newc_reader *r, struct newc_entry *e);

/* Do the bytes begin like such an archive? */
bool newc_is_archive(const void *bytes, size_t size);

struct fs_struct;

struct newc_result {
	unsigned int entries; /* unpacked */
	unsigned int refused; /* not unpacked; a line says why each time */
	u64 bytes; /* of their contents */
};

/**
 * newc_unpack - make what is in an archive
 * @fs: where; NULL: init_fs
 *
 * An entry that cannot be made is named in a line, and the next one is made.
 * Directories may be there already; other names may not. Context: may sleep.
 */
void newc_unpack(const struct fs_struct *fs, const void *bytes, size_t size,
		 struct newc_result *result);

#endif
