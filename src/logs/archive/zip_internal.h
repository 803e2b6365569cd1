/* What the files of the zip reader share: zip_record.c reads records, zip_contents.c decodes members and
 * verifies them, zip_directory.c compares the central directory with the local headers, zip.c is the reader.
 * Source: PKWARE, .ZIP File Format Specification (APPNOTE.TXT) 6.3.10; sections are named as "4.3.7". */
#ifndef MS_LOGS_ARCHIVE_ZIP_INTERNAL_H
#define MS_LOGS_ARCHIVE_ZIP_INTERNAL_H

#include "logs/archive/members_internal.h"

enum {
    MS__ZIP_LOCAL = 30,     /* bytes of a local header (4.3.7) without name and extra fields */
    MS__ZIP_CENTRAL = 46,   /* of a directory header (4.3.12) */
    MS__ZIP_END = 22,       /* of the end record (4.3.16) */
    MS__ZIP_END64 = 56,     /* of zip64's (4.3.14), without extensible data */
    MS__ZIP_LOCATOR64 = 20, /* of its locator (4.3.15) */
};

typedef enum ms__zip_signature {
    MS__ZIP_IS_OTHER,
    MS__ZIP_IS_LOCAL,
    MS__ZIP_IS_DESCRIPTOR,
    MS__ZIP_IS_CENTRAL,
    MS__ZIP_IS_END,
    MS__ZIP_IS_END64,
    MS__ZIP_IS_LOCATOR64,
    MS__ZIP_IS_DIGITAL, /* a digital signature (4.3.13) or archive extra data (4.3.11) */
} ms__zip_signature;

/* A member, as its local header or the directory describes it. */
typedef struct ms__zip_entry {
    uint16_t version, flags, method;
    uint32_t crc;
    uint64_t stored, size; /* bytes in the archive, and of the contents */
    uint64_t offset;       /* of the local header */
    uint64_t name;         /* hash of the name */
    size_t nname, nextra, ncomment;
    uint16_t part; /* number of the file that it is in */
    bool zip64;    /* has the extra field of zip64 */
    bool empty;    /* a directory: it has no contents, and perhaps no descriptor, whatever its flags say */
} ms__zip_entry;

uint16_t ms__zip_u16(const uint8_t *at);
uint32_t ms__zip_u32(const uint8_t *at);
uint64_t ms__zip_u64(const uint8_t *at);

/* What begins with these n bytes. Local, as all below. */
ms__zip_signature ms__zip_signature_of(const uint8_t *bytes, size_t n);
/* A local header of MS__ZIP_LOCAL bytes; false when its version cannot be of one. */
bool ms__zip_parse_local(const uint8_t *bytes, ms__zip_entry *entry);
/* The same, with a method that is known, too: where other data may be. */
bool ms__zip_is_local(const uint8_t *bytes);
/* A directory header of MS__ZIP_CENTRAL bytes. */
void ms__zip_parse_central(const uint8_t *bytes, ms__zip_entry *entry);
/* Takes what does not fit into 32 bits from the extra fields of zip64 (4.5.3). */
void ms__zip_apply_extra(const uint8_t *extra, size_t n, bool central, ms__zip_entry *entry);
/* "deflate", or "unknown". */
const char *ms__zip_method_name(uint16_t method);

enum { MS__ZIP_ENCRYPTED = 1, MS__ZIP_END_MARKER = 2, MS__ZIP_DESCRIPTOR = 8, MS__ZIP_STRONG = 64 };

/* Finding the end of data whose length is not known before: the data descriptor after them (4.3.9), whose
 * sizes have four or eight bytes, and whose signature may be missing. */
enum { MS__ZIP_MAX_DESCRIPTOR = 24 };

/* The length of the descriptor that these bytes begin with, if it agrees with the entry's CRC and sizes; 0:
 * none. With `any`, only the stored size has to agree; the rest is taken from it. */
size_t ms__zip_match_descriptor(const uint8_t *bytes, size_t n, bool any, ms__zip_entry *entry);

typedef struct ms__zip_search {
    uint64_t nbefore; /* bytes of the data before those that are searched */
    uint32_t crc;     /* of these */
    bool any;         /* only the size before the descriptor has to agree */
    bool last;        /* nothing follows the bytes */
} ms__zip_search;

/* Do the data end within these n bytes? *end is where; otherwise they reach at least so far. */
bool ms__zip_find_end(const ms__zip_search *search, const uint8_t *bytes, size_t n, size_t *end);

/* The contents of the current member. Begins with {0}. */
typedef struct ms__zip_contents {
    ms__archive_reader *reader;     /* borrowed */
    const ms_decode_limits *limits; /* borrowed */
    uint64_t *ndecoded;             /* borrowed: bytes decoded of all members so far */
    ms__zip_entry entry;
    const ms_codec_ops *ops; /* NULL: stored */
    void *state;             /* owned, of ops */
    bool refused;            /* is not decoded */
    bool known;              /* the stored size is known before the end */
    uint64_t begin;          /* offset in the source of the first byte */
    uint64_t nmade;          /* bytes of the contents so far */
    uint64_t nsafe;          /* stored, of unknown size: it is known that they reach so far */
    uint32_t crc;            /* of what has been made */
    bool found_end;          /* nsafe is the size */
    bool data_end;           /* all has been made */
    bool checked;            /* the descriptor has been read, and all has been verified */
    bool lost;               /* the end cannot be found, as the data before it are corrupt */
    ms_code code;            /* an error of this member, or MS_OK */
    ms_err why;
} ms__zip_contents;

/* The member's contents begin at the next byte. A method that is not decoded, and encryption, are in
 * contents->code. MS_NOMEM. */
MS_MUST_CHECK ms_code ms__zip_contents_begin(ms__zip_contents *contents, const ms__zip_entry *entry,
                                             ms_err *err);
/* As ms_source.read. Errors of the member; one of the archive is in reader->code, too. */
MS_MUST_CHECK ms_code ms__zip_contents_read(ms__zip_contents *contents, uint8_t *buf, size_t cap, size_t *n,
                                            ms_err *err);
/* Skips what has not been read, and the descriptor; after that, entry has the sizes and the CRC, unless the
 * end was lost. An error of the archive, as of reader->code. */
MS_MUST_CHECK ms_code ms__zip_contents_skip(ms__zip_contents *contents);
void ms__zip_contents_fini(ms__zip_contents *contents);

/* Sums over members, whatever their order: equal if and, but for chance, only if their members are. */
typedef struct ms__zip_sums {
    uint64_t count, names, methods, crcs, sizes;
    uint64_t offsets;  /* weighted by the names */
    uint64_t nfillers; /* headers without a name and contents, which the others do not count */
} ms__zip_sums;

void ms__zip_sums_add(ms__zip_sums *sums, const ms__zip_entry *entry);

/* The directory and the records after it. */
typedef struct ms__zip_directory {
    ms__zip_sums sums;
    bool begun, has_end64;
    uint64_t begin, end;          /* offsets in the source of its first byte, and after its last */
    uint64_t end64;               /* of zip64's end record */
    uint64_t count, size, offset; /* as that says */
} ms__zip_directory;

/* Each reads the record at the next byte, which has its signature. An error of the archive is returned, or
 * noted as damage. */
MS_MUST_CHECK ms_code ms__zip_read_central(ms__zip_directory *directory, ms__archive_reader *reader);
MS_MUST_CHECK ms_code ms__zip_read_digital(ms__archive_reader *reader);
MS_MUST_CHECK ms_code ms__zip_read_end64(ms__zip_directory *directory, ms__archive_reader *reader);
MS_MUST_CHECK ms_code ms__zip_read_locator64(const ms__zip_directory *directory, ms__archive_reader *reader);
/* The end record: compares the directory with the members that were found in an archive that begins at byte
 * `begin`. Its offsets count from there, or from the source's first byte. */
MS_MUST_CHECK ms_code ms__zip_read_end(const ms__zip_directory *directory, ms__archive_reader *reader,
                                       const ms__zip_sums *members, uint64_t begin);

#endif
