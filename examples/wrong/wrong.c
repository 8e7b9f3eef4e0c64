/* SPDX-License-Identifier: MIT */
/*
 * wrong.c - mistakes that drivers make, to see what the kernel says
 *
 *	insmod wrong.ko mistake=leak
 *
 * Without a mistake= it does nothing wrong. What each leads to is shown in
 * docs/writing-a-driver.md. Nothing here is to be copied.
 */
#define pr_fmt(fmt) "wrong: " fmt
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timer.h>

static char *mistake = "none";
module_param(mistake, charp, 0444);
MODULE_PARM_DESC(mistake, "none, leak, sleep, overrun, use-after-free, twice, "
			  "freed-timer, timer-sleep, timer-wait, "
			  "lock-sleep or unlock");

struct record {
	char text[60];
	int nr;
};

static DEFINE_SPINLOCK(wrong_lock);
/* The compiler would see through the mistakes: it is not told what is where. */
static struct record *volatile record;

/* It is never given back. */
static void leak(void)
{
	record = kmalloc(sizeof(*record), GFP_KERNEL);
}

/* GFP_KERNEL may sleep, and who holds a spinlock must not. */
static void sleep(void)
{
	spin_lock(&wrong_lock);
	record = kmalloc(sizeof(*record), GFP_KERNEL);
	spin_unlock(&wrong_lock);
	kfree(record);
}

/* One byte more than there are. */
static void overrun(void)
{
	char *text = kmalloc(60, GFP_KERNEL);
	volatile unsigned int end = 60;

	if (text)
		text[end] = '\0';
	kfree(text);
}

/* What others do meanwhile: enough for memory to come round again. */
static void ask_and_give_back(void)
{
	static void *memory[200];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(memory); i++)
		memory[i] = kmalloc(sizeof(*record), GFP_KERNEL);
	for (i = 0; i < ARRAY_SIZE(memory); i++)
		kfree(memory[i]);
}

/* Written when it was free, seen when it is given to the next who asks. */
static void use_after_free(void)
{
	record = kmalloc(sizeof(*record), GFP_KERNEL);
	if (!record)
		return;
	kfree(record);
	record->nr = 1;
	ask_and_give_back();
	ask_and_give_back();
}

static void twice(void)
{
	record = kmalloc(sizeof(*record), GFP_KERNEL);
	kfree(record);
	kfree(record);
}

struct late_record {
	int nr;
	struct timer_list timer;
};

static void count_late(struct timer_list *t)
{
	struct late_record *late = from_timer(late, t, timer);

	late->nr++;
}

/* Given back while its timer runs: it should be deleted first. */
static void freed_timer(void)
{
	struct late_record *late = kmalloc(sizeof(*late), GFP_KERNEL);

	if (!late)
		return;
	timer_setup(&late->timer, count_late, 0);
	mod_timer(&late->timer, jiffies + 1);
	kfree(late);
	msleep(100);
}

/* Timers run in an interrupt, and that cannot sleep. */
static void nap(struct timer_list *t)
{
	(void)t;
	msleep(10);
}

static void timer_sleep(void)
{
	static DEFINE_TIMER(timer, nap);

	mod_timer(&timer, jiffies + 1);
	msleep(100);
	del_timer_sync(&timer);
}

/* And nobody can say to this one that it did not work. */
static DECLARE_COMPLETION(never);

static void wait(struct timer_list *t)
{
	(void)t;
	wait_for_completion(&never);
}

static void timer_wait(void)
{
	static DEFINE_TIMER(timer, wait);

	mod_timer(&timer, jiffies + 1);
	msleep(100);
}

static void want_lock(struct timer_list *t)
{
	(void)t;
	spin_lock(&wrong_lock);
	spin_unlock(&wrong_lock);
}

/* Who sleeps with a spinlock held keeps all others waiting: a timer, too. */
static void lock_sleep(void)
{
	static DEFINE_TIMER(timer, want_lock);

	mod_timer(&timer, jiffies + 2);
	spin_lock(&wrong_lock);
	msleep(100);
	spin_unlock(&wrong_lock);
}

/* Nobody has taken it. */
static void unlock(void)
{
	spin_unlock(&wrong_lock);
	spin_lock(&wrong_lock);
	spin_unlock(&wrong_lock);
}

/* The user's pointer is used as if it were the kernel's. */
static ssize_t wrong_write(struct file *file, const char __user *buf,
			   size_t count, loff_t *pos)
{
	const char *text = (__force const char *)buf;

	pr_info("it begins with '%c'\n", text[0]);
	return (ssize_t)count;
}

static const struct proc_ops wrong_proc_ops = {
	.proc_write = wrong_write,
};

static const struct {
	const char *name;
	void (*make)(void);
} mistakes[] = {
	{ "leak", leak },
	{ "sleep", sleep },
	{ "overrun", overrun },
	{ "use-after-free", use_after_free },
	{ "twice", twice },
	{ "freed-timer", freed_timer },
	{ "timer-sleep", timer_sleep },
	{ "timer-wait", timer_wait },
	{ "lock-sleep", lock_sleep },
	{ "unlock", unlock },
};

static int __init wrong_init(void)
{
	unsigned int i;

	if (!proc_create("wrong", 0200, NULL, &wrong_proc_ops))
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (!strcmp(mistakes[i].name, mistake))
			mistakes[i].make();
	}
	return 0;
}

static void __exit wrong_exit(void)
{
	remove_proc_entry("wrong", NULL);
}

module_init(wrong_init);
module_exit(wrong_exit);
MODULE_DESCRIPTION("mistakes that drivers make");
MODULE_LICENSE("Dual MIT/GPL");
