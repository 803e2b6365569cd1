"""Without a launcher no MPI is started: Open MPI loads its mca_ plug-ins only then, so while mpiscan waits for its list
of files none may be mapped. Under the launcher they must be, which shows that the check works."""
import argparse
import os
import subprocess
import tempfile
import time

import harness


def descendants(pid):
    """pid and all processes below it."""
    found = [pid]
    for at in found:
        try:
            for task in os.listdir("/proc/%d/task" % at):
                with open("/proc/%d/task/%s/children" % (at, task)) as file:
                    found += [int(word) for word in file.read().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def find(pid, program):
    """The process below pid (or itself) that runs `program`, or None."""
    for candidate in descendants(pid):
        try:
            if os.path.realpath("/proc/%d/exe" % candidate) == os.path.realpath(program):
                return candidate
        except OSError:
            continue
    return None


def plugins_of(pid):
    with open("/proc/%d/maps" % pid) as file:
        return {os.path.basename(line.split()[-1]) for line in file if "mca_" in line}


def state_of(pid):
    with open("/proc/%d/stat" % pid) as file:
        return file.read().rpartition(")")[2].split()[0]


def watch(argv, program, root, enough, seconds, env):
    """Starts argv with a pipe as standard input, looks at it until `enough` or for `seconds`, then feeds it the list.
    -> (plug-ins seen, was it waiting at the end, exit code)."""
    child = subprocess.Popen(argv, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             env=env, start_new_session=True)
    seen, waiting = set(), False
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end and child.poll() is None and not enough(seen):
            pid = find(child.pid, program)
            if pid:
                seen |= plugins_of(pid)
                waiting = state_of(pid) == "S"
            time.sleep(0.02)
        child.communicate(b"log\n", timeout=120)
    except subprocess.TimeoutExpired:
        harness.end_group(child)
    return seen, waiting, child.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    mpiscan = harness.from_arguments(parser.parse_args())
    checks = harness.Checks()
    args = ["logs", "-e", "literal", "--baseline", "off", "--files-from", "-"]
    with tempfile.TemporaryDirectory() as root:
        with open(os.path.join(root, "log"), "wb") as out:
            out.write(b"hay\nliteral\n")
        seen, waiting, code = watch(mpiscan.command(0, args), mpiscan.program, root, lambda s: False, 1.5,
                                    harness.unlaunched())
        checks.equal((seen, waiting, code), (set(), True, 0), "no launcher: no plug-in of MPI is loaded")
        seen, _, code = watch(mpiscan.command(1, args), mpiscan.program, root, bool, 20, None)
        checks.that(seen and code == 0, "with the launcher plug-ins are seen", seen, code)
    checks.finish()


if __name__ == "__main__":
    main()
