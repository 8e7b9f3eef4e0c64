/* SPDX-License-Identifier: MIT */
/*
 * readdir.c - an open directory: its names, in order
 *
 * The opening remembers the name given last, so that names which come and go
 * meanwhile disturb nobody: each name that is there all the time is given once.
 * The actor is called without any lock.
 *
 * Locking: names_lock while looking for the next name; an opening is one
 * caller's.
 */
#include <fs/dcache.h>
#include <kernel/export.h>
#include <kernel/string.h>
#include <mm/slab.h>

struct dir_cursor {
	u64 ino;
	unsigned int type; /* DT_* */
	size_t len; /* of name; 0: before the first */
	size_t next_len; /* of next */
	char name[NAME_MAX + 1]; /* given last */
	char next[NAME_MAX + 1];
};

static int dir_open(struct inode *inode, struct file *file)
{
	(void)inode;
	file->private_data = kzalloc(sizeof(struct dir_cursor), GFP_KERNEL);
	return file->private_data ? 0 : -ENOMEM;
}

static int dir_release(struct inode *inode, struct file *file)
{
	(void)inode;
	kfree(file->private_data);
	return 0;
}

/* Back to the start; a directory has no other positions to go to. */
static loff_t dir_llseek(struct file *file, loff_t offset, int whence)
{
	struct dir_cursor *cursor = file->private_data;

	if (whence == SEEK_CUR && !offset)
		return file->f_pos;
	if (whence != SEEK_SET || offset)
		return -EINVAL;
	cursor->len = 0;
	file->f_pos = 0;
	return 0;
}

/* The next name into @cursor; false: there is none. */
static bool next_name(const struct dentry *dir, struct dir_cursor *cursor)
{
	const struct dentry *next;

	down_read(&names_lock);
	next = cursor->len ? d_behind(dir, cursor->name, cursor->len) :
			     d_first(dir);
	if (next) {
		cursor->next_len = next->d_name.len;
		memcpy(cursor->next, next->d_name.name, cursor->next_len + 1);
		cursor->ino = next->d_inode->i_ino;
		cursor->type = S_DT(next->d_inode->i_mode);
	}
	up_read(&names_lock);
	return next != NULL;
}

static u64 parent_ino(const struct dentry *dir)
{
	u64 ino;

	down_read(&names_lock);
	ino = dir->d_parent->d_inode->i_ino;
	up_read(&names_lock);
	return ino;
}

/* The two names that no tree has. Return: false: no more for now. */
static bool give_dots(const struct dentry *dir, struct dir_context *ctx)
{
	for (; ctx->pos < 2; ctx->pos++) {
		u64 ino = ctx->pos ? parent_ino(dir) : dir->d_inode->i_ino;

		if (!ctx->actor(ctx, "..", (int)ctx->pos + 1, ctx->pos, ino,
				DT_DIR))
			return false;
	}
	return true;
}

static int dir_iterate(struct file *file, struct dir_context *ctx)
{
	const struct dentry *dir = file->f_path.dentry;
	struct dir_cursor *cursor = file->private_data;

	if (!give_dots(dir, ctx))
		return 0;
	for (; next_name(dir, cursor); ctx->pos++) {
		if (!ctx->actor(ctx, cursor->next, (int)cursor->next_len,
				ctx->pos, cursor->ino, cursor->type))
			break;
		memcpy(cursor->name, cursor->next, cursor->next_len + 1);
		cursor->len = cursor->next_len;
	}
	return 0;
}

const struct file_operations simple_dir_operations = {
	.open = dir_open,
	.release = dir_release,
	.llseek = dir_llseek,
	.iterate_shared = dir_iterate,
};
EXPORT_SYMBOL(simple_dir_operations);
