#include "images/worker/confine.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534 }; /* as the kernel calls who has no number in a namespace */

/* What is left to this process. */
static void set_capabilities(uint32_t capabilities)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct left[_LINUX_CAPABILITY_U32S_3] = {
        {.effective = capabilities, .permitted = capabilities}};
    (void)syscall(SYS_capset, &header, left);
}

/* Root becomes nobody, but may still change the root directory. Limits hold for nobody, and for root do not.
 */
static void leave_root(void)
{
    (void)prctl(PR_SET_KEEPCAPS, 1);
    if (setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
        setresuid(NOBODY, NOBODY, NOBODY) == 0) {
        set_capabilities(1U << CAP_SYS_CHROOT);
    }
}

bool ms_confine_begin(void)
{
    const int others = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS;
    if (geteuid() == 0) {
        (void)unshare(others);
        leave_root();
        return unshare(CLONE_NEWUSER) == 0;
    }
    return unshare(CLONE_NEWUSER | others) == 0 || unshare(CLONE_NEWUSER) == 0;
}

/* A directory that has been removed can have no entries. */
static void leave_files(void)
{
    char name[] = "/tmp/mpiscan-gray-XXXXXX";
    int directory = mkdtemp(name) ? open(name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    if (directory >= 0) {
        (void)rmdir(name);
        if (fchdir(directory) == 0) {
            (void)!chroot(".");
        }
        (void)close(directory);
    }
}

void ms_confine_end(void)
{
    leave_files();
    set_capabilities(0);
}
