"""What the fault cases share: a directory of its own for each case, runs of the program with a time-out, the shim.

A case is a function with the decorator @case; it gets a Case and fails by check(). Nothing here knows a case.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

NOBODY = 65534
TIME_OUT = 120
ALERT = b"unauthorized access"
CASES = {}


class Failure(Exception):
    """A check that did not hold."""


class Skip(Exception):
    """The case cannot be run here; the reason is shown."""


def case(function):
    CASES[function.__name__] = function
    return function


def check(holds, what):
    if not holds:
        raise Failure(what)


class Run:
    """A run that has ended: its exit code (negative: a signal), output, and what the shim marked."""

    def __init__(self, argv, code, out, err, acted):
        self.argv, self.code, self.out, self.err, self.acted = argv, code, out, err, acted

    def __str__(self):
        return "%s\nexit %s\n--- stdout\n%s--- stderr\n%s---" % (
            " ".join(self.argv), self.code, self.out[-3000:].decode("utf-8", "replace"),
            self.err[-3000:].decode("utf-8", "replace"))

    def expect(self, code, *texts, stderr=(), absent=()):
        """The exit code, texts on standard output, texts on standard error, texts on neither."""
        check(self.code == code, "exit %s expected\n%s" % (code, self))
        for text in texts:
            check(text.encode() in self.out, "on standard output expected: %s\n%s" % (text, self))
        for text in (stderr,) if isinstance(stderr, str) else stderr:
            check(text.encode() in self.err, "on standard error expected: %s\n%s" % (text, self))
        for text in (absent,) if isinstance(absent, str) else absent:
            check(text.encode() not in self.out + self.err, "not expected: %s\n%s" % (text, self))
        return self

    def expect_acted(self):
        """Without this a shim that no longer sees the call would turn a case into one that cannot fail."""
        check(self.acted, "the shim never acted: the program no longer makes the call it waits for\n%s" % self)
        return self

    def objects(self, kind):
        lines = [json.loads(line) for line in self.out.splitlines()]
        return [line for line in lines if line["type"] == kind]


def clean_environment(extra):
    """The caller's own, without what would make the program believe that a launcher started it."""
    drop = re.compile(r"OMPI_COMM|OMPI_UNIVERSE|PMIX_|PMI_|SLURM_|LD_PRELOAD$|MS_SHIM|NO_COLOR$")
    env = {key: value for key, value in os.environ.items() if not drop.match(key)}
    env.update(LC_ALL="C.UTF-8", ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")
    env.update(extra)
    return env


class Case:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.program = os.path.join(directory, "bin", "mpiscan")
        self.mark = os.path.join(directory, "mark")
        self.work = os.path.join(directory, "work")
        os.mkdir(self.work)
        os.mkdir(os.path.dirname(self.program))
        shutil.copy2(options.program, self.program)  # where every user may run it
        self.is_root = os.geteuid() == 0

    def path(self, name):
        return os.path.join(self.work, name)

    def write(self, name, data=b"quiet\n" + ALERT + b" 1\nquiet\n"):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(data)
        return name

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def leftovers(self):
        """Names of temporary files in the working directory."""
        return [name for name in os.listdir(self.work) if ".tmp" in name or name.startswith(".mpiscan")]

    def shim(self, name, at, do, rank=None):
        settings = {"MS_SHIM_NAME": name, "MS_SHIM_AT": at, "MS_SHIM_DO": do, "MS_SHIM_MARK": self.mark}
        if rank is not None:
            settings["MS_SHIM_RANK"] = str(rank)
        return settings

    def alloc_shim(self, which):
        return {"MS_SHIM_ALLOC": which, "MS_SHIM_MARK": self.mark}

    def command(self, args, ranks, shim, each_rank, redirect, tagged):
        argv = [self.program] + list(args)
        if redirect:  # exec, so that there is one process to end and not a shell with a child
            argv = ["sh", "-c", 'exec "$@" ' + redirect, "sh"] + argv
        if shim:
            argv = ["env", "LD_PRELOAD=" + self.options.shim] + [k + "=" + v for k, v in shim.items()] + argv
        if each_rank:  # notes each rank's own exit code, which mpirun does not report
            script = '"$@"; echo $? > "$MS_RCS/rank.$OMPI_COMM_WORLD_RANK"; exit 0'
            argv = ["sh", "-c", script, "sh"] + argv
        if ranks > 1:
            tags = ["--tag-output"] if tagged else []  # each line says which rank has written it
            argv = [self.options.mpirun, *tags, "-np", str(ranks)] + argv
        return argv

    def start(self, args, ranks=1, shim=None, user=None, each_rank=False, limits=None, redirect=None,
              tagged=False, **popen):
        """Starts the program; a process group of its own, so that nothing of it outlives the case."""
        def before():
            os.setsid()
            if limits:
                limits()
            if user is not None:
                os.setgroups([])
                os.setgid(user)
                os.setuid(user)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.mark)
        argv = self.command(args, ranks, shim, each_rank, redirect, tagged)
        popen.setdefault("stdin", subprocess.DEVNULL)
        popen.setdefault("stdout", subprocess.PIPE)
        popen.setdefault("stderr", subprocess.PIPE)
        env = clean_environment({"MS_RCS": self.directory, **self.options.env})
        return subprocess.Popen(argv, cwd=self.work, env=env, preexec_fn=before, **popen)

    def finish(self, process, time_out=TIME_OUT):
        try:
            out, err = process.communicate(timeout=time_out)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            raise Failure("no end within %s s\n%s" % (
                time_out, Run(process.args, "none", out or b"", err or b"", False))) from None
        return Run(process.args, process.returncode, out or b"", err or b"", os.path.exists(self.mark))

    def run(self, *args, **how):
        return self.finish(self.start(args, **how))

    def wait_for_mark(self, process):
        """Until the shim has acted, which is when the process stands at the call."""
        end = time.monotonic() + TIME_OUT
        while not os.path.exists(self.mark):
            if process.poll() is not None or time.monotonic() > end:
                raise Failure("the shim never acted\n%s" % self.finish(process))
            time.sleep(0.01)

    def rank_codes(self, ranks):
        codes = []
        for rank in range(ranks):
            with open(os.path.join(self.directory, "rank.%d" % rank), encoding="ascii") as file:
                codes.append(int(file.read()))
        return codes


def run_case(name, options):
    """0, 1, or 77 for a case that was skipped."""
    directory = tempfile.mkdtemp(prefix="mpiscan-fault-")
    os.chmod(directory, 0o755)
    try:
        CASES[name](Case(options, directory))
        print("ok: %s" % name)
        return 0
    except Skip as reason:
        print("SKIPPED: %s: %s" % (name, reason))
        return 77
    except Failure as failure:
        print("FAILED: %s: %s" % (name, failure))
        return 1
    finally:
        sys.stdout.flush()
        # not shutil.rmtree: it recurses, and some trees here are deeper than Python's stack
        if os.geteuid() != 0:
            subprocess.run(["chmod", "-R", "u+rwX", directory], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["rm", "-rf", directory], check=False)
