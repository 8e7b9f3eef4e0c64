/* SPDX-License-Identifier: MIT */
/*
 * cmd_plant.c - commit a bug on purpose, to see what the kernel says
 *
 * The numbers are those of docs/planted.md. What an allocator notices is
 * contained, and the kernel goes on. What the CPU notices ends the thread that
 * did it: one made for that, or with the word init the console's own, which the
 * machine cannot do without: then it ends with a sentence. More bugs of the
 * first kind are in plant_*.c.
 */
#include <kernel/command.h>
#include <kernel/errno.h>
#include <kernel/kthread.h>
#include <kernel/plant.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include <kernel/util.h>
#include <mm/highmem.h>
#include <mm/page_alloc.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include <asm/pgtable.h>
#include <asm/plant.h>

#define PLANT_BYTES 64u

static noinline int plant_double_kfree(void)
{
	void *p = kmalloc(PLANT_BYTES, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	kfree(plant_hide(p));
	kfree(plant_hide(p));
	return 0;
}

static noinline int plant_interior_kfree(void)
{
	char *p = kmalloc(PLANT_BYTES, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	kfree(plant_hide(p + 8));
	kfree(p);
	return 0;
}

static noinline int plant_stack_kfree(void)
{
	char on_stack[16];

	kfree(plant_hide(on_stack));
	return 0;
}

static noinline int plant_vmalloc_kfree(void)
{
	void *p = vmalloc(PAGE_SIZE);

	if (!p)
		return -ENOMEM;
	kfree(plant_hide(p));
	vfree(p);
	return 0;
}

static noinline int plant_static_kfree(void)
{
	static char data[16];

	kfree(plant_hide(data));
	return 0;
}

static noinline int plant_bad_vfree(void)
{
	void *p = kmalloc(PLANT_BYTES, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	vfree(plant_hide(p));
	kfree(p);
	return 0;
}

static noinline int plant_double_free_page(void)
{
	unsigned long page = __get_free_page(GFP_KERNEL);

	if (!page)
		return -ENOMEM;
	free_page(page);
	free_page(page);
	return 0;
}

static noinline int plant_wrong_order(void)
{
	unsigned long block = __get_free_pages(GFP_KERNEL, 1);

	if (!block)
		return -ENOMEM;
	free_pages(block, 2);
	free_pages(block, 1);
	return 0;
}

static noinline int plant_tail_free(void)
{
	unsigned long block = __get_free_pages(GFP_KERNEL, 1);

	if (!block)
		return -ENOMEM;
	free_page(block + PAGE_SIZE);
	free_pages(block, 1);
	return 0;
}

static noinline int plant_reserved_free(void)
{
	__free_page(pfn_to_page(0));
	return 0;
}

/* A page of high memory. NULL: the machine has none, or none is left. */
static struct page *high_page(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);

	if (!page || PageHighMem(page))
		return page;
	__free_page(page);
	return NULL;
}

static noinline int plant_mapped_free(void)
{
	struct page *page = high_page();

	if (!page)
		return -ENODEV;
	kmap(page);
	__free_page(page);
	kunmap(page);
	__free_page(page);
	return 0;
}

static noinline int plant_highmem_formula(void)
{
	struct page *page = high_page();

	if (!page)
		return -ENODEV;
	plant_hide(lowmem_page_address(page));
	__free_page(page);
	return 0;
}

static struct page *leaked[LAST_PKMAP];

static noinline int plant_kmap_leak(void)
{
	struct page *page = high_page();
	unsigned int nr;

	if (!page)
		return -ENODEV;
	for (nr = 0; nr < LAST_PKMAP; nr++) {
		leaked[nr] = high_page();
		if (!leaked[nr] || !kmap(leaked[nr]))
			break;
	}
	plant_hide(nr == LAST_PKMAP ? kmap(page) : NULL);
	__free_page(page);
	/* Contained: what was forgotten can still be let go. */
	while (nr--) {
		kunmap(leaked[nr]);
		__free_page(leaked[nr]);
	}
	return 0;
}

static noinline int plant_kmap_order(void)
{
	struct page *a = high_page(), *b = high_page();
	int err = -ENODEV;

	if (a && b) {
		void *va = kmap_local_page(a), *vb = kmap_local_page(b);

		kunmap_local(va);
		kunmap_local(vb);
		err = 0;
	}
	if (a)
		__free_page(a);
	if (b)
		__free_page(b);
	return err;
}

static noinline int plant_plain_free_percpu(void)
{
	void *p = kmalloc(PLANT_BYTES, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	free_percpu((void __percpu *)plant_hide(p));
	kfree(p);
	return 0;
}

static DEFINE_PER_CPU(unsigned int, plant_percpu);

static noinline int plant_preemptible(void)
{
	plant_hide(this_cpu_ptr(&plant_percpu));
	return CONFIG_MM_DEBUG ? 0 : -ENOSYS;
}

/*
 * What ends the thread that does it is done by one of its own.
 * Return: what @fn returned; -EFAULT if that was its end; -ENOMEM.
 */
static int run_in_thread(int (*fn)(void *data), void *data)
{
	struct task_struct *task = kthread_create(fn, data, "plant");
	int result;

	if (IS_ERR(task))
		return -ENOMEM;
	get_task_struct(task);
	wake_up_process(task);
	result = kthread_join(task);
	put_task_struct(task);
	return result;
}

static noinline int damage_stack_end(void *data)
{
	(void)data;
	*(unsigned long *)current->stack = 0;
	schedule();
	return 0;
}

static int plant_stack_end(void)
{
	int err = run_in_thread(damage_stack_end, NULL);

	return err == -EFAULT ? 0 : err;
}

PLANTED_BUG(double_kfree, "P01", "kfree twice", plant_double_kfree);
PLANTED_BUG(interior_kfree, "P13", "kfree of obj+8", plant_interior_kfree);
PLANTED_BUG(stack_kfree, "P14", "kfree of a stack address", plant_stack_kfree);
PLANTED_BUG(vmalloc_kfree, "P15", "kfree of a vmalloc address",
	    plant_vmalloc_kfree);
PLANTED_BUG(static_kfree, "P17", "kfree of static data", plant_static_kfree);
PLANTED_BUG(bad_vfree, "P19", "vfree of kmalloc memory", plant_bad_vfree);
PLANTED_BUG(double_free_page, "P26", "free_page twice", plant_double_free_page);
PLANTED_BUG(wrong_order, "P28", "free_pages with order too big",
	    plant_wrong_order);
PLANTED_BUG(tail_free, "P30", "free_page of a tail page", plant_tail_free);
PLANTED_BUG(reserved_free, "P33", "free_page of a reserved page",
	    plant_reserved_free);
PLANTED_BUG(mapped_free, "P34", "free_page of a page that is mapped",
	    plant_mapped_free);
PLANTED_BUG(highmem_formula, "P37", "the direct map's address of a high page",
	    plant_highmem_formula);
PLANTED_BUG(kmap_leak, "P38", "kmap of every slot, and one more",
	    plant_kmap_leak);
PLANTED_BUG(kmap_order, "P39", "kunmap_local in the wrong order",
	    plant_kmap_order);
PLANTED_BUG(stack_end, "P54", "a thread overwrites the end of its stack",
	    plant_stack_end);
PLANTED_BUG(plain_free_percpu, "P55", "free_percpu of kmalloc memory",
	    plant_plain_free_percpu);
PLANTED_BUG(preemptible, "P55.cpu",
	    "this_cpu_ptr with preemption on (debug build)", plant_preemptible);

#define PLANT_NAME(id, plant_name, plant_help) { plant_name, plant_help },
static const struct {
	const char *name;
	const char *help;
} fatal[NR_X86_PLANTS] = { X86_PLANTS(PLANT_NAME) };

/* The one whose name comes next behind @name; NULL: none does. */
static const struct planted_bug *plant_after(const char *name)
{
	const struct planted_bug *const *pos, *next = NULL;

	for_each_section_entry(pos, planted_bugs) {
		if (strcmp((*pos)->name, name) > 0 &&
		    (!next || strcmp((*pos)->name, next->name) < 0))
			next = *pos;
	}
	return next;
}

static int plant_list(void)
{
	const struct planted_bug *bug;
	unsigned int i;

	for (bug = plant_after(""); bug; bug = plant_after(bug->name))
		console_printf("%-12s %s\n", bug->name, bug->help);
	for (i = 0; i < NR_X86_PLANTS; i++)
		console_printf("%-12s %s (ends its thread)\n", fatal[i].name,
			       fatal[i].help);
	return 0;
}

static int plant_not_done(int err)
{
	if (err == -ENOSYS)
		console_printf("plant: only the debug build looks for it\n");
	else if (err != -EOPNOTSUPP) /* that was said where it is known */
		console_printf("plant: no %smemory\n",
			       err == -ENODEV ? "high " : "");
	return 1;
}

struct fatal_plant {
	enum x86_plant which;
	void *heap;
};

static int plant_thread(void *data)
{
	const struct fatal_plant *plant = data;

	x86_plant(plant->which, plant->heap);
	return 0;
}

/* @here: in the thread that the machine cannot do without. */
static int plant_fatal(enum x86_plant which, const char *name, bool here)
{
	struct fatal_plant plant = { .which = which };
	int err;

	if (which == X86_PLANT_EXEC_HEAP) {
		plant.heap = (void *)__get_free_page(GFP_KERNEL);
		if (!plant.heap)
			return plant_not_done(-ENOMEM);
	}
	err = here ? plant_thread(&plant) : run_in_thread(plant_thread, &plant);
	if (!err)
		console_printf("plant: %s went unnoticed\n", name);
	free_page((unsigned long)plant.heap);
	return err == -ENOMEM ? plant_not_done(err) : 1;
}

static int plant_commit(const char *name, bool here)
{
	const struct planted_bug *const *pos;
	unsigned int i;

	for_each_section_entry(pos, planted_bugs) {
		int err;

		if (strcmp(name, (*pos)->name))
			continue;
		err = (*pos)->commit();
		return err ? plant_not_done(err) : 0;
	}
	for (i = 0; i < NR_X86_PLANTS; i++) {
		if (!strcmp(name, fatal[i].name))
			return plant_fatal((enum x86_plant)i, name, here);
	}
	console_printf("plant: %.20s: not known; 'plant' lists all\n", name);
	return 1;
}

static int cmd_plant(int argc, char **argv)
{
	if (argc == 1)
		return plant_list();
	if (argc == 2)
		return plant_commit(argv[1], false);
	if (argc == 3 && !strcmp(argv[2], "init"))
		return plant_commit(argv[1], true);
	return command_usage("plant");
}
CONSOLE_COMMAND(plant, "[Pnn [init]]",
		"commit a bug on purpose (in the console's own thread), or "
		"list them",
		cmd_plant);
