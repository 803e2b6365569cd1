"""Runs a command, or a pipe of two, and says how long it took, what it printed, and how much memory it held.

Wall time is from before the first process starts until the last has ended; CPU time is what the kernel charges them and
their children. Memory is RssAnon of /proc/PID/status, sampled each 2 ms over the tree of processes: VmHWM would count the
pages of mapped files too. It is sampled only in runs that are not timed.
"""
import dataclasses
import os
import resource
import signal
import statistics
import subprocess
import threading
import time

LAUNCHER_PREFIXES = ("OMPI_", "PMIX_", "PMI_", "PRTE_", "SLURM_")
SETTINGS_OF_TOOLS = ("GREP_COLORS", "GREP_OPTIONS", "RIPGREP_CONFIG_PATH", "PARALLEL")


@dataclasses.dataclass
class Ran:
    """How it ended. `codes` are the exit codes along the pipe; memory in bytes, 0 where it was not sampled."""
    seconds: float
    cpu: float
    codes: list
    output: bytes
    errors: bytes
    stopped: bool
    anon_tree: int = 0
    anon_process: int = 0


def plain_environment():
    """The C locale, without the user's settings of tools and without a launcher's variables (mpiscan then runs without MPI)."""
    env = {k: v for k, v in os.environ.items()
           if not k.startswith(LAUNCHER_PREFIXES) and k not in SETTINGS_OF_TOOLS}
    return {**env, "LC_ALL": "C"}


def mpi_environment():
    """What mpirun needs as root and on a machine of one core; the user's own settings of Open MPI stay."""
    wanted = {"OMPI_MCA_rmaps_base_oversubscribe": "1"}
    if os.geteuid() == 0:
        wanted.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    inherited = {k: v for k, v in os.environ.items() if k.startswith(("OMPI_", "PRTE_"))}
    return {**plain_environment(), **wanted, **inherited}


def family(pid):
    """The process and all below it."""
    found = [pid]
    for at in found:
        try:
            for task in os.listdir(f"/proc/{at}/task"):
                with open(f"/proc/{at}/task/{task}/children", encoding="ascii") as file:
                    found += [int(word) for word in file.read().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def anonymous_memory(pid):
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def watch_memory(pids, name, done, peaks):
    """Until `done`: the peak over the tree, and of one process whose program is called `name`."""
    while not done.wait(0.002):
        held = {p: anonymous_memory(p) for pid in pids for p in family(pid)}
        peaks["tree"] = max(peaks["tree"], sum(held.values()))
        for pid, nbytes in held.items():
            if nbytes > peaks["process"] and program_of(pid) == name:
                peaks["process"] = nbytes


def program_of(pid):
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe"))
    except OSError:
        return ""


def run(pipe, env, limit, scratch, watch=None):
    """Runs the commands of `pipe`, the last one's output into a file in `scratch`, for at most `limit` seconds.

    Not into /dev/null: GNU grep then stops at the first match. `watch`: sample the memory; of the processes of that name.
    """
    out_path, err_path = os.path.join(scratch, "out"), os.path.join(scratch, "err")
    with open(out_path, "wb") as out, open(err_path, "wb") as err:
        before = time.perf_counter()
        children = start(pipe, env, out, err)
        done, stopped, peaks = threading.Event(), threading.Event(), {"tree": 0, "process": 0}
        timer = threading.Timer(limit, stop, (children, stopped))
        timer.start()
        watcher = threading.Thread(target=watch_memory, args=([c.pid for c in children], watch, done, peaks))
        if watch:
            watcher.start()
        try:
            ended = [os.wait4(child.pid, 0) for child in children]
            seconds = time.perf_counter() - before
        except BaseException:  # the benchmark is being stopped: end its processes
            stop(children, stopped)
            raise
        finally:
            timer.cancel()
            done.set()
    if watch:
        watcher.join()
    for child, (_, status, _) in zip(children, ended):
        child.returncode = os.waitstatus_to_exitcode(status)
    with open(out_path, "rb") as out, open(err_path, "rb") as err:
        return Ran(seconds, sum(u.ru_utime + u.ru_stime for _, _, u in ended), [c.returncode for c in children],
                   out.read(), err.read(), stopped.is_set(), peaks["tree"], peaks["process"])


def start(pipe, env, out, err):
    children = []
    for i, command in enumerate(pipe):
        source = children[-1].stdout if children else subprocess.DEVNULL
        sink = out if i == len(pipe) - 1 else subprocess.PIPE
        children.append(subprocess.Popen(command, stdin=source, stdout=sink, stderr=err, env=env,
                                         start_new_session=True))
        if children[1:]:
            children[-2].stdout.close()  # so that the first one sees a closed pipe
    return children


def stop(children, stopped):
    stopped.set()
    for child in children:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


class Machine:
    """How busy the machine is with other processes."""

    def __init__(self):
        self.at, self.all, self.own = time.monotonic(), cpu_of_all(), cpu_of_own()

    def others(self):
        """Cores that others kept busy since the last call, on average."""
        at, everything, own = time.monotonic(), cpu_of_all(), cpu_of_own()
        cores = ((everything - self.all) - (own - self.own)) / max(at - self.at, 1e-9)
        self.at, self.all, self.own = at, everything, own
        return max(0.0, cores)


def cpu_of_all():
    """Seconds of CPU time that all cores spent on anything but idling, and that a hypervisor took away."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq, steal = (int(word) for word in file.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def cpu_of_own():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def wait_for_quiet(patience, cores=0.15):
    """Waits until others keep less than `cores` busy for half a second; gives up after `patience` seconds."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        machine = Machine()
        time.sleep(0.5)
        if machine.others() < cores:
            return


def load_average():
    return [round(x, 2) for x in os.getloadavg()]


def median(values):
    return statistics.median(values) if values else None
