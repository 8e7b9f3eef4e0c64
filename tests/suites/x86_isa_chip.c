/* SPDX-License-Identifier: MIT */
/* x86_isa_chip.c - every PC has two 8237 */
#include "isa_chip.h"

void isa_chip_plug_in(void)
{
}

void isa_chip_unplug(void)
{
}
