"""A run that is killed again and again, and resumed with another number of ranks each time, ends with the answer of an
undisturbed one: the same digest and JSON, the same output files, and no temporary files are left.

  --what logs|images   --runs N   --seed S   --jobs J     so many runs at a time: most of their time they wait for mpirun

A run is killed when its journal has grown by a random part of what is left to do, or while it starts, so that kills hit the
middle of runs also on a busy machine.
"""
import argparse
import bz2
import concurrent.futures
import os
import queue
import random
import shutil
import signal
import subprocess
import tempfile
import time

import harness

MOST_KILLS = 4
MOST_TRIES = 12  # attempts of one run; the last ones are let through


def make_logs(root, rng):
    """Some plain and some compressed: half a second of work, in many tasks."""
    os.makedirs(os.path.join(root, "in/deep"))
    words = [b"alert"] + 40 * [b"ok", b"quiet", b"al"]
    for i in range(90):
        data = b"\n".join(b"%d %s" % (k, rng.choice(words)) for k in range(rng.randrange(9000)))
        if i % 2:
            data = bz2.compress(data * 5)
        with open(os.path.join(root, "in", *(["deep"] if i % 3 else []), "log%02d" % i), "wb") as out:
            out.write(data)
    return ["logs", "-n", "-E", "-e", "alert$|^$", "--split-size", "20000", "in"]


def make_images(root, _rng, mpiscan):
    ran = mpiscan.run(0, ["generate", "images", "in", "--count", "60", "--megapixels", "0.5", "--seed", "5"], cwd=root)
    if ran.code != 0:
        raise RuntimeError(str(ran))
    return ["images", "in", "-o", "out"]


def answer(ran):
    """What must not depend on kills: every object but the ranks', and the summary's sums."""
    objects = [o for o in harness.read_json(ran.out) if o["type"] != "rank"]
    keys = ["digest", "bytes", "matching_files", "matching_lines", "files", "complete"]
    keys += ["images"] if "images" in objects[-1] else []
    return objects[:-1], {k: objects[-1][k] for k in keys}, "\n".join(objects[-1].get("notes", []))


def tree(root):
    """Every file below the output directory with its contents; a stray one shows."""
    found = {}
    for directory, _, names in os.walk(os.path.join(root, "out")):
        for name in names:
            with open(os.path.join(directory, name), "rb") as file:
                found[os.path.join(os.path.relpath(directory, root), name)] = hash(file.read())
    return found


def not_whole(root, wanted_tree):
    """Outputs that stand under their own names and are not what they will be: a kill must never leave one."""
    return sorted(name for name, content in tree(root).items() if name in wanted_tree and content != wanted_tree[name])


def ranks_of(launcher):
    """Processes of the program below the launcher (or the launcher itself when there is none)."""
    try:
        with open("/proc/%d/task/%d/children" % (launcher, launcher), encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def size_of(journal):
    """Bytes of all records so far, of all attempts."""
    total = 0
    for entry in os.scandir(journal):
        total += entry.stat().st_size if entry.name.endswith(".journal") else 0
    return total


def kill_somewhere(rng, child, journal, whole):
    """Waits until a part of what is left is done, or in one of six cases a moment of the start; then kills one rank, or the
    launcher. `whole`: bytes of the journal of an undisturbed run. True when there was something left to kill."""
    moment = time.monotonic() + rng.uniform(0.01, 0.4) if rng.random() < 1 / 6 else None
    done = size_of(journal)
    enough = done + max(whole - done, 0) * rng.random()
    while time.monotonic() < moment if moment else size_of(journal) <= enough:
        if child.poll() is not None:
            return False
        time.sleep(0.002)
    time.sleep(rng.uniform(0, 0.05))  # after the last record the report is still to be written
    victims = [pid for pid in ranks_of(child.pid) + [child.pid] if not is_dead(pid)]
    try:
        os.kill(rng.choice(victims), signal.SIGKILL)
        return True
    except (ProcessLookupError, IndexError):
        return False


def is_dead(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_for_end(checks, child, killed, what):
    """Open MPI's launcher now and then hangs in its own end when a rank was killed (PMIx_server_finalize waits for a lock for
    ever): then it is ended as a user would, but only when no rank is left."""
    until = time.monotonic() + 300
    without_ranks = 0  # seconds
    while time.monotonic() < until and without_ranks < 30:
        try:
            child.wait(timeout=1)
            return
        except subprocess.TimeoutExpired:
            only_launcher = killed and all(is_dead(pid) for pid in ranks_of(child.pid))
            without_ranks = without_ranks + 1 if only_launcher else 0
    checks.that(without_ranks > 0, what + ": the ranks end")
    print("%s: %s" % (what, "mpirun hung with no rank left" if without_ranks > 0 else "hung"), flush=True)
    harness.end_group(child)


def gone(root):
    """Waits until no process works in `root` any more: a killed launcher's ranks take a moment to die."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        busy = [pid for pid in os.listdir("/proc") if pid.isdigit() and link("/proc/%s/cwd" % pid) == root]
        if not busy:
            return True
        time.sleep(0.02)
    print("still running:", [(pid, link("/proc/%s/exe" % pid)) for pid in busy])
    return False


def link(path):
    try:
        return os.readlink(path)
    except OSError:
        return None


def with_journal(command, how, journal):
    return [*command, "--format", "json", "--baseline", "off", how, journal, "--journal-every", "0.02"]


def check_answer(checks, ran, root, wanted, wanted_tree, what):
    """-> the summary's notes."""
    objects, sums, notes = answer(ran)
    checks.equal(sums, wanted[1], what + ": the sums")
    checks.that(objects == wanted[0], what + ": the findings")
    checks.equal(tree(root), wanted_tree, what + ": the output files")
    return notes


def one_run(checks, mpiscan, root, rng, command, whole, wanted, wanted_tree, what):
    """-> (kills, whether any file was done already). A run that ends before it was killed at all is begun anew."""
    for _ in range(5):
        killed, took = one_try(checks, mpiscan, root, rng, command, whole, wanted, wanted_tree, what)
        if killed > 0:
            break
    checks.that(killed > 0, what + ": it was killed")
    return killed, took


def one_try(checks, mpiscan, root, rng, command, whole, wanted, wanted_tree, what):
    shutil.rmtree(os.path.join(root, "out"), ignore_errors=True)
    journal = tempfile.mkdtemp(prefix="journal-", dir=root)
    kills = 0
    common = with_journal(command, "--resume", journal)
    for attempt in range(MOST_TRIES):
        ranks = rng.choice((1, 2, 3, 4))
        doomed = kills < MOST_KILLS and attempt < MOST_TRIES - 1 and (kills == 0 or rng.random() < 0.7)
        with tempfile.TemporaryFile() as out:
            child = subprocess.Popen(mpiscan.command(ranks, common), cwd=root, stdin=subprocess.DEVNULL, stdout=out,
                                     stderr=subprocess.DEVNULL, start_new_session=True)
            killed = doomed and kill_somewhere(rng, child, journal, whole)
            wait_for_end(checks, child, killed, what)
            out.seek(0)
            ran = harness.Ran(common, child.returncode, out.read(), b"")
        kills += killed
        if not checks.that(gone(root), "%s: no process is left" % what):
            break
        checks.equal(not_whole(root, wanted_tree), [], "%s: no half-written output" % what)
        if not killed:
            break
        if ran.code == 0:  # what says that all went well has to be right, killed or not
            check_answer(checks, ran, root, wanted, wanted_tree, what + ", killed")
    shutil.rmtree(journal)
    if not checks.that(ran.code == 0, "%s: the last attempt ends well" % what, ran):
        return kills, False
    notes = check_answer(checks, ran, root, wanted, wanted_tree, what)
    return kills, "already done" in notes and " 0 files already" not in notes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    harness.add_arguments(parser)
    parser.add_argument("--what", choices=("logs", "images"), default="logs")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=8)
    args = parser.parse_args()
    checks = harness.Checks()
    mpiscan = harness.from_arguments(args)
    kills = resumed_runs = 0
    with tempfile.TemporaryDirectory() as root:
        root = os.path.realpath(root)
        rng = random.Random(args.seed)
        command = make_logs(root, rng) if args.what == "logs" else make_images(root, rng, mpiscan)
        ran = mpiscan.run(0, with_journal(command, "--journal", "clean"), cwd=root)
        checks.that(ran.code == 0, "the undisturbed run", ran)
        wanted, wanted_tree, whole = answer(ran), tree(root), size_of(os.path.join(root, "clean"))
        directories = queue.SimpleQueue()
        for j in range(args.jobs):
            directories.put(os.path.join(root, "job%d" % j))
            shutil.copytree(os.path.join(root, "in"), os.path.join(root, "job%d" % j, "in"))

        def one(i):
            directory = directories.get()
            try:
                rng = random.Random(args.seed * 1000 + i)
                return one_run(checks, mpiscan, directory, rng, command, whole, wanted, wanted_tree, "run %d" % i)
            finally:
                directories.put(directory)

        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for killed, took in pool.map(one, range(args.runs)):
                kills += killed
                resumed_runs += took
    print("%d runs, %d kills, %d runs resumed finished tasks in their last attempt" % (args.runs, kills, resumed_runs))
    checks.that(kills >= args.runs and resumed_runs > args.runs // 2, "runs were killed, and resumed from a journal")
    checks.finish()


if __name__ == "__main__":
    main()
