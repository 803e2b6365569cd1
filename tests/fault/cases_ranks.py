"""Several ranks: a fault stays with its file, a different answer is found out, a lost rank ends the run."""

import os

from faultlib import ALERT, Skip, case, check

ONCE = ("--baseline", "run", "--repeat", "1")
OFF = ("--baseline", "off")


def four_files(c):
    """One for each of four ranks, by size: rank 0 gets a.log, rank 1 b.log, and so on; nobody takes one over."""
    for i, name in enumerate(("a.log", "b.log", "c.log", "d.log")):
        c.write(name, ALERT + b"\n" + b"q\n" * (4 - i))
    return ["logs", "--no-steal", "a.log", "b.log", "c.log", "d.log"]


@case
def fault_of_one_rank(c):
    """The others' hits are all there, and every rank ends with exit 1."""
    args = four_files(c) + list(OFF)
    for rank, bad in ((0, "a.log"), (2, "c.log")):
        run = c.run(*args, ranks=4, shim=c.shim(bad, "read:1", "eio", rank), each_rank=True).expect_acted()
        run.expect(0, "FAILED %s: reading failed after 0 bytes: Input/output error" % bad,
                   "4 files enumerated = 3 scanned + 0 skipped + 1 failed", "INCOMPLETE: 1 of 4 files")
        for good in {"a.log", "b.log", "c.log", "d.log"} - {bad}:
            run.expect(0, good + ": 1 matching line")
        check(c.rank_codes(4) == [1, 1, 1, 1], "exit codes of the ranks: %s" % c.rank_codes(4))


@case
def fault_through_mpirun(c):
    """mpirun's own exit code, and the report is whole though mpirun ends the job."""
    args = four_files(c) + ["gone.log"] + list(OFF)
    run = c.run(*args, ranks=4)
    run.expect(1, "FAILED gone.log: No such file or directory",
               "5 files enumerated = 4 scanned + 0 skipped + 1 failed", "Not compared with a one-rank run.")


@case
def fault_in_both_runs(c):
    """The same fault in the run of all and in that of one rank: the answers are equal."""
    args = four_files(c) + list(ONCE)
    run = c.run(*args, ranks=2, shim=c.shim("b.log", "open:1", "unlink", 1), each_rank=True).expect_acted()
    run.expect(0, "FAILED b.log: cannot be opened: No such file or directory", "(measured once)",
               absent="changed between two runs")
    check(c.rank_codes(2) == [1, 1], "exit codes of the ranks: %s" % c.rank_codes(2))


def expect_mismatch(c, run, name):
    run.expect_acted().expect(0, stderr="mpiscan: two runs found different things in '%s', which has not changed\n" % name)
    check(b"THE RUNS DISAGREE" in run.out, "the report does not say that the runs disagree\n%s" % run)
    check(run.err.count(b"two runs") == 1, "said more than once\n%s" % run)
    check(c.rank_codes(2) == [3, 3], "exit codes of the ranks: %s" % c.rank_codes(2))


@case
def other_bytes_second_run(c):
    """The one-rank run reads another byte from a file that nobody has changed."""
    args = four_files(c) + list(ONCE)
    run = c.run(*args, ranks=2, shim=c.shim("a.log", "open:2", "flip:3", 0), each_rank=True)
    expect_mismatch(c, run, "a.log")


@case
def other_bytes_on_one_rank(c):
    """One rank sees other bytes than rank 0 does, and a match that is not there for the other."""
    args = four_files(c) + list(ONCE) + ["-n"]
    run = c.run(*args, ranks=2, shim=c.shim("b.log", "open:1", "flip:21", 1), each_rank=True)
    if run.code == 0 and b"two runs" not in run.err:
        run.expect_acted()  # a byte that no hit holds may differ unnoticed: it is no part of the answer
    c.write("b.log", b"Unauthorized access\nq\nq\nq\n")
    run = c.run(*args, ranks=2, shim=c.shim("b.log", "open:1", "flip:1", 1), each_rank=True)
    run.expect_acted().expect(0, absent="two runs")
    c.write("b.log", b"tnauthorized access\nq\nq\nq\n")  # 't' ^ 1 is 'u'
    run = c.run(*args, ranks=2, shim=c.shim("b.log", "open:1", "flip:0", 1), each_rank=True)
    expect_mismatch(c, run, "b.log")


@case
def read_error_second_run(c):
    args = four_files(c) + list(ONCE)
    run = c.run(*args, ranks=2, shim=c.shim("a.log", "open:2", "eio", 0), each_rank=True)
    expect_mismatch(c, run, "a.log")


@case
def mismatch_through_mpirun(c):
    args = four_files(c) + list(ONCE)
    run = c.run(*args, ranks=2, shim=c.shim("a.log", "open:2", "flip:3", 0)).expect_acted()
    run.expect(3, stderr="two runs found different things in 'a.log', which has not changed")


@case
def changed_between_runs(c):
    """Replaced, grown or gone: the first run's findings are reported, with a note."""
    for do in ("replace:other", "truncate:5", "unlink", "fifo"):
        args = four_files(c) + list(ONCE)
        c.write("other", b"x" * len(c.read("a.log")))
        run = c.run(*args, ranks=2, shim=c.shim("a.log", "open:2", do, 0), each_rank=True).expect_acted()
        run.expect(0, "a.log: 1 matching line", "4 scanned + 0 skipped + 0 failed", "'a.log' changed between two runs")
        check(c.rank_codes(2) == [0, 0], "exit codes of the ranks: %s\n%s" % (c.rank_codes(2), run))


@case
def grows_between_runs(c):
    """A log that only grows has the same answer within the bytes that were enumerated: no word about it."""
    args = four_files(c) + list(ONCE)
    shim = c.shim("a.log", "open:2", "append:unauthorized access", 0)
    run = c.run(*args, ranks=2, shim=shim, each_rank=True).expect_acted()
    run.expect(0, "a.log: 1 matching line", "(measured once)", absent="changed between two runs")
    check(c.rank_codes(2) == [0, 0], "exit codes of the ranks: %s" % c.rank_codes(2))


@case
def lost_rank(c):
    """A rank that is killed: no hang, no exit 0, no report that seems complete."""
    args = four_files(c) + list(OFF)
    run = c.run(*args, ranks=2, shim=c.shim("b.log", "read:1", "kill", 1)).expect_acted()
    check(run.code != 0 and b"COMPLETE" not in run.out, "a lost rank went unnoticed\n%s" % run)


@case
def no_memory_on_one_rank(c):
    """Memory fails on one rank alone: all ranks agree on the failure, none waits for ever."""
    if c.options.sanitized:
        raise Skip("the sanitizers bring their own allocator")
    args = four_files(c) + list(OFF)
    shim = c.shim("b.log", "open:1", "nomem:1", 1)
    run = c.run(*args, ranks=2, shim=shim, each_rank=True).expect_acted()
    run.expect(0, stderr=("mpiscan: rank 1 on %s: " % os.uname().nodename, "memory"), absent="--resume")
    check(c.rank_codes(2) == [3, 3], "exit codes of the ranks: %s\n%s" % (c.rank_codes(2), run))
    run = c.run(*args, "--journal", "kept", ranks=2, shim=shim, each_rank=True).expect_acted()
    run.expect(0, stderr="mpiscan: finished tasks are kept; continue with --resume kept\n")
    check(c.rank_codes(2) == [3, 3], "exit codes of the ranks: %s\n%s" % (c.rank_codes(2), run))
    c.run(*args, "--resume", "kept", ranks=2).expect(0, "4 files enumerated = 4 scanned", ": 2 files already done")


@case
def no_memory_while_tasks_move(c):
    """A rank fails at its first task while others request the rest: it refuses, and all end with the error."""
    if c.options.sanitized:
        raise Skip("the sanitizers bring their own allocator")
    names = ["f%02d.log" % i for i in range(40)]  # of one size: dealt in turn
    for name in names:
        c.write(name, ALERT + b"\n" + b"q\n" * 10)
    for rank in (0, 1):
        run = c.run("logs", *OFF, *names, ranks=4, shim=c.shim(names[rank], "open:1", "nomem:1", rank), each_rank=True)
        run.expect_acted().expect(0, stderr="memory")
        check(c.rank_codes(4) == [3, 3, 3, 3], "exit codes of the ranks: %s\n%s" % (c.rank_codes(4), run))


@case
def late_thread_of_mpi(c):
    """Open MPI's own thread gets no core until all is done: it must not find its code unloaded."""
    args = four_files(c) + list(OFF)
    run = c.run(*args, ranks=2, shim={"MS_SHIM_LATE": "1.5", "MS_SHIM_MARK": c.mark}, each_rank=True)
    if not run.acted:
        raise Skip("this MPI has no such thread")
    run.expect(0, "4 files enumerated = 4 scanned + 0 skipped + 0 failed")
    check(c.rank_codes(2) == [0, 0], "exit codes of the ranks: %s\n%s" % (c.rank_codes(2), run))


@case
def usage_error_once(c):
    run = c.run("logs", "--bogus", ranks=4, each_rank=True)
    run.expect(0, stderr="mpiscan: unknown option '--bogus'; try 'mpiscan --help'\n")
    check(run.err.count(b"unknown option") == 1 and run.out == b"", "said more than once\n%s" % run)
    check(c.rank_codes(4) == [2, 2, 2, 2], "exit codes of the ranks: %s" % c.rank_codes(4))
    run = c.run("logs", "-E", "-e", "(", "x", ranks=4, each_rank=True).expect(0, stderr="keyword 1, '('")
    check(run.err.count(b"keyword 1") == 1 and run.out == b"", "said more than once\n%s" % run)
    check(c.rank_codes(4) == [2, 2, 2, 2], "exit codes of the ranks: %s" % c.rank_codes(4))
