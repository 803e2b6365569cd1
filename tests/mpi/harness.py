"""What the tests that run mpiscan share: run a command with a time-out, read its JSON as a stream, count failures.

Nothing here knows what a right answer is. Used by tests/mpi and tests/oracle.
"""
import json
import os
import signal
import subprocess
import sys

LAUNCHER_PREFIXES = ("OMPI_", "PMIX_", "PMI_", "SLURM_")


class Ran:
    """How a command ended: exit code, standard output and error as bytes."""

    def __init__(self, argv, code, out, err):
        self.argv, self.code, self.out, self.err = argv, code, out, err

    def __str__(self):
        return "%s\n  exit code %s\n  stderr: %s" % (" ".join(map(str, self.argv)), self.code,
                                                    self.err[-2000:].decode("utf-8", "replace"))


def end_group(child):
    """Ends the session that `child` leads: politely, so that a launcher can clean up, then for good."""
    for number, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        try:
            os.killpg(child.pid, number)
            child.communicate(timeout=patience)
            return
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def unlaunched():
    """The environment without the traces of a launcher, so that mpiscan runs as one rank without MPI."""
    return {k: v for k, v in os.environ.items() if not k.startswith(LAUNCHER_PREFIXES)}


def run(argv, timeout=300, cwd=None, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=None):
    """Runs a command in a session of its own. Raises TimeoutError with the command line when it hangs."""
    child = subprocess.Popen(argv, cwd=cwd, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=env,
                             start_new_session=True)
    try:
        out, err = child.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        end_group(child)
        raise TimeoutError("no end after %s s: %s" % (timeout, " ".join(map(str, argv)))) from None
    return Ran(argv, child.returncode, out or b"", err)


def unique_keys(pairs):
    """An object_pairs_hook that does not let one key hide another."""
    if len({k for k, _ in pairs}) != len(pairs):
        raise ValueError("a key stands twice in an object: %r" % (pairs,))
    return dict(pairs)


def read_json(data):
    """JSON lines -> list of objects after the first, `run`, each line parsed by itself, as a reader of a stream would."""
    if data and not data.endswith(b"\n"):
        raise ValueError("the output does not end with a newline: %r" % data[-100:])
    objects = [json.loads(line, object_pairs_hook=unique_keys) for line in data.decode("utf-8").split("\n")[:-1]]
    if objects and objects[0]["type"] != "run":
        raise ValueError("the first object is no run: %r" % objects[0])
    return objects[1:]


class Mpiscan:
    """Starts mpiscan with or without the launcher."""

    def __init__(self, program, launcher):
        self.program, self.launcher = program, launcher

    def command(self, ranks, args):
        """ranks 0: no launcher at all."""
        start = [*self.launcher, str(ranks)] if ranks > 0 else []
        return [*start, self.program, *args]

    def run(self, ranks, args, **kwargs):
        if ranks == 0:
            kwargs.setdefault("env", unlaunched())
        return run(self.command(ranks, args), **kwargs)

    def run_for_codes(self, ranks, args, root):
        """-> (how it ended, each rank's own exit code, by way of a file in root). A rank that fails would make the
        launcher end the others, and take seconds for it."""
        script = 'rank=${OMPI_COMM_WORLD_RANK:-${PMIX_RANK:-${PMI_RANK:-0}}}; "$@"; echo $? > "code.$rank"'
        argv = self.command(ranks, [])
        ran = run([*argv[:-1], "sh", "-c", script, "sh", argv[-1], *args], cwd=root,
                  env=None if ranks else unlaunched())
        codes = []
        for rank in range(max(ranks, 1)):
            path = os.path.join(root, "code.%d" % rank)
            with open(path, "rb") as file:
                codes.append(int(file.read()))
            os.remove(path)
        return ran, codes


def add_arguments(parser):
    """The options by which CMake says where things are."""
    parser.add_argument("--mpiscan", required=True, help="the program under test")
    parser.add_argument("--mpiexec", default="mpirun", help="the launcher")
    parser.add_argument("--numproc-flag", default="-np", help="the launcher's option for the number of ranks")


def from_arguments(options):
    return Mpiscan(os.path.abspath(options.mpiscan), [options.mpiexec, options.numproc_flag])


class Checks:
    """Counts what was checked and shows what failed; a run without a single check fails too."""

    def __init__(self):
        self.done = 0
        self.failed = 0

    def that(self, holds, text, *detail):
        self.done += 1
        if not holds:
            self.failed += 1
            print("FAILED:", text, *("\n  %s" % (d,) for d in detail), flush=True)
        return holds

    def equal(self, got, wanted, text, *detail):
        return self.that(got == wanted, text, "got    %r" % (got,), "wanted %r" % (wanted,), *detail)

    def finish(self):
        print("%d checks, %d failed" % (self.done, self.failed))
        sys.exit(1 if self.failed or not self.done else 0)
