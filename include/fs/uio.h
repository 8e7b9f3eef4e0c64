/* SPDX-License-Identifier: MIT */
/*
 * uio.h - where the bytes of one transfer lie: struct iov_iter
 *
 * One read or write moves bytes between a file and pieces of memory, the
 * kernel's own (kvec) or a process's (iovec, or one buffer). The iterator knows
 * which, copies accordingly, and remembers how far it is. So a file needs one
 * function for both kinds of callers.
 *
 * Locking: an iterator belongs to one caller. Copies to or from a process's
 * memory may sleep.
 */
#ifndef FS_UIO_H
#define FS_UIO_H

#include <kernel/types.h>

#define READ 0 /* the memory is filled */
#define WRITE 1 /* the memory is read */

struct iovec {
	void __user *iov_base;
	size_t iov_len;
};

struct kvec {
	void *iov_base;
	size_t iov_len;
};

enum iter_type {
	ITER_UBUF, /* one buffer of a process */
	ITER_IOVEC, /* several */
	ITER_KVEC, /* memory of the kernel */
};

struct iov_iter {
	u8 iter_type; /* enum iter_type */
	bool data_source; /* WRITE: its bytes are taken */
	size_t iov_offset; /* into the first piece */
	size_t count; /* bytes left, in all pieces */
	union {
		void __user *ubuf;
		const struct iovec *iov;
		const struct kvec *kvec;
	};
	unsigned long nr_segs; /* pieces left, the first one included */
};

struct page;

/* @direction: READ or WRITE. The array must outlive the iterator. */
void iov_iter_init(struct iov_iter *i, unsigned int direction,
		   const struct iovec *iov, unsigned long nr_segs,
		   size_t count);
void iov_iter_kvec(struct iov_iter *i, unsigned int direction,
		   const struct kvec *kvec, unsigned long nr_segs,
		   size_t count);
void iov_iter_ubuf(struct iov_iter *i, unsigned int direction, void __user *buf,
		   size_t count);

static inline size_t iov_iter_count(const struct iov_iter *i)
{
	return i->count;
}

static inline unsigned int iov_iter_rw(const struct iov_iter *i)
{
	return i->data_source ? WRITE : READ;
}

static inline bool iter_is_ubuf(const struct iov_iter *i)
{
	return i->iter_type == ITER_UBUF;
}

static inline bool iter_is_iovec(const struct iov_iter *i)
{
	return i->iter_type == ITER_IOVEC;
}

static inline bool iov_iter_is_kvec(const struct iov_iter *i)
{
	return i->iter_type == ITER_KVEC;
}

/* Make it end after @count bytes, if it would go on. */
static inline void iov_iter_truncate(struct iov_iter *i, size_t count)
{
	if (i->count > count)
		i->count = count;
}

/* Undo that: @count bytes are left again. */
static inline void iov_iter_reexpand(struct iov_iter *i, size_t count)
{
	i->count = count;
}

/* Go on by @bytes, at most to the end. */
void iov_iter_advance(struct iov_iter *i, size_t bytes);
/* Go back by @bytes that were gone over. */
void iov_iter_revert(struct iov_iter *i, size_t bytes);

/**
 * copy_to_iter - move bytes into the memory that @i is about
 *
 * Return: how many; fewer than @bytes if @i ends, or memory of a process cannot
 * be written. Context: may sleep unless the memory is the kernel's.
 */
size_t copy_to_iter(const void *from, size_t bytes, struct iov_iter *i);
/* The other way round. */
size_t copy_from_iter(void *to, size_t bytes, struct iov_iter *i);
/* All of them, or none: then @i is where it was. */
bool __must_check copy_from_iter_full(void *to, size_t bytes,
				      struct iov_iter *i);
/* All that is left, with a NUL behind it, in memory of kmalloc().
 * Return: ERR_PTR(-E2BIG) if with the NUL it is more than @most bytes; -EFAULT,
 * -ENOMEM. */
char *iov_iter_text(struct iov_iter *i, size_t most);
/* Bytes that are 0. */
size_t iov_iter_zero(size_t bytes, struct iov_iter *i);

/* The same for @bytes at @offset of a page, of high memory too. May sleep. */
size_t copy_page_to_iter(struct page *page, size_t offset, size_t bytes,
			 struct iov_iter *i);
size_t copy_page_from_iter(struct page *page, size_t offset, size_t bytes,
			   struct iov_iter *i);

#endif
