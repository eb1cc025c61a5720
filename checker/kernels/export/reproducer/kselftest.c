#include "../kselftest_harness.h"

TEST(rmap_walk_ksm_finds_every_entry)
{
	int verdict;

	fflush(stdout);
	verdict = watch(NULL);
	if (verdict == CANNOT_TELL)
		SKIP(return, "the machine does not allow to tell; the reason stands above");
	ASSERT_EQ(FOUND, verdict);
}

TEST_HARNESS_MAIN
