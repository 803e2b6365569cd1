/* What MPI alone costs: starts it with the transport that mpiscan's ranks choose on one host
 * (src/comm/launch.c), prints this rank's anonymous memory in bytes, and ends it. The benchmark's row `start`
 * compares with it. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

static long anonymous_kib(void)
{
    char line[256];
    long kib = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "RssAnon: %ld", &kib) == 1) {
            break;
        }
    }
    if (file) {
        (void)fclose(file);
    }
    return kib;
}

int main(int argc, char **argv)
{
    (void)setenv("OMPI_MCA_mpi_yield_when_idle", "1", 0);
    (void)setenv("HWLOC_COMPONENTS", "-gl,-opencl,-levelzero,-cuda,-nvml,-rsmi", 0);
    (void)setenv("OMPI_MCA_pml", "ob1", 0);
    (void)setenv("OMPI_MCA_btl", "self,vader", 0);
    if (MPI_Init(&argc, &argv) != MPI_SUCCESS) {
        return 1;
    }
    (void)printf("%ld\n", anonymous_kib() * 1024);
    return MPI_Finalize() == MPI_SUCCESS ? 0 : 1;
}
