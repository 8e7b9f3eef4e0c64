/* SPDX-License-Identifier: MIT */
/* cmd_names.c - console commands about the tree of names */
#include <fs/dcache.h>
#include <fs/namei.h>
#include <kernel/command.h>
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

static void print_mode(umode_t mode)
{
	static const char kinds[] = "?pc?d?b?-?l?s???";
	static const char rights[] = "rwxrwxrwx";
	char text[11];
	unsigned int i;

	text[0] = kinds[S_DT(mode)];
	for (i = 0; i < 9; i++)
		text[1 + i] = mode & (0400u >> i) ? rights[i] : '-';
	text[10] = '\0';
	console_printf("%s ", text);
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
	console_printf("%2u %10s ", inode->i_nlink, text);
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
	struct path found;
	int err = kern_path(path, 0, &found);

	if (err)
		return command_error("ls", path, err);
	inode = found.dentry->d_inode;
	if (in_full) {
		print_mode(inode->i_mode);
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

static int list_directory(const char *dir, bool in_full)
{
	struct lister l = { .ctx.actor = list_name,
			    .dir = dir,
			    .in_full = in_full };
	struct file *file = filp_open(dir, O_RDONLY | O_DIRECTORY, 0);
	int err;

	if (IS_ERR(file))
		return command_error("ls", dir, (int)PTR_ERR(file));
	err = iterate_dir(file, &l.ctx);
	filp_close(file, NULL);
	return err ? command_error("ls", dir, err) : 0;
}

static int cmd_ls(int argc, char **argv)
{
	bool in_full = argc > 1 && !strcmp(argv[1], "-l");
	int i = in_full ? 2 : 1, failed = 0;

	if (i < argc && argv[i][0] == '-')
		return command_usage("ls");
	if (i == argc)
		return list_directory(".", in_full);
	for (; i < argc; i++) {
		if (path_is_directory(argv[i]))
			failed |= list_directory(argv[i], in_full);
		else
			failed |= list_path(argv[i], argv[i], in_full);
	}
	return failed;
}
CONSOLE_COMMAND_WORDS(ls, "[-l] [PATH...]",
		      "names in directories; -l with kind, rights, size",
		      cmd_ls, path_candidate);

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
	int err;

	if (!symbolic && argc != 3)
		return command_usage("ln");
	if (symbolic)
		err = fs_symlink(NULL, argv[2], argv[3]);
	else
		err = fs_link(NULL, argv[1], argv[2]);
	return err ? command_error("ln", argv[argc - 1], err) : 0;
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
