"""The images job with its real worker program under faults in mid-run: workers killed, stopped and out of memory,
disks full, directories that may not be written, inputs that vanish. Each costs the image concerned, in words, and no other: what
else is made is byte for byte what an undisturbed run makes.

usage: check_faults.py MPISCAN MPIEXEC
"""
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

try:
    from PIL import Image
except ImportError:
    print("no Pillow here")
    sys.exit(77)

import gray_samples as samples

FAILURES = []
NOBODY = 65534


def check(right, what):
    if not right:
        FAILURES.append(what)
        print("FAILED:", what)


class Place:
    """A directory with small images and, if asked for, one in the middle of their order that is slow, or of 100 KB or more."""

    def __init__(self, mpiscan, mpiexec, slow=0, noise=0):
        self.mpiscan, self.mpiexec = mpiscan, mpiexec
        self.root = tempfile.mkdtemp(prefix="mpiscan-faults-")
        os.chmod(self.root, 0o755)
        os.makedirs(self.path("in/sub"))
        self.small = ["in/%s" % name for name in ("a.png", "b.jpg", "c.png", "sub/d.png", "y.jpg", "z.png")]
        for i, name in enumerate(self.small):
            self.write(name, (samples.png if name.endswith("png") else samples.jpeg)(60 + i, 40))
        if slow:
            self.write("in/m.png", samples.png(slow, slow, interlaced=True))
        if noise:
            pixels = random.Random(1).randbytes(3 * noise * noise)
            self.write("in/m.png", samples.saved(Image.frombytes("RGB", (noise, noise), pixels), format="PNG"))

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)

    def start(self, *args, ranks=1, program=None, before=None):
        launcher = [self.mpiexec, "-n", str(ranks)] if ranks > 1 else []
        return subprocess.Popen([*launcher, program or self.mpiscan, "images", "in", "-o", "gray", "--baseline", "off",
                                 "--format", "json", *args], cwd=self.root, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=before)

    def end(self, job, faults, code=1):
        """The job's objects, checked: these files are faults, all others of the directory are converted."""
        out, err = job.communicate(timeout=100)
        lines = [json.loads(line) for line in out.splitlines()]
        check(job.returncode == code, "exit code %d, not %d: %s" % (job.returncode, code, err))
        found = {line["path"]: line["message"] for line in lines if line["type"] == "fault"}
        check(sorted(found) == sorted(faults), "faults: %s" % found)
        for path, words in faults.items():
            check(words in found.get(path, ""), "%s: %r is not in %r" % (path, words, found.get(path)))
        images = {line["path"]: line["output"] for line in lines if line["type"] == "image"}
        check(set(images) == self.inputs() - set(faults), "images: %s" % sorted(images))
        for path, output in images.items():
            with open(self.path(output), "rb") as made, open(self.path(path.replace("in/", "right/", 1)), "rb") as right:
                check(made.read() == right.read(), "%s is not what it should be" % output)
        made = {os.path.join(directory, name) for directory, _, names in os.walk(self.path("gray")) for name in names}
        check(made == {self.path(output) for output in images.values()}, "files made: %s" % sorted(made))
        return lines

    def inputs(self):
        return {os.path.relpath(os.path.join(directory, name), self.root)
                for directory, _, names in os.walk(self.path("in")) for name in names}

    def make_right(self):
        done = subprocess.run([self.mpiscan, "images", "in", "-o", "right"], cwd=self.root, stdout=subprocess.DEVNULL,
                              timeout=100, check=False)
        check(done.returncode == 0, "an undisturbed run ends with %d" % done.returncode)

    def has_open(self, pid, name):
        """Whether a worker program has this input open."""
        try:
            with open("/proc/%s/comm" % pid, encoding="utf-8") as file:
                return file.read() == "mpiscan-gray\n" and os.path.realpath(self.path(name)) in [
                    os.readlink("/proc/%s/fd/%s" % (pid, fd)) for fd in os.listdir("/proc/%s/fd" % pid)]
        except OSError:  # it has exited
            return False

    def stopped_worker(self, name, job):
        """A worker stopped while it has this input open; None if the job was faster."""
        until = time.monotonic() + 60
        while time.monotonic() < until and job.poll() is None:
            for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
                if self.has_open(pid, name):
                    os.kill(pid, signal.SIGSTOP)
                    while state(pid) not in "TZ":
                        time.sleep(0.001)
                    if self.has_open(pid, name):
                        return pid
                    os.kill(pid, signal.SIGCONT)
            time.sleep(0.001)
        return None


def state(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0]
    except OSError:  # it has exited
        return "Z"


def start_and_stop(place, *args, ranks=1):
    """A job whose worker is stopped within the slow image; again if the image was faster than this test, as under load."""
    for _ in range(5):
        shutil.rmtree(place.path("gray"), ignore_errors=True)
        job = place.start(*args, ranks=ranks)
        pid = place.stopped_worker("in/m.png", job)
        if pid:
            return job, pid
        job.communicate(timeout=100)
    raise TimeoutError("no worker was seen on in/m.png")


def disturbed(place, number, words, *args, counts=(2,)):
    place.make_right()
    for ranks in counts:
        job, pid = start_and_stop(place, *args, ranks=ranks)
        os.kill(pid, number)
        if number != signal.SIGSTOP:
            os.kill(pid, signal.SIGCONT)
        place.end(job, {"in/m.png": words})


def worker_killed(*programs):
    place = Place(*programs, slow=2500)
    disturbed(place, signal.SIGKILL, "the image worker was killed by signal 9 (Killed)", counts=(1, 2))
    return place


def worker_crashes(*programs):
    place = Place(*programs, slow=2500)
    disturbed(place, signal.SIGSEGV, "the image worker was killed by signal 11 (Segmentation fault)")
    return place


def worker_stopped(*programs):
    place = Place(*programs, slow=2500)
    disturbed(place, signal.SIGSTOP, "took longer than 3 s", "--image-timeout", "3")
    return place


def worker_out_of_memory(*programs):
    place = Place(*programs, slow=6500)
    place.make_right()
    place.end(place.start("--image-memory", "96M", ranks=2), {"in/m.png": "memory"})
    return place


def input_vanishes(*programs):
    place = Place(*programs, slow=2500)
    place.make_right()
    job, pid = start_and_stop(place)
    os.unlink(place.path("in/z.png"))
    place.write("in/y.jpg", b"no image any more")
    os.kill(pid, signal.SIGCONT)
    place.end(job, {"in/z.png": "No such file", "in/y.jpg": "not an image"})
    return place


def files_too_large(*programs):
    """RLIMIT_FSIZE: acts as a quota."""
    place = Place(*programs, noise=400)
    place.make_right()
    limit = os.path.getsize(place.path("right/m.png")) // 2
    job = place.start(before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
    place.end(job, {"in/m.png": "File too large"})
    return place


def disk_full(*programs):
    place = Place(*programs, noise=400)
    place.make_right()
    os.makedirs(place.path("gray"))
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place.path("gray")], check=False,
                      stderr=subprocess.DEVNULL).returncode != 0:
        print("  disk_full: left out, no right to mount a small file system")
        return place
    try:
        place.end(place.start(), {"in/m.png": "No space left"})
    finally:
        subprocess.run(["umount", place.path("gray")], check=True)
    return place


def drop_privileges():
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def directories_read_only(*programs):
    """Output directories without write permission: the top one is reported before any work, a subdirectory fails its files."""
    place = Place(*programs)
    place.make_right()
    program = place.path("mpiscan")  # readable without privileges
    for name in ("mpiscan", "mpiscan-gray"):
        shutil.copy(os.path.join(os.path.dirname(place.mpiscan), name), place.path(name))
    os.makedirs(place.path("gray/sub"))
    os.chmod(place.path("gray"), 0o555)
    for output in ("gray", "gray/new/deep"):
        job = place.start("-o", output, program=program, before=drop_privileges)
        out, err = job.communicate(timeout=100)
        check(job.returncode == 3 and out == b"" and b"gray" in err and b"Permission denied" in err,
              "into a directory that may not be written: %d %s %s" % (job.returncode, out, err))
    os.chmod(place.path("gray"), 0o777)
    os.chmod(place.path("gray/sub"), 0o555)
    place.end(place.start(program=program, before=drop_privileges), {"in/sub/d.png": "Permission denied"})
    os.chmod(place.path("gray/sub"), 0o755)
    return place


def main():
    os.environ.setdefault("OMPI_MCA_rmaps_base_oversubscribe", "1")
    for case in (worker_killed, worker_crashes, worker_stopped, worker_out_of_memory, input_vanishes, files_too_large,
                 disk_full, directories_read_only):
        since = time.monotonic()
        place = case(os.path.abspath(sys.argv[1]), sys.argv[2])
        shutil.rmtree(place.root)
        print("%s (%.1f s)" % (case.__name__, time.monotonic() - since), flush=True)
    samples.clean()
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
