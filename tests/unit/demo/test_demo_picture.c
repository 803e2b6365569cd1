/* Suite of demo/demo_picture.c: sizes, seeds, and that a picture has the statistics of a photo. */
#include "demo/demo_picture.h"

#include "unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ms__picture paint(uint64_t seed, uint64_t index, uint64_t npixels)
{
    ms__picture picture;
    uint32_t width = 0, height = 0;
    ms__picture_size(index, npixels, &width, &height);
    ck_assert_int_eq(ms__picture_init(&picture, seed, index, width, height), MS_OK);
    return picture;
}

TEST(sizes_are_large_enough_and_not_much_larger)
{
    static const uint64_t wanted[] = {1000, 12345, 1000000, 6000000, 50000000, 200000000};
    bool upright = false, wide = false;
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        for (uint64_t index = 0; index < 20; index++) {
            uint32_t width = 0, height = 0;
            ms__picture_size(index, wanted[i], &width, &height);
            uint64_t npixels = (uint64_t)width * height;
            ck_assert_uint_ge(npixels, wanted[i]);
            ck_assert_uint_le(npixels, wanted[i] + wanted[i] / 4 + 8 * (width + height));
            ck_assert(width >= 16 && height >= 16 && width < 3 * height && height < 3 * width);
            upright |= height > width;
            wide |= width > height;
        }
    }
    uint32_t width = 0, height = 0;
    ms__picture_size(0, 6000000, &width, &height);
    ck_assert(width == 3000 && height == 2000);
    ms__picture_size(0, 6000001, &width, &height);
    ck_assert(width == 3003 && height == 2002);
    ck_assert(upright && wide);
}

TEST(the_same_seed_and_index_give_the_same_picture)
{
    ms__picture a = paint(42, 1, 20000), b = paint(42, 1, 20000);
    ck_assert(a.width == b.width && a.height == b.height);
    size_t n = (size_t)3 * a.width * a.height;
    ck_assert_mem_eq(a.rgb, b.rgb, n);
    for (uint64_t change = 0; change < 2; change++) {
        ms__picture other; /* the same size, another picture */
        ck_assert_int_eq(ms__picture_init(&other, 42 + change, 1 + (change ? 0 : 7), a.width, a.height),
                         MS_OK);
        size_t differ = 0;
        for (size_t i = 0; i < n; i++) {
            differ += a.rgb[i] != other.rgb[i];
        }
        ck_assert_uint_gt(differ, n / 2);
        ms__picture_fini(&other);
    }
    ms__picture_fini(&a);
    ms__picture_fini(&b);
    ms__picture_fini(&b);
    ck_assert_ptr_null(b.rgb);
}

/* The bytes of one picture, so that a change of what the default set looks like is seen: FNV-1a. */
TEST(the_default_pictures_are_unchanged)
{
    static const uint64_t sums[] = {0x34838ACBAAA27634, 0x9C99AD27FE271707, 0x8F67EB4B7F03511F};
    for (uint64_t index = 0; index < 3; index++) {
        ms__picture picture = paint(42, index, 300000);
        uint64_t sum = 0xCBF29CE484222325;
        for (size_t i = 0; i < (size_t)3 * picture.width * picture.height; i++) {
            sum = (sum ^ picture.rgb[i]) * 0x100000001B3;
        }
        ck_assert_msg(sum == sums[index], "%llu: 0x%llX", (unsigned long long)index, (unsigned long long)sum);
        ms__picture_fini(&picture);
    }
}

typedef struct figures {
    double mean, deviation; /* of green */
    double step;            /* mean difference of neighbors in a row */
    double edges;           /* share of neighbors that differ by more than 40 */
    double color;           /* mean spread between a pixel's red, green and blue */
    double changed;         /* share of neighbors in a row that differ at all */
} figures;

static figures measure(const ms__picture *picture, uint32_t first, uint32_t last)
{
    double n = 0, sum = 0, squares = 0, steps = 0, edges = 0, spread = 0, changed = 0;
    for (uint32_t y = first; y < last; y++) {
        const uint8_t *row = picture->rgb + (size_t)3 * picture->width * y;
        for (uint32_t x = 1; x < picture->width; x++) {
            const uint8_t *p = row + (size_t)3 * x;
            int step = abs(p[1] - p[-2]);
            int most = p[0] > p[1] ? p[0] : p[1], least = p[0] < p[1] ? p[0] : p[1];
            n++;
            sum += p[1];
            squares += (double)p[1] * p[1];
            steps += step;
            edges += step > 40;
            changed += step > 0;
            spread += (most > p[2] ? most : p[2]) - (least < p[2] ? least : p[2]);
        }
    }
    double mean = sum / n;
    return (figures){mean, sqrt(squares / n - mean * mean), steps / n, edges / n, spread / n, changed / n};
}

TEST(it_has_the_statistics_of_a_photo)
{
    double edges = 0, above = 0, below = 0;
    for (uint64_t index = 0; index < 8; index++) {
        ms__picture picture = paint(7, index, 400000);
        figures all = measure(&picture, 0, picture.height);
        figures sky = measure(&picture, 0, picture.height / 8);
        figures land = measure(&picture, picture.height * 7 / 8, picture.height);
        ck_assert_msg(all.mean > 40 && all.mean < 220, "%f", all.mean);
        ck_assert_msg(all.deviation > 25, "%f", all.deviation); /* contrast */
        ck_assert_msg(all.color > 15, "%f", all.color);
        ck_assert_msg(all.changed > 0.6, "%f", all.changed); /* noise everywhere */
        ck_assert_msg(sky.changed > 0.5, "%f", sky.changed);
        above += sky.step;
        below += land.step;
        edges += all.edges;
        ms__picture_fini(&picture);
    }
    ck_assert_msg(edges / 8 > 0.002, "%f", edges / 8);
    ck_assert_msg(below > 1.4 * above, "%f %f", below, above); /* texture below, smooth above */
}

TEST(small_pictures_can_be_painted)
{
    static const uint32_t sizes[][2] = {{16, 16},   {17, 31},   {400, 16}, {16, 400},
                                        {1023, 20}, {1024, 20}, {1025, 20}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (uint64_t seed = 0; seed < 20; seed++) {
            ms__picture picture;
            ck_assert_int_eq(ms__picture_init(&picture, seed, i, sizes[i][0], sizes[i][1]), MS_OK);
            ck_assert(picture.width == sizes[i][0] && picture.height == sizes[i][1]);
            ms__picture_fini(&picture);
        }
    }
}
