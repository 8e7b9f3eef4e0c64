/* SPDX-License-Identifier: MIT */
/*
 * cmd_files.c - console commands about what is in files
 *
 * All of them move bytes through a user's memory (user_io.h), so that a driver
 * cannot tell them from a program. But the kernel's own files of /proc are shown
 * without being opened: that needs no memory, so figures can be read when there
 * is none, and are not changed by reading them.
 */
#include <fs/namei.h>
#include <kernel/command.h>
#include <kernel/ctype.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>

#include "cmd_internal.h"
#include "user_io.h"

/* A file that is read for people: as much as a user's buffer takes at once, and
 * out of that through a window of the kernel's. */
#define WINDOW_BYTES 1024u

struct reader {
	const char *command, *path;
	struct file *file;
	struct user_io io;
	loff_t pos;
	size_t at, left; /* of the buffer, what was not looked at */
};

/* Return: 0, or 1 after a line. */
static int reader_begin(struct reader *r, const char *command, const char *path)
{
	int err;

	*r = (struct reader){ .command = command, .path = path };
	r->file = filp_open(path, O_RDONLY, 0);
	if (IS_ERR(r->file))
		return command_error(command, path, (int)PTR_ERR(r->file));
	err = user_io_begin(&r->io, USER_IO_BYTES);
	if (!err)
		return 0;
	filp_close(r->file, NULL);
	return command_error(command, path, err);
}

static void reader_end(struct reader *r)
{
	user_io_end(&r->io);
	filp_close(r->file, NULL);
}

/* Fill the buffer, with @most bytes at most. Return: bytes, or an error. */
static ssize_t reader_fill(struct reader *r, unsigned long most)
{
	ssize_t n = user_io_read(&r->io, r->file,
				 min_t(unsigned long, most, USER_IO_BYTES),
				 &r->pos);

	r->at = 0;
	r->left = n > 0 ? (size_t)n : 0;
	return n;
}

/* What comes next in the file, up to WINDOW_BYTES; of the file no more than
 * @most is read. Return: bytes; 0 at the end; an error, after a line. */
static ssize_t reader_next(struct reader *r, void *window, unsigned long most)
{
	ssize_t n = -EINTR;

	if (!signal_pending(current))
		n = r->left ? (ssize_t)r->left : reader_fill(r, most);
	n = min(n, (ssize_t)WINDOW_BYTES);
	if (n > 0 && user_io_get(&r->io, window, r->at, (size_t)n))
		n = -EFAULT;
	if (n < 0) {
		command_error(r->command, r->path, (int)n);
		return n;
	}
	r->at += (size_t)n;
	r->left -= (size_t)n;
	return n;
}

/* Call @each with all that is in the file. Return: 0, or 1 after a line. */
static int reader_all(struct reader *r,
		      void (*each)(void *ctx, const u8 *bytes, size_t n),
		      void *ctx)
{
	u8 window[WINDOW_BYTES];
	ssize_t n;

	while ((n = reader_next(r, window, ULONG_MAX)) > 0)
		each(ctx, window, (size_t)n);
	return n < 0;
}

/* --- showing ------------------------------------------------------------------ */

static void show_file(struct seq_file *m, unsigned long arg)
{
	((const struct proc_file *)arg)->show(m);
}

static void cat_bytes(void *ctx, const u8 *bytes, size_t n)
{
	(void)ctx;
	console_write((const char *)bytes, n);
}

static int cat_file(const char *path)
{
	const struct proc_file *file = proc_file_by_path(path);
	struct reader r;
	int failed;

	if (file) {
		console_show(show_file, (unsigned long)file);
		return 0;
	}
	if (proc_file_find(path) && !path_exists(path)) {
		console_complain("cat: %s: no such file; there is /proc/%s\n",
				 path, path);
		return 1;
	}
	if (reader_begin(&r, "cat", path))
		return 1;
	failed = reader_all(&r, cat_bytes, NULL);
	reader_end(&r);
	return failed;
}

static int cmd_cat(int argc, char **argv)
{
	int i, failed = 0;

	if (argc < 2)
		return command_usage("cat");
	for (i = 1; i < argc; i++)
		failed |= cat_file(argv[i]);
	return failed;
}
CONSOLE_COMMAND_WORDS(cat, "FILE...", "show files", cmd_cat, path_candidate);

static int cmd_echo(int argc, char **argv)
{
	int i = 1;
	bool line_end = argc < 2 || strcmp(argv[1], "-n");

	if (!line_end)
		i++;
	for (; i < argc; i++)
		console_printf("%s%s", argv[i], i + 1 < argc ? " " : "");
	if (line_end)
		console_printf("\n");
	return 0;
}
CONSOLE_COMMAND_WORDS(echo, "[-n] WORD... [> FILE | >> FILE]",
		      "print words; -n without a line end behind them",
		      cmd_echo, path_candidate);

/* --- bytes in hexadecimal ------------------------------------------------------- */

#define ROW_BYTES 16u

struct hex_dump {
	u64 at; /* of the row in the file */
	size_t count; /* bytes in the row */
	u8 row[ROW_BYTES];
	u8 before[ROW_BYTES]; /* the row before, if @rows */
	u64 rows; /* that were whole */
	bool starred; /* @before was shown as a star */
};

static void hex_row(const struct hex_dump *d)
{
	char text[ROW_BYTES * 4 + 8];
	int len = 0;
	size_t i;

	for (i = 0; i < ROW_BYTES; i++) {
		const char *gap = i % 8 ? " " : "  ";

		if (i < d->count)
			len += scnprintf(text + len, sizeof(text) - (size_t)len,
					 "%s%02x", gap, d->row[i]);
		else
			len += scnprintf(text + len, sizeof(text) - (size_t)len,
					 "%s  ", gap);
	}
	console_printf("%08llx%s  |", (unsigned long long)d->at, text);
	for (i = 0; i < d->count; i++)
		text[i] = isprint(d->row[i]) ? (char)d->row[i] : '.';
	text[d->count] = '\0';
	console_printf("%s|\n", text);
}

/* A whole row. Rows like the one before are one star. */
static void hex_whole_row(struct hex_dump *d)
{
	bool same = d->rows++ && !memcmp(d->row, d->before, ROW_BYTES);

	if (!same)
		hex_row(d);
	else if (!d->starred)
		console_printf("*\n");
	d->starred = same;
	memcpy(d->before, d->row, ROW_BYTES);
	d->at += d->count;
	d->count = 0;
}

static void hex_bytes(struct hex_dump *d, const u8 *bytes, size_t n)
{
	for (; n; n--) {
		d->row[d->count++] = *bytes++;
		if (d->count == ROW_BYTES)
			hex_whole_row(d);
	}
}

static int hex_file(struct reader *r, u64 at, unsigned long left)
{
	struct hex_dump d = { .at = at };
	u8 window[WINDOW_BYTES];
	ssize_t n = 0;

	r->pos = (loff_t)at;
	while (left && (n = reader_next(r, window, left)) > 0) {
		hex_bytes(&d, window, (size_t)n);
		left -= (unsigned long)n;
	}
	if (d.count)
		hex_row(&d);
	if (n >= 0)
		console_printf("%08llx\n",
			       (unsigned long long)(d.at + d.count));
	return n < 0;
}

/* A place in a file: hexadecimal with 0x, and K, M and G, as all numbers. */
static bool place_arg(const char *command, const char *text, u64 *at)
{
	char *end;

	*at = memparse(text, &end);
	if (end != text && !*end && (loff_t)*at >= 0)
		return true;
	console_complain("%s: '%.40s' is no place in a file\n", command, text);
	return false;
}

static int cmd_hexdump(int argc, char **argv)
{
	unsigned long left = ULONG_MAX;
	struct reader r;
	u64 at = 0;
	int failed;

	if (argc < 2 || argc > 4)
		return command_usage("hexdump");
	if (argc > 2 && !place_arg("hexdump", argv[2], &at))
		return 1;
	if (argc > 3 && !number_arg("hexdump", argv[3], &left))
		return 1;
	if (reader_begin(&r, "hexdump", argv[1]))
		return 1;
	failed = hex_file(&r, at, left);
	reader_end(&r);
	return failed;
}
CONSOLE_COMMAND_WORDS(hexdump, "FILE [OFFSET [LENGTH]]",
		      "show bytes, in hexadecimal and as characters",
		      cmd_hexdump, path_candidate);

/* --- sums ------------------------------------------------------------------------ */

/* POSIX's cksum: the CRC of Ethernet (0x04c11db7), high bit first, with the length
 * behind. */

struct cksum {
	u32 crc;
	u64 bytes;
};

/* Four bits at a time: what they make of the polynomial. */
static u32 cksum_byte(u32 crc, u8 byte)
{
	static const u32 nibble[16] = {
		0x00000000, 0x04c11db7, 0x09823b6e, 0x0d4326d9,
		0x130476dc, 0x17c56b6b, 0x1a864db2, 0x1e475005,
		0x2608edb8, 0x22c9f00f, 0x2f8ad6d6, 0x2b4bcb61,
		0x350c9b64, 0x31cd86d3, 0x3c8ea00a, 0x384fbdbd,
	};

	crc ^= (u32)byte << 24;
	crc = crc << 4 ^ nibble[crc >> 28];
	return crc << 4 ^ nibble[crc >> 28];
}

static void cksum_bytes(void *ctx, const u8 *bytes, size_t n)
{
	struct cksum *sum = ctx;

	sum->bytes += n;
	while (n--)
		sum->crc = cksum_byte(sum->crc, *bytes++);
}

static int cksum_file(const char *path)
{
	struct cksum sum = { .crc = 0 };
	struct reader r;
	u64 left;
	int failed;

	if (reader_begin(&r, "cksum", path))
		return 1;
	failed = reader_all(&r, cksum_bytes, &sum);
	reader_end(&r);
	if (failed)
		return 1;
	for (left = sum.bytes; left; left >>= 8)
		sum.crc = cksum_byte(sum.crc, (u8)left);
	console_printf("%u %llu %s\n", ~sum.crc, (unsigned long long)sum.bytes,
		       path);
	return 0;
}

static int cmd_cksum(int argc, char **argv)
{
	int i, failed = 0;

	if (argc < 2)
		return command_usage("cksum");
	for (i = 1; i < argc; i++)
		failed |= cksum_file(argv[i]);
	return failed;
}
CONSOLE_COMMAND_WORDS(cksum, "FILE...", "CRC and length of files, as POSIX's",
		      cmd_cksum, path_candidate);

/* --- commands of drivers ----------------------------------------------------------- */

static int ioctl_file(struct file *file, const char *path, unsigned int cmd,
		      unsigned long arg)
{
	struct user_io io;
	long ret = user_io_begin(&io, PAGE_SIZE);

	if (ret)
		return command_error("ioctl", path, (int)ret);
	ret = user_io_ioctl(&io, file, cmd, arg);
	user_io_end(&io);
	if (ret < 0)
		return command_error("ioctl", path, (int)ret);
	console_printf("%ld\n", ret);
	return 0;
}

static int cmd_ioctl(int argc, char **argv)
{
	unsigned long cmd, arg = 0;
	struct file *file;
	int failed;

	if (argc < 3 || argc > 4)
		return command_usage("ioctl");
	if (!number_arg("ioctl", argv[2], &cmd) ||
	    (argc > 3 && !number_arg("ioctl", argv[3], &arg)))
		return 1;
	file = filp_open(argv[1], O_RDWR | O_NONBLOCK, 0);
	if (IS_ERR(file))
		return command_error("ioctl", argv[1], (int)PTR_ERR(file));
	failed = ioctl_file(file, argv[1], (unsigned int)cmd, arg);
	filp_close(file, NULL);
	return failed;
}
CONSOLE_COMMAND_WORDS(ioctl, "FILE COMMAND [ARGUMENT]",
		      "give a driver a command, and print what it answers",
		      cmd_ioctl, path_candidate);
