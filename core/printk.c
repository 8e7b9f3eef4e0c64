/* SPDX-License-Identifier: MIT */
/*
 * printk.c - the log: a ring of records, and the consoles that show it
 *
 * vprintk() formats on its stack, puts complete lines into the ring under
 * log_lock, and then lets console_drain() show what the consoles have not
 * seen. Draining has one owner at a time: who finds it owned leaves, for
 * the owner looks again before it gives up. So a line printed by an exception
 * in the middle of a console's write is not lost, and nobody waits for a slow
 * serial line with the log locked. The owner keeps its CPU: what others print
 * would wait with it for its turn.
 *
 * Exceptions can hit while this CPU holds log_lock. log_enter() notes that it
 * is inside, so they know, and put their text on the consoles directly,
 * unlogged: a sentence on the screen beats a deadlock.
 *
 * Invariants:
 *   L1  records lie between tail_seq and head_seq, in order, without overlap
 *   L2  a record never wraps: the space up to the ring's end is skipped
 *   L3  tail_seq <= shown_seq <= head_seq
 *
 * Locking: log_lock (irq-safe, LOCK_LOG), by log_enter() only, guards the ring
 * and its positions; drain_owner is an atomic flag. Consoles are only added,
 * and read as RCU lists are.
 */
#include <kernel/entry_lock.h>
#include <kernel/export.h>
#include <kernel/math64.h>
#include <kernel/percpu.h>
#include <kernel/preempt.h>
#include <kernel/printk.h>
#include <kernel/rculist.h>
#include <kernel/sched.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include <kernel/util.h>

/* Room for a boot log of 600 lines; a power of two. */
#define RING_BYTES (64u * 1024u)
/* Longer lines are cut, and end in "..." to say so. */
#define LINE_MAX 512u
#define DEFAULT_LOGLEVEL 7
#define DEFAULT_MESSAGE_LEVEL 6

struct log_record {
	u64 ns;
	u16 total; /* bytes to the next record, this header included */
	u16 len; /* of the text, which follows, without newline */
	u8 level;
	u8 skip; /* 1: filler up to the ring's end */
};

static char ring[RING_BYTES] __aligned(8);
static u64 head_seq; /* byte positions, ever rising; modulo RING_BYTES */
static u64 tail_seq;
static u64 shown_seq;
static struct entry_lock log_lock = ENTRY_LOCK_INIT("log", LOCK_LOG);
static bool drain_owner;
static bool panic_mode;
bool entry_locks_open;
EXPORT_SYMBOL(entry_locks_open);
static LIST_HEAD(consoles);
static int console_loglevel = DEFAULT_LOGLEVEL;

/* A line that has not had its newline yet. */
static char partial[LINE_MAX];
static size_t partial_len;
static u8 partial_level;

static unsigned long log_enter(void)
{
	return entry_lock_take(&log_lock);
}

static void log_leave(unsigned long irqflags)
{
	entry_lock_leave(&log_lock, irqflags);
}

/* True if this CPU is inside the ring: an exception hit a holder. */
static bool ring_is_mine(void)
{
	return entry_lock_is_mine(&log_lock);
}

/* --- the ring ----------------------------------------------------------- */

static struct log_record *record_at(u64 seq)
{
	return (struct log_record *)(ring + (seq & (RING_BYTES - 1)));
}

/* Drop the oldest records until @bytes fit. */
static void ring_make_room(u32 bytes)
{
	while (head_seq + bytes - tail_seq > RING_BYTES)
		tail_seq += record_at(tail_seq)->total;
	if (shown_seq < tail_seq)
		shown_seq = tail_seq;
}

static void ring_add(u8 level, const char *text, size_t len)
{
	u32 total = (u32)ALIGN(sizeof(struct log_record) + len,
			       sizeof(struct log_record));
	u32 to_end = RING_BYTES - (u32)(head_seq & (RING_BYTES - 1));
	struct log_record *rec;

	if (to_end < total) {
		ring_make_room(to_end);
		rec = record_at(head_seq);
		rec->total = (u16)to_end;
		rec->skip = 1;
		head_seq += to_end;
	}
	ring_make_room(total);
	rec = record_at(head_seq);
	rec->ns = time_ns();
	rec->total = (u16)total;
	rec->len = (u16)len;
	rec->level = level;
	rec->skip = 0;
	memcpy(rec + 1, text, len);
	head_seq += total;
}
static_assert(sizeof(struct log_record) == 16, "a filler always has a header");

static void partial_end(void)
{
	if (partial_len)
		ring_add(partial_level, partial, partial_len);
	partial_len = 0;
}

/* Cut @text into lines; what has no newline waits in @partial. */
static void log_text(u8 level, bool cont, const char *text, size_t len)
{
	if (!cont)
		partial_end();
	if (!partial_len)
		partial_level = level;
	while (len--) {
		char c = *text++;

		if (c == '\n') {
			if (partial_len)
				partial_end();
			else
				ring_add(level, "", 0);
		} else if (partial_len < LINE_MAX) {
			partial[partial_len++] = c;
		}
	}
	if (partial_len == LINE_MAX)
		memcpy(partial + LINE_MAX - 3, "...", 3);
}

static size_t record_format(const struct log_record *rec, char *buf,
			    size_t size)
{
	u32 ns;
	u64 s = div_u64_rem(rec->ns, 1000000000u, &ns);
	int n = scnprintf(buf, size, "[%5lu.%06u] ", (unsigned long)s,
			  ns / 1000);

	return (size_t)n + (size_t)scnprintf(buf + n, size - (size_t)n,
					     "%.*s\n", (int)rec->len,
					     (const char *)(rec + 1));
}

size_t log_read(u64 *cursor, char *buf, size_t size)
{
	unsigned long flags = log_enter();
	size_t len = 0;

	if (*cursor < tail_seq)
		*cursor = tail_seq;
	while (*cursor < head_seq && !len) {
		struct log_record *rec = record_at(*cursor);

		if (!rec->skip)
			len = record_format(rec, buf, size);
		*cursor += rec->total;
	}
	log_leave(flags);
	return len;
}

bool log_read_line(u64 *cursor, struct log_line *line, char *buf, size_t size)
{
	unsigned long flags = log_enter();
	bool found = false;

	if (*cursor < tail_seq)
		*cursor = tail_seq;
	while (*cursor < head_seq && !found) {
		const struct log_record *rec = record_at(*cursor);

		found = !rec->skip;
		if (found) {
			line->at = *cursor;
			line->ns = rec->ns;
			line->level = rec->level;
			scnprintf(buf, size, "%.*s", (int)rec->len,
				  (const char *)(rec + 1));
		}
		*cursor += rec->total;
	}
	log_leave(flags);
	return found;
}

u64 log_read_end(void)
{
	unsigned long flags = log_enter();
	u64 end = head_seq;

	log_leave(flags);
	return end;
}

/* --- consoles ----------------------------------------------------------- */

static void consoles_write(const char *text, size_t len)
{
	struct console *con;

	list_for_each_entry_rcu(con, &consoles, link)
		con->write(con, text, len);
}

/* A line of the log on its way to the consoles. */
struct shown_line {
	unsigned int level;
	size_t len;
	char text[LINE_MAX + 32];
};

static void console_write_line(struct console *con,
			       const struct shown_line *line)
{
	if (con->write_log)
		con->write_log(con, line->level, line->text, line->len);
	else
		con->write(con, line->text, line->len);
}

/* Copy the next line at or behind @seq that is to be shown.
 * Return: false if there is none before @end. */
static bool next_line(u64 *seq, u64 end, struct shown_line *line)
{
	unsigned long flags = log_enter();

	line->len = 0;
	*seq = max(*seq, tail_seq);
	while (*seq < min(end, head_seq) && !line->len) {
		struct log_record *rec = record_at(*seq);

		line->level = rec->level;
		if (!rec->skip && (rec->level < console_loglevel || panic_mode))
			line->len = record_format(rec, line->text,
						  sizeof(line->text));
		*seq += rec->total;
	}
	log_leave(flags);
	return line->len;
}

static bool more_to_show(void)
{
	unsigned long flags = log_enter();
	bool more = shown_seq != head_seq;

	log_leave(flags);
	return more;
}

static struct shown_line shown_line; /* the drain owner's */

static void console_drain(void)
{
	struct console *con;

	if (list_empty(&consoles) || ring_is_mine())
		return; /* console_register(), or the holder, will show it */
	do {
		preempt_disable();
		if (__atomic_test_and_set(&drain_owner, __ATOMIC_ACQUIRE)) {
			preempt_enable();
			return;
		}
		while (next_line(&shown_seq, U64_MAX, &shown_line)) {
			list_for_each_entry_rcu(con, &consoles, link)
				console_write_line(con, &shown_line);
		}
		__atomic_clear(&drain_owner, __ATOMIC_RELEASE);
		preempt_enable();
		/* A line added between the last look and the clear would
		 * otherwise wait for the next printk. */
	} while (more_to_show());
}

/* What others have shown it is shown first, while nobody shows more: then the
 * drain brings the rest to all. */
void console_register(struct console *con)
{
	u64 seq = 0;

	preempt_disable();
	while (__atomic_test_and_set(&drain_owner, __ATOMIC_ACQUIRE))
		cpu_relax();
	while (next_line(&seq, shown_seq, &shown_line))
		console_write_line(con, &shown_line);
	list_add_tail_rcu(&con->link, &consoles);
	__atomic_clear(&drain_owner, __ATOMIC_RELEASE);
	preempt_enable();
	console_drain();
}

/* Where text of who runs goes; NULL: to the consoles. */
static struct console_sink *sink_here(void)
{
	return panic_mode || in_interrupt() ? NULL : current->console_sink;
}

void console_sink_push(struct console_sink *sink)
{
	sink->outer = current->console_sink;
	current->console_sink = sink;
}

void console_sink_pop(void)
{
	current->console_sink = current->console_sink->outer;
}

void console_write(const char *text, size_t len)
{
	struct console_sink *sink = sink_here();

	if (sink) {
		sink->write(sink, text, len);
		return;
	}
	console_drain();
	consoles_write(text, len);
}

int console_printf(const char *fmt, ...)
{
	char buf[LINE_MAX];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vscnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	console_write(buf, (size_t)n);
	return n;
}

int console_complain(const char *fmt, ...)
{
	struct console_sink *sink = sink_here();
	char buf[LINE_MAX];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vscnprintf(buf, sizeof(buf), fmt, args);
	va_end(args);
	while (sink && !sink->complain)
		sink = sink->outer;
	if (sink) {
		sink->complain(sink, buf, (size_t)n);
		return n;
	}
	console_drain();
	consoles_write(buf, (size_t)n);
	return n;
}

void console_set_loglevel(int level)
{
	console_loglevel = clamp_t(int, level, 0, 8);
}

int console_get_loglevel(void)
{
	return console_loglevel;
}

void printk_panic_mode(void)
{
	panic_mode = true;
	WRITE_ONCE(entry_locks_open, true);
	/* Another CPU may have been stopped inside the ring. */
	if (!ring_is_mine())
		spin_lock_init(&log_lock.lock, "log", LOCK_LOG);
	__atomic_clear(&drain_owner, __ATOMIC_RELEASE);
}

/* --- printk ------------------------------------------------------------- */

/* The level prefix of @text, which was made from @fmt, cut off it. */
static const char *level_parse(const char *fmt, const char *text, u8 *level,
			       bool *cont)
{
	*level = DEFAULT_MESSAGE_LEVEL;
	*cont = false;
	/* Up to 3.6, and in the books' first lines: typed, never an argument. */
	if (fmt[0] == '<' && fmt[1] >= '0' && fmt[1] <= '7' && fmt[2] == '>') {
		*level = (u8)(fmt[1] - '0');
		return text + 3;
	}
	if (text[0] != KERN_SOH[0] || !text[1])
		return text;
	if (text[1] == 'c')
		*cont = true;
	else if (text[1] >= '0' && text[1] <= '7')
		*level = (u8)(text[1] - '0');
	return text + 2;
}

int vprintk(const char *fmt, va_list args)
{
	char buf[LINE_MAX + 2];
	const char *text;
	unsigned long flags;
	bool cont;
	u8 level;
	int n;

	n = vsnprintf(buf, sizeof(buf), fmt, args);
	if (n >= (int)sizeof(buf)) { /* cut, but still a line */
		n = (int)sizeof(buf) - 1;
		memcpy(buf + n - 4, "...\n", 4);
	}
	text = level_parse(fmt, buf, &level, &cont);
	n -= (int)(text - buf);
	if (ring_is_mine()) {
		consoles_write(text, (size_t)n);
		return n;
	}
	flags = log_enter();
	log_text(level, cont, text, (size_t)n);
	log_leave(flags);
	console_drain();
	return n;
}
EXPORT_SYMBOL(vprintk);

int printk(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintk(fmt, args);
	va_end(args);
	return n;
}
EXPORT_SYMBOL(printk);
