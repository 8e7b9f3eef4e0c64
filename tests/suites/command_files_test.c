/* SPDX-License-Identifier: MIT */
/*
 * command_files_test.c - what is typed about files: output into them, what they
 * hold, their names, and what is said when it cannot be done
 */
#include <fs/cdev.h>
#include <kernel/command.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/smp.h>
#include <kernel/string.h>
#include <mm/show.h>
#include <mm/slab.h>
#include <mm/uaccess.h>
#include <mm/user_space.h>

#include "../../kernel/command_output.h"
#include "fs_fixture.h"
#include "log_lines.h"

#define PLACE "/tmp/commands"
#define HEARD_BYTES 2048u
/* Behind 3 bytes of a row of hexdump. */
#define BLANKS "                                          "

/* What the case heard. Its output and its complaints, one behind the other. */
static struct heard {
	struct console_sink sink;
	char text[HEARD_BYTES], complaint[HEARD_BYTES];
	size_t text_len, complaint_len;
} heard;

static void keep(char *buf, size_t *len, const char *text, size_t n)
{
	n = min(n, (size_t)HEARD_BYTES - 1 - *len);
	memcpy(buf + *len, text, n);
	*len += n;
	buf[*len] = '\0';
}

static void hear(struct console_sink *sink, const char *text, size_t len)
{
	(void)sink;
	keep(heard.text, &heard.text_len, text, len);
}

static void hear_complaint(struct console_sink *sink, const char *text,
			   size_t len)
{
	(void)sink;
	keep(heard.complaint, &heard.complaint_len, text, len);
}

static void hear_from_here(void)
{
	heard = (struct heard){ .sink = { .write = hear,
					  .complain = hear_complaint } };
	console_sink_push(&heard.sink);
}

/* Type @line. Return: how many commands failed. */
static int typed(const char *line)
{
	char words[512];
	int failed;

	strscpy(words, line, sizeof(words));
	hear_from_here();
	failed = command_run_line(words);
	console_sink_pop();
	return failed;
}

/* @line succeeds and says just @text. */
static void expect_text(struct ktest *t, const char *line, const char *text)
{
	KTEST_EXPECT_EQ(t, typed(line), 0);
	KTEST_EXPECT_STREQ(t, heard.text, text);
	KTEST_EXPECT_STREQ(t, heard.complaint, "");
}

/* It fails, and @text is all that is heard. */
static void expect_refusal(struct ktest *t, const char *line, const char *text)
{
	KTEST_EXPECT_EQ(t, typed(line), 1);
	KTEST_EXPECT_STREQ(t, heard.complaint, text);
	KTEST_EXPECT_STREQ(t, heard.text, "");
}

/* A directory of the case's own, which is the current one. */
static bool place_make(struct ktest *t)
{
	return KTEST_EXPECT_EQ(t, typed("mkdir " PLACE "; cd " PLACE), 0);
}

static void place_free(struct ktest *t, const char *files)
{
	char line[256];

	snprintf(line, sizeof(line), "cd " PLACE "%s%s; cd; rmdir " PLACE,
		 *files ? "; rm " : "", files);
	KTEST_EXPECT_EQ(t, typed(line), 0);
	KTEST_EXPECT_STREQ(t, heard.complaint, "");
}

/* --- into files ------------------------------------------------------------------ */

static void output_goes_into_a_file_or_behind_what_it_has(struct ktest *t)
{
	if (!place_make(t))
		return;
	expect_text(t, "echo one > a; cat a", "one\n");
	expect_text(t, "echo two >>a; cat a", "one\ntwo\n");
	expect_text(t, "echo three>a; cat a", "three\n");
	expect_text(t, "echo -n x 'y > z' >> a; cat a", "three\nx y > z");
	expect_text(t, "echo '>>' \">\" > a ; cat a", ">> >\n");
	expect_text(t, "cat a > b; cat b b", ">> >\n>> >\n");
	place_free(t, "a b");
}

static void what_a_command_complains_about_is_seen(struct ktest *t)
{
	if (!place_make(t))
		return;
	expect_refusal(t, "cat nothing > a",
		       "cat: nothing: no such file or directory\n");
	expect_text(t, "cat a", "");
	expect_refusal(t, "florble > b",
		       "florble: no such command; 'help' lists all\n");
	expect_refusal(t, "cat b", "cat: b: no such file or directory\n");
	place_free(t, "a");
}

/* 19 KB, in pieces of all sizes. */
static void talk(void)
{
	unsigned int i;

	for (i = 0; i < 200; i++)
		console_printf("%*u\n", (int)(i % 190) + 5, i);
}

/* Where nobody may sleep. */
static void whisper(void)
{
	unsigned int i;

	preempt_disable();
	for (i = 0; i < 100; i++)
		console_printf("%99s\n", "");
	preempt_enable();
}

/* What @print prints goes into @path, for the command "ktest". Return: as
 * typed(). */
static int printed_into(const char *path, void (*print)(void))
{
	struct command_output out;
	int failed;

	hear_from_here();
	failed = command_output_begin(&out, "ktest", path, false);
	if (!failed) {
		print();
		failed = command_output_end(&out);
	}
	console_sink_pop();
	return failed;
}

static void a_file_that_output_cannot_go_into_is_told(struct ktest *t)
{
	expect_refusal(t, "echo a > /tmp", "echo: /tmp: is a directory\n");
	expect_refusal(t, "echo a > /no/where",
		       "echo: /no/where: no such file or directory\n");
	expect_refusal(t, "echo a > /proc/meminfo",
		       "echo: /proc/meminfo: cannot be written\n");
	expect_refusal(t, "echo x > /proc/sys/vm/min_free_kbytes",
		       "echo: /proc/sys/vm/min_free_kbytes: 'x' is not a "
		       "number (error 22)\n");
	KTEST_EXPECT_EQ(t, printed_into("/proc/sys/vm/min_free_kbytes", talk),
			1);
	KTEST_EXPECT_STREQ(t, heard.complaint,
			   "ktest: /proc/sys/vm/min_free_kbytes: more than 511 "
			   "characters\n");
	expect_refusal(t, "echo 1 >> ", "echo: behind > stands one file\n");
	expect_refusal(t, "echo 1 > a >> b",
		       "echo: behind > stands one file\n");
	expect_refusal(t, ">> a", ">: a command stands before >\n");
	expect_refusal(t, "cat a | b",
		       "cat: no pipes here: > FILE, then the next command\n");
	expect_refusal(t, "cat < a", "cat: commands take FILE, not < FILE\n");
	expect_refusal(t, "ls && ls", "ls: ; stands between commands\n");
	expect_refusal(t, "| b",
		       "|: no pipes here: > FILE, then the next command\n");
	expect_text(t, "echo 'a' '|' \"<\" a|b", "a | < a|b\n");
}

static void much_output_arrives_whole(struct ktest *t)
{
	if (!place_make(t))
		return;
	KTEST_EXPECT_EQ(t, printed_into("a", talk), 0);
	expect_text(t, "cksum a", "389712559 19200 a\n");
	place_free(t, "a");
}

static void what_is_printed_where_nobody_may_sleep_waits(struct ktest *t)
{
	if (!place_make(t))
		return;
	/* As much as the buffer holds, and a count of the rest. */
	KTEST_EXPECT_EQ(t, printed_into("a", whisper), 1);
	KTEST_EXPECT_STREQ(t, heard.complaint,
			   "ktest: a: 5904 bytes are missing\n");
	KTEST_EXPECT_EQ(t, typed("cksum a"), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(heard.text, " 4096 a\n"));
	place_free(t, "a");
}

/* --- drivers ------------------------------------------------------------------------ */

#define DEVICE_MAJOR 241u

static char device_text[64];
static unsigned int device_calls;

static ssize_t device_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *pos)
{
	(void)file;
	device_calls++;
	if (count > 4)
		count = 4; /* the rest in other calls */
	if (*pos + (loff_t)count > (loff_t)sizeof(device_text))
		return -ENOSPC;
	if (copy_from_user(device_text + *pos, buf, count))
		return -EFAULT;
	*pos += (loff_t)count;
	return (ssize_t)count;
}

static ssize_t device_read(struct file *file, char __user *buf, size_t count,
			   loff_t *pos)
{
	(void)file;
	return simple_read_from_buffer(buf, count, pos, device_text,
				       strlen(device_text));
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	(void)file;
	if (cmd == 1)
		return put_user(1, (int __user *)arg);
	return cmd == 2 ? 77 : -ENOTTY;
}

static const struct file_operations device_operations = {
	.owner = THIS_MODULE,
	.read = device_read,
	.write = device_write,
	.unlocked_ioctl = device_ioctl,
	.llseek = no_llseek,
};

static void drivers_copy_from_and_to_a_real_user(struct ktest *t)
{
	if (!place_make(t))
		return;
	KTEST_ASSERT_EQ(
		t,
		register_chrdev(DEVICE_MAJOR, "commands", &device_operations),
		0);
	memset(device_text, 0, sizeof(device_text));
	device_calls = 0;
	expect_text(t, "mknod d c 241 0; echo hello > d; cat d", "hello\n");
	KTEST_EXPECT_EQ(t, device_calls, 2); /* 4 bytes, and the 2 left */
	expect_text(t, "hexdump d 1 3",
		    "00000001  65 6c 6c" BLANKS "|ell|\n00000004\n");
	KTEST_EXPECT_EQ(t, printed_into("d", talk), 1);
	KTEST_EXPECT_STREQ(t, heard.complaint,
			   "ktest: d: no space left on device\n");
	/* 64 bytes fit: a block, and of the next one what is left. */
	KTEST_EXPECT_EQ(t, typed("dd if=/dev/zero of=d bs=40 count=5"), 1);
	KTEST_EXPECT_STREQ(t, heard.complaint,
			   "dd: d: no space left on device\n"
			   "2+0 records in, 1+1 out, 64 bytes\n");
	KTEST_EXPECT_EQ(t, typed("dd if=/dev/zero of=d bs=32 count=5"), 1);
	KTEST_EXPECT_STREQ(t, heard.complaint,
			   "dd: d: no space left on device\n"
			   "3+0 records in, 2+0 out, 64 bytes\n");
	expect_refusal(t, "ioctl d 1 0xc0000000", "ioctl: d: bad address\n");
	expect_refusal(t, "ioctl d 3",
		       "ioctl: d: inappropriate ioctl for device\n");
	expect_text(t, "ioctl d 2", "77\n");
	unregister_chrdev(DEVICE_MAJOR, "commands");
	expect_refusal(t, "cat d", "cat: d: no such device or address\n");
	place_free(t, "d");
}

/* --- bytes -------------------------------------------------------------------------- */

static void sums_are_those_of_posix(struct ktest *t)
{
	if (!place_make(t))
		return;
	expect_text(t, "echo -n 123456789 > a; echo -n '' > b; cksum a b",
		    "930766865 9 a\n4294967295 0 b\n");
	place_free(t, "a b");
}

static void hexdump_shows_rows_of_sixteen(struct ktest *t)
{
	if (!place_make(t))
		return;
	expect_text(t, "echo 0123456789abcdefgh > a; hexdump a",
		    "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 "
		    "66  |0123456789abcdef|\n"
		    "00000010  67 68 0a" BLANKS "|gh.|\n00000013\n");
	expect_text(t, "hexdump a 100", "00000064\n");
	expect_text(t, "hexdump /dev/zero 0 67",
		    "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 "
		    "00  |................|\n*\n"
		    "00000040  00 00 00" BLANKS "|...|\n00000043\n");
	expect_text(t, "echo -n 0123456789abcdef > b; hexdump b",
		    "00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 "
		    "66  |0123456789abcdef|\n00000010\n");
	expect_refusal(t, "hexdump a x",
		       "hexdump: 'x' is no place in a file\n");
	place_free(t, "a b");
}

static void ps_knows_each_number_that_it_lists(struct ktest *t)
{
	u64 log = log_end();

	KTEST_EXPECT_EQ(t, typed("ps"), 0);
	KTEST_EXPECT_NOT_NULL(t, strstr(heard.text, "    0 swapper/0 "));
	KTEST_EXPECT_EQ(t, typed("ps 0"), 0);
	KTEST_EXPECT_EQ(t, log_count(log, "task 0 (swapper/0) on CPU 0"), 1);
	KTEST_EXPECT_EQ(t, log_count(log, "task 0 (swapper/"),
			num_online_cpus());
	KTEST_EXPECT_EQ(t, typed("ps 2147483647"), 1);
	KTEST_EXPECT_STREQ(t, heard.text, "ps: 2147483647: no such thread\n");
	KTEST_EXPECT_EQ(t, typed("ps 0x"), 1);
}

static void dd_copies_the_blocks_it_is_told(struct ktest *t)
{
	if (!place_make(t))
		return;
	KTEST_EXPECT_EQ(t,
			typed("echo -n 0123456789 > a; "
			      "dd if=a of=b bs=3 skip=1 count=2"),
			0);
	KTEST_EXPECT_STREQ(t, heard.complaint,
			   "2+0 records in, 2+0 out, 6 bytes\n");
	expect_text(t, "cat b", "345678");
	KTEST_EXPECT_EQ(t, typed("dd if=a of=b bs=4 seek=1"), 0);
	KTEST_EXPECT_STREQ(t, heard.complaint,
			   "2+1 records in, 2+1 out, 10 bytes\n");
	expect_text(t, "cat b", "34560123456789");
	KTEST_EXPECT_EQ(t, typed("dd if=a of=b count=0"), 0);
	expect_text(t, "cat b", "");
	expect_refusal(t, "dd if=a of=b bs=0",
		       "dd: bs=0 is not within 1 .. 16777216\n");
	expect_refusal(t, "dd if=a of=b florble=1",
		       "dd: 'florble=1': want if= of= bs= count= skip= "
		       "seek=\n");
	place_free(t, "a b");
}

static void cp_copies_into_directories_too(struct ktest *t)
{
	if (!place_make(t))
		return;
	KTEST_EXPECT_EQ(t, printed_into("a", talk), 0);
	expect_text(t, "mkdir d; cp a b; cp a b d; cksum d/b",
		    "389712559 19200 d/b\n");
	expect_refusal(t, "cp a a", "cp: a: is the same file\n");
	expect_refusal(t, "cp a b x", "cp: x: not a directory\n");
	expect_text(t, "rm d/a d/b; rmdir d", "");
	place_free(t, "a b");
}

static void a_cp_that_is_refused_changes_nothing(struct ktest *t)
{
	if (!place_make(t))
		return;
	expect_text(t, "echo keep > a; ln a h; ln -s a s; mkdir d", "");
	expect_refusal(t, "cp a h", "cp: h: is the same file\n");
	expect_refusal(t, "cp s h", "cp: h: is the same file\n");
	expect_refusal(t, "cp d a", "cp: d: is a directory\n");
	expect_refusal(t, "cp d x", "cp: d: is a directory\n");
	expect_text(t, "cat a; ls", "keep\na\nd/\nh\ns\n");
	expect_text(t, "rmdir d", "");
	place_free(t, "a h s");
}

/* --- names -------------------------------------------------------------------------- */

static void names_are_listed_and_moved(struct ktest *t)
{
	if (!place_make(t))
		return;
	expect_text(t, "pwd", PLACE "\n");
	expect_text(t, "mkdir d; echo a > a; ln -s a s; ls", "a\nd/\ns\n");
	expect_text(t, "mv a d; ls d; ls " PLACE "/d", "a\na\n");
	expect_text(t, "ls d/a d d", "d/a\nd:\na\nd:\na\n");
	expect_refusal(t, "ln nix d/b", "ln: nix: no such file or directory\n");
	expect_refusal(t, "ln d/a no/b",
		       "ln: no/b: no such file or directory\n");
	expect_text(t, "mknod n c 5 6; ls -l n s d/a",
		    "crw-r--r--  1    0    0       5, 6 n\n"
		    "lrwxrwxrwx  1    0    0          1 s -> a\n"
		    "-rw-r--r--  1    0    0          2 d/a\n");
	expect_text(t, "chmod 4750 d/a; chown 5:6 d/a; chown :7 n; ls -l d/a n",
		    "-rwxr-x---  1    5    6          2 d/a\n"
		    "crw-r--r--  1    0    7       5, 6 n\n");
	expect_text(t,
		    "chmod 6750 d/a; chmod 1777 d; chmod 3640 n; ls -l d/a n",
		    "-rwsr-s---  1    5    6          2 d/a\n"
		    "crw-r-S--T  1    0    7       5, 6 n\n");
	expect_text(t, "touch n d/a; stat d/a > st; hexdump st 0 13; rm st",
		    "00000000  20 20 46 69 6c 65 3a 20  64 2f 61 0a 20"
		    "           |  File: d/a. |\n0000000d\n");
	expect_refusal(t, "stat nothing",
		       "stat: nothing: no such file or directory\n");
	expect_refusal(t, "chmod 8 n", "chmod: '8' is not a mode: 0 to 7777\n");
	expect_refusal(t, "chown x n",
		       "chown: 'x' is not UID, UID:GID or :GID\n");
	expect_refusal(t, "chown 1:x n",
		       "chown: '1:x' is not UID, UID:GID or :GID\n");
	/* One more than there is, and what means none. */
	expect_refusal(t, "chown 4294967296 n",
		       "chown: '4294967296' is not UID, UID:GID or :GID\n");
	expect_refusal(t, "chown :4294967295 n",
		       "chown: ':4294967295' is not UID, UID:GID or :GID\n");
	expect_refusal(t, "chmod 0 nothing",
		       "chmod: nothing: no such file or directory\n");
	expect_refusal(t, "rmdir d", "rmdir: d: directory not empty\n");
	expect_refusal(t, "mkdir d", "mkdir: d: file exists\n");
	expect_refusal(t, "rm d", "rm: d: is a directory\n");
	expect_refusal(t, "cd n", "cd: n: not a directory\n");
	expect_refusal(t, "mknod m c 4096 0",
		       "mknod: 4096, 0: there are no such devices\n");
	expect_refusal(t, "cat .", "cat: .: is a directory\n");
	expect_text(t, "cd d; rm a; cd ..; rmdir d", "");
	place_free(t, "n s");
}

/* Completion puts one behind a directory. */
static void a_slash_behind_a_directory_is_no_part_of_its_name(struct ktest *t)
{
	if (!place_make(t))
		return;
	expect_text(t, "mkdir d; mkdir d/e; mkdir to; mv d/ to/; ls; ls to/d",
		    "to/\ne/\n");
	expect_text(t, "mv to/d/e// to; ls to", "d/\ne/\n");
	expect_refusal(t, "mv / to", "mv: /: device or resource busy\n");
	expect_text(t, "rmdir to/d/ to/e to", "");
	place_free(t, "");
}

/* All that @line could go on with, a blank behind each. */
static void expect_candidates(struct ktest *t, const char *line,
			      const char *names)
{
	char all[256] = "";
	const char *c;
	unsigned int i;

	for (i = 0; (c = command_candidate(line, i)); i++) {
		strlcat(all, c, sizeof(all));
		strlcat(all, " ", sizeof(all));
	}
	KTEST_EXPECT_STREQ(t, all, names);
}

static void paths_are_completed(struct ktest *t)
{
	if (!place_make(t))
		return;
	expect_text(t, "mkdir dir; echo > dir/one; echo > dir/two", "");
	expect_candidates(t, "cat " PLACE "/", PLACE "/dir/ ");
	expect_candidates(t, "cat d", "dir/ ");
	expect_candidates(t, "echo x;ls dir/", "dir/one dir/two ");
	expect_candidates(t, "pwd >dir/t", "dir/two ");
	expect_candidates(t, "cat dir/one dir/x", "");
	expect_candidates(t, "cat nowhere/", "");
	expect_candidates(t, "pwd d", "");
	expect_text(t, "rm dir/one dir/two; rmdir dir", "");
	place_free(t, "");
}

/* --- nothing stays --------------------------------------------------------------------- */

static void commands_give_back_what_they_took(struct ktest *t)
{
	unsigned long pages_of_users = mm_usage(MM_USAGE_ANON_PAGES);
	struct fs_had had;

	/* The first of its kind makes slabs, which stay. */
	KTEST_EXPECT_EQ(t, typed("echo a > /tmp/a; cat /tmp/a; rm /tmp/a"), 0);
	fs_had_note(&had);
	typed("echo a > /tmp/a; cat /tmp/a /tmp/a > /tmp/b; dd if=/tmp/a "
	      "of=/nowhere/b; cp /tmp/a /tmp; cksum /tmp; hexdump /tmp/b; "
	      "cd /tmp; ls -l; cd; rm /tmp/a /tmp/b; cat /tmp/a > /proc/x");
	KTEST_EXPECT_TRUE(t, fs_had_still(t, &had));
	KTEST_EXPECT_EQ(t, mm_usage(MM_USAGE_ANON_PAGES), pages_of_users);
	KTEST_EXPECT_NULL(t, current->mm);
	KTEST_EXPECT_NULL(t, current->console_sink);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(output_goes_into_a_file_or_behind_what_it_has),
	KTEST_CASE(what_a_command_complains_about_is_seen),
	KTEST_CASE(a_file_that_output_cannot_go_into_is_told),
	KTEST_CASE(much_output_arrives_whole),
	KTEST_CASE(what_is_printed_where_nobody_may_sleep_waits),
	KTEST_CASE(drivers_copy_from_and_to_a_real_user),
	KTEST_CASE(sums_are_those_of_posix),
	KTEST_CASE(hexdump_shows_rows_of_sixteen),
	KTEST_CASE(ps_knows_each_number_that_it_lists),
	KTEST_CASE(dd_copies_the_blocks_it_is_told),
	KTEST_CASE(cp_copies_into_directories_too),
	KTEST_CASE(a_cp_that_is_refused_changes_nothing),
	KTEST_CASE(names_are_listed_and_moved),
	KTEST_CASE(a_slash_behind_a_directory_is_no_part_of_its_name),
	KTEST_CASE(paths_are_completed),
	KTEST_CASE(commands_give_back_what_they_took),
};
KTEST_SUITE(command_files, cases);
