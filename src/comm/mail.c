/* Mail: see mail.h. A post is an MPI_Isend from memory of its own; a take matches a letter with MPI_Improbe
 * and receives it with MPI_Imrecv, tested until it is here, since the sender of a large one may not be in MPI
 * for a while. As long as a few are received at a time, one slow sender does not hold up the letters of
 * others. */
#include "comm/mail.h"

#include "comm/comm_internal.h"

#include <stdlib.h>

enum { FIRST_TAG = 16, NRECEIPTS = 4 };

typedef struct post {
    MPI_Request request;
    ms_bytes body; /* owned while the request is active */
} post;

typedef struct receipt {
    MPI_Request request;
    uint8_t *buffer; /* owned; max_bytes of it */
    int from, n;
} receipt;

struct ms_mail {
    ms_comm *comm;
    int tag;
    size_t max_bytes;
    post *posts; /* owned; nposts of them */
    uint32_t nposts;
    receipt receipts[NRECEIPTS];
};

static void mail_free(ms_mail *mail)
{
    for (uint32_t i = 0; mail->posts && i < mail->nposts; i++) {
        ms_bytes_fini(&mail->posts[i].body);
    }
    for (size_t i = 0; i < NRECEIPTS; i++) {
        free(mail->receipts[i].buffer);
    }
    free(mail->posts);
    free(mail);
}

ms_code ms_mail_open(ms_mail **mail, ms_comm *comm, uint32_t kind, uint32_t nposts, size_t max_bytes,
                     ms_err *err)
{
    ms_mail *made = calloc(1, sizeof *made);
    bool good = made != NULL;
    *mail = NULL;
    if (good) {
        *made =
            (ms_mail){.comm = comm, .tag = FIRST_TAG + (int)kind, .max_bytes = max_bytes, .nposts = nposts};
        made->posts = calloc(nposts > 0 ? nposts : 1, sizeof *made->posts);
        good = made->posts != NULL;
        for (uint32_t i = 0; good && i < nposts; i++) {
            made->posts[i].request = MPI_REQUEST_NULL;
        }
        for (size_t i = 0; i < NRECEIPTS; i++) { /* now: a letter that has come must find its room */
            made->receipts[i].request = MPI_REQUEST_NULL;
            made->receipts[i].buffer = comm->mpi ? malloc(max_bytes > 0 ? max_bytes : 1) : NULL;
            good = good && (!comm->mpi || made->receipts[i].buffer);
        }
    }
    if (!good) {
        if (made) {
            mail_free(made);
        }
        return ms_err_set(err, MS_NOMEM, 0, "no memory for letters between ranks");
    }
    *mail = made;
    return MS_OK;
}

/* A post that is free now, or *to is NULL. */
static ms_code free_post(ms_mail *mail, post **to, ms_err *err)
{
    *to = NULL;
    for (uint32_t i = 0; i < mail->nposts; i++) {
        post *one = &mail->posts[i];
        int done = 1;
        if (one->request != MPI_REQUEST_NULL) {
            MS__TRY_MPI(MPI_Test(&one->request, &done, MPI_STATUS_IGNORE));
        }
        if (done) {
            ms_bytes_fini(&one->body);
            *to = one;
            break;
        }
    }
    return MS_OK;
}

ms_code ms_mail_room(ms_mail *mail, bool *room, ms_err *err)
{
    post *one = NULL;
    ms_code code = free_post(mail, &one, err);
    *room = one != NULL;
    return code;
}

ms_code ms_mail_post(ms_mail *mail, uint32_t to, ms_bytes *take_body, ms_err *err)
{
    ms_comm *comm = mail->comm;
    ms_bytes body = *take_body;
    post *one = NULL;
    *take_body = (ms_bytes){0};
    ms_code code = body.len <= mail->max_bytes && to < (uint32_t)comm->size && to != (uint32_t)comm->rank
                       ? free_post(mail, &one, err)
                       : MS_OK;
    if (!one) {
        ms_bytes_fini(&body);
        return code != MS_OK ? code : ms_err_set(err, MS_MPI, 0, "a letter that cannot be posted");
    }
    one->body = body;
    MS__TRY_MPI(
        MPI_Isend(body.data, (int)body.len, MPI_BYTE, (int)to, mail->tag, comm->world, &one->request));
    return MS_OK;
}

/* Begins to receive a letter that is there, if one is. */
static ms_code begin_receipt(ms_mail *mail, receipt *one, bool *begun, ms_err *err)
{
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status;
    int found = 0;
    MS__TRY_MPI(MPI_Improbe(MPI_ANY_SOURCE, mail->tag, mail->comm->world, &found, &message, &status));
    *begun = found != 0;
    if (!found) {
        return MS_OK;
    }
    MS__TRY_MPI(MPI_Get_count(&status, MPI_BYTE, &one->n));
    if (one->n < 0 || (size_t)one->n > mail->max_bytes) {
        return ms_err_set(err, MS_MPI, 0, "rank %d sent a letter that is too long", status.MPI_SOURCE);
    }
    one->from = status.MPI_SOURCE;
    MS__TRY_MPI(MPI_Imrecv(one->buffer, one->n, MPI_BYTE, &message, &one->request));
    return MS_OK;
}

ms_code ms_mail_take(ms_mail *mail, ms_case_variant *letter, bool *found, ms_err *err)
{
    bool more = mail->comm->mpi;
    *found = false;
    for (size_t i = 0; i < NRECEIPTS && mail->comm->mpi && !*found; i++) {
        receipt *one = &mail->receipts[i];
        int done = 0;
        if (one->request == MPI_REQUEST_NULL && more) {
            ms_code code = begin_receipt(mail, one, &more, err);
            if (code != MS_OK) {
                return code;
            }
        }
        if (one->request != MPI_REQUEST_NULL) {
            MS__TRY_MPI(MPI_Test(&one->request, &done, MPI_STATUS_IGNORE));
        }
        if (done) {
            *letter =
                (ms_case_variant){.from = (uint32_t)one->from, .data = one->buffer, .n = (size_t)one->n};
            *found = true;
        }
    }
    return MS_OK;
}

ms_code ms_mail_close(ms_mail *mail, ms_err *err)
{
    if (!mail) {
        return MS_OK;
    }
    for (uint32_t i = 0; i < mail->nposts && mail->comm->mpi; i++) {
        MS__TRY_MPI(MPI_Wait(&mail->posts[i].request, MPI_STATUS_IGNORE));
    }
    mail_free(mail);
    return MS_OK;
}
