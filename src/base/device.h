/* Device numbers in the form in which they are kept and compared. */
#ifndef MS_BASE_DEVICE_H
#define MS_BASE_DEVICE_H

#include <stdint.h>
#include <sys/sysmacros.h>
#include <sys/types.h>

/* A device number as the kernel has it: 12 bits major, 20 bits minor (linux/kdev_t.h), so none is lost. */
static inline uint32_t ms_device_of(dev_t dev)
{
    return ((uint32_t)major(dev) << 20) | (uint32_t)minor(dev);
}

#endif
