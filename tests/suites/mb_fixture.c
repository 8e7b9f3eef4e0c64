/* SPDX-License-Identifier: MIT */
/* mb_fixture.c - how long the block is */
#include "mb_fixture.h"

u32 mb_block_end;
