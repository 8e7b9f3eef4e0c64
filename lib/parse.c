/* SPDX-License-Identifier: MIT */
/*
 * parse.c - numbers, sizes and command lines from text that nobody vouches for
 *
 * Everything here is a single walk from left to right over a NUL-terminated
 * text. Where a character decides together with those behind it (0x, \", \\\"),
 * they are compared one after the other, so that the NUL ends the comparison.
 *
 * Numbers are collected in 64 bits, digit by digit, in two 32-bit halves: the
 * carry out of the upper half tells the overflow without a wide division.
 *
 * The command line reaches us in three spellings, because boot loaders quote:
 * GRUB takes the marks off its script's words, wraps a word with blanks in "",
 * and puts a backslash before each \ ' and "; but words that come from a GRUB
 * variable were split at their blanks before and only get the backslashes. So
 * a \" outside of a quotation can only be an escaped mark, and opens one that
 * only another \" ends.
 *
 * Invariants:
 *   A1  nothing behind the NUL of the text is read
 *   A2  cmdline_next() writes below buf + size only, and leaves there a key
 *       and, if there is a value, a second string, both ended
 *   A3  a result is written only when the function reports success
 *
 * Locking: none, no state.
 */
#include <kernel/ctype.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/parse.h>
#include <kernel/string.h>

#define PARSE_BASE_MAX 36
/* What memparse() gives for a size beyond 64 bits. */
#define PARSE_TOO_LARGE U64_MAX

/* What parse_digits() found. */
struct parse_number {
	u64 value; /* meaningless after an overflow */
	bool overflow;
	const char *end; /* behind the last digit; the start if there is none */
};

/* Resolve base 0 and skip 0x. A lone 0x is the number 0 and an x behind it. */
static const char *parse_prefix(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && tolower(s[1]) == 'x' && isxdigit(s[2]);

	if (*base == 0)
		*base = hex ? 16 : s[0] == '0' ? 8 : 10;
	return *base == 16 && hex ? s + 2 : s;
}

/* Return: the digit's value; one too large for any base if it is none. */
static unsigned int parse_digit(int c)
{
	if (isdigit(c))
		return (unsigned int)(c - '0');
	if (isalpha(c))
		return (unsigned int)(tolower(c) - 'a' + 10);
	return PARSE_BASE_MAX;
}

/* v * base + digit. Return: false if that takes more than 64 bits. */
static bool parse_append(u64 *v, unsigned int base, unsigned int digit)
{
	u64 low = (*v & U32_MAX) * base + digit;
	u64 high = (*v >> 32) * base + (low >> 32);

	*v = high << 32 | (low & U32_MAX);
	return !(high >> 32);
}

/* @base is 2 .. 36. All digits are taken, however large the number grows. */
static void parse_digits(const char *s, unsigned int base,
			 struct parse_number *num)
{
	unsigned int digit;

	num->value = 0;
	num->overflow = false;
	while ((digit = parse_digit(*s)) < base) {
		if (!parse_append(&num->value, base, digit))
			num->overflow = true;
		s++;
	}
	num->end = s;
}

/* Digits to the end of the string, no sign. */
static int parse_whole(const char *s, unsigned int base, u64 *res)
{
	struct parse_number num;

	if (base == 1 || base > PARSE_BASE_MAX)
		return -EINVAL;
	s = parse_prefix(s, &base);
	parse_digits(s, base, &num);
	if (num.end == s)
		return -EINVAL;
	if (num.overflow)
		return -ERANGE;
	if (*num.end == '\n')
		num.end++;
	if (*num.end)
		return -EINVAL;
	*res = num.value;
	return 0;
}

unsigned long long simple_strtoull(const char *s, char **end, unsigned int base)
{
	struct parse_number num;

	s = parse_prefix(s, &base);
	parse_digits(s, base, &num);
	if (end)
		*end = (char *)num.end;
	return num.value;
}
EXPORT_SYMBOL(simple_strtoull);

long long simple_strtoll(const char *s, char **end, unsigned int base)
{
	if (*s == '-')
		return -(long long)simple_strtoull(s + 1, end, base);
	return (long long)simple_strtoull(s, end, base);
}
EXPORT_SYMBOL(simple_strtoll);

unsigned long simple_strtoul(const char *s, char **end, unsigned int base)
{
	return (unsigned long)simple_strtoull(s, end, base);
}
EXPORT_SYMBOL(simple_strtoul);

long simple_strtol(const char *s, char **end, unsigned int base)
{
	return (long)simple_strtoll(s, end, base);
}
EXPORT_SYMBOL(simple_strtol);

int kstrtoull(const char *s, unsigned int base, unsigned long long *res)
{
	return parse_whole(*s == '+' ? s + 1 : s, base, res);
}
EXPORT_SYMBOL(kstrtoull);

int kstrtoll(const char *s, unsigned int base, long long *res)
{
	bool negative = *s == '-';
	/* The lowest number is one further from 0 than the highest. */
	u64 limit = (U64_MAX >> 1) + negative;
	u64 v;
	int err;

	err = negative ? parse_whole(s + 1, base, &v) : kstrtoull(s, base, &v);
	if (err)
		return err;
	if (v > limit)
		return -ERANGE;
	*res = (long long)(negative ? 0 - v : v);
	return 0;
}
EXPORT_SYMBOL(kstrtoll);

int kstrtoul(const char *s, unsigned int base, unsigned long *res)
{
	unsigned long long v;
	int err = kstrtoull(s, base, &v);

	if (err)
		return err;
	if (v > ULONG_MAX)
		return -ERANGE;
	*res = (unsigned long)v;
	return 0;
}
EXPORT_SYMBOL(kstrtoul);

int kstrtol(const char *s, unsigned int base, long *res)
{
	long long v;
	int err = kstrtoll(s, base, &v);

	if (err)
		return err;
	if (v != (long)v)
		return -ERANGE;
	*res = (long)v;
	return 0;
}
EXPORT_SYMBOL(kstrtol);

/* A narrower type: what does not come back the same does not fit. */
#define KSTRTO(name, type, wide, parse)                       \
	int name(const char *s, unsigned int base, type *res) \
	{                                                     \
		wide v;                                       \
		int err = parse(s, base, &v);                 \
                                                              \
		if (err)                                      \
			return err;                           \
		if (v != (type)v)                             \
			return -ERANGE;                       \
		*res = (type)v;                               \
		return 0;                                     \
	}                                                     \
	EXPORT_SYMBOL(name)

KSTRTO(kstrtouint, unsigned int, unsigned long long, kstrtoull);
KSTRTO(kstrtoint, int, long long, kstrtoll);
KSTRTO(kstrtou16, u16, unsigned long long, kstrtoull);
KSTRTO(kstrtos16, s16, long long, kstrtoll);
KSTRTO(kstrtou8, u8, unsigned long long, kstrtoull);
KSTRTO(kstrtos8, s8, long long, kstrtoll);

int kstrtobool(const char *s, bool *res)
{
	int c = tolower(*s);

	/* "on" and "off" differ in their second letter. */
	if (c == 'o')
		c = tolower(s[1]) == 'n' ? 'y' : tolower(s[1]) == 'f' ? 'n' : c;
	switch (c) {
	case 'y':
	case 't':
	case '1': *res = true; return 0;
	case 'n':
	case 'f':
	case '0': *res = false; return 0;
	default: return -EINVAL;
	}
}
EXPORT_SYMBOL(kstrtobool);

/* How many times 1024 the suffix @c stands for; 0 if it is none. */
static unsigned int parse_suffix(int c)
{
	static const char suffixes[] = "kmgtpe";
	const char *found = c ? strchr(suffixes, tolower(c)) : NULL;

	return found ? (unsigned int)(found - suffixes) + 1 : 0;
}

unsigned long long memparse(const char *s, char **end)
{
	struct parse_number num;
	unsigned int base = 0;
	const char *digits = parse_prefix(s, &base);
	unsigned int power;

	parse_digits(digits, base, &num);
	if (num.end == digits) {
		if (end)
			*end = (char *)s;
		return 0;
	}
	power = parse_suffix(*num.end);
	if (end)
		*end = (char *)num.end + (power ? 1 : 0);
	for (; power; power--) {
		if (!parse_append(&num.value, 1024, 0))
			num.overflow = true;
	}
	return num.overflow ? PARSE_TOO_LARGE : num.value;
}
EXPORT_SYMBOL(memparse);

int get_option_int(const char **p, int *value)
{
	struct parse_number num;
	bool negative = **p == '-';
	unsigned int base = 0;
	const char *digits = parse_prefix(*p + negative, &base);

	parse_digits(digits, base, &num);
	if (num.end == digits || num.overflow ||
	    num.value > (u64)INT_MAX + negative)
		return 0;
	*value = (int)(negative ? 0 - num.value : num.value);
	*p = num.end;
	if (*num.end != ',')
		return 1;
	(*p)++;
	return 2;
}

/* Which kind of quotation we are in, named after the mark that ends it. */
enum cmdline_quote {
	CMDLINE_BARE, /* none: white space ends the word */
	CMDLINE_PLAIN, /* " */
	CMDLINE_ESCAPED, /* \" */
};

/* cmdline_token() met a quotation mark, which is no part of the word. */
#define CMDLINE_MARK (-1)

/*
 * Decode the backslash at @p. Return: characters used; *@c is what they mean.
 */
static unsigned int cmdline_backslash(const char *p, enum cmdline_quote *quote,
				      int *c)
{
	*c = p[1];
	if (p[1] == '\'')
		return 2;
	if (p[1] == '"' && *quote != CMDLINE_PLAIN) {
		*quote = *quote == CMDLINE_BARE ? CMDLINE_ESCAPED :
						  CMDLINE_BARE;
		*c = CMDLINE_MARK;
		return 2;
	}
	if ((p[1] == '"' || p[1] == '\\') && *quote == CMDLINE_PLAIN)
		return 2;
	if (p[1] == '\\' && *quote == CMDLINE_ESCAPED) {
		/* \\\" and \\\\ were \" and \\ before they were escaped. */
		if (p[2] == '\\' && (p[3] == '"' || p[3] == '\\')) {
			*c = p[3];
			return 4;
		}
		return 2;
	}
	*c = '\\';
	return 1;
}

/* Decode what is at @p, which is not the end. Results as above. */
static unsigned int cmdline_token(const char *p, enum cmdline_quote *quote,
				  int *c)
{
	if (*p == '\\')
		return cmdline_backslash(p, quote, c);
	*c = (unsigned char)*p;
	if (*p == '"' && *quote != CMDLINE_ESCAPED) {
		*quote = *quote == CMDLINE_BARE ? CMDLINE_PLAIN : CMDLINE_BARE;
		*c = CMDLINE_MARK;
	}
	return 1;
}

/* Put @c at @pos if it and a NUL fit. Return: the position behind. */
static size_t cmdline_put(struct cmdline_word *w, size_t pos, int c)
{
	if (w->size < 2 || pos > w->size - 2) {
		w->truncated = true;
		return pos;
	}
	/* The first = ends the key and begins the value. */
	if (c == '=' && !w->value) {
		w->value = w->buf + pos + 1;
		c = '\0';
	}
	w->buf[pos] = (char)c;
	return pos + 1;
}

const char *cmdline_next(const char *p, struct cmdline_word *w)
{
	enum cmdline_quote quote = CMDLINE_BARE;
	size_t pos = 0;

	w->key = w->size ? w->buf : "";
	w->value = NULL;
	w->truncated = false;
	w->unterminated = false;
	p = skip_spaces(p);
	if (!*p)
		p = NULL;
	while (p && *p && (quote != CMDLINE_BARE || !isspace(*p))) {
		int c;

		p += cmdline_token(p, &quote, &c);
		if (c != CMDLINE_MARK)
			pos = cmdline_put(w, pos, c);
	}
	w->unterminated = quote != CMDLINE_BARE;
	if (w->size)
		w->buf[pos] = '\0'; /* A2 */
	return p;
}
