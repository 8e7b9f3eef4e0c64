/* SPDX-License-Identifier: MIT */
/*
 * printk.h - the kernel log
 *
 * Every line goes to the ring buffer (dmesg) and, if its level is below the
 * console level, to every registered console. Allocates nothing and may be
 * called from any context, an exception or a held lock included.
 */
#ifndef KERNEL_PRINTK_H
#define KERNEL_PRINTK_H

#include <kernel/hex.h>
#include <kernel/list.h>
#include <kernel/ratelimit.h>
#include <kernel/types.h>
#include <kernel/vsnprintf.h>

/* A level is a two-byte prefix of the format, as on Linux; or "<1>" in its first
 * three, as it was up to 3.6. */
#define KERN_SOH "\001"
#define KERN_EMERG KERN_SOH "0"
#define KERN_ALERT KERN_SOH "1"
#define KERN_CRIT KERN_SOH "2"
#define KERN_ERR KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE KERN_SOH "5"
#define KERN_INFO KERN_SOH "6"
#define KERN_DEBUG KERN_SOH "7"
#define KERN_CONT KERN_SOH "c"
#define KERN_DEFAULT ""

#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif

/**
 * printk - write a formatted line to the log
 *
 * A text without newline at its end is continued by the next KERN_CONT one.
 * Return: bytes of text. Context: any.
 */
int __printf(1, 2) printk(const char *fmt, ...);
int vprintk(const char *fmt, va_list args);

#define pr_emerg(fmt, ...) printk(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert(fmt, ...) printk(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit(fmt, ...) printk(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err(fmt, ...) printk(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn(fmt, ...) printk(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice(fmt, ...) printk(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info(fmt, ...) printk(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug(fmt, ...) printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_cont(fmt, ...) printk(KERN_CONT fmt, ##__VA_ARGS__)
/* For who develops: the format is checked, nothing is printed. */
#define no_printk(fmt, ...)                         \
	({                                          \
		if (0)                              \
			printk(fmt, ##__VA_ARGS__); \
		0;                                  \
	})
#define pr_devel(fmt, ...) no_printk(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)

/* The first time only, at this place. */
#define printk_once(fmt, ...)                       \
	({                                          \
		static bool _printed;               \
		bool _first = !_printed;            \
                                                    \
		_printed = true;                    \
		if (unlikely(_first))               \
			printk(fmt, ##__VA_ARGS__); \
		unlikely(_first);                   \
	})
/* At this place at most 10 lines in 5 seconds; how many were left out is told. */
#define printk_ratelimited(fmt, ...)                                      \
	({                                                                \
		static DEFINE_RATELIMIT_STATE(_limit,                     \
					      DEFAULT_RATELIMIT_INTERVAL, \
					      DEFAULT_RATELIMIT_BURST);   \
                                                                          \
		if (__ratelimit(&_limit))                                 \
			printk(fmt, ##__VA_ARGS__);                       \
	})
#define pr_emerg_once(fmt, ...) \
	printk_once(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert_once(fmt, ...) \
	printk_once(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit_once(fmt, ...) printk_once(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_once(fmt, ...) printk_once(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_once(fmt, ...) \
	printk_once(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_once(fmt, ...) \
	printk_once(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_once(fmt, ...) printk_once(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_once(fmt, ...) \
	printk_once(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_emerg_ratelimited(fmt, ...) \
	printk_ratelimited(KERN_EMERG pr_fmt(fmt), ##__VA_ARGS__)
#define pr_alert_ratelimited(fmt, ...) \
	printk_ratelimited(KERN_ALERT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_crit_ratelimited(fmt, ...) \
	printk_ratelimited(KERN_CRIT pr_fmt(fmt), ##__VA_ARGS__)
#define pr_err_ratelimited(fmt, ...) \
	printk_ratelimited(KERN_ERR pr_fmt(fmt), ##__VA_ARGS__)
#define pr_warn_ratelimited(fmt, ...) \
	printk_ratelimited(KERN_WARNING pr_fmt(fmt), ##__VA_ARGS__)
#define pr_notice_ratelimited(fmt, ...) \
	printk_ratelimited(KERN_NOTICE pr_fmt(fmt), ##__VA_ARGS__)
#define pr_info_ratelimited(fmt, ...) \
	printk_ratelimited(KERN_INFO pr_fmt(fmt), ##__VA_ARGS__)
#define pr_debug_ratelimited(fmt, ...) \
	printk_ratelimited(KERN_DEBUG pr_fmt(fmt), ##__VA_ARGS__)

/**
 * print_hex_dump - bytes into the log, a row a line
 * @level: KERN_DEBUG and so on
 * @prefix_str: before each row
 * @prefix_type: DUMP_PREFIX_*: and then its address, or its offset
 * The others as hex_dump_to_buffer() has them. Context: any.
 */
void print_hex_dump(const char *level, const char *prefix_str, int prefix_type,
		    int rowsize, int groupsize, const void *buf, size_t len,
		    bool ascii);
#define print_hex_dump_bytes(prefix_str, prefix_type, buf, len)              \
	print_hex_dump(KERN_DEBUG, prefix_str, prefix_type, 16, 1, buf, len, \
		       true)
#define print_hex_dump_debug(prefix_str, prefix_type, rowsize, groupsize, buf, \
			     len, ascii)                                       \
	print_hex_dump(KERN_DEBUG, prefix_str, prefix_type, rowsize,           \
		       groupsize, buf, len, ascii)

/* Where log lines come out. Both may be called with interrupts off. */
struct console {
	const char *name;
	void (*write)(struct console *con, const char *text, size_t len);
	/* A line of the log, its newline included, and its level, 0 .. 7; NULL:
	 * write() takes it. */
	void (*write_log)(struct console *con, unsigned int level,
			  const char *text, size_t len);
	struct list_head link; /* printk's own */
};

/**
 * console_register - the log and commands' output go to @con too, for good
 *
 * It is first shown the whole ring buffer, so that no early line is lost.
 * Context: process.
 */
void console_register(struct console *con);

/* Text for people that is not a log line (command output, KTAP): consoles
 * only, no timestamp, not kept. Context: any. */
int __printf(1, 2) console_printf(const char *fmt, ...);
void console_write(const char *text, size_t len);

/* The same for what went wrong: it is seen though the command's output goes
 * elsewhere. */
int __printf(1, 2) console_complain(const char *fmt, ...);

/*
 * Where console_printf() and console_write() of one thread go instead. Its
 * interrupts, a panic, and the log go to the consoles as ever.
 */
struct console_sink {
	/* In the thread, wherever it writes: perhaps where it may not sleep. */
	void (*write)(struct console_sink *sink, const char *text, size_t len);
	/* Takes console_complain(); NULL: that goes on to @outer. */
	void (*complain)(struct console_sink *sink, const char *text,
			 size_t len);
	struct console_sink *outer; /* NULL: the consoles */
};

/* From here to console_sink_pop() the calling thread's text goes to @sink. They
 * nest. Context: process. */
void console_sink_push(struct console_sink *sink);
void console_sink_pop(void);

/* Lines with a level below this are shown; 0 .. 8, default 7. */
void console_set_loglevel(int level);
int console_get_loglevel(void);

/* Called before a panic prints: show everything, break stuck locks. */
void printk_panic_mode(void);

/**
 * log_read - copy the ring buffer's next line, as dmesg shows it
 * @cursor: 0 to begin; updated. Lines lost to the ring are skipped.
 *
 * Return: bytes put into @buf (NUL-terminated), 0 at the end.
 */
size_t log_read(u64 *cursor, char *buf, size_t size);

/* A line of the log, taken apart. */
struct log_line {
	u64 at; /* its place; later lines have higher ones */
	u64 ns; /* when, as time_ns() */
	unsigned int level; /* 0 .. 7 */
};

/**
 * log_read_line - the same, without the stamp that dmesg shows
 * @line: when and how important
 * @buf: gets the text, as much as fits, and a NUL
 *
 * Return: whether there was one. Context: any.
 */
bool log_read_line(u64 *cursor, struct log_line *line, char *buf, size_t size);
/* The cursor behind the last line. Context: any. */
u64 log_read_end(void);

#endif
