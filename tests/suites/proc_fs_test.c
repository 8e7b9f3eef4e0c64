/* SPDX-License-Identifier: MIT */
/* proc_fs_test.c - texts read record by record, and entries of /proc */
#include <fs/poll.h>
#include <fs/proc_fs.h>
#include <kernel/completion.h>
#include <kernel/kthread.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/fault_inject.h>
#include <mm/page_alloc.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#include "../../fs/proc_internal.h"
#include "fs_fixture.h"
#include "log_lines.h"

static char text[256];

static struct file *open_proc(struct ktest *t, const char *path, int flags)
{
	struct file *file = filp_open(path, flags, 0);

	return KTEST_EXPECT_FALSE(t, IS_ERR(file)) ? file : NULL;
}

/* --- records -------------------------------------------------------------------- */

#define RECORDS 40
/* Longer than a page: the buffer has to grow for it. */
#define LONG_RECORD 23
#define LONG_BYTES 9000

static int shows, starts_without_stop;

static void *numbers_start(struct seq_file *m, loff_t *pos)
{
	(void)m;
	starts_without_stop++;
	return *pos < RECORDS ? (void *)(unsigned long)(*pos + 1) : NULL;
}

static void *numbers_next(struct seq_file *m, void *v, loff_t *pos)
{
	(void)m;
	(void)v;
	++*pos;
	return *pos < RECORDS ? (void *)(unsigned long)(*pos + 1) : NULL;
}

static void numbers_stop(struct seq_file *m, void *v)
{
	(void)m;
	(void)v;
	starts_without_stop--;
}

static int numbers_show(struct seq_file *m, void *v)
{
	unsigned long n = (unsigned long)v - 1;

	shows++;
	if (n % 5 == 4)
		return SEQ_SKIP;
	if (n == LONG_RECORD)
		seq_printf(m, "%*lu\n", LONG_BYTES - 1, n);
	else
		seq_printf(m, "%lu\n", n);
	return 0;
}

static const struct seq_operations numbers = {
	.start = numbers_start,
	.next = numbers_next,
	.stop = numbers_stop,
	.show = numbers_show,
};

/* The whole text, for comparison. Return: bytes. */
static size_t numbers_text(char *buf, size_t size)
{
	struct seq_file m = { .buf = buf, .size = size };
	unsigned long n;

	for (n = 0; n < RECORDS; n++)
		(void)numbers_show(&m, (void *)(n + 1));
	return m.count;
}

static void read_in_steps(struct ktest *t, const char *want, size_t len,
			  size_t step, char *got)
{
	struct file *file = open_proc(t, "/proc/ktest_numbers", O_RDONLY);
	size_t done = 0;
	ssize_t n = 1;

	if (!file)
		return;
	while (n > 0 && done <= len) {
		n = kernel_read(file, got + done, step, &file->f_pos);
		done += n > 0 ? (size_t)n : 0;
	}
	KTEST_EXPECT_EQ(t, n, 0);
	KTEST_EXPECT_EQ(t, done, len);
	KTEST_EXPECT_EQ(t, memcmp(got, want, len), 0);
	fput(file);
}

static void a_text_is_the_same_in_steps_of_any_size(struct ktest *t)
{
	static const size_t steps[] = { 1, 2, 7, 64, 4096, 5000, 16384 };
	char *want = vmalloc(32768), *got = vmalloc(32768);
	struct proc_dir_entry *entry =
		proc_create_seq("ktest_numbers", 0, NULL, &numbers);
	size_t len, i;

	starts_without_stop = 0;
	if (want && got && KTEST_EXPECT_NOT_NULL(t, entry)) {
		len = numbers_text(want, 32768);
		KTEST_EXPECT_GE(t, len, LONG_BYTES);
		for (i = 0; i < ARRAY_SIZE(steps); i++)
			read_in_steps(t, want, len, steps[i], got);
	}
	KTEST_EXPECT_EQ(t, starts_without_stop, 0);
	proc_remove(entry);
	vfree(want);
	vfree(got);
}

static void any_position_can_be_read(struct ktest *t)
{
	char *want = vmalloc(32768);
	struct proc_dir_entry *entry =
		proc_create_seq("ktest_numbers", 0, NULL, &numbers);
	struct file *file;
	unsigned int i;

	if (!want || !KTEST_EXPECT_NOT_NULL(t, entry)) {
		vfree(want);
		return;
	}
	file = open_proc(t, "/proc/ktest_numbers", O_RDONLY);
	if (file) {
		size_t len = numbers_text(want, 32768);

		for (i = 0; i < 60; i++) {
			size_t at = ktest_random(t) % (len + 10);
			size_t part = at < len ? min(len - at, (size_t)40) : 0;
			loff_t pos = (loff_t)at;

			/* A rest of what is in the buffer may be less. */
			ssize_t n = kernel_read(file, text, 40, &pos);

			KTEST_EXPECT_EQ(t, n, part);
			KTEST_EXPECT_EQ(t, memcmp(text, want + at, part), 0);
		}
		KTEST_EXPECT_EQ(t, vfs_llseek(file, 3, SEEK_SET), 3);
		KTEST_EXPECT_EQ(t, vfs_llseek(file, 3, SEEK_CUR), 6);
		KTEST_EXPECT_EQ(t, file_read_on(file, text, 5), 4);
		KTEST_EXPECT_EQ(t, memcmp(text, want + 6, 4), 0);
		KTEST_EXPECT_EQ(t, vfs_llseek(file, 0, SEEK_END), -EINVAL);
		KTEST_EXPECT_EQ(t, vfs_llseek(file, -1, SEEK_SET), -EINVAL);
		fput(file);
	}
	proc_remove(entry);
	vfree(want);
}

/* --- the kernel's own files -------------------------------------------------------- */

static int table_shows;
static int table_limit;

static void table_text_show(struct seq_file *m)
{
	int i;

	table_shows++;
	for (i = 0; i < 700; i++)
		seq_printf(m, "%d of %d\n", i, table_shows);
}
static int table_text_write(struct proc_write *w)
{
	unsigned long value;
	int nr = proc_read_ulongs(w, &value, 1, 1, 100);

	if (nr < 0)
		return nr;
	table_limit = (int)value;
	return 0;
}

/* It is there for a case at a time: a user has no use for it. */
static const struct proc_file table = { .name = "sys/ktest/table",
					.show = table_text_show,
					.write = table_text_write };

static bool table_begin(struct ktest *t)
{
	return KTEST_EXPECT_FALSE(t, IS_ERR_OR_NULL(proc_table_create(&table)));
}

static void table_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, remove_proc_subtree("sys/ktest", NULL), 0);
}

/* What is read in pieces is of one moment: shown in one go. */
static void an_opening_shows_one_moment(struct ktest *t)
{
	struct file *file;
	int before;

	if (!table_begin(t))
		return;
	file = open_proc(t, "/proc/sys/ktest/table", O_RDONLY);
	if (!file)
		return;
	KTEST_EXPECT_EQ(t, file_read_on(file, text, 100), 99);
	before = table_shows;
	while (file_read_on(file, text, sizeof(text)) > 0)
		;
	KTEST_EXPECT_EQ(t, table_shows, before);
	fput(file);
	table_end(t);
}

static void a_write_is_a_whole_text(struct ktest *t)
{
	u64 log = log_end();

	if (!table_begin(t))
		return;
	table_limit = 0;
	KTEST_EXPECT_EQ(
		t,
		file_write_text(NULL, "/proc/sys/ktest/table", O_TRUNC, "42\n"),
		0);
	KTEST_EXPECT_EQ(t, table_limit, 42);
	KTEST_EXPECT_EQ(
		t, file_write_text(NULL, "/proc/sys/ktest/table", 0, "101"),
		-ERANGE);
	KTEST_EXPECT_EQ(t, table_limit, 42);
	KTEST_EXPECT_EQ(t,
			log_count(log, "/proc/sys/ktest/table: 101 is not "
				       "within 1 .. 100"),
			1);
	KTEST_EXPECT_EQ(t, file_write_text(NULL, "/proc/meminfo", 0, "x"),
			-EACCES);
	KTEST_EXPECT_EQ(t, file_write_text(NULL, "/proc/new", O_CREAT, "x"),
			-ENOENT);
	KTEST_EXPECT_EQ(t, fs_mkdir(NULL, "/proc/new", 0755), -EPERM);
	KTEST_EXPECT_EQ(t, fs_unlink(NULL, "/proc/meminfo"), -EPERM);
	KTEST_EXPECT_EQ(t, fs_rmdir(NULL, "/proc"), -EBUSY);
	KTEST_EXPECT_EQ(t, fs_rename(NULL, "/proc/meminfo", "/tmp/v"), -EXDEV);
	table_end(t);
}

/* And none of them is a suite's. */
static void every_file_of_the_kernel_can_be_read(struct ktest *t)
{
	const struct proc_file *const *pos;
	char path[96];

	for_each_section_entry(pos, proc_files) {
		struct file *file;
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/%s", (*pos)->name);
		KTEST_EXPECT_NULL(t, strstr(path, "ktest"));
		file = open_proc(t, path, O_RDONLY);
		if (!file)
			continue;
		do {
			n = file_read_on(file, text, sizeof(text));
		} while (n > 0);
		if (n < 0)
			KTEST_FAIL(t, "%s: error %ld", path, (long)n);
		fput(file);
	}
}

/* --- entries that go ------------------------------------------------------------------ */

static int mine_opened, mine_released;
static DECLARE_COMPLETION(mine_is_inside);
static DECLARE_COMPLETION(mine_may_leave);

static int mine_open(struct inode *inode, struct file *file)
{
	file->private_data = pde_data(inode);
	mine_opened++;
	return 0;
}

static int mine_release(struct inode *inode, struct file *file)
{
	(void)inode;
	(void)file;
	mine_released++;
	return 0;
}

/* Waits inside if it is asked for two bytes. */
static ssize_t mine_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	const char *data = iocb->ki_filp->private_data;

	if (iov_iter_count(to) == 2) {
		complete(&mine_is_inside);
		wait_for_completion(&mine_may_leave);
	}
	return (ssize_t)copy_to_iter(data, 1, to);
}

static const struct proc_ops mine_ops = {
	.proc_open = mine_open,
	.proc_read_iter = mine_read_iter,
	.proc_release = mine_release,
};

static void a_removed_entry_is_closed_for_its_driver(struct ktest *t)
{
	static char data[] = "d";
	struct proc_dir_entry *dir = proc_mkdir("ktest_dir", NULL);
	struct file *file;
	struct fs_had had;

	KTEST_ASSERT_NOT_NULL(t, dir);
	fs_had_note(&had);
	mine_opened = mine_released = 0;
	proc_create_data("mine", 0, dir, &mine_ops, data);
	file = open_proc(t, "/proc/ktest_dir/mine", O_RDONLY);
	if (file) {
		KTEST_EXPECT_EQ(t, file_read_on(file, text, 9), 1);
		KTEST_EXPECT_STREQ(t, text, "d");
		remove_proc_entry("ktest_dir/mine", NULL);
		KTEST_EXPECT_EQ(t, mine_opened, 1);
		KTEST_EXPECT_EQ(t, mine_released, 1);
		KTEST_EXPECT_EQ(t, file_read_on(file, text, 9), -EIO);
		KTEST_EXPECT_EQ(
			t, open_error(NULL, "/proc/ktest_dir/mine", O_RDONLY),
			-ENOENT);
		fput(file);
		KTEST_EXPECT_EQ(t, mine_released, 1);
	}
	fs_had_still(t, &had);
	proc_remove(dir);
}

/* Linux has the directory, so drivers do not make it. */
static void there_is_a_directory_for_drivers(struct ktest *t)
{
	static char data[] = "x";
	struct proc_dir_entry *entry =
		proc_create_data("driver/ktest", 0, NULL, &mine_ops, data);

	KTEST_ASSERT_NOT_NULL(t, entry);
	KTEST_EXPECT_EQ(t, open_error(NULL, "/proc/driver/ktest", O_RDONLY), 0);
	proc_remove(entry);
	KTEST_EXPECT_EQ(t, open_error(NULL, "/proc/driver/ktest", O_RDONLY),
			-ENOENT);
}

static int read_two(void *data)
{
	char two[2];
	loff_t pos = 0;

	return (int)kernel_read(data, two, 2, &pos);
}

static int remove_mine(void *data)
{
	proc_remove(data);
	return 0;
}

/* A module's operations go with it, while files of the entry are open. */
static void operations_of_a_removed_entry_are_not_looked_at(struct ktest *t)
{
	struct proc_ops *ops = vmalloc(sizeof(*ops));
	struct file *file;

	KTEST_ASSERT_NOT_NULL(t, ops);
	*ops = mine_ops;
	proc_create_data("ktest_mine", 0, NULL, ops, NULL);
	file = open_proc(t, "/proc/ktest_mine", O_RDWR);
	remove_proc_entry("ktest_mine", NULL);
	vfree(ops);
	vm_unmap_aliases();
	if (!file)
		return;
	KTEST_EXPECT_EQ(t, vfs_ioctl(file, 0, 0), -EIO);
	KTEST_EXPECT_EQ(t, file->f_op->mmap(file, NULL), -EIO);
	KTEST_EXPECT_EQ(t, file->f_op->write(file, NULL, 0, NULL), -EIO);
	KTEST_EXPECT_EQ(t, vfs_poll(file, NULL) & EPOLLHUP, EPOLLHUP);
	fput(file);
}

static int old_calls;

static int old_read(char *page, char **start, off_t off, int count, int *eof,
		    void *data)
{
	(void)start;
	(void)off;
	(void)count;
	(void)data;
	old_calls++;
	*eof = 1;
	page[0] = 'o';
	return 1;
}

static void
an_old_entrys_functions_are_not_called_once_it_is_removed(struct ktest *t)
{
	struct proc_dir_entry *entry =
		__create_proc_entry("ktest_old", 0, NULL);
	struct file *file;

	KTEST_ASSERT_NOT_NULL(t, entry);
	entry->read_proc = old_read;
	old_calls = 0;
	file = open_proc(t, "/proc/ktest_old", O_RDONLY);
	if (file)
		KTEST_EXPECT_EQ(t, file_read_on(file, text, 9), 1);
	remove_proc_entry("ktest_old", NULL);
	if (!file)
		return;
	KTEST_EXPECT_EQ(t, file_read_on(file, text, 9), -EIO);
	KTEST_EXPECT_EQ(t, old_calls, 1);
	fput(file);
}

/* It counts positions in 31 bits: 4 GiB is not the start. */
static void an_old_entry_has_nothing_behind_2_gib(struct ktest *t)
{
	struct proc_dir_entry *entry =
		__create_proc_entry("ktest_old", 0, NULL);
	struct file *file;

	KTEST_ASSERT_NOT_NULL(t, entry);
	entry->read_proc = old_read;
	old_calls = 0;
	file = open_proc(t, "/proc/ktest_old", O_RDONLY);
	if (file) {
		file->f_pos = 1ll << 32;
		KTEST_EXPECT_EQ(t, file_read_on(file, text, 9), 0);
		KTEST_EXPECT_EQ(t, old_calls, 0);
		fput(file);
	}
	remove_proc_entry("ktest_old", NULL);
}

static void a_position_that_wraps_is_refused(struct ktest *t)
{
	struct file *file = open_proc(t, "/proc/sys/fs/file-nr", O_RDONLY);

	if (!file)
		return;
	file->f_pos = 1;
	KTEST_EXPECT_EQ(t, vfs_llseek(file, MAX_LFS_FILESIZE, SEEK_CUR),
			-EINVAL);
	KTEST_EXPECT_EQ(t, file->f_pos, 1);
	fput(file);
}

static void removal_waits_for_who_is_inside(struct ktest *t)
{
	static char data[] = "d";
	struct proc_dir_entry *entry =
		proc_create_data("ktest_mine", 0, NULL, &mine_ops, data);
	struct task_struct *reader, *remover;
	struct path there;
	struct file *file;

	KTEST_ASSERT_NOT_NULL(t, entry);
	mine_released = 0;
	reinit_completion(&mine_is_inside);
	reinit_completion(&mine_may_leave);
	file = open_proc(t, "/proc/ktest_mine", O_RDONLY);
	reader = kthread_create(read_two, file, "ktest_reader");
	remover = kthread_create(remove_mine, entry, "ktest_remover");
	if (file && !IS_ERR(reader) && !IS_ERR(remover)) {
		get_task_struct(reader);
		get_task_struct(remover);
		wake_up_process(reader);
		wait_for_completion(&mine_is_inside);
		wake_up_process(remover);
		/* The name goes at once; the driver is needed still. */
		while (!kern_path("/proc/ktest_mine", 0, &there)) {
			path_put(&there);
			schedule_timeout_uninterruptible(1);
		}
		KTEST_EXPECT_EQ(t, mine_released, 0);
		complete(&mine_may_leave);
		KTEST_EXPECT_EQ(t, kthread_join(reader), 1);
		KTEST_EXPECT_EQ(t, kthread_join(remover), 0);
		KTEST_EXPECT_EQ(t, mine_released, 1);
		put_task_struct(reader);
		put_task_struct(remover);
		fput(file);
	}
}

static void wrong_names_are_refused_with_a_line(struct ktest *t)
{
	struct proc_dir_entry *dir = proc_mkdir("ktest_dir", NULL);
	u64 log = log_end();

	KTEST_ASSERT_NOT_NULL(t, dir);
	KTEST_EXPECT_NULL(t, proc_mkdir("ktest_dir", NULL));
	KTEST_EXPECT_EQ(t, log_count(log, "ktest_dir is not made: it is there"),
			1);
	KTEST_EXPECT_NULL(t, proc_mkdir("ktest_no/x", NULL));
	KTEST_EXPECT_NULL(t, proc_mkdir("ktest_dir/", NULL));
	KTEST_EXPECT_EQ(t, log_count(log, "is not made"), 3);
	KTEST_EXPECT_NOT_NULL(t, proc_mkdir("x", dir));
	remove_proc_entry("ktest_dir", NULL);
	KTEST_EXPECT_EQ(t, log_count(log, "it is not empty"), 1);
	remove_proc_entry("ktest_no", NULL);
	KTEST_EXPECT_EQ(t, log_count(log, "there is none"), 1);
	KTEST_EXPECT_EQ(t, remove_proc_subtree("ktest_dir", NULL), 0);
	KTEST_EXPECT_EQ(t, open_error(NULL, "/proc/ktest_dir", O_RDONLY),
			-ENOENT);
}

/* --- running out --------------------------------------------------------------------- */

static int read_table(void)
{
	ssize_t n = file_read_text(NULL, "/proc/sys/ktest/table", text,
				   sizeof(text));

	return n > 0 ? 0 : (int)n;
}

static void reading_may_run_out_of_memory(struct ktest *t)
{
	struct fault_attr boot_plan;
	struct fs_had had;
	unsigned int n;
	int err = -1;

	if (!table_begin(t))
		return;
	for (n = 1; err && n < 50; n++) {
		fs_had_note(&had);
		fault_plan_save(&fault_slab, &boot_plan);
		fault_fail_nth(&fault_slab, n);
		err = read_table();
		fault_plan_restore(&fault_slab, &boot_plan);
		if (err)
			KTEST_EXPECT_EQ(t, err, -ENOMEM);
		fs_had_still(t, &had);
	}
	KTEST_EXPECT_EQ(t, err, 0);
	KTEST_EXPECT_GE(t, n, 4);
	table_end(t);
}

static void paths_are_shown_with_escapes(struct ktest *t)
{
	struct file *file =
		filp_open("/tmp/ktest a\\b", O_CREAT | O_RDWR, 0600);
	struct seq_file m = { .buf = text, .size = sizeof(text) };

	KTEST_ASSERT_TRUE(t, !IS_ERR(file));
	KTEST_EXPECT_EQ(t, seq_file_path(&m, file, " \t\n\\"), 20);
	KTEST_EXPECT_EQ(t, seq_dentry(&m, file->f_path.dentry, ""), 14);
	KTEST_EXPECT_EQ(t, m.count, 34);
	KTEST_EXPECT_EQ(
		t, memcmp(text, "/tmp/ktest\\040a\\134b/tmp/ktest a\\b", 34),
		0);
	/* Raw it fits into 20 bytes, with its escapes it does not. */
	m = (struct seq_file){ .buf = text, .size = 20 };
	KTEST_EXPECT_EQ(t, seq_path(&m, &file->f_path, ""), 14);
	m = (struct seq_file){ .buf = text, .size = 16 };
	KTEST_EXPECT_EQ(t, seq_path(&m, &file->f_path, " \\"), -1);
	KTEST_EXPECT_TRUE(t, m.overflowed);
	fput(file);
	KTEST_EXPECT_EQ(t, fs_unlink(NULL, "/tmp/ktest a\\b"), 0);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(a_text_is_the_same_in_steps_of_any_size),
	KTEST_CASE(any_position_can_be_read),
	KTEST_CASE(an_opening_shows_one_moment),
	KTEST_CASE(a_write_is_a_whole_text),
	KTEST_CASE(every_file_of_the_kernel_can_be_read),
	KTEST_CASE(there_is_a_directory_for_drivers),
	KTEST_CASE(a_removed_entry_is_closed_for_its_driver),
	KTEST_CASE(operations_of_a_removed_entry_are_not_looked_at),
	KTEST_CASE(an_old_entrys_functions_are_not_called_once_it_is_removed),
	KTEST_CASE(an_old_entry_has_nothing_behind_2_gib),
	KTEST_CASE(a_position_that_wraps_is_refused),
	KTEST_CASE(removal_waits_for_who_is_inside),
	KTEST_CASE(wrong_names_are_refused_with_a_line),
	KTEST_CASE(reading_may_run_out_of_memory),
	KTEST_CASE(paths_are_shown_with_escapes),
};
KTEST_SUITE(proc_fs, cases);
