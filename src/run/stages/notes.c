/* Notes: what the report says besides figures: of operands that were meant otherwise, and of the ranks. The
 * host of a rank is in no record, as the answer must not depend on which rank did a task: it is reported
 * here. */
#include "base/escape.h"
#include "run/stages/pipeline_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SHOWN_HOSTS = 3 };

/* What one host, or one rank, could not reach. */
typedef struct tally {
    uint64_t nfaults, ntasks;
    ms_record first; /* of them; borrowed from the merged parts */
} tally;

static void count_part(const ms_bytes *part, tally *to)
{
    ms_reader reader = ms_reader_over(part->data, part->len);
    while (ms_reader_left(&reader) > 0) {
        ms_reader ahead = reader;
        const uint8_t *data = ms_reader_take(&reader, ms_reader_u64(&ahead));
        ms_record record = ms_record_view(data); /* the merge has validated it */
        if (ms__is_host_fault(&record)) {
            to->first = to->nfaults == 0 ? record : to->first;
            to->nfaults++;
        }
    }
}

/* All ranks of the host of rank r; false when an earlier rank of it has faults and so has been here. */
static bool sum_host(const ms__run *run, const tally *ranks, size_t nranks, size_t r, tally *to)
{
    *to = (tally){0};
    for (size_t i = 0; i < nranks; i++) {
        if (strcmp(run->ranks[i].host, run->ranks[r].host) != 0) {
            continue;
        }
        if (i < r && ranks[i].nfaults > 0) {
            return false;
        }
        to->first = to->nfaults == 0 ? ranks[i].first : to->first;
        to->nfaults += ranks[i].nfaults;
        to->ntasks += run->ranks[i].tasks;
    }
    return true;
}

static void note_host(const ms_pipeline *p, const char *host, const tally *of, ms_str_list *notes)
{
    char path[120];
    char why[120];
    ms_str name = ms_str_list_at(&p->prepared.entries.paths, of->first.entry);
    ms_str_list_printf(notes, "%s could not read or write %" PRIu64 " of its %" PRIu64 " files, as %s (%s).",
                       host, of->nfaults, of->ntasks, ms_escape_to(path, sizeof path, name.data, name.len),
                       ms_escape_message_to(why, sizeof why, of->first.message, of->first.nmessage));
}

/* Rank 0 alone lists files: whether another host has what it lacks makes no difference. */
static void note_enumeration(const ms_pipeline *p, const ms__run *run, ms_str_list *notes)
{
    for (size_t i = 0; i < p->prepared.entries.paths.count; i++) {
        if (p->prepared.entries.list[i].state == MS_ENTRY_FAULT) {
            ms_str_list_printf(notes, "The files were listed on %s, so what it cannot reach has failed.",
                               run->ranks[0].host);
            return;
        }
    }
}

/* With several hosts: which of them could not reach files that they were to do. */
static void note_hosts(const ms_pipeline *p, const ms__run *run, ms_str_list *notes)
{
    size_t nranks = ms_comm_size(p->comm);
    size_t nhosts = 0;
    tally *ranks = ms__several_hosts(p) ? calloc(nranks, sizeof *ranks) : NULL;
    if (!ranks) {
        return; /* they are only notes */
    }
    note_enumeration(p, run, notes);
    for (size_t r = 0; r < nranks; r++) {
        count_part(&run->merged.parts[r], &ranks[r]);
    }
    for (size_t r = 0; r < nranks; r++) {
        tally sum;
        if (ranks[r].nfaults > 0 && sum_host(run, ranks, nranks, r, &sum) && nhosts++ < SHOWN_HOSTS) {
            note_host(p, run->ranks[r].host, &sum, notes);
        }
    }
    if (nhosts > SHOWN_HOSTS) {
        ms_str_list_printf(notes, "%zu more hosts could not either.", nhosts - SHOWN_HOSTS);
    }
    if (nhosts > 0) {
        ms_str_list_printf(notes, "A path must lead to the same file on every host.");
    }
    free(ranks);
}

static void note_journals(const ms_pipeline *p, const ms__run *run, ms_str_list *notes)
{
    size_t nended = 0;
    for (size_t r = 0; r < ms_comm_size(p->comm); r++) {
        nended += run->ranks[r].journal_failed;
    }
    if (nended > 0) {
        ms_str_list_printf(
            notes,
            "The journal of %zu rank%s could not be written to its end: a resumed run would do "
            "again what is missing. On rank 0: %s",
            nended, nended == 1 ? "" : "s",
            p->journaling.err.code != MS_OK ? p->journaling.err.text : "no error");
    }
}

static void note_stalls(const ms_pipeline *p, const ms__run *run, ms_str_list *notes)
{
    const ms_rankstat *worst = &run->ranks[0];
    char shown[256];
    size_t nstalled = 0;
    for (size_t r = 0; r < ms_comm_size(p->comm); r++) {
        nstalled += run->ranks[r].stall_seconds > 0;
        worst = run->ranks[r].stall_seconds > worst->stall_seconds ? &run->ranks[r] : worst;
    }
    if (nstalled > 0) {
        ms_str_list_printf(
            notes, "%zu rank%s stalled longer than --stall-warning, rank %u on %s longest: %.0f s at %s.",
            nstalled, nstalled == 1 ? "" : "s", worst->rank, worst->host, worst->stall_seconds,
            ms_escape_to(shown, sizeof shown, worst->stall_path, strlen(worst->stall_path)));
    }
}

void ms__note_ranks(const ms_pipeline *p, const ms__run *run, ms_str_list *notes)
{
    note_hosts(p, run, notes);
    note_journals(p, run, notes);
    note_stalls(p, run, notes);
}

static bool is_missing(const char *path)
{
    struct stat st;
    return lstat(path, &st) != 0 && errno == ENOENT;
}

/* mpiscan logs error app.log: as of grep, whose first operand is the pattern. */
static void note_keyword(const ms_settings *settings, ms_str_list *notes)
{
    char shown[160];
    bool given = settings->keywords.count > 0 || settings->keyword_files.count > 0;
    if (given || settings->paths.count == 0 || settings->command == MS_COMMAND_IMAGES) {
        return;
    }
    ms_str first = ms_str_list_at(&settings->paths, 0);
    if (first.len == 0 || !is_missing(first.data)) {
        return;
    }
    (void)ms_escape_to(shown, sizeof shown, first.data, first.len);
    bool plain = strspn(shown, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,@%+=-") ==
                 strlen(shown);
    bool quotable = !strpbrk(shown, "'\\");
    const char *quote = plain || !quotable ? "" : "'";
    ms_str_list_printf(notes, "'%s' does not exist: to search for a keyword, use -e %s%s%s.", shown, quote,
                       quotable ? shown : "KEYWORD", quote);
}

/* A list made on Windows: every name would end in CR. */
static void note_crlf(const ms_settings *settings, const ms_str_list *roots, ms_str_list *notes)
{
    size_t first = settings->paths.count;
    if (!settings->files_from || settings->null_separated || roots->count == first ||
        !is_missing(ms_str_list_at(roots, first).data)) {
        return;
    }
    for (size_t i = first; i < roots->count; i++) {
        ms_str name = ms_str_list_at(roots, i);
        if (name.data[name.len - 1] != '\r') {
            return;
        }
    }
    ms_str_list_printf(
        notes, "Every line of the --files-from list ends with CR LF, and the CR counts as part of the "
               "name: convert the list, as with tr -d '\\r'.");
}

void ms__note_operands(const ms_settings *settings, const ms_str_list *roots, ms_str_list *notes)
{
    note_keyword(settings, notes);
    note_crlf(settings, roots, notes);
}
