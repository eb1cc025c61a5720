#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long word;

/* What is done: by which process, with which arguments, and what must come of it (an error is negative). */
enum kind {
	CALL, CALL_AFTER_ENOMEM, FILL, READ, HEAP, FORK, EXIT, SCANS, SETTING, RECLAIM, DROP,
	FORGET, HOLD, LET_GO, IN_CORE, /* what the program itself tells a process */
};
struct action {
	enum kind kind;
	int process;
	word arg[7];
	long expected;
	const char *step; /* in the trace, whose result this is; NULL: of none */
	const char *setting; /* of KSM */
};
/* The state behind the last action: which entries map one KSM page, a page after another. */
struct mapped {
	int page, process;
	word address;
};
struct range {
	word start, end;
};

/* @tables */

enum verdict { FOUND = 0, LOST = 1, CANNOT_TELL = 4 };
enum { PAGE = 4096, MOST_PROCESSES = 64, FIRST_FILE = 160 };
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static pid_t real_pid[MOST_PROCESSES]; /* of the processes of the trace, which are numbered from 1 */
static int tell[MOST_PROCESSES][2], answers[2];
static char group[64]; /* the control group of the processes, if there is one */
static int by_limit;   /* ... which is one of version 1: it is reclaimed by its limit */

/* ---- Files, and ways to end ---- */

static void stop(enum verdict verdict, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	fputs(verdict == CANNOT_TELL ? "cannot tell: " : "", stdout);
	vprintf(format, list);
	puts("");
	va_end(list);
	fflush(stdout);
	exit(verdict);
}

static int put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		error = -errno;
	close(fd);
	return error;
}

static int get(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	text[0] = 0;
	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	text[n > 0 ? n : 0] = 0;
	close(fd);
	return n < 0 ? -EIO : 0;
}

static void nap(long milliseconds)
{
	struct timespec t = {milliseconds / 1000, milliseconds % 1000 * 1000000};

	nanosleep(&t, NULL);
}

/* ---- ksmd: its settings are saved here and put back by whoever ends last ---- */

#define KSM "/sys/kernel/mm/ksm/"
static const char *const settings[] = {"run", "sleep_millisecs", "pages_to_scan", "max_page_sharing",
				       "use_zero_pages", "smart_scan", "merge_across_nodes",
				       "advisor_mode", "stable_node_chains_prune_millisecs"};
static struct {
	char path[80], value[64];
} saved[COUNT(settings)];
static int ksmd = -1; /* /proc/PID/stat of it */

static word ksm(const char *name)
{
	char path[80], text[64];

	snprintf(path, sizeof path, KSM "%s", name);
	return get(path, text, sizeof text) ? 0 : strtoul(text, NULL, 10);
}

static int set_ksm(const char *name, word value)
{
	char path[80], text[32];

	snprintf(path, sizeof path, KSM "%s", name);
	snprintf(text, sizeof text, "%lu", value);
	return put(path, text);
}

static void save_settings(void)
{
	size_t i;

	for (i = 0; i < COUNT(settings); i++) {
		snprintf(saved[i].path, sizeof saved[i].path, KSM "%s", settings[i]);
		get(saved[i].path, saved[i].value, sizeof saved[i].value);
		saved[i].value[strcspn(saved[i].value, "[\n")] = 0;
	}
	get(KSM "advisor_mode", saved[7].value, sizeof saved[7].value); /* "[none] scan-time" */
	if (strchr(saved[7].value, '[')) {
		memmove(saved[7].value, strchr(saved[7].value, '[') + 1, strlen(strchr(saved[7].value, '[')));
		saved[7].value[strcspn(saved[7].value, "]")] = 0;
	}
}

/* Only what a signal handler may call. `run` goes last: 0 in between, or it would scan with half of them. */
static void put_settings_back(void)
{
	size_t i;

	if (!saved[0].path[0])
		return;
	put(KSM "run", "2"); /* what was merged here is unmerged: max_page_sharing can be written only then */
	put(KSM "run", "0");
	for (i = COUNT(settings); i-- > 0;)
		if (saved[i].value[0])
			put(saved[i].path, saved[i].value);
}

static void find_ksmd(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;
	char path[300], name[32];

	while (proc && ksmd < 0 && (d = readdir(proc))) {
		snprintf(path, sizeof path, "/proc/%s/comm", d->d_name);
		if (d->d_name[0] < '1' || d->d_name[0] > '9' || get(path, name, sizeof name) || strcmp(name, "ksmd\n"))
			continue;
		snprintf(path, sizeof path, "/proc/%s/stat", d->d_name);
		ksmd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (proc)
		closedir(proc);
	if (ksmd < 0)
		stop(CANNOT_TELL, "there is no ksmd here");
}

static int ksmd_sleeps(void)
{
	char text[256] = "", *state;
	ssize_t n = pread(ksmd, text, sizeof text - 1, 0);

	nap(1);
	state = n > 0 ? strrchr(text, ')') : NULL;
	return state && (state[2] == 'S' || state[2] == 'I' || state[2] == 'D');
}

/*
 * One full scan. ksmd sleeps for very long after each batch, a batch is longer than any scan, and every change of
 * sleep_millisecs begins the next one.
 */
static void one_scan(void)
{
	static int parity;
	word before = ksm("full_scans");
	int tries;

	set_ksm("sleep_millisecs", 4000000000u - (parity ^= 1));
	set_ksm("run", 1);
	for (tries = 0; ksm("full_scans") == before; tries++) {
		if (tries > 10000)
			stop(CANNOT_TELL, "ksmd does not scan");
		if (tries % 50 == 49 && ksmd_sleeps()) /* it was told just before it went to sleep */
			set_ksm("sleep_millisecs", 4000000000u - (parity ^= 1));
		nap(1);
	}
	while (!ksmd_sleeps() && tries++ < 20000)
		;
	if (ksm("full_scans") != before + 1)
		stop(CANNOT_TELL, "ksmd scans by itself: is it used by others?");
}

static void begin_ksm(void)
{
	if (access(KSM "run", W_OK))
		stop(CANNOT_TELL, "%s", access(KSM "run", F_OK) ? "this kernel has no KSM" : "KSM's settings need root");
	if (ksm("run") == 1 || (ksm("run") == 0 && ksm("pages_shared")))
		stop(CANNOT_TELL, "KSM is used by others on this machine");
	find_ksmd();
	save_settings();
	put(KSM "run", "2");
	put(KSM "run", "0");
	put(KSM "advisor_mode", "none");
	set_ksm("merge_across_nodes", 1);
	set_ksm("max_page_sharing", begin_max_page_sharing);
	set_ksm("use_zero_pages", begin_use_zero_pages);
	set_ksm("smart_scan", begin_smart_scan);
	set_ksm("stable_node_chains_prune_millisecs", 1000000000);
	set_ksm("pages_to_scan", 1000000000);
}

/* Something mergeable, so that ksmd's list is never empty and every scan ends; `run` = 1 begins a scan by itself. */
static void keep_ksmd_going(void)
{
	void *keeper = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (keeper == MAP_FAILED || madvise(keeper, PAGE, MADV_MERGEABLE))
		stop(CANNOT_TELL, "nothing can be made mergeable: %s", strerror(errno));
	one_scan();
	set_ksm("run", 0);
}

