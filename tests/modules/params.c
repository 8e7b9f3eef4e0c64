/* SPDX-License-Identifier: MIT */
/* params.c - a parameter of each type; init says what it got */
#include <linux/module.h>

static unsigned char a_byte = 1;
static short a_short = -2;
static unsigned short a_ushort = 3;
static int an_int = -4;
static unsigned int a_uint = 5;
static long a_long = -6;
static unsigned long a_ulong = 7;
static unsigned int a_hexint = 0x8;
static bool a_bool;
static bool an_invbool = true;
static char *a_charp = "default";
static int an_array[4] = { 1, 2, 3, 4 };
static int nr_array;
static char *texts[2];
static char a_string[8] = "short";
static int hidden_name = 9;
/* Gone when init has returned; what was made for them is not. */
static char *early __initdata;
static char *earlies[2] __initdata;
static int brief __initdata;
static int briefs[2] __initdata;
static char *open_text = "closed";

module_param(a_byte, byte, 0444);
module_param(a_short, short, 0444);
module_param(a_ushort, ushort, 0444);
module_param(an_int, int, 0644);
MODULE_PARM_DESC(an_int, "a number");
module_param(a_uint, uint, 0444);
module_param(a_long, long, 0);
module_param(a_ulong, ulong, 0444);
module_param(a_hexint, hexint, 0444);
module_param(a_bool, bool, 0444);
module_param(an_invbool, invbool, 0444);
module_param(a_charp, charp, 0444);
module_param_array(an_array, int, &nr_array, 0444);
module_param_array(texts, charp, NULL, 0444);
module_param_string(a_string, a_string, sizeof(a_string), 0444);
module_param(early, charp, 0);
module_param_array(earlies, charp, NULL, 0);
module_param(brief, int, 0444);
module_param_array(briefs, int, NULL, 0444);
module_param(open_text, charp, 0600);
module_param_named(shown_name, hidden_name, int, 0444);

static int __init params_init(void)
{
	pr_info("params: %u %i %u %i %u %li %lu %x %i %i %s %s %i\n", a_byte,
		a_short, a_ushort, an_int, a_uint, a_long, a_ulong, a_hexint,
		a_bool, an_invbool, a_charp, a_string, hidden_name);
	pr_info("params: array %i: %i %i %i %i, texts %s %s\n", nr_array,
		an_array[0], an_array[1], an_array[2], an_array[3], texts[0],
		texts[1]);
	return 0;
}

static void __exit params_exit(void)
{
}

module_init(params_init);
module_exit(params_exit);
MODULE_LICENSE("GPL");
