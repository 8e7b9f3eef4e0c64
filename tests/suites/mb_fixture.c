/* SPDX-License-Identifier: MIT */
/* mb_fixture.c - one block and one result for all suites: they run in turn */
#include "mb_fixture.h"

struct boot_info mb_bi;
u8 mb_block[BLOCK_BYTES];
u32 mb_block_end;
