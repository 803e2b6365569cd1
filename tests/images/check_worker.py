"""The worker program: how it starts and exits, and what the sandbox forbids."""
import errno
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from gray_worker import Died, Worker, encode
import gray_samples as samples

REFUSED = {name: errno.EPERM for name in "open create openat2 unlink tgkill code make-code shared limits outlive growing "
           "other-limits other-affinity advice".split()}
REFUSED |= {name: -signal.SIGSYS for name in "socket vfork exec ptrace kill memfd".split()}
REFUSED |= {"fork": errno.EPERM, "files": errno.EMFILE, "nothing": 0, "addresses": errno.ENOMEM}
CONFINED = {"name": errno.ENOENT, "threads": errno.EAGAIN}  # where there are namespaces for users


def check_usage(worker, _):
    for arguments in ([], ["--socket"], ["--socket", "x"], ["--socket", "2"], ["x.jpg"], ["--memory", "5"]):
        run = subprocess.run([worker, *arguments], capture_output=True, timeout=60)
        assert run.returncode == 2 and b"mpiscan-gray" in run.stderr and not run.stdout, (arguments, run)


def check_sandbox(_, sandboxed):
    confined = subprocess.run(["unshare", "-Un", "true"], capture_output=True, check=False).returncode == 0
    for name, expected in {**REFUSED, **(CONFINED if confined else {})}.items():
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        run = subprocess.run([sandboxed, str(theirs.fileno()), name], pass_fds=[theirs.fileno()], timeout=60)
        ours.close()
        theirs.close()
        assert run.returncode == expected, f"{name}: ended with {run.returncode}, not {expected}"
    assert not os.path.exists("/tmp/mpiscan-gray-must-not-be")


def check_closed_socket(worker, _):
    for images in (0, 2):
        with tempfile.NamedTemporaryFile() as made:
            it = Worker(worker)
            for _ in range(images):
                reply = it.ask(samples.file(samples.png()), made.name)
                assert reply.code == "OK", reply
            assert it.close() == 0


def check_not_a_request(worker, _):
    for data, files in ((b"hello", 2), (b"x" * 4000, 2), (b"MGRQ", 0), (b"", 1), (encode(), 1), (encode(), 0),
                        (encode()[:-1], 2), (encode() + b"\0", 2)):
        it = Worker(worker)
        null = [os.open("/dev/null", os.O_RDONLY) for _ in range(files)]
        it.send(data, null)
        for fd in null:
            os.close(fd)
        assert it.process.wait(timeout=60) == (0 if not data else 3), data
        it.close()


def check_death_of_the_rank(worker, _):
    """A rank killed in mid-run leaves no worker, though another process still holds the socket's end."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    code = (f"import subprocess, os, time\np = subprocess.Popen([{worker!r}, '--socket', '{theirs.fileno()}'], "
            f"pass_fds=[{theirs.fileno()}])\nprint(p.pid, flush=True)\ntime.sleep(60)")
    rank = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()], stdout=subprocess.PIPE)
    pid = int(rank.stdout.readline())
    deadline = time.time() + 60
    seccomp = "0"
    while seccomp != "2" and time.time() < deadline:  # it is up once the filter is loaded
        time.sleep(0.02)
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            seccomp = dict(line.split(":", 1) for line in file)["Seccomp"].strip()
    assert seccomp == "2", seccomp
    rank.kill()
    rank.wait()
    deadline = time.time() + 60
    while os.path.exists(f"/proc/{pid}") and time.time() < deadline:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            if file.read().split()[2] in "ZX":
                break
        time.sleep(0.02)
    assert time.time() < deadline, "the worker is still running"
    for end in (ours, theirs):
        end.close()


def check_descriptors(worker, _):
    """No descriptors of the rank or of earlier images are open in the worker."""
    leak = os.open("/etc/passwd", os.O_RDONLY)
    it = Worker(worker, stderr=subprocess.PIPE, leak=(leak, os.dup2(leak, 77)))
    with tempfile.NamedTemporaryFile() as made:
        for data in (samples.png(), samples.jpeg(), b"nonsense", samples.jpeg()[:300]):
            it.ask(samples.file(data), made.name)
    links = [os.readlink(f"/proc/{it.process.pid}/fd/{fd}") for fd in os.listdir(f"/proc/{it.process.pid}/fd")]
    assert sorted(link.split(":")[0] for link in links) == ["/dev/null"] * 2 + ["pipe", "socket"], links
    os.close(leak)
    os.close(77)
    assert it.close() == 0


def check_signals(worker, _):
    """Signals to the process group fail no image."""
    it = Worker(worker)
    with tempfile.NamedTemporaryFile() as made:
        for number in (0, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGHUP):
            it.process.send_signal(number)  # after the first image: the worker is running
            assert it.ask(samples.file(samples.png()), made.name).code == "OK"
    assert it.close() == 0


def check_full_disk(worker, _):
    it = Worker(worker)
    for data in (samples.png(200, 200), samples.jpeg(200, 200), samples.tiff(200, 200)):
        reply = it.ask(samples.file(data), "/dev/full")
        assert reply.code == "IO" and "No space left" in reply.text, reply
    assert it.close() == 0


def check_retires(worker, _):
    """After many faults the worker exits with 0, between two images."""
    it = Worker(worker)
    first = it.process
    for _ in range(250):
        assert it.convert(b"no image")[0].code == "FORMAT"
    assert it.process is not first and first.wait(timeout=60) == 0
    assert it.close() == 0


def check_memory(worker, _):
    """An image that needs more memory than the limit: NOMEM or an exit, and others are converted."""
    it = Worker(worker, memory=96 << 20)
    big = samples.png(9000, 9000, interlaced=True)
    for _ in range(2):
        try:
            reply, _ = it.convert(big)
            assert reply.code == "NOMEM", reply
        except Died as death:
            print("  over memory:", death)
            it.close()
            it = Worker(worker, memory=96 << 20)
        reply, _ = it.convert(samples.png())
        assert reply.code == "OK", reply
    assert it.close() == 0


def main():
    checks = [function for name, function in sorted(globals().items()) if name.startswith("check_")]
    for check in checks:
        check(sys.argv[1], sys.argv[2])
        print("ok", check.__name__)
    samples.clean()


main()
