/* SPDX-License-Identifier: MIT */
/*
 * uaccess_test.c - copies from and to a user, on borders and with bad pointers
 */
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/spinlock.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <mm/user_copies.h>
#include <mm/user_numbers.h>
#include "live_fixture.h"
#include "user_fixture.h"

#define ROOM 64ul
#define END_OF(addr) ((addr) + PAGE_SIZE)

static void contents_come_back_as_they_were(struct ktest *t)
{
	const unsigned long bytes = 3 * PAGE_SIZE;
	u8 *out = vmalloc(bytes), *in = vmalloc(bytes);
	struct test_user u;
	unsigned long i;

	if (!out || !in || !user_begin(t, &u))
		goto out_free;
	user_pages(t, &u, USER_BASE, 4, USER_RW);
	for (i = 0; i < bytes; i++)
		out[i] = (u8)(i * 5 + (i >> PAGE_SHIFT));
	/* Across borders, on none of them. */
	KTEST_EXPECT_EQ(t, copy_to_user(user_ptr(USER_BASE + 7), out, bytes),
			0);
	KTEST_EXPECT_EQ(t, copy_from_user(in, user_ptr(USER_BASE + 7), bytes),
			0);
	KTEST_EXPECT_EQ(t, memcmp(in, out, bytes), 0);
	KTEST_EXPECT_EQ(t, clear_user(user_ptr(USER_BASE + 7 + 100), PAGE_SIZE),
			0);
	KTEST_EXPECT_EQ(t, copy_from_user(in, user_ptr(USER_BASE + 7), bytes),
			0);
	KTEST_EXPECT_EQ(t, memcmp(in, out, 100), 0);
	KTEST_EXPECT_NULL(t, memchr_inv(in + 100, 0, PAGE_SIZE));
	KTEST_EXPECT_EQ(t,
			memcmp(in + 100 + PAGE_SIZE, out + 100 + PAGE_SIZE,
			       bytes - 100 - PAGE_SIZE),
			0);
	user_end(t, &u);
out_free:
	vfree(out);
	vfree(in);
}

/* What the page behind the border is. */
struct border {
	unsigned long end; /* the first address that is not good */
	bool readable, writable; /* behind it */
};

/* @n bytes, of which @there lie before the border. */
static void look_at_border(struct ktest *t, const struct border *b,
			   unsigned long there, unsigned long n)
{
	void __user *p = user_ptr(b->end - there);
	unsigned long lost = n > there ? n - there : 0;
	unsigned long unread = b->readable ? 0 : lost;
	unsigned long unwritten = b->writable ? 0 : lost;
	u8 out[ROOM], in[ROOM];

	memset(out, 0x5a, sizeof(out));
	memset(in, 0xee, sizeof(in));
	KTEST_EXPECT_EQ(t, copy_to_user(p, out, n), unwritten);
	KTEST_EXPECT_EQ(t, copy_from_user(in, p, n), unread);
	KTEST_EXPECT_NULL(t, memchr_inv(in, 0x5a, n - lost));
	/* What could not be read is zeroes, and behind it nothing changed. */
	KTEST_EXPECT_NULL(t, memchr_inv(in + n - unread, 0, unread));
	KTEST_EXPECT_EQ(t, in[n], 0xee);
	KTEST_EXPECT_EQ(t, clear_user(p, n), unwritten);
	KTEST_EXPECT_EQ(t, copy_from_user(in, p, n), unread);
	KTEST_EXPECT_NULL(t, memchr_inv(in, 0, n - lost));
}

/* Each length against each distance: words and bytes fault wherever they can. */
static void look_at_all_of_border(struct ktest *t, const struct border *b)
{
	unsigned long there, n;

	for (there = 0; there < 10; there++) {
		for (n = 0; n < 20; n++)
			look_at_border(t, b, there, n);
	}
}

static void copy_ends_at_the_byte_before_the_hole(struct ktest *t)
{
	const struct border b = { .end = END_OF(USER_BASE) };
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	look_at_all_of_border(t, &b);
	user_end(t, &u);
}

static void copy_ends_where_writing_is_forbidden(struct ktest *t)
{
	const struct border b = { .end = END_OF(USER_BASE), .readable = true };
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	user_pages(t, &u, END_OF(USER_BASE), 1, VM_READ);
	look_at_all_of_border(t, &b);
	user_end(t, &u);
}

static void what_allows_nothing_is_not_there(struct ktest *t)
{
	const struct border b = { .end = END_OF(USER_BASE) };
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	user_pages(t, &u, END_OF(USER_BASE), 1, VM_NONE);
	look_at_all_of_border(t, &b);
	user_end(t, &u);
}

static void page_that_is_written_first_was_zeroes(struct ktest *t)
{
	struct test_user u;
	u8 *in = vmalloc(PAGE_SIZE);

	if (!in || !user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 2, USER_RW);
	KTEST_EXPECT_EQ(t, put_user((u8)9, (u8 __user *)user_ptr(USER_BASE)),
			0);
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, 1);
	KTEST_EXPECT_EQ(t, copy_from_user(in, user_ptr(USER_BASE), PAGE_SIZE),
			0);
	KTEST_EXPECT_EQ(t, in[0], 9);
	KTEST_EXPECT_NULL(t, memchr_inv(in + 1, 0, PAGE_SIZE - 1));
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, 1);
	user_end(t, &u);
	vfree(in);
}

/* --- bad pointers ------------------------------------------------------------ */

/* Nothing of it is a user's. */
static void expect_all_refused(struct ktest *t, unsigned long addr,
			       unsigned long n)
{
	void __user *p = user_ptr(addr);
	u8 out[16] = { 0 }, byte = 1;

	KTEST_EXPECT_EQ(t, copy_to_user(p, out, n), n);
	KTEST_EXPECT_EQ(t, __copy_to_user(p, out, n), n);
	KTEST_EXPECT_EQ(t, __copy_to_user_inatomic(p, out, n), n);
	KTEST_EXPECT_EQ(t, clear_user(p, n), n);
	KTEST_EXPECT_EQ(t, __copy_from_user_inatomic(out, p, n), n);
	KTEST_EXPECT_EQ(t, put_user(byte, (u8 __user *)p), -EFAULT);
	KTEST_EXPECT_EQ(t, __put_user(byte, (u8 __user *)p), -EFAULT);
	KTEST_EXPECT_EQ(t, get_user(byte, (u8 __user *)p), -EFAULT);
	KTEST_EXPECT_EQ(t, byte, 0);
	KTEST_EXPECT_EQ(t, strnlen_user((char __user *)p, 8), 0);
	KTEST_EXPECT_EQ(t, strncpy_from_user((char *)out, (char __user *)p, 8),
			-EFAULT);
}

static void bad_pointers_are_refused(struct ktest *t)
{
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	expect_all_refused(t, 0, 8);
	expect_all_refused(t, 1, 8);
	expect_all_refused(t, USER_START - 1, 1);
	expect_all_refused(t, TASK_SIZE - 1, 1);
	expect_all_refused(t, TASK_SIZE, 8);
	expect_all_refused(t, (unsigned long)t, 8);
	expect_all_refused(t, (unsigned long)-1, 1);
	expect_all_refused(t, (unsigned long)-8, 8);
	user_end(t, &u);
}

static void lengths_that_wrap_are_refused(struct ktest *t)
{
	void __user *p = user_ptr(USER_BASE);
	struct test_user u;
	u8 out[16] = { 0 };

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, copy_to_user(p, out, (unsigned long)-1),
			(unsigned long)-1);
	KTEST_EXPECT_EQ(t, copy_to_user(p, out, TASK_SIZE - USER_BASE + 1),
			TASK_SIZE - USER_BASE + 1);
	KTEST_EXPECT_EQ(t, copy_from_user(out, p, (unsigned long)-1),
			(unsigned long)-1);
	KTEST_EXPECT_EQ(t, clear_user(p, -USER_BASE), -USER_BASE);
	KTEST_EXPECT_TRUE(t, access_ok(p, TASK_SIZE - USER_BASE));
	KTEST_EXPECT_FALSE(t, access_ok(p, TASK_SIZE - USER_BASE + 1));
	KTEST_EXPECT_TRUE(t, access_ok(user_ptr(TASK_SIZE), 0));
	KTEST_EXPECT_FALSE(t, access_ok(user_ptr(TASK_SIZE), 1));
	KTEST_EXPECT_FALSE(t, access_ok(user_ptr(TASK_SIZE + 1), 0));
	user_end(t, &u);
}

static void last_page_below_the_kernel_can_be_used(struct ktest *t)
{
	struct test_user u;
	u32 word = 0;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, TASK_SIZE - PAGE_SIZE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, put_user(77, (u32 __user *)user_ptr(TASK_SIZE - 4)),
			0);
	KTEST_EXPECT_EQ(
		t, get_user(word, (u32 __user *)user_ptr(TASK_SIZE - 4)), 0);
	KTEST_EXPECT_EQ(t, word, 77);
	KTEST_EXPECT_EQ(t,
			get_user(word, (u32 __user *)user_ptr(TASK_SIZE - 3)),
			-EFAULT);
	KTEST_EXPECT_EQ(
		t, strnlen_user((char __user *)user_ptr(TASK_SIZE - 2), 9), 1);
	KTEST_EXPECT_EQ(
		t, put_user((u16)0x4141, (u16 __user *)user_ptr(TASK_SIZE - 2)),
		0);
	KTEST_EXPECT_EQ(
		t, strnlen_user((char __user *)user_ptr(TASK_SIZE - 2), 9), 0);
	user_end(t, &u);
}

static void thread_without_a_user_has_no_pointers(struct ktest *t)
{
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, clear_user(user_ptr(USER_BASE), 8), 0);
	mmget(u.mm);
	kthread_unuse_mm(u.mm);
	/* The CPU may still see the page: that is nobody's business. */
	expect_all_refused(t, USER_BASE, 8);
	kthread_use_mm(u.mm);
	mmput(u.mm);
	user_end(t, &u);
}

/* --- variables ----------------------------------------------------------------- */

static void variables_of_each_size_are_read_and_written(struct ktest *t)
{
	u8 __user *p1 = user_ptr(USER_BASE + 1);
	u16 __user *p2 = user_ptr(USER_BASE + 2);
	u32 __user *p4 = user_ptr(USER_BASE + 4);
	u64 __user *p8 = user_ptr(USER_BASE + 8);
	void *__user *pp = user_ptr(USER_BASE + 16);
	struct test_user u;
	void *pointer = NULL;
	u8 v1 = 0;
	u16 v2 = 0;
	u32 v4 = 0;
	u64 v8 = 0, all[3];
	s64 wide = 1;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, put_user(0x11, p1), 0);
	KTEST_EXPECT_EQ(t, put_user(0x2222, p2), 0);
	KTEST_EXPECT_EQ(t, __put_user(0x44444444, p4), 0);
	KTEST_EXPECT_EQ(t, put_user(0x8888888877777777ull, p8), 0);
	KTEST_EXPECT_EQ(t, put_user((void *)t, pp), 0);
	KTEST_EXPECT_EQ(t, get_user(v1, p1), 0);
	KTEST_EXPECT_EQ(t, get_user(v2, p2), 0);
	KTEST_EXPECT_EQ(t, __get_user(v4, p4), 0);
	KTEST_EXPECT_EQ(t, get_user(v8, p8), 0);
	KTEST_EXPECT_EQ(t, get_user(pointer, pp), 0);
	KTEST_EXPECT_EQ(t, v1, 0x11);
	KTEST_EXPECT_EQ(t, v2, 0x2222);
	KTEST_EXPECT_EQ(t, v4, 0x44444444);
	KTEST_EXPECT_EQ(t, v8, 0x8888888877777777ull);
	KTEST_EXPECT_PTR_EQ(t, pointer, t);
	/* None has touched its neighbour; signs go along. */
	KTEST_EXPECT_EQ(t, copy_from_user(all, user_ptr(USER_BASE), 16), 0);
	KTEST_EXPECT_EQ(t, all[0], 0x4444444422221100ull);
	KTEST_EXPECT_EQ(t, put_user(-2, (s8 __user *)p1), 0);
	KTEST_EXPECT_EQ(t, get_user(wide, (s8 __user *)p1), 0);
	KTEST_EXPECT_EQ(t, wide, -2);
	user_end(t, &u);
}

static void variable_across_the_hole_is_refused(struct ktest *t)
{
	const unsigned long end = END_OF(USER_BASE);
	struct test_user u;
	u16 v2 = 1;
	u32 v4 = 1;
	u64 v8 = 1;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, get_user(v2, (u16 __user *)user_ptr(end - 1)),
			-EFAULT);
	KTEST_EXPECT_EQ(t, get_user(v4, (u32 __user *)user_ptr(end - 3)),
			-EFAULT);
	KTEST_EXPECT_EQ(t, get_user(v8, (u64 __user *)user_ptr(end - 7)),
			-EFAULT);
	KTEST_EXPECT_EQ(t, v2 | v4 | v8, 0);
	KTEST_EXPECT_EQ(t, put_user(v4, (u32 __user *)user_ptr(end - 2)),
			-EFAULT);
	KTEST_EXPECT_EQ(t, put_user(v8, (u64 __user *)user_ptr(end - 4)),
			-EFAULT);
	KTEST_EXPECT_EQ(t, get_user(v8, (u64 __user *)user_ptr(end - 8)), 0);
	user_end(t, &u);
}

/* --- strings ------------------------------------------------------------------- */

/* A string of @len characters whose NUL is the last byte before @end. */
static void put_string(struct ktest *t, unsigned long end, unsigned long len)
{
	unsigned long i;

	for (i = 0; i < len; i++)
		KTEST_EXPECT_EQ(
			t,
			put_user((char)('a' + i % 26),
				 (char __user *)user_ptr(end - 1 - len + i)),
			0);
	KTEST_EXPECT_EQ(t, put_user('\0', (char __user *)user_ptr(end - 1)), 0);
}

static void strings_of_each_length_end_at_the_border(struct ktest *t)
{
	static const long lengths[] = {
		0, 1, 3, 62, 63, 64, 65, 127, 128, 200
	};
	const unsigned long end = END_OF(USER_BASE);
	static char in[256];
	struct test_user u;
	unsigned int i;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		long len = lengths[i];
		char __user *s = user_ptr(end - 1 - (unsigned long)len);

		put_string(t, end, (unsigned long)len);
		memset(in, 0xee, sizeof(in));
		KTEST_EXPECT_EQ(t, strncpy_from_user(in, s, sizeof(in)), len);
		KTEST_EXPECT_EQ(t, strlen(in), len);
		KTEST_EXPECT_EQ(t, (u8)in[len + 1], 0xee);
		KTEST_EXPECT_EQ(t, strncpy_from_user(in, s, len + 1), len);
		KTEST_EXPECT_EQ(t, strncpy_from_user(in, s, len), len);
		KTEST_EXPECT_EQ(t, strnlen_user(s, 1000), len + 1);
		KTEST_EXPECT_EQ(t, strnlen_user(s, len + 1), len + 1);
		if (len)
			KTEST_EXPECT_EQ(t, strnlen_user(s, len), len + 1);
	}
	user_end(t, &u);
}

/* The string at @s, @n bytes with its NUL at most, is @want. */
static void expect_strndup(struct ktest *t, const char __user *s, long n,
			   const char *want)
{
	char *copy = strndup_user(s, n);

	if (KTEST_EXPECT_FALSE(t, IS_ERR(copy))) {
		KTEST_EXPECT_STREQ(t, copy, want);
		kfree(copy);
	}
}

static void copies_of_users_memory_are_ours(struct ktest *t)
{
	const unsigned long end = END_OF(USER_BASE);
	char __user *s = (char __user *)user_ptr(end - 6);
	struct test_user u;
	char *a, *b, *c;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, copy_to_user(s, "users", 6), 0);
	a = memdup_user(s, 6);
	b = memdup_user_nul(s, 4);
	c = vmemdup_user(user_ptr(USER_BASE), PAGE_SIZE);
	if (KTEST_EXPECT_FALSE(t, IS_ERR(a) || IS_ERR(b) || IS_ERR(c))) {
		KTEST_EXPECT_STREQ(t, a, "users");
		KTEST_EXPECT_STREQ(t, b, "user");
		KTEST_EXPECT_STREQ(t, c + PAGE_SIZE - 6, "users");
		kfree(a);
		kfree(b);
		kvfree(c);
	}
	expect_strndup(t, s, 6, "users");
	expect_strndup(t, s + 5, 1, "");
	KTEST_EXPECT_EQ(t, PTR_ERR(strndup_user(s, 5)), -EINVAL);
	KTEST_EXPECT_EQ(t, PTR_ERR(strndup_user(s + 6, 5)), -EFAULT);
	KTEST_EXPECT_EQ(t, PTR_ERR(memdup_user(s, 7)), -EFAULT);
	KTEST_EXPECT_EQ(t, PTR_ERR(memdup_user_nul(s, 7)), -EFAULT);
	KTEST_EXPECT_EQ(t, PTR_ERR(vmemdup_user(s, 5 * PAGE_SIZE)), -EFAULT);
	KTEST_EXPECT_EQ(t, PTR_ERR(memdup_user(s, SIZE_MAX)), -ENOMEM);
	KTEST_EXPECT_EQ(t, PTR_ERR(memdup_user_nul(s, SIZE_MAX)), -ENOMEM);
	KTEST_EXPECT_EQ(t, PTR_ERR(memdup_user_nul(s, KMALLOC_MAX_SIZE)),
			-ENOMEM);
	user_end(t, &u);
}

static void short_numbers_are_read_from_users(struct ktest *t)
{
	char __user *s = (char __user *)user_ptr(USER_BASE);
	struct test_user u;
	u8 u8v = 7;
	s8 s8v = 7;
	u16 u16v = 7;
	s16 s16v = 7;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, copy_to_user(s, "-129", 4), 0);
	KTEST_EXPECT_EQ(t, kstrtos8_from_user(s, 4, 10, &s8v), -ERANGE);
	KTEST_EXPECT_EQ(t, kstrtos8_from_user(s, 3, 10, &s8v), 0);
	KTEST_EXPECT_EQ(t, s8v, -12);
	KTEST_EXPECT_EQ(t, kstrtos16_from_user(s, 4, 10, &s16v), 0);
	KTEST_EXPECT_EQ(t, s16v, -129);
	KTEST_EXPECT_EQ(t, kstrtou8_from_user(s + 1, 3, 10, &u8v), 0);
	KTEST_EXPECT_EQ(t, u8v, 129);
	KTEST_EXPECT_EQ(t, kstrtou16_from_user(s + 1, 3, 16, &u16v), 0);
	KTEST_EXPECT_EQ(t, u16v, 0x129);
	KTEST_EXPECT_EQ(t, kstrtou8_from_user(s + 1, 3, 16, &u8v), -ERANGE);
	user_end(t, &u);
}

static void numbers_are_read_from_users(struct ktest *t)
{
	const unsigned long end = END_OF(USER_BASE);
	char __user *s = (char __user *)user_ptr(end - 6);
	struct test_user u;
	unsigned long ul = 7;
	int number = 7;
	bool on = true;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, copy_to_user(s, "-0x1f\n", 6), 0);
	KTEST_EXPECT_EQ(t, kstrtoint_from_user(s, 6, 0, &number), 0);
	KTEST_EXPECT_EQ(t, number, -31);
	KTEST_EXPECT_EQ(t, kstrtoint_from_user(s + 1, 1, 0, &number), 0);
	KTEST_EXPECT_EQ(t, number, 0);
	KTEST_EXPECT_EQ(t, kstrtobool_from_user(s + 1, 4, &on), 0);
	KTEST_EXPECT_FALSE(t, on);
	KTEST_EXPECT_EQ(t, kstrtoul_from_user(s, 6, 0, &ul), -EINVAL);
	KTEST_EXPECT_EQ(t, kstrtoul_from_user(s, 0, 0, &ul), -EINVAL);
	KTEST_EXPECT_EQ(t, kstrtoul_from_user(s, 7, 0, &ul), -EFAULT);
	KTEST_EXPECT_EQ(t, ul, 7);
	user_end(t, &u);
}

static void a_number_of_a_user_has_an_end(struct ktest *t)
{
	const unsigned long at = END_OF(USER_BASE) - 100;
	char __user *s = (char __user *)user_ptr(at);
	struct test_user u;
	unsigned long long n = 7;
	char text[100];

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	memset(text, '0', sizeof(text));
	text[99] = '1';
	KTEST_EXPECT_EQ(t, copy_to_user(s, text, sizeof(text)), 0);
	KTEST_EXPECT_EQ(t, kstrtoull_from_user(s, 100, 2, &n), 0);
	/* As Linux: 66 characters are looked at. */
	KTEST_EXPECT_EQ(t, n, 0);
	user_end(t, &u);
}

static void string_without_an_end_is_refused(struct ktest *t)
{
	const unsigned long end = END_OF(USER_BASE);
	struct test_user u;
	char in[8];

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	put_string(t, end, 6);
	KTEST_EXPECT_EQ(t, put_user('x', (char __user *)user_ptr(end - 1)), 0);
	KTEST_EXPECT_EQ(
		t, strncpy_from_user(in, (char __user *)user_ptr(end - 5), 8),
		-EFAULT);
	KTEST_EXPECT_EQ(t, strnlen_user((char __user *)user_ptr(end - 5), 8),
			0);
	/* Nobody asked for what is not there. */
	KTEST_EXPECT_EQ(
		t, strncpy_from_user(in, (char __user *)user_ptr(end - 5), 5),
		5);
	KTEST_EXPECT_EQ(t, in[4], 'x');
	KTEST_EXPECT_EQ(t, strnlen_user((char __user *)user_ptr(end - 5), 5),
			6);
	KTEST_EXPECT_EQ(
		t, strncpy_from_user_nofault(in, user_ptr(end - 5), sizeof(in)),
		-EFAULT);
	KTEST_EXPECT_EQ(t, strncpy_from_user_nofault(in, user_ptr(end - 5), 4),
			4);
	KTEST_EXPECT_EQ(t, in[3], '\0');
	user_end(t, &u);
}

/* --- the kernel's side --------------------------------------------------------- */

static void copy_that_runs_off_an_object_is_refused(struct ktest *t)
{
	void __user *p = user_ptr(USER_BASE);
	u8 *object = kmalloc(64, GFP_KERNEL);
	struct test_user u;

	if (!object || !user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	memset(object, 7, 64);
	KTEST_EXPECT_EQ(t, copy_to_user(p, object, 64), 0);
	KTEST_EXPECT_EQ(t, copy_from_user(object + 60, p, 4), 0);
	ktest_expect_report(t, "usercopy");
	KTEST_EXPECT_EQ(t, copy_to_user(p, object, 65), 65);
	expect_report_says(t, "overflow cache=kmalloc-64 off=0 len=65 size=64");
	ktest_expect_report(t, "usercopy");
	KTEST_EXPECT_EQ(t, copy_from_user(object + 60, p, 5), 5);
	expect_report_says(t, "off=60 len=5");
	KTEST_EXPECT_EQ(t, object[60], 7);
	user_end(t, &u);
	kfree(object);
}

struct secretive {
	u8 before[16], shown[8], behind[16];
};

static void only_the_part_for_users_is_copied(struct ktest *t)
{
	struct kmem_cache *cache = KMEM_CACHE_USERCOPY(secretive, 0, shown);
	void __user *p = user_ptr(USER_BASE);
	struct secretive *s;
	struct test_user u;

	KTEST_ASSERT_NOT_NULL(t, cache);
	s = kmem_cache_zalloc(cache, GFP_KERNEL);
	KTEST_ASSERT_TRUE(t, s && user_begin(t, &u));
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	KTEST_EXPECT_EQ(t, copy_to_user(p, s->shown, 8), 0);
	KTEST_EXPECT_EQ(t, copy_from_user(s->shown + 7, p, 1), 0);
	ktest_expect_report(t, "usercopy");
	KTEST_EXPECT_EQ(t, copy_to_user(p, s->shown, 9), 9);
	expect_report_says(t, "private part cache=secretive off=16 len=9 "
			      "may=16..24");
	ktest_expect_report(t, "usercopy");
	KTEST_EXPECT_EQ(t, copy_from_user(&s->before[15], p, 2), 2);
	expect_report_says(t, "private part cache=secretive off=15 len=2");
	ktest_expect_report(t, "usercopy");
	KTEST_EXPECT_EQ(t, copy_to_user(p, s->behind, 1), 1);
	ktest_expect_report(t, "usercopy");
	KTEST_EXPECT_EQ(t, copy_to_user(p, s, 41), 41);
	expect_report_says(t, "overflow cache=secretive off=0 len=41 size=40");
	user_end(t, &u);
	kmem_cache_free(cache, s);
	kmem_cache_destroy(cache);
}

static void a_part_for_users_may_be_none_or_all(struct ktest *t)
{
	struct kmem_cache *none, *all;
	void __user *p = user_ptr(USER_BASE);
	void *hidden, *shown;
	struct test_user u;

	none = kmem_cache_create_usercopy("user-none", 40, 0, 0, 0, 0, NULL);
	all = kmem_cache_create_usercopy("user-all", 40, 0, 0, 0, 40, NULL);
	KTEST_ASSERT_TRUE(t, none && all);
	hidden = kmem_cache_zalloc(none, GFP_KERNEL);
	shown = kmem_cache_zalloc(all, GFP_KERNEL);
	KTEST_ASSERT_TRUE(t, hidden && shown && user_begin(t, &u));
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	ktest_expect_report(t, "usercopy");
	KTEST_EXPECT_EQ(t, copy_to_user(p, hidden, 1), 1);
	KTEST_EXPECT_EQ(t, copy_to_user(p, hidden, 0), 0);
	KTEST_EXPECT_EQ(t, copy_to_user(p, shown, 40), 0);
	user_end(t, &u);
	kmem_cache_free(none, hidden);
	kmem_cache_free(all, shown);
	kmem_cache_destroy(none);
	kmem_cache_destroy(all);
	/* One byte too far; and one that wraps. */
	ktest_expect_report(t, "cache-args");
	none = kmem_cache_create_usercopy("user-far", 40, 0, 0, 1, 40, NULL);
	KTEST_EXPECT_NULL(t, none);
	ktest_expect_report(t, "cache-args");
	none = kmem_cache_create_usercopy("user-wraps", 40, 0, 0, 41, SIZE_MAX,
					  NULL);
	KTEST_EXPECT_NULL(t, none);
}

static void kernels_code_is_nobodys_buffer(struct ktest *t)
{
	const void *code = (const void *)(unsigned long)&ktest_run;
	struct test_user u;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 1, USER_RW);
	ktest_expect_report(t, "usercopy");
	KTEST_EXPECT_EQ(t, copy_to_user(user_ptr(USER_BASE), code, 16), 16);
	expect_report_says(t, "usercopy text addr=");
	user_end(t, &u);
}

/* --- where nobody may sleep ------------------------------------------------------ */

static void copies_that_may_not_wait_find_only_what_is_there(struct ktest *t)
{
	void __user *p = user_ptr(USER_BASE);
	struct test_user u;
	u32 word = 5, before;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 2, USER_RW);
	before = (u32)u.mm->nr_anon;
	KTEST_EXPECT_EQ(t, __copy_to_user_inatomic(p, &word, 4), 4);
	KTEST_EXPECT_EQ(t, copy_from_user_nofault(&word, p, 4), -EFAULT);
	KTEST_EXPECT_EQ(t, copy_to_user_nofault(p, &word, 4), -EFAULT);
	pagefault_disable();
	KTEST_EXPECT_EQ(t, copy_to_user(p, &word, 4), 4);
	pagefault_enable();
	KTEST_EXPECT_EQ(t, u.mm->nr_anon, before);
	KTEST_EXPECT_EQ(t, put_user(6, (u32 __user *)p), 0);
	preempt_disable();
	KTEST_EXPECT_EQ(t, __copy_from_user_inatomic(&word, p, 4), 0);
	KTEST_EXPECT_EQ(t, word, 6);
	KTEST_EXPECT_EQ(t, copy_to_user_nofault(p, &before, 4), 0);
	KTEST_EXPECT_EQ(t,
			__copy_to_user_inatomic(user_ptr(END_OF(USER_BASE) - 2),
						&word, 4),
			2);
	preempt_enable();
	user_end(t, &u);
}

static spinlock_t held = SPINLOCK_INIT("held", LOCK_TEST);

static void copy_with_a_lock_held_is_reported(struct ktest *t)
{
	void __user *p = user_ptr(USER_BASE);
	struct test_user u;
	u32 word = 5;

	if (!user_begin(t, &u))
		return;
	user_pages(t, &u, USER_BASE, 2, USER_RW);
	KTEST_EXPECT_EQ(t, clear_user(p, 4), 0);
	ktest_expect_report(t, "sleep-in-atomic");
	spin_lock(&held);
	/* It is there, so it would not have slept: that is luck. */
	KTEST_EXPECT_EQ(t, copy_to_user(p, &word, 4), 0);
	spin_unlock(&held);
	expect_report_says(t, "copy_to_user");
	ktest_expect_report(t, "sleep-in-atomic");
	spin_lock(&held);
	KTEST_EXPECT_EQ(
		t, get_user(word, (u32 __user *)user_ptr(END_OF(USER_BASE))),
		-EFAULT);
	spin_unlock(&held);
	expect_report_says(t, "lock=held");
	user_end(t, &u);
}

static const struct ktest_case uaccess_cases[] = {
	KTEST_CASE(contents_come_back_as_they_were),
	KTEST_CASE(copy_ends_at_the_byte_before_the_hole),
	KTEST_CASE(copy_ends_where_writing_is_forbidden),
	KTEST_CASE(what_allows_nothing_is_not_there),
	KTEST_CASE(page_that_is_written_first_was_zeroes),
	KTEST_CASE(bad_pointers_are_refused),
	KTEST_CASE(lengths_that_wrap_are_refused),
	KTEST_CASE(last_page_below_the_kernel_can_be_used),
	KTEST_CASE(thread_without_a_user_has_no_pointers),
	KTEST_CASE(variables_of_each_size_are_read_and_written),
	KTEST_CASE(variable_across_the_hole_is_refused),
	KTEST_CASE(strings_of_each_length_end_at_the_border),
	KTEST_CASE(copies_of_users_memory_are_ours),
	KTEST_CASE(short_numbers_are_read_from_users),
	KTEST_CASE(numbers_are_read_from_users),
	KTEST_CASE(a_number_of_a_user_has_an_end),
	KTEST_CASE(string_without_an_end_is_refused),
	KTEST_CASE(copy_that_runs_off_an_object_is_refused),
	KTEST_CASE(only_the_part_for_users_is_copied),
	KTEST_CASE(a_part_for_users_may_be_none_or_all),
	KTEST_CASE(kernels_code_is_nobodys_buffer),
	KTEST_CASE(copies_that_may_not_wait_find_only_what_is_there),
	KTEST_CASE(copy_with_a_lock_held_is_reported),
};
KTEST_SUITE(uaccess, uaccess_cases);
