/* Suite of tasks/schedule/plan.c: every file in exactly one slice, slices of equal cost, the same plan each
 * time. */
#include "tasks/schedule/plan.h"

#include "chance.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* n entries with the sizes given; those of size SKIPPED are not files. */
#define SKIPPED (UINT64_MAX - 1)

static ms_entries make_entries(const uint64_t *sizes, size_t n)
{
    ms_entries entries = {.list = calloc(n + 1, sizeof *entries.list)};
    ck_assert_ptr_nonnull(entries.list);
    for (size_t i = 0; i < n; i++) {
        char path[32];
        int len = snprintf(path, sizeof path, "f%06zu", i);
        ms_str_list_push(&entries.paths, path, (size_t)len);
        bool skipped = sizes[i] == SKIPPED;
        entries.list[i].state = skipped ? (i % 2 ? MS_ENTRY_SKIP : MS_ENTRY_FAULT) : MS_ENTRY_FILE;
        entries.list[i].size = skipped ? 1 << 30 : sizes[i];
    }
    return entries;
}

static uint64_t cost_of_rank(const ms_plan *plan, const ms_entries *entries, size_t rank)
{
    uint64_t sum = 0;
    for (size_t k = plan->starts[rank]; k < plan->starts[rank + 1]; k++) {
        sum += ms_plan_cost(entries, &plan->pieces[k]);
    }
    return sum;
}

/* Every FILE entry exactly once, each slice ascending. Returns the number of tasks. */
static size_t check_sound(const ms_plan *plan, const ms_entries *entries, size_t nranks)
{
    uint8_t *seen = calloc(entries->paths.count + 1, 1);
    ck_assert_ptr_nonnull(seen);
    ck_assert_uint_eq(plan->nranks, nranks);
    ck_assert_uint_eq(plan->starts[0], 0);
    for (size_t r = 0; r < nranks; r++) {
        ck_assert_uint_le(plan->starts[r], plan->starts[r + 1]);
        for (size_t k = plan->starts[r]; k < plan->starts[r + 1]; k++) {
            uint32_t entry = plan->pieces[k].entry;
            ck_assert_uint_lt(entry, entries->paths.count);
            ck_assert_uint_eq(entries->list[entry].state, MS_ENTRY_FILE);
            ck_assert_uint_eq(seen[entry]++, 0);
            ck_assert(k == plan->starts[r] || plan->pieces[k - 1].entry < entry);
        }
    }
    for (size_t i = 0; i < entries->paths.count; i++) {
        ck_assert_uint_eq(seen[i], entries->list[i].state == MS_ENTRY_FILE ? 1 : 0);
    }
    free(seen);
    return plan->starts[nranks];
}

#define M (1024U * 1024U)

static const struct {
    uint64_t sizes[8];
    size_t n;
    size_t nranks;
    const char *owners; /* rank of each entry, '-' none */
} plans[] = {
    {{0}, 0, 3, ""},
    {{5}, 1, 7, "0"},
    {{SKIPPED, SKIPPED}, 2, 2, "--"},
    {{5 * M, 4 * M, 3 * M, 2 * M, 1 * M}, 5, 1, "00000"},
    {{5 * M, 4 * M, 3 * M, 2 * M, 1 * M}, 5, 2, "01100"}, /* 5 | 4, 5 | 4+3, 5+2 | 4+3, a tie */
    {{1 * M, SKIPPED, 2 * M, 3 * M}, 4, 2, "1-10"},
    {{M, M, M, M, M, M}, 6, 3, "012012"},
    {{0, 0, 0, 0}, 4, 2, "0101"}, /* empty files cost too */
    {{M, M, M}, 3, 5, "012"},
    {{UINT64_MAX, UINT64_MAX, UINT64_MAX, 1}, 4, 2, "0100"}, /* costs saturate */
};

TEST_EACH(plan_table, plans)
{
    ms_entries entries = make_entries(plans[_i].sizes, plans[_i].n);
    ms_plan plan = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_plan_make(&plan, &entries, plans[_i].nranks, 0, NULL, &err), MS_OK);
    check_sound(&plan, &entries, plans[_i].nranks);
    char owners[16];
    memset(owners, '-', sizeof owners);
    owners[plans[_i].n] = 0;
    for (size_t r = 0; r < plan.nranks; r++) {
        for (size_t k = plan.starts[r]; k < plan.starts[r + 1]; k++) {
            owners[plan.pieces[k].entry] = (char)('0' + (int)r);
        }
    }
    ck_assert_str_eq(owners, plans[_i].owners);
    ms_plan_fini(&plan);
    ms_plan_fini(&plan);
    ck_assert_ptr_null(plan.pieces);
    ms_entries_fini(&entries);
}

/* Seeded random sizes of very different magnitude. The makespan of LPT is at most mean + max (the last task
 * of the fullest rank was given when that rank was the least loaded), and nobody's load is further than one
 * task from another's. */
TEST_RANGE(random_sizes_are_balanced, 0, 40)
{
    static const size_t rank_counts[] = {1, 2, 3, 4, 7, 64, 1000};
    chance random = {1 + (uint64_t)_i};
    size_t n = chance_below(&random, 700);
    uint64_t *sizes = calloc(n + 1, sizeof *sizes);
    ck_assert_ptr_nonnull(sizes);
    for (size_t i = 0; i < n; i++) {
        sizes[i] = chance_below(&random, 9) == 0 ? SKIPPED
                                                 : (chance_next(&random) >> 33) >> chance_below(&random, 31);
    }
    ms_entries entries = make_entries(sizes, n);
    for (size_t c = 0; c < sizeof rank_counts / sizeof rank_counts[0]; c++) {
        size_t nranks = rank_counts[c];
        ms_plan plan = {0};
        ck_assert_int_eq(ms_plan_make(&plan, &entries, nranks, 0, NULL, NULL), MS_OK);
        size_t ntasks = check_sound(&plan, &entries, nranks);
        uint64_t total = 0, largest = 0, makespan = 0, least = UINT64_MAX;
        for (size_t k = 0; k < ntasks; k++) {
            uint64_t cost = ms_plan_cost(&entries, &plan.pieces[k]);
            total += cost;
            largest = cost > largest ? cost : largest;
        }
        for (size_t r = 0; r < nranks; r++) {
            uint64_t cost = cost_of_rank(&plan, &entries, r);
            makespan = cost > makespan ? cost : makespan;
            least = cost < least ? cost : least;
        }
        ck_assert_uint_le(makespan, total / nranks + largest + 1);
        ck_assert_uint_le(makespan, least + largest);
        ms_plan again = {0};
        ck_assert_int_eq(ms_plan_make(&again, &entries, nranks, 0, NULL, NULL), MS_OK);
        ck_assert_mem_eq(again.starts, plan.starts, (nranks + 1) * sizeof *plan.starts);
        ck_assert(ntasks == 0 || memcmp(again.pieces, plan.pieces, ntasks * sizeof *plan.pieces) == 0);
        ms_plan_fini(&again);
        ms_plan_fini(&plan);
    }
    ms_entries_fini(&entries);
    free(sizes);
}

/* Where the best plan is known: each rank's load in it is TARGET, cut at random into pieces. Graham's bound
 * holds. */
TEST_RANGE(the_4_3_bound_holds, 0, 40)
{
    enum { TARGET = 100 * M, PIECES = 12 };
    chance random = {77 + (uint64_t)_i};
    size_t nranks = 2 + chance_below(&random, 6);
    uint64_t sizes[7 * PIECES];
    size_t n = 0;
    for (size_t r = 0; r < nranks; r++) {
        uint64_t left = TARGET;
        size_t pieces = 1 + chance_below(&random, PIECES);
        for (size_t k = 1; k < pieces; k++) {
            uint64_t cost = 64 * 1024 + chance_below(&random, (left / 2));
            sizes[n++] = cost - (uint64_t)64 * 1024;
            left -= cost;
            if (left < M) {
                break;
            }
        }
        sizes[n++] = left - (uint64_t)64 * 1024;
    }
    ms_entries entries = make_entries(sizes, n);
    ms_plan plan = {0};
    ck_assert_int_eq(ms_plan_make(&plan, &entries, nranks, 0, NULL, NULL), MS_OK);
    check_sound(&plan, &entries, nranks);
    for (size_t r = 0; r < nranks; r++) { /* 4/3 - 1/(3p) = (4p - 1) / (3p) */
        ck_assert_uint_le(cost_of_rank(&plan, &entries, r) * 3 * nranks, (uint64_t)TARGET * (4 * nranks - 1));
    }
    ms_plan_fini(&plan);
    ms_entries_fini(&entries);
}

TEST(the_cost_is_size_and_opening)
{
    ms_entry entry = {.size = UINT64_MAX};
    ms_entries entries = {.list = &entry};
    ms_piece piece = {.begin = 500, .end = 1500};
    ck_assert_uint_eq(ms_plan_cost(&entries, &piece), 1000 + 64 * 1024);
    piece.begin = 5;
    piece.end = UINT64_MAX;
    ck_assert_uint_eq(ms_plan_cost(&entries, &piece), UINT64_MAX);
    piece.begin = 499;
    piece.end = 501;
    entry.byte_cost = 35;
    ck_assert_uint_eq(ms_plan_cost(&entries, &piece), 70 + 64 * 1024);
    entry.kind = MS_TASK_IMAGE;
    ck_assert_uint_eq(ms_plan_cost(&entries, &piece), 70 + 2 * 1024 * 1024);
    piece.end = UINT64_MAX / 2;
    ck_assert_uint_eq(ms_plan_cost(&entries, &piece), UINT64_MAX);
}

/* The pieces of every file cover it once and in order, are of about one size, and only files that may be are
 * split.
 */
TEST(big_files_become_ranges)
{
    static const uint64_t sizes[] = {0, 1, 999, 1000, 1001, 2000, 123456, SKIPPED, 50000};
    static const size_t counts[] = {1, 1, 1, 1, 2, 2, 124, 0, 1}; /* the last one may not be split */
    enum { N = sizeof sizes / sizeof sizes[0] };
    ms_entries entries = make_entries(sizes, N);
    for (size_t i = 0; i + 1 < N; i++) {
        entries.list[i].splits = true;
    }
    ms_plan plan = {0};
    ck_assert_int_eq(ms_plan_make(&plan, &entries, 3, 1000, NULL, NULL), MS_OK);
    uint64_t covered[N] = {0};
    size_t pieces[N] = {0};
    for (size_t i = 0; i < N;
         i++) { /* each rank has its pieces in order; together they are searched in order */
        for (bool found = true; found;) {
            found = false;
            for (size_t k = 0; k < plan.starts[3] && !found; k++) {
                const ms_piece *piece = &plan.pieces[k];
                found = piece->entry == i && piece->begin == covered[i] && pieces[i] < counts[i];
                if (found) {
                    ck_assert_uint_le(piece->end - piece->begin, entries.list[i].splits ? 1000 : 50000);
                    ck_assert(counts[i] < 2 || piece->end - piece->begin >= sizes[i] / counts[i]);
                    covered[i] = piece->end;
                    pieces[i]++;
                }
            }
        }
        ck_assert_uint_eq(pieces[i], counts[i]);
        ck_assert_uint_eq(covered[i], counts[i] > 0 ? sizes[i] : 0);
    }
    ck_assert_uint_eq(plan.starts[3], 1 + 1 + 1 + 1 + 2 + 2 + 124 + 0 + 1);
    for (size_t r = 0; r < 3; r++) {
        for (size_t k = plan.starts[r] + 1; k < plan.starts[r + 1]; k++) {
            const ms_piece *last = &plan.pieces[k - 1];
            ck_assert(last->entry < plan.pieces[k].entry ||
                      (last->entry == plan.pieces[k].entry && last->end <= plan.pieces[k].begin));
        }
    }
    ms_plan_fini(&plan);
    ck_assert_int_eq(ms_plan_make(&plan, &entries, 1, 1000, NULL, NULL),
                     MS_OK); /* one rank has nobody to share with */
    ck_assert_uint_eq(plan.starts[1], N - 1);
    ms_plan_fini(&plan);
    ms_entries_fini(&entries);
}

/* What is left of files of which something is done, as "entry:begin-end" in canonical order. */
static const struct {
    uint64_t split;
    size_t nranks;
    size_t ndone;
    ms_piece done[4];
    const char
        *left; /* of entries 0 (100 bytes, splits), 1 (skipped), 2 (50 bytes, does not split), 3 (empty) */
} leftovers[] = {
    {0, 1, 0, {{0}}, "0:0-100 2:0-50 3:0-0 "},
    {0, 1, 1, {{0, 0, 100}}, "2:0-50 3:0-0 "},
    {0, 1, 3, {{0, 0, 100}, {2, 0, 50}, {3, 0, 0}}, ""},
    {0, 1, 1, {{0, 30, 60}}, "0:0-30 0:60-100 2:0-50 3:0-0 "},
    {0, 1, 3, {{0, 0, 10}, {0, 10, 20}, {0, 90, 100}}, "0:20-90 2:0-50 3:0-0 "},
    {20, 2, 2, {{0, 0, 10}, {0, 55, 90}}, "0:10-25 0:25-40 0:40-55 0:90-100 2:0-50 3:0-0 "},
    {20, 1, 2, {{0, 0, 10}, {0, 55, 90}}, "0:10-55 0:90-100 2:0-50 3:0-0 "},
    {20, 2, 1, {{2, 0, 10}}, "0:0-20 0:20-40 0:40-60 0:60-80 0:80-100 2:10-50 3:0-0 "},
    {0, 1, 1, {{1, 0, 10}}, "0:0-100 2:0-50 3:0-0 "},
};

static int by_place(const void *a, const void *b)
{
    const ms_piece *x = a;
    const ms_piece *y = b;
    return x->entry != y->entry ? (x->entry > y->entry) - (x->entry < y->entry)
                                : (x->begin > y->begin) - (x->begin < y->begin);
}

TEST_EACH(finished_tasks_are_left_out, leftovers)
{
    static const uint64_t sizes[] = {100, SKIPPED, 50, 0};
    ms_entries entries = make_entries(sizes, 4);
    entries.list[0].splits = true;
    ms_done done = {.list = leftovers[_i].done, .count = leftovers[_i].ndone};
    ms_plan plan = {0};
    char left[256] = "";
    size_t n = 0;
    ck_assert_int_eq(ms_plan_make(&plan, &entries, leftovers[_i].nranks, leftovers[_i].split, &done, NULL),
                     MS_OK);
    qsort(plan.pieces, plan.starts[plan.nranks], sizeof *plan.pieces, by_place);
    for (size_t k = 0; k < plan.starts[plan.nranks]; k++) {
        n += (size_t)snprintf(left + n, sizeof left - n, "%u:%llu-%llu ", plan.pieces[k].entry,
                              (unsigned long long)plan.pieces[k].begin,
                              (unsigned long long)plan.pieces[k].end);
    }
    ck_assert_str_eq(left, leftovers[_i].left);
    ms_plan_fini(&plan);
    ms_entries_fini(&entries);
}

TEST(too_many_ranges_are_refused)
{
    static const uint64_t sizes[] = {UINT64_C(1) << 33};
    ms_entries entries = make_entries(sizes, 1);
    entries.list[0].splits = true;
    ms_plan plan = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_plan_make(&plan, &entries, 2, 1, NULL, &err), MS_LIMIT);
    ck_assert_ptr_nonnull(strstr(err.text, "--split-size"));
    ck_assert_ptr_null(plan.pieces);
    ms_entries_fini(&entries);
}

TEST(limits_are_refused)
{
    ms_entries entries = {0};
    ms_plan plan = {0};
    ms_err err = {0};
    ck_assert_int_eq(ms_plan_make(&plan, &entries, 0, 0, NULL, &err), MS_LIMIT);
    ck_assert_int_eq(ms_plan_make(&plan, &entries, (size_t)UINT32_MAX + 1, 0, NULL, &err), MS_LIMIT);
    entries.paths.count = (size_t)UINT32_MAX + 1; /* is refused before anything is read */
    ck_assert_int_eq(ms_plan_make(&plan, &entries, 2, 0, NULL, &err), MS_LIMIT);
    ck_assert_str_eq(err.text, "cannot plan 4294967296 files for 2 ranks");
    ck_assert_ptr_null(plan.starts);
}

/* Only rank 0 has standard input, however much else it has to do. */
TEST(streams_are_of_rank_0)
{
    const uint64_t sizes[] = {50 * M, M, 0, M};
    ms_plan plan = {0};
    ms_entries entries = make_entries(sizes, 4);
    entries.list[2].state = MS_ENTRY_STREAM;
    ck_assert_int_eq(ms_plan_make(&plan, &entries, 2, 0, NULL, NULL), MS_OK);
    ck_assert_uint_eq(plan.starts[1], 2);
    ck_assert_uint_eq(plan.starts[2], 4);
    ck_assert_uint_eq(plan.pieces[0].entry, 0);
    ck_assert_uint_eq(plan.pieces[1].entry, 2);
    ms_plan_fini(&plan);
    ms_entries_fini(&entries);
}
