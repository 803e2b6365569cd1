"""A file system call that does not return: rank 0 names the rank and the file on standard error, and later in the report. A
rank that sends no heartbeats is named too."""

import os
import re
import signal
import subprocess
import time

from faultlib import TIME_OUT, Failure, case, check

WARN = ("--stall-warning", "0.3", "--baseline", "off")


def four_files(c):
    """One for each of four ranks, by size; nobody takes one over."""
    for i, name in enumerate(("a.log", "b.log", "c.log", "d.log")):
        c.write(name, b"q\n" * (5 - i))
    return ["logs", "--no-steal", "a.log", "b.log", "c.log", "d.log"]


def held(c, args, name, at, rank=None, env=(), **how):
    """Holds the call until the warning is there (without one: for a while), then releases it."""
    free, said = os.path.join(c.directory, "free"), os.path.join(c.directory, "said")
    shim = {**c.shim(name, at, "hold:" + free, rank), **dict(env)}
    with open(said, "wb") as err:
        process = c.start(args, shim=shim, stderr=err, **how)
    end = time.monotonic() + TIME_OUT
    try:
        c.wait_for_mark(process)
        while "0" not in args:
            with open(said, "rb") as err:
                if re.search(rb"stalled for \d+ s at .*\n", err.read()):
                    break
            if process.poll() is not None or time.monotonic() > end:
                raise Failure("no warning came: %s" % " ".join(args))
            time.sleep(0.02)
        time.sleep(1.0)  # it is not reported twice at once; with a limit of 0 it is not reported at all
    finally:
        with open(free, "wb"):
            pass
    run = c.finish(process)
    with open(said, "rb") as err:
        run.err = err.read()
    return run.expect_acted()


@case
def stall_of_a_rank(c):
    """The one that is stuck and no other, whichever it is."""
    for rank, name in ((1, "b.log"), (0, "a.log")):
        for free in ("free", "said"):
            if os.path.exists(os.path.join(c.directory, free)):
                os.unlink(os.path.join(c.directory, free))
        run = held(c, four_files(c) + list(WARN), name, "read:1", rank, ranks=4, tagged=True)
        who = "rank %d on %s" % (rank, os.uname().nodename)
        run.expect(0, "4 files enumerated = 4 scanned", "1 rank stalled longer than --stall-warning, %s" % who,
                   "s at %s" % name)
        lines = [line for line in run.err.decode().splitlines() if line]
        check(all(line.startswith("[1,0]<stderr>:") for line in lines), "not rank 0 says so\n%s" % run)
        lines = [line.partition(":")[2].removeprefix(" ") for line in lines]  # Open MPI 5 adds a space
        reported = [line for line in lines if re.fullmatch(
            r"mpiscan: %s: stalled for \d+ s at %s \(file system not responding\?\)" % (re.escape(who), name), line)]
        check(1 <= len(reported) <= 6, "reported %d times in seconds\n%s" % (len(reported), run))
        rest = [line for line in lines if line not in reported]
        check(all(re.fullmatch(r"mpiscan: %s: resumed after \d+ s at %s" % (re.escape(who), name), line) for line in rest),
              "something else was said\n%s" % run)


def pid_of_rank(launcher, rank):
    with open("/proc/%d/task/%d/children" % (launcher, launcher), encoding="ascii") as file:
        for pid in file.read().split():
            with open("/proc/%s/environ" % pid, "rb") as environ:
                if b"OMPI_COMM_WORLD_RANK=%d" % rank in environ.read().split(b"\0"):
                    return int(pid)
    return 0


def wait_until_said(path, what):
    end = time.monotonic() + TIME_OUT
    while time.monotonic() < end:
        with open(path, "rb") as file:
            said = file.read()
        if re.search(what, said):
            return
        time.sleep(0.02)
    raise Failure("never said: %s\n%s" % (what, said.decode()))


@case
def stall_of_a_process(c):
    """Stopped as a whole, it cannot even report that it is stalled."""
    c.write("a.log", b"x" * 3000)
    c.write("b.log", b"x" * 2900)
    said = os.path.join(c.directory, "said")
    # a second each, in blocks; and rank 1 is known to be at its file when it is stopped
    args = ["--stall-warning", "1", "--baseline", "off", "--no-steal", "--simulate", "2000000", "a.log", "b.log"]
    with open(said, "wb") as err:
        process = c.start(["logs", *args], ranks=2, tagged=True, stderr=err)
    pid = 0
    end = time.monotonic() + TIME_OUT
    while pid == 0 and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
        pid = pid_of_rank(process.pid, 1)
    check(pid > 0, "rank 1 was never seen")
    time.sleep(3)  # not visible from outside: rank 0 has a heartbeat of rank 1
    os.kill(pid, signal.SIGSTOP)
    try:
        wait_until_said(said, rb"no heartbeat for \d+ s")
    finally:
        os.kill(pid, signal.SIGCONT)
    run = c.finish(process)
    with open(said, "rb") as err:
        run.err = err.read()
    run.expect(0, "2 files enumerated = 2 scanned")
    who = re.escape("[1,0]<stderr>:") + " ?" + re.escape("mpiscan: rank 1 on %s: " % os.uname().nodename)
    lines = [line for line in run.err.decode().splitlines() if line]
    check(re.fullmatch(who + r"no heartbeat for \d+ s, last at b.log \(process stopped or host down\?\)",
                       lines[0]) and re.fullmatch(who + r"heartbeat back after \d+ s, last at b.log", lines[-1]),
          "rank 0 names it and its file, and that it resumes\n%s" % run)


@case
def stall_while_listing(c):
    """A directory that does not open, before there are any tasks; and a file whose first bytes decide what it is."""
    c.write("in/deep/a.log")
    run = held(c, ["logs", *WARN, "in"], "deep", "open:1")
    run.expect(0, stderr="mpiscan: stalled for ").expect(0, stderr=" s at in/deep (file system not responding?)\n")
    os.unlink(os.path.join(c.directory, "free"))
    c.write("big.log", b"q\n" * 3000)
    c.write("small.log")  # listed later
    run = held(c, ["logs", *WARN, "--split-size", "2K", "big.log", "small.log"], "big.log", "open:1", ranks=2)
    run.expect(0, stderr=" s at big.log (file system not responding?)\n")


@case
def stall_of_an_image(c):
    """Between the rank's own calls; what its worker program takes has a limit of its own."""
    gray = {"MPISCAN_GRAY": os.path.join(os.path.dirname(c.options.program), "mpiscan-gray")}
    c.run("generate", "images", "in", "--count", "1", "--megapixels", "0.1").expect(0)
    name = os.listdir(c.path("in"))[0]
    run = held(c, ["images", *WARN, "in", "-o", "out"], name, "open:2", env=gray)
    run.expect(0, stderr=" s at in/%s (file system not responding?)\n" % name)


@case
def stall_unwatched(c):
    run = held(c, ["logs", "--stall-warning", "0", "--baseline", "off", c.write("a.log")], "a.log", "read:1")
    run.expect(0, absent=("stalled", "heartbeat"))


@case
def stall_is_none(c):
    """Neither a long task that moves nor a rank that waits for the others is stalled."""
    c.write("long.log", b"x" * 2000000)
    c.write("short.log", b"x")
    args = ["--stall-warning", "3", "--baseline", "off", "--simulate", "2500", "--no-steal", "long.log", "short.log"]
    run = c.run("logs", *args, ranks=2)
    run.expect(0, "2 files enumerated = 2 scanned", absent=("stalled", "heartbeat"))


@case
def fifo_without_a_writer(c):
    """Rank 0 waits for it, names it, does not keep the others from their files, and ends when it is asked to."""
    c.write("a.log")
    os.mkfifo(c.path("fifo"))
    for ranks in (1, 2):
        process = c.start(["logs", "fifo", "a.log", "--stall-warning", "0.2"], ranks=ranks, stderr=subprocess.PIPE)
        text = b""
        while b"at fifo" not in text:
            line = process.stderr.readline()
            check(line, "it ended: %r" % text)
            text += line
        process.send_signal(signal.SIGINT)
        run = c.finish(process)
        # a rank alone does what waits first; mpirun has an exit code of its own
        run.expect(75 if ranks == 1 else run.code, "INCOMPLETE: interrupted after %d of 2 files" % (ranks - 1))
