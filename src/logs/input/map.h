/* Map: a span of an open file in memory, that can be looked at whatever becomes of the file. Where pages
 * of it are missing (the file was cut, or its disk fails) zero bytes are seen instead of a SIGBUS, and
 * ms_map_is_whole tells afterwards. So a look at a map only ever says "nothing here" of what was there; what
 * is to be told of a file must have been read. */
#ifndef MS_LOGS_INPUT_MAP_H
#define MS_LOGS_INPUT_MAP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where in a file a huge page may begin and end; a multiple of the size of any page. */
enum { MS_MAP_ALIGN = 2 << 20 };

typedef struct ms_map {
    uint8_t *base;   /* of its first page; NULL: no map */
    size_t nbytes;   /* up to the end of what was asked for */
    uint64_t offset; /* of the first page in the file */
    int fd;          /* borrowed */
    size_t page;
    volatile sig_atomic_t torn; /* pages were missing */
    struct sigaction previous;  /* what dealt with SIGBUS before */
} ms_map;

/* Is the file on a local file system, of a kind where a map is no slower than a read? Local. */
bool ms_map_pays(int fd);

/* Maps the bytes [from, from + n) of fd, read-only, and what lies before them up to a multiple of
 * MS_MAP_ALIGN. False: there is no map, the file has to be read. Only one map at a time is open in a process;
 * a second one is refused. *map must stay where it is until it is closed. Local. */
bool ms_map_open(ms_map *map, int fd, uint64_t from, size_t n);
/* Accepts {0}, and a map that is closed. Local. */
void ms_map_close(ms_map *map);

/* Were all the bytes up to offset `end` of the file there, for all the time that the map has been open?
 * Local. */
bool ms_map_is_whole(const ms_map *map, uint64_t end);

#endif
