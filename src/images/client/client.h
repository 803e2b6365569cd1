/* Client: a rank's end of the worker program mpiscan-gray. Starts it, hands it an input and an output
 * descriptor per image, watches time and memory, and starts another when it crashed, hung or ran out. No
 * image bytes are parsed here. */
#ifndef MS_IMAGES_CLIENT_CLIENT_H
#define MS_IMAGES_CLIENT_CLIENT_H

#include "images/protocol/worker_protocol.h"

typedef struct ms_gray_client ms_gray_client;

typedef struct ms_gray_limits {
    uint64_t
        memory; /* bytes of address space or data that the worker may take for an image (--image-memory) */
    double timeout; /* seconds per image (--image-timeout); 0: no limit */
} ms_gray_limits;

/* Finds the worker program: $MPISCAN_GRAY, then beside this program (/proc/self/exe), then
 * ../libexec/mpiscan/. Starts nothing yet. MS_USAGE when it is missing: the text says where was looked.
 * Local. */
MS_MUST_CHECK ms_code ms_gray_client_new(ms_gray_client **client, const ms_gray_limits *limits, ms_err *err);
/* Ends the worker, and frees; accepts NULL. Local. */
void ms_gray_client_free(ms_gray_client *client);

/* While the worker program has an image, `idle` is called now and then (every few milliseconds); anything but
 * MS_OK ends the worker, and the conversion with that code. NULL: nothing is called. Local. */
void ms_gray_client_set_idle(ms_gray_client *client, ms_code (*idle)(void *user), void *user);

/* Converts the image behind descriptor `in` (a regular file, read from its beginning) into the empty file
 * `out`. What goes wrong with the image, or with the worker on its account (killed by a signal, time, memory:
 * named in words), is in *reply with a code other than MS_OK, and MS_OK is returned; only MS_NOMEM,
 * MS_INTERNAL, failures to start a worker at all (MS_IO) and what `idle` gave are returned. Local. */
MS_MUST_CHECK ms_code ms_gray_client_convert(ms_gray_client *client, int in, int out,
                                             const ms_gray_request *request, ms_gray_reply *reply,
                                             ms_err *err);

#endif
