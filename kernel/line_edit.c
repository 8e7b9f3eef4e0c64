/* SPDX-License-Identifier: MIT */
/*
 * line_edit.c - a line being typed
 *
 * The screen is kept in step by the smallest text that does it: a character at
 * the end is itself; in the middle the rest of the line is drawn again and the
 * cursor moved back. Only backspace, CR and ESC [ K are used, which every
 * terminal knows.
 *
 * Invariants:
 *   E1  cursor <= len < LINE_EDIT_MAX, line[len] is NUL
 *   E2  line holds printable ASCII only
 *   E3  what does not fit is counted in typed, and then the line is refused,
 *       however it is shortened: only the emptied line is a new one
 */
#include <kernel/line_edit.h>
#include <kernel/ctype.h>
#include <kernel/string.h>
#include <kernel/util.h>

enum {
	KEY_CTRL_A = 1,
	KEY_CTRL_B = 2,
	KEY_CTRL_C = 3,
	KEY_CTRL_D = 4,
	KEY_CTRL_E = 5,
	KEY_CTRL_F = 6,
	KEY_BACKSPACE = 8,
	KEY_TAB = 9,
	KEY_NEWLINE = 10,
	KEY_CTRL_K = 11,
	KEY_CTRL_L = 12,
	KEY_RETURN = 13,
	KEY_CTRL_N = 14,
	KEY_CTRL_P = 16,
	KEY_CTRL_U = 21,
	KEY_CTRL_W = 23,
	KEY_ESCAPE = 27,
	KEY_DELETE = 127,
};

static void put(struct line_edit *e, const char *text, size_t len)
{
	if (len)
		e->write(e->ctx, text, len);
}

static void put_string(struct line_edit *e, const char *text)
{
	put(e, text, strlen(text));
}

static void put_backspaces(struct line_edit *e, size_t n)
{
	while (n--)
		put(e, "\b", 1);
}

/* Draw from the cursor on, clear what is behind, put the cursor back. */
static void redraw_tail(struct line_edit *e)
{
	put(e, e->line + e->cursor, e->len - e->cursor);
	put_string(e, "\033[K");
	put_backspaces(e, e->len - e->cursor);
}

static void redraw_all(struct line_edit *e)
{
	put_string(e, "\r\033[K");
	put_string(e, e->prompt);
	put(e, e->line, e->len);
	put_backspaces(e, e->len - e->cursor);
}

void line_edit_begin(struct line_edit *e)
{
	e->len = e->cursor = e->typed = 0;
	e->line[0] = '\0';
	e->escape = 0;
	e->recall = 0;
	put_string(e, e->prompt);
}

/* The line got shorter: so is what was typed, unless some of it was lost. */
static void count_typed(struct line_edit *e)
{
	if (e->typed < LINE_EDIT_MAX || !e->len)
		e->typed = e->len;
}

static void insert(struct line_edit *e, char c)
{
	e->typed++;
	if (e->len + 1 >= LINE_EDIT_MAX)
		return; /* E3 */
	memmove(e->line + e->cursor + 1, e->line + e->cursor,
		e->len - e->cursor + 1);
	e->line[e->cursor++] = c;
	e->len++;
	put(e, &c, 1);
	if (e->cursor < e->len)
		redraw_tail(e);
}

/* Remove the @n characters before the cursor. */
static void erase_before(struct line_edit *e, size_t n)
{
	n = min(n, e->cursor);
	if (!n)
		return;
	memmove(e->line + e->cursor - n, e->line + e->cursor,
		e->len - e->cursor + 1);
	e->cursor -= n;
	e->len -= n;
	count_typed(e);
	put_backspaces(e, n);
	redraw_tail(e);
}

static void erase_at(struct line_edit *e)
{
	if (e->cursor == e->len)
		return;
	memmove(e->line + e->cursor, e->line + e->cursor + 1,
		e->len - e->cursor);
	e->len--;
	count_typed(e);
	redraw_tail(e);
}

static void erase_word(struct line_edit *e)
{
	size_t start = e->cursor;

	while (start && e->line[start - 1] == ' ')
		start--;
	while (start && e->line[start - 1] != ' ')
		start--;
	erase_before(e, e->cursor - start);
}

static void move_to(struct line_edit *e, size_t pos)
{
	if (pos > e->len)
		return;
	if (pos < e->cursor)
		put_backspaces(e, e->cursor - pos);
	else
		put(e, e->line + e->cursor, pos - e->cursor);
	e->cursor = pos;
}

static void set_line(struct line_edit *e, const char *text)
{
	strlcpy(e->line, text, sizeof(e->line));
	e->len = e->cursor = e->typed = strlen(e->line);
	redraw_all(e);
}

/* --- history ------------------------------------------------------------ */

static void history_add(struct line_edit *e)
{
	char *slot;

	if (!e->len)
		return;
	if (e->nr_history &&
	    !strcmp(e->history[(e->nr_history - 1) % LINE_EDIT_HISTORY],
		    e->line))
		return;
	slot = e->history[e->nr_history % LINE_EDIT_HISTORY];
	memcpy(slot, e->line, e->len + 1);
	e->nr_history++;
}

static void history_recall(struct line_edit *e, bool older)
{
	unsigned int kept =
		min_t(unsigned int, e->nr_history, LINE_EDIT_HISTORY);

	if (older ? e->recall == kept : !e->recall)
		return;
	if (!e->recall) {
		memcpy(e->half, e->line, e->len + 1);
		e->half_typed = e->typed;
	}
	e->recall += older ? 1 : -1u;
	if (e->recall) {
		set_line(e, e->history[(e->nr_history - e->recall) %
				       LINE_EDIT_HISTORY]);
	} else {
		set_line(e, e->half);
		e->typed = e->half_typed;
	}
}

/* --- completion --------------------------------------------------------- */

static size_t common_length(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] && a[n] == b[n])
		n++;
	return n;
}

/* Longer candidates are cut: the rest must be typed. */
#define CANDIDATE_BYTES 96

/* What all candidates that begin with the word have in common, copied to
 * @common: a candidate is valid only until the next one is asked for. */
static unsigned int complete_common(struct line_edit *e, const char *word,
				    size_t word_len, char *common)
{
	const char *c;
	unsigned int i, nr = 0;

	for (i = 0; (c = e->candidate(e->ctx, e->line, i)); i++) {
		if (strncmp(c, word, word_len))
			continue;
		if (!nr++)
			strlcpy(common, c, CANDIDATE_BYTES);
		else
			common[common_length(common, c)] = '\0';
	}
	return nr;
}

static void complete_list(struct line_edit *e, const char *word,
			  size_t word_len)
{
	const char *c;
	unsigned int i;

	put_string(e, "\r\n");
	for (i = 0; (c = e->candidate(e->ctx, e->line, i)); i++) {
		if (strncmp(c, word, word_len))
			continue;
		put_string(e, c);
		put_string(e, "  ");
	}
	put_string(e, "\r\n");
	redraw_all(e);
}

static void complete(struct line_edit *e)
{
	char common[CANDIDATE_BYTES];
	size_t start = e->cursor, word_len;
	unsigned int nr;

	if (!e->candidate || e->cursor != e->len)
		return;
	while (start && !strchr(" ;>", e->line[start - 1]))
		start--;
	word_len = e->cursor - start;
	nr = complete_common(e, e->line + start, word_len, common);
	if (!nr)
		return;
	if (nr > 1 && strlen(common) <= word_len) {
		complete_list(e, e->line + start, word_len);
		return;
	}
	while (word_len < strlen(common))
		insert(e, common[word_len++]);
	/* A directory: the word goes on behind it. */
	if (nr == 1 && common[strlen(common) - 1] != '/')
		insert(e, ' ');
}

/* --- keys --------------------------------------------------------------- */

static enum line_edit_result finish(struct line_edit *e)
{
	put_string(e, "\r\n");
	if (e->typed >= LINE_EDIT_MAX)
		return LINE_EDIT_TOO_LONG;
	history_add(e);
	return LINE_EDIT_DONE;
}

/* The last byte of an escape sequence. */
static void escape_end(struct line_edit *e, u8 byte)
{
	e->escape = 0;
	switch (byte) {
	case 'A': history_recall(e, true); break;
	case 'B': history_recall(e, false); break;
	case 'C': move_to(e, e->cursor + 1); break;
	case 'D': move_to(e, e->cursor ? e->cursor - 1 : 0); break;
	case 'H': move_to(e, 0); break;
	case 'F': move_to(e, e->len); break;
	case '~':
		if (e->escape_number == 3)
			erase_at(e);
		else if (e->escape_number == 1 || e->escape_number == 7)
			move_to(e, 0);
		else if (e->escape_number == 4 || e->escape_number == 8)
			move_to(e, e->len);
		break;
	default: break; /* a key we have no use for */
	}
}

static void escape_feed(struct line_edit *e, u8 byte)
{
	if (e->escape == 1) {
		e->escape = byte == '[' || byte == 'O' ? 2 : 0;
		e->escape_number = 0;
	} else if (byte >= '0' && byte <= '9') {
		e->escape_number = (e->escape_number * 10 + byte - '0') % 1000;
	} else if (byte != ';') {
		escape_end(e, byte);
	}
}

static void edit_key(struct line_edit *e, u8 byte)
{
	switch (byte) {
	case KEY_CTRL_A: move_to(e, 0); break;
	case KEY_CTRL_B: move_to(e, e->cursor ? e->cursor - 1 : 0); break;
	case KEY_CTRL_D: erase_at(e); break;
	case KEY_CTRL_E: move_to(e, e->len); break;
	case KEY_CTRL_F: move_to(e, e->cursor + 1); break;
	case KEY_BACKSPACE:
	case KEY_DELETE: erase_before(e, 1); break;
	case KEY_TAB: complete(e); break;
	case KEY_CTRL_K:
		e->line[e->cursor] = '\0';
		e->len = e->cursor;
		count_typed(e);
		redraw_tail(e);
		break;
	case KEY_CTRL_L: redraw_all(e); break;
	case KEY_CTRL_N: history_recall(e, false); break;
	case KEY_CTRL_P: history_recall(e, true); break;
	case KEY_CTRL_U: erase_before(e, e->cursor); break;
	case KEY_CTRL_W: erase_word(e); break;
	case KEY_ESCAPE: e->escape = 1; break;
	default:
		if (isprint(byte))
			insert(e, (char)byte);
		break; /* other control characters and bytes above 126: E2 */
	}
}

enum line_edit_result line_edit_feed(struct line_edit *e, u8 byte)
{
	if (byte == KEY_RETURN || byte == KEY_NEWLINE)
		return finish(e);
	if (byte == KEY_CTRL_C) {
		put_string(e, "^C\r\n");
		return LINE_EDIT_CANCEL;
	}
	if (byte == KEY_CTRL_D && !e->len && !e->escape) {
		put_string(e, "\r\n");
		return LINE_EDIT_EOF;
	}
	if (e->escape)
		escape_feed(e, byte);
	else
		edit_key(e, byte);
	return LINE_EDIT_MORE;
}
