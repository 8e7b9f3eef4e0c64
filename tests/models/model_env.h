/* SPDX-License-Identifier: MIT */
/* model_env.h - what a model sees of its surroundings. */
#ifndef TESTS_MODEL_ENV_H
#define TESTS_MODEL_ENV_H

#include <kernel/types.h>
#include "model.h"

void __printf(1, 2) model_printf(const char *fmt, ...);

/*
 * The last report, without "mm: BUG " and without sites: class, object and
 * detail. model_forget_report() empties it; "" if there was none.
 */
const char *model_report(void);
void model_forget_report(void);
/* How many there were since it was emptied. */
unsigned int model_nr_reports(void);

#endif
