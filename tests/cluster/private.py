"""A machine of one's own for a test that starts daemons: the test runs again inside new mount, network and process
namespaces, with an empty file system in memory on SCRATCH. When its first process there ends, however that ends, the kernel
ends every process in it, and namespaces, mounts and files are gone with them: nothing can be left over.
"""
import ctypes
import os
import shutil
import subprocess
import sys


def scratch():
    """A directory that every Debian has and that nothing needed here lies in: it is hidden inside."""
    needed = [os.path.abspath(p) for p in (__file__, sys.executable, os.getcwd(), *sys.argv)]
    return next(f for f in ("/mnt", "/media", "/srv", "/opt") if not any(p.startswith(f + "/") for p in needed))


SCRATCH = scratch()
INSIDE = "MPISCAN_TEST_INSIDE"
SKIPPED = 77


def skip(reason):
    print("SKIPPED: " + reason)
    sys.exit(SKIPPED)


def need(programs):
    """Skips the test, with the Debian packages to install, unless all programs ({name: package}) are there."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    missing = sorted({package for name, package in programs.items() if not shutil.which(name, path=path)})
    if missing:
        skip("packages are missing: " + " ".join(missing))
    os.environ["PATH"] = path


def enter():
    """Starts this script again inside, and returns there only. Skips where the rights are missing."""
    if os.environ.get(INSIDE) == "1":
        ctypes.CDLL(None).mount(b"tmpfs", SCRATCH.encode(), b"tmpfs", 0, b"size=2g,mode=0755")
        if not os.path.ismount(SCRATCH):
            sys.exit("no file system in memory on " + SCRATCH)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        os.environ["TMPDIR"] = SCRATCH
        return
    if os.geteuid() != 0:
        skip("only root may make network namespaces")
    unshare = ["unshare", "--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child", "--mount-proc"]
    tried = subprocess.run([*unshare, "mount", "-t", "tmpfs", "tmpfs", SCRATCH], stdin=subprocess.DEVNULL,
                           capture_output=True, check=False)
    if tried.returncode != 0:
        skip("no right to make namespaces here: " + tried.stderr.decode("utf-8", "replace").strip())
    os.environ[INSIDE] = "1"
    sys.stdout.flush()
    # The first process of a process namespace ignores signals and must reap: a shell does, and starts the test.
    os.execvp(unshare[0], [*unshare, "bash", "-c", '"$@"; code=$?; exit $code', "bash", sys.executable, "-B", *sys.argv])
