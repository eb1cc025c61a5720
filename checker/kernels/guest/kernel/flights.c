// SPDX-License-Identifier: GPL-2.0
/*
 * rmapcheck's own addition to the private copy of a kernel tree: operations in flight. It becomes
 * mm/rmapcheck-flights.c there, /proc/rmapcheck-flights and /proc/rmapcheck-stale.
 *
 * What a task does can be flown: from then on it stops at every point (points.edit) until it is let go on.
 *
 * Writing "fly N PID PASSES KEEPER" flies the process as number N, or ksmd if PID is 0: then for PASSES full scans, and
 * no step is made of leaving the process KEEPER. "go N" lets it go on to its next point, "land N" to its end, "drop N"
 * forgets it. "land all" is for every one.
 *
 * Reading: for each one a line "N POINT", "N flies" if it is at none, or "N over" where ksmd has done its passes.
 *
 * /proc/rmapcheck-stale: a line PID:ADDRESS, hexadecimal, for each migration entry of a page that nobody has locked: no
 * migration has it in hand, and none will put it back.
 */
#include <linux/mm.h>
#include <linux/ksm.h>
#include <linux/pid.h>
#include <linux/rmap.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/swap.h>
#include <linux/swapops.h>
#if __has_include(<linux/leafops.h>)
#include <linux/leafops.h>
#endif
#include <linux/uaccess.h>
#include <linux/wait.h>

#define AGENT_START 0x7900000000UL /* protocol.h: above are VMAs of the agent's own */
#define MOST_FLIGHTS 4

struct flight {
	struct task_struct *task; /* NULL: there is none of this number */
	struct mm_struct *keeper;
	const char *at; /* NULL: it flies */
	unsigned int passes;
	bool go, free; /* on to the next point; to the end */
	bool over;
	bool has_lock_point; /* the point before the lock of a tree was there already */
	bool first_visit, first_extent, was_at_agent, head_of_pass;
	wait_queue_head_t changed;
};

static struct flight flights[MOST_FLIGHTS];
static unsigned int flying;

static struct flight *of_current(void)
{
	int i;

	if (likely(!flying))
		return NULL;
	for (i = 0; i < MOST_FLIGHTS; i++)
		if (flights[i].task == current)
			return &flights[i];
	return NULL;
}

static struct flight *stops(void)
{
	struct flight *f = of_current();

	return f && !f->free && !f->over ? f : NULL;
}

static void stop(struct flight *f, const char *at)
{
	f->at = at;
	wait_event(f->changed, f->go || f->free);
	f->go = false;
	f->at = NULL;
}

bool rmapcheck_flies(void);
bool rmapcheck_flies(void)
{
	return of_current() != NULL;
}

void rmapcheck_point(const char *point);
void rmapcheck_point(const char *point)
{
	struct flight *f = stops();

	if (f)
		stop(f, point);
}

/* A walk of an ordinary page locks its tree in more than one way; of a KSM page, with anon_vma_trylock_read(). */
void rmapcheck_before_tree(void);
void rmapcheck_before_tree(void)
{
	struct flight *f = stops();

	if (!f)
		return;
	f->has_lock_point = true;
	stop(f, "loop");
	f->first_visit = true;
}

void rmapcheck_before_lock(void);
void rmapcheck_before_lock(void)
{
	struct flight *f = stops();

	if (!f || f->has_lock_point)
		return;
	stop(f, "loop");
	f->first_visit = true;
}

void rmapcheck_before_visit(void);
void rmapcheck_before_visit(void)
{
	struct flight *f = stops();

	if (!f)
		return;
	if (!f->first_visit)
		stop(f, "visit");
	f->first_visit = false;
}

static pmd_t *pmd_at(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd))
		return NULL;
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d))
		return NULL;
	pud = pud_offset(p4d, address);
	if (pud_none(*pud))
		return NULL;
	pmd = pmd_offset(pud, address);
	return pmd_none(*pmd) ? NULL : pmd;
}

/* The first address from `address` on that has an entry; `end` if there is none. */
static unsigned long next_entry(struct mm_struct *mm, unsigned long address, unsigned long end, pte_t *pte)
{
	while (address < end) {
		pmd_t *pmd = pmd_at(mm, address);
		pte_t *ptep = pmd ? pte_offset_map(pmd, address) : NULL;

		if (!ptep) {
			address = (address & PMD_MASK) + PMD_SIZE;
			continue;
		}
		*pte = ptep_get(ptep);
		pte_unmap(ptep);
		if (!pte_none(*pte))
			return address;
		address += PAGE_SIZE;
	}
	return end;
}

static bool has_entry(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	pte_t pte;

	return next_entry(mm, start, end, &pte) < end;
}

void rmapcheck_first_extent(void);
void rmapcheck_first_extent(void)
{
	struct flight *f = stops();

	if (f)
		f->first_extent = true;
}

void rmapcheck_extent(struct mm_struct *mm, unsigned long start, unsigned long end);
void rmapcheck_extent(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct flight *f = stops();

	if (!f || !has_entry(mm, start, end))
		return;
	if (!f->first_extent)
		stop(f, "copied");
	f->first_extent = false;
}

void rmapcheck_vma(unsigned long start);
void rmapcheck_vma(unsigned long start)
{
	struct flight *f = stops();

	if (!f || f->was_at_agent)
		return;
	f->was_at_agent = start >= AGENT_START;
	stop(f, "called");
}

void rmapcheck_more(struct mm_struct *mm, unsigned long start, unsigned long end);
void rmapcheck_more(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct flight *f = stops();

	if (f && start < AGENT_START && has_entry(mm, start, end))
		stop(f, "linked");
}

void rmapcheck_copy(struct vm_area_struct *vma);
void rmapcheck_copy(struct vm_area_struct *vma)
{
	if (vma->anon_vma)
		rmapcheck_more(vma->vm_mm, vma->vm_start, vma->vm_end);
}

/* The point at the head of a pass is the one at the end of the pass before. */
void rmapcheck_page(void);
void rmapcheck_page(void)
{
	struct flight *f = stops();

	if (!f)
		return;
	if (!f->head_of_pass)
		stop(f, "page");
	f->head_of_pass = false;
}

void rmapcheck_leaves(struct mm_struct *mm);
void rmapcheck_leaves(struct mm_struct *mm)
{
	struct flight *f = stops();

	if (f && f->keeper != mm)
		stop(f, "page");
}

void rmapcheck_pass_ends(void);
void rmapcheck_pass_ends(void)
{
	struct flight *f = of_current();

	if (!f || f->over)
		return;
	if (f->passes-- <= 1) {
		f->over = true;
		return;
	}
	if (!f->free)
		stop(f, "page");
	f->head_of_pass = true;
}

static struct task_struct *task_of(int pid)
{
	struct task_struct *found = NULL, *task;

	rcu_read_lock();
	if (pid)
		found = find_task_by_vpid(pid);
	else
		for_each_process(task)
			if ((task->flags & PF_KTHREAD) && !strcmp(task->comm, "ksmd"))
				found = task;
	if (found)
		get_task_struct(found);
	rcu_read_unlock();
	return found;
}

static int fly(struct flight *f, int pid, unsigned int passes, int keeper)
{
	struct task_struct *task = task_of(pid), *kept = task_of(keeper);

	if (f->task || !task || !kept)
		return f->task ? -EBUSY : -ESRCH;
	memset(f, 0, sizeof(*f));
	init_waitqueue_head(&f->changed);
	f->passes = passes;
	f->keeper = kept->mm; /* it lives as long as the guest */
	put_task_struct(kept);
	f->task = task;
	flying++;
	return 0;
}

static void drop(struct flight *f)
{
	put_task_struct(f->task);
	f->task = NULL;
	flying--;
}

static int command(const char *verb, struct flight *f)
{
	if (!f->task)
		return -ESRCH;
	if (!strcmp(verb, "drop")) {
		drop(f);
		return 0;
	}
	if (!strcmp(verb, "land"))
		f->free = true;
	else if (!strcmp(verb, "go") && f->at)
		f->go = true;
	else
		return -EINVAL;
	wake_up(&f->changed);
	return 0;
}

static ssize_t flights_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	char text[64], verb[8];
	unsigned int number, passes = 0;
	int pid = 0, keeper = 0, words, error, i;

	if (count >= sizeof(text) || copy_from_user(text, from, count))
		return -EINVAL;
	text[count] = 0;
	if (!strcmp(text, "land all")) {
		for (i = 0; i < MOST_FLIGHTS; i++)
			command("land", &flights[i]);
		return count;
	}
	words = sscanf(text, "%7s %u %d %u %d", verb, &number, &pid, &passes, &keeper);
	if (words < 2 || number >= MOST_FLIGHTS)
		return -EINVAL;
	if (!strcmp(verb, "fly"))
		error = words == 5 ? fly(&flights[number], pid, passes, keeper) : -EINVAL;
	else
		error = command(verb, &flights[number]);
	return error ? error : count;
}

static int flights_show(struct seq_file *m, void *unused)
{
	int i;

	for (i = 0; i < MOST_FLIGHTS; i++)
		if (flights[i].task)
			seq_printf(m, "%d %s\n", i,
				   flights[i].over ? "over" : flights[i].at ? flights[i].at : "flies");
	return 0;
}

static int flights_open(struct inode *inode, struct file *file)
{
	return single_open(file, flights_show, NULL);
}

static const struct proc_ops flights_ops = {
	.proc_open = flights_open,
	.proc_read = seq_read,
	.proc_write = flights_write,
	.proc_lseek = seq_lseek,
	.proc_release = single_release,
};

/* No helper that looks up the folio: these check that it is locked. */
static bool is_stale(pte_t pte)
{
	unsigned long pfn;
#if __has_include(<linux/leafops.h>)
	softleaf_t entry;

	if (pte_present(pte))
		return false;
	entry = softleaf_from_pte(pte);
	if (!softleaf_is_migration(entry))
		return false;
	pfn = softleaf_to_pfn(entry);
#else
	swp_entry_t entry;

	if (pte_present(pte))
		return false;
	entry = pte_to_swp_entry(pte);
	if (!is_migration_entry(entry))
		return false;
	pfn = swp_offset_pfn(entry);
#endif
	return !folio_test_locked(page_folio(pfn_to_page(pfn)));
}

static void show_stale(struct seq_file *m, struct mm_struct *mm, pid_t pid)
{
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	if (!mmap_read_trylock(mm)) /* an operation in flight has it */
		return;
	for_each_vma(vmi, vma) {
		unsigned long address = vma->vm_start;
		pte_t pte;

		if (!vma->anon_vma)
			continue;
		while ((address = next_entry(mm, address, vma->vm_end, &pte)) < vma->vm_end) {
			if (is_stale(pte))
				seq_printf(m, "%d:%lx\n", pid, address);
			address += PAGE_SIZE;
		}
	}
	mmap_read_unlock(mm);
}

#define MOST_PROCESSES 128

static int stale_show(struct seq_file *m, void *unused)
{
	static struct {
		struct mm_struct *mm;
		pid_t pid;
	} found[MOST_PROCESSES];
	struct task_struct *task;
	int i, count = 0;

	rcu_read_lock();
	for_each_process(task) {
		struct mm_struct *mm = count < MOST_PROCESSES ? get_task_mm(task) : NULL;

		if (!mm)
			continue;
		found[count].mm = mm;
		found[count++].pid = task_tgid_nr(task);
	}
	rcu_read_unlock();
	for (i = 0; i < count; i++) {
		show_stale(m, found[i].mm, found[i].pid);
		mmput(found[i].mm);
	}
	return 0;
}

static int __init flights_init(void)
{
	return proc_create("rmapcheck-flights", 0600, NULL, &flights_ops) &&
	       proc_create_single("rmapcheck-stale", 0600, NULL, stale_show) ? 0 : -ENOMEM;
}
late_initcall(flights_init);
