#include "comm/launch.h"

#include "base/number.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] != 0;
}

/* The variable as a number, or -1. */
static int number_in(const char *name)
{
    uint64_t value = 0;
    const char *text = getenv(name);
    return text && ms_number_parse_u64(text, 0, INT_MAX, &value) == MS_OK ? (int)value : -1;
}

ms_launch ms_launch_detect(void)
{
    static const char *const rank_names[] = {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
    ms_launch launch = {0};
    for (size_t i = 0; i < sizeof rank_names / sizeof rank_names[0] && !launch.launched; i++) {
        int rank = number_in(rank_names[i]);
        launch.launched = rank >= 0;
        launch.rank = rank >= 0 ? rank : 0;
    }
    int world = number_in("OMPI_COMM_WORLD_SIZE");
    int size = world > 0 ? world : number_in("SLURM_STEP_NUM_TASKS");
    launch.size = !launch.launched ? 1 : size > 0 ? size : 0;
    launch.one_host = (world > 0 && world == number_in("OMPI_COMM_WORLD_LOCAL_SIZE")) ||
                      (launch.launched && world < 0 && number_in("SLURM_STEP_NUM_NODES") == 1);
    launch.no_pmi = !launch.launched && number_in("SLURM_STEP_NUM_TASKS") > 1;
    if (launch.no_pmi) {
        int task = number_in("SLURM_PROCID");
        launch.rank = task > 0 ? task : 0;
    }
    return launch;
}

/* The user's parameter file may choose a transport. */
static bool has_parameter_file(void)
{
    char path[PATH_MAX];
    const char *home = getenv("HOME");
    int n = home ? snprintf(path, sizeof path, "%s/.openmpi/mca-params.conf", home) : -1;
    return n > 0 && (size_t)n < sizeof path && access(path, F_OK) == 0;
}

void ms_launch_prepare(const ms_launch *launch)
{
    if (!launch->launched) {
        return;
    }
    (void)setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
    (void)setenv("HWLOC_COMPONENTS", "-gl,-opencl,-levelzero,-cuda,-nvml,-rsmi", 0);
    if (launch->one_host && !is_set("OMPI_MCA_pml") && !is_set("OMPI_MCA_btl") && !has_parameter_file()) {
        (void)setenv("OMPI_MCA_pml", "ob1", 0);
        (void)setenv("OMPI_MCA_btl", "self,vader", 0);
    }
}

/* Only the descriptors of a launcher that forked this process can be checked. */
static bool parent_is_launcher(void)
{
    char path[64];
    char target[PATH_MAX];
    (void)snprintf(path, sizeof path, "/proc/%ld/exe", (long)getppid());
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n <= 0) {
        return false;
    }
    target[n] = 0;
    const char *name = strrchr(target, '/');
    name = name ? name + 1 : target;
    return strcmp(name, "orterun") == 0 || strcmp(name, "prterun") == 0 || strcmp(name, "mpirun") == 0 ||
           strcmp(name, "mpiexec") == 0;
}

bool ms_launch_user_terminal(const ms_launch *launch, int fd)
{
    if (!launch->launched) {
        return isatty(fd) == 1;
    }
    if (!parent_is_launcher()) {
        return false;
    }
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getppid(), fd);
    int parents = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    bool terminal = parents >= 0 && isatty(parents) == 1;
    if (parents >= 0) {
        (void)close(parents);
    }
    return terminal;
}
