/* Mail: letters of any bytes from any rank to any other, outside collectives and without ever waiting. It
 * knows nothing of what is in them. One ms_mail is for letters of one kind: a rank that cannot answer one
 * kind now still receives the others. With one rank, or without MPI, there is nobody to write to and nothing
 * comes.
 *
 * MPI moves a large letter only while both ends call in here: a rank that works calls now and then. */
#ifndef MS_COMM_MAIL_H
#define MS_COMM_MAIL_H

#include "comm/comm.h"

typedef struct ms_mail ms_mail;

typedef struct ms_case_variant {
    uint32_t from;
    const uint8_t *data; /* borrowed until the next take from the same mail */
    size_t n;            /* may be 0 */
} ms_case_variant;

/* Opens this rank's end. `kind` < 16, and `max_bytes` of a letter, are the same on all ranks; at most
 * `nposts` letters are under way from here at a time. Borrows the comm. Local. */
MS_MUST_CHECK ms_code ms_mail_open(ms_mail **mail, ms_comm *comm, uint32_t kind, uint32_t nposts,
                                   size_t max_bytes, ms_err *err);
/* May another letter be posted? Local. */
MS_MUST_CHECK ms_code ms_mail_room(ms_mail *mail, bool *room, ms_err *err);
/* Posts take_body, which leaves the caller's hands also on failure, to another rank. Only when there is room;
 * MS_MPI otherwise. Local. */
MS_MUST_CHECK ms_code ms_mail_post(ms_mail *mail, uint32_t to, ms_bytes *take_body, ms_err *err);
/* A letter that has arrived, if there is one: *found. Letters of one rank may overtake each other. Local. */
MS_MUST_CHECK ms_code ms_mail_take(ms_mail *mail, ms_case_variant *letter, bool *found, ms_err *err);
/* Waits until all that was posted has left, and frees; accepts NULL. Only when every letter has been, or soon
 * is, taken by its receiver, and none is to come: what the ranks' protocol has to see to. Local. */
MS_MUST_CHECK ms_code ms_mail_close(ms_mail *mail, ms_err *err);

#endif
