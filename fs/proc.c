/* SPDX-License-Identifier: MIT */
/*
 * proc.c - entries of /proc and /sys: made, used, and removed while they are used
 *
 * An entry is an inode with a name in the tree. Names are not made or removed by
 * path: whoever made the entry removes it. Its operations are called between
 * entry_use() and entry_unuse(), which count; removing makes the count so
 * negative that nobody comes in any more, waits for those inside, and then
 * calls release() for files that are open still, since their driver will not be
 * there when they are closed. The entry's memory stays until then: an open file
 * holds its name, and the name the inode.
 *
 * Invariants:
 *   E1  in_use >= 0 exactly as long as the entry is in the tree
 *   E2  a file is in openers exactly if its open() succeeded and its release()
 *       was not called
 *
 * Locking: names_lock for the tree; openers_lock, a mutex of each entry, for
 * E2, inside of which release() is called.
 *
 * Not here: the kernel's own files (proc_table.c), what 2.6 had (proc_old.c).
 */
#define pr_fmt(fmt) "proc: " fmt
#include <fs/dcache.h>
#include <fs/poll.h>
#include <fs/proc_fs.h>
#include <kernel/bug.h>
#include <kernel/export.h>
#include <kernel/module_holding.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <mm/slab.h>

#include "proc_internal.h"

/* Added to in_use by removal: below any number of users. */
#define ENTRY_REMOVED (-0x40000000)

struct proc_opener {
	struct list_head link;
	struct file *file;
};

struct proc_dir_entry *proc_root, *sys_root;
static const struct inode_kind proc_kind;

/* --- using an entry ------------------------------------------------------------- */

bool entry_use(struct proc_dir_entry *entry)
{
	int users = atomic_read(&entry->in_use);

	while (users >= 0) {
		if (atomic_try_cmpxchg(&entry->in_use, &users, users + 1))
			return true;
	}
	return false;
}

void entry_unuse(struct proc_dir_entry *entry)
{
	if (atomic_dec_return(&entry->in_use) == ENTRY_REMOVED)
		complete(entry->removal);
}

/*
 * The value of an operation of @file's entry; -EIO if the entry is removed.
 * Then its operations may be gone as well: @call is the first to look at them.
 */
#define ENTRY_CALL(file, call)                                        \
	({                                                            \
		struct proc_dir_entry *_entry = PDE((file)->f_inode); \
		__typeof__(call) _ret = (__typeof__(call))-EIO;       \
                                                                      \
		if (entry_use(_entry)) {                              \
			_ret = (call);                                \
			entry_unuse(_entry);                          \
		}                                                     \
		_ret;                                                 \
	})

static const struct proc_ops *ops_of(const struct file *file)
{
	return PDE(file->f_inode)->proc_ops;
}

static ssize_t entry_read(struct file *file, char __user *buf, size_t count,
			  loff_t *pos)
{
	return ENTRY_CALL(
		file, ops_of(file)->proc_read ?
			      ops_of(file)->proc_read(file, buf, count, pos) :
			      -EIO);
}

static ssize_t entry_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *pos)
{
	return ENTRY_CALL(
		file, ops_of(file)->proc_write ?
			      ops_of(file)->proc_write(file, buf, count, pos) :
			      -EIO);
}

static ssize_t entry_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct file *file = iocb->ki_filp;

	return ENTRY_CALL(file, ops_of(file)->proc_read_iter(iocb, to));
}

static ssize_t entry_write_iter(struct kiocb *iocb, struct iov_iter *from)
{
	struct file *file = iocb->ki_filp;

	return ENTRY_CALL(file, ops_of(file)->proc_write_iter(iocb, from));
}

static loff_t entry_llseek(struct file *file, loff_t offset, int whence)
{
	return ENTRY_CALL(file, ops_of(file)->proc_lseek(file, offset, whence));
}

static __poll_t entry_poll(struct file *file, struct poll_table_struct *wait)
{
	struct proc_dir_entry *entry = PDE(file->f_inode);
	__poll_t mask = DEFAULT_POLLMASK;

	if (!entry_use(entry))
		return mask | EPOLLERR | EPOLLHUP;
	if (ops_of(file)->proc_poll)
		mask = ops_of(file)->proc_poll(file, wait);
	entry_unuse(entry);
	return mask;
}

static long entry_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return ENTRY_CALL(file,
			  ops_of(file)->proc_ioctl ?
				  ops_of(file)->proc_ioctl(file, cmd, arg) :
				  -ENOTTY);
}

static int entry_mmap(struct file *file, struct vm_area_struct *vma)
{
	return ENTRY_CALL(file, ops_of(file)->proc_mmap ?
					ops_of(file)->proc_mmap(file, vma) :
					-EIO);
}

static unsigned long entry_get_unmapped_area(struct file *file,
					     unsigned long addr,
					     unsigned long len,
					     unsigned long pgoff,
					     unsigned long flags)
{
	return ENTRY_CALL(file, ops_of(file)->proc_get_unmapped_area(
					file, addr, len, pgoff, flags));
}

/* --- opening and closing --------------------------------------------------------- */

static int entry_release(struct inode *inode, struct file *file)
{
	struct proc_dir_entry *entry = PDE(inode);
	struct proc_opener *opener, *found = NULL;

	mutex_lock(&entry->openers_lock);
	list_for_each_entry(opener, &entry->openers, link) {
		if (opener->file == file) {
			found = opener;
			list_del(&opener->link);
			(void)entry->proc_ops->proc_release(inode, file);
			break;
		}
	}
	mutex_unlock(&entry->openers_lock);
	kfree(found);
	return 0;
}

#define ENTRY_OPERATIONS                                   \
	.llseek = entry_llseek, .poll = entry_poll,        \
	.unlocked_ioctl = entry_ioctl, .mmap = entry_mmap, \
	.release = entry_release

static const struct file_operations entry_operations = {
	.read = entry_read,
	.write = entry_write,
	ENTRY_OPERATIONS,
};

static const struct file_operations entry_operations_area = {
	.read = entry_read,
	.write = entry_write,
	.get_unmapped_area = entry_get_unmapped_area,
	ENTRY_OPERATIONS,
};

static const struct file_operations entry_operations_iter = {
	.read_iter = entry_read_iter,
	.write = entry_write,
	ENTRY_OPERATIONS,
};

static const struct file_operations entry_operations_iter_both = {
	.read_iter = entry_read_iter,
	.write_iter = entry_write_iter,
	ENTRY_OPERATIONS,
};

static const struct file_operations *operations_for(const struct proc_ops *ops)
{
	if (ops->proc_read_iter && ops->proc_write_iter)
		return &entry_operations_iter_both;
	if (ops->proc_read_iter)
		return &entry_operations_iter;
	return ops->proc_get_unmapped_area ? &entry_operations_area :
					     &entry_operations;
}

/* The driver's open(), and a note that its release() is to come. */
static int open_used(struct proc_dir_entry *entry, struct file *file)
{
	const struct proc_ops *ops = entry->proc_ops;
	struct proc_opener *opener = NULL;
	int err = 0;

	if (ops->proc_release) {
		opener = kmalloc(sizeof(*opener), GFP_KERNEL);
		if (!opener)
			return -ENOMEM;
		opener->file = file;
	}
	if (!ops->proc_lseek)
		file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	if (ops->proc_open)
		err = ops->proc_open(&entry->inode, file);
	if (err) {
		kfree(opener);
		return err;
	}
	if (opener) {
		mutex_lock(&entry->openers_lock);
		list_add(&opener->link, &entry->openers);
		mutex_unlock(&entry->openers_lock);
	}
	return 0;
}

/* The entry may have been given its operations after it was made (2.6). */
static int entry_open(struct inode *inode, struct file *file)
{
	struct proc_dir_entry *entry = PDE(inode);
	const struct file_operations *fops;
	int err;

	if (!entry_use(entry))
		return -ENOENT;
	if (!entry->proc_ops) {
		fops = fops_get(entry->proc_fops ? entry->proc_fops :
						   &proc_old_operations);
		entry_unuse(entry);
		if (!fops)
			return -ENODEV;
		replace_fops(file, fops);
		return fops->open ? fops->open(inode, file) : 0;
	}
	file->f_op = operations_for(entry->proc_ops);
	err = open_used(entry, file);
	entry_unuse(entry);
	return err;
}

static const struct file_operations entry_open_operations = {
	.open = entry_open,
	.llseek = noop_llseek,
};

/* --- making entries ------------------------------------------------------------------ */

static void entry_free(struct inode *inode)
{
	if (S_ISLNK(inode->i_mode))
		kfree(PDE(inode)->data);
	kfree(PDE(inode));
}

static const char *entry_get_link(struct inode *inode)
{
	return PDE(inode)->data;
}

static const struct inode_kind proc_kind = {
	.name = "proc",
	.get_link = entry_get_link,
	.free = entry_free,
};

static struct proc_dir_entry *entry_alloc(umode_t mode)
{
	struct proc_dir_entry *entry = kzalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return NULL;
	inode_init(&entry->inode, &proc_kind, mode);
	mutex_init(&entry->openers_lock);
	INIT_LIST_HEAD(&entry->openers);
	entry->inode.i_fop = S_ISDIR(mode) ? &simple_dir_operations :
					     &entry_open_operations;
	return entry;
}

struct proc_dir_entry *proc_make_root(const char *name)
{
	struct proc_dir_entry *root = entry_alloc(S_IFDIR | 0555);

	if (!root)
		return NULL;
	root->dentry = d_alloc(name, strlen(name), &root->inode);
	if (root->dentry)
		return root;
	iput(&root->inode);
	return NULL;
}

/* The directory that @*name lies in, below @parent; @*name is set to its last
 * part. names_lock held. NULL: a directory is missing. */
static struct dentry *directory_of(const char **name,
				   const struct proc_dir_entry *parent)
{
	struct dentry *dir = (parent ? parent : proc_root)->dentry;
	const char *slash;

	while (dir && (slash = strchr(*name, '/'))) {
		dir = d_lookup(dir, *name, (size_t)(slash - *name));
		*name = slash + 1;
	}
	return dir && d_is_dir(dir) ? dir : NULL;
}

/* Why @name cannot be made in @dir; NULL: it can. */
static const char *name_refused(const struct dentry *dir, const char *name)
{
	size_t len = strlen(name);

	if (!dir)
		return "its directory is missing";
	if (!len || len > NAME_MAX || !strcmp(name, ".") || !strcmp(name, ".."))
		return "that is no name";
	return d_lookup(dir, name, len) ? "it is there already" : NULL;
}

/* Give @entry its name, and with it to the tree. Fails: it is freed. */
static struct proc_dir_entry *entry_register(struct proc_dir_entry *entry,
					     const char *name,
					     struct proc_dir_entry *parent)
{
	const char *last = name, *why;
	struct dentry *dir;

	if (!entry)
		return NULL;
	down_write(&names_lock);
	dir = directory_of(&last, parent);
	why = name_refused(dir, last);
	if (!why) {
		entry->dentry = d_alloc(last, strlen(last), &entry->inode);
		if (entry->dentry)
			d_insert(dir, entry->dentry);
		else
			why = "no memory";
	}
	up_write(&names_lock);
	if (!why)
		return entry;
	pr_err("%.80s is not made: %s\n", name, why);
	iput(&entry->inode);
	return NULL;
}

struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode,
				       struct proc_dir_entry *parent)
{
	if (!mode)
		mode = S_IRUGO | S_IXUGO;
	return entry_register(entry_alloc(S_IFDIR | mode), name, parent);
}
EXPORT_SYMBOL(proc_mkdir_mode);

struct proc_dir_entry *proc_mkdir(const char *name,
				  struct proc_dir_entry *parent)
{
	return proc_mkdir_mode(name, 0, parent);
}
EXPORT_SYMBOL(proc_mkdir);

struct proc_dir_entry *proc_symlink(const char *name,
				    struct proc_dir_entry *parent,
				    const char *target)
{
	struct proc_dir_entry *entry = entry_alloc(S_IFLNK | S_IRWXUGO);

	if (!entry)
		return NULL;
	entry->inode.i_size = (loff_t)strlen(target);
	entry->data = kstrdup(target, GFP_KERNEL);
	if (entry->data)
		return entry_register(entry, name, parent);
	iput(&entry->inode);
	return NULL;
}
EXPORT_SYMBOL(proc_symlink);

/* A file that is not in the tree yet: it must be whole when it is. */
static struct proc_dir_entry *
file_alloc_entry(umode_t mode, const struct proc_ops *ops, void *data)
{
	struct proc_dir_entry *entry;

	if (!(mode & S_IALLUGO))
		mode |= S_IRUGO;
	entry = entry_alloc(S_IFREG | (mode & S_IALLUGO));
	if (entry) {
		entry->proc_ops = ops;
		entry->data = data;
	}
	return entry;
}

struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data)
{
	return entry_register(file_alloc_entry(mode, ops, data), name, parent);
}
EXPORT_SYMBOL(proc_create_data);

struct proc_dir_entry *proc_create(const char *name, umode_t mode,
				   struct proc_dir_entry *parent,
				   const struct proc_ops *ops)
{
	return proc_create_data(name, mode, parent, ops, NULL);
}
EXPORT_SYMBOL(proc_create);

struct proc_dir_entry *proc_create_fops(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct file_operations *fops,
					void *data)
{
	struct proc_dir_entry *entry = file_alloc_entry(mode, NULL, data);

	if (!entry)
		return NULL;
	entry->proc_fops = fops;
	return entry_register(entry, name, parent);
}
EXPORT_SYMBOL(proc_create_fops);

/* --- files with a text only ---------------------------------------------------------- */

static int seq_entry_open(struct inode *inode, struct file *file)
{
	const struct proc_dir_entry *entry = PDE(inode);

	if (entry->state_size)
		return seq_open_private(file, entry->seq_ops,
					(int)entry->state_size);
	return seq_open(file, entry->seq_ops);
}

static int seq_entry_release(struct inode *inode, struct file *file)
{
	if (PDE(inode)->state_size)
		return seq_release_private(inode, file);
	return seq_release(inode, file);
}

static const struct proc_ops seq_entry_ops = {
	.proc_open = seq_entry_open,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = seq_entry_release,
};

struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       const struct seq_operations *ops,
					       unsigned int state_size,
					       void *data)
{
	struct proc_dir_entry *entry =
		file_alloc_entry(mode, &seq_entry_ops, data);

	if (entry) {
		entry->seq_ops = ops;
		entry->state_size = state_size;
	}
	return entry_register(entry, name, parent);
}
EXPORT_SYMBOL(proc_create_seq_private);

static int single_entry_open(struct inode *inode, struct file *file)
{
	const struct proc_dir_entry *entry = PDE(inode);

	return single_open(file, entry->single_show, entry->data);
}

static const struct proc_ops single_entry_ops = {
	.proc_open = single_entry_open,
	.proc_read_iter = seq_read_iter,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

struct proc_dir_entry *
proc_create_single_data(const char *name, umode_t mode,
			struct proc_dir_entry *parent,
			int (*show)(struct seq_file *m, void *v), void *data)
{
	struct proc_dir_entry *entry =
		file_alloc_entry(mode, &single_entry_ops, data);

	if (entry)
		entry->single_show = show;
	return entry_register(entry, name, parent);
}
EXPORT_SYMBOL(proc_create_single_data);

/* --- removing entries ------------------------------------------------------------------ */

/* Nobody uses @entry any more when this returns. */
static void entry_close(struct proc_dir_entry *entry)
{
	DECLARE_COMPLETION_ONSTACK(last_user);

	entry->removal = &last_user;
	if (atomic_add_return(ENTRY_REMOVED, &entry->in_use) != ENTRY_REMOVED)
		wait_for_completion(&last_user);
	mutex_lock(&entry->openers_lock);
	while (!list_empty(&entry->openers)) {
		struct proc_opener *opener = list_first_entry(
			&entry->openers, struct proc_opener, link);

		list_del(&opener->link);
		(void)entry->proc_ops->proc_release(&entry->inode,
						    opener->file);
		kfree(opener);
	}
	mutex_unlock(&entry->openers_lock);
}

/* Take out the first of the lowest below @top, or @top itself. Return: it. */
static struct dentry *take_lowest(struct dentry *top)
{
	struct dentry *dentry = top, *child;

	down_write(&names_lock);
	while ((child = d_first(dentry)))
		dentry = child;
	d_remove(dentry);
	up_write(&names_lock);
	return dentry;
}

void proc_remove(struct proc_dir_entry *entry)
{
	struct dentry *top, *taken = NULL;

	if (!entry)
		return;
	top = entry->dentry;
	while (taken != top) {
		taken = take_lowest(top);
		entry_close(PDE(taken->d_inode));
		if (taken != top)
			dput(taken);
	}
	dput(top);
}
EXPORT_SYMBOL(proc_remove);

/* The entry of that name; NULL, with a line. */
static struct proc_dir_entry *entry_find(const char *name,
					 const struct proc_dir_entry *parent,
					 bool *has_entries)
{
	const char *last = name;
	struct dentry *dir, *dentry = NULL;

	down_read(&names_lock);
	dir = directory_of(&last, parent);
	if (dir)
		dentry = d_lookup(dir, last, strlen(last));
	if (dentry)
		*has_entries = d_first(dentry) != NULL;
	up_read(&names_lock);
	if (dentry)
		return PDE(dentry->d_inode);
	pr_warn("%.80s is not removed: there is none\n", name);
	return NULL;
}

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
	bool has_entries = false;
	struct proc_dir_entry *entry = entry_find(name, parent, &has_entries);

	if (entry && has_entries)
		pr_warn("%.80s is not removed: it is not empty\n", name);
	else
		proc_remove(entry);
}
EXPORT_SYMBOL(remove_proc_entry);

int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
	bool has_entries;
	struct proc_dir_entry *entry = entry_find(name, parent, &has_entries);

	if (!entry)
		return -ENOENT;
	proc_remove(entry);
	return 0;
}
EXPORT_SYMBOL(remove_proc_subtree);

/* --- entries of a module --------------------------------------------------------- */

/* The first of the module's functions that a file of @entry would call, or the
 * table of them. NULL: it has none of the module's. */
static const volatile void *entry_code(const struct module_search *search,
				       const struct proc_dir_entry *entry)
{
	static const struct proc_ops no_ops;
	static const struct seq_operations no_seq_ops;
	const struct proc_ops *ops = entry->proc_ops ?: &no_ops;
	const struct seq_operations *seq = entry->seq_ops ?: &no_seq_ops;
	const volatile void *const code[] = {
		entry->single_show, entry->read_proc,	 entry->write_proc,
		seq->show,	    ops->proc_open,	 ops->proc_read,
		ops->proc_write,    ops->proc_read_iter, entry->proc_ops,
		entry->proc_fops,   entry->seq_ops,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(code); i++) {
		if (code[i] && module_search_has(search, code[i]))
			return code[i];
	}
	return NULL;
}

/* The one behind @dentry, what is below it first. NULL at the end. */
static struct dentry *tree_next(const struct dentry *root,
				struct dentry *dentry)
{
	struct dentry *next = d_first(dentry);

	while (!next && dentry != root) {
		next = d_behind(dentry->d_parent, dentry->d_name.name,
				dentry->d_name.len);
		dentry = dentry->d_parent;
	}
	return next;
}

/* In /proc alone: what is in /sys the kernel has made. */
static void entries_find(struct module_search *search, const char *kind)
{
	struct dentry *dentry;

	down_read(&names_lock);
	for (dentry = proc_root->dentry; dentry;
	     dentry = tree_next(proc_root->dentry, dentry)) {
		const struct proc_dir_entry *entry = PDE(dentry->d_inode);
		const volatile void *code = entry_code(search, entry);

		if (code)
			module_holding_found(search, kind, entry, code);
	}
	up_read(&names_lock);
}
MODULE_HOLDING(proc_entries, "proc-entry", entries_find);
