/* The parts of the journal reader, lowest first: bytes (cached pages), objects, payloads of DATA objects, the
 * list of entries, lines. Damage is recorded where it is found (ms__journald_damage); MS_FORMAT then only
 * says that the object is unusable, and reading continues with the next one. */
#ifndef MS_LOGS_JOURNALD_JOURNALD_INTERNAL_H
#define MS_LOGS_JOURNALD_JOURNALD_INTERNAL_H

#include "base/bytes.h"
#include "logs/input/spool.h"
#include "logs/journald/journald.h"

enum {
    MS__JPAGE = 64 << 10,        /* bytes of a page, and of a read */
    MS__NJPAGES = 128,           /* pages in memory */
    MS__NJWAYS = 8,              /* of these, where a page may be */
    MS__JRANGE = 16 << 10,       /* bytes that are available in one piece */
    MS__JFIELD_MAX = 16 << 20,   /* bytes of a field that are searched */
    MS__JLINE_MAX = 64 << 20,    /* bytes of a line */
    MS__JSLOT_BYTES = 70,        /* of a payload that is cached */
    MS__NJSLOTS = 65536,         /* cached payloads; a power of two */
    MS__JITEMS = 512,            /* items of an entry array that are read at once */
    MS__JSTATE_ONLINE = 1,       /* journal-def.h: STATE_ONLINE */
    MS__JHEADER_MIN = 208,       /* bytes of the oldest header */
    MS__JENTRY_MIN = 64,         /* bytes of an ENTRY object before its items */
    MS__JCOMPRESSED = 1 | 2 | 4, /* flags of a DATA object: xz, lz4, zstd */
};

/* Types of objects. */
enum { MS__JDATA = 1, MS__JENTRY = 3, MS__JARRAY = 6, MS__JTYPES = 8 };

/* ---- bytes: the file in pages, least recently used ones are replaced ---- */

typedef struct ms__journald_bytes {
    ms_pread_fn pread;
    void *self; /* borrowed */
    uint64_t size;
    uint8_t *pages;             /* owned */
    uint64_t ids[MS__NJPAGES];  /* offset / MS__JPAGE + 1; 0: free */
    uint64_t used[MS__NJPAGES]; /* when, as of `clock` */
    uint64_t clock;
    size_t last; /* the page used last */
    uint8_t across[MS__JRANGE];
} ms__journald_bytes;

/* MS_NOMEM. */
MS_MUST_CHECK ms_code ms__journald_bytes_init(ms__journald_bytes *bytes, ms_pread_fn pread, void *self,
                                              uint64_t size, ms_err *err);
/* n <= MS__JRANGE bytes at `offset`, offset + n <= size: borrowed until the next call. MS_IO. */
MS_MUST_CHECK ms_code ms__journald_bytes_at(ms__journald_bytes *bytes, uint64_t offset, size_t n,
                                            const uint8_t **at, ms_err *err);

/* ---- what an entry consists of ---- */

typedef enum ms__jfield {
    MS__JFIELD_OTHER,
    MS__JFIELD_MESSAGE,
    MS__JFIELD_HOST,
    MS__JFIELD_IDENT,
    MS__JFIELD_COMM,
    MS__JFIELD_PID,
    MS__JFIELD_SYSLOG_PID,
    MS__JFIELD_TIME,
    MS__NJFIELDS
} ms__jfield;

/* A payload, "FIELD=value", that was read before. */
typedef struct ms__journald_slot {
    uint64_t offset; /* of its object; 0: none */
    uint64_t hash;
    uint64_t first_entry;
    uint8_t field, n;
    uint8_t bytes[MS__JSLOT_BYTES];
} ms__journald_slot;

/* Lengths: 0 bytes for a field that is not part of the line. */
typedef struct ms__journald_payload {
    ms__jfield field;
    const uint8_t *data; /* borrowed until the next one is read */
    size_t n;
    uint64_t hash;        /* of the object */
    uint64_t first_entry; /* offset of the first entry that has it */
    uint64_t nentries;    /* that have it; 0: not known (cached) */
} ms__journald_payload;

/* An object that lies within the file. */
typedef struct ms__journald_object {
    uint64_t offset, size;
    uint8_t type, flags;
} ms__journald_object;

typedef struct ms__journald_entry {
    ms__journald_object object; /* size 0: it is damaged, and has an empty line */
    uint64_t realtime;          /* microseconds since 1970 */
    uint64_t index;             /* 0-based */
} ms__journald_entry;

/* The position in the list of entries. */
typedef struct ms__journald_position {
    uint64_t array;        /* offset of the current entry array; 0: none yet */
    uint64_t next;         /* offset of the one after it; 0: none */
    uint64_t nitems, item; /* of the current array */
    uint64_t items[MS__JITEMS];
    size_t at, n;       /* of items */
    uint64_t nmissing;  /* items that were 0 */
    uint64_t entry_end; /* where the entry before ends: no other begins before that */
    uint64_t nfound;
    uint64_t walk; /* offset of the next object, when the arrays are damaged; 0: they are not */
    bool ended;
} ms__journald_position;

typedef struct ms__journald_value {
    bool is_set;
    size_t at, n; /* of ms_journald.values */
} ms__journald_value;

struct ms_journald {
    ms__journald_bytes bytes;
    ms_spool *spool; /* owned, or NULL */
    ms_code spool_code;
    ms_err spool_why;
    ms_journald_options options;
    bool grown;
    bool begun; /* the header has been read */

    /* the header */
    bool compact, keyed;
    uint8_t state;
    uint8_t file_id[16];
    uint64_t header_size, arena_size, nentries, entry_array;

    ms__journald_position position;
    ms__journald_slot *slots; /* owned */
    ms_bytes payload;         /* decompressed, or copied from several pages */
    void *zstd, *xz;          /* owned: states of codecs */

    ms__journald_value fields[MS__NJFIELDS]; /* of the current entry */
    ms_bytes values, others;
    uint64_t second; /* that `second_text` shows */
    char second_text[32];

    ms_bytes line; /* text not returned yet, from line_at */
    size_t line_at;
    uint64_t ntext;    /* bytes of text so far */
    uint64_t unlinked; /* offset of an object that does not list the entry before; 0: none */
    uint64_t work;     /* since limits.on_work was called: about bytes read, decompressed, hashed */
    uint64_t all_work; /* until then */
    uint64_t nfaults;
    ms_err fault; /* the first one */
    bool ended;
    ms_code code; /* the final error */
    ms_err why;
};

/* ---- objects ---- */

/* Records damage; `what` completes "the journal is corrupt at byte N: ". */
void ms__journald_note(ms_journald *journal, uint64_t offset, const char *what);
/* The same; returns MS_FORMAT. */
MS_MUST_CHECK ms_code ms__journald_damage(ms_journald *journal, uint64_t offset, const char *what);
/* Records that the rest of what is there is not searched, which is more than `what`. */
void ms__journald_over_limit(ms_journald *journal, uint64_t offset, const char *what);
/* MS_FORMAT becomes MS_OK, as it has been recorded. */
MS_MUST_CHECK ms_code ms__journald_tolerate(ms_code code);
/* Reads the header. MS_FORMAT. */
MS_MUST_CHECK ms_code ms__journald_header(ms_journald *journal, ms_err *err);
/* The object at `offset`, of this type (0: any) and at least `min` bytes. MS_FORMAT. */
MS_MUST_CHECK ms_code ms__journald_object_at(ms_journald *journal, uint64_t offset, uint8_t type,
                                             uint64_t min, ms__journald_object *object, ms_err *err);
/* Counts work; calls limits.on_work from time to time. MS_LIMIT: more than the size of the journal explains.
 */
MS_MUST_CHECK ms_code ms__journald_work(ms_journald *journal, uint64_t amount, ms_err *err);
/* Little-endian integers. */
uint32_t ms__journald_u32(const uint8_t *at);
uint64_t ms__journald_u64(const uint8_t *at);

/* ---- payloads ---- */

/* Bob Jenkins' lookup3 (hashlittle2), both halves, and SipHash-2-4: the hashes of payloads. */
uint64_t ms__journald_jenkins(const uint8_t *data, size_t n);
uint64_t ms__journald_siphash(const uint8_t *data, size_t n, const uint8_t key[16]);

/* Up to `want` bytes of what is stored in a DATA object, decompressed if `flags` say so: *data is borrowed
 * until the next call. *whole: that is all. MS_FORMAT. */
MS_MUST_CHECK ms_code ms__journald_unpack(ms_journald *journal, uint64_t offset, uint64_t stored,
                                          uint8_t flags, size_t want, const uint8_t **data, size_t *n,
                                          bool *whole, ms_err *err);
void ms__journald_unpack_close(ms_journald *journal);
/* The payload of the DATA object at `offset`. MS_FORMAT: it cannot be read. */
MS_MUST_CHECK ms_code ms__journald_payload_at(ms_journald *journal, uint64_t offset,
                                              ms__journald_payload *payload, ms_err *err);

/* ---- entries and lines ---- */

/* The next entry, *more false at the end. Errors other than of single entries. */
MS_MUST_CHECK ms_code ms__journald_next_entry(ms_journald *journal, ms__journald_entry *entry, bool *more,
                                              ms_err *err);
/* Appends the entry's line. */
MS_MUST_CHECK ms_code ms__journald_put_line(ms_journald *journal, const ms__journald_entry *entry,
                                            ms_err *err);

#endif
