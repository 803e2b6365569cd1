/* A landscape with the features of a photo: smooth gradients (sky), soft shapes (clouds), edges (ridges,
 * houses, balloons), texture (woods, meadow), saturated colors, sensor noise. Integers only, so that every
 * machine paints the same; a row at a time, about 10 ns per pixel. */
#include "demo/demo_picture.h"

#include "demo/demo_random.h"

#include <stdlib.h>
#include <string.h>

enum {
    LATTICE = 1 << 16, /* random bytes that the noise fields interpolate between */
    LATTICE_ROW = 251, /* from one lattice row to the next */
    GRAIN = 1 << 16,   /* noise values; each row uses other pieces */
    GRAIN_PIECE = 4096,
    HOUSES_MAX = 12,
    BALLS_MAX = 7,
    FEATURE = 1024 /* width of a picture for which the sizes of features are given */
};

typedef struct color {
    int c[3];
} color;

typedef struct palette {
    color zenith, horizon, cloud, far, near, meadow;
} palette;

typedef struct house {
    uint32_t x0, x1, y0, y1;
    color wall, window;
    uint32_t pitch; /* of its windows */
} house;

typedef struct ball {
    int64_t x, y, r;
    color skin;
} ball;

typedef struct scene {
    uint32_t width, height;
    unsigned scale; /* log2 of how much larger than FEATURE it is */
    palette colors;
    house houses[HOUSES_MAX];
    ball balls[BALLS_MAX];
    uint32_t nhouses, nballs;
    ms__random grain_random;
    void *memory; /* owned: holds the following arrays */
    int *clouds, *texture;
    uint32_t *far, *near; /* the first row below the sky, and below the woods, by column */
    uint8_t *lattice;
    int8_t *grain;
} scene;

static const palette palettes[] = {
    {{{52, 108, 186}},
     {{186, 212, 236}},
     {{250, 250, 252}},
     {{96, 120, 140}},
     {{38, 66, 40}},
     {{104, 142, 60}}},
    {{{38, 52, 104}}, {{248, 176, 108}}, {{252, 206, 186}}, {{92, 78, 110}}, {{44, 38, 46}}, {{120, 92, 62}}},
    {{{126, 150, 172}},
     {{214, 220, 224}},
     {{238, 240, 242}},
     {{132, 146, 152}},
     {{66, 82, 70}},
     {{146, 150, 106}}},
    {{{30, 86, 168}},
     {{150, 198, 240}},
     {{255, 255, 255}},
     {{150, 132, 116}},
     {{120, 84, 52}},
     {{206, 174, 118}}},
};

static const color paints[] = {{{204, 36, 40}}, {{240, 190, 30}}, {{28, 92, 190}},  {{236, 232, 224}},
                               {{26, 140, 84}}, {{170, 60, 150}}, {{236, 120, 30}}, {{120, 72, 50}}};

static int clamp(int value)
{
    return value < 0 ? 0 : value > 255 ? 255 : value;
}

/* a at t = 0, b at t = 256. */
static int mix(int a, int b, int t)
{
    return a + (b - a) * t / 256;
}

static color mix_colors(const color *a, const color *b, int t)
{
    return (color){{mix(a->c[0], b->c[0], t), mix(a->c[1], b->c[1], t), mix(a->c[2], b->c[2], t)}};
}

static void put(uint8_t *rgb, const color *from, int light)
{
    for (int i = 0; i < 3; i++) {
        rgb[i] = (uint8_t)clamp(from->c[i] + light);
    }
}

/* ---- noise fields ---- */

/* Adds one octave of value noise to row[0 .. width-1]: cells of 2^shift pixels, values within +-amplitude. */
static void add_octave(const scene *of, int *row, uint32_t y, unsigned shift, int amplitude)
{
    uint32_t cell = 1U << shift, line = (y >> shift) * LATTICE_ROW + shift * 7919;
    int within = (int)(y & (cell - 1));
    int left = 0;
    for (uint32_t x = 0, i = 0; x < of->width + cell; x += cell, i++) {
        int above = of->lattice[(line + i) % LATTICE],
            below = of->lattice[(line + i + LATTICE_ROW) % LATTICE];
        int right =
            ((above << 8) + (below - above) * within * 256 / (int)cell - (128 << 8)) * amplitude / 128;
        if (x >= cell) {
            int *to = row + x - cell;
            int n = (int)(of->width - (x - cell) < cell ? of->width - (x - cell) : cell);
            int step = (right - left) / (int)cell;
            for (int k = 0; k < n; k++) {
                to[k] += (left + step * k) / 256;
            }
        }
        left = right;
    }
}

/* One line of hills: heights around `middle`, rougher with each octave. */
static void make_ridge(scene *of, uint32_t *ridge, uint32_t middle, int amplitude, uint32_t seed)
{
    memset(of->clouds, 0, of->width * sizeof of->clouds[0]);
    for (unsigned shift = 9; shift >= 2; shift--, amplitude = amplitude * 5 / 9) {
        add_octave(of, of->clouds, seed << 12, shift + of->scale, amplitude);
    }
    for (uint32_t x = 0; x < of->width; x++) {
        int64_t row = (int64_t)middle + of->clouds[x];
        ridge[x] = (uint32_t)(row < 0 ? 0 : row > of->height ? of->height : row);
    }
}

/* ---- the scene ---- */

static const color *any_paint(ms__random *random)
{
    return &paints[ms__random_below(random, sizeof paints / sizeof paints[0])];
}

static void place_houses(scene *of, ms__random *random)
{
    of->nhouses = 4 + ms__random_below(random, HOUSES_MAX - 3);
    for (uint32_t i = 0; i < of->nhouses; i++) {
        house *one = &of->houses[i];
        uint32_t wide = of->width / 24 + ms__random_below(random, of->width / 10 + 1) + 4;
        one->x0 = ms__random_below(random, of->width);
        one->x1 = one->x0 + wide < of->width ? one->x0 + wide : of->width;
        one->y1 = of->height * 70 / 100 + ms__random_below(random, of->height / 8 + 1);
        one->y0 = one->y1 - of->height / 16 - ms__random_below(random, of->height / 5 + 1);
        one->wall = *any_paint(random);
        one->window =
            mix_colors(&(color){{30, 34, 44}}, &(color){{255, 226, 150}}, (int)ms__random_below(random, 257));
        one->pitch = wide / 8 + 2;
    }
}

static void place_balls(scene *of, ms__random *random)
{
    of->nballs = 1 + ms__random_below(random, BALLS_MAX);
    for (uint32_t i = 0; i < of->nballs; i++) {
        ball *one = &of->balls[i];
        one->r = of->height / 40 + ms__random_below(random, of->height / 12 + 1) + 2;
        one->x = ms__random_below(random, of->width);
        one->y = ms__random_below(random, of->height * 6 / 10);
        one->skin = *any_paint(random);
    }
}

static void fill_tables(scene *of, ms__random *random)
{
    for (size_t i = 0; i < LATTICE; i++) {
        of->lattice[i] = (uint8_t)(ms__random_next(random) >> 56);
    }
    for (size_t i = 0; i < GRAIN + GRAIN_PIECE; i++) { /* four small dice: about normal, deviation 2.8 */
        uint64_t bits = ms__random_next(random);
        int sum = (int)(bits & 3) + (int)(bits >> 8 & 3) + (int)(bits >> 16 & 7) + (int)(bits >> 24 & 7);
        of->grain[i] = (int8_t)(sum - 10);
    }
}

/* Memory for a scene of this size, tables and rows in one block. */
static ms_code scene_alloc(scene *of, uint32_t width, uint32_t height)
{
    *of = (scene){.width = width, .height = height};
    size_t rows = (size_t)width * (2 * sizeof(int) + 2 * sizeof(uint32_t));
    of->memory = malloc(rows + LATTICE + GRAIN + GRAIN_PIECE);
    if (!of->memory) {
        return MS_NOMEM;
    }
    of->clouds = of->memory;
    of->texture = of->clouds + width;
    of->far = (uint32_t *)(of->texture + width);
    of->near = of->far + width;
    of->lattice = (uint8_t *)(of->near + width);
    of->grain = (int8_t *)(of->lattice + LATTICE);
    while ((uint32_t)FEATURE << (of->scale + 1) <= width) {
        of->scale++;
    }
    return MS_OK;
}

static void scene_fill(scene *of, uint64_t seed, uint64_t index)
{
    ms__random random = ms__random_init(seed, MS__RANDOM_SCENE, index);
    of->grain_random = ms__random_init(seed, MS__RANDOM_GRAIN, index);
    fill_tables(of, &random);
    of->colors = palettes[ms__random_below(&random, sizeof palettes / sizeof palettes[0])];
    uint32_t middle = of->height * 45 / 100 + ms__random_below(&random, of->height / 8 + 1);
    make_ridge(of, of->far, middle, (int)of->height / 9, 1 + ms__random_below(&random, 64));
    make_ridge(of, of->near, middle + of->height / 9, (int)of->height / 20,
               1 + ms__random_below(&random, 64));
    place_houses(of, &random);
    place_balls(of, &random);
}

/* ---- rows ---- */

static void paint_land(const scene *of, uint32_t y, uint8_t *rgb)
{
    const palette *colors = &of->colors;
    int down =
        (int)((uint64_t)y * 400 / of->height); /* the horizon's color is reached a bit below the middle */
    color sky = mix_colors(&colors->zenith, &colors->horizon, down < 256 ? down : 256);
    color meadow = mix_colors(&colors->near, &colors->meadow, (int)((uint64_t)y * 256 / of->height));
    for (uint32_t x = 0; x < of->width; x++, rgb += 3) {
        if (y < of->far[x]) {
            int cover = clamp(of->clouds[x] * 2 - 20);
            color seen = mix_colors(&sky, &colors->cloud, cover);
            put(rgb, &seen, 0);
        } else if (y < of->near[x]) {
            put(rgb, &colors->far, of->texture[x] / 3 - (int)((y - of->far[x]) >> (2 + of->scale)) / 4);
        } else {
            put(rgb, &meadow, of->texture[x]);
        }
    }
}

static void paint_houses(const scene *of, uint32_t y, uint8_t *rgb)
{
    for (uint32_t i = 0; i < of->nhouses; i++) {
        const house *one = &of->houses[i];
        if (y < one->y0 || y >= one->y1) {
            continue;
        }
        bool storey = (y - one->y0) % one->pitch * 2 > one->pitch;
        for (uint32_t x = one->x0; x < one->x1; x++) {
            bool window = storey && (x - one->x0) % one->pitch * 5 > one->pitch * 2;
            put(rgb + (size_t)3 * x, window ? &one->window : &one->wall, window ? 0 : of->texture[x] / 8);
        }
    }
}

static void paint_balls(const scene *of, uint32_t y, uint8_t *rgb)
{
    for (uint32_t i = 0; i < of->nballs; i++) {
        const ball *one = &of->balls[i];
        int64_t dy = (int64_t)y - one->y;
        int64_t from = one->x - one->r < 0 ? 0 : one->x - one->r;
        for (int64_t x = from; x <= one->x + one->r && x < of->width && dy * dy <= one->r * one->r; x++) {
            int64_t dx = x - one->x;
            int64_t out = (dx * dx + dy * dy) * 256 / (one->r * one->r);
            if (out <= 256) { /* lit from above on the left */
                put(rgb + 3 * x, &one->skin, (int)(40 - out / 3 - (dx + dy) * 40 / one->r));
            }
        }
    }
}

static void add_grain(scene *of, uint8_t *rgb)
{
    size_t n = (size_t)3 * of->width;
    for (size_t at = 0; at < n; at += GRAIN_PIECE) {
        const int8_t *grain = of->grain + ms__random_below(&of->grain_random, GRAIN);
        size_t piece = n - at < GRAIN_PIECE ? n - at : GRAIN_PIECE;
        for (size_t i = 0; i < piece; i++) {
            rgb[at + i] = (uint8_t)clamp(rgb[at + i] + grain[i]);
        }
    }
}

static void paint_row(scene *of, uint32_t y, uint8_t *rgb)
{
    memset(of->clouds, 0, of->width * sizeof of->clouds[0]);
    memset(of->texture, 0, of->width * sizeof of->texture[0]);
    for (unsigned shift = 8; shift >= 4; shift -= 2) { /* flat clouds: half height */
        add_octave(of, of->clouds, 2 * y, shift + of->scale, 14 << (shift / 2));
    }
    for (unsigned shift = 6; shift >= 2; shift -= 2) {
        add_octave(of, of->texture, y, shift, 6 + 4 * (int)shift);
    }
    add_octave(of, of->texture, y, 1, 26); /* blades and leaves: fine detail that is hard to compress */
    paint_land(of, y, rgb);
    paint_houses(of, y, rgb);
    paint_balls(of, y, rgb);
    add_grain(of, rgb);
}

/* ---- the picture ---- */

void ms__picture_size(uint64_t index, uint64_t npixels, uint32_t *width, uint32_t *height)
{
    static const uint8_t shapes[][2] = {{3, 2}, {4, 3}, {3, 2}, {2, 3}, {16, 9}, {3, 4}, {1, 1}};
    const uint8_t *shape = shapes[index % (sizeof shapes / sizeof shapes[0])];
    uint64_t unit = (uint64_t)shape[0] * shape[1], side = 0;
    for (uint64_t bit = 1U << 20; bit > 0; bit >>= 1) { /* the largest side that is too small */
        if ((side + bit) * (side + bit) * unit < npixels) {
            side += bit;
        }
    }
    *width = (uint32_t)(shape[0] * (side + 1));
    *height = (uint32_t)(shape[1] * (side + 1));
}

ms_code ms__picture_init(ms__picture *picture, uint64_t seed, uint64_t index, uint32_t width, uint32_t height)
{
    *picture = (ms__picture){0};
    scene shown;
    uint8_t *rgb = malloc((size_t)3 * width * height);
    if (!rgb || scene_alloc(&shown, width, height) != MS_OK) {
        free(rgb);
        return MS_NOMEM;
    }
    scene_fill(&shown, seed, index);
    for (uint32_t y = 0; y < height; y++) {
        paint_row(&shown, y, rgb + (size_t)3 * width * y);
    }
    free(shown.memory);
    *picture = (ms__picture){width, height, rgb};
    return MS_OK;
}

void ms__picture_fini(ms__picture *picture)
{
    free(picture->rgb);
    *picture = (ms__picture){0};
}
