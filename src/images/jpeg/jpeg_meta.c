/* Segments of a JPEG. Kept: EXIF without its thumbnail, XMP, comments, a gray ICC profile. Dropped: JFIF and
 * JFXX thumbnails (the JFIF header is rewritten), color profiles, Photoshop resources (they hold a
 * thumbnail), the index of further images (MPF), makers' segments of unknown content. With strip only the
 * orientation is kept, as an EXIF block of one entry. */
#include "images/formats/exif_block.h"
#include "images/jpeg/jpeg_job.h"

#include <string.h>

#define APP1 (JPEG_APP0 + 1)
#define APP2 (JPEG_APP0 + 2)

enum { EXIF_HEAD = 6, ICC_HEAD = 14, ICC_SPACE_AT = 16, SEGMENT_MAX = 65533 };

static bool begins(jpeg_saved_marker_ptr segment, const char *text, size_t n)
{
    return segment->data_length >= n && memcmp(segment->data, text, n) == 0;
}
#define BEGINS(segment, literal) begins((segment), (literal), sizeof(literal) - 1)

void ms_jpeg_meta_request(ms_jpeg_job *job)
{
    jpeg_save_markers(&job->from, APP1, 0xFFFF);
    jpeg_save_markers(&job->from, APP2, 0xFFFF);
    jpeg_save_markers(&job->from, JPEG_COM, 0xFFFF);
}

static void write_exif(ms_jpeg_job *job)
{
    jpeg_saved_marker_ptr segment = job->from.marker_list;
    while (segment && !(segment->marker == APP1 && BEGINS(segment, "Exif\0"))) {
        segment = segment->next;
    }
    if (!segment || segment->data_length <= EXIF_HEAD) {
        return;
    }
    uint8_t *block = segment->data + EXIF_HEAD;
    size_t n = segment->data_length - EXIF_HEAD;
    if (!job->request->strip) {
        n = ms_exif_drop_thumbnail(block, n);
        if (n > 0) {
            jpeg_write_marker(&job->to, APP1, segment->data, (unsigned)(n + EXIF_HEAD));
        }
        return;
    }
    unsigned orientation = ms_exif_orientation(block, n);
    if (orientation != 1) {
        uint8_t minimal[EXIF_HEAD + MS_EXIF_MINIMAL_SIZE] = "Exif\0";
        ms_exif_minimal(minimal + EXIF_HEAD, orientation);
        jpeg_write_marker(&job->to, APP1, minimal, sizeof minimal);
    }
}

/* Whether the ICC profile that begins in this segment is gray (ICC.1:2022, 7.2.8: "data color space"). */
static bool is_gray_profile(jpeg_saved_marker_ptr segment)
{
    return segment->data_length >= ICC_HEAD + ICC_SPACE_AT + 4 && segment->data[12] == 1 &&
           memcmp(segment->data + ICC_HEAD + ICC_SPACE_AT, "GRAY", 4) == 0;
}

void ms_jpeg_meta_write(ms_jpeg_job *job)
{
    bool gray_profile = false;
    write_exif(job);
    for (jpeg_saved_marker_ptr at = job->from.marker_list; at && !job->request->strip; at = at->next) {
        bool keep = at->marker == JPEG_COM;
        if (at->marker == APP1) {
            keep = BEGINS(at, "http://ns.adobe.com/xap/1.0/\0") ||
                   BEGINS(at, "http://ns.adobe.com/xmp/extension/\0");
        } else if (at->marker == APP2 && BEGINS(at, "ICC_PROFILE\0")) {
            gray_profile = gray_profile || is_gray_profile(at);
            keep = gray_profile;
        }
        if (keep && at->data_length <= SEGMENT_MAX) {
            jpeg_write_marker(&job->to, at->marker, at->data, at->data_length);
        }
    }
}
