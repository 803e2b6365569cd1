"""Files and directories that cannot be read, or change while they are: each costs itself and is named, no more."""

import os
import shutil
import time

from faultlib import ALERT, NOBODY, Skip, case, check

LONG = b"quiet line\n" * 200000  # 2.2 MB: more than the scanner's window
FAULT = "FAILED bad.log: "
CHANGED = "is not the file that was listed: replaced or rotated since\n"


def files(c, bad):
    """bad.log between two good ones."""
    c.write("a.log")
    c.write("bad.log", bad)
    c.write("z.log")
    return ["logs", "a.log", "bad.log", "z.log"]


def expect_one_fault(run, message, ranks=1):
    run.expect(1, FAULT + message, "a.log: 1 matching line", "z.log: 1 matching line",
               "3 files enumerated = 2 scanned + 0 skipped + 1 failed", "INCOMPLETE: 1 of 3 files")
    check(ranks > 1 or run.err == b"", "nothing on standard error expected\n%s" % run)


@case
def unreadable_file(c):
    args = files(c, ALERT)
    os.chmod(c.path("bad.log"), 0)
    run = c.run(*args, user=NOBODY if c.is_root else None)
    expect_one_fault(run, "cannot be opened: Permission denied\n")
    c.run("--version").expect(0)


@case
def unreadable_directory(c):
    c.write("d/a.log")
    c.write("d/shut/b.log")
    c.write("d/blind/c.log")
    os.chmod(c.path("d/shut"), 0)
    os.chmod(c.path("d/blind"), 0o444)  # its names can be read, its files cannot be reached
    run = c.run("logs", "d", user=NOBODY if c.is_root else None)
    run.expect(1, "FAILED d/shut: Permission denied\n", "FAILED d/blind/c.log: ", "d/a.log: 1 matching",
               "3 files enumerated = 1 scanned + 0 skipped + 2 failed")


@case
def missing_operand(c):
    c.write("a.log")
    c.run("logs", "gone.log", "a.log").expect(
        1, "FAILED gone.log: No such file or directory\n", "a.log: 1 matching line",
        "2 files enumerated = 1 scanned + 0 skipped + 1 failed")


@case
def vanishes_before_scan(c):
    run = c.run(*files(c, ALERT), shim=c.shim("bad.log", "open:1", "unlink")).expect_acted()
    expect_one_fault(run, "cannot be opened: No such file or directory\n")


@case
def becomes_a_fifo(c):
    run = c.run(*files(c, ALERT), shim=c.shim("bad.log", "open:1", "fifo")).expect_acted()
    expect_one_fault(run, "is no longer a regular file\n")


@case
def becomes_a_directory(c):
    os.mkdir(c.path("directory"))
    args = files(c, ALERT)
    os.rename(c.path("bad.log"), c.path("x"))
    os.symlink("x", c.path("bad.log"))
    os.symlink("directory", c.path("other"))
    run = c.run(*args, shim=c.shim("bad.log", "open:1", "replace:other")).expect_acted()
    expect_one_fault(run, "is no longer a regular file\n")


@case
def becomes_a_link(c):
    """A file of others is not read through a link that was planted; a link that was listed may be turned."""
    c.write("secret", b"secret " + ALERT + b"\n")
    args = files(c, ALERT)
    os.symlink("secret", c.path("other"))
    run = c.run(*args, "-n", shim=c.shim("bad.log", "open:1", "replace:other")).expect_acted()
    expect_one_fault(run, "is not the file that was listed: replaced by a symbolic link since\n")
    run.expect(1, absent="secret unauthorized")
    os.symlink("a.log", c.path("bad.log2"))
    os.rename(c.path("bad.log2"), c.path("bad.log"))
    os.symlink("secret", c.path("other"))
    run = c.run(*args, "-n", shim=c.shim("bad.log", "open:1", "replace:other")).expect_acted()
    expect_one_fault(run, CHANGED)
    run.expect(1, "secret unauthorized")


@case
def directory_becomes_a_link(c):
    """Nor through a link in the place of a directory, or of the operand: at any depth, also for images."""
    for operand, todo in (("up", "turn:../secret/sub"), ("up/sub", "turn:../secret/sub"), ("up", "turn-above:secret")):
        for command in (("logs", "-n"), ("images", "-o", "out")):
            c.write("up/sub/deep/a.log", b"mine " + ALERT + b"\n")
            c.write("up/sub/deep/a.pgm", b"P5\n2 2\n255\n" + bytes(4))
            c.write("up/sub/a.log", b"mine " + ALERT + b"\n")
            for where in ("secret", "secret/sub"):
                c.write(where + "/a.log", b"secret " + ALERT + b"\n")
                c.write(where + "/deep/a.log", b"secret " + ALERT + b"\n")
                c.write(where + "/deep/a.pgm", b"P6\n2 2\n255\n" + bytes(12))
            shim = c.shim("sub", "open:2", todo)  # the listing opens it first
            shim["MPISCAN_GRAY"] = os.path.join(os.path.dirname(c.options.program), "mpiscan-gray")
            run = c.run(command[0], operand, *command[1:], "--baseline", "off", shim=shim)
            run.expect_acted().expect(1, "its directory has been replaced since it was listed", absent="secret")
            shutil.rmtree(c.path("out"), ignore_errors=True)
            shutil.rmtree(c.path("secret"))
            for name in ("up", "up.was"):
                if os.path.islink(c.path(name)):
                    os.unlink(c.path(name))
                else:
                    shutil.rmtree(c.path(name), ignore_errors=True)


@case
def rotated_before_scan(c):
    """Another file of the name, longer or shorter: a fault, and all that is there now is searched."""
    for new in (b"new\n" * 100000 + ALERT + b" late\n", ALERT + b" late"):
        for ranks in (1, 3):
            args = files(c, ALERT + b" old\n" * 50) + ["-n", "--no-steal", "--baseline", "run"]
            c.write("other", new)
            shim = c.shim("bad.log", "open:1", "replace:other")
            run = c.run(*args, ranks=ranks, shim=shim).expect_acted()
            expect_one_fault(run, CHANGED, ranks)
            run.expect(1, "bad.log: 1 matching line", "unauthorized access late", absent=("DISAGREE", " old"))


@case
def rotated_while_ranges_are_searched(c):
    """The range with the first byte searches the new file whole, the others say the same; or what is behind fails."""
    old = b"".join(b"line %d old %s\n" % (i, ALERT) for i in range(1000))
    for which, expected in ((1, "1 matching line"), (3, " matching lines")):
        args = files(c, old) + ["-n", "--split-size", "8K", "--baseline", "off", "--no-steal"]
        c.write("other", b"new\n" * 3000 + ALERT + b" late\n")
        # the first open is that of the check whether it can be split
        shim = c.shim("bad.log", "open:%d" % (which + 1), "replace:other", rank=0)
        run = c.run(*args, ranks=2, shim=shim).expect_acted()
        expect_one_fault(run, CHANGED, ranks=2)
        run.expect(1, "bad.log: ", expected)


@case
def deleted_and_made_anew(c):
    """ext4 and others give the new file the old inode number."""
    args = files(c, ALERT + b" old\n")
    run = c.run(*args, "-n", shim=c.shim("bad.log", "open:1", "renew:%s new and longer" % ALERT.decode()))
    expect_one_fault(run.expect_acted(), CHANGED)
    run.expect(1, "unauthorized access new and longer", absent=" old")


@case
def rotated_image(c):
    """No output is made of another file than the one that was looked at."""
    for name in ("bad.ppm", "other.ppm"):
        c.write("in/" + name, b"P6\n2 2\n255\n" + bytes(12))
    for at in ("open:1", "open:2"):
        shim = c.shim("bad.ppm", at, "replace:in/other.ppm")
        shim["MPISCAN_GRAY"] = os.path.join(os.path.dirname(c.options.program), "mpiscan-gray")
        run = c.run("images", "in/bad.ppm", "-o", "out", "--baseline", "off", shim=shim).expect_acted()
        run.expect(1, "FAILED in/bad.ppm: ", "is not the file that was listed: replaced or rotated since\n")
        check(not os.path.exists(c.path("out/bad.ppm")), "no output expected\n%s" % run)
        c.write("in/other.ppm", b"P6\n2 2\n255\n" + bytes(12))


@case
def vanishes_while_scanned(c):
    """The name goes, the open file stays: all of it is searched."""
    args = files(c, LONG + ALERT + b"\n")
    run = c.run(*args, shim=c.shim("bad.log", "read:2", "unlink")).expect_acted()
    run.expect(0, "bad.log: 1 matching line", "3 scanned + 0 skipped + 0 failed")


@case
def shrinks_before_scan(c):
    run = c.run(*files(c, ALERT + b"\nmore\n"), shim=c.shim("bad.log", "open:1", "truncate:20")).expect_acted()
    expect_one_fault(run, "the file shrank while it was read: 20 of 25 bytes were there\n")
    run.expect(1, "bad.log: 1 matching line")  # what was found before the fault counts


@case
def shrinks_to_nothing(c):
    run = c.run(*files(c, ALERT + b"\n"), shim=c.shim("bad.log", "open:1", "truncate:0")).expect_acted()
    expect_one_fault(run, "the file shrank while it was read: 0 of 20 bytes were there\n")


@case
def shrinks_while_scanned(c):
    args = files(c, ALERT + b"\n" + LONG)
    run = c.run(*args, shim=c.shim("bad.log", "read:2", "truncate:30")).expect_acted()
    expect_one_fault(run, "the file shrank while it was read: ")
    run.expect(1, "bad.log: 1 matching line")


@case
def cut_again_and_again(c):
    """By another process, at no particular moment: the run ends as it should, or names the file."""
    for i in range(30):
        args = files(c, LONG * 8) + ["--buffer-size", "16K"]
        process = c.start(args)
        time.sleep(0.0002 * i)
        os.truncate(c.path("bad.log"), 4096 * 100 * (i % 7) + i)
        run = c.finish(process)
        if run.code == 0:
            run.expect(0, "3 scanned + 0 skipped + 0 failed")
        else:
            run.expect(1, FAULT + "the file shrank while it was read: ", "2 scanned + 0 skipped + 1 failed")


@case
def grows_while_scanned(c):
    """What comes later belongs to the next run: the bytes that were enumerated are searched."""
    args = files(c, LONG + ALERT + b"\n")
    shim = c.shim("bad.log", "read:2", "append:late unauthorized access")
    run = c.run(*args, shim=shim).expect_acted()
    run.expect(0, "bad.log: 1 matching line (", "COMPLETE: every file was searched")
    check(c.read("bad.log").endswith(b"late " + ALERT + b"\n"), "the file has not grown\n%s" % run)


@case
def read_error(c):
    for at, found in (("open:1", 0), ("read:1", 0), ("read:2", 1), ("read:3", 1)):
        args = files(c, ALERT + b"\n" + LONG)
        run = c.run(*args, shim=c.shim("bad.log", at, "eio")).expect_acted()
        expect_one_fault(run, "cannot be opened: Input" if at == "open:1" else "reading failed after ")
        run.expect(1, "Input/output error\n", *(["bad.log: 1 matching line"] * found))


@case
def directory_read_error(c):
    c.write("d/a.log")
    c.write("d/sub/b.log")
    run = c.run("logs", "d", shim=c.shim("sub", "open:1", "eio")).expect_acted()
    run.expect(1, "FAILED d/sub: Input/output error\n", "d/a.log: 1 matching line")


@case
def interrupted_reads(c):
    for at in ("read:1", "read:2", "read:3"):
        args = files(c, ALERT + b"\n" + LONG + ALERT + b"\n")
        run = c.run(*args, shim=c.shim("bad.log", at, "eintr")).expect_acted()
        run.expect(0, "bad.log: 2 matching lines", "3 scanned + 0 skipped + 0 failed")


@case
def short_reads(c):
    """Seven bytes a time: lines, keywords and the byte-order mark all cross a boundary."""
    texts = {"plain": b"quiet\r\n" + ALERT + b"\r\nlast " + ALERT,
             "utf16": ("\ufeffquiet\n%s\nlast %s" % (ALERT.decode(), ALERT.decode())).encode("utf-16-le")}
    for name, text in texts.items():
        c.write("bad.log", text)
        run = c.run("logs", "-n", "bad.log", shim=c.shim("bad.log", "open:1", "short")).expect_acted()
        run.expect(0, "  2:unauthorized access\n  3:last unauthorized access\n", "bad.log: 2 matching lines")


@case
def keyword_file_missing(c):
    c.write("a.log")
    c.write("empty", b"\n\n")
    c.run("logs", "-f", "gone", "a.log").expect(
        2, stderr="mpiscan: cannot read the keyword file 'gone': No such file or directory\n")
    c.run("logs", "-f", ".", "a.log").expect(2, stderr="cannot read the keyword file '.': Is a directory\n")
    c.run("logs", "-f", "empty", "a.log").expect(2, stderr="the keyword file 'empty' holds no keyword\n")
    c.write("words", b"quiet\n")
    c.run("logs", "-f", "words", "a.log", shim=c.shim("words", "read:1", "eio")).expect_acted().expect(
        2, stderr="cannot read the keyword file 'words': Input/output error\n")


@case
def files_from_missing(c):
    c.run("logs", "--files-from", "gone").expect(
        2, stderr="mpiscan: cannot open the list of files 'gone': No such file or directory\n")
    c.run("logs", "--files-from", ".").expect(2, stderr="cannot read the list of files '.': Is a directory\n")


@case
def deep_directories(c):
    """2000 levels are searched; what lies beyond the longest path is a fault, not silence."""
    fd = os.open(c.work, os.O_RDONLY)
    for level in range(1, 2101):
        os.mkdir("d", dir_fd=fd)
        below = os.open("d", os.O_RDONLY, dir_fd=fd)
        os.close(fd)
        fd = below
        if level in (2000, 2100):
            leaf = os.open("x", os.O_WRONLY | os.O_CREAT, dir_fd=fd)
            os.write(leaf, ALERT + b"\n")
            os.close(leaf)
    os.close(fd)
    run = c.run("logs", "d", "--format", "json").expect(1)
    check([o["path"] for o in run.objects("file")] == ["d/" * 2000 + "x"], "files with hits\n%s" % run)
    check([o["message"] for o in run.objects("fault")] == ["File name too long"], "faults\n%s" % run)
    run = c.run("logs", "d", "--max-depth", "2001", "--exclude", "d/" * 2000 + "d").expect(0, "COMPLETE: every file")


@case
def longest_name(c):
    name = "n" * 255
    c.write(name)
    for form in ("text", "json", "csv"):
        run = c.run("logs", ".", "--format", form).expect(0, name)
        check(run.err == b"", "nothing on standard error expected\n%s" % run)
    c.run("logs", name + "n").expect(1, ": File name too long\n")
    c.run("logs", name, "--output", "o" * 255).expect(0)
    c.run("logs", name, "--output", "o" * 256).expect(3, stderr="File name too long")


@case
def many_entries(c):
    """A directory of 50,000 files, each of which is enumerated and searched."""
    c.write("one", b"")
    os.mkdir(c.path("d"))
    fd = os.open(c.path("d"), os.O_RDONLY)
    for i in range(50000):
        os.link(c.path("one"), "%05d" % i, dst_dir_fd=fd)  # quicker than files of their own
    os.close(fd)
    os.unlink(c.path("d/31415"))
    c.write("d/31415")
    c.run("logs", "d").expect(0, "d/31415: 1 matching line", "50000 files enumerated = 50000 scanned + 0 skipped")


def sparse(c, name, pieces, size):
    """A file of this size that holds what pieces say, [(offset, bytes)], and holes; and a copy without holes."""
    for kind in ("sparse", "dense"):
        c.write(os.path.join(kind, name), b"")
        with open(c.path(os.path.join(kind, name)), "r+b") as out:
            if kind == "dense":
                out.write(bytes(size))
            out.truncate(size)
            for offset, data in pieces:
                out.seek(offset)
                out.write(data)


@case
def holes_are_zeros(c):
    """Within a line, at the beginning and at the end; whatever the buffer, the ranges and the keyword."""
    size = 3 << 20
    line = b"quiet\n" + ALERT + b"\nfoo"
    sparse(c, "a.log", [(1 << 20, line), (2 << 20, b"bar\n" + ALERT + b"\r\n")], size)
    sparse(c, "b.log", [(0, line), (size - 50, b"bar\n" + ALERT + b"\n")], size)
    sparse(c, "c.log", [(0, line)], size)
    sparse(c, "d.log", [(100000, b"foo\r"), (size - 4, b"\nbar")], size)
    sparse(c, "e.log", [], size)
    many = [(i << 16, b"%d foo\n" % i if i % 3 else b"bar") for i in range(40)]
    sparse(c, "f.log", many, size)
    keywords = (["-e", "unauthorized access"], ["-e", "foo", "-e", "bar", "-i"], ["-w", "-e", "foo"],
                ["-E", "-e", "\\x00bar"], ["-E", "-e", "foo.*bar"], ["-E", "-e", "^\\x00+$"])
    hows = (["-n", "--max-line", "64"], ["-c"], ["-n", "--buffer-size", "64K", "--max-line", "200"])
    for words in keywords:
        for how in hows:
            runs = [c.run("logs", *words, *how, kind, "--format", "json").expect(0) for kind in ("dense", "sparse")]
            texts = [[{**o, "path": o["path"].split("/")[1]} for o in run.objects("file")] for run in runs]
            check(texts[0] == texts[1], "holes differ from zeros\n%s%s" % tuple(runs))
            totals = [run.objects("summary")[0]["bytes"] for run in runs]
            check(totals[0] == totals[1] == 6 * size, "bytes searched: %s\n%s" % (totals, runs[1]))
    c.run("logs", "-e", "foo", "-e", "bar", "-n", "sparse", "--split-size", "200K", "--baseline", "run",
          ranks=2).expect(0, "6 scanned + 0 skipped + 0 failed", absent="DISAGREE")


@case
def a_large_hole_costs_nothing(c):
    """Four terabytes cannot be read in the time of a test."""
    c.write("a.log", ALERT + b"\nfoo")
    with open(c.path("a.log"), "r+b") as out:
        out.truncate(4 << 40)
        out.seek(0, os.SEEK_END)
        out.write(b"\n" + ALERT + b" late\n")
    c.write("b.log", b"")
    os.truncate(c.path("b.log"), 4 << 40)
    if os.stat(c.path("a.log")).st_blocks > 1000:
        raise Skip("no holes on this file system")
    run = c.run("logs", "a.log", "b.log", "-n", "--max-line", "40")
    run.expect(0, "a.log: 2 matching lines", "3:unauthorized access late", "2 scanned + 0 skipped + 0 failed")
    run = c.run("logs", "a.log", "--split-size", "256G", "--baseline", "run", ranks=2)
    run.expect(0, "a.log: 2 matching lines")


@case
def a_hole_that_is_cut_is_a_fault(c):
    args = files(c, ALERT + b"\n" + bytes(10))
    os.truncate(c.path("bad.log"), 8 << 20)  # no sample is read of it
    run = c.run(*args, shim=c.shim("bad.log", "read:1", "truncate:4096")).expect_acted()
    expect_one_fault(run, "the file shrank while it was read: ")
