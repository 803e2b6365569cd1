"""A rank that gives up ends all the others, which wait for it, with its exit code."""
import argparse

import harness


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    parser.add_argument("--comm", required=True, help="the test program of comm")
    options = parser.parse_args()
    checks = harness.Checks()
    for ranks in (1, 3):
        ran = harness.run([options.mpiexec, options.numproc_flag, str(ranks), options.comm, "--expect", str(ranks),
                           "--abort"], timeout=120)
        checks.equal(ran.code, 7, "abort at %d ranks" % ranks, ran)
    ran = harness.run([options.mpiexec, options.numproc_flag, "2", options.comm, "--expect", "3"], timeout=120)
    checks.that(ran.code != 0, "2 ranks are not 3", ran)
    ran = harness.run([options.comm, "--expect", "1", "--abort"], timeout=120, env=harness.unlaunched())
    checks.equal(ran.code, 7, "abort without a launcher", ran)
    checks.finish()


if __name__ == "__main__":
    main()
