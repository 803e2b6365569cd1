/* Journald: a systemd journal file as lines of text, one for each entry, in the order of the file:
 *     2026-11-30T01:02:03.123456+0000 host ident[pid]: MESSAGE
 * as `journalctl --file F -o short-iso-precise --utc --all` prints them. A reader of its own over the
 * published format (https://systemd.io/JOURNAL_FILE_FORMAT/): every offset, size and type is checked, memory
 * is bounded. */
#ifndef MS_LOGS_JOURNALD_JOURNALD_H
#define MS_LOGS_JOURNALD_JOURNALD_H

#include "logs/decode/codec.h"
#include "logs/input/file.h"

typedef struct ms_journald ms_journald;

/* Bytes needed to detect a journal. */
#define MS_JOURNALD_HEAD 24

/* Does a file that begins so (n < MS_JOURNALD_HEAD: that is all) hold a journal? Text that begins with the
 * magic number does not. Local. */
bool ms_journald_looks_like(const uint8_t *head, size_t n);

typedef struct ms_journald_options {
    ms_decode_limits limits; /* max_decompressed: bytes of text */
    bool fields;             /* append the other fields, as " FIELD=value" */
} ms_journald_options;

/* A journal of `size` bytes, read by `pread` of `self`, which is borrowed. `grown`: the file is longer by
 * now, and what is beyond `size` is no damage. MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_journald_open(ms_journald **journal, ms_pread_fn pread, void *self, uint64_t size,
                                       bool grown, const ms_journald_options *options, ms_err *err);
/* A journal that is a whole file, borrowed; or, with `file` NULL, whatever `from` reads, which is copied to a
 * temporary file first (logs/input/spool.h). MS_NOMEM, MS_IO, or an error of limits->on_work. Local. */
MS_MUST_CHECK ms_code ms_journald_open_source(ms_journald **journal, ms_file *file, ms_source from,
                                              const ms_journald_options *options, ms_err *err);
void ms_journald_close(ms_journald *journal);

/* Up to cap > 0 bytes of text; *n == 0 only at the end. Each entry is one line: a newline in a value is a
 * blank, those at its end are dropped; other bytes are as they are. An entry without a MESSAGE has a line
 * too; of several values of MESSAGE the last is the line's, the others follow as " MESSAGE=value". The line
 * of an entry that cannot be read is empty, or lacks the damaged fields. Errors come after all the text:
 * MS_FORMAT, with the first offset that is damaged, or for an unknown version; MS_LIMIT: a field of more than
 * 16 MiB, a line of more than 64 MiB, more text than limits, or more work than its size explains; MS_IO ends
 * the text where it occurs; an error of limits->on_work is returned as it is. Every error is final. Local. */
MS_MUST_CHECK ms_code ms_journald_read(ms_journald *journal, uint8_t *buf, size_t cap, size_t *n,
                                       ms_err *err);
/* The same as a source; borrows the journal. */
ms_source ms_journald_source(ms_journald *journal);

#endif
