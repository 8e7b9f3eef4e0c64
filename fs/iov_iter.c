/* SPDX-License-Identifier: MIT */
/*
 * iov_iter.c - copying to and from the pieces of memory of one transfer
 *
 * All copies go through one loop: take what is left of the first piece, move as
 * much as fits, go on. A piece of a process may take less than was asked for;
 * then the copy ends there, and what is behind it stays as it was.
 *
 * Invariants: iov_offset is below the first piece's length, or the piece is
 * empty and about to be left; count is at most what the pieces have left.
 */
#include <fs/uio.h>
#include <kernel/bug.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/slab.h>
#include <mm/uaccess.h>

void iov_iter_init(struct iov_iter *i, unsigned int direction,
		   const struct iovec *iov, unsigned long nr_segs, size_t count)
{
	*i = (struct iov_iter){ .iter_type = ITER_IOVEC,
				.data_source = direction == WRITE,
				.count = count,
				.iov = iov,
				.nr_segs = nr_segs };
}
EXPORT_SYMBOL(iov_iter_init);

void iov_iter_kvec(struct iov_iter *i, unsigned int direction,
		   const struct kvec *kvec, unsigned long nr_segs, size_t count)
{
	*i = (struct iov_iter){ .iter_type = ITER_KVEC,
				.data_source = direction == WRITE,
				.count = count,
				.kvec = kvec,
				.nr_segs = nr_segs };
}
EXPORT_SYMBOL(iov_iter_kvec);

void iov_iter_ubuf(struct iov_iter *i, unsigned int direction, void __user *buf,
		   size_t count)
{
	*i = (struct iov_iter){ .iter_type = ITER_UBUF,
				.data_source = direction == WRITE,
				.count = count,
				.ubuf = buf,
				.nr_segs = 1 };
}
EXPORT_SYMBOL(iov_iter_ubuf);

/* Length of the first piece. */
static size_t piece_len(const struct iov_iter *i)
{
	switch (i->iter_type) {
	case ITER_UBUF: return i->iov_offset + i->count;
	case ITER_KVEC: return i->kvec->iov_len;
	default: return i->iov->iov_len;
	}
}

/* What is left of the first piece, and of the transfer. */
static size_t piece_left(const struct iov_iter *i)
{
	return min(piece_len(i) - i->iov_offset, i->count);
}

/* Where the copy goes on, if it is memory of a process. */
static char __user *piece_user(const struct iov_iter *i)
{
	void __user *base = i->iter_type == ITER_UBUF ? i->ubuf :
							i->iov->iov_base;

	/* Not as a pointer: it is whatever the process says. */
	return (char __user *)((unsigned long)base + i->iov_offset);
}

/* @bytes of the first piece are done; empty ones behind it are left, too. */
static void piece_done(struct iov_iter *i, size_t bytes)
{
	i->iov_offset += bytes;
	i->count -= bytes;
	while (i->count && i->iov_offset == piece_len(i)) {
		i->iov_offset = 0;
		i->nr_segs--;
		if (i->iter_type == ITER_KVEC)
			i->kvec++;
		else
			i->iov++;
	}
}

void iov_iter_advance(struct iov_iter *i, size_t bytes)
{
	bytes = min(bytes, i->count);
	while (bytes) {
		size_t part = min(bytes, piece_left(i));

		piece_done(i, part);
		bytes -= part;
	}
}
EXPORT_SYMBOL(iov_iter_advance);

void iov_iter_revert(struct iov_iter *i, size_t bytes)
{
	i->count += bytes;
	while (bytes > i->iov_offset) {
		bytes -= i->iov_offset;
		i->nr_segs++;
		if (i->iter_type == ITER_KVEC)
			i->kvec--;
		else
			i->iov--;
		i->iov_offset = piece_len(i);
	}
	i->iov_offset -= bytes;
}
EXPORT_SYMBOL(iov_iter_revert);

/* --- copies ---------------------------------------------------------------- */

/* Each moves @len bytes between the first piece and @kernel, from its byte @done
 * on. Return: bytes not moved. */
typedef size_t (*piece_copy)(struct iov_iter *i, char *kernel, size_t done,
			     size_t len);

static size_t piece_fill(struct iov_iter *i, char *from, size_t done,
			 size_t len)
{
	if (i->iter_type != ITER_KVEC)
		return copy_to_user(piece_user(i), from + done, len);
	memcpy((char *)i->kvec->iov_base + i->iov_offset, from + done, len);
	return 0;
}

/* What did not come stays as it is: @to may be a file's. */
static size_t piece_take(struct iov_iter *i, char *to, size_t done, size_t len)
{
	if (i->iter_type != ITER_KVEC)
		return raw_copy_from_user(to + done, piece_user(i), len);
	memcpy(to + done, (char *)i->kvec->iov_base + i->iov_offset, len);
	return 0;
}

/* There is no other side. */
static size_t piece_clear(struct iov_iter *i, char *unused, size_t done,
			  size_t len)
{
	(void)unused;
	(void)done;
	if (i->iter_type != ITER_KVEC)
		return clear_user(piece_user(i), len);
	memset((char *)i->kvec->iov_base + i->iov_offset, 0, len);
	return 0;
}

static size_t iter_copy(struct iov_iter *i, char *kernel, size_t bytes,
			piece_copy copy)
{
	size_t done = 0;

	bytes = min(bytes, i->count);
	/* An array may begin with empty pieces. */
	piece_done(i, 0);
	while (done < bytes) {
		size_t part = min(bytes - done, piece_left(i));
		size_t left = copy(i, kernel, done, part);

		piece_done(i, part - left);
		done += part - left;
		if (left)
			break;
	}
	return done;
}

size_t copy_to_iter(const void *from, size_t bytes, struct iov_iter *i)
{
	if (WARN_ON_ONCE(i->data_source))
		return 0;
	return iter_copy(i, (char *)(unsigned long)from, bytes, piece_fill);
}
EXPORT_SYMBOL(copy_to_iter);

size_t copy_from_iter(void *to, size_t bytes, struct iov_iter *i)
{
	if (WARN_ON_ONCE(!i->data_source))
		return 0;
	return iter_copy(i, to, bytes, piece_take);
}
EXPORT_SYMBOL(copy_from_iter);

bool copy_from_iter_full(void *to, size_t bytes, struct iov_iter *i)
{
	size_t done = copy_from_iter(to, bytes, i);

	if (done == bytes)
		return true;
	iov_iter_revert(i, done);
	return false;
}
EXPORT_SYMBOL(copy_from_iter_full);

char *iov_iter_text(struct iov_iter *i, size_t most)
{
	size_t len = iov_iter_count(i);
	char *text;

	if (len >= most)
		return ERR_PTR(-E2BIG);
	text = kmalloc(len + 1, GFP_KERNEL);
	if (!text)
		return ERR_PTR(-ENOMEM);
	text[len] = '\0';
	if (copy_from_iter_full(text, len, i))
		return text;
	kfree(text);
	return ERR_PTR(-EFAULT);
}

size_t iov_iter_zero(size_t bytes, struct iov_iter *i)
{
	if (WARN_ON_ONCE(i->data_source))
		return 0;
	return iter_copy(i, NULL, bytes, piece_clear);
}
EXPORT_SYMBOL(iov_iter_zero);

/* A mapping that may be slept on: the copy may fault. */
size_t copy_page_to_iter(struct page *page, size_t offset, size_t bytes,
			 struct iov_iter *i)
{
	char *at = kmap(page);
	size_t done;

	if (!at)
		return 0;
	done = copy_to_iter(at + offset, bytes, i);
	kunmap(page);
	return done;
}
EXPORT_SYMBOL(copy_page_to_iter);

size_t copy_page_from_iter(struct page *page, size_t offset, size_t bytes,
			   struct iov_iter *i)
{
	char *at = kmap(page);
	size_t done;

	if (!at)
		return 0;
	done = copy_from_iter(at + offset, bytes, i);
	kunmap(page);
	return done;
}
EXPORT_SYMBOL(copy_page_from_iter);
