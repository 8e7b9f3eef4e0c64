/* SPDX-License-Identifier: MIT */
/*
 * store_test.c - the store: its objects, their order, and what reclaim takes
 *
 * Stores of a few objects, made for a case, on the live machine's pages: what
 * is dropped is asked of the store's own shrinker.
 */
#include <kernel/bug.h>
#include <kernel/completion.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/ktest.h>
#include <kernel/kthread.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/page_ref.h>
#include <mm/slab.h>

#include "../../drivers/store/store_internal.h"
#include "store_fixture.h"

static void store_build(struct ktest *t, const struct store_backing *backing,
			void *data)
{
	const struct store_desc desc = { .name = "store test",
					 .nr_buckets = 5,
					 .backing = backing,
					 .backing_data = data };

	KTEST_EXPECT_EQ(t, store_init(&store, &desc), 0);
	KTEST_EXPECT_EQ(t, store.nr_buckets, 8);
}

static void store_end(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, store_check(&store), 0);
	store_exit(&store);
}

/* --- objects --------------------------------------------------------------- */

static void what_is_put_is_got(struct ktest *t)
{
	u32 key;

	store_build(t, NULL, NULL);
	for (key = 0; key < 40; key++)
		KTEST_EXPECT_EQ(t, put(key * 7919), 0);
	KTEST_EXPECT_EQ(t, store_count(&store), 40);
	for (key = 0; key < 40; key++)
		KTEST_EXPECT_TRUE(t, has(key * 7919));
	KTEST_EXPECT_EQ(t, store_get(&store, 1, read), -ENOENT);
	KTEST_EXPECT_EQ(t, store.count[STORE_PUTS], 40);
	KTEST_EXPECT_EQ(t, store.count[STORE_HITS], 40);
	KTEST_EXPECT_EQ(t, store.count[STORE_MISSES], 1);
	store_end(t);
}

static void a_second_put_replaces_the_first(struct ktest *t)
{
	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, put(3), 0);
	memset(bytes, 0x5a, sizeof(bytes));
	KTEST_EXPECT_EQ(t, store_put(&store, 3, bytes, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, store_count(&store), 1);
	KTEST_EXPECT_EQ(t, store_get(&store, 3, read), 0);
	KTEST_EXPECT_EQ(t, memcmp(bytes, read, sizeof(read)), 0);
	store_end(t);
}

static void what_is_deleted_is_gone(struct ktest *t)
{
	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, put(1), 0);
	KTEST_EXPECT_EQ(t, put(2), 0);
	KTEST_EXPECT_EQ(t, store_delete(&store, 1), 0);
	KTEST_EXPECT_EQ(t, store_delete(&store, 1), -ENOENT);
	KTEST_EXPECT_FALSE(t, has(1));
	KTEST_EXPECT_TRUE(t, has(2));
	KTEST_EXPECT_EQ(t, store_drop(&store), 1);
	KTEST_EXPECT_EQ(t, store_drop(&store), 0);
	store_end(t);
}

/* --- what reclaim takes ---------------------------------------------------- */

static void the_least_recently_used_goes_first(struct ktest *t)
{
	u32 key;

	store_build(t, NULL, NULL);
	for (key = 0; key < 6; key++)
		KTEST_EXPECT_EQ(t, put(key), 0);
	KTEST_EXPECT_TRUE(t, has(0));
	KTEST_EXPECT_EQ(t, put(2), 0);
	/* From the oldest: 1 3 4 5 0 2. */
	KTEST_EXPECT_EQ(t, take(3, GFP_KERNEL), 3);
	KTEST_EXPECT_FALSE(t, has(1) || has(3) || has(4));
	KTEST_EXPECT_TRUE(t, has(5) && has(0) && has(2));
	KTEST_EXPECT_EQ(t, store.count[STORE_EVICTED], 3);
	KTEST_EXPECT_EQ(t, take(10, GFP_KERNEL), 3);
	KTEST_EXPECT_EQ(t, take(10, GFP_KERNEL), 0);
	store_end(t);
}

static void only_zones_that_want_memory_lose_objects(struct ktest *t)
{
	struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .nr_to_scan = 99 };
	unsigned int i, full = 0;
	u32 key;

	store_build(t, NULL, NULL);
	for (key = 0; key < 9; key++)
		KTEST_EXPECT_EQ(t, put(key), 0);
	for (i = 0; i < NR_ZONES; i++)
		full = store.nr[i] > store.nr[full] ? i : full;
	sc.zone_mask = BIT(NR_ZONES) - 1 - BIT(full);
	KTEST_EXPECT_EQ(t,
			store.shrinker.scan_objects(&store.shrinker, &sc) +
				store.nr[full],
			9);
	KTEST_EXPECT_EQ(t, store.shrinker.count_objects(&store.shrinker, &sc),
			SHRINK_EMPTY);
	sc.zone_mask = BIT(full);
	KTEST_EXPECT_EQ(t, store.shrinker.count_objects(&store.shrinker, &sc),
			store.nr[full]);
	store_drop(&store);
	KTEST_EXPECT_EQ(t, store.shrinker.count_objects(&store.shrinker, &sc),
			SHRINK_EMPTY);
	store_end(t);
}

/* The clock goes round meanwhile. */
static void of_several_zones_the_oldest_goes(struct ktest *t)
{
	struct list_head *own, *other;
	unsigned int zone;
	u32 key;

	store_build(t, NULL, NULL);
	store.clock = ULONG_MAX - 1;
	for (key = 0; key < 4; key++)
		KTEST_EXPECT_EQ(t, put(key), 0);
	zone = store_page_zone((*store_entry_link(&store, 0))->page);
	own = &store.lru[zone];
	other = &store.lru[(zone + 1) % NR_ZONES];
	/* As if every other page lay there. */
	list_move(&(*store_entry_link(&store, 0))->lru, other);
	list_move(&(*store_entry_link(&store, 2))->lru, other);
	KTEST_EXPECT_FALSE(t, list_empty(own));
	KTEST_EXPECT_GE(t, store_check(&store), 1);
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	KTEST_EXPECT_FALSE(t, has(0) || has(1));
	KTEST_EXPECT_TRUE(t, has(2) && has(3));
	store_drop(&store);
	store_end(t);
}

/* Each in turn, and put right again. */
static void what_is_wrong_with_a_store_is_seen(struct ktest *t)
{
	struct store_entry *a, *b;
	u32 key = 1;

	store_build(t, NULL, NULL);
	while (store_chain(&store, key) != store_chain(&store, 0))
		key++;
	KTEST_EXPECT_TRUE(t, !put(0) && !put(key));
	a = *store_entry_link(&store, 0);
	b = *store_entry_link(&store, key);
	b->key = 0;
	KTEST_EXPECT_GE(t, store_check(&store), 1);
	for (b->key = 1; store_chain(&store, b->key) == store_chain(&store, 0);)
		b->key++;
	KTEST_EXPECT_GE(t, store_check(&store), 1);
	b->key = key;
	a->hashed = false;
	KTEST_EXPECT_GE(t, store_check(&store), 1);
	a->hashed = true;
	store.nr_places = 2;
	a->place = b->place = 5;
	KTEST_EXPECT_GE(t, store_check(&store), 1);
	store.nr_places = 0;
	b->place = 0;
	KTEST_EXPECT_GE(t, store_check(&store), 1);
	a->place = 0;
	store.nr[store_page_zone(a->page)]++;
	KTEST_EXPECT_GE(t, store_check(&store), 1);
	store.nr[store_page_zone(a->page)]--;
	store.nr_away++;
	KTEST_EXPECT_GE(t, store_check(&store), 1);
	store.nr_away--;
	store_end(t);
}

/* What memory there is stays the same from fill to drop. */
static void filling_stops_at_the_wanted_number(struct ktest *t)
{
	struct store_verdict verdict;

	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, put(102), 0);
	KTEST_EXPECT_EQ(t, store_fill(&store, 100, 30), 30);
	KTEST_EXPECT_EQ(t, store_fill(&store, 100, 20), 30);
	KTEST_EXPECT_TRUE(t, has(100) && has(129));
	KTEST_EXPECT_FALSE(t, has(130));
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 0);
	KTEST_EXPECT_EQ(t, verdict.good, 30);
	store_end(t);
}

/* As Ctrl-C does. */
static void filling_and_verifying_end_at_a_signal(struct ktest *t)
{
	struct store_verdict verdict;

	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, store_fill(&store, 100, 3), 3);
	allow_signal(SIGUSR1);
	KTEST_EXPECT_EQ(t, send_sig(SIGUSR1, current, 1), 0);
	KTEST_EXPECT_EQ(t, store_fill(&store, 100, 30), 3);
	(void)store_verify(&store, &verdict);
	KTEST_EXPECT_EQ(t, verdict.good, 0);
	disallow_signal(SIGUSR1);
	KTEST_EXPECT_EQ(t, store_fill(&store, 100, 30), 30);
	store_end(t);
}

/* --- a backing ------------------------------------------------------------- */

#define BACKED 8u

/* Keeps objects in memory, at places above 0, and does what a case wants. */
static struct {
	u8 *object[BACKED + 1]; /* by place; NULL: free */
	bool fails; /* takes nothing */
	int read_error; /* nothing can be read */
	bool plenty;
	bool deletes_next; /* the next one is deleted while it is put out */
	bool replaces_next; /* it gets other bytes meanwhile */
	bool wanted_next; /* it is read meanwhile, and is to leave again */
	u32 deletes_key; /* is deleted while it is read */
	bool others_read; /* others want it meanwhile */
	bool keeps_page; /* a reference to what is read into */
	unsigned int outs, ins, retired;
	struct page *last_page; /* that it was given */
} back;

static u32 back_keep(struct page *page)
{
	u32 place = 1;
	void *va;

	while (place <= BACKED && back.object[place])
		place++;
	if (place > BACKED)
		return 0;
	back.object[place] = kmalloc(PAGE_SIZE, GFP_KERNEL);
	if (!back.object[place])
		return 0;
	va = kmap_local_page(page);
	memcpy(back.object[place], va, PAGE_SIZE);
	kunmap_local(va);
	return place;
}

static void back_out(void *data, struct store_out *out, unsigned int nr,
		     gfp_t gfp)
{
	struct ktest *t = data;

	KTEST_EXPECT_TRUE(t, nr >= 1 && nr <= STORE_CLUSTER);
	KTEST_EXPECT_EQ(t, gfp & __GFP_IO, __GFP_IO);
	for (; nr--; out++) {
		back.outs++;
		back.last_page = out->page;
		if (back.deletes_next)
			KTEST_EXPECT_EQ(t, store_delete(&store, out->key), 0);
		if (back.replaces_next) {
			memset(bytes, 0x77, sizeof(bytes));
			KTEST_EXPECT_EQ(
				t,
				store_put(&store, out->key, bytes, GFP_KERNEL),
				0);
		}
		if (back.wanted_next) {
			back.wanted_next = false;
			KTEST_EXPECT_TRUE(t, has(out->key));
			KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 0);
		}
		back.deletes_next = back.replaces_next = false;
		out->place = back.fails ? 0 : back_keep(out->page);
	}
}

/* Who wants key 1, too. */
static struct {
	struct task_struct *task;
	struct completion done;
	int err;
} reader;

static int reader_run(void *unused)
{
	static u8 room[PAGE_SIZE];

	(void)unused;
	reader.err = store_get(&store, 1, room);
	complete_all(&reader.done);
	return 0;
}

/* Until it waits for who reads, or reads, too. */
static void reader_start(void)
{
	unsigned int ins = READ_ONCE(back.ins);

	init_completion(&reader.done);
	reader.task = kthread_create(reader_run, NULL, "store");
	BUG_ON(IS_ERR(reader.task));
	get_task_struct(reader.task);
	wake_up_process(reader.task);
	while (!waitqueue_active(&store.wait) && READ_ONCE(back.ins) == ins)
		schedule_timeout_uninterruptible(1);
}

static void reader_join(void)
{
	wait_for_completion(&reader.done);
	kthread_stop(reader.task);
	put_task_struct(reader.task);
}

/* Return: what it comes to. */
static int back_in_meanwhile(struct ktest *t, struct page *page)
{
	u32 key = back.deletes_key;
	bool others = back.others_read;

	back.deletes_key = 0;
	back.others_read = false;
	if (key)
		KTEST_EXPECT_EQ(t, store_delete(&store, key), 0);
	if (others)
		reader_start();
	if (back.keeps_page) {
		get_page(page);
		back.last_page = page;
	}
	return back.read_error;
}

static int back_in(void *data, u32 place, struct page *page, gfp_t gfp)
{
	void *va;

	KTEST_EXPECT_EQ((struct ktest *)data, gfp, GFP_KERNEL);
	KTEST_EXPECT_NOT_NULL((struct ktest *)data, back.object[place]);
	back.ins++;
	if (back_in_meanwhile(data, page) || !back.object[place])
		return back.read_error;
	va = kmap_local_page(page);
	memcpy(va, back.object[place], PAGE_SIZE);
	kunmap_local(va);
	return 0;
}

static void back_forget(void *data, u32 place)
{
	KTEST_EXPECT_NOT_NULL((struct ktest *)data, back.object[place]);
	kfree(back.object[place]);
	back.object[place] = NULL;
}

static void back_retire(void *data, u32 place)
{
	back_forget(data, place);
	back.retired++;
}

static bool back_has_plenty(void *data)
{
	(void)data;
	return back.plenty;
}

static unsigned long back_capacity(void *data)
{
	(void)data;
	return BACKED;
}

static const struct store_backing backing = { .name = "test",
					      .needs = __GFP_IO | __GFP_FS,
					      .out = back_out,
					      .in = back_in,
					      .forget = back_forget,
					      .retire = back_retire,
					      .has_plenty = back_has_plenty,
					      .capacity = back_capacity };

/* Objects that it has. */
static unsigned int back_count(void)
{
	unsigned int place, nr = 0;

	for (place = 1; place <= BACKED; place++)
		nr += back.object[place] != NULL;
	return nr;
}

/* Keys 1 .. @nr, the oldest first. */
static void backed_build(struct ktest *t, u32 nr)
{
	u32 key;

	memset(&back, 0, sizeof(back));
	store_build(t, &backing, t);
	KTEST_EXPECT_EQ(t, store.shrinker.batch, 2 * STORE_CLUSTER);
	for (key = 1; key <= nr; key++)
		KTEST_EXPECT_EQ(t, put(key), 0);
}

/* What nobody wants any more has left the backing, too. */
static void backed_end(struct ktest *t)
{
	store_end(t);
	KTEST_EXPECT_EQ(t, back_count(), 0);
	KTEST_EXPECT_EQ(t, store.nr_places, 0);
}

static void with_a_backing_nothing_is_lost(struct ktest *t)
{
	u32 key;

	backed_build(t, 5);
	KTEST_EXPECT_EQ(t, take(4, GFP_KERNEL), 4);
	KTEST_EXPECT_EQ(t, store_count(&store), 1);
	for (key = 1; key <= 5; key++)
		KTEST_EXPECT_TRUE(t, has(key));
	KTEST_EXPECT_EQ(t, store_count(&store), 5);
	KTEST_EXPECT_FALSE(t, has(6));
	backed_end(t);
}

static void who_may_start_no_io_evicts_nothing(struct ktest *t)
{
	backed_build(t, 3);
	KTEST_EXPECT_EQ(t, take(3, GFP_NOFS), SHRINK_STOP);
	KTEST_EXPECT_EQ(t, take(3, GFP_NOIO), SHRINK_STOP);
	KTEST_EXPECT_EQ(t, back.outs, 0);
	KTEST_EXPECT_EQ(t, store.count[STORE_REFUSED], 2);
	KTEST_EXPECT_EQ(t, take(3, GFP_KERNEL), 3);
	backed_end(t);
}

static void what_the_backing_refuses_stays(struct ktest *t)
{
	backed_build(t, 2);
	back.fails = true;
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, store_count(&store), 2);
	KTEST_EXPECT_EQ(t, store.count[STORE_OUT_FAILED], 2);
	KTEST_EXPECT_EQ(t, store_check(&store), 0);
	back.fails = false;
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	backed_end(t);
}

/* Eight places for ten objects. */
static void a_full_backing_leaves_the_rest_in_memory(struct ktest *t)
{
	u32 key;

	backed_build(t, 10);
	KTEST_EXPECT_EQ(t, take(10, GFP_KERNEL), BACKED);
	KTEST_EXPECT_EQ(t, store_count(&store), 10 - BACKED);
	KTEST_EXPECT_EQ(t, store_count_all(&store), 10);
	/* Each that comes back makes room for another. */
	for (key = 1; key <= 10; key++)
		KTEST_EXPECT_TRUE(t, has(key));
	KTEST_EXPECT_EQ(t, back_count(), 0);
	backed_end(t);
}

static void an_object_deleted_on_its_way_out_does_not_come_back(struct ktest *t)
{
	backed_build(t, 2);
	back.deletes_next = true;
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 0);
	KTEST_EXPECT_EQ(t, back_count(), 0);
	KTEST_EXPECT_FALSE(t, has(1));
	KTEST_EXPECT_TRUE(t, has(2));
	backed_end(t);
}

static void an_object_replaced_on_its_way_out_is_the_new_one(struct ktest *t)
{
	backed_build(t, 2);
	back.replaces_next = true;
	take(1, GFP_KERNEL);
	KTEST_EXPECT_EQ(t, back_count(), 0);
	KTEST_EXPECT_EQ(t, store_count(&store), 2);
	KTEST_EXPECT_EQ(t, store_get(&store, 1, read), 0);
	KTEST_EXPECT_EQ(t, read[0], 0x77);
	backed_end(t);
}

static void an_object_on_its_way_out_does_not_leave_twice(struct ktest *t)
{
	backed_build(t, 1);
	back.wanted_next = true;
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	KTEST_EXPECT_EQ(t, back.outs, 1);
	KTEST_EXPECT_TRUE(t, has(1));
	backed_end(t);
}

static void what_is_deleted_or_replaced_leaves_the_backing(struct ktest *t)
{
	backed_build(t, 4);
	KTEST_EXPECT_EQ(t, take(4, GFP_KERNEL), 4);
	KTEST_EXPECT_EQ(t, back_count(), 4);
	KTEST_EXPECT_EQ(t, store_delete(&store, 2), 0);
	KTEST_EXPECT_EQ(t, back_count(), 3);
	KTEST_EXPECT_EQ(t, put(3), 0);
	KTEST_EXPECT_EQ(t, back_count(), 2);
	KTEST_EXPECT_FALSE(t, has(2));
	KTEST_EXPECT_TRUE(t, has(1) && has(3) && has(4));
	backed_end(t);
}

/* It did not change: nothing is written the second time. */
static void an_object_that_kept_its_place_goes_without_a_write(struct ktest *t)
{
	backed_build(t, 3);
	back.plenty = true;
	KTEST_EXPECT_EQ(t, take(3, GFP_KERNEL), 3);
	KTEST_EXPECT_TRUE(t, has(1) && has(2));
	KTEST_EXPECT_EQ(t, back_count(), 3);
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	KTEST_EXPECT_EQ(t, back.outs, 3);
	KTEST_EXPECT_EQ(t, store.count[STORE_CLEAN], 2);
	back.plenty = false;
	KTEST_EXPECT_TRUE(t, has(2));
	KTEST_EXPECT_EQ(t, back_count(), 2);
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	KTEST_EXPECT_EQ(t, back.outs, 4);
	KTEST_EXPECT_TRUE(t, has(2));
	backed_end(t);
}

/* One bit, in memory and behind it. */
static void a_damaged_object_is_noticed(struct ktest *t)
{
	struct store_verdict verdict;
	u8 *va;

	backed_build(t, 2);
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	back.object[1][PAGE_SIZE - 1] ^= 0x10;
	KTEST_EXPECT_EQ(t, store_get(&store, 1, read), -EIO);
	KTEST_EXPECT_EQ(t, store.count[STORE_BAD], 1);
	KTEST_EXPECT_EQ(t, back.retired, 1);
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 1);
	KTEST_EXPECT_EQ(t, verdict.good, 1);
	/* The other one stays, and we know its page. */
	back.fails = true;
	take(1, GFP_KERNEL);
	va = kmap_local_page(back.last_page);
	va[0] ^= 1;
	kunmap_local(va);
	KTEST_EXPECT_EQ(t, store_get(&store, 2, read), -EIO);
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 2);
	backed_end(t);
}

/* Asked for again it costs nothing; put again it is as good as any. */
static void an_object_that_cannot_be_read_is_lost_once(struct ktest *t)
{
	backed_build(t, 2);
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	back.read_error = -ETIMEDOUT;
	back.keeps_page = true;
	KTEST_EXPECT_EQ(t, store_get(&store, 1, read), -EIO);
	back.read_error = 0;
	back.keeps_page = false;
	KTEST_EXPECT_EQ(t, page_count(back.last_page), 1);
	put_page(back.last_page);
	KTEST_EXPECT_EQ(t, store_get(&store, 1, read), -EIO);
	KTEST_EXPECT_EQ(t, back.ins, 1);
	KTEST_EXPECT_EQ(t, back.retired, 1);
	KTEST_EXPECT_EQ(t, store.count[STORE_LOST], 1);
	KTEST_EXPECT_TRUE(t, has(2));
	KTEST_EXPECT_EQ(t, store_check(&store), 0);
	KTEST_EXPECT_EQ(t, put(1), 0);
	KTEST_EXPECT_TRUE(t, has(1));
	backed_end(t);
}

static void nothing_keeps_the_page_of_an_object_that_is_gone(struct ktest *t)
{
	struct store_verdict verdict;
	struct page *page;

	backed_build(t, 1);
	back.fails = true;
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 0);
	page = back.last_page;
	get_page(page);
	KTEST_EXPECT_TRUE(t, has(1));
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 0);
	KTEST_EXPECT_EQ(t, page_count(page), 2);
	KTEST_EXPECT_EQ(t, store_delete(&store, 1), 0);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	put_page(page);
	backed_end(t);
}

static void an_object_deleted_on_its_way_in_does_not_stay(struct ktest *t)
{
	backed_build(t, 2);
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	back.deletes_key = 1;
	/* Who asked before gets it. */
	KTEST_EXPECT_TRUE(t, has(1));
	KTEST_EXPECT_FALSE(t, has(1));
	KTEST_EXPECT_EQ(t, store_count_all(&store), 1);
	backed_end(t);
}

static void an_object_that_many_want_is_read_once(struct ktest *t)
{
	backed_build(t, 2);
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	back.others_read = true;
	KTEST_EXPECT_TRUE(t, has(1));
	reader_join();
	KTEST_EXPECT_EQ(t, reader.err, 0);
	KTEST_EXPECT_EQ(t, back.ins, 1);
	backed_end(t);
}

static void filling_counts_what_is_away(struct ktest *t)
{
	backed_build(t, 3);
	KTEST_EXPECT_EQ(t, take(3, GFP_KERNEL), 3);
	KTEST_EXPECT_EQ(t, store_fill(&store, 100, 3), 3);
	KTEST_EXPECT_EQ(t, store_count(&store), 0);
	KTEST_EXPECT_EQ(t, store_fill(&store, 2, 5), 5);
	KTEST_EXPECT_EQ(t, store_count(&store), 2);
	backed_end(t);
}

static void verifying_without_a_page_says_so(struct ktest *t)
{
	struct store_verdict verdict;
	struct fault_attr boot_plan;

	backed_build(t, 5);
	KTEST_EXPECT_EQ(t, take(3, GFP_KERNEL), 3);
	fault_plan_save(&mm_node.fault, &boot_plan);
	fault_fail_nth(&mm_node.fault, 1);
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 0);
	fault_plan_restore(&mm_node.fault, &boot_plan);
	KTEST_EXPECT_EQ(t, verdict.good, 2);
	KTEST_EXPECT_EQ(t, verdict.unread, 3);
	backed_end(t);
}

static void verifying_reads_what_is_away_and_leaves_it_there(struct ktest *t)
{
	struct store_verdict verdict;
	u32 *words, first;

	backed_build(t, 5);
	KTEST_EXPECT_EQ(t, take(3, GFP_KERNEL), 3);
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 0);
	KTEST_EXPECT_EQ(t, verdict.good, 5);
	KTEST_EXPECT_EQ(t, back.ins, 3);
	KTEST_EXPECT_EQ(t, store_count(&store), 2);
	/* The same words, two of them in another order. */
	words = (u32 *)back.object[2];
	first = words[0];
	words[0] = words[1];
	words[1] = first;
	KTEST_EXPECT_EQ(t, store_verify(&store, &verdict), 1);
	KTEST_EXPECT_EQ(t, verdict.good, 4);
	backed_end(t);
}

static void a_backing_goes_only_when_nothing_is_in_it_alone(struct ktest *t)
{
	backed_build(t, 3);
	back.plenty = true;
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	KTEST_EXPECT_EQ(t, store_back(&store, NULL, NULL), -EBUSY);
	KTEST_EXPECT_EQ(t, take(1, GFP_KERNEL), 1);
	KTEST_EXPECT_TRUE(t, has(1) && has(2) && has(3));
	KTEST_EXPECT_EQ(t, store_back(&store, NULL, NULL), 0);
	KTEST_EXPECT_EQ(t, store.shrinker.batch, 0);
	KTEST_EXPECT_EQ(t, back_count(), 0);
	KTEST_EXPECT_TRUE(t, has(1) && has(2) && has(3));
	KTEST_EXPECT_EQ(t, take(1, GFP_NOIO), 1);
	KTEST_EXPECT_FALSE(t, has(1));
	KTEST_EXPECT_EQ(t, store_back(&store, &backing, t), 0);
	KTEST_EXPECT_EQ(t, store.shrinker.batch, 2 * STORE_CLUSTER);
	KTEST_EXPECT_EQ(t, take(2, GFP_KERNEL), 2);
	KTEST_EXPECT_TRUE(t, has(2) && has(3));
	backed_end(t);
}

/* --- memory that fails ----------------------------------------------------- */

/* Each page in turn: nothing changes, nothing leaks. */
static void a_put_without_memory_changes_nothing(struct ktest *t)
{
	struct fault_attr boot_plan;
	unsigned int nth, failed = 0;

	store_build(t, NULL, NULL);
	KTEST_EXPECT_EQ(t, put(1), 0);
	fault_plan_save(&mm_node.fault, &boot_plan);
	for (nth = 1; nth < 10; nth++) {
		int err;

		store_make(2, bytes);
		fault_fail_nth(&mm_node.fault, nth);
		err = store_put(&store, 2, bytes, GFP_KERNEL | __GFP_NOWARN);
		fault_reset(&mm_node.fault);
		if (!err)
			break;
		failed++;
		KTEST_EXPECT_EQ(t, err, -ENOMEM);
		KTEST_EXPECT_FALSE(t, has(2));
		KTEST_EXPECT_TRUE(t, has(1));
		KTEST_EXPECT_EQ(t, store_check(&store), 0);
	}
	fault_plan_restore(&mm_node.fault, &boot_plan);
	KTEST_EXPECT_GE(t, failed, 1);
	KTEST_EXPECT_TRUE(t, has(2));
	store_end(t);
}

static const struct ktest_case cases[] = {
	KTEST_CASE(what_is_put_is_got),
	KTEST_CASE(a_second_put_replaces_the_first),
	KTEST_CASE(what_is_deleted_is_gone),
	KTEST_CASE(the_least_recently_used_goes_first),
	KTEST_CASE(only_zones_that_want_memory_lose_objects),
	KTEST_CASE(of_several_zones_the_oldest_goes),
	KTEST_CASE(what_is_wrong_with_a_store_is_seen),
	KTEST_CASE(filling_stops_at_the_wanted_number),
	KTEST_CASE(filling_and_verifying_end_at_a_signal),
	KTEST_CASE(filling_counts_what_is_away),
	KTEST_CASE(with_a_backing_nothing_is_lost),
	KTEST_CASE(who_may_start_no_io_evicts_nothing),
	KTEST_CASE(what_the_backing_refuses_stays),
	KTEST_CASE(a_full_backing_leaves_the_rest_in_memory),
	KTEST_CASE(what_is_deleted_or_replaced_leaves_the_backing),
	KTEST_CASE(an_object_that_kept_its_place_goes_without_a_write),
	KTEST_CASE(an_object_that_cannot_be_read_is_lost_once),
	KTEST_CASE(nothing_keeps_the_page_of_an_object_that_is_gone),
	KTEST_CASE(verifying_reads_what_is_away_and_leaves_it_there),
	KTEST_CASE(verifying_without_a_page_says_so),
	KTEST_CASE(a_backing_goes_only_when_nothing_is_in_it_alone),
	KTEST_CASE(an_object_deleted_on_its_way_out_does_not_come_back),
	KTEST_CASE(an_object_replaced_on_its_way_out_is_the_new_one),
	KTEST_CASE(an_object_on_its_way_out_does_not_leave_twice),
	KTEST_CASE(an_object_deleted_on_its_way_in_does_not_stay),
	KTEST_CASE(an_object_that_many_want_is_read_once),
	KTEST_CASE(a_damaged_object_is_noticed),
	KTEST_CASE(a_put_without_memory_changes_nothing),
};
KTEST_SUITE(store, cases);
