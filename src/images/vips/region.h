/* Region: the address of a pixel in a libvips region: VIPS_REGION_ADDR without its sign conversions. */
#ifndef MS_IMAGES_VIPS_REGION_H
#define MS_IMAGES_VIPS_REGION_H

#include <vips/vips.h>

/* x and y lie within the region's valid area. */
static inline void *ms_region_at(const VipsRegion *region, int x, int y)
{
    size_t row = (size_t)(y - region->valid.top);
    size_t column = (size_t)(x - region->valid.left);
    return region->data + row * (size_t)region->bpl +
           column * (size_t)region->im->Bands * vips_format_sizeof_unsafe(region->im->BandFmt);
}

#endif
