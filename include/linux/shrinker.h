/* SPDX-License-Identifier: MIT */
/* linux/shrinker.h - the drivers' face of mm/shrinker.h */
#ifndef LINUX_SHRINKER_H
#define LINUX_SHRINKER_H

#include <mm/shrinker.h>

#endif
