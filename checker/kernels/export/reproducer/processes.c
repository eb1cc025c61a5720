/* ---- The processes of the trace: each waits for the number of an action, does it, and answers ---- */

static sigjmp_buf no_access;

static void on_fault(int signal)
{
	siglongjmp(no_access, signal);
}

static long touch(const struct action *a)
{
	volatile word page = a->arg[0] & -(word)PAGE;

	if (sigsetjmp(no_access, 1))
		return -EFAULT;
	for (; page < a->arg[0] + a->arg[1]; page += PAGE)
		if (a->kind == FILL)
			memset((void *)page, (int)a->arg[2], PAGE);
		else
			(void)*(volatile char *)page;
	return 0;
}

/* The heap of a process begins where it says. */
static long begin_heap(word address)
{
	struct prctl_mm_map map = {0};
	char text[2048], *p;
	int field = 2;

	if (get("/proc/self/stat", text, sizeof text) || !(p = strrchr(text, ')')))
		return -EIO;
	for (p++; *p; p++) { /* the fields of proc(5), of which the first two are passed over */
		if (*p != ' ')
			continue;
		field++;
		if (field == 26) map.start_code = strtoul(p + 1, NULL, 10);
		if (field == 27) map.end_code = strtoul(p + 1, NULL, 10);
		if (field == 28) map.start_stack = strtoul(p + 1, NULL, 10);
		if (field == 45) map.start_data = strtoul(p + 1, NULL, 10);
		if (field == 46) map.end_data = strtoul(p + 1, NULL, 10);
		if (field == 48) map.arg_start = strtoul(p + 1, NULL, 10);
		if (field == 49) map.arg_end = strtoul(p + 1, NULL, 10);
		if (field == 50) map.env_start = strtoul(p + 1, NULL, 10);
		if (field == 51) map.env_end = strtoul(p + 1, NULL, 10);
	}
	map.start_brk = map.brk = address;
	map.exe_fd = (unsigned)-1;
	return prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0) ? -errno : 0;
}

static long call(const struct action *a)
{
	const word *x = a->arg;
	long result = syscall((long)x[0], x[1], x[2], x[3], x[4], x[5], x[6]);

	return result == -1 ? -errno : result;
}

/* All translations that the processor keeps of this process: of more pages than it forgets one by one. */
static long forget(void)
{
	size_t size = 64 * PAGE;
	void *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return area == MAP_FAILED || munmap(area, size) ? -errno : 0;
}

/* A pipe keeps a reference on the page, so that it stays in the swap cache when it is unmapped. */
static int held[2] = {-1, -1};

static long hold(word address)
{
	struct iovec page = {(void *)address, PAGE};

	if (pipe(held))
		return -errno;
	return vmsplice(held[1], &page, 1, 0) == PAGE ? 0 : -EFAULT;
}

static long let_go(void)
{
	close(held[0]);
	close(held[1]);
	return 0;
}

static long in_core(word address)
{
	unsigned char there = 0;

	return mincore((void *)address, PAGE, &there) ? -errno : there & 1;
}

static void live(int self)
{
	static long last;
	static struct action a;

	while (read(tell[self][0], &a, sizeof a) == sizeof a) {
		switch (a.kind) {
		case CALL_AFTER_ENOMEM:
			if (last != -ENOMEM)
				break;
			/* fall through */
		case CALL:
			last = call(&a);
			break;
		case HEAP:
			last = begin_heap(a.arg[0]);
			break;
		case FORGET:
			last = forget();
			break;
		case HOLD:
			last = hold(a.arg[0]);
			break;
		case LET_GO:
			last = let_go();
			break;
		case IN_CORE:
			last = in_core(a.arg[0]);
			break;
		case FORK:
			last = fork();
			if (!last) {
				self = (int)a.arg[0];
				continue;
			}
			break;
		case EXIT:
			_exit(0);
		default:
			last = touch(&a);
		}
		if (write(answers[1], &last, sizeof last) != sizeof last)
			break;
	}
	_exit(1);
}

/* What process it is told to. */
static long ask(const struct action *a)
{
	long result;

	if (write(tell[a->process][1], a, sizeof *a) != sizeof *a ||
	    (a->kind != EXIT && read(answers[0], &result, sizeof result) != sizeof result))
		stop(CANNOT_TELL, "process %d does not answer", a->process);
	return a->kind == EXIT ? 0 : result;
}

/* Own memory of the program must not be where the trace's is to be. */
static void check_room(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	word start, end;
	size_t i;

	while (maps && fgets(line, sizeof line, maps))
		for (i = 0; i < COUNT(used); i++)
			if (sscanf(line, "%lx-%lx", &start, &end) == 2 && start < used[i].end && used[i].start < end)
				stop(CANNOT_TELL, "this program itself has memory at 0x%lx, which the trace needs", start);
	if (maps)
		fclose(maps);
}

/* Of a group of their own, so that all of it, and nothing else, can be reclaimed. */
static void enter_group(void)
{
	char path[100], pid[32];

	snprintf(path, sizeof path, "%s/cgroup.procs", group);
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	if (group[0] && put(path, pid))
		stop(CANNOT_TELL, "%s cannot be entered", group);
}

static void begin_processes(void)
{
	static const int faults[] = {SIGSEGV, SIGBUS};
	size_t i;
	int fd;

	signal(SIGCHLD, SIG_IGN); /* nobody waits for a child: it is gone when it has ended */
	for (i = 1; i <= nr_processes; i++)
		if (pipe(tell[i]))
			stop(CANNOT_TELL, "pipe: %s", strerror(errno));
	if (pipe(answers))
		stop(CANNOT_TELL, "pipe: %s", strerror(errno));
	for (i = 0; i < nr_files; i++) {
		fd = memfd_create("file", 0);
		if (fd < 0 || ftruncate(fd, (off_t)file_size) || dup2(fd, FIRST_FILE + (int)i) < 0)
			stop(CANNOT_TELL, "a file of %lu bytes: %s", file_size, strerror(errno));
		close(fd);
	}
	real_pid[1] = fork();
	if (real_pid[1])
		return;
	for (i = 0; i < COUNT(faults); i++) {
		struct sigaction s = {.sa_handler = on_fault, .sa_flags = SA_NODEFER};

		sigaction(faults[i], &s, NULL);
	}
	close(answers[0]);
	enter_group();
	live(1);
}

static long scan(word scans)
{
	word run = ksm("run");

	if (run == 2)
		return 0;
	while (scans--)
		one_scan();
	if (run != 1)
		set_ksm("run", run);
	return 0;
}

static long tell_about(enum kind kind, int process, word address)
{
	const struct action a = {kind, process, {address, 1}, 0, NULL, NULL};

	return ask(&a);
}

/* All pages of the group: the trace was only written down if there is none but this. */
static long reclaim_page(const struct action *a)
{
	const struct mapped e = {0, a->process, a->arg[0]};
	word frame, now;
	int tries;

	if (no_reclaim())
		stop(CANNOT_TELL, "%s", no_reclaim());
	if (look_up(&e, &frame) != IN_MEMORY || !frame || tell_about(HOLD, a->process, a->arg[0]))
		stop(CANNOT_TELL, "process %d has no page to reclaim at 0x%lx", a->process, a->arg[0]);
	for (tries = 0; look_up(&e, &now) == IN_MEMORY && tries < 20; tries++) {
		drain_lists();
		reclaim_group();
		nap(200);
	}
	if (look_up(&e, &now) == IN_MEMORY)
		stop(CANNOT_TELL, "reclaim does not take the page of process %d at 0x%lx", a->process, a->arg[0]);
	return times_mapped(frame) ? -EAGAIN : 0;
}

static long drop_page(const struct action *a)
{
	int tries;

	tell_about(LET_GO, a->process, 0);
	for (tries = 0; tell_about(IN_CORE, a->process, a->arg[0]) == 1 && tries < 20; tries++) {
		drain_lists();
		reclaim_group();
		nap(200);
	}
	if (tell_about(IN_CORE, a->process, a->arg[0]))
		stop(CANNOT_TELL, "the page at 0x%lx does not leave the swap cache", a->arg[0]);
	return 0;
}

static long act(const struct action *a)
{
	long result;
	int tries;

	switch (a->kind) {
	case SCANS:
		return scan(a->arg[0]);
	case SETTING: /* run = 1 would begin a scan of its own; a scan sets it */
		if (!strcmp(a->setting, "run") && a->arg[0] == 1)
			return ksm("run") == 2 ? set_ksm("run", 0) : 0;
		return set_ksm(a->setting, a->arg[0]);
	case RECLAIM:
		return reclaim_page(a);
	case DROP:
		return drop_page(a);
	case EXIT:
		ask(a);
		for (tries = 0; !kill(real_pid[a->process], 0) && tries < 10000; tries++)
			nap(1);
		return 0;
	case FORK:
		result = ask(a);
		if (result <= 0)
			return result;
		real_pid[a->arg[0]] = (pid_t)result;
		return (long)a->arg[0];
	default:
		return ask(a);
	}
}

/* Every result must be what it was where the trace was made; else this kernel has other rules, and another state. */
static void play(void)
{
	size_t i;

	for (i = 0; i < COUNT(actions); i++) {
		long result = act(&actions[i]);

		if (actions[i].step && result != actions[i].expected)
			stop(CANNOT_TELL, "%s gives %s%lx here, not %s%lx", actions[i].step, result < 0 ? "error " : "0x",
			     labs(result), actions[i].expected < 0 ? "error " : "0x", labs(actions[i].expected));
	}
}
