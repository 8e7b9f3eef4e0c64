/* SPDX-License-Identifier: MIT */
/*
 * command_words.c - what the words of commands mean: numbers, and paths
 *
 * Locking: none but those of fs/. Completion is the console's thread's alone.
 */
#include <fs/namei.h>
#include <kernel/errno.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "cmd_internal.h"

int command_error(const char *command, const char *what, int err)
{
	console_complain("%s: %.80s: %s\n", command, what, errno_text(err));
	return 1;
}

bool number_arg(const char *command, const char *text, unsigned long *value)
{
	const char *digits = *text == '-' ? text + 1 : text;
	const char *wrong = NULL;
	char *end;
	unsigned long long n = memparse(digits, &end);

	if (end == digits || *end)
		wrong = "is not a number";
	else if (digits != text)
		wrong = "is negative";
	else if (n > ULONG_MAX || n == U64_MAX)
		wrong = "is too large a number";
	if (wrong) {
		console_complain("%s: '%.40s' %s\n", command, text, wrong);
		return false;
	}
	*value = (unsigned long)n;
	return true;
}

/* --- paths --------------------------------------------------------------------- */

bool path_is_directory(const char *name)
{
	struct path path;

	if (kern_path(name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path))
		return false;
	path_put(&path);
	return true;
}

static bool join(char *buf, const char *dir, const char *name, size_t name_len)
{
	size_t len = strlen(dir);
	const char *slash = len && dir[len - 1] == '/' ? "" : "/";

	return snprintf(buf, NAME_BUFFER, "%s%s%.*s", dir, slash, (int)name_len,
			name) < (int)NAME_BUFFER;
}

bool path_join(char *buf, const char *dir, const char *name)
{
	return join(buf, dir, name, strlen(name));
}

const char *path_into(const char *to, const char *from, char *buf)
{
	const char *end = from + strlen(from), *name;

	if (!path_is_directory(to))
		return to;
	/* Slashes may stand behind the last name. */
	while (end > from && end[-1] == '/')
		end--;
	for (name = end; name > from && name[-1] != '/';)
		name--;
	return join(buf, to, name, (size_t)(end - name)) ? buf : NULL;
}

bool path_exists(const char *name)
{
	struct path path;

	if (kern_path(name, LOOKUP_FOLLOW, &path))
		return false;
	path_put(&path);
	return true;
}

const struct proc_file *proc_file_by_path(const char *path)
{
	return strncmp(path, "/proc/", 6) ? NULL : proc_file_find(path + 6);
}

/* --- completion ------------------------------------------------------------------ */

/* The one name that a call of path_candidate() is after. */
struct completer {
	struct dir_context ctx;
	const char *word; /* typed so far */
	size_t dir_len; /* of it, up to and with the last slash */
	bool found;
	char path[NAME_BUFFER];
};

/* Takes the first that fits; the next one waits for the next call. */
static bool complete_name(struct dir_context *ctx, const char *name, int len,
			  loff_t pos, u64 ino, unsigned int type)
{
	struct completer *c = container_of(ctx, struct completer, ctx);
	const char *typed = c->word + c->dir_len;

	(void)ino;
	if (c->found)
		return false;
	if (pos < 2 || strncmp(name, typed, strlen(typed)))
		return true;
	c->found = snprintf(c->path, sizeof(c->path), "%.*s%.*s%s",
			    (int)c->dir_len, c->word, len, name,
			    type == DT_DIR ? "/" : "") < (int)sizeof(c->path);
	return true;
}

static struct file *open_directory_of(const char *word, size_t dir_len)
{
	char dir[NAME_BUFFER];
	struct file *file;

	if (dir_len >= sizeof(dir))
		return NULL;
	strscpy(dir, dir_len ? word : ".", dir_len ? dir_len + 1 : 2);
	file = filp_open(dir, O_RDONLY | O_DIRECTORY, 0);
	return IS_ERR(file) ? NULL : file;
}

const char *path_candidate(const char *word, unsigned int i)
{
	static struct completer c;
	static struct file *dir; /* open from the first to behind the last */
	const char *slash = strrchr(word, '/');

	c.ctx.actor = complete_name;
	c.word = word;
	c.dir_len = slash ? (size_t)(slash - word) + 1 : 0;
	c.found = false;
	if (!i) {
		if (dir)
			filp_close(dir, NULL);
		dir = open_directory_of(word, c.dir_len);
	}
	if (!dir)
		return NULL;
	if (!iterate_dir(dir, &c.ctx) && c.found)
		return c.path;
	filp_close(dir, NULL);
	dir = NULL;
	return NULL;
}
