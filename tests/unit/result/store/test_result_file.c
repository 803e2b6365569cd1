/* Suite of result/store/result_write.c, result_read.c and result_join.c: what was written is read, whole;
 * anything else is refused; shards make up the run that they are parts of. */
#include "result/store/frame.h"
#include "result/store/result_file.h"

#include "samples.h"
#include "scratch.h"
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NENTRIES = 3 * NSAMPLES };

TEST_FIXTURE(scratch_enter, scratch_leave);

static ms_str path_of(uint32_t i, char path[32])
{
    int n = snprintf(path, 32, i % 3 == 0 ? "in/%02u\xff\n" : "in/%02u", i);
    return (ms_str){path, (size_t)n};
}

static void add_rank(ms_run_result *run_result, uint32_t rank)
{
    run_result->ranks = reallocarray(run_result->ranks, run_result->nranks + 1, sizeof *run_result->ranks);
    ck_assert_ptr_nonnull(run_result->ranks);
    run_result->ranks[run_result->nranks++] =
        (ms_rankstat){.rank = rank, .host = "host", .tasks = 7, .nbytes = 1000, .busy_seconds = 1.25};
}

/* A run over those of NENTRIES entries that `shard` of `shards` (0: all) has. */
static ms_run_result outcome_make(uint32_t shard, uint32_t shards)
{
    ms_run_result run_result = {.nfiltered = 3, .wall_seconds = 0.1 + shard, .stages = {.work = 0.1}};
    ms_str_list_printf(&run_result.notes, "a note");
    ms_bytes records = {0};
    ms_err err = {0};
    uint32_t n = 0;
    sample_keywords(&run_result.keywords);
    ms_str_list_printf(&run_result.search, "--file=words");
    for (uint32_t i = 0; i < NENTRIES; i++) {
        char path[32];
        ms_str name = path_of(i, path);
        if (shards == 0 || i % shards + 1 == shard) {
            ms_str_list_push(&run_result.paths, name.data, name.len);
            size_t at = records.len;
            sample_append(&records, i % NSAMPLES, i);
            ms_record_set_entry(records.data + at, n++);
        }
    }
    ck_assert_msg(ms_merge(&run_result.merged, &records, 1, &run_result.paths, &run_result.keywords, false,
                           &err) == MS_OK,
                  "%s", err.text);
    add_rank(&run_result, 0);
    add_rank(&run_result, 1);
    run_result.compare = (ms_comparison){.kind = MS_BASELINE_MEASURED,
                                         .npairs = 3,
                                         .sequential = 0.3,
                                         .karp_flatt = (double)NAN,
                                         .verdict = "a verdict"};
    return run_result;
}

static ms_code append(void *user, const void *data, size_t n)
{
    ms_bytes_append(user, data, n);
    return ms_bytes_check(user);
}

static ms_bytes file_of(const ms_run_result *run_result, uint32_t shard, uint32_t shards, const char *setting)
{
    ms_bytes file = {0};
    ms_run_info info = {.shard = shard, .shards = shards, .journal = {"journal", 7}};
    ms_str_list_push(&info.settings, "logs", 4);
    ms_str_list_push(&info.settings, setting, strlen(setting));
    ck_assert_int_eq(ms_result_write(&info, run_result, append, &file), MS_OK);
    ms_str_list_fini(&info.settings);
    return file;
}

static ms_code read_bytes(ms_result *result, const uint8_t *data, size_t n, ms_err *err)
{
    file_write("result", data, n);
    return ms_result_read(result, "result", err);
}

static ms_result read_good(const ms_bytes *file)
{
    ms_err err = {0};
    ms_result result;
    ck_assert_msg(read_bytes(&result, file->data, file->len, &err) == MS_OK, "%s", err.text);
    return result;
}

static void same_entries(const ms_run_result *got, const ms_run_result *wanted)
{
    ck_assert_str_eq(got->merged.digest, wanted->merged.digest);
    ck_assert_mem_eq(&got->merged.ledger, &wanted->merged.ledger, sizeof wanted->merged.ledger);
    ck_assert_uint_eq(got->merged.nentries, wanted->merged.nentries);
    for (size_t i = 0; i < wanted->merged.nentries; i++) {
        ck_assert(ms_str_compare(ms_str_list_at(&got->paths, i), ms_str_list_at(&wanted->paths, i)) == 0);
        ms_bytes a = {0};
        ms_bytes b = {0};
        ms_record x = ms_merged_at(&got->merged, i);
        ms_record y = ms_merged_at(&wanted->merged, i);
        ck_assert(ms_record_encode(&x, &a) == MS_OK && ms_record_encode(&y, &b) == MS_OK);
        ck_assert_uint_eq(a.len, b.len);
        ck_assert_mem_eq(a.data, b.data, a.len);
        ms_bytes_fini(&a);
        ms_bytes_fini(&b);
    }
}

TEST(written_frames_are_read)
{
    ms_run_result run_result = outcome_make(0, 0);
    ms_run_result again;
    ms_err err = {0};
    ms_bytes file = file_of(&run_result, 0, 0, "--word");
    ms_result result = read_good(&file);
    ck_assert(ms_result_has_option(&result, "--word") && !ms_result_has_option(&result, "logs"));
    ck_assert_str_eq(result.info.journal.data, "journal");
    ck_assert_msg(ms_result_join(&result, 1, &again, &err) == MS_OK, "%s", err.text);
    same_entries(&again, &run_result);
    ck_assert_uint_eq(again.nranks, 2);
    ck_assert_str_eq(again.ranks[1].host, "host");
    ck_assert_uint_eq(again.search.count, 1);
    ck_assert_str_eq(ms_str_list_at(&again.search, 0).data, "--file=words");
    ck_assert_uint_eq(again.nfiltered, 3);
    ck_assert_double_eq_tol(again.wall_seconds, 0.1, 1e-12);
    ck_assert_double_eq_tol(again.stages.work, 0.1, 1e-12);
    ck_assert_double_eq_tol(again.compare.sequential, 0.3, 1e-12);
    ck_assert(isnan(again.compare.karp_flatt) && !again.stopped);
    ck_assert_str_eq(again.compare.verdict, "a verdict");
    ck_assert_uint_eq(again.notes.count, 1);
    ck_assert_str_eq(ms_str_list_at(&again.notes, 0).data, "a note");
    ms_run_result_fini(&again);
    ms_result_fini(&result);
    ms_bytes_fini(&file);
    ms_run_result_fini(&run_result);
}

static void refused(const uint8_t *data, size_t n, const char *says)
{
    ms_err err = {0};
    ms_result result;
    ck_assert_msg(read_bytes(&result, data, n, &err) == MS_FORMAT, "%zu bytes: %s", n, err.text);
    ck_assert_msg(strstr(err.text, says), "'%s' not in '%s'", says, err.text);
    ck_assert_ptr_null(result.records.data);
}

/* Also between two frames, where nothing is torn. */
TEST(cut_at_every_byte)
{
    ms_run_result run_result = outcome_make(0, 0);
    ms_bytes file = file_of(&run_result, 0, 0, "--word");
    refused(file.data, 0, "is empty");
    for (size_t cut = 1; cut < file.len; cut++) {
        refused(file.data, cut, cut < 64 ? "its header is damaged" : "");
    }
    ms_bytes_fini(&file);
    ms_run_result_fini(&run_result);
}

TEST(flip_every_byte)
{
    ms_run_result run_result = outcome_make(0, 0);
    ms_bytes file = file_of(&run_result, 0, 0, "--word");
    for (size_t at = 0; at < file.len; at++) {
        uint8_t flip = (uint8_t)(1U << (at % 8));
        file.data[at] ^= flip;
        refused(file.data, file.len, "damaged");
        file.data[at] ^= flip;
    }
    ms_bytes_fini(&file);
    ms_run_result_fini(&run_result);
}

/* In whatever order they are given. */
TEST(shards_make_up_the_run)
{
    static const uint32_t order[] = {3, 1, 2};
    ms_run_result whole = outcome_make(0, 0);
    ms_run_result joined;
    ms_result results[3];
    ms_err err = {0};
    for (size_t i = 0; i < 3; i++) {
        ms_run_result shard = outcome_make(order[i], 3);
        ms_bytes file = file_of(&shard, order[i], 3, "--word");
        results[i] = read_good(&file);
        ms_bytes_fini(&file);
        ms_run_result_fini(&shard);
    }
    ck_assert_msg(ms_result_join(results, 3, &joined, &err) == MS_OK, "%s", err.text);
    same_entries(&joined, &whole);
    ck_assert_uint_eq(joined.nranks, 6);
    ck_assert_uint_eq(joined.ranks[5].rank, 5);
    ck_assert_double_eq_tol(joined.wall_seconds, 3.1, 1e-12);
    ck_assert_int_eq(joined.compare.kind, MS_BASELINE_NONE);
    ck_assert_uint_eq(joined.notes.count, 3);
    ck_assert_str_eq(ms_str_list_at(&joined.notes, 0).data, "shard 1: a note");
    ck_assert_str_eq(ms_str_list_at(&joined.notes, 2).data, "shard 3: a note");
    ms_run_result_fini(&joined);
    ms_run_result_fini(&whole);
    for (size_t i = 0; i < 3; i++) {
        ms_result_fini(&results[i]);
    }
}

static const struct {
    uint32_t of[2], shard[2], shards[2]; /* what is in the two files, and what they say that they are */
    const char *setting[2];
    ms_code code;
    const char *says;
} wrong_sets[] = {
    {{1, 2}, {1, 2}, {3, 3}, {"-w", "-w"}, MS_USAGE, "shard 3 of 3 is missing"},
    {{1, 2}, {2, 2}, {2, 2}, {"-w", "-w"}, MS_USAGE, "are both shard 2 of 2"},
    {{1, 2}, {1, 2}, {2, 2}, {"-w", "-i"}, MS_USAGE, "are of different runs: option '-w' and '-i'"},
    {{1, 2}, {1, 2}, {2, 3}, {"-w", "-w"}, MS_USAGE, "is one of 2 shards, but "},
    {{1, 2}, {1, 0}, {2, 0}, {"-w", "-w"}, MS_USAGE, "is not the result of a shard"},
    {{1, 1}, {1, 2}, {2, 2}, {"-w", "-w"}, MS_FORMAT, "both have a result for in/00\\xff\\n"},
};

TEST_EACH(wrong_sets_are_refused, wrong_sets)
{
    ms_result results[2];
    ms_run_result joined;
    ms_err err = {0};
    for (size_t i = 0; i < 2; i++) {
        ms_run_result shard = outcome_make(wrong_sets[_i].of[i], 2);
        ms_bytes file =
            file_of(&shard, wrong_sets[_i].shard[i], wrong_sets[_i].shards[i], wrong_sets[_i].setting[i]);
        results[i] = read_good(&file);
        ms_bytes_fini(&file);
        ms_run_result_fini(&shard);
    }
    ck_assert_int_eq(ms_result_join(results, 2, &joined, &err), wrong_sets[_i].code);
    ck_assert_msg(strstr(err.text, wrong_sets[_i].says), "%s", err.text);
    ms_run_result_fini(&joined);
    ms_result_fini(&results[0]);
    ms_result_fini(&results[1]);
}

/* A full disk is the caller's. */
static ms_code refuse(void *user, const void *data, size_t n)
{
    (void)user;
    return data && n > 0 ? MS_IO : MS_OK;
}

TEST(an_error_of_writing_is_returned)
{
    ms_run_result run_result = outcome_make(0, 0);
    ms_run_info info = {0};
    ck_assert_int_eq(ms_result_write(&info, &run_result, refuse, NULL), MS_IO);
    ms_run_result_fini(&run_result);
}
