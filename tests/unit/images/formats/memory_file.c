#include "memory_file.h"

#include <check.h>
#include <sys/mman.h>
#include <unistd.h>

int memory_file(const void *data, size_t n)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, data, n), (ssize_t)n);
    return fd;
}
