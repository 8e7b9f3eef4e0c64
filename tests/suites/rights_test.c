/* SPDX-License-Identifier: MIT */
/* rights_test.c - whose a file is, and what others may do with it */
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/util.h>

#include "fs_fixture.h"

static const struct cred ann = {
	.uid = { 1000 },
	.euid = { 1000 },
	.gid = { 100 },
	.egid = { 100 },
};
static const struct cred bob = {
	.uid = { 1001 },
	.euid = { 1001 },
	.gid = { 100 },
	.egid = { 100 },
};
static const struct cred eve = {
	.uid = { 1002 },
	.euid = { 1002 },
	.gid = { 200 },
	.egid = { 200 },
};

/* What opening gives to whom. */
static int opens(const struct cred *who, const struct fs_struct *fs,
		 const char *path, int flags)
{
	const struct cred *own = override_creds(who);
	int err = open_error(fs, path, flags);

	revert_creds(own);
	return err;
}

static int as(const struct cred *who,
	      int (*call)(const struct fs_struct *fs, const char *path),
	      const struct fs_struct *fs, const char *path)
{
	const struct cred *own = override_creds(who);
	int err = call(fs, path);

	revert_creds(own);
	return err;
}

static int changes_mode(const struct cred *who, const struct fs_struct *fs,
			const char *path, umode_t mode)
{
	const struct cred *own = override_creds(who);
	int err = fs_chmod(fs, path, mode);

	revert_creds(own);
	return err;
}

static int changes_owner(const struct cred *who, const struct fs_struct *fs,
			 const char *path, uid_t uid, gid_t gid)
{
	const struct cred *own = override_creds(who);
	int err = fs_chown(fs, path, uid, gid);

	revert_creds(own);
	return err;
}

static int make_directory(const struct fs_struct *fs, const char *path)
{
	return fs_mkdir(fs, path, 0777);
}

static int make_device(const struct fs_struct *fs, const char *path)
{
	return fs_mknod(fs, path, S_IFCHR | 0666, MKDEV(1, 3));
}

static int make_disk(const struct fs_struct *fs, const char *path)
{
	return fs_mknod(fs, path, S_IFBLK | 0666, MKDEV(3, 0));
}

static int make_pipe(const struct fs_struct *fs, const char *path)
{
	return fs_mknod(fs, path, S_IFIFO | 0666, 0);
}

static int link_in_d(const struct fs_struct *fs, const char *path)
{
	return fs_link(fs, path, "/d/link");
}

/* Mode, owner and group, as one number to compare: 0100644 1000 100. */
static u64 shown(struct ktest *t, const struct fs_struct *fs, const char *path)
{
	const struct inode *inode;
	struct path found;
	u64 all;

	if (!KTEST_EXPECT_EQ(t, path_lookup(fs, path, 0, &found), 0))
		return 0;
	inode = found.dentry->d_inode;
	all = (u64)inode->i_mode << 32 | i_uid_read(inode) << 16 |
	      i_gid_read(inode);
	path_put(&found);
	return all;
}

#define SHOWN(mode, uid, gid) ((u64)(mode) << 32 | (uid) << 16 | (gid))

static void rights_are_those_of_owner_group_and_others(struct ktest *t)
{
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_CREAT, "x"), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/f"), SHOWN(S_IFREG | 0644, 0, 0));
	KTEST_EXPECT_EQ(t, fs_chown(&fs, "/f", 1000, 100), 0);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/f", 0640), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/f"),
			SHOWN(S_IFREG | 0640, 1000, 100));
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/f", O_RDWR), 0);
	KTEST_EXPECT_EQ(t, opens(&bob, &fs, "/f", O_RDONLY), 0);
	KTEST_EXPECT_EQ(t, opens(&bob, &fs, "/f", O_WRONLY), -EACCES);
	KTEST_EXPECT_EQ(t, opens(&bob, &fs, "/f", O_RDONLY | O_TRUNC), -EACCES);
	KTEST_EXPECT_EQ(t, opens(&eve, &fs, "/f", O_RDONLY), -EACCES);
	/* The first that fits counts: the owner has less than others. */
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/f", 0066), 0);
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/f", O_RDONLY), -EACCES);
	KTEST_EXPECT_EQ(t, opens(&eve, &fs, "/f", O_RDWR), 0);
	/* Root is over it. */
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/f", 0), 0);
	KTEST_EXPECT_EQ(t, opens(&init_cred, &fs, "/f", O_RDWR), 0);
	tree_free(&fs);
}

static void single_capabilities_go_over_what_they_name(struct ktest *t)
{
	const struct cred reader = {
		.euid = { 7 },
		.cap_effective = 1ull << CAP_DAC_READ_SEARCH,
	};
	const struct cred over = {
		.euid = { 7 },
		.cap_effective = 1ull << CAP_DAC_OVERRIDE,
	};
	struct inode plain = { .i_mode = S_IFREG | 0600 };
	struct inode dir = { .i_mode = S_IFDIR | 0700 };
	const struct cred *own = override_creds(&reader);

	KTEST_EXPECT_EQ(t, fs_permission(&plain, MAY_READ), 0);
	KTEST_EXPECT_EQ(t, fs_permission(&plain, MAY_READ | MAY_WRITE),
			-EACCES);
	KTEST_EXPECT_EQ(t, fs_permission(&dir, MAY_READ | MAY_EXEC), 0);
	KTEST_EXPECT_EQ(t, fs_permission(&dir, MAY_WRITE), -EACCES);
	override_creds(&over);
	KTEST_EXPECT_EQ(t, fs_permission(&plain, MAY_READ | MAY_WRITE), 0);
	KTEST_EXPECT_EQ(t, fs_permission(&plain, MAY_EXEC), -EACCES);
	plain.i_mode |= S_IXOTH;
	KTEST_EXPECT_EQ(t, fs_permission(&plain, MAY_EXEC), 0);
	KTEST_EXPECT_EQ(t, fs_permission(&dir, MAY_WRITE | MAY_EXEC), 0);
	/* Of a directory that is to look names up. */
	dir.i_mode = S_IFDIR;
	KTEST_EXPECT_EQ(t, fs_permission(&dir, MAY_WRITE | MAY_EXEC), 0);
	revert_creds(own);
}

static void a_directorys_rights_are_about_its_names(struct ktest *t)
{
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/d", 0755), 0);
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/d/f", O_CREAT, "x"), 0);
	KTEST_EXPECT_EQ(t, as(&ann, make_directory, &fs, "/d/e"), -EACCES);
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/d/new", O_CREAT | O_RDWR),
			-EACCES);
	KTEST_EXPECT_EQ(t, as(&ann, fs_unlink, &fs, "/d/f"), -EACCES);
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/d/f", O_RDONLY), 0);
	/* Without the right to look up nothing in it is reached. */
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/d", 0766), 0);
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/d/f", O_RDONLY), -EACCES);
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/d", O_RDONLY | O_DIRECTORY), 0);
	KTEST_EXPECT_EQ(t, as(&ann, fs_unlink, &fs, "/d/f"), -EACCES);
	/* With all of them names can be made, and others' taken away. */
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/d", 0777), 0);
	KTEST_EXPECT_EQ(t, as(&ann, make_directory, &fs, "/d/e"), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/d/e"),
			SHOWN(S_IFDIR | 0755, 1000, 100));
	KTEST_EXPECT_EQ(t, as(&bob, fs_rmdir, &fs, "/d/e"), 0);
	KTEST_EXPECT_EQ(t, as(&ann, make_device, &fs, "/d/null"), -EPERM);
	KTEST_EXPECT_EQ(t, as(&ann, make_disk, &fs, "/d/disk"), -EPERM);
	KTEST_EXPECT_EQ(t, as(&ann, make_pipe, &fs, "/d/pipe"), 0);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/d", 0755), 0);
	KTEST_EXPECT_EQ(t, as(&ann, link_in_d, &fs, "/d/f"), -EACCES);
	tree_free(&fs);
}

static void who_makes_a_file_has_it_open(struct ktest *t)
{
	const struct cred *own;
	struct fs_struct fs;
	struct file *file;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/", 0777), 0);
	own = override_creds(&ann);
	file = file_open_at(&fs, "/f", O_CREAT | O_RDWR, 0);
	KTEST_EXPECT_FALSE(t, IS_ERR(file));
	if (!IS_ERR(file))
		fput(file);
	/* The second time it is there, and rights count. */
	KTEST_EXPECT_EQ(t, open_error(&fs, "/f", O_CREAT | O_RDWR), -EACCES);
	revert_creds(own);
	tree_free(&fs);
}

/* Nobody stands where he may look nothing up. */
static void a_working_directory_must_be_searched(struct ktest *t)
{
	const struct cred *own;
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/d", 0766), 0);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/d", 0766), 0);
	own = override_creds(&ann);
	KTEST_EXPECT_EQ(t, fs_chdir(&fs, "/d"), -EACCES);
	revert_creds(own);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/d", 0711), 0);
	override_creds(&ann);
	KTEST_EXPECT_EQ(t, fs_chdir(&fs, "/d"), 0);
	revert_creds(own);
	KTEST_EXPECT_EQ(t, fs_chdir(&fs, "/"), 0);
	tree_free(&fs);
}

static void a_sticky_directory_lets_owners_remove(struct ktest *t)
{
	const struct cred *own;
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/t", 0777), 0);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/t", 01777), 0);
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/t/f", O_CREAT | O_RDWR), 0);
	KTEST_EXPECT_EQ(t, as(&bob, fs_unlink, &fs, "/t/f"), -EPERM);
	own = override_creds(&bob);
	KTEST_EXPECT_EQ(t, fs_rename(&fs, "/t/f", "/t/g"), -EPERM);
	override_creds(&ann);
	KTEST_EXPECT_EQ(t, fs_rename(&fs, "/t/f", "/g"), -EACCES);
	KTEST_EXPECT_EQ(t, fs_rename(&fs, "/t/f", "/t/g"), 0);
	revert_creds(own);
	KTEST_EXPECT_EQ(t, as(&ann, fs_unlink, &fs, "/t/g"), 0);
	/* The directory's owner, too. */
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/t/f", O_CREAT | O_RDWR), 0);
	KTEST_EXPECT_EQ(t, fs_chown(&fs, "/t", 1001, -1u), 0);
	KTEST_EXPECT_EQ(t, as(&bob, fs_unlink, &fs, "/t/f"), 0);
	tree_free(&fs);
}

static void
owners_and_rights_are_changed_by_whom_they_belong_to(struct ktest *t)
{
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_CREAT, "x"), 0);
	KTEST_EXPECT_EQ(t, changes_mode(&ann, &fs, "/f", 0777), -EPERM);
	KTEST_EXPECT_EQ(t, changes_owner(&ann, &fs, "/f", 1000, 100), -EPERM);
	KTEST_EXPECT_EQ(t, fs_chown(&fs, "/f", 1000, 200), 0);
	KTEST_EXPECT_EQ(t, changes_mode(&ann, &fs, "/f", 04755), 0);
	/* Not in the group: its bit is not hers to give. */
	KTEST_EXPECT_EQ(t, changes_mode(&ann, &fs, "/f", 06755), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/f"),
			SHOWN(S_IFREG | 04755, 1000, 200));
	/* To her own group, not to another; nor away. */
	KTEST_EXPECT_EQ(t, changes_owner(&ann, &fs, "/f", -1u, 300), -EPERM);
	KTEST_EXPECT_EQ(t, changes_owner(&ann, &fs, "/f", 1001, -1u), -EPERM);
	KTEST_EXPECT_EQ(t, changes_owner(&eve, &fs, "/f", 1002, -1u), -EPERM);
	KTEST_EXPECT_EQ(t, changes_owner(&bob, &fs, "/f", -1u, 100), -EPERM);
	/* What it is already may be said. */
	KTEST_EXPECT_EQ(t, changes_owner(&ann, &fs, "/f", 1000, 200), 0);
	KTEST_EXPECT_EQ(t, changes_owner(&ann, &fs, "/f", -1u, 100), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/f"),
			SHOWN(S_IFREG | 0755, 1000, 100));
	/* In the group it is; a new owner does not get the bits. The kind is no
	 * right. */
	KTEST_EXPECT_EQ(t, changes_mode(&ann, &fs, "/f", S_IFDIR | 06755), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/f"),
			SHOWN(S_IFREG | 06755, 1000, 100));
	KTEST_EXPECT_EQ(t, fs_chown(&fs, "/f", 1001, -1u), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/f"),
			SHOWN(S_IFREG | 0755, 1001, 100));
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/nothing", 0), -ENOENT);
	tree_free(&fs);
}

static int move_into_b(const struct fs_struct *fs, const char *path)
{
	return fs_rename(fs, path, "/b/moved");
}

static int rename_in_place(const struct fs_struct *fs, const char *path)
{
	return fs_rename(fs, path, "/a/other");
}

/* As it says in itself where it is. */
static void a_directory_moves_if_it_may_be_written(struct ktest *t)
{
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/a", 0777), 0);
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/b", 0777), 0);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/a", 0777), 0);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/b", 0777), 0);
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/a/d", 0755), 0);
	KTEST_EXPECT_EQ(t, as(&ann, move_into_b, &fs, "/a/d"), -EACCES);
	KTEST_EXPECT_EQ(t, as(&ann, rename_in_place, &fs, "/a/d"), 0);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/a/other", 0777), 0);
	KTEST_EXPECT_EQ(t, as(&ann, move_into_b, &fs, "/a/other"), 0);
	tree_free(&fs);
}

static void a_directory_may_pass_its_group_on(struct ktest *t)
{
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, fs_mkdir(&fs, "/d", 0777), 0);
	KTEST_EXPECT_EQ(t, fs_chown(&fs, "/d", 0, 500), 0);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/d", 02777), 0);
	KTEST_EXPECT_EQ(t, as(&ann, make_directory, &fs, "/d/e"), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/d/e"),
			SHOWN(S_IFDIR | 02755, 1000, 500));
	KTEST_EXPECT_EQ(t, opens(&ann, &fs, "/d/f", O_CREAT | O_RDWR), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/d/f"),
			SHOWN(S_IFREG | 0644, 1000, 500));
	/* A directory's bits are no danger to its new owner. */
	KTEST_EXPECT_EQ(t, fs_chown(&fs, "/d", 1000, -1u), 0);
	KTEST_EXPECT_EQ(t, shown(t, &fs, "/d"),
			SHOWN(S_IFDIR | 02777, 1000, 500));
	tree_free(&fs);
}

/* Time has moved on since @before, at most a little way past now. */
static bool is_later(const struct timespec64 *before,
		     const struct timespec64 *time)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	return timespec64_compare(before, time) < 0 &&
	       timespec64_compare(time, &now) <= 0;
}

static struct kstat stat_of(struct ktest *t, const struct fs_struct *fs,
			    const char *path)
{
	struct kstat stat = { 0 };
	struct timespec64 now;

	KTEST_EXPECT_EQ(t, fs_stat(fs, path, 0, &stat), 0);
	/* What comes next has a later time. */
	do
		ktime_get_real_ts64(&now);
	while (timespec64_compare(&now, &stat.ctime) <= 0);
	return stat;
}

static void times_say_what_was_done(struct ktest *t)
{
	static const struct timespec64 old[2] = { { 1000, 5 }, { 2000, 6 } };
	struct kstat made, read, written, changed;
	struct fs_struct fs;
	char text[8];

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_CREAT, "x"), 0);
	made = stat_of(t, &fs, "/f");
	KTEST_EXPECT_EQ(t, file_read_text(&fs, "/f", text, sizeof(text)), 1);
	read = stat_of(t, &fs, "/f");
	KTEST_EXPECT_TRUE(t, is_later(&made.mtime, &read.atime));
	KTEST_EXPECT_EQ(t, timespec64_compare(&made.mtime, &read.mtime), 0);
	/* Read again, and it was not written meanwhile. */
	KTEST_EXPECT_EQ(t, file_read_text(&fs, "/f", text, sizeof(text)), 1);
	written = stat_of(t, &fs, "/f");
	KTEST_EXPECT_EQ(t, timespec64_compare(&written.atime, &read.atime), 0);
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", 0, "yz"), 0);
	written = stat_of(t, &fs, "/f");
	KTEST_EXPECT_TRUE(t, is_later(&read.mtime, &written.mtime));
	KTEST_EXPECT_EQ(t, written.size, 2);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/f", 0666), 0);
	changed = stat_of(t, &fs, "/f");
	KTEST_EXPECT_TRUE(t, is_later(&written.ctime, &changed.ctime));
	KTEST_EXPECT_EQ(t, timespec64_compare(&changed.mtime, &written.mtime),
			0);
	written = changed;
	KTEST_EXPECT_EQ(t, fs_utimes(&fs, "/f", old), 0);
	changed = stat_of(t, &fs, "/f");
	KTEST_EXPECT_EQ(t, changed.atime.tv_sec, 1000);
	KTEST_EXPECT_EQ(t, changed.mtime.tv_nsec, 6);
	KTEST_EXPECT_TRUE(t, is_later(&written.ctime, &changed.ctime));
	/* Changed since it was read, if not written; and then a day ago. */
	KTEST_EXPECT_EQ(t, file_read_text(&fs, "/f", text, sizeof(text)), 2);
	read = stat_of(t, &fs, "/f");
	KTEST_EXPECT_TRUE(t, is_later(&changed.ctime, &read.atime));
	KTEST_EXPECT_EQ(t, fs_chown(&fs, "/f", 1000, 100), 0);
	changed = stat_of(t, &fs, "/f");
	KTEST_EXPECT_TRUE(t, is_later(&read.ctime, &changed.ctime));
	KTEST_EXPECT_EQ(t, fs_link(&fs, "/f", "/g"), 0);
	read = stat_of(t, &fs, "/f");
	KTEST_EXPECT_TRUE(t, is_later(&changed.ctime, &read.ctime));
	KTEST_EXPECT_EQ(t, fs_utimes(&fs, "/f", NULL), 0);
	changed = stat_of(t, &fs, "/f");
	KTEST_EXPECT_TRUE(t, is_later(&read.ctime, &changed.atime));
	KTEST_EXPECT_TRUE(t, is_later(&read.ctime, &changed.mtime));
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_TRUNC, ""), 0);
	written = stat_of(t, &fs, "/f");
	KTEST_EXPECT_TRUE(t, is_later(&changed.mtime, &written.mtime));
	/* A write of nothing is none. */
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", 0, ""), 0);
	changed = stat_of(t, &fs, "/f");
	KTEST_EXPECT_EQ(t, timespec64_compare(&changed.mtime, &written.mtime),
			0);
	tree_free(&fs);
}

static void a_time_of_reading_is_renewed_after_a_day(struct ktest *t)
{
	struct timespec64 now;
	struct inode inode = { .i_mode = S_IFREG };
	struct file file = { .f_inode = &inode };

	ktime_get_real_ts64(&now);
	/* Written long before. */
	inode.i_atime.tv_sec = now.tv_sec - 24 * 60 * 60 + 100;
	inode.i_mtime.tv_sec = inode.i_ctime.tv_sec = inode.i_atime.tv_sec - 1;
	file_accessed(&file);
	KTEST_EXPECT_EQ(t, inode.i_atime.tv_sec, inode.i_mtime.tv_sec + 1);
	inode.i_atime.tv_sec -= 200;
	inode.i_mtime.tv_sec = inode.i_ctime.tv_sec = inode.i_atime.tv_sec - 1;
	file_accessed(&file);
	KTEST_EXPECT_GE(t, inode.i_atime.tv_sec, now.tv_sec);
	/* Written since, or changed. */
	inode.i_atime = (struct timespec64){ .tv_sec = now.tv_sec - 10 };
	inode.i_ctime = inode.i_atime;
	inode.i_ctime.tv_sec--;
	inode.i_mtime = inode.i_atime;
	file_accessed(&file);
	KTEST_EXPECT_GE(t, inode.i_atime.tv_sec, now.tv_sec);
	inode.i_mtime = inode.i_ctime;
	inode.i_atime = (struct timespec64){ .tv_sec = now.tv_sec - 10 };
	inode.i_ctime = inode.i_atime;
	file_accessed(&file);
	KTEST_EXPECT_GE(t, inode.i_atime.tv_sec, now.tv_sec);
}

static void a_link_has_a_state_of_its_own(struct ktest *t)
{
	struct fs_struct fs;
	struct kstat stat;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_CREAT, "xyz"), 0);
	KTEST_EXPECT_EQ(t, fs_symlink(&fs, "f", "/l"), 0);
	KTEST_EXPECT_EQ(t, fs_stat(&fs, "/l", 0, &stat), 0);
	KTEST_EXPECT_TRUE(t, S_ISLNK(stat.mode));
	KTEST_EXPECT_EQ(t, fs_stat(&fs, "/l", LOOKUP_FOLLOW, &stat), 0);
	KTEST_EXPECT_EQ(t, stat.size, 3);
	tree_free(&fs);
}

static void a_directory_is_written_when_its_names_change(struct ktest *t)
{
	struct kstat before, after;
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	before = stat_of(t, &fs, "/");
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_CREAT, "x"), 0);
	after = stat_of(t, &fs, "/");
	KTEST_EXPECT_TRUE(t, is_later(&before.mtime, &after.mtime));
	KTEST_EXPECT_TRUE(t, is_later(&before.ctime, &after.ctime));
	before = stat_of(t, &fs, "/");
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", 0, "y"), 0);
	after = stat_of(t, &fs, "/");
	KTEST_EXPECT_EQ(t, timespec64_compare(&before.mtime, &after.mtime), 0);
	KTEST_EXPECT_EQ(t, fs_unlink(&fs, "/f"), 0);
	after = stat_of(t, &fs, "/");
	KTEST_EXPECT_TRUE(t, is_later(&before.mtime, &after.mtime));
	tree_free(&fs);
}

static void who_may_write_may_say_now_only(struct ktest *t)
{
	static const struct timespec64 old[2] = { { 1, 0 }, { 2, 0 } };
	static const struct timespec64 odd[2] = { { 1, 0 }, { 2, 1000000000 } };
	static const struct timespec64 below[2] = { { 1, -1 }, { 2, 0 } };
	const struct cred *own;
	struct fs_struct fs;

	if (!tree_make(t, &fs))
		return;
	KTEST_EXPECT_EQ(t, file_write_text(&fs, "/f", O_CREAT, "x"), 0);
	own = override_creds(&ann);
	KTEST_EXPECT_EQ(t, fs_utimes(&fs, "/f", NULL), -EACCES);
	revert_creds(own);
	KTEST_EXPECT_EQ(t, fs_chmod(&fs, "/f", 0666), 0);
	own = override_creds(&ann);
	KTEST_EXPECT_EQ(t, fs_utimes(&fs, "/f", NULL), 0);
	KTEST_EXPECT_EQ(t, fs_utimes(&fs, "/f", old), -EPERM);
	revert_creds(own);
	KTEST_EXPECT_EQ(t, fs_utimes(&fs, "/f", odd), -EINVAL);
	KTEST_EXPECT_EQ(t, fs_utimes(&fs, "/f", below), -EINVAL);
	tree_free(&fs);
}

/* The driver's device is root's; so is what the kernel shows. */
static void the_kernels_own_files_are_roots(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, opens(&ann, NULL, "/proc/meminfo", O_RDONLY), 0);
	KTEST_EXPECT_EQ(
		t, opens(&ann, NULL, "/proc/sys/vm/min_free_kbytes", O_WRONLY),
		-EACCES);
	KTEST_EXPECT_EQ(t, opens(&ann, NULL, "/ktest", O_CREAT | O_RDWR),
			-EACCES);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(rights_are_those_of_owner_group_and_others),
	KTEST_CASE(single_capabilities_go_over_what_they_name),
	KTEST_CASE(a_directorys_rights_are_about_its_names),
	KTEST_CASE(who_makes_a_file_has_it_open),
	KTEST_CASE(a_working_directory_must_be_searched),
	KTEST_CASE(a_sticky_directory_lets_owners_remove),
	KTEST_CASE(owners_and_rights_are_changed_by_whom_they_belong_to),
	KTEST_CASE(a_directory_moves_if_it_may_be_written),
	KTEST_CASE(a_directory_may_pass_its_group_on),
	KTEST_CASE(times_say_what_was_done),
	KTEST_CASE(a_time_of_reading_is_renewed_after_a_day),
	KTEST_CASE(a_link_has_a_state_of_its_own),
	KTEST_CASE(a_directory_is_written_when_its_names_change),
	KTEST_CASE(who_may_write_may_say_now_only),
	KTEST_CASE(the_kernels_own_files_are_roots),
};
KTEST_SUITE(rights, cases);
