/* SPDX-License-Identifier: MIT */
/*
 * chacha.h - the ChaCha20 block function (RFC 8439, section 2.3)
 *
 * Context: any.
 */
#ifndef KERNEL_CHACHA_H
#define KERNEL_CHACHA_H

#include <kernel/types.h>

#define CHACHA_STATE_WORDS 16u
#define CHACHA_KEY_WORDS 8u
#define CHACHA_BLOCK_BYTES 64u

/* Constants, key, counter 0 and a nonce of 0. */
void chacha_init(u32 state[CHACHA_STATE_WORDS],
		 const u32 key[CHACHA_KEY_WORDS]);

/* The next 64 bytes; the counter, word 12, is moved on. */
void chacha_block(u32 state[CHACHA_STATE_WORDS], u8 out[CHACHA_BLOCK_BYTES]);

#endif
