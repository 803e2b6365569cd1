"""Very many files cost a rank little memory each: the difference between two runs over sets of different size."""
import argparse
import os
import tempfile

import harness

FEW, MANY = 40000, 140000  # the few cost more than what the driver itself has, which the kernel counts too
BEYOND_NAMES = 224  # bytes a file: an entry of the listing has 64, an encoded task 62; buffers grow by doubling


def make_files(root, first, last):
    """Empty files, a thousand in a directory; returns the bytes of one path."""
    for i in range(first, last):
        directory = os.path.join(root, "directory-%04d" % (i // 1000))
        if i % 1000 == 0:
            os.mkdir(directory)
        path = os.path.join(directory, "empty-%06d.log" % i)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
    return len(path)


def peak(mpiscan, root, nfiles, checks):
    """The largest resident memory of a run of one rank, in bytes; what is mapped does not depend on the files."""
    command = mpiscan.command(0, ["logs", root, "-o", os.path.join(root, "report")])
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    with open(os.path.join(root, "report"), encoding="utf-8") as file:
        report = file.read()
    checks.that(os.waitstatus_to_exitcode(status) == 0 and "%d files enumerated = %d scanned" % (nfiles, nfiles) in report,
                "all %d files are searched" % nfiles)
    os.unlink(os.path.join(root, "report"))
    return usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    with tempfile.TemporaryDirectory() as root:
        make_files(root, 0, FEW)
        few = peak(mpiscan, root, FEW, checks)
        name = make_files(root, FEW, MANY)
        many = peak(mpiscan, root, MANY, checks)
    each = (many - few) / (MANY - FEW)
    print("%.0f bytes a file, %d of them its name" % (each, name))
    checks.that(each <= name + BEYOND_NAMES, "a file costs at most %d bytes beyond its name" % BEYOND_NAMES, each - name)
    checks.finish()


if __name__ == "__main__":
    main()
