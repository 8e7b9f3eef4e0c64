/* SPDX-License-Identifier: MIT */
/*
 * select.c - waiting until one of several files is ready
 *
 * The first round asks each file's poll(), which puts an entry for the caller
 * into every queue that could bring news. Then the caller sleeps until some
 * entry's wake function says that there are, and asks all again, now without
 * queueing. Entries are made as the drivers name queues: a few on the caller's
 * stack, more in pages.
 *
 * No news is lost: triggered is set before the caller is woken, and looked at
 * behind set_current_state().
 *
 * Locking: an entry is changed under its queue's lock; the list of entries is
 * the caller's own.
 */
#include <fs/poll.h>
#include <kernel/export.h>
#include <kernel/signal.h>
#include <kernel/util.h>
#include <mm/page_addr.h>
#include <mm/page_alloc.h>

/* One place in one queue. */
struct poll_entry {
	struct file *file; /* held: the queue is its driver's */
	wait_queue_head_t *wq;
	struct wait_queue_entry wait;
	__poll_t key;
	struct poll_waiter *waiter;
};

struct poll_page {
	struct poll_page *next;
	unsigned int used;
	struct poll_entry entries[];
};
#define ENTRIES_PER_PAGE \
	((PAGE_SIZE - sizeof(struct poll_page)) / sizeof(struct poll_entry))
#define ENTRIES_INLINE 4u

struct poll_waiter {
	poll_table table; /* first: what drivers get */
	struct task_struct *task;
	bool triggered; /* some queue had news */
	int error;
	unsigned int used; /* of entries[] */
	struct poll_page *pages;
	struct poll_entry entries[ENTRIES_INLINE];
};

/* --- entries ---------------------------------------------------------------- */

static struct poll_entry *entry_new(struct poll_waiter *w)
{
	struct poll_page *page = w->pages;

	if (w->used < ENTRIES_INLINE)
		return &w->entries[w->used++];
	if (!page || page->used == ENTRIES_PER_PAGE) {
		page = (struct poll_page *)__get_free_page(GFP_KERNEL);
		if (!page) {
			w->error = -ENOMEM;
			return NULL;
		}
		page->next = w->pages;
		page->used = 0;
		w->pages = page;
	}
	return &page->entries[page->used++];
}

static int poll_wake(struct wait_queue_entry *wait, unsigned int mode,
		     int flags, void *key)
{
	struct poll_entry *entry = container_of(wait, struct poll_entry, wait);
	struct poll_waiter *w = entry->waiter;

	(void)mode;
	(void)flags;
	/* Who wakes may say what for; 0: anything. */
	if (key && !((__poll_t)(unsigned long)key & entry->key))
		return 0;
	WRITE_ONCE(w->triggered, true);
	return wake_up_process(w->task);
}

static void poll_queue(struct file *file, wait_queue_head_t *wq,
		       poll_table *table)
{
	struct poll_waiter *w = container_of(table, struct poll_waiter, table);
	struct poll_entry *entry = entry_new(w);

	if (!entry)
		return;
	entry->file = get_file(file);
	entry->wq = wq;
	entry->key = table->_key;
	entry->waiter = w;
	init_waitqueue_func_entry(&entry->wait, poll_wake);
	add_wait_queue(wq, &entry->wait);
}

static void entries_leave(struct poll_entry *entries, unsigned int nr)
{
	while (nr--) {
		remove_wait_queue(entries[nr].wq, &entries[nr].wait);
		fput(entries[nr].file);
	}
}

static void poll_leave(struct poll_waiter *w)
{
	while (w->pages) {
		struct poll_page *page = w->pages;

		w->pages = page->next;
		entries_leave(page->entries, page->used);
		free_page((unsigned long)page);
	}
	entries_leave(w->entries, w->used);
}

/* --- waiting ------------------------------------------------------------------ */

/* Ask each file. Return: how many are ready. */
static int poll_round(struct poll_waiter *w, struct poll_file *files,
		      unsigned int nr)
{
	int ready = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		__poll_t events = files[i].events | EPOLLERR | EPOLLHUP;

		files[i].revents = 0;
		if (!files[i].file)
			continue;
		w->table._key = events;
		files[i].revents = vfs_poll(files[i].file, &w->table) & events;
		if (files[i].revents)
			ready++;
		/* Who is ready already need not be waited for. */
		if (ready)
			w->table._qproc = NULL;
	}
	w->table._qproc = NULL;
	return ready;
}

/* Sleep until some queue has news. Return: what is left of @timeout. */
static long poll_sleep(struct poll_waiter *w, long timeout)
{
	set_current_state(TASK_INTERRUPTIBLE);
	if (!READ_ONCE(w->triggered))
		timeout = schedule_timeout(timeout);
	__set_current_state(TASK_RUNNING);
	/* Before the files are asked: news that come now are for next time. */
	smp_store_mb(w->triggered, false);
	return timeout;
}

int poll_files(struct poll_file *files, unsigned int nr, long timeout)
{
	struct poll_waiter w = { .table = { ._qproc = poll_queue },
				 .task = current };
	int ready;

	might_sleep();
	if (!timeout)
		w.table._qproc = NULL;
	for (;;) {
		ready = poll_round(&w, files, nr);
		if (ready || !timeout)
			break;
		ready = signal_pending(current) ? -EINTR : w.error;
		if (ready)
			break;
		timeout = poll_sleep(&w, timeout);
	}
	poll_leave(&w);
	return ready;
}
EXPORT_SYMBOL(poll_files);
