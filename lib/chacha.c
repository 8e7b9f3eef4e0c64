/* SPDX-License-Identifier: MIT */
/* chacha.c - the ChaCha20 block function (RFC 8439, section 2.3) */
#include <kernel/chacha.h>
#include <kernel/string.h>

#define DOUBLE_ROUNDS 10u

static u32 rotate_left(u32 v, unsigned int n)
{
	return v << n | v >> (32 - n);
}

static void quarter_round(u32 *x, unsigned int a, unsigned int b,
			  unsigned int c, unsigned int d)
{
	x[a] += x[b];
	x[d] = rotate_left(x[d] ^ x[a], 16);
	x[c] += x[d];
	x[b] = rotate_left(x[b] ^ x[c], 12);
	x[a] += x[b];
	x[d] = rotate_left(x[d] ^ x[a], 8);
	x[c] += x[d];
	x[b] = rotate_left(x[b] ^ x[c], 7);
}

/* Columns, then diagonals of the four by four words. */
static void double_round(u32 *x)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		quarter_round(x, i, i + 4, i + 8, i + 12);
	for (i = 0; i < 4; i++)
		quarter_round(x, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4,
			      12 + (i + 3) % 4);
}

void chacha_init(u32 state[CHACHA_STATE_WORDS], const u32 key[CHACHA_KEY_WORDS])
{
	/* "expand 32-byte k" */
	static const u32 constants[4] = { 0x61707865, 0x3320646e, 0x79622d32,
					  0x6b206574 };

	memcpy(state, constants, sizeof(constants));
	memcpy(state + 4, key, CHACHA_KEY_WORDS * sizeof(u32));
	memset(state + 12, 0, 4 * sizeof(u32));
}

void chacha_block(u32 state[CHACHA_STATE_WORDS], u8 out[CHACHA_BLOCK_BYTES])
{
	u32 x[CHACHA_STATE_WORDS];
	unsigned int i;

	memcpy(x, state, sizeof(x));
	for (i = 0; i < DOUBLE_ROUNDS; i++)
		double_round(x);
	for (i = 0; i < CHACHA_STATE_WORDS; i++) {
		u32 word = x[i] + state[i];

		out[4 * i] = (u8)word;
		out[4 * i + 1] = (u8)(word >> 8);
		out[4 * i + 2] = (u8)(word >> 16);
		out[4 * i + 3] = (u8)(word >> 24);
	}
	state[12]++;
}
