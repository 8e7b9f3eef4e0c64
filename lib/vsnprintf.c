/* SPDX-License-Identifier: MIT */
/*
 * vsnprintf.c - formatted text into a buffer of known size
 *
 * A format is walked once. Each conversion is parsed into a struct fmt_spec,
 * its argument is fetched, and the text goes to a struct fmt_out, the only
 * place that writes to the caller's buffer. The sink counts what it is given
 * whether there is room or not, which makes the C99 result, and fills blanks
 * and zeros by arithmetic: a width of two thousand million costs no time.
 *
 * Numbers are made backwards in a small array. Decimal digits of a 64-bit
 * number come off nine at a time, so there is one wide division for each 10^9
 * and all others are 32 bits wide.
 *
 * Invariants:
 *   V1  no byte at or behind buf + size is written, and if size is not 0 the
 *       text ends in NUL
 *   V2  len is what an endless buffer would hold, held at INT_MAX
 *   V3  no argument is fetched whose type the format does not name: behind an
 *       unknown conversion nothing is fetched at all
 *
 * Where C99 and Linux differ, it is as on Linux: 0x stands before a 0 too, a 0 is
 * a digit even with a precision of 0, zeros fill the width in spite of a
 * precision, and the 0 of an octal number comes on top of them.
 *
 * Locking: none. The state, who knows symbols and who knows gfp words, is two
 * pointers. Stack: about 450 bytes, those two not counted; 150 more for each
 * level of %pV, and %pGg has 400 of its own.
 *
 * Not here: floating point, %n, wide characters.
 */
#include <kernel/bitmap.h>
#include <kernel/ctype.h>
#include <kernel/err.h>
#include <kernel/errno.h>
#include <kernel/export.h>
#include <kernel/ioport.h>
#include <kernel/math64.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <kernel/vsnprintf.h>

/* 64 bits in octal, the longest: 22 digits. */
#define FMT_DIGITS_MAX 22
#define FMT_POINTER_DIGITS ((int)(2 * sizeof(void *)))
/* Lowmem and all of 4 GiB line up; what lies above shows its length. */
#define FMT_PHYS_DIGITS 8
/* A dump of more than a few lines of %*ph is a bug of the caller. */
#define FMT_HEX_BYTES_MAX 64
/* name+0xoffset/0xsize; longer names are cut. */
#define FMT_SYMBOL_MAX 128
/* "[mem 0x0123456789abcdef-0x0123456789abcdef 64bit pref window disabled]" */
#define FMT_RESOURCE_MAX 80
/* The longest is -ENAMETOOLONG. */
#define FMT_ERROR_CHARS 24
/* All words of a request at once. */
#define FMT_GFP_MAX 400
#define FMT_MAC_BYTES 6
/* Page 0 is never mapped, and the last page is where error numbers lie. */
#define FMT_BAD_POINTERS 4096ul

enum fmt_flag {
	FMT_LEFT = 1 << 0, /* - */
	FMT_PLUS = 1 << 1, /* + */
	FMT_SPACE = 1 << 2, /* blank */
	FMT_SPECIAL = 1 << 3, /* # */
	FMT_ZERO = 1 << 4, /* 0 */
	FMT_WIDTH = 1 << 5, /* a width stands there, perhaps 0 */
};

enum fmt_length {
	FMT_CHAR, /* hh */
	FMT_SHORT, /* h */
	FMT_INT,
	FMT_LONG, /* l, z, t: all as wide as a pointer */
	FMT_LONG_LONG, /* ll, L */
};

static_assert(sizeof(size_t) == sizeof(long), "z and t are fetched as long");
static_assert(sizeof(ptrdiff_t) == sizeof(long), "z and t fetched as long");

/* One conversion, as parsed. */
struct fmt_spec {
	unsigned int flags; /* enum fmt_flag */
	int width; /* 0: none */
	int precision; /* -1: none */
	enum fmt_length length;
};

struct fmt_out {
	char *buf;
	size_t size; /* at most INT_MAX */
	size_t len; /* V2 */
};

/* A va_list is an array on some machines: in a struct it can be passed on. */
struct fmt_args {
	va_list ap;
};

static vsnprintf_symbolizer *fmt_symbolizer;
static vsnprintf_gfp_words *fmt_gfp_words;

vsnprintf_symbolizer *vsnprintf_set_symbolizer(vsnprintf_symbolizer *fn)
{
	vsnprintf_symbolizer *before = fmt_symbolizer;

	WRITE_ONCE(fmt_symbolizer, fn);
	return before;
}

vsnprintf_gfp_words *vsnprintf_set_gfp_words(vsnprintf_gfp_words *fn)
{
	vsnprintf_gfp_words *before = fmt_gfp_words;

	WRITE_ONCE(fmt_gfp_words, fn);
	return before;
}

/* How many of @n bytes still fit; the place for the NUL counts as room. */
static size_t fmt_room(const struct fmt_out *out, size_t n)
{
	size_t room = out->len < out->size ? out->size - out->len : 0;

	return min(n, room);
}

static void fmt_advance(struct fmt_out *out, size_t n)
{
	out->len = n < INT_MAX - out->len ? out->len + n : INT_MAX;
}

static void fmt_put(struct fmt_out *out, const char *text, size_t n)
{
	size_t room = fmt_room(out, n);

	if (room)
		memcpy(out->buf + out->len, text, room);
	fmt_advance(out, n);
}

/* @n may be negative: a padding that is already used up. */
static void fmt_fill(struct fmt_out *out, char c, int n)
{
	size_t room;

	if (n <= 0)
		return;
	room = fmt_room(out, (size_t)n);
	if (room)
		memset(out->buf + out->len, c, room);
	fmt_advance(out, (size_t)n);
}

/* @n characters (0 or more), with blanks up to the width. */
static void fmt_padded(struct fmt_out *out, const struct fmt_spec *spec,
		       const char *text, size_t n)
{
	int pad = n < (size_t)spec->width ? spec->width - (int)n : 0;

	if (!(spec->flags & FMT_LEFT))
		fmt_fill(out, ' ', pad);
	fmt_put(out, text, n);
	if (spec->flags & FMT_LEFT)
		fmt_fill(out, ' ', pad);
}

/* Write the digits of @v backwards from @p; none for 0. Return: the first. */
static char *fmt_decimal(char *p, u64 v)
{
	u32 low;

	while (v >> 32) {
		u32 nine;
		int i;

		v = div_u64_rem(v, 1000000000, &nine);
		for (i = 0; i < 9; i++) {
			*--p = (char)('0' + nine % 10);
			nine /= 10;
		}
	}
	for (low = (u32)v; low; low /= 10)
		*--p = (char)('0' + low % 10);
	return p;
}

/* The same for 8 (@shift 3) and 16 (@shift 4). */
static char *fmt_shifted(char *p, u64 v, unsigned int shift, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";

	for (; v; v >>= shift)
		*--p = digits[(unsigned int)v & ((1u << shift) - 1)];
	return p;
}

/*
 * Sign or 0x, zeros, digits, padded to the width. @conv is d for a sign in
 * @prefix, or one of u o x X.
 */
static void fmt_number(struct fmt_out *out, const struct fmt_spec *spec,
		       char conv, const char *prefix, u64 v)
{
	char digits[FMT_DIGITS_MAX];
	char *end = digits + sizeof(digits);
	char *first;
	int prefix_len = (int)strlen(prefix);
	int len, zeros, pad;

	if (conv == 'o')
		first = fmt_shifted(end, v, 3, false);
	else if (conv == 'x' || conv == 'X')
		first = fmt_shifted(end, v, 4, conv == 'X');
	else
		first = fmt_decimal(end, v);
	len = (int)(end - first);

	/* One digit, or what the precision says; more fill the width. */
	zeros = max(spec->precision, 1) - len;
	if ((spec->flags & FMT_ZERO) && !(spec->flags & FMT_LEFT))
		zeros = max(zeros, spec->width - prefix_len - len);
	zeros = max(zeros, 0);

	/* All three terms are small or at most INT_MAX: no overflow. */
	pad = spec->width - prefix_len - len;
	pad = pad > zeros ? pad - zeros : 0;
	if (!(spec->flags & FMT_LEFT))
		fmt_fill(out, ' ', pad);
	fmt_put(out, prefix, (size_t)prefix_len);
	fmt_fill(out, '0', zeros);
	fmt_put(out, first, (size_t)len);
	if (spec->flags & FMT_LEFT)
		fmt_fill(out, ' ', pad);
}

static u64 fmt_fetch_signed(enum fmt_length length, struct fmt_args *args)
{
	switch (length) {
	case FMT_CHAR: return (u64)(signed char)va_arg(args->ap, int);
	case FMT_SHORT: return (u64)(short)va_arg(args->ap, int);
	case FMT_INT: return (u64)va_arg(args->ap, int);
	case FMT_LONG: return (u64)va_arg(args->ap, long);
	case FMT_LONG_LONG: break;
	}
	return (u64)va_arg(args->ap, long long);
}

static u64 fmt_fetch_unsigned(enum fmt_length length, struct fmt_args *args)
{
	switch (length) {
	case FMT_CHAR: return (unsigned char)va_arg(args->ap, unsigned int);
	case FMT_SHORT: return (unsigned short)va_arg(args->ap, unsigned int);
	case FMT_INT: return va_arg(args->ap, unsigned int);
	case FMT_LONG: return va_arg(args->ap, unsigned long);
	case FMT_LONG_LONG: break;
	}
	return va_arg(args->ap, unsigned long long);
}

static void fmt_signed(struct fmt_out *out, const struct fmt_spec *spec,
		       struct fmt_args *args)
{
	u64 v = fmt_fetch_signed(spec->length, args);
	const char *sign = "";

	if ((s64)v < 0) {
		sign = "-";
		v = 0 - v;
	} else if (spec->flags & FMT_PLUS) {
		sign = "+";
	} else if (spec->flags & FMT_SPACE) {
		sign = " ";
	}
	fmt_number(out, spec, 'd', sign, v);
}

static void fmt_unsigned(struct fmt_out *out, const struct fmt_spec *spec,
			 char conv, struct fmt_args *args)
{
	u64 v = fmt_fetch_unsigned(spec->length, args);
	const char *prefix = "";

	if (spec->flags & FMT_SPECIAL) {
		if (conv == 'x')
			prefix = "0x";
		else if (conv == 'X')
			prefix = "0X";
		else if (conv == 'o' && v)
			prefix = "0";
	}
	fmt_number(out, spec, conv, prefix, v);
}

/* What to print for a pointer that must not be followed; NULL: it may be. */
static const char *fmt_bad_pointer(const void *ptr)
{
	unsigned long addr = (unsigned long)ptr;

	if (!ptr)
		return "(null)";
	return addr < FMT_BAD_POINTERS || addr > -FMT_BAD_POINTERS ?
		       "(efault)" :
		       NULL;
}

static void fmt_string(struct fmt_out *out, const struct fmt_spec *spec,
		       const char *s)
{
	const char *bad = fmt_bad_pointer(s);

	if (bad)
		s = bad;
	fmt_padded(out, spec, s,
		   spec->precision < 0 ? strlen(s) :
					 strnlen(s, (size_t)spec->precision));
}

/* An address in hex with at least @digits digits, behind @prefix. */
static void fmt_address(struct fmt_out *out, const struct fmt_spec *spec,
			const char *prefix, u64 addr, int digits)
{
	struct fmt_spec hex = *spec;

	hex.precision = digits;
	fmt_number(out, &hex, 'x', prefix, addr);
}

/* %p: all digits, if no width says otherwise. */
static void fmt_plain_pointer(struct fmt_out *out, const struct fmt_spec *spec,
			      const void *ptr)
{
	struct fmt_spec hex = *spec;

	if (!(spec->flags & FMT_WIDTH)) {
		hex.flags |= FMT_ZERO;
		hex.width = FMT_POINTER_DIGITS;
	}
	fmt_number(out, &hex, 'x', spec->flags & FMT_SPECIAL ? "0x" : "",
		   (unsigned long)ptr);
}

static void fmt_symbol(struct fmt_out *out, const struct fmt_spec *spec,
		       unsigned long addr, enum symbol_style style)
{
	vsnprintf_symbolizer *symbolize = READ_ONCE(fmt_symbolizer);
	char name[FMT_SYMBOL_MAX];

	if (symbolize && symbolize(name, sizeof(name), addr, style) > 0)
		fmt_padded(out, spec, name, strnlen(name, sizeof(name)));
	else
		fmt_address(out, spec, "0x", addr, FMT_POINTER_DIGITS);
}

/* @nr bytes from @first on, each @step behind the one before; @separator 0 puts
 * nothing between. */
static void fmt_hex_row(struct fmt_out *out, const u8 *first, int step, int nr,
			char separator)
{
	int i;

	for (i = 0; i < nr; i++) {
		u8 byte = first[i * step];
		char pair[2];

		pair[0] = "0123456789abcdef"[byte >> 4];
		pair[1] = "0123456789abcdef"[byte & 15];
		if (i && separator)
			fmt_fill(out, separator, 1);
		fmt_put(out, pair, sizeof(pair));
	}
}

/* %*pb: words of 32 bits, the highest first, as in /proc/irq. */
static void fmt_bitmap(struct fmt_out *out, const unsigned long *map, int nr)
{
	int left = nr;

	while (left > 0) {
		int bits = left % 32 ? left % 32 : 32;
		u64 word = 0;
		char digits[8];
		char *end = digits + sizeof(digits), *p;
		int i;

		for (i = 1; i <= bits; i++)
			word = word << 1 |
			       test_bit((unsigned long)(left - i), map);
		p = fmt_shifted(end, word, 4, false);
		fmt_fill(out, '0', (bits + 3) / 4 - (int)(end - p));
		fmt_put(out, p, (size_t)(end - p));
		left -= bits;
		fmt_fill(out, ',', left > 0);
	}
}

/* %*pbl: "0-3,7" */
static void fmt_bitmap_list(struct fmt_out *out, const unsigned long *map,
			    int nr)
{
	const struct fmt_spec plain = { .precision = -1 };
	unsigned long bits = (unsigned long)nr, start, end;
	bool first = true;

	for (start = find_first_bit(map, bits); start < bits;
	     start = find_next_bit(map, bits, end)) {
		end = find_next_zero_bit(map, bits, start);
		fmt_fill(out, ',', !first);
		first = false;
		fmt_number(out, &plain, 'u', "", start);
		if (end - start > 1)
			fmt_number(out, &plain, 'u', "-", end - 1);
	}
}

static noinline void fmt_gfp(struct fmt_out *out, const struct fmt_spec *spec,
			     unsigned int gfp)
{
	vsnprintf_gfp_words *words = READ_ONCE(fmt_gfp_words);
	char text[FMT_GFP_MAX];

	if (words)
		fmt_string(out, spec, words(gfp, text, sizeof(text)));
	else
		fmt_address(out, spec, "0x", gfp, 1);
}

/* What kind of range it is, and how its numbers are written. */
struct fmt_resource {
	unsigned long type; /* IORESOURCE_* */
	const char *word;
	const char *format; /* of one number, as unsigned long long */
};

static const struct fmt_resource *fmt_resource_kind(unsigned long flags)
{
	static const struct fmt_resource kinds[] = {
		{ IORESOURCE_IO, "io  ", "%#06llx" },
		{ IORESOURCE_MEM, "mem ", "%#010llx" },
		{ IORESOURCE_IRQ, "irq ", "%lld" },
		{ IORESOURCE_DMA, "dma ", "%lld" },
		{ IORESOURCE_BUS, "bus ", "%02llx" },
		{ 0, "??? ", "%#010llx" },
	};
	const struct fmt_resource *kind = kinds;

	while (kind->type && !(flags & kind->type))
		kind++;
	return kind;
}

/* %pR says what the flags mean, %pr gives their number; Linux's words. */
static void fmt_resource(struct fmt_out *out, const struct fmt_spec *spec,
			 const struct resource *r, bool decode)
{
	const struct fmt_resource *kind = fmt_resource_kind(r->flags);
	char text[FMT_RESOURCE_MAX];
	size_t size = sizeof(text);
	int n = scnprintf(text, size, "[%s", kind->word);

	/* Flags of what is not known mean nothing that is known. */
	decode = decode && kind->type;
	if (decode && r->flags & IORESOURCE_UNSET)
		n += scnprintf(text + n, size - (size_t)n, "size %#llx",
			       (u64)r->end - r->start + 1);
	else
		n += scnprintf(text + n, size - (size_t)n, kind->format,
			       (u64)r->start);
	if (r->start != r->end && !(decode && r->flags & IORESOURCE_UNSET)) {
		text[n++] = '-';
		n += scnprintf(text + n, size - (size_t)n, kind->format,
			       (u64)r->end);
	}
	if (!decode)
		n += scnprintf(text + n, size - (size_t)n, " flags %#lx",
			       r->flags);
	else
		n += scnprintf(text + n, size - (size_t)n, "%s%s%s%s",
			       r->flags & IORESOURCE_MEM_64 ? " 64bit" : "",
			       r->flags & IORESOURCE_PREFETCH ? " pref" : "",
			       r->flags & IORESOURCE_WINDOW ? " window" : "",
			       r->flags & IORESOURCE_DISABLED ? " disabled" :
								"");
	n += scnprintf(text + n, size - (size_t)n, "]");
	fmt_padded(out, spec, text, (size_t)n);
}

static void fmt_walk(struct fmt_out *out, const char *fmt,
		     struct fmt_args *args);

static void fmt_nested(struct fmt_out *out, const struct va_format *nested)
{
	struct fmt_args args;

	va_copy(args.ap, *nested->va);
	fmt_walk(out, nested->fmt, &args);
	va_end(args.ap);
}

/* An error's name with a minus, or its number. */
static void fmt_error(struct fmt_out *out, const struct fmt_spec *spec, int err)
{
	const char *name = errno_name(err);
	char text[FMT_ERROR_CHARS];

	if (name)
		snprintf(text, sizeof(text), "-%s", name);
	else
		snprintf(text, sizeof(text), "%d", err);
	fmt_padded(out, spec, text, strlen(text));
}

/* %ph: the width says how many bytes, one without. @p is behind the h. */
static const char *fmt_hex_bytes(struct fmt_out *out,
				 const struct fmt_spec *spec, const char *p,
				 const void *ptr)
{
	int nr = spec->flags & FMT_WIDTH ? spec->width : 1;
	char separator = ' ';

	switch (*p++) {
	case 'C': separator = ':'; break;
	case 'D': separator = '-'; break;
	case 'N': separator = '\0'; break;
	default: p--; break;
	}
	fmt_hex_row(out, ptr, 1, min(nr, FMT_HEX_BYTES_MAX), separator);
	return p;
}

/* %pM, %pm: a card's six bytes. @p is behind the @form. */
static const char *fmt_mac(struct fmt_out *out, const char *p, char form,
			   const u8 *bytes)
{
	char separator = form == 'm' ? '\0' : *p == 'F' ? '-' : ':';

	if (*p == 'R')
		fmt_hex_row(out, bytes + FMT_MAC_BYTES - 1, -1, FMT_MAC_BYTES,
			    separator);
	else
		fmt_hex_row(out, bytes, 1, FMT_MAC_BYTES, separator);
	return *p == 'R' || *p == 'F' ? p + 1 : p;
}

/*
 * Extensions that look at what @ptr points to; @p is behind the letter @form.
 * Return: behind all of it.
 */
static const char *fmt_pointed_to(struct fmt_out *out,
				  const struct fmt_spec *spec, char form,
				  const char *p, const void *ptr)
{
	switch (form) {
	case 'V': fmt_nested(out, ptr); return p;
	case 'R': fmt_resource(out, spec, ptr, true); return p;
	case 'r': fmt_resource(out, spec, ptr, false); return p;
	case 'h': return fmt_hex_bytes(out, spec, p, ptr);
	case 'M':
	case 'm': return fmt_mac(out, p, form, ptr);
	case 'b':
		if (*p == 'l') {
			fmt_bitmap_list(out, ptr, spec->width);
			return p + 1;
		}
		fmt_bitmap(out, ptr, spec->width);
		return p;
	case 'G': fmt_gfp(out, spec, *(const unsigned int *)ptr); return p + 1;
	default: /* a */
		fmt_address(out, spec, "0x", *(const phys_addr_t *)ptr,
			    FMT_PHYS_DIGITS);
		return *p == 'p' || *p == 'd' ? p + 1 : p;
	}
}

/* Behind an extension whose pointer is not followed, with its own letters. */
static const char *fmt_skip_letters(char form, const char *p)
{
	const char *more = form == 'h' ? "CDN" :
			   form == 'M' ? "FR" :
			   form == 'm' ? "R" :
			   form == 'b' ? "l" :
			   form == 'a' ? "pd" :
			   form == 'G' ? "g" :
					 "";

	return *p && strchr(more, *p) ? p + 1 : p;
}

/* @p is behind the p. Return: behind the extension, if there is one. */
static const char *fmt_pointer(struct fmt_out *out, const struct fmt_spec *spec,
			       const char *p, const void *ptr)
{
	unsigned long addr = (unsigned long)ptr;
	char form = *p;

	if ((form && strchr("VRrhMmba", form)) ||
	    (form == 'G' && p[1] == 'g')) {
		const char *bad = fmt_bad_pointer(ptr);

		if (!bad)
			return fmt_pointed_to(out, spec, form, p + 1, ptr);
		fmt_string(out, spec, ptr);
		return fmt_skip_letters(form, p + 1);
	}
	switch (form) {
	case 'S':
		fmt_symbol(out, spec, addr, SYMBOL_OFFSET);
		return p[1] == 'R' ? p + 2 : p + 1;
	case 's': fmt_symbol(out, spec, addr, SYMBOL_NAME); return p + 1;
	case 'B': fmt_symbol(out, spec, addr, SYMBOL_RETURN); return p + 1;
	case 'e':
		if (IS_ERR(ptr))
			fmt_error(out, spec, (int)PTR_ERR(ptr));
		else
			fmt_plain_pointer(out, spec, ptr);
		return p + 1;
	case 'K':
	case 'x': p++; break;
	default: break;
	}
	fmt_plain_pointer(out, spec, ptr);
	return p;
}

static const char *fmt_parse_flags(const char *p, struct fmt_spec *spec)
{
	for (;; p++) {
		switch (*p) {
		case '-': spec->flags |= FMT_LEFT; break;
		case '+': spec->flags |= FMT_PLUS; break;
		case ' ': spec->flags |= FMT_SPACE; break;
		case '#': spec->flags |= FMT_SPECIAL; break;
		case '0': spec->flags |= FMT_ZERO; break;
		default: return p;
		}
	}
}

/* Digits (none: 0) or a *; too large a number is held at INT_MAX. */
static const char *fmt_parse_count(const char *p, int *count,
				   struct fmt_args *args)
{
	int n = 0;

	if (*p == '*') {
		*count = va_arg(args->ap, int);
		return p + 1;
	}
	for (; isdigit(*p); p++) {
		int digit = *p - '0';

		n = n > (INT_MAX - digit) / 10 ? INT_MAX : n * 10 + digit;
	}
	*count = n;
	return p;
}

static const char *fmt_parse_length(const char *p, struct fmt_spec *spec)
{
	spec->length = FMT_INT;
	switch (*p) {
	case 'h':
		spec->length = p[1] == 'h' ? FMT_CHAR : FMT_SHORT;
		return p[1] == 'h' ? p + 2 : p + 1;
	case 'l':
		spec->length = p[1] == 'l' ? FMT_LONG_LONG : FMT_LONG;
		return p[1] == 'l' ? p + 2 : p + 1;
	case 'L': spec->length = FMT_LONG_LONG; return p + 1;
	case 'z':
	case 'Z': /* before z was a standard */
	case 't': spec->length = FMT_LONG; return p + 1;
	default: return p;
	}
}

/* All between the % and the letter. Return: the letter's place. */
static const char *fmt_parse_spec(const char *p, struct fmt_spec *spec,
				  struct fmt_args *args)
{
	spec->flags = 0;
	p = fmt_parse_flags(p, spec);
	if (*p == '*' || isdigit(*p))
		spec->flags |= FMT_WIDTH;
	p = fmt_parse_count(p, &spec->width, args);
	if (spec->width < 0) {
		spec->flags |= FMT_LEFT;
		/* -INT_MIN is no int. */
		spec->width = -max(spec->width, -INT_MAX);
	}
	spec->precision = -1;
	if (*p == '.') {
		p = fmt_parse_count(p + 1, &spec->precision, args);
		spec->precision = max(spec->precision, -1);
	}
	return fmt_parse_length(p, spec);
}

/*
 * Do the conversion behind the % at @percent. Return: behind it, or NULL if it
 * is unknown; then nothing was put.
 */
static const char *fmt_convert(struct fmt_out *out, const char *percent,
			       struct fmt_args *args)
{
	struct fmt_spec spec;
	const char *p = fmt_parse_spec(percent + 1, &spec, args);
	char c = *p;

	switch (c) {
	case 'd':
	case 'i': fmt_signed(out, &spec, args); break;
	case 'u':
	case 'o':
	case 'x':
	case 'X': fmt_unsigned(out, &spec, c, args); break;
	case 's': fmt_string(out, &spec, va_arg(args->ap, char *)); break;
	case 'p':
		return fmt_pointer(out, &spec, p + 1, va_arg(args->ap, void *));
	case 'c': c = (char)va_arg(args->ap, int); fallthrough;
	case '%': fmt_padded(out, &spec, &c, 1); break;
	default: return NULL;
	}
	return p + 1;
}

static void fmt_walk(struct fmt_out *out, const char *fmt,
		     struct fmt_args *args)
{
	for (;;) {
		size_t plain = strcspn(fmt, "%");
		const char *next;

		fmt_put(out, fmt, plain);
		fmt += plain;
		if (!*fmt)
			return;
		next = fmt_convert(out, fmt, args);
		if (!next) {
			fmt_put(out, fmt, strlen(fmt)); /* V3 */
			return;
		}
		fmt = next;
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct fmt_out out = { buf, size > INT_MAX ? 0 : size, 0 };
	struct fmt_args args;

	va_copy(args.ap, ap);
	fmt_walk(&out, fmt, &args);
	va_end(args.ap);
	if (out.size)
		buf[min(out.len, out.size - 1)] = '\0'; /* V1 */
	return (int)out.len;
}
EXPORT_SYMBOL(vsnprintf);

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	int len = vsnprintf(buf, size, fmt, args);

	/* Above INT_MAX vsnprintf() has written nothing. */
	if (!size || size > INT_MAX)
		return 0;
	return (size_t)len < size ? len : (int)size - 1;
}
EXPORT_SYMBOL(vscnprintf);

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(snprintf);

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(scnprintf);

int vsprintf(char *buf, const char *fmt, va_list args)
{
	return vsnprintf(buf, INT_MAX, fmt, args);
}
EXPORT_SYMBOL(vsprintf);

int sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsprintf(buf, fmt, args);
	va_end(args);
	return len;
}
EXPORT_SYMBOL(sprintf);
