/* SPDX-License-Identifier: MIT */
/*
 * seq_file.c - reading a text that is made record by record
 *
 * The opening has a buffer with whole records, of which from bytes have been
 * read already: [from, from + left). A read copies what is there; when nothing
 * is, records are shown into the buffer until it holds as much as the reader
 * asked for, or the next one does not fit. A record that does not fit into an
 * empty buffer makes it grow to twice the size, and everything from start() is
 * done again. So a reader with any buffer size sees each record once and whole.
 *
 * A read at a position where the opening is not begins again at record 0, and
 * throws away what lies before the position.
 *
 * Invariant: m.index is the record behind those in the buffer.
 *
 * Locking: the opening's mutex, for one reader at a time. The driver's
 * functions run under it; copies to the reader happen outside start() .. stop().
 */
#include <fs/dcache.h>
#include <fs/seq_file.h>
#include <kernel/bug.h>
#include <kernel/ctype.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>
#include <mm/slab_accounted.h>

/* A text that is longer than this is refused: -ENOMEM, as for any memory that
 * is not there. */
#define SEQ_MOST_BYTES MIB(32)

struct seq_reader {
	struct seq_file m; /* first: file->private_data is this */
	struct mutex lock;
	size_t from; /* read already */
	size_t left; /* in the buffer behind it */
	loff_t read_pos; /* where in the text the reader is */
};

static struct seq_reader *seq_reader(const struct file *file)
{
	return container_of((struct seq_file *)file->private_data,
			    struct seq_reader, m);
}

/* --- opening and closing ---------------------------------------------------- */

int seq_open(struct file *file, const struct seq_operations *op)
{
	struct seq_reader *r;

	if (WARN_ON_ONCE(file->private_data))
		return -EBUSY;
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	mutex_init(&r->lock);
	r->m.op = op;
	r->m.file = file;
	file->private_data = &r->m;
	/* Texts are read with positions, but not written that way. */
	file->f_mode &= ~FMODE_PWRITE;
	return 0;
}
EXPORT_SYMBOL(seq_open);

int seq_release(struct inode *inode, struct file *file)
{
	struct seq_reader *r = seq_reader(file);

	(void)inode;
	kvfree(r->m.buf);
	kfree(r);
	return 0;
}
EXPORT_SYMBOL(seq_release);

void *__seq_open_private(struct file *file, const struct seq_operations *op,
			 int size)
{
	void *private = kzalloc((size_t)size, GFP_KERNEL);

	if (!private)
		return NULL;
	if (seq_open(file, op)) {
		kfree(private);
		return NULL;
	}
	seq_reader(file)->m.private = private;
	return private;
}
EXPORT_SYMBOL(__seq_open_private);

int seq_open_private(struct file *file, const struct seq_operations *op,
		     int size)
{
	return __seq_open_private(file, op, size) ? 0 : -ENOMEM;
}
EXPORT_SYMBOL(seq_open_private);

int seq_release_private(struct inode *inode, struct file *file)
{
	void *private = seq_reader(file)->m.private;

	/* A driver may have put it there by itself. */
	accounted_forget(private);
	kfree(private);
	return seq_release(inode, file);
}
EXPORT_SYMBOL(seq_release_private);

/* --- the buffer --------------------------------------------------------------- */

static void seq_empty(struct seq_reader *r)
{
	r->from = r->left = 0;
	r->m.count = r->m.pad_until = 0;
	r->m.overflowed = false;
}

/* An empty buffer of @size bytes. */
static int seq_buf_make(struct seq_reader *r, size_t size)
{
	kvfree(r->m.buf);
	r->m.buf = size <= SEQ_MOST_BYTES ? kvmalloc(size, GFP_KERNEL) : NULL;
	r->m.size = r->m.buf ? size : 0;
	seq_empty(r);
	return r->m.buf ? 0 : -ENOMEM;
}

/* Show one record behind what is there. Return: 1: it is there; 0: it was left
 * out; -E2BIG: it does not fit, and the buffer is as before; else its error. */
static int seq_show_one(struct seq_reader *r, void *v)
{
	size_t count = r->m.count;
	int err;

	r->m.overflowed = false;
	err = r->m.op->show(&r->m, v);
	if (!err && !r->m.overflowed && !seq_has_overflowed(&r->m))
		return 1;
	if (!err)
		err = -E2BIG;
	r->m.count = count;
	r->m.overflowed = false;
	return err > 0 ? 0 : err;
}

/* To the next record. A next() that forgets to move on would show one for
 * ever: then it is moved on for it. */
static void *seq_step(struct seq_reader *r, void *v)
{
	loff_t index = r->m.index;

	v = r->m.op->next(&r->m, v, &r->m.index);
	if (r->m.index == index)
		r->m.index++;
	return v;
}

/* Show records from m.index on until the buffer has @wanted bytes. */
static int seq_fill_once(struct seq_reader *r, size_t wanted)
{
	void *v = r->m.op->start(&r->m, &r->m.index);
	int err = 0;

	while (v && !IS_ERR(v) && r->m.count < wanted) {
		err = seq_show_one(r, v);
		if (err < 0)
			break;
		v = seq_step(r, v);
	}
	if (IS_ERR(v))
		err = (int)PTR_ERR(v);
	r->m.op->stop(&r->m, v);
	/* What was shown before an error is read first. */
	return err < 0 && !r->m.count ? err : 0;
}

/* Records into the empty buffer. Return: 0; m.count stays 0 at the end. */
static int seq_fill(struct seq_reader *r, size_t wanted)
{
	loff_t first = r->m.index;
	int err = r->m.buf ? 0 : seq_buf_make(r, PAGE_SIZE);

	while (!err) {
		seq_empty(r);
		err = seq_fill_once(r, max(wanted, (size_t)1));
		if (err != -E2BIG)
			break;
		r->m.index = first;
		err = seq_buf_make(r, r->m.size * 2);
	}
	r->left = r->m.count;
	return err;
}

/* To position @pos of the text, from its start. */
static int seq_go_to(struct seq_reader *r, loff_t pos)
{
	loff_t at = 0;

	seq_empty(r);
	r->m.index = 0;
	r->read_pos = 0;
	while (at < pos) {
		int err = seq_fill(r, PAGE_SIZE);
		size_t part;

		if (err)
			return err;
		if (!r->left)
			break; /* the text is shorter: its end is there */
		part = (size_t)min((loff_t)r->left, pos - at);
		r->from = part;
		r->left -= part;
		at += (loff_t)part;
	}
	r->read_pos = pos;
	return 0;
}

/* --- reading --------------------------------------------------------------------- */

/* From the buffer to the reader. Return: bytes. */
static size_t seq_give(struct seq_reader *r, struct iov_iter *to)
{
	size_t n = min(r->left, iov_iter_count(to));

	if (!n)
		return 0;
	n = copy_to_iter(r->m.buf + r->from, n, to);
	r->from += n;
	r->left -= n;
	return n;
}

static ssize_t seq_read_locked(struct seq_reader *r, loff_t pos,
			       struct iov_iter *to)
{
	size_t wanted = iov_iter_count(to), done;
	int err = 0;

	if (pos != r->read_pos || !pos)
		err = seq_go_to(r, pos);
	if (err || !wanted)
		return err;
	done = seq_give(r, to);
	/* A rest of the last read may be all there is room for. */
	if (done < wanted && !r->left) {
		err = seq_fill(r, wanted - done);
		if (!err && r->left) {
			done += seq_give(r, to);
			if (!done)
				err = -EFAULT;
		}
	} else if (!done) {
		err = -EFAULT;
	}
	r->read_pos = pos + (loff_t)done;
	return done ? (ssize_t)done : err;
}

ssize_t seq_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct seq_reader *r = seq_reader(iocb->ki_filp);
	ssize_t n;

	mutex_lock(&r->lock);
	n = seq_read_locked(r, iocb->ki_pos, to);
	mutex_unlock(&r->lock);
	if (n > 0)
		iocb->ki_pos += n;
	return n;
}
EXPORT_SYMBOL(seq_read_iter);

ssize_t seq_read(struct file *file, char __user *buf, size_t size, loff_t *pos)
{
	struct kiocb iocb;
	struct iov_iter to;
	ssize_t n;

	init_sync_kiocb(&iocb, file);
	iocb.ki_pos = *pos;
	iov_iter_ubuf(&to, READ, buf, size);
	n = seq_read_iter(&iocb, &to);
	*pos = iocb.ki_pos;
	return n;
}
EXPORT_SYMBOL(seq_read);

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	struct seq_reader *r = seq_reader(file);
	loff_t pos = offset;
	int err = 0;

	if (whence != SEEK_SET && whence != SEEK_CUR)
		return -EINVAL;
	if (whence == SEEK_CUR &&
	    __builtin_add_overflow(offset, file->f_pos, &pos))
		return -EINVAL;
	if (pos < 0)
		return -EINVAL;
	mutex_lock(&r->lock);
	if (pos != r->read_pos)
		err = seq_go_to(r, pos);
	if (err)
		seq_go_to(r, 0);
	file->f_pos = r->read_pos;
	mutex_unlock(&r->lock);
	return err ? err : pos;
}
EXPORT_SYMBOL(seq_lseek);

/* --- texts of one record --------------------------------------------------------- */

static void *single_start(struct seq_file *m, loff_t *pos)
{
	(void)m;
	return *pos ? NULL : SEQ_START_TOKEN;
}

static void *single_next(struct seq_file *m, void *v, loff_t *pos)
{
	(void)m;
	(void)v;
	++*pos;
	return NULL;
}

static void single_stop(struct seq_file *m, void *v)
{
	(void)m;
	(void)v;
}

int single_open(struct file *file, int (*show)(struct seq_file *m, void *v),
		void *data)
{
	struct seq_operations *op = kmalloc(sizeof(*op), GFP_KERNEL);
	int err;

	if (!op)
		return -ENOMEM;
	*op = (struct seq_operations){ single_start, single_stop, single_next,
				       show };
	err = seq_open(file, op);
	if (err)
		kfree(op);
	else
		seq_reader(file)->m.private = data;
	return err;
}
EXPORT_SYMBOL(single_open);

int single_release(struct inode *inode, struct file *file)
{
	const struct seq_operations *op = seq_reader(file)->m.op;
	int err = seq_release(inode, file);

	kfree(op);
	return err;
}
EXPORT_SYMBOL(single_release);

int single_open_size(struct file *file,
		     int (*show)(struct seq_file *m, void *v), void *data,
		     size_t size)
{
	int err = single_open(file, show, data);

	if (err)
		return err;
	err = seq_buf_make(seq_reader(file), size);
	if (err) {
		single_release(file->f_inode, file);
		file->private_data = NULL;
	}
	return err;
}
EXPORT_SYMBOL(single_open_size);

/* --- lists ------------------------------------------------------------------------- */

struct list_head *seq_list_start(struct list_head *head, loff_t pos)
{
	struct list_head *link;

	list_for_each(link, head) {
		if (pos-- == 0)
			return link;
	}
	return NULL;
}
EXPORT_SYMBOL(seq_list_start);

struct list_head *seq_list_start_head(struct list_head *head, loff_t pos)
{
	return pos ? seq_list_start(head, pos - 1) : head;
}
EXPORT_SYMBOL(seq_list_start_head);

struct list_head *seq_list_next(void *v, struct list_head *head, loff_t *pos)
{
	struct list_head *next = ((struct list_head *)v)->next;

	++*pos;
	return next == head ? NULL : next;
}
EXPORT_SYMBOL(seq_list_next);

/* --- odd texts ------------------------------------------------------------ */

void seq_escape(struct seq_file *m, const char *s, const char *esc)
{
	for (; *s; s++) {
		if (strchr(esc, *s))
			seq_printf(m, "\\%03o", (unsigned char)*s);
		else
			seq_putc(m, *s);
	}
}
EXPORT_SYMBOL(seq_escape);

/* The path that d_path() has put at the end of the buffer, down to where the text
 * is; with escapes it may be too long for that. Return: behind it; NULL. */
static char *path_move(char *to, const char *from, const char *esc)
{
	for (; *from; from++) {
		size_t len = strchr(esc, *from) ? 4 : 1;

		/* What is written over must have been read. */
		if (to + len > from + 1)
			return NULL;
		if (len == 1) {
			*to++ = *from;
			continue;
		}
		*to++ = '\\';
		*to++ = (char)('0' + ((u8)*from >> 6));
		*to++ = (char)('0' + ((u8)*from >> 3 & 7));
		*to++ = (char)('0' + ((u8)*from & 7));
	}
	return to;
}

int seq_path(struct seq_file *m, const struct path *path, const char *esc)
{
	char *to = m->buf + m->count, *end = NULL;
	const char *from = d_path(path, to, (int)(m->size - m->count));
	int len;

	if (!IS_ERR(from))
		end = path_move(to, from, esc);
	if (!end) {
		m->overflowed = true;
		return -1;
	}
	len = (int)(end - to);
	m->count += (size_t)len;
	return len;
}
EXPORT_SYMBOL(seq_path);

int seq_dentry(struct seq_file *m, struct dentry *dentry, const char *esc)
{
	return seq_path(m, &(struct path){ dentry }, esc);
}
EXPORT_SYMBOL(seq_dentry);

int seq_file_path(struct seq_file *m, struct file *file, const char *esc)
{
	return seq_path(m, &file->f_path, esc);
}
EXPORT_SYMBOL(seq_file_path);
