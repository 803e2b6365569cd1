/* Directories that the program writes into, or whose contents it trusts. Somebody else may own a directory
 * above them, or one that a file is to be written in: no symbolic link below the given path is followed. */
#ifndef MS_BASE_SAFE_DIRECTORY_H
#define MS_BASE_SAFE_DIRECTORY_H

#include "base/err.h"

#include <sys/types.h>

/* mkdir -p; the last component gets mode & ~umask, the others 0777 & ~umask. An existing directory, or a link
 * to one, stays as it is. MS_IO names the path. Local, as all below. */
MS_MUST_CHECK ms_code ms_directory_make(const char *path, mode_t mode, ms_err *err);
/* *fd, which the caller closes, becomes the directory `name` in it: made with that mode if there is none. -1
 * and MS_IO with errno: no directory, or a symbolic link. */
MS_MUST_CHECK ms_code ms_directory_descend(int *fd, const char *name, mode_t mode);
/* Opens a directory, or makes it for the user alone, and checks it as ms_owner_check does. MS_IO:
 * also when it is a symbolic link. */
MS_MUST_CHECK ms_code ms_directory_open_own(const char *path, bool make, int *fd, ms_err *err);
/* Can only this user and root change what the descriptor is open on? Otherwise MS_IO: "belongs to another
 * user", "others can write to it". As sshd_config(5), StrictModes. */
MS_MUST_CHECK ms_code ms_owner_check(int fd, ms_err *err);

#endif
