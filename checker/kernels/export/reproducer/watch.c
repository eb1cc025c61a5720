/* ---- From the beginning to the end ---- */

/* A control group for the processes, where there is somewhere to make one. */
static void make_group(void)
{
	static const char *const where[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/memory"};
	char path[100];
	size_t i;

	for (i = 0; i < COUNT(where); i++) {
		snprintf(path, sizeof path, "%s/cgroup.subtree_control", where[i]);
		put(path, "+memory");
		snprintf(group, sizeof group, "%s/lost-entry-%d", where[i], (int)getpid());
		if (!mkdir(group, 0755)) {
			snprintf(path, sizeof path, "%s/memory.reclaim", group);
			by_limit = access(path, W_OK) != 0;
			snprintf(path, sizeof path, "%s/memory.limit_in_bytes", group);
			if (!by_limit || !access(path, W_OK))
				return;
			rmdir(group);
		}
	}
	group[0] = 0;
}

static void judge(const char *chosen)
{
	enum verdict verdict = FOUND;
	const char *why = "";
	size_t m, i;

	for (m = 0; m < COUNT(means); m++) {
		if (chosen && strcmp(chosen, means[m].name))
			continue;
		if (means[m].look(&why))
			break;
		printf("not by %s: %s\n", means[m].what, why);
	}
	if (m == COUNT(means))
		stop(CANNOT_TELL, "no means to see what the walk finds: %s", why);
	printf("by %s:\n", means[m].what);
	for (i = 0; i < COUNT(entries); i++) {
		printf("  page %d, process %d, 0x%lx: %s\n", entries[i].page, entries[i].process, entries[i].address,
		       is_lost[i] ? "LOST" : "found");
		verdict = is_lost[i] ? LOST : verdict;
	}
	stop(verdict, verdict == LOST ? "lost: the kernel's walk does not find an entry that maps the page"
				      : "found: the kernel's walk finds every entry");
}

static void on_signal(int signal)
{
	put_settings_back();
	kill(0, SIGKILL);
	_exit(128 + signal);
}

static void work(const char *chosen)
{
	signal(SIGTERM, on_signal);
	prctl(PR_SET_PDEATHSIG, SIGTERM); /* if the one who waits is killed */
	check_room();
	begin_processes();
	keep_ksmd_going();
	play();
	check_state();
	judge(chosen);
}

static volatile pid_t worker;

static void end_worker(int signal)
{
	(void)signal;
	if (worker > 0)
		kill(-worker, SIGKILL);
}

/* A child does the work; whatever becomes of it, the settings are put back. */
static int watch(const char *chosen)
{
	static const int ends[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};
	int status = 0;
	size_t i;

	begin_ksm();
	make_group();
	for (i = 0; i < COUNT(ends); i++)
		signal(ends[i], end_worker);
	worker = fork();
	if (!worker) {
		for (i = 0; i < COUNT(ends); i++)
			signal(ends[i], SIG_DFL);
		setpgid(0, 0);
		work(chosen);
	}
	setpgid(worker, worker);
	while (waitpid(worker, &status, 0) < 0 && errno == EINTR)
		;
	kill(-worker, SIGKILL);
	put_settings_back();
	for (i = 0; group[0] && rmdir(group) && i < 1000; i++)
		nap(10);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

