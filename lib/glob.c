/* SPDX-License-Identifier: MIT */
/*
 * glob.c - matching names against patterns
 *
 * One walk over the text with a single place to return to. Each * remembers
 * where it stands in the pattern and how much of the text it has eaten; when a
 * later character does not fit, the last * eats one more and the walk goes on
 * behind it. An earlier * need never be tried again: whatever lies between two
 * stars has matched at its leftmost place, and leftmost leaves most to match.
 *
 * Locking: none, no state.
 */
#include <kernel/glob.h>
#include <kernel/string.h>

/*
 * Match @c with the class whose [ is at @pat. Return: the character behind its
 * ], or NULL if the class is never closed.
 */
static const u8 *glob_class(const u8 *pat, u8 c, bool *fits)
{
	bool invert = pat[1] == '!';
	bool found = false;
	const u8 *p = pat + 1 + invert;

	/* A ] that comes first is a member. */
	do {
		u8 low = *p++;
		u8 high = low;

		if (!low)
			return NULL;
		if (p[0] == '-' && p[1] && p[1] != ']') {
			high = p[1];
			p += 2;
		}
		if (low <= c && c <= high)
			found = true;
	} while (*p != ']');
	*fits = found != invert;
	return p + 1;
}

/*
 * Match one character of text with the one element of the pattern at @pat,
 * which is no star. Return: the pattern behind it, NULL if it does not fit.
 */
static const u8 *glob_one(const u8 *pat, u8 c)
{
	const u8 *behind;
	bool fits;

	switch (*pat) {
	case '\0': return NULL;
	case '?': return pat + 1;
	case '[':
		behind = glob_class(pat, c, &fits);
		if (behind)
			return fits ? behind : NULL;
		break;
	case '\\':
		if (pat[1])
			pat++;
		break;
	default: break;
	}
	return *pat == c ? pat + 1 : NULL;
}

bool glob_match(const char *pattern, const char *text)
{
	const u8 *pat = (const u8 *)pattern;
	const u8 *str = (const u8 *)text;
	const u8 *star_pat = NULL; /* behind the last star met */
	const u8 *star_str = NULL; /* the text that it has not eaten */

	while (*str) {
		const u8 *next;

		if (*pat == '*') {
			star_pat = ++pat;
			star_str = str;
			continue;
		}
		next = glob_one(pat, *str);
		if (next) {
			pat = next;
			str++;
		} else if (star_pat) {
			pat = star_pat;
			str = ++star_str;
		} else {
			return false;
		}
	}
	while (*pat == '*')
		pat++;
	return !*pat;
}

/* The pattern that ends at a comma or with @list, into @pat. Return: its length;
 * one that has no room matches nothing. */
static size_t glob_list_item(const char *list, char *pat, size_t size)
{
	size_t len = strcspn(list, ",");

	pat[0] = '\0';
	if (len < size) {
		memcpy(pat, list, len);
		pat[len] = '\0';
	}
	return len;
}

bool glob_list_match(const char *list, const char *name, const char *other)
{
	bool matches = *list == '-';
	char pat[GLOB_LIST_ITEM];

	for (;;) {
		bool out = *list == '-';

		list += out;
		list += glob_list_item(list, pat, sizeof(pat));
		if (glob_match(pat, name) || glob_match(pat, other))
			matches = !out;
		if (!*list++)
			return matches;
	}
}
