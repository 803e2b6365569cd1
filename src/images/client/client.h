/* Client: a rank's end of the worker program mpiscan-gray. Starts it, passes it an input and an output
 * descriptor per image, enforces the time limit, and restarts it after a crash, a timeout or a lack of
 * memory. Parses no image bytes. */
#ifndef MS_IMAGES_CLIENT_CLIENT_H
#define MS_IMAGES_CLIENT_CLIENT_H

#include "images/protocol/worker_protocol.h"

typedef struct ms_gray_client ms_gray_client;

typedef struct ms_gray_limits {
    uint64_t memory; /* bytes of private data that the worker may map (--image-memory); 0: no limit */
    double timeout;  /* seconds per image (--image-timeout); 0: no limit */
} ms_gray_limits;

/* Finds the worker program: $MPISCAN_GRAY, then mpiscan-gray in the directory of this program
 * (/proc/self/exe), then in ../libexec/mpiscan/ from there. Starts nothing yet. MS_USAGE when it is missing
 * (the text names the paths tried), MS_IO, MS_NOMEM. Local. */
MS_MUST_CHECK ms_code ms_gray_client_new(ms_gray_client **client, const ms_gray_limits *limits, ms_err *err);
/* Ends the worker, and frees; accepts NULL. Local. */
void ms_gray_client_free(ms_gray_client *client);

/* While the client waits for a reply, `idle` is called every few milliseconds; any code but MS_OK ends the
 * worker, and the conversion with that code. NULL: nothing is called. Local. */
void ms_gray_client_set_idle(ms_gray_client *client, ms_code (*idle)(void *user), void *user);

/* Converts the image open as `in` (a regular file, read from its beginning) into the empty file `out`. A
 * failure of this image, including one of the worker while it had it (signal, time, memory), is in *reply
 * with a code other than MS_OK, and MS_OK is returned. Returned are MS_NOMEM, MS_IO (no worker can be
 * started, or its socket fails) and the code of `idle`. Local. */
MS_MUST_CHECK ms_code ms_gray_client_convert(ms_gray_client *client, int in, int out,
                                             const ms_gray_request *request, ms_gray_reply *reply,
                                             ms_err *err);

#endif
