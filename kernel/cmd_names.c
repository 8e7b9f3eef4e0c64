/* SPDX-License-Identifier: MIT */
/* cmd_names.c - console commands about the tree of names */
#include <fs/dcache.h>
#include <fs/namei.h>
#include <kernel/calendar.h>
#include <kernel/command.h>
#include <kernel/ctype.h>
#include <kernel/parse.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "cmd_internal.h"

/* --- ls ------------------------------------------------------------------------ */

struct lister {
	struct dir_context ctx;
	const char *dir; /* NULL: names are paths */
	bool in_full;
};

/* "drwxr-xr-x" */
#define MODE_TEXT 11

/* Instead of the right to execute, or of its absence. */
static void mode_text_special(bool special, char *at, char letter)
{
	if (special)
		*at = *at == 'x' ? letter : (char)toupper(letter);
}

static void mode_text(umode_t mode, char *text)
{
	static const char kinds[] = "?pc?d?b?-?l?s???";
	static const char rights[] = "rwxrwxrwx";
	unsigned int i;

	text[0] = kinds[S_DT(mode)];
	for (i = 0; i < 9; i++)
		text[1 + i] = mode & (0400u >> i) ? rights[i] : '-';
	mode_text_special(mode & S_ISUID, &text[3], 's');
	mode_text_special(mode & S_ISGID, &text[6], 's');
	mode_text_special(mode & S_ISVTX, &text[9], 't');
	text[MODE_TEXT - 1] = '\0';
}

static void print_size(const struct inode *inode)
{
	char text[24];

	if (S_ISCHR(inode->i_mode) || S_ISBLK(inode->i_mode))
		snprintf(text, sizeof(text), "%u, %u", imajor(inode),
			 iminor(inode));
	else
		snprintf(text, sizeof(text), "%lld",
			 (long long)i_size_read(inode));
	console_printf("%2u %4u %4u %10s ", inode->i_nlink, i_uid_read(inode),
		       i_gid_read(inode), text);
}

static void print_target(const char *path)
{
	char target[128];
	int n = fs_readlink(NULL, path, target, sizeof(target) - 1);

	if (n < 0)
		return;
	target[n] = '\0';
	console_printf(" -> %s", target);
}

/* One line about @path, shown as @name. Return: 0 or 1. */
static int list_path(const char *path, const char *name, bool in_full)
{
	const struct inode *inode;
	char mode[MODE_TEXT];
	struct path found;
	int err = kern_path(path, 0, &found);

	if (err)
		return command_error("ls", path, err);
	inode = found.dentry->d_inode;
	if (in_full) {
		mode_text(inode->i_mode, mode);
		console_printf("%s ", mode);
		print_size(inode);
	}
	console_printf("%s%s", name, S_ISDIR(inode->i_mode) ? "/" : "");
	if (in_full && S_ISLNK(inode->i_mode))
		print_target(path);
	console_printf("\n");
	path_put(&found);
	return 0;
}

static bool list_name(struct dir_context *ctx, const char *name, int len,
		      loff_t pos, u64 ino, unsigned int type)
{
	const struct lister *l = container_of(ctx, struct lister, ctx);
	char path[NAME_BUFFER];

	(void)ino;
	if (pos < 2)
		return true; /* "." and ".." */
	if (!l->in_full)
		console_printf("%.*s%s\n", len, name,
			       type == DT_DIR ? "/" : "");
	else if (path_join(path, l->dir, name))
		list_path(path, name, true);
	return !signal_pending(current);
}

/* With its name above, as one of several. */
static int list_directory(const char *dir, bool in_full, bool named)
{
	struct lister l = { .ctx.actor = list_name,
			    .dir = dir,
			    .in_full = in_full };
	struct file *file = filp_open(dir, O_RDONLY | O_DIRECTORY, 0);
	int err;

	if (IS_ERR(file))
		return command_error("ls", dir, (int)PTR_ERR(file));
	if (named)
		console_printf("%s:\n", dir);
	err = iterate_dir(file, &l.ctx);
	filp_close(file, NULL);
	return err ? command_error("ls", dir, err) : 0;
}

static int cmd_ls(int argc, char **argv)
{
	bool in_full = argc > 1 && !strcmp(argv[1], "-l");
	int i = in_full ? 2 : 1, failed = 0;
	bool several = argc - i > 1;

	if (i < argc && argv[i][0] == '-')
		return command_usage("ls");
	if (i == argc)
		return list_directory(".", in_full, false);
	for (; i < argc; i++) {
		if (path_is_directory(argv[i]))
			failed |= list_directory(argv[i], in_full, several);
		else
			failed |= list_path(argv[i], argv[i], in_full);
	}
	return failed;
}
CONSOLE_COMMAND_WORDS(
	ls, "[-l] [PATH...]",
	"names in directories; -l with kind, rights, owner, group, size",
	cmd_ls, path_candidate);

/* --- stat ---------------------------------------------------------------------- */

static void print_time(const char *word, const struct timespec64 *time)
{
	struct calendar date;

	calendar_from_seconds((u64)time->tv_sec, &date);
	console_printf("%s: %04u-%02u-%02u %02u:%02u:%02u.%09ld\n", word,
		       date.year, date.month, date.day, date.hour, date.minute,
		       date.second, time->tv_nsec);
}

static int stat_path(const char *path)
{
	char mode[MODE_TEXT];
	struct kstat stat;
	int err = fs_stat(NULL, path, 0, &stat);

	if (err)
		return err;
	mode_text(stat.mode, mode);
	console_printf("  File: %s\n  Size: %-10lld Inode: %-8llu Links: %u",
		       path, (long long)stat.size, (unsigned long long)stat.ino,
		       stat.nlink);
	if (S_ISCHR(stat.mode) || S_ISBLK(stat.mode))
		console_printf("  Device: %u,%u", MAJOR(stat.rdev),
			       MINOR(stat.rdev));
	console_printf("\nAccess: (%04o/%s)  Uid: %u  Gid: %u\n",
		       stat.mode & S_IALLUGO, mode, stat.uid.val, stat.gid.val);
	print_time("Access", &stat.atime);
	print_time("Modify", &stat.mtime);
	print_time("Change", &stat.ctime);
	return 0;
}

/* --- one call for each word ------------------------------------------------------ */

static int each_path(int argc, char **argv, int (*call)(const char *path))
{
	int i, failed = 0;

	if (argc < 2)
		return command_usage(argv[0]);
	for (i = 1; i < argc; i++) {
		int err = call(argv[i]);

		if (err)
			failed = command_error(argv[0], argv[i], err);
	}
	return failed;
}

static int cmd_stat(int argc, char **argv)
{
	return each_path(argc, argv, stat_path);
}
CONSOLE_COMMAND_WORDS(stat, "PATH...", "all that is known of files", cmd_stat,
		      path_candidate);

/* Made if it is not there; as it was read and written just now. */
static int touch_path(const char *path)
{
	int err = fs_utimes(NULL, path, NULL);

	/* Not opened if it is there: that may be a driver's affair. */
	return err == -ENOENT ? fs_mknod(NULL, path, S_IFREG | 0666, 0) : err;
}

static int cmd_touch(int argc, char **argv)
{
	return each_path(argc, argv, touch_path);
}
CONSOLE_COMMAND_WORDS(touch, "FILE...", "make files, or set their times to now",
		      cmd_touch, path_candidate);

static int make_directory(const char *path)
{
	return fs_mkdir(NULL, path, 0777);
}

static int cmd_mkdir(int argc, char **argv)
{
	return each_path(argc, argv, make_directory);
}
CONSOLE_COMMAND_WORDS(mkdir, "DIRECTORY...", "make directories", cmd_mkdir,
		      path_candidate);

static int remove_directory(const char *path)
{
	return fs_rmdir(NULL, path);
}

static int cmd_rmdir(int argc, char **argv)
{
	return each_path(argc, argv, remove_directory);
}
CONSOLE_COMMAND_WORDS(rmdir, "DIRECTORY...", "remove empty directories",
		      cmd_rmdir, path_candidate);

static int remove_file(const char *path)
{
	return fs_unlink(NULL, path);
}

static int cmd_rm(int argc, char **argv)
{
	return each_path(argc, argv, remove_file);
}
CONSOLE_COMMAND_WORDS(rm, "FILE...", "remove files", cmd_rm, path_candidate);

/* Rights as octal digits. */
static int cmd_chmod(int argc, char **argv)
{
	unsigned int mode;
	int i, failed = 0;

	if (argc < 3)
		return command_usage("chmod");
	if (kstrtouint(argv[1], 8, &mode) || mode > S_IALLUGO) {
		console_complain("chmod: '%.40s' is not a mode: 0 to 7777\n",
				 argv[1]);
		return 1;
	}
	for (i = 2; i < argc; i++) {
		int err = fs_chmod(NULL, argv[i], (umode_t)mode);

		if (err)
			failed = command_error("chmod", argv[i], err);
	}
	return failed;
}
CONSOLE_COMMAND_WORDS(chmod, "MODE FILE...", "rights of files, in octal",
		      cmd_chmod, path_candidate);

/* -1 is nobody: it means that the owner stays. */
static bool id_arg(const char *text, unsigned int *id)
{
	return !kstrtouint(text, 10, id) && *id != -1u;
}

/* UID, UID:GID or :GID; who is not named is -1. */
static bool owners_arg(const char *text, unsigned int *uid, unsigned int *gid)
{
	char first[sizeof("4294967295")];
	const char *colon = strchr(text, ':');
	size_t len = colon ? (size_t)(colon - text) : strlen(text);

	*uid = *gid = -1u;
	if (len >= sizeof(first))
		return false;
	strscpy(first, text, len + 1);
	if ((len || !colon) && !id_arg(first, uid))
		return false;
	return !colon || id_arg(colon + 1, gid);
}

static int cmd_chown(int argc, char **argv)
{
	unsigned int uid, gid;
	int i, failed = 0;

	if (argc < 3)
		return command_usage("chown");
	if (!owners_arg(argv[1], &uid, &gid)) {
		console_complain("chown: '%.40s' is not UID, UID:GID or :GID\n",
				 argv[1]);
		return 1;
	}
	for (i = 2; i < argc; i++) {
		int err = fs_chown(NULL, argv[i], uid, gid);

		if (err)
			failed = command_error("chown", argv[i], err);
	}
	return failed;
}
CONSOLE_COMMAND_WORDS(chown, "UID[:GID]|:GID FILE...",
		      "whose files are, by number", cmd_chown, path_candidate);

/* --- the others -------------------------------------------------------------------- */

static int move_one(const char *from, const char *to)
{
	char path[NAME_BUFFER];
	const char *into = path_into(to, from, path);
	int err = into ? fs_rename(NULL, from, into) : -ENAMETOOLONG;

	return err ? command_error("mv", from, err) : 0;
}

static int cmd_mv(int argc, char **argv)
{
	int i, failed = 0;

	if (argc < 3)
		return command_usage("mv");
	if (argc > 3 && !path_is_directory(argv[argc - 1]))
		return command_error("mv", argv[argc - 1], -ENOTDIR);
	for (i = 1; i < argc - 1; i++)
		failed |= move_one(argv[i], argv[argc - 1]);
	return failed;
}
CONSOLE_COMMAND_WORDS(mv, "FILE... FILE|DIRECTORY", "rename or move files",
		      cmd_mv, path_candidate);

static int cmd_ln(int argc, char **argv)
{
	bool symbolic = argc == 4 && !strcmp(argv[1], "-s");
	const char *about = argv[argc - 1];
	int err;

	if (!symbolic && argc != 3)
		return command_usage("ln");
	if (symbolic)
		err = fs_symlink(NULL, argv[2], argv[3]);
	else
		err = fs_link(NULL, argv[1], argv[2]);
	if (!symbolic && err == -ENOENT && !path_exists(argv[1]))
		about = argv[1];
	return err ? command_error("ln", about, err) : 0;
}
CONSOLE_COMMAND_WORDS(ln, "[-s] FILE NAME",
		      "one more name for a file; -s one that leads to it",
		      cmd_ln, path_candidate);

/* The kind of file that the word asks for; 0: none. */
static umode_t device_kind(const char *word)
{
	if (!strcmp(word, "c") || !strcmp(word, "u"))
		return S_IFCHR;
	return !strcmp(word, "b") ? S_IFBLK : 0;
}

static int cmd_mknod(int argc, char **argv)
{
	unsigned long major, minor;
	umode_t kind = argc == 5 ? device_kind(argv[2]) : 0;
	int err;

	if (!kind)
		return command_usage("mknod");
	if (!number_arg("mknod", argv[3], &major) ||
	    !number_arg("mknod", argv[4], &minor))
		return 1;
	if (major > MAJOR(~0u) || minor > MINORMASK) {
		console_complain("mknod: %lu, %lu: there are no such devices\n",
				 major, minor);
		return 1;
	}
	err = fs_mknod(NULL, argv[1], kind | 0666, MKDEV(major, minor));
	return err ? command_error("mknod", argv[1], err) : 0;
}
CONSOLE_COMMAND_WORDS(mknod, "NAME c|b MAJOR MINOR", "make a device's file",
		      cmd_mknod, path_candidate);

static int cmd_cd(int argc, char **argv)
{
	const char *dir = argc > 1 ? argv[1] : "/";
	int err;

	if (argc > 2)
		return command_usage("cd");
	err = fs_chdir(&init_fs, dir);
	return err ? command_error("cd", dir, err) : 0;
}
CONSOLE_COMMAND_WORDS(cd, "[DIRECTORY]", "go to a directory, or to /", cmd_cd,
		      path_candidate);

static int cmd_pwd(int argc, char **argv)
{
	char buf[NAME_BUFFER], *text;
	struct path path;
	int err;

	(void)argv;
	if (argc != 1)
		return command_usage("pwd");
	err = kern_path(".", 0, &path);
	if (err)
		return command_error("pwd", ".", err);
	text = d_path(&path, buf, sizeof(buf));
	path_put(&path);
	if (IS_ERR(text))
		return command_error("pwd", ".", (int)PTR_ERR(text));
	console_printf("%s\n", text);
	return 0;
}
CONSOLE_COMMAND(pwd, "", "the directory one is in", cmd_pwd);
