/* Worker protocol: what a rank requests of the worker program mpiscan-gray, and the reply.
 *
 * The transport is a Unix socket pair of type SOCK_SEQPACKET. A request is one packet with two descriptors
 * (SCM_RIGHTS): the input, open for reading, and the empty output. The reply is one packet without
 * descriptors. The rank sends the next request only after the reply, so at most one packet is outstanding in
 * each direction and no send blocks. The rank ends the worker by closing the socket. The ends are
 * client/client.c and worker/worker_socket.c. */
#ifndef MS_IMAGES_PROTOCOL_WORKER_PROTOCOL_H
#define MS_IMAGES_PROTOCOL_WORKER_PROTOCOL_H

#include "base/bytes.h"
#include "images/protocol/image_format.h"

enum {
    MS_GRAY_REQUEST_MAX = 256, /* bytes: longer than any request, and than any reply */
    MS_GRAY_REPLY_MAX = 1024
};

/* The gray value of R, G, B. Of the stored (non-linear) values:
 *   BT601  Y = 0.299 R + 0.587 G + 0.114 B      ITU-R BT.601-7, 2.5.1; a JPEG's Y (JFIF), Pillow's "L"
 *   BT709  Y = 0.2126 R + 0.7152 G + 0.0722 B   ITU-R BT.709-6, 3.2
 * LINEAR applies BT.709's weights to linear light and encodes the sum by sRGB's curve (IEC 61966-2-1).
 * Pixel 200,100,50 becomes 124, 117, 128. */
typedef enum ms_gray_formula { MS_GRAY_BT601, MS_GRAY_BT709, MS_GRAY_LINEAR } ms_gray_formula;

/* How an image was converted. */
typedef enum ms_gray_method {
    MS_GRAY_METHOD_NONE,
    MS_GRAY_METHOD_JPEG_LOSSLESS, /* Y coefficients kept, color ones dropped */
    MS_GRAY_METHOD_GENERAL        /* decoded, converted, encoded */
} ms_gray_method;

typedef struct ms_gray_request {
    ms_gray_formula formula;
    ms_image_format target; /* as `requested` of ms_image_target_of */
    bool strip;             /* drop EXIF and XMP */
    uint64_t max_pixels;    /* width * height * pages that may be decoded */
    uint32_t max_scans;     /* of a JPEG */
    uint64_t serial; /* set by the client, echoed by the reply: a late reply is not taken for the next one */
} ms_gray_request;

/* On failure code != MS_OK, text says why, and the output is unusable. */
typedef struct ms_gray_reply {
    ms_code code; /* MS_OK, MS_FORMAT (not an image, or damaged), MS_LIMIT (pixels, scans), MS_IO, MS_NOMEM */
    ms_gray_method method;
    ms_image_format from, to;
    uint32_t width, height; /* of one page, as stored */
    uint32_t pages;
    uint64_t nbytes;  /* written */
    uint64_t serial;  /* the request's */
    uint8_t hash[16]; /* XXH3-128 of the bytes written */
    char text[200];   /* printable; empty on success */
} ms_gray_reply;

/* Encoding appends. Decoding trusts nothing: MS_FORMAT for other bytes, and for values that the other side
 * may not send. Local. */
MS_MUST_CHECK ms_code ms_gray_request_encode(const ms_gray_request *request, ms_bytes *to);
MS_MUST_CHECK ms_code ms_gray_request_decode(ms_gray_request *request, const void *data, size_t n);
MS_MUST_CHECK ms_code ms_gray_reply_encode(const ms_gray_reply *reply, ms_bytes *to);
MS_MUST_CHECK ms_code ms_gray_reply_decode(ms_gray_reply *reply, const void *data, size_t n);

#endif
