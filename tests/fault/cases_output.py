"""Output that cannot be written, and runs that are interrupted while it is: loud, and nothing half written."""

import os
import resource
import shutil
import signal
import subprocess

from faultlib import ALERT, NOBODY, Skip, case, check

FULL = "No space left on device"
TEMPORARY = "@(.mpiscan*.tmp|work|.)"  # the report's temporary file, with a name or in the directory without one
MANY = b"line with unauthorized access in it\n" * 40000


def unwritable(name, why):
    """The parts of the one message about a report that cannot be written."""
    return "mpiscan: cannot write the report to ", name, ": " + why + "\n"


def expect_untouched(c, run, old=b"old report\n"):
    check(c.read("report") == old, "the old report is no longer what it was\n%s" % run)
    check(c.leftovers() == [], "still there: %s\n%s" % (c.leftovers(), run))


@case
def stdout_full(c):
    c.write("a.log")
    with open("/dev/full", "wb") as full:
        for args in (["logs", "a.log"], ["logs", "--format", "json", "a.log"], ["logs", "--format", "csv", "a.log"],
                     ["--help"], ["--version"], ["--man"], ["generate", "logs", "g", "--files", "1"]):
            run = c.run(*args, stdout=full)
            run.expect(3, stderr="mpiscan: cannot write the report to standard output: " + FULL)
        c.run("logs", "--grep-status", "a.log", stdout=full).expect(2, stderr=FULL)


@case
def stdout_closed(c):
    c.write("a.log")
    for args in (["logs", "a.log"], ["--help"], ["--version"]):
        c.run(*args, redirect=">&-").expect(3, stderr="mpiscan: cannot write the report to standard output: Bad file")
    c.run("logs", "a.log", "--output", "report", redirect=">&- 2>&- <&-").expect(0)
    check(b"COMPLETE: every" in c.read("report"), "a file needs no standard output")


@case
def stdin_closed(c):
    c.run("logs", "--files-from", "-", redirect="<&-").expect(2, stderr="cannot read the list of files '-'")


@case
def broken_pipe(c):
    c.write("a.log", MANY)
    process = c.start(["logs", "-n", "a.log"])
    first = process.stdout.readline()
    process.stdout.close()
    process.stdout = None
    run = c.finish(process).expect(0)
    check(first == b"searched for \"unauthorized access\" (default keyword)\n", "first line %r" % first)
    check(run.err == b"", "said something\n%s" % run)


@case
def output_directory_missing(c):
    c.write("a.log")
    c.run("logs", "a.log", "--output", "no/report").expect(
        3, stderr=unwritable("no/report", "No such file or directory"))
    check(os.listdir(c.work) == ["a.log"], "still there: %s" % os.listdir(c.work))
    c.write("report", b"old report\n")
    run = c.run("logs", "a.log", "--output", "report/x").expect(3, stderr="Not a directory")
    expect_untouched(c, run)
    run = c.run("logs", "a.log", "--output", "..").expect(3, stderr="Is a directory")
    expect_untouched(c, run)


@case
def output_directory_read_only(c):
    user = NOBODY if c.is_root else None
    c.write("sub/a.log")
    c.write("sub/report", b"old report\n")
    os.chmod(c.path("sub/report"), 0o666)
    os.chmod(c.path("sub"), 0o555)
    for target in ("sub/report", "sub/new"):
        run = c.run("logs", "sub", "--output", target, user=user).expect(
            3, stderr=unwritable(target, "Permission denied"))
        check(sorted(os.listdir(c.path("sub"))) == ["a.log", "report"], "files are left\n%s" % run)
        check(c.read("sub/report") == b"old report\n", "the old report is no longer what it was\n%s" % run)


@case
def output_file_read_only(c):
    user = NOBODY if c.is_root else None
    c.write("a.log")
    c.write("report", b"old report\n")
    os.chmod(c.path("report"), 0o444)
    os.chmod(c.work, 0o777)
    run = c.run("logs", "a.log", "--output", "report", user=user)
    run.expect(3, stderr=unwritable("report", "Permission denied"))
    expect_untouched(c, run)


@case
def output_disk_full(c):
    """By the shim: the second write to the temporary file fails."""
    c.write("a.log", MANY)
    c.write("report", b"old report\n")
    shim = c.shim(TEMPORARY, "write:2", "enospc")
    run = c.run("logs", "-n", "a.log", "--output", "report", shim=shim).expect_acted()
    run.expect(3, stderr=unwritable("report", FULL))
    expect_untouched(c, run)


@case
def result_disk_full(c):
    """The result file is not there, nor a part of it, an old one is as it was, and what was found is reported."""
    c.write("a.log", MANY)
    c.write("report", b"old report\n")
    shim = c.shim(TEMPORARY, "write:2", "enospc")
    for ranks in (1, 2):
        run = c.run("logs", "-n", "a.log", "--result", "report", "--baseline", "off", ranks=ranks, shim=shim).expect_acted()
        check(run.code != 0 and ("mpiscan: cannot write the result file to report: " + FULL).encode() in run.err,
              "no word of the full disk\n%s" % run)
        check(b"a.log: 40000 matching lines" in run.out, "what was found is not reported\n%s" % run)
        expect_untouched(c, run)
    c.run("logs", "a.log", "--result", "no/result").expect(
        3, stderr="mpiscan: cannot write the result file to no/result: No such file or directory")
    os.chmod(c.path("report"), 0o644)
    c.run("logs", "a.log", "--result", "report", "--output", "./report").expect(
        2, stderr="the report would replace the result file")
    c.run("report", "report").expect(0, "a.log: 40000 matching lines")
    os.chmod(c.path("report"), 0o644)
    c.run("logs", "a.log", "--result", "report").expect(0)
    check(os.stat(c.path("report")).st_mode & 0o777 == 0o600, "others can read the lines")


@case
def output_tmpfs_full(c):
    """A real file system that is full."""
    if not c.is_root:
        raise Skip("only root can mount a tmpfs")
    c.write("a.log", MANY)
    os.mkdir(c.path("small"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", c.path("small")],
                             capture_output=True, check=False)
    if mounted.returncode != 0:
        raise Skip("a tmpfs cannot be mounted here: %s" % mounted.stderr.decode().strip())
    try:
        c.write("small/report", b"old report\n")
        run = c.run("logs", "-n", "a.log", "--output", "small/report").expect(
            3, stderr=unwritable("small/report", FULL))
        check(os.listdir(c.path("small")) == ["report"], "files are left\n%s" % run)
        check(c.read("small/report") == b"old report\n", "the old report is no longer what it was\n%s" % run)
        run = c.run("generate", "logs", "small/demo").expect(3, stderr=FULL)
        check(not [n for n in os.listdir(c.path("small/demo")) if ".tmp" in n], "files are left\n%s" % run)
    finally:
        subprocess.run(["umount", c.path("small")], check=False)


@case
def output_size_limit(c):
    """ulimit -f: the signal that comes with it must not end the program half way."""
    c.write("a.log", MANY)
    c.write("report", b"old report\n")
    run = c.run("logs", "-n", "a.log", "--output", "report",
                limits=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)))
    run.expect(3, stderr=unwritable("report", "File too large"))
    expect_untouched(c, run)


def interrupt(c, ranks, number):
    """A signal while the report is being written: the process stands in its first write."""
    c.write("a.log", MANY)
    c.write("report", b"old report\n")
    shim = c.shim(TEMPORARY, "write:1", "wait")
    process = c.start(["logs", "-n", "a.log", "--output", "report"], ranks=ranks, shim=shim)
    c.wait_for_mark(process)
    process.send_signal(number)
    run = c.finish(process, 10)
    check(run.code != 0, "interrupted, yet exit 0\n%s" % run)
    expect_untouched(c, run)


@case
def interrupt_while_writing(c):
    interrupt(c, 1, signal.SIGINT)


@case
def interrupt_while_ranks_write(c):
    interrupt(c, 2, signal.SIGINT)


@case
def interrupt_while_scanning(c):
    """Nothing has been written yet, so nothing may be there."""
    c.write("a.log", ALERT + b"\n")
    process = c.start(["logs", "a.log", "--output", "report"], ranks=2, shim=c.shim("a.log", "read:1", "wait"))
    c.wait_for_mark(process)
    process.send_signal(signal.SIGINT)
    run = c.finish(process, 10)
    check(run.code != 0 and os.listdir(c.work) == ["a.log"], "still there: %s\n%s" % (os.listdir(c.work), run))


@case
def output_of_ranks(c):
    """What one rank cannot write, all ranks end with."""
    c.write("a.log")
    c.run("logs", "a.log", "--output", "no/report", "--baseline", "off", ranks=2, each_rank=True).expect(
        0, stderr=unwritable("no/report", "No such file or directory"))
    check(c.rank_codes(2) == [3, 3], "exit codes of the ranks: %s" % c.rank_codes(2))


def images(c, *args, **keywords):
    shim = {"MPISCAN_GRAY": os.path.join(os.path.dirname(c.options.program), "mpiscan-gray")}
    return c.run("images", *args, "--baseline", "off", shim=shim, **keywords)


PGM = b"P5\n2 2\n255\n" + bytes(4)


@case
def links_in_the_output_tree(c):
    """Somebody else may write there: nothing is written through a link at any depth, nor over a file."""
    c.write("target/a.pgm", b"precious")
    c.write("target/deep/a.pgm", b"precious")
    for name in ("in/sub/a.pgm", "in/sub/deep/a.pgm", "in/b.pgm", "in/c.pgm"):
        c.write(name, PGM)
    for planted in ("sub", "sub/deep"):
        os.makedirs(c.path("out/" + os.path.dirname(planted)), exist_ok=True)
        os.symlink(c.path("target"), c.path("out/" + planted))
        os.symlink(c.path("target/a.pgm"), c.path("out/b.pgm"))
        c.write("out/c.pgm", b"old")
        run = images(c, "in", "-o", "out")
        run.expect(1, "FAILED in/sub/deep/a.pgm: a link or a file is in the place of a directory of 'out/sub/deep/a.pgm'")
        for name in ("target/a.pgm", "target/deep/a.pgm"):
            check(c.read(name) == b"precious", "%s has been replaced\n%s" % (name, run))
        check(not os.path.islink(c.path("out/b.pgm")) and c.read("out/b.pgm") == PGM, "the link should be replaced")
        check(c.read("out/c.pgm") == PGM, "the file should be replaced")
        shutil.rmtree(c.path("out"))


@case
def outputs_are_as_private_as_inputs(c):
    for name in ("in/private/a.pgm", "in/shared/b.pgm", "in/shared/private/c.pgm"):
        c.write(name, PGM)
    for name, mode in (("in", 0o750), ("in/private", 0o700), ("in/shared", 0o777), ("in/shared/private", 0o500),
                       ("in/private/a.pgm", 0o666), ("in/shared/b.pgm", 0o444), ("in/shared/private/c.pgm", 0o640)):
        os.chmod(c.path(name), mode)
    c.write("in/d.pgm", PGM)
    images(c, "in", "-o", "out", umask=0o027).expect(0)
    for name, mode in (("out", 0o750), ("out/private", 0o700), ("out/shared", 0o750), ("out/shared/private", 0o700),
                       ("out/private/a.pgm", 0o640), ("out/shared/b.pgm", 0o440), ("out/shared/private/c.pgm", 0o640)):
        found = os.stat(c.path(name)).st_mode & 0o7777
        check(found == mode, "%s has the mode %o, not %o" % (name, found, mode))


@case
def journals_that_others_can_change(c):
    """Of another owner, or writable by others, a journal says nothing; nor does a result file."""
    c.write("a.log")
    args = ("logs", "a.log", "--baseline", "off")
    c.run(*args, "--journal", "j", "--result", "r").expect(0)
    for name, mode in (("j", 0o700), ("j/0001-000000.journal", 0o600), ("r", 0o600)):
        check(os.stat(c.path(name)).st_mode & 0o7777 == mode, "%s should be private" % name)
    for name in ("j", "j/0001-000000.journal", "r"):
        again = ("report", "r") if name == "r" else (*args, "--resume", "j")
        c.run(*again).expect(0)
        mode = os.stat(c.path(name)).st_mode & 0o777
        code = 3 if "/" in name else 2
        os.chmod(c.path(name), mode | 0o020)
        c.run(*again).expect(code, stderr="others can write to it")
        os.chmod(c.path(name), mode)
        if c.is_root:
            os.chown(c.path(name), NOBODY, NOBODY)
            c.run(*again).expect(code, stderr="belongs to another user")
            os.chown(c.path(name), 0, 0)
        if name == "j":
            shutil.rmtree(c.path(name))
            c.run(*args, "--journal", "j").expect(0)


@case
def resume_notices_a_time_that_was_put_back(c):
    c.write("a.log", ALERT + b" old\n")
    args = ("logs", "a.log", "--baseline", "off", "-n")
    c.run(*args, "--journal", "j").expect(0, "old")
    before = os.stat(c.path("a.log"))
    with open(c.path("a.log"), "r+b") as file:
        file.write(ALERT + b" new\n")
    os.utime(c.path("a.log"), ns=(before.st_atime_ns, before.st_mtime_ns))
    c.run(*args, "--resume", "j").expect(0, "unauthorized access new", absent=" old")
