// Every verb with every exit code that it can give, as a user meets them: one row a case. What is only met on a machine
// of another kind (no KSM, no kernel source) or with a defect in the model is in the tests of those.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/tried.h"

namespace {

namespace fs = std::filesystem;

// The command is the shell's: R is the program, T an empty folder of the row's own, run where the corpora are.
struct Row {
    const char* name;
    const char* command;
    int exit;
    const char* out = ""; // stands somewhere on standard output
    const char* err = ""; // stands somewhere on standard error
};

#define MOVED "corpora/history/01-mremap-then-merge.trace"
#define LOSES "corpora/strategies/linear-index-fork-moved.trace"

const Row rows[] = {
    // 0: nothing speaks against what was asked
    {"Run", "R run " MOVED, 0, "verdicts"},
    {"RunOfStandardInput", "R run - < " MOVED, 0, "verdicts"},
    {"RunOfAPipe", "cat " MOVED " | R run --quiet - && echo played", 0, "played"},
    {"RunOfStandardInputWrong", "echo '1 exit()' | R run -", 2, "", "-:1:1: "},
    {"RunToAPage", "R run --html T/x " MOVED " && grep -c 'id=\"data\"' T/x", 0, "1"},
    {"RunOfTwoToAPage", "R run --html T/x " MOVED " " LOSES, 2, "", "one TRACE for each page"},
    {"DrawMarksTheLastChange", "R run --draw " MOVED, 0, "by the last operation"},
    {"DrawWithoutColour", "R run --draw " MOVED " > T/x; ! grep -q $'\\e' T/x", 0},
    {"DrawInColour", "R run --draw --color=always " MOVED, 0, "\033[32m"},
    {"RunOfASoundCandidate", "R run --strategy two-pass " MOVED, 0},
    {"Gate", "R gate --tier corpus --strategy two-pass --corpora corpora/history", 0, "holds"},
    {"Check", "R check --runs 20 --seed 1 --strategy two-pass --length 20", 0, "seed 1"},
    {"Merge",
     "for i in 1 2; do R check --runs 40 --seed 1 --strategy two-pass --shard $i/2 --json > T/$i; done; R merge T/1 "
     "T/2",
     0, "seed 1: 40 runs"},
    {"MergeLacksAShare", "R check --runs 9 --seed 1 --strategy two-pass --shard 1/2 --json > T/1; R merge T/1", 2, "",
     "share 2/2 is missing"},
    {"MergeOfTwice", "R check --runs 9 --seed 1 --strategy two-pass --shard 1/2 --json > T/1; R merge T/1 T/1", 2, "",
     "share 1/2 for the second time"},
    {"MergeOfNoShare", "echo '{}' > T/1; R merge T/1", 2, "", "1:1:1: not the document of a share"},
    {"MergeOfNoJson", "echo x > T/1; R merge T/1", 2, "", "1:1:1: not JSON"},
    {"ShardOutOfRange", "R check --runs 9 --seed 1 --shard 3/2", 2, "", "--shard 3/2: no share (I/N"},
    {"ShardWithoutSeed", "R check --runs 9 --shard 1/2", 2, "", "--seed N with it"},
    {"MergeOfASearch",
     "for i in 1 2 3; do R explore --depth 3 --strategy two-pass --shard $i/3 --json > T/$i; done; R merge T/3 T/1 T/2",
     0, "two-pass  none in scope"},
    {"MergeOfASearchDisagrees",
     "for i in 1 2; do R explore --strategy addr-shift --ops mmap,madvise,store,mremap,ksmd --shard $i/2 --json > "
     "T/$i; done; R merge T/1 T/2",
     1, "addr-shift  refuted"},
    {"MergeOfASearchLacksAShare", "R explore --depth 2 --strategy two-pass --shard 2/2 --json > T/1; R merge T/1", 2,
     "", "share 1/2 is missing"},
    {"MergeOfAWholeSearch", "R explore --depth 2 --strategy two-pass --json > T/1; R merge T/1", 2, "",
     "1:1:1: not the document of a share"},
    {"MergeOfAnUnfinishedShare",
     "R explore --depth 9 --seconds 0.1 --strategy two-pass --shard 1/1000 --json > T/1; R merge T/1", 125, "",
     "this share was not finished"},
    {"ShareOfASearchAlone", "R explore --depth 2 --shard 1/2", 2, "", "a share alone says nothing"},
    {"ShareOfAGateAlone", "R gate --kernel debian --shard 1/2", 2, "", "a share alone says nothing"},
    {"ShareOfNoKernel", "R gate --shard 1/2", 2, "", "--shard and --html need a kernel"},
    {"ShareWithoutSeed", "R gate --kernel debian --random 4 --json --shard 1/2", 2, "", "--seed N with it"},
    {"Explore", "R explore --depth 2 --strategy two-pass", 0, "none in scope"},
    {"Mend",
     "R mend --goal covers --pieces tree-hit,fall-back --runs 300 --depth 2 --seed 1 --corpora corpora/explored", 0,
     "loses nothing that naive finds"},
    {"MendedRun", "R run --strategy tree-hit --mend leave-leads,copy-at-swap-in " MOVED, 0, "tree-hit"},
    {"Minimize", "R minimize --strategy two-pass " MOVED, 0, "no disagreement"},
    {"Prove", "R prove --theorem one-offset", 0, "proved"},
    {"Import", "echo '1 brk(NULL) = 0x1000' > T/log; R import T/log", 0, "# rmapcheck trace 1"},
    {"ImportToAFile", "echo '1 brk(NULL) = 0x1000' > T/log; R import T/log -o T/x && cat T/x", 0,
     "# rmapcheck trace 1"},
    {"ImportAsADocument", "echo '1 brk(NULL) = 0x1000' > T/log; R import T/log --json", 0, "\"processes\": 1"},
    {"Walks", "R walks", 0, "two-pass"},
    {"WalksQuiet", "test \"$(R walks --quiet --strategy naive --strategy two-pass)\" = $'naive\\ntwo-pass'", 0},
    {"WalksGrowth", "R walks --growth --strategy naive --strategy linear-index", 0, "50000 VMAs"},
    {"WalksGrowthOfNone", "R walks --growth --strategy anon-index", 2, "", "none is asked for"},
    {"PlotOfGrowth", "R walks --growth --json > T/x; R report --page walk-visits --from T/x", 0, "two-pass"},
    {"PlotOfCauses",
     "R check --runs 300 --seed 1 --minimize-seconds 0.1 --json > T/x; R report --page causes --from T/x", 0, "seed 1"},
    {"PlotOfStates", "R explore --depth 3 --json > T/x; R report --page states --from T/x", 0, "States first met"},
    {"ShardsOfACampaign",
     "for i in 1 2; do R check --runs 60 --seed 1 --strategy addr-shift --minimize-seconds 100 --shard $i/2 --json > "
     "T/$i; done; R check --runs 60 --seed 1 --strategy addr-shift --minimize-seconds 100 --json > T/x; "
     "R report --page shards --from T/1 --from T/2 --from T/x",
     0, "Together they say what the one run says"},
    {"ShardsOfASearch",
     "for i in 1 2; do R explore --depth 3 --shard $i/2 --json > T/$i; done; R explore --depth 3 --json > T/x; "
     "R report --page shards --from T/1 --from T/2 --from T/x",
     0, "Together they say what the one search says"},
    {"ShardsOfAnother",
     "for i in 1 2; do R explore --depth 3 --shard $i/2 --json > T/$i; done; R explore --depth 2 --json > T/x; "
     "R report --page shards --from T/1 --from T/2 --from T/x",
     0, "Together they do not say what the one search says"},
    {"PlotOfNothing", "R report --page states", 2, "", "needs --from FILE"},
    {"Explain", "R explain linear-index own-item moved", 0, "mremap moved the entry without unsharing it"},
    {"ExplainByName", "R explain linear-index-own-item-record-stale-moved", 0, "rmapcheck run --strategy linear-index"},
    {"ExplainLists", "R explain moved --quiet", 0, "linear-index regressed"},
    {"ExplainNoWord", "R explain sideways", 2, "", "no strategy and no fact"},
    {"ExplainNoCause", "R explain naive word-intact", 2, "", "no trace of the corpora has such a cause"},
    {"ExportListing", "R export --to listing " MOVED, 0, "mremap(0x11000, 0x1000, 0x1000, 0x3, 0x12000"},
    {"ExportTrace", "R export --to trace " MOVED " -o T/x && cat T/x && R run T/x --quiet", 0,
     "store(0x10000, 0x2000, 0x77) = 0"},
    {"Report", "R report --page findings", 0, "# "},
    {"Help", "R --help", 0, "minimize"},
    {"HelpOfAVerb", "R run --help", 0, "--strategy"},
    {"Version", "R --version", 0, "rmapcheck 1."},
    {"ManualPage", "R --manual man", 0, ".SH EXIT STATUS"},
    {"ManualOfWhat", "R --manual x", 2, "", "--manual"},
    {"NothingIsSaidAndNothingCanBe", "R check --runs 1 --seed 1 --strategy two-pass --quiet >&-", 0},
    // 1: a disagreement, and the command that shows it
    {"RunRefutes", "R run --strategy addr-shift " MOVED, 1, "rmapcheck run --strategy addr-shift"},
    {"RunUnmet", "(cat " MOVED "; echo '1 exit() = -1 EINVAL') > T/x; R run T/x", 1, "rmapcheck run"},
    {"GateRefutes", "R gate --tier corpus --strategy addr-shift --corpora corpora/history", 1, "rmapcheck run"},
    {"CheckRefutes", "R check --runs 3000 --seed 1 --strategy addr-shift --minimize-seconds 1", 1, "rmapcheck check"},
    {"CheckSaves",
     "R check --runs 3000 --seed 1 --strategy addr-shift --minimize-seconds 1 --save T/new; R run --strategy "
     "addr-shift T/new/*",
     1, "rmapcheck run --strategy addr-shift"},
    {"CheckMakesPages",
     "R check --runs 3000 --seed 1 --strategy addr-shift --minimize-seconds 1 --html T/new; code=$?; grep -l "
     "'\"candidate\":\"addr-shift\"' T/new/addr-shift-*.html; exit $code",
     1, "/new/addr-shift-"},
    {"ExploreMakesPages",
     "R explore --depth 6 --strategy addr-shift --ops mmap,madvise,store,mremap,ksmd --html T/new > T/out; code=$?; "
     "grep -q '# page: T/new/addr-shift.html' T/out && grep -c '\"candidate\":\"addr-shift\"' T/new/addr-shift.html; "
     "exit $code",
     1, "1"},
    {"ExploreRefutes", "R explore --depth 6 --strategy addr-shift --ops mmap,madvise,store,mremap,ksmd", 1,
     "rmapcheck explore --strategy addr-shift"},
    {"MinimizeFinds", "R minimize --strategy addr-shift " MOVED, 1, "# rmapcheck trace 1"},
    {"MinimizeSaves", "R minimize --strategy addr-shift " MOVED " -o T/x; R run --strategy addr-shift T/x", 1,
     "misses"},
    // Of two kernels that differ in what they do with it the running one is at most one.
    {"ReplayDiffers",
     "(echo '# rmapcheck trace 1'; echo '1 mmap(0x10000, 0x2000, PROT_READ, MAP_PRIVATE|MAP_FIXED|MAP_ANONYMOUS, -1, "
     "0)'; "
     "echo '1 mprotect(0x11000, 0x1000, PROT_NONE)'; "
     "echo '1 mremap(0x10000, 0x2000, 0x2000, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000)') > T/x.trace; "
     "code=0; for v in 6.12 6.18; do R replay --level maps --kernel-version $v T/x.trace --save T/$v || { code=$?; "
     "break; }; "
     "done; exit $code",
     1, "rmapcheck replay"},
    {"ProveRefutes", "R prove --strategy addr-shift", 1, "rmapcheck prove --strategy addr-shift"},
// Names from outside reach no terminal as they are: N is a trace that fails, called ESC [31m.
#define NAMED                                                      \
    "for N in T/$'\\e[31m.trace'; do :; done; (cat " MOVED         \
    "; echo '1 exit() = -1 EINVAL') > \"$N\"; exec 3>&1; all() { " \
    "\"$@\" > T/all 2>&1; code=$?; cat T/all >&3; grep -q $'\\e' T/all && exit 99; return $code; }; "
    {"EscapesOfRun", NAMED "all R run \"$N\"", 1, "\\x1b[31m.trace:"},
    {"EscapesOfRunOfNothing", NAMED "all R run \"$N.not\"", 2, "\\x1b[31m.trace.not:1:1"},
    {"EscapesOfGate", NAMED "all R gate --tier corpus --corpora T", 1, "\\x1b[31m.trace:"},
    {"EscapesOfGateAndItsRefutation", NAMED "all R gate --tier corpus --strategy addr-shift --corpora T", 1,
     "\\x1b[31m.trace:"},
    {"EscapesOfMinimize", NAMED "all R minimize --strategy two-pass \"$N\"", 0, "\\x1b[31m.trace,"},
    {"EscapesOfExplore", NAMED "cp " MOVED " \"$N\"; all R explore --depth 1 --strategy two-pass --from \"$N\"", 0,
     "\\x1b[31m.trace"},
    {"EscapesOfReplay", NAMED "all R replay --level maps \"$N\"; test $? != 99", 0, "\\x1b[31m.trace:"},
    {"EscapesOfImport", NAMED "echo hello > \"$N\"; all R import \"$N\"", 2,
     "\\x1b[31m.trace:1:1: no line of an strace log"},
    {"EscapesOfProgress",
     NAMED
     "TERM=dumb script -qec \"exec R run '$N'\" /dev/null > T/typed; sed 's/\\x1b\\[K//g' T/typed > T/all; cat T/all; "
     "! grep -q $'\\e\\[31m.trace: 0 of' T/all",
     0, "\\x1b[31m.trace: 0 of"},
    // 2: the command line
    {"NoVerb", "R", 2, "minimize", "no verb"},
    {"UnknownVerb", "R frobnicate", 2, "", "frobnicate is no verb"},
    {"UnknownOption", "R run --colour x", 2, "", "--colour"},
    {"NoTrace", "R run", 2, "", "TRACE"},
    {"UnknownStrategy", "R run --strategy x " MOVED, 2, "", "--strategy x: no such walk strategy (naive"},
    {"UnknownKernel", "R run --kernel-version 2.4 " MOVED, 2, "", "2.4"},
    {"NegativeCount", "R check --runs -1", 2, "", "-1 is out of range (1 or more)"},
    {"UnknownOperation", "R check --ops x --runs 1", 2, "", "there is no operation x (mmap"},
    {"NothingToDraw", "R check --ops mmap --without mmap", 2, "", "leave no operation"},
    {"UnknownTier", "R gate --tier luck", 2, "", "there is no tier luck (corpus"},
    {"NoCorpora", "R gate --corpora /no/such", 2, "", "/no/such: not a folder"},
    {"NoKernel", "R gate --kernel /no/such --quiet", 2, "", "/no/such does not exist"},
    {"PatchWithoutKernel", "R gate --patch x", 2, "", "--kernel TREE"},
    {"UnknownTheorem", "R prove --theorem x", 2, "", "no theorem is called x"},
    {"NothingToReplay", "R replay", 2, "", "TRACE or --random"},
    {"SharedOptionWithoutMeaning", "R import --strategy naive x", 2, "", "--strategy"},
    {"ExportToWhat", "R export " MOVED, 2, "", "--to is not given (listing, trace, c, kselftest, syz)"},
    {"ExportC", "R export --to c " LOSES, 0, "static const struct mapped entries[] = {"},
    {"ExportKselftest", "R export --to kselftest " LOSES, 0, "TEST_HARNESS_MAIN"},
    {"ExportSyz", "R export --to syz corpora/history/06-move-onto-an-old-item.trace", 0, "mremap(&(0x7f0000"},
    {"ExportSyzOfTwoProcesses", "R export --to syz " LOSES, 2, "", "a program of syzkaller has one process"},
    {"ExportNothingMerged", "(head -2 " MOVED "; echo '1 exit()') > T/x; R export --to c T/x", 2, "",
     "x:3:1: no KSM page"},
    {"UnknownExporter", "R export --to x " MOVED, 2, "", "x not in"},
    {"UnknownForm", "R gate --kernel debian --format x", 2, "", "x not in"},
    {"B4OfNoPatch", "printf 'From: a\\nSubject: hello\\n\\nhello\\n' | R b4", 0, "[]"},
    {"B4OfOtherFiles", "printf 'Subject: [PATCH] x\\n\\n--- a/README\\n+++ b/README\\n@@ -1 +1 @@\\n-a\\n+b\\n' | R b4",
     0, "[]"},
    {"B4OfACoverLetter", "printf 'Subject: [PATCH v2 0/3] mm\\n\\nhello\\n' | PATH=/usr/bin:/bin R b4", 0,
     "cover letter"},
    {"UnknownPage", "R report --page x", 2, "", "x not in"},
    {"ReportWithoutKernel", "R report " LOSES " --to T/x", 2, "", "--kernel TREE"},
    {"ReportToNowhere", "R report " LOSES " --kernel debian", 2, "", "--to DIR"},
    {"ReportOfNoTrace", "R report --kernel debian --to T/x", 2, "", "no trace is given"},
    {"ReportOfTwo", "R report " LOSES " " MOVED " --kernel debian --to T/x", 2, "", "more than one trace"},
    {"ReportOfNoTree", "R report " LOSES " --kernel /no/such --cache T/c --to T/x", 2, "", "/no/such does not exist"},
    {"ReportOfNoGoodTree", "R report " LOSES " --kernel debian --good /no/such --cache T/c --to T/x", 2, "",
     "/no/such does not exist"},
    {"ReportOfNoPatch", "R report " LOSES " --kernel debian --patch T/no --cache T/c --to T/x", 2, "", "no"},
    {"PageWithoutKernel", "R gate --html T/x", 2, "", "--html need a kernel"},
    {"ReportToNoPage", "R report " LOSES " --kernel debian --html T/no/x --to T/x", 2, "", "no/x: cannot be written"},
    {"ReportOfTraceAndPage", "R report " LOSES " --kernel debian --from x --to T/x", 2, "", "--from"},
    {"ReportMalformed", "R report corpora/malformed/unknown-call.trace --kernel debian --to T/x", 2, "",
     "unknown-call.trace:"},
    {"ReportFolder", "touch T/f; R report " LOSES " --kernel debian --to T/f/g", 2, "", "f/g: cannot be made"},
    {"PageWithoutDocument", "R report --page minimality", 2, "", "needs --from FILE"},
    // 2: an input
    {"NoFile", "R run T/x", 2, "", "x:1:1: cannot be read: No such file"},
    {"AFolder", "R run T", 2, "", "cannot be read"},
    {"Malformed", "R run " MOVED " corpora/malformed/unknown-call.trace", 2, "", "unknown-call.trace:"},
    {"ReplayMalformed", "R replay corpora/malformed/unknown-call.trace", 2, "", "unknown-call.trace:"},
    {"MendNoSuchPiece", "R mend --pieces tree-hit,no-such", 2, "", "--pieces no-such: no such piece"},
    {"MendNoSuchPieceOfASet", "R mend --set tree-hit,no-such", 2, "", "--set no-such: no such piece"},
    {"MendASetThatLoses",
     "R mend --set leave-leads --goal covers --runs 300 --depth 2 --seed 1 --corpora corpora/explored", 1,
     "0 minimal sets"},
    {"MendASetThatStands",
     "R mend --set fall-back --goal covers --runs 300 --depth 2 --seed 1 --corpora corpora/explored", 0, "fall-back"},
    {"MendNoSuchGoal", "R mend --goal all", 2, "", "covers"},
    {"MendShortOfTime", "R mend --goal exact --seconds 0.01 --seed 1", 125, "not finished"},
    {"RunNoSuchPiece", "R run --mend unshare-always,no-such " MOVED, 2, "", "no-such"},
    {"MinimizeMalformed", "R minimize corpora/malformed/unknown-call.trace", 2, "", "unknown-call.trace:"},
    {"ExploreFromMalformed", "R explore --from corpora/malformed/unknown-call.trace", 2, "", "unknown-call.trace:"},
    {"ReportOfNoDocument", "echo hello > T/x; R report --page minimality --from T/x", 2, "", "x:1:1: not JSON"},
    {"NoLog", "echo hello > T/log; R import T/log", 2, "", "log:1:1: no line of an strace log"},
#define NOBODY "(echo '# rmapcheck trace 1'; echo '7 exit()') > T/x.trace; "
    {"RunNobody", NOBODY "R run T/x.trace", 2, "", "x.trace:2:1: process 7 does not exist here (one that fork() made)"},
    {"RunNobodyLater", NOBODY "R run " MOVED " T/x.trace > T/out; code=$?; test -s T/out && exit 99; exit $code", 2, "",
     "x.trace:2:1: process 7"},
    {"ReplayNobody", NOBODY "R replay T/x.trace", 2, "", "x.trace:2:1: process 7 does not exist"},
    {"ExportNobody", NOBODY "R export --to listing T/x.trace", 2, "", "x.trace:2:1: process 7 does not exist"},
    {"MinimizeNobody", NOBODY "R minimize T/x.trace", 2, "", "x.trace:2:1: process 7 does not exist"},
    {"ExploreFromNobody", NOBODY "R explore --from T/x.trace", 2, "", "x.trace:2:1: process 7 does not exist"},
    {"GateNobody", NOBODY "R gate --tier corpus --corpora T", 2, "", "x.trace:2:1: process 7 does not exist"},
    {"GateLiveNobody", NOBODY "R gate --tier live --corpora T", 2, "", "x.trace:2:1: process 7 does not exist"},
    // 2: an output
    {"CheckFolder", "touch T/f; R check --runs 1 --save T/f/g", 2, "", "f/g: cannot be made"},
    {"ExploreFolder", "touch T/f; R explore --depth 1 --save T/f/g", 2, "", "f/g: cannot be made"},
    {"ProveFolder", "touch T/f; R prove --theorem one-offset --traces T/f/g", 2, "", "f/g: cannot be made"},
    {"ProveQuestions", "touch T/f; R prove --theorem one-offset --smt2 T/f/g", 2, "", "f/g: cannot be made"},
    {"MinimizeNoFolder", "R minimize --strategy addr-shift " MOVED " -o T/no/x", 2, "", "no/x: cannot be written"},
    {"ReplayNoFolder", "R replay " MOVED " --save T/no/x", 2, "", "no/x: cannot be written"},
    {"ImportNoFolder", "echo '1 brk(NULL) = 0x1000' > T/log; R import T/log -o T/no/x", 2, "",
     "no/x: cannot be written"},
    // 2: a full disk; what was found is printed
    {"MinimizeFull", "R minimize --strategy addr-shift " MOVED " -o /dev/full", 2, "# rmapcheck trace 1",
     "/dev/full: cannot be written: No space left on device"},
    {"MinimizeTooLarge",
     "echo old > T/x; { (ulimit -f 0; R minimize --strategy addr-shift " MOVED " -o T/x 2>&1); echo $? > T/code; } "
     "| tee T/all; grep -q '^# rmapcheck trace 1' T/all || exit 99; test \"$(cat T/x)\" = old || exit 98; "
     "ls T | grep tmp && exit 97; exit $(cat T/code)",
     2, "x: cannot be written: File too large"},
    {"ImportFull", "echo '1 brk(NULL) = 0x1000' > T/log; R import T/log -o /dev/full", 2, "", "/dev/full: cannot be"},
    {"ExportFull", "R export --to trace " MOVED " -o /dev/full", 2, "", "/dev/full: cannot be"},
    {"StdoutFullOfLittle", "R run " MOVED " > /dev/full", 2, "",
     "standard output cannot be written: No space left on device"},
    {"StdoutFull", "R walks > /dev/full", 2, "", "standard output cannot be written: No space left on device"},
    {"StdoutFullOfMuch", "R run --json --state corpora/history/*.trace > /dev/full", 2, "",
     "standard output cannot be"},
    {"StdoutClosed", "R walks >&-", 2, "", "standard output cannot be written"},
    // 125: could not tell
    {"GateNoTrace", "R gate --tier corpus --strategy two-pass --corpora T", 125, "", "could not tell"},
    {"GateShortOfTime", "R gate --tier explore --budget 0.01", 125, "", "could not tell"},
    {"ExploreShortOfTime", "R explore --seconds 0.01 --depth 8 --strategy two-pass", 125},
    {"MinimizeShortOfTime", "R minimize --limit-seconds 0 " MOVED, 125, "", "could not tell"},
    {"RunShortOfTime", "R run --limit-seconds 0 " MOVED, 125, "0 operations of 9", "the time is over"},
    {"RunShortOfTimeAsADocument", "R run --limit-seconds 0 --json " MOVED, 125, "\"unfinished\"", "the time is over"},
    {"CheckUntilInterrupted",
     "timeout --foreground --preserve-status -s INT 1 R check --seconds 0 --flights 0 --strategy two-pass", 125,
     "interrupted: this is what was known by then"},
    {"ReplayOfWhatNoMachinePlays",
     "(echo '# rmapcheck trace 1'; echo '* migrate(1, 0x10000) = -1 EFAULT') > T/x.trace; R replay --level maps "
     "T/x.trace",
     125, "0 agree, 0 differ, 1 skipped"},
    {"ProveShortOfTime", "R prove --timeout 1", 125},
};

std::string content(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

class Exits : public testing::TestWithParam<Row> {};

TEST_P(Exits, Is) {
    tried("a command line, its exit code and what it prints", 1);
    const Row& row = GetParam();
    std::string folder = (fs::temp_directory_path() / "rmapcheck-exits-XXXXXX").string();
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    const std::string out = folder + ".out", err = folder + ".err";
    std::string command = row.command;
    auto put = [&](char letter, const std::string& value) { // where it is a word, or begins a path
        const std::string before = " (;|>{", after = " /;)";
        for (std::size_t at = command.size(); at-- > 0;)
            if (command[at] == letter && (at == 0 || before.find(command[at - 1]) != before.npos) &&
                (at + 1 == command.size() || after.find(command[at + 1]) != after.npos))
                command.replace(at, 1, value);
    };
    put('R', RMAPCHECK_BINARY);
    put('T', folder);
    std::ofstream(folder + ".sh") << "cd '" RMAPCHECK_SOURCE_DIR "'\n" << command << "\n";
    const int status = std::system(("bash " + folder + ".sh > " + out + " 2> " + err + " < /dev/null").c_str());
    EXPECT_TRUE(WIFEXITED(status)) << row.command;
    EXPECT_EQ(WEXITSTATUS(status), row.exit) << row.command << "\n" << content(err);
    EXPECT_NE(content(out).find(row.out), std::string::npos) << row.command << "\n" << content(out) << content(err);
    EXPECT_NE(content(err).find(row.err), std::string::npos) << row.command << "\n" << content(err);
    for (const std::string& path : {folder, folder + ".sh", out, err}) fs::remove_all(path);
}

INSTANTIATE_TEST_SUITE_P(Table, Exits, testing::ValuesIn(rows),
                         [](const testing::TestParamInfo<Row>& i) { return std::string(i.param.name); });

} // namespace
