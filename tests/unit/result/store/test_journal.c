/* Suite of result/store/journal.c and journal_read.c: what was written whole is read, whatever became of the
 * rest.
 */
#include "result/store/frame.h"
#include "result/store/journal.h"

#include "samples.h"
#include "scratch.h"
#include "unit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NTASKS = 12 };

static scratch directory_open(void)
{
    scratch f = scratch_open();
    (void)snprintf(f.file, sizeof f.file, "%.32s/0001-000003.journal", f.root);
    return f;
}

static void make_settings(ms_str_list *settings, const char *second)
{
    ms_str_list_push(settings, "keyword=a", 9);
    ms_str_list_push(settings, second, strlen(second));
}

static ms_journal_file file_of(uint32_t i, char path[32])
{
    int n = snprintf(path, 32, i % 3 == 0 ? "dir/\xff\n%u" : "dir/f%u", i);
    return (ms_journal_file){.path = {path, (size_t)n},
                             .size = 1000 + i,
                             .mtime_ns = -5 + (int64_t)i,
                             .ctime_ns = 7 + (int64_t)i,
                             .inode = 9 * i};
}

/* Writes NTASKS tasks; ends[i] is the file's size when task i was on disk, ends[NTASKS] when only the
 * settings were. */
static void write_all(const scratch *f, const ms_str_list *settings, off_t *ends)
{
    ms_journal *journal = NULL;
    ms_err err = {0};
    struct stat st;
    ck_assert_msg(ms_journal_create(&journal, f->root, 1, 3, 2, settings, &err) == MS_OK, "%s", err.text);
    ck_assert_int_eq(stat(f->file, &st), 0);
    ends[NTASKS] = st.st_size;
    for (uint32_t i = 0; i < NTASKS; i++) {
        char path[32];
        ms_bytes record = {0};
        ms_journal_file file = file_of(i, path);
        sample_append(&record, i % NSAMPLES, i);
        ck_assert_int_eq(ms_journal_put(journal, &file, record.data, record.len, 100, &err), MS_OK);
        ck_assert_int_eq(ms_journal_flush(journal, &err), MS_OK);
        ck_assert_int_eq(stat(f->file, &st), 0);
        ends[i] = st.st_size;
        ms_bytes_fini(&record);
    }
    ms_journal_close(journal);
}

/* Which of the tasks a reader was given; each is what was written, byte for byte. */
typedef struct seen {
    bool task[NTASKS];
    size_t count;
} seen;

static ms_code see(void *user, const ms_journal_file *file, const uint8_t *record, size_t nrecord)
{
    seen *s = user;
    char path[32];
    uint32_t i = (uint32_t)(file->inode / 9);
    ms_bytes wanted = {0};
    ck_assert_uint_lt(i, NTASKS);
    ms_journal_file is = file_of(i, path);
    ck_assert(ms_str_compare(is.path, file->path) == 0);
    ck_assert(is.size == file->size && is.mtime_ns == file->mtime_ns && is.ctime_ns == file->ctime_ns &&
              is.inode == file->inode);
    sample_append(&wanted, i % NSAMPLES, i);
    ck_assert_uint_eq(nrecord, wanted.len);
    ck_assert_mem_eq(record, wanted.data, nrecord);
    ms_bytes_fini(&wanted);
    ck_assert(!s->task[i]);
    s->task[i] = true;
    s->count++;
    return MS_OK;
}

static ms_journal_summary read_all(const scratch *f, const ms_str_list *settings, seen *s)
{
    ms_journal_summary summary = {0};
    ms_err err = {0};
    *s = (seen){0};
    ck_assert_msg(ms_journal_read(f->root, settings, see, s, &summary, &err) == MS_OK, "%s", err.text);
    ck_assert_uint_eq(summary.nframes, s->count);
    ck_assert_uint_eq(summary.last_attempt, 1);
    return summary;
}

TEST(written_frames_are_read)
{
    scratch f = directory_open();
    ms_str_list settings = {0};
    off_t ends[NTASKS + 1];
    seen s;
    make_settings(&settings, "word=no");
    write_all(&f, &settings, ends);
    ms_journal_summary summary = read_all(&f, &settings, &s);
    ck_assert_uint_eq(s.count, NTASKS);
    ck_assert_uint_eq(summary.ndamaged, 0);
    ck_assert_uint_eq(summary.nfiles, 1);
    ms_str_list_fini(&settings);
    scratch_close(&f);
}

/* Cut anywhere: exactly the tasks that are whole are read, and the torn one is reported. */
TEST(cut_at_every_byte)
{
    scratch f = directory_open();
    ms_str_list settings = {0};
    off_t ends[NTASKS + 1];
    make_settings(&settings, "word=no");
    write_all(&f, &settings, ends);
    ms_bytes whole = file_read(f.file);
    for (size_t cut = 0; cut <= whole.len; cut++) {
        seen s;
        size_t expected = 0;
        bool boundary = cut == 0 || cut == (size_t)ends[NTASKS];
        for (uint32_t i = 0; i < NTASKS; i++) {
            expected += (size_t)ends[i] <= cut;
            boundary = boundary || (size_t)ends[i] == cut;
        }
        file_write(f.file, whole.data, cut);
        ms_journal_summary summary = read_all(&f, &settings, &s);
        ck_assert_msg(s.count == expected, "cut at %zu: %zu tasks, not %zu", cut, s.count, expected);
        ck_assert_msg((summary.ndamaged > 0) == !boundary, "cut at %zu: %llu damaged", cut,
                      (unsigned long long)summary.ndamaged);
    }
    ms_bytes_fini(&whole);
    ms_str_list_fini(&settings);
    scratch_close(&f);
}

/* A byte flipped anywhere: at most one task is lost (all, when it is in the settings), and none is wrong. */
TEST(flip_every_byte)
{
    scratch f = directory_open();
    ms_str_list settings = {0};
    off_t ends[NTASKS + 1];
    make_settings(&settings, "word=no");
    write_all(&f, &settings, ends);
    ms_bytes whole = file_read(f.file);
    for (size_t at = 0; at < whole.len; at++) {
        seen s;
        uint8_t flip = (uint8_t)(1U << (at % 8));
        whole.data[at] ^= flip;
        file_write(f.file, whole.data, whole.len);
        whole.data[at] ^= flip;
        ms_journal_summary summary = read_all(&f, &settings, &s);
        ck_assert_msg(summary.ndamaged > 0, "flip at %zu is not detected", at);
        ck_assert_msg(s.count == (at < (size_t)ends[NTASKS] ? 0 : NTASKS - 1), "flip at %zu: %zu tasks", at,
                      s.count);
    }
    ms_bytes_fini(&whole);
    ms_str_list_fini(&settings);
    scratch_close(&f);
}

/* Damage larger than what is read at a time, and marks in it that begin nothing. */
TEST(far_after_the_damage)
{
    enum { JUNK = 3 << 20 };
    scratch f = directory_open();
    ms_str_list settings = {0};
    off_t ends[NTASKS + 1];
    seen s;
    make_settings(&settings, "word=no");
    write_all(&f, &settings, ends);
    ms_bytes whole = file_read(f.file);
    ms_bytes damaged = {0};
    size_t boundary = (size_t)ends[4];
    ms_bytes_append(&damaged, whole.data, boundary);
    ck_assert_int_eq(ms_bytes_reserve(&damaged, JUNK), MS_OK);
    for (size_t i = 0; i < JUNK; i++) {
        damaged.data[damaged.len++] = i % 1000 < 8 ? (uint8_t) "\xFFmframe\n"[i % 1000] : 'x';
    }
    ms_bytes_append(&damaged, whole.data + boundary, whole.len - boundary);
    file_write(f.file, damaged.data, damaged.len);
    ms_journal_summary summary = read_all(&f, &settings, &s);
    ck_assert_uint_eq(s.count, NTASKS);
    ck_assert_uint_gt(summary.ndamaged, 0);
    ms_bytes_fini(&damaged);
    ms_bytes_fini(&whole);
    ms_str_list_fini(&settings);
    scratch_close(&f);
}

/* A valid frame after damage, its mark across the boundary of what is read at a time, and around it. */
TEST(a_mark_across_a_boundary)
{
    enum { ROOM = 1 << 20, AROUND = 16 };
    scratch f = directory_open();
    ms_str_list settings = {0};
    off_t ends[NTASKS + 1];
    make_settings(&settings, "word=no");
    write_all(&f, &settings, ends);
    ms_bytes whole = file_read(f.file);
    size_t boundary = (size_t)ends[4];
    uint8_t *damaged = malloc(ROOM + AROUND + whole.len);
    ck_assert_ptr_nonnull(damaged);
    for (size_t mark = ROOM - AROUND; mark < ROOM + AROUND; mark++) {
        seen s;
        memcpy(damaged, whole.data, boundary);
        memset(damaged + boundary, 'x', mark - boundary);
        memcpy(damaged + mark, whole.data + boundary, whole.len - boundary);
        file_write(f.file, damaged, mark + whole.len - boundary);
        ms_journal_summary summary = read_all(&f, &settings, &s);
        ck_assert_msg(s.count == NTASKS, "mark at %zu: %zu tasks", mark, s.count);
        ck_assert_uint_eq(summary.ndamaged, 1);
    }
    free(damaged);
    ms_bytes_fini(&whole);
    ms_str_list_fini(&settings);
    scratch_close(&f);
}

static void add_words(ms_str_list *to, const char *const *words)
{
    for (size_t i = 0; i < 3 && words[i]; i++) {
        ms_str_list_push(to, words[i], strlen(words[i]));
    }
}

TEST(other_settings_are_named)
{
    static const struct {
        const char *then[3], *now[3];
        const char *says;
    } cases[] = {
        {{"word=no"}, {"word=yes"}, "the journal was made with word=no, this run has word=yes"},
        {{"a"}, {"a", "more=1"}, "this run has more=1, the journal was made without"},
        {{"a", "c"}, {"a", "b", "c"}, "this run has b, the journal was made without"},
        {{"a", "b", "c"}, {"a", "c"}, "the journal was made with b, this run is without"},
        {{"a", "b"}, {"a"}, "the journal was made with b, this run is without"},
        {{"a", "b", "c"}, {"a", "c", "b"}, "made with the same settings in another order: b"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scratch f = directory_open();
        ms_str_list settings = {0};
        ms_str_list others = {0};
        off_t ends[NTASKS + 1];
        ms_journal_summary summary;
        ms_err err = {0};
        seen s = {0};
        add_words(&settings, cases[i].then);
        add_words(&others, cases[i].now);
        write_all(&f, &settings, ends);
        ck_assert_int_eq(ms_journal_read(f.root, &others, see, &s, &summary, &err), MS_USAGE);
        ck_assert_msg(strstr(err.text, cases[i].says), "%s", err.text);
        ck_assert_uint_eq(s.count, 0);
        ms_str_list_fini(&settings);
        ms_str_list_fini(&others);
        scratch_close(&f);
    }
}

/* Records of another version may mean something else: refused, not dropped as damage. */
TEST(another_version_is_refused)
{
    scratch f = directory_open();
    ms_str_list settings = {0};
    ms_bytes bytes = {0};
    ms_journal_summary summary;
    ms_err err = {0};
    seen s = {0};
    size_t at = ms_frame_begin(&bytes, MS_FRAME_HEADER);
    ms_bytes_put_u32(&bytes, MS_FRAME_VERSION + 1);
    ms_bytes_put_u8(&bytes, MS_FRAME_JOURNAL);
    ck_assert_int_eq(ms_frame_end(&bytes, at), MS_OK);
    file_write(f.file, bytes.data, bytes.len);
    ck_assert_int_eq(ms_journal_read(f.root, &settings, see, &s, &summary, &err), MS_USAGE);
    ck_assert_ptr_nonnull(strstr(err.text, "0001-000003.journal has format version 4; this mpiscan reads"));
    ms_bytes_fini(&bytes);
    scratch_close(&f);
}

TEST(groups_wait_two_seconds)
{
    scratch f = directory_open();
    ms_str_list settings = {0};
    ms_journal *journal = NULL;
    ms_err err = {0};
    struct stat before, after;
    char path[32];
    ms_journal_file file = file_of(1, path);
    make_settings(&settings, "word=no");
    ck_assert_int_eq(ms_journal_create(&journal, f.root, 1, 3, 2, &settings, &err), MS_OK);
    ck_assert_int_eq(stat(f.file, &before), 0);
    ck_assert_int_eq(ms_journal_put(journal, &file, (const uint8_t *)"r", 1, 50, &err), MS_OK);
    ck_assert_int_eq(ms_journal_put(journal, &file, (const uint8_t *)"r", 1, 51.9, &err), MS_OK);
    ck_assert_int_eq(ms_journal_tick(journal, 51.99, &err), MS_OK);
    ck_assert_int_eq(stat(f.file, &after), 0);
    ck_assert_int_eq(after.st_size, before.st_size);
    ck_assert_int_eq(ms_journal_tick(journal, 52, &err), MS_OK);
    ck_assert_int_eq(stat(f.file, &after), 0);
    ck_assert_int_gt(after.st_size, before.st_size);
    ck_assert_int_eq(ms_journal_create(&journal, f.root, 1, 3, 2, &settings, &err),
                     MS_IO); /* never onto another */
    ck_assert_ptr_nonnull(strstr(err.text, "another run uses this directory"));
    ms_journal_close(journal);
    ms_str_list_fini(&settings);
    scratch_close(&f);
}

/* A full disk: reported by every call, and what was written stays readable. */
TEST(full_disk_is_reported)
{
    scratch f = directory_open();
    ms_str_list settings = {0};
    off_t ends[NTASKS + 1];
    ms_journal *journal = NULL;
    ms_err err = {0};
    seen s;
    char path[32];
    ms_bytes record = {0};
    make_settings(&settings, "word=no");
    write_all(&f, &settings, ends);
    ck_assert_int_eq(unlink(f.file), 0);
    ck_assert_int_eq(ms_journal_create(&journal, f.root, 1, 3, 2, &settings, &err), MS_OK);
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &(struct rlimit){(rlim_t)ends[1] + 20, (rlim_t)ends[1] + 20}),
                     0);
    ms_code code = MS_OK;
    for (uint32_t i = 0; i < NTASKS && code == MS_OK; i++) {
        ms_journal_file file = file_of(i, path);
        ms_bytes_clear(&record);
        sample_append(&record, i % NSAMPLES, i);
        code = ms_journal_put(journal, &file, record.data, record.len, 100, &err);
        code = code == MS_OK ? ms_journal_flush(journal, &err) : code;
    }
    ck_assert_int_eq(code, MS_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "0001-000003.journal: File too large"));
    err = (ms_err){0};
    ms_journal_file file = file_of(1, path);
    ck_assert_int_eq(ms_journal_put(journal, &file, record.data, record.len, 100, &err), MS_IO);
    ck_assert_ptr_nonnull(strstr(err.text, "File too large"));
    ms_journal_close(journal);
    (void)read_all(&f, &settings, &s);
    ck_assert_uint_eq(s.count, 2);
    ms_bytes_fini(&record);
    ms_str_list_fini(&settings);
    scratch_close(&f);
}

TEST(a_directory_without_journals)
{
    scratch f = directory_open();
    ms_str_list settings = {0};
    ms_journal_summary summary;
    ms_err err = {0};
    seen s = {0};
    file_write(f.file, (const uint8_t *)"", 0);
    char other[96];
    (void)snprintf(other, sizeof other, "%s/0001-000003.journal~", f.root);
    ck_assert_int_eq(rename(f.file, other), 0);
    ck_assert_int_eq(ms_journal_read(f.root, &settings, see, &s, &summary, &err), MS_OK);
    ck_assert_uint_eq(summary.last_attempt, 0);
    ck_assert_int_eq(unlink(other), 0);
    scratch_close(&f);
    ck_assert_int_eq(ms_journal_read(f.root, &settings, see, &s, &summary, &err), MS_OK);
    ck_assert_uint_eq(summary.last_attempt, 0);
}
