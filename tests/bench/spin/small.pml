/*
 * A small part of the rules, for Spin: two processes of one anon_vma family, PAGES pages that all have one content,
 * mmap, munmap, madvise(MADV_MERGEABLE), store, mremap, fork, and two passes of ksmd in one step.
 *
 * What it keeps of the model (model/): offsets stay with pages that move; mremap unshares KSM pages where the VMA is
 * mergeable, and only there; a page that is merged first becomes a KSM page for all its sharers, while items are made
 * for scanned pages only; an item of the parent leads to the child, not the other way round. What it leaves out: VMAs
 * as objects (a page has an offset and a flag), files, contents, swap, reads, protection, exit, chains, smart scan, and
 * who is asked first when VMAs merge.
 *
 * The assertion is the question that `explore` asks of linear-index: whoever naive finds, linear-index finds.
 */
#ifndef PAGES
#define PAGES 3
#endif
#define AT(q, p) ((q) * PAGES + (p))

/* Of each page of each process: offset + 1 (0: not mapped), MADV_MERGEABLE, and what is there. */
byte offset[2 * PAGES];
bit mergeable[2 * PAGES];
byte pte[2 * PAGES]; /* 0 nothing, 1 a page of its own, 2 the KSM page, 3 a page that the other process has, too */
byte shares[PAGES];  /* of the child's pages: the parent's page that is the same one, + 1 */
byte item[2 * PAGES]; /* of each address that ksmd merged: the recorded linear index + 1 */
bit forked;

byte i, j, n, first, second;
bit known;

/* The entry at q, p goes, and the other process is alone with what they shared. */
inline let_go(q, p) {
    if
    :: pte[AT(q, p)] == 3 && q == 1 -> pte[AT(0, shares[p] - 1)] = 1; shares[p] = 0
    :: pte[AT(q, p)] == 3 && q == 0 ->
        j = 0;
        do
        :: j < PAGES && shares[j] == (p) + 1 -> pte[AT(1, j)] = 1; shares[j] = 0; j++
        :: j < PAGES && shares[j] != (p) + 1 -> j++
        :: else -> break
        od
    :: else
    fi;
    pte[AT(q, p)] = 0
}

inline unmap(q, a, l) {
    i = a;
    do
    :: i < a + l -> let_go(q, i); offset[AT(q, i)] = 0; mergeable[AT(q, i)] = 0; i++
    :: else -> break
    od
}

inline map(q, a, l) {
    unmap(q, a, l);
    i = a;
    do
    :: i < a + l -> offset[AT(q, i)] = i + 1; i++
    :: else -> break
    od
}

inline advise(q, a, l) {
    i = a;
    do
    :: i < a + l -> mergeable[AT(q, i)] = 1; i++
    :: else -> break
    od
}

inline store(q, a, l) {
    i = a;
    do
    :: i < a + l -> let_go(q, i); pte[AT(q, i)] = 1; i++
    :: else -> break
    od
}

/* One page, from a to b. A page that was never written takes the offset of its new place. */
inline move(q, a, b) {
    if
    :: pte[AT(q, a)] == 2 && mergeable[AT(q, a)] -> pte[AT(q, a)] = 1
    :: else
    fi;
    let_go(q, b);
    if
    :: pte[AT(q, a)] == 0 -> offset[AT(q, b)] = b + 1
    :: else -> offset[AT(q, b)] = offset[AT(q, a)]
    fi;
    mergeable[AT(q, b)] = mergeable[AT(q, a)];
    pte[AT(q, b)] = pte[AT(q, a)];
    if
    :: pte[AT(q, b)] == 3 && q == 1 -> shares[b] = shares[a]; shares[a] = 0
    :: pte[AT(q, b)] == 3 && q == 0 ->
        j = 0;
        do
        :: j < PAGES && shares[j] == (a) + 1 -> shares[j] = (b) + 1; j++
        :: j < PAGES && shares[j] != (a) + 1 -> j++
        :: else -> break
        od
    :: else
    fi;
    pte[AT(q, a)] = 0;
    offset[AT(q, a)] = 0;
    mergeable[AT(q, a)] = 0
}

inline fork_child() {
    forked = 1;
    i = 0;
    do
    :: i < PAGES ->
        offset[AT(1, i)] = offset[AT(0, i)];
        mergeable[AT(1, i)] = mergeable[AT(0, i)];
        if
        :: pte[AT(0, i)] == 1 -> pte[AT(0, i)] = 3; pte[AT(1, i)] = 3; shares[i] = i + 1
        :: else -> pte[AT(1, i)] = pte[AT(0, i)]
        fi;
        i++
    :: else -> break
    od
}

#define SCANNED(n) (offset[n] && mergeable[n] && pte[n])

/* Is n the page of the parent that the child's page m shares, or the other way round? */
#define SAME(n, m) (n < PAGES && m >= PAGES && shares[m - PAGES] == n + 1)

/* The page at n becomes the KSM page, or is replaced by it. Whoever shared it keeps the page; `upgrade` says as what. */
inline merge(n, upgrade) {
    if
    :: pte[n] == 3 && n < PAGES ->
        j = 0;
        do
        :: j < PAGES && shares[j] == n + 1 -> pte[PAGES + j] = (upgrade -> 2 : 1); shares[j] = 0; j++
        :: j < PAGES && shares[j] != n + 1 -> j++
        :: else -> break
        od
    :: pte[n] == 3 && n >= PAGES -> pte[shares[n - PAGES] - 1] = (upgrade -> 2 : 1); shares[n - PAGES] = 0
    :: else
    fi;
    pte[n] = 2;
    item[n] = offset[n]
}

inline scan() {
    known = 0;
    first = 255;
    second = 255;
    n = 0;
    do /* items whose page ksmd does not visit go; so do those of pages that are no KSM pages any more */
    :: n < 2 * PAGES ->
        if
        :: pte[n] == 2 -> known = 1
        :: else
        fi;
        if
        :: !SCANNED(n) || pte[n] != 2 -> item[n] = 0
        :: else -> /* one without an item gets its own; the others are not refreshed */
            item[n] = (item[n] -> item[n] : offset[n])
        fi;
        if
        :: SCANNED(n) && pte[n] != 2 && first == 255 -> first = n
        :: SCANNED(n) && pte[n] != 2 && first != 255 && second == 255 && !SAME(first, n) -> second = n
        :: else
        fi;
        n++
    :: else -> break
    od;
    if
    :: !known && second != 255 -> merge(second, 1); known = 1
    :: else
    fi;
    n = 0;
    do
    :: n < 2 * PAGES ->
        if
        :: known && SCANNED(n) && pte[n] == 2 && !item[n] -> item[n] = offset[n]
        :: known && SCANNED(n) && pte[n] != 2 -> merge(n, 0)
        :: else
        fi;
        n++
    :: else -> break
    od
}

/* Does linear-index find whom naive finds? An item leads to its own process, and the parent's to the child. */
#define FOUND(q, p) (item[AT(q, p)] == offset[AT(q, p)] || (q == 1 && item[AT(0, p)] == offset[AT(q, p)]))
#define REACHED(q, p) (item[AT(q, p)] || (q == 1 && item[AT(0, p)]))
#define HOLDS(q, p) (pte[AT(q, p)] != 2 || !REACHED(q, p) || FOUND(q, p))

inline judge() {
    n = 0;
    do
    :: n < PAGES -> assert(HOLDS(0, n) && HOLDS(1, n)); n++
    :: else -> break
    od;
    i = 0; j = 0; n = 0; first = 0; second = 0; known = 0
}

#define MAPPED(q, a, l) (offset[AT(q, a)] && offset[AT(q, a + l - 1)] && offset[AT(q, a + l / 2)])
#define RANGE(q, a, l) \
    :: d_step { alive(q) -> map(q, a, l); judge() } \
    :: d_step { alive(q) && MAPPED(q, a, l) -> unmap(q, a, l); judge() } \
    :: d_step { alive(q) && MAPPED(q, a, l) -> advise(q, a, l); judge() } \
    :: d_step { alive(q) && MAPPED(q, a, l) -> store(q, a, l); judge() }
#define MOVE(q, a, b) :: d_step { alive(q) && offset[AT(q, a)] -> move(q, a, b); judge() }
#define alive(q) (q == 0 || forked)

#if PAGES == 2
#define RANGES(q) RANGE(q, 0, 1) RANGE(q, 1, 1) RANGE(q, 0, 2) MOVE(q, 0, 1) MOVE(q, 1, 0)
#else
#define RANGES(q) \
    RANGE(q, 0, 1) RANGE(q, 1, 1) RANGE(q, 2, 1) RANGE(q, 0, 2) RANGE(q, 1, 2) RANGE(q, 0, 3) \
    MOVE(q, 0, 1) MOVE(q, 0, 2) MOVE(q, 1, 0) MOVE(q, 1, 2) MOVE(q, 2, 0) MOVE(q, 2, 1)
#endif

active proctype machine() {
    do
    RANGES(0)
    RANGES(1)
    :: d_step { !forked -> fork_child(); judge() }
    :: d_step { scan(); judge() }
    od
}
