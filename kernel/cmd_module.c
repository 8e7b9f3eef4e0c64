/* SPDX-License-Identifier: MIT */
/* cmd_module.c - insmod, rmmod and lsmod; and /proc/modules */
#include <fs/fcntl.h>
#include <fs/fs.h>
#include <kernel/command.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/module_loader.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "cmd_internal.h"
#include "module_internal.h"

static unsigned long module_bytes(const struct loaded_module *lm)
{
	return lm->core.bytes + (lm->init_area.base ? lm->init_area.bytes : 0);
}

/* As Linux: each name with a comma behind it, and "-" for none. */
static void show_users(struct seq_file *m, const struct loaded_module *lm)
{
	const struct module_use *use;

	list_for_each_entry(use, &lm->users, in_source)
		seq_printf(m, "%s,", use->user->mod.name);
	if (module_is_permanent(lm))
		seq_puts(m, "[permanent],");
	else if (list_empty(&lm->users))
		seq_putc(m, '-');
}

static const char *state_word(const struct loaded_module *lm)
{
	switch (lm->mod.state) {
	case MODULE_STATE_LIVE: return "Live";
	case MODULE_STATE_COMING: return "Loading";
	default: return "Unloading";
	}
}

/* The newest first, as Linux does. */
static void modules_show(struct seq_file *m)
{
	const struct loaded_module *lm;

	mutex_lock(&module_mutex);
	list_for_each_entry_reverse(lm, &module_list, link) {
		seq_printf(m, "%s %lu %d ", lm->mod.name, module_bytes(lm),
			   module_refcount(&lm->mod));
		show_users(m, lm);
		seq_printf(m, " %s 0x%p%s\n", state_word(lm),
			   (void *)lm->core.base, lm->gpl ? "" : " (P)");
	}
	mutex_unlock(&module_mutex);
}
PROC_FILE(modules, "modules", modules_show);

/* A whole file in memory of vmalloc(). Return: its bytes; an error. */
static ssize_t read_file(const char *path, void **image)
{
	struct file *file = filp_open(path, O_RDONLY, 0);
	ssize_t bytes, got;
	loff_t pos = 0;

	if (IS_ERR(file))
		return PTR_ERR(file);
	bytes = (ssize_t)min(i_size_read(file->f_inode),
			     (loff_t)MODULE_MAX_BYTES + 1);
	*image = bytes > 0 ? vmalloc((unsigned long)bytes) : NULL;
	got = bytes > 0 ? -ENOMEM : -ENOEXEC;
	if (*image)
		got = kernel_read(file, *image, (size_t)bytes, &pos);
	filp_close(file, NULL);
	if (got < 0)
		vfree(*image);
	return got;
}

/* The words as one text. Each is quoted: the console has taken the marks off.
 * Return: memory of kmalloc(); NULL. */
static char *join_words(int argc, char **argv)
{
	size_t bytes = 1;
	char *text, *out;
	const char *p;
	int i;

	for (i = 0; i < argc; i++)
		bytes += 2 * strlen(argv[i]) + 3;
	text = out = kmalloc(bytes, GFP_KERNEL);
	for (i = 0; text && i < argc; i++) {
		*out++ = '"';
		for (p = argv[i]; *p; p++) {
			if (*p == '"' || *p == '\\')
				*out++ = '\\';
			*out++ = *p;
		}
		*out++ = '"';
		*out++ = ' ';
	}
	if (text)
		*out = '\0';
	return text;
}

static int cmd_insmod(int argc, char **argv)
{
	ssize_t bytes;
	void *image = NULL;
	char *args;
	int err;

	if (argc < 2)
		return command_usage("insmod");
	bytes = read_file(argv[1], &image);
	if (bytes < 0)
		return command_error("insmod", argv[1], (int)bytes);
	args = join_words(argc - 2, argv + 2);
	err = args ? module_load(image, (size_t)bytes, args) : -ENOMEM;
	kfree(args);
	vfree(image);
	return err ? command_error("insmod", argv[1], err) : 0;
}
CONSOLE_COMMAND_WORDS(insmod, "FILE [NAME=VALUE ...]", "load a module",
		      cmd_insmod, path_candidate);

static int cmd_lsmod(int argc, char **argv)
{
	const struct loaded_module *lm;
	const struct module_use *use;

	(void)argv;
	if (argc != 1)
		return command_usage("lsmod");
	console_printf("Module                  Size  Used by\n");
	mutex_lock(&module_mutex);
	list_for_each_entry_reverse(lm, &module_list, link) {
		const char *before = " ";

		console_printf("%-19s %8lu  %d", lm->mod.name, module_bytes(lm),
			       module_refcount(&lm->mod));
		list_for_each_entry(use, &lm->users, in_source) {
			console_printf("%s%s", before, use->user->mod.name);
			before = ",";
		}
		console_printf("%s\n",
			       module_is_permanent(lm) ? " [permanent]" : "");
	}
	mutex_unlock(&module_mutex);
	return 0;
}
CONSOLE_COMMAND(lsmod, "", "the modules that are loaded, and who uses them",
		cmd_lsmod);

static int cmd_rmmod(int argc, char **argv)
{
	int i, failed = 0;

	if (argc < 2)
		return command_usage("rmmod");
	for (i = 1; i < argc; i++) {
		int err = module_unload(argv[i]);

		if (err)
			failed = command_error("rmmod", argv[i], err);
	}
	return failed;
}

static const char *module_candidate(const char *word, unsigned int i)
{
	static char name[MODULE_NAME_LEN];

	(void)word;
	return module_next_name(i, name) ? name : NULL;
}
CONSOLE_COMMAND_WORDS(rmmod, "NAME...", "unload modules", cmd_rmmod,
		      module_candidate);
