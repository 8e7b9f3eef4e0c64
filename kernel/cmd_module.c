/* SPDX-License-Identifier: MIT */
/* cmd_module.c - rmmod and lsmod; and /proc/modules */
#include <kernel/command.h>
#include <kernel/module_loader.h>
#include <kernel/printk.h>
#include <kernel/seq_file.h>
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
	for (i = 1; i < argc; i++)
		failed |= module_unload(argv[i]) != 0;
	return failed;
}
CONSOLE_COMMAND(rmmod, "NAME...", "unload modules", cmd_rmmod);
