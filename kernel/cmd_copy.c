/* SPDX-License-Identifier: MIT */
/*
 * cmd_copy.c - console commands that copy files: cp and dd
 *
 * A block is read into a user's memory and written from there, so the bytes go
 * the way that they go for a program, in transfers of the size that was asked
 * for.
 */
#include <fs/dcache.h>
#include <fs/namei.h>
#include <kernel/command.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "cmd_internal.h"
#include "user_io.h"

#define DD_MAX_BLOCK (16u << 20)

/* A copy, and how far it is. */
struct copy {
	const char *command, *from_path, *to_path;
	struct file *from, *to;
	struct user_io io;
	size_t block;
	unsigned long max_blocks;
	loff_t from_pos, to_pos;
	/* What was done; bytes are those written. */
	unsigned long whole_in, parts_in;
	unsigned long whole_out, parts_out;
	u64 bytes;
};

/* Write the @n bytes that were read: what arrives counts, even if not all do. */
static int copy_out(struct copy *c, size_t n)
{
	size_t written;
	int err = user_io_write_all(&c->io, c->to, 0, n, &c->to_pos, &written);

	if (written)
		*(written == c->block ? &c->whole_out : &c->parts_out) += 1;
	c->bytes += written;
	return err;
}

/* Return: 0, or 1 after a line. */
static int copy_blocks(struct copy *c)
{
	while (c->whole_in + c->parts_in < c->max_blocks) {
		ssize_t n = -EINTR;
		int err;

		if (!signal_pending(current))
			n = user_io_read(&c->io, c->from, c->block,
					 &c->from_pos);
		if (n < 0)
			return command_error(c->command, c->from_path, (int)n);
		if (!n)
			break;
		*((size_t)n == c->block ? &c->whole_in : &c->parts_in) += 1;
		err = copy_out(c, (size_t)n);
		if (err)
			return command_error(c->command, c->to_path, err);
	}
	return 0;
}

/* Open both, with @flags for the one that is written, and copy. */
static int copy_files(struct copy *c, int flags)
{
	int failed, err;

	c->from = filp_open(c->from_path, O_RDONLY, 0);
	if (IS_ERR(c->from))
		return command_error(c->command, c->from_path,
				     (int)PTR_ERR(c->from));
	c->to = filp_open(c->to_path, flags, 0666);
	if (IS_ERR(c->to)) {
		failed = command_error(c->command, c->to_path,
				       (int)PTR_ERR(c->to));
		goto out_from;
	}
	err = user_io_begin(&c->io, c->block);
	if (err) {
		failed = command_error(c->command, c->to_path, err);
	} else {
		failed = copy_blocks(c);
		user_io_end(&c->io);
	}
	err = filp_close(c->to, NULL);
	if (err && !failed)
		failed = command_error(c->command, c->to_path, err);
out_from:
	filp_close(c->from, NULL);
	return failed;
}

/* --- cp --------------------------------------------------------------------- */

/* Would the copy read what it writes? Its names may be two. */
static bool same_file(const char *a, const char *b)
{
	struct path pa, pb;
	bool same = false;

	if (kern_path(a, LOOKUP_FOLLOW, &pa))
		return false;
	if (!kern_path(b, LOOKUP_FOLLOW, &pb)) {
		same = pa.dentry->d_inode == pb.dentry->d_inode;
		path_put(&pb);
	}
	path_put(&pa);
	return same;
}

static int copy_one(const char *from, const char *to)
{
	char path[NAME_BUFFER];
	struct copy c = { .command = "cp",
			  .from_path = from,
			  .to_path = path_into(to, from, path),
			  .block = USER_IO_BYTES,
			  .max_blocks = ULONG_MAX };

	if (!c.to_path)
		return command_error("cp", to, -ENAMETOOLONG);
	/* It can be opened: that it cannot be read is said too late for what
	 * the copy is to replace. */
	if (path_is_directory(from))
		return command_error("cp", from, -EISDIR);
	if (same_file(from, c.to_path)) {
		console_complain("cp: %.80s: is the same file\n", c.to_path);
		return 1;
	}
	return copy_files(&c, O_WRONLY | O_CREAT | O_TRUNC);
}

static int cmd_cp(int argc, char **argv)
{
	int i, failed = 0;

	if (argc < 3)
		return command_usage("cp");
	if (argc > 3 && !path_is_directory(argv[argc - 1]))
		return command_error("cp", argv[argc - 1], -ENOTDIR);
	for (i = 1; i < argc - 1; i++)
		failed |= copy_one(argv[i], argv[argc - 1]);
	return failed;
}
CONSOLE_COMMAND_WORDS(cp, "FILE... FILE|DIRECTORY", "copy files", cmd_cp,
		      path_candidate);

/* --- dd --------------------------------------------------------------------- */

struct dd_words {
	unsigned long block, count, skip, seek; /* bytes, blocks, blocks ... */
};

/* "bs=4K" and the like. Return: false after a line. */
static bool dd_number(const char *word, struct dd_words *w)
{
	const struct {
		const char *name;
		unsigned long *value;
	} numbers[] = { { "bs=", &w->block },
			{ "count=", &w->count },
			{ "skip=", &w->skip },
			{ "seek=", &w->seek } };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		size_t len = strlen(numbers[i].name);

		if (!strncmp(word, numbers[i].name, len))
			return number_arg("dd", word + len, numbers[i].value);
	}
	console_complain("dd: '%.40s': want if= of= bs= count= skip= seek=\n",
			 word);
	return false;
}

static bool dd_words(int argc, char **argv, struct copy *c, struct dd_words *w)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "if=", 3))
			c->from_path = argv[i] + 3;
		else if (!strncmp(argv[i], "of=", 3))
			c->to_path = argv[i] + 3;
		else if (!dd_number(argv[i], w))
			return false;
	}
	if (!w->block || w->block > DD_MAX_BLOCK) {
		console_complain("dd: bs=%lu is not within 1 .. %u\n", w->block,
				 DD_MAX_BLOCK);
		return false;
	}
	return true;
}

/* Who names a place to write at wants to keep what is around it. */
static int dd_open_flags(const struct dd_words *w)
{
	return O_WRONLY | O_CREAT | (w->seek ? 0 : O_TRUNC);
}

static int cmd_dd(int argc, char **argv)
{
	struct dd_words w = { .block = 512, .count = ULONG_MAX };
	struct copy c = { .command = "dd" };
	int failed;

	if (!dd_words(argc, argv, &c, &w))
		return 1;
	if (!c.from_path || !c.to_path)
		return command_usage("dd");
	c.block = w.block;
	c.max_blocks = w.count;
	c.from_pos = (loff_t)((u64)w.skip * w.block);
	c.to_pos = (loff_t)((u64)w.seek * w.block);
	failed = copy_files(&c, dd_open_flags(&w));
	console_complain("%lu+%lu records in, %lu+%lu out, %llu bytes\n",
			 c.whole_in, c.parts_in, c.whole_out, c.parts_out,
			 (unsigned long long)c.bytes);
	return failed;
}
CONSOLE_COMMAND_WORDS(dd,
		      "if=FILE of=FILE [bs=BYTES] [count=N] [skip=N] [seek=N]",
		      "copy blocks", cmd_dd, path_candidate);
