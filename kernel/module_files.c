/* SPDX-License-Identifier: MIT */
/*
 * module_files.c - /sys/module: what lsmod(8) asks of a module, and parameters
 *
 *   /sys/module/NAME/coresize, initsize   bytes that it has in memory
 *                    refcnt, initstate    who holds it; live, coming or going
 *                    taint                P: its licence is not a GPL
 *                    holders/USER         a link for each module that uses it
 *                    parameters/PARAM     as module_param()'s rights say
 *
 * Names and texts are Linux's (Documentation/ABI/testing/sysfs-module, and
 * kernel/module/sysfs.c of 6.1). The directory is made when the parameters have
 * been set, before init is called, and goes when exit was called and nothing
 * points into the module any more. Removing an entry waits for who is inside of
 * it (fs/proc.c), so a type of the module's own may be behind a parameter.
 *
 * A file's rights hold for root, too, as in Linux's sysfs: what nobody may write
 * root may not. chmod does not make writable what was made to be read.
 *
 * Locking: a module's directory is its loader's alone. Links in holders/ are
 * made and taken away by who uses it, and it cannot go meanwhile.
 *
 * Not here: parameters of what is linked in, sections/, version.
 */
#define pr_fmt(fmt) "module: " fmt

#include <fs/proc_fs.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/slab.h>
#include "module_internal.h"

/* What one file is about; @show of a module, or a parameter. */
struct module_file {
	const struct loaded_module *lm;
	void (*show)(struct seq_file *m, const struct loaded_module *lm);
	const struct kernel_param *param;
};

static struct proc_dir_entry *modules_dir;

/* --- what is shown ------------------------------------------------------------- */

static void coresize_show(struct seq_file *m, const struct loaded_module *lm)
{
	seq_printf(m, "%lu\n", lm->core.bytes);
}

static void initsize_show(struct seq_file *m, const struct loaded_module *lm)
{
	seq_printf(m, "%lu\n",
		   READ_ONCE(lm->init_area.base) ? lm->init_area.bytes : 0);
}

static void refcnt_show(struct seq_file *m, const struct loaded_module *lm)
{
	seq_printf(m, "%d\n", module_refcount(&lm->mod));
}

static void initstate_show(struct seq_file *m, const struct loaded_module *lm)
{
	switch (READ_ONCE(lm->mod.state)) {
	case MODULE_STATE_LIVE: seq_puts(m, "live\n"); break;
	case MODULE_STATE_COMING: seq_puts(m, "coming\n"); break;
	default: seq_puts(m, "going\n");
	}
}

static void taint_show(struct seq_file *m, const struct loaded_module *lm)
{
	seq_puts(m, lm->gpl ? "\n" : "P\n");
}

static const struct {
	const char *name;
	void (*show)(struct seq_file *m, const struct loaded_module *lm);
} attributes[] = {
	{ "coresize", coresize_show },	 { "initsize", initsize_show },
	{ "refcnt", refcnt_show },	 { "taint", taint_show },
	{ "initstate", initstate_show },
};

static int param_show(struct seq_file *m, const struct kernel_param *kp)
{
	char *text = kmalloc(PAGE_SIZE, GFP_KERNEL);
	int n = -ENOMEM;

	if (text)
		n = module_param_read(kp, text);
	if (n > 0)
		seq_write(m, text, min((size_t)n, (size_t)PAGE_SIZE));
	kfree(text);
	return min(n, 0);
}

/* --- the files ------------------------------------------------------------------ */

static int file_show(struct seq_file *m, void *v)
{
	const struct module_file *file = m->private;

	(void)v;
	if (file->param)
		return param_show(m, file->param);
	file->show(m, file->lm);
	return 0;
}

static bool file_can_be_written(const struct module_file *file)
{
	return file->param && file->param->perm & S_IWUGO;
}

static int file_open(struct inode *inode, struct file *file)
{
	if (file->f_mode & FMODE_WRITE &&
	    !(inode->i_mode & S_IWUGO && file_can_be_written(pde_data(inode))))
		return -EACCES;
	if (file->f_mode & FMODE_READ && !(inode->i_mode & S_IRUGO))
		return -EACCES;
	return single_open(file, file_show, pde_data(inode));
}

static ssize_t file_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	const struct module_file *file = pde_data(iocb->ki_filp->f_inode);
	size_t len = iov_iter_count(from);
	char *text = iov_iter_text(from, PAGE_SIZE);
	int err;

	if (IS_ERR(text))
		return PTR_ERR(text);
	err = module_param_write(file->lm, file->param, text);
	kfree(text);
	if (err)
		return err;
	iocb->ki_pos += (loff_t)len;
	return (ssize_t)len;
}

static const struct proc_ops file_ops = {
	.proc_open = file_open,
	.proc_read_iter = seq_read_iter,
	.proc_write_iter = file_write_iter,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

static bool attributes_make(struct loaded_module *lm, struct module_file *file)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(attributes); i++, file++) {
		*file = (struct module_file){ .lm = lm,
					      .show = attributes[i].show };
		if (!proc_create_data(attributes[i].name, 0444, lm->files.dir,
				      &file_ops, file))
			return false;
	}
	return true;
}

static bool params_make(struct loaded_module *lm, struct module_file *file)
{
	struct proc_dir_entry *dir = NULL;
	u32 i;

	for (i = 0; i < lm->nr_params; i++, file++) {
		const struct kernel_param *kp = &lm->params[i];

		if (!module_param_has_file(lm, kp))
			continue;
		if (!dir)
			dir = proc_mkdir("parameters", lm->files.dir);
		*file = (struct module_file){ .lm = lm, .param = kp };
		if (!dir || !proc_create_data(kp->name, kp->perm & 0666, dir,
					      &file_ops, file))
			return false;
	}
	return true;
}

/* A link in the directory of each module that it uses. */
static bool links_make(const struct loaded_module *lm)
{
	char target[sizeof("../../") + MODULE_NAME_LEN];
	struct module_use *use;

	snprintf(target, sizeof(target), "../../%s", lm->mod.name);
	list_for_each_entry(use, &lm->uses, in_user) {
		use->holder = proc_symlink(lm->mod.name,
					   use->source->files.holders, target);
		if (!use->holder)
			return false;
	}
	return true;
}

static void links_remove(const struct loaded_module *lm)
{
	struct module_use *use;

	list_for_each_entry(use, &lm->uses, in_user) {
		proc_remove(use->holder);
		use->holder = NULL;
	}
}

static bool directory_make(struct loaded_module *lm)
{
	struct module_files *files = &lm->files;
	struct module_file *all;

	all = kcalloc(ARRAY_SIZE(attributes) + lm->nr_params, sizeof(*all),
		      GFP_KERNEL);
	if (!all)
		return false;
	files->all = all;
	files->dir = proc_mkdir(lm->mod.name, modules_dir);
	if (files->dir)
		files->holders = proc_mkdir("holders", files->dir);
	return files->holders && attributes_make(lm, all) &&
	       params_make(lm, all + ARRAY_SIZE(attributes)) && links_make(lm);
}

int module_files_make(struct loaded_module *lm)
{
	if (directory_make(lm))
		return 0;
	module_files_remove(lm);
	pr_err("%s: not loaded: not all files of /sys/module can be made\n",
	       lm->mod.name);
	return -ENOMEM;
}

void module_files_remove(struct loaded_module *lm)
{
	links_remove(lm);
	proc_remove(lm->files.dir);
	kfree(lm->files.all);
	lm->files = (struct module_files){ .dir = NULL };
}

void module_files_init(void)
{
	modules_dir = proc_mkdir("module", sys_root);
}
