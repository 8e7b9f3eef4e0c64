/* SPDX-License-Identifier: MIT */
/*
 * shrinker.c - lists of shrinkers, and one round of asking them
 *
 * In a round each shrinker is asked for a share of what it counts: of N objects
 * N / 2^priority, times 4 / seeks. Less than a batch is not worth a call; it is
 * remembered (nr_deferred), as is what a shrinker could not do in this context,
 * and asked for in a later round. So a shrinker that refuses GFP_NOFS for a
 * while pays when GFP_KERNEL comes, and one with few objects loses them as
 * evenly as one with many.
 *
 * Invariants:
 *   K1  a shrinker whose functions may be running (@users) stays on its list
 *   K2  one round asks a shrinker for at most twice what it counts, and every
 *       call takes at least one object off that: no answer makes it endless
 *   K3  the list's order stays as it is while anybody walks it (@walkers): who
 *       is moved to the end under a walker's feet cuts its walk short
 *
 * Locking: list->lock (rank LOCK_RECLAIM) guards the list and what is reclaim's
 * in struct shrinker. It is not held while a function runs. Sums may be added
 * to by two rounds at once; they are only shown.
 *
 * Not here: when to ask, and whether it was enough (reclaim.c).
 */
#define pr_fmt(fmt) "reclaim: " fmt

#include <kernel/bug.h>
#include <kernel/errno.h>
#include <kernel/printk.h>
#include <kernel/sched.h>
#include <kernel/seq_file.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>
#include <mm/shrinker.h>

/* So that sums of shares cannot wrap, whatever a shrinker counts. */
#define SHRINK_MOST_OBJECTS (1ul << 28)

/* --- who is on the list ---------------------------------------------------- */

void shrinker_list_init(struct shrinker_list *list)
{
	spin_lock_init(&list->lock, "shrinkers", LOCK_RECLAIM);
	INIT_LIST_HEAD(&list->shrinkers);
	list->walkers = 0;
}

static int shrinker_link(struct shrinker_list *list, struct shrinker *s)
{
	int err = -EBUSY;

	spin_lock(&list->lock);
	if (!s->on) {
		s->on = list;
		s->users = 0;
		s->leaver = NULL;
		s->nr_deferred = 0;
		s->nr_scanned = s->nr_freed = s->nr_stopped = 0;
		list_add_tail(&s->list, &list->shrinkers);
		err = 0;
	}
	spin_unlock(&list->lock);
	return err;
}

int shrinker_vadd(struct shrinker_list *list, struct shrinker *s,
		  const char *fmt, va_list args)
{
	char name[SHRINKER_NAME_BYTES];
	int err;

	vscnprintf(name, sizeof(name), fmt, args);
	if (!s->count_objects || !s->scan_objects) {
		pr_err("shrinker %s refused: it has no %s\n", name,
		       s->count_objects ? "scan_objects" : "count_objects");
		return -EINVAL;
	}
	if (!s->on)
		strscpy(s->name, name, sizeof(s->name));
	err = shrinker_link(list, s);
	if (err)
		pr_err("shrinker %s refused: it is registered as %s\n", name,
		       s->name);
	return err;
}

int shrinker_add(struct shrinker_list *list, struct shrinker *s,
		 const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = shrinker_vadd(list, s, fmt, args);
	va_end(args);
	return err;
}

/* Sleep until nobody is in a function of @s. Lock held, and dropped meanwhile. */
static void shrinker_wait_unused(struct shrinker_list *list, struct shrinker *s)
{
	s->leaver = current;
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (!s->users)
			break;
		spin_unlock(&list->lock);
		schedule();
		spin_lock(&list->lock);
	}
	__set_current_state(TASK_RUNNING);
	s->leaver = NULL;
}

void shrinker_remove(struct shrinker *s)
{
	struct shrinker_list *list = s->on;

	might_sleep();
	/* One of its own functions would wait for itself. */
	if (!list || WARN_ON_ONCE(current->flags & PF_MEMALLOC))
		return;
	spin_lock(&list->lock);
	shrinker_wait_unused(list, s);
	list_del(&s->list);
	s->on = NULL;
	spin_unlock(&list->lock);
}

/* --- one shrinker ---------------------------------------------------------- */

/* SHRINK_EMPTY, and what no count can mean, are none. */
static unsigned long shrinker_count(struct shrinker *s,
				    struct shrink_control *sc)
{
	unsigned long nr = s->count_objects(s, sc);

	return nr >= SHRINK_EMPTY ? 0 : min(nr, SHRINK_MOST_OBJECTS);
}

/* One call. Return: objects looked at, at least 1; 0: it refuses. */
static unsigned long shrinker_call(struct shrinker *s, struct shrink_pass *pass,
				   struct shrink_control *sc, unsigned long nr)
{
	const bool pages = s->flags & SHRINKER_PAGES;
	unsigned long freed;

	sc->nr_to_scan = sc->nr_scanned = nr;
	freed = s->scan_objects(s, sc);
	if (freed == SHRINK_STOP) {
		s->nr_stopped++;
		return 0;
	}
	s->nr_scanned += sc->nr_scanned;
	s->nr_freed += freed;
	pass->nr_scanned += sc->nr_scanned;
	pass->nr_freed += freed;
	pass->nr_scanned_pages += pages ? sc->nr_scanned : 0;
	pass->nr_freed_pages += pages ? freed : 0;
	return max(sc->nr_scanned, 1ul);
}

/* Of @freeable objects, what this round's share is. */
static unsigned long shrinker_share(const struct shrinker *s,
				    unsigned long freeable,
				    unsigned int priority)
{
	if (!s->seeks)
		return freeable / 2;
	return (freeable >> priority) * 4 / (unsigned int)s->seeks;
}

static bool pass_is_over(const struct shrink_pass *pass)
{
	return pass->enough && pass->enough(pass);
}

static void shrinker_ask(struct shrinker *s, struct shrink_pass *pass)
{
	struct shrink_control sc = { .gfp_mask = pass->gfp,
				     .zone_mask = pass->zone_mask };
	const unsigned long freeable = shrinker_count(s, &sc);
	const unsigned long batch = s->batch > 0 ? (unsigned long)s->batch :
						   SHRINK_BATCH;
	unsigned long deferred, left, share;

	if (!freeable)
		return;
	deferred = __atomic_exchange_n(&s->nr_deferred, 0, __ATOMIC_RELAXED);
	share = shrinker_share(s, freeable, pass->priority);
	/* What this round leaves is the next one's; only a part of what was
	 * left before is this one's. */
	left = (deferred >> pass->priority) + share;
	deferred -= deferred >> pass->priority;
	left = min(left, 2 * freeable);
	while (left >= min(batch, freeable)) {
		unsigned long done =
			shrinker_call(s, pass, &sc, min(batch, left));

		if (!done)
			break;
		left -= min(done, left);
		if (pass_is_over(pass))
			left = 0;
	}
	__atomic_fetch_add(&s->nr_deferred, min(deferred + left, 2 * freeable),
			   __ATOMIC_RELAXED);
}

/* --- all of them ----------------------------------------------------------- */

/* The next one behind @s, NULL: the first, with all of @only and none of @not.
 * Lock held. */
static struct shrinker *shrinker_next(struct shrinker_list *list,
				      struct shrinker *s, unsigned int only,
				      unsigned int not )
{
	struct list_head *pos = s ? s->list.next : list->shrinkers.next;

	for (; pos != &list->shrinkers; pos = pos->next) {
		s = list_entry(pos, struct shrinker, list);
		if (!s->leaver && (s->flags & (only | not )) == only)
			return s;
	}
	return NULL;
}

/* The same; @s is let go and the next one held (K1). A walk begins with no @s,
 * and goes on to the end (K3). */
static struct shrinker *shrinker_step(struct shrinker_list *list,
				      struct shrinker *s, unsigned int only,
				      unsigned int not )
{
	struct shrinker *next;

	spin_lock(&list->lock);
	if (!s)
		list->walkers++;
	next = shrinker_next(list, s, only, not );
	if (next)
		next->users++;
	else
		list->walkers--;
	if (s && !--s->users && s->leaver)
		wake_up_process(s->leaver);
	spin_unlock(&list->lock);
	return next;
}

void shrinker_list_pass(struct shrinker_list *list, struct shrink_pass *pass)
{
	struct shrinker *s = NULL;

	/* So that it is not always the same that are spared at the end. */
	spin_lock(&list->lock);
	if (!list->walkers && !list_empty(&list->shrinkers))
		list_move_tail(list->shrinkers.next, &list->shrinkers);
	spin_unlock(&list->lock);
	while ((s = shrinker_step(list, s, pass->only_flags,
				  pass->not_flags))) {
		if (!pass_is_over(pass))
			shrinker_ask(s, pass);
	}
}

unsigned long shrinker_list_count(struct shrinker_list *list,
				  unsigned int only_flags)
{
	struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .zone_mask = ~0u };
	struct shrinker *s = NULL;
	unsigned long sum = 0;

	while ((s = shrinker_step(list, s, only_flags, 0)))
		sum += shrinker_count(s, &sc);
	return sum;
}

void shrinker_list_show(struct shrinker_list *list, struct seq_file *m)
{
	struct shrink_control sc = { .gfp_mask = GFP_KERNEL, .zone_mask = ~0u };
	struct shrinker *s = NULL;

	while ((s = shrinker_step(list, s, 0, 0)))
		seq_printf(m,
			   "shrinker=%s objects=%lu scanned=%lu freed=%lu"
			   " refused=%lu deferred=%lu\n",
			   s->name, shrinker_count(s, &sc), s->nr_scanned,
			   s->nr_freed, s->nr_stopped, s->nr_deferred);
}
