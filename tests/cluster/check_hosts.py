#!/usr/bin/env python3
"""mpirun over two and three hosts (network namespaces with sshd): the answer of one host, faults that name the host, and hosts
that are destroyed in mid-run."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time

import private
import hosts as hosts_module

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "mpi"))
import harness # noqa: E402 (its directory is known only now)

WORK = os.path.join(private.SCRATCH, "work")


class Ran:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr
        self.text = (done.stdout + done.stderr).decode("utf-8", "replace")

    def summary(self):
        return json.loads(self.out.splitlines()[-1])

    def objects(self, kind):
        return [o for o in map(json.loads, self.out.splitlines()) if o["type"] == kind]

    def __str__(self):
        return "exit %d\n%s" % (self.code, self.text[-3000:])


class Cluster:
    def __init__(self, program, shim, count):
        self.program, self.shim, self.hosts = program, shim, hosts_module.Hosts(count)
        os.environ.update(self.hosts.mpi_env())

    def mpirun(self, nhosts, ranks, args, cwd=WORK):
        """On the first nhosts hosts; rank 0 is on node1."""
        hostfile = os.path.join(private.SCRATCH, "hostfile-%d" % nhosts)
        hosts_module.put(hostfile, "".join("node%d slots=2\n" % k for k in range(1, nhosts + 1)))
        return Ran(self.hosts.on(1, ["mpirun", "--hostfile", hostfile, "--map-by", "node", "-np", str(ranks), self.program, *args], cwd=cwd))

    def alone(self, args, cwd=WORK):
        return Ran(self.hosts.on(1, [self.program, *args], cwd=cwd))


def make_input(program):
    os.makedirs(WORK)
    subprocess.run([program, "generate", "logs", "--files", "30", "--lines", "2000", os.path.join(WORK, "logs")],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run([program, "generate", "images", "--count", "6", "--megapixels", "0.3", os.path.join(WORK, "photos")],
                   check=True, stdout=subprocess.DEVNULL)
    with open(os.path.join(WORK, "logs/big.log"), "wb") as out:
        for i in range(60000):
            out.write(b"line %d of a big log%s\n" % (i, b": unauthorized access" if i % 997 == 0 else b""))
    os.mkfifo(os.path.join(WORK, "logs/fifo"))


def check_same(checks, cluster):
    args = ["logs", "-n", "--split-size", "100K", "--format", "json", "logs", "gone"]
    wanted = cluster.alone(args)
    entries = wanted.out.split(b'{"type":"rank"')[0]
    for nhosts, ranks in ((2, 2), (2, 4), (3, 3), (3, 7)):
        what = "logs on %d hosts, %d ranks" % (nhosts, ranks)
        ran = cluster.mpirun(nhosts, ranks, args)
        checks.equal(ran.code, 1, what + ": exit code (a path is not there)", ran)
        checks.equal(ran.summary()["digest"], wanted.summary()["digest"], what + ": digest", ran)
        checks.that(ran.out.split(b'{"type":"rank"')[0] == entries, what + ": the same bytes")
        checks.equal({r["host"] for r in ran.objects("rank")}, {"node%d" % k for k in range(1, nhosts + 1)},
                     what + ": each rank says its host")
        checks.that("listed on node1" in "\n".join(ran.summary()["notes"]), what + ": who looked for the files", ran)


def tree_of(directory):
    """{path: bytes} of a directory, also of one that a test checks for leftovers."""
    found = {}
    for where, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(where, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, directory)] = file.read()
    return found


def check_images(checks, cluster):
    wanted = cluster.alone(["images", "-o", "gray", "photos", "--format", "json"])
    once = tree_of(os.path.join(WORK, "gray"))
    checks.equal(len(once), 6, "six outputs", wanted)
    for nhosts, ranks in ((2, 4), (3, 3)):
        shutil.rmtree(os.path.join(WORK, "gray"))
        ran = cluster.mpirun(nhosts, ranks, ["images", "-o", "gray", "photos", "--format", "json"])
        checks.equal((ran.code, ran.summary()["digest"]), (0, wanted.summary()["digest"]),
                     "images on %d hosts" % nhosts, ran)
        checks.that(tree_of(os.path.join(WORK, "gray")) == once, "the same outputs, and nothing else", ran)


def check_missing(checks, cluster):
    """A path that one host alone has. Each case has a directory of its own, under which the hosts have file systems of their own."""
    copy = ["cp", "-r", os.path.join(WORK, "logs"), "."]
    for k in (1, 2):
        place = os.path.join(private.SCRATCH, "only%d" % k)
        os.mkdir(place)
        cluster.hosts.on(k, ["mount", "-t", "tmpfs", "tmpfs", place], check=True)
        cluster.hosts.on(k, copy, cwd=place, check=True)
    here, there = (os.path.join(private.SCRATCH, "only%d" % k, "logs") for k in (1, 2))
    for baseline in ("off", "run"):
        ran = cluster.mpirun(2, 4, ["logs", here, "--baseline", baseline, "--no-steal", "--format", "json"])
        notes = "\n".join(ran.summary().get("notes", []))
        what = "a path that only rank 0's host has, --baseline %s: " % baseline
        checks.equal(ran.code, 1, what + "INCOMPLETE, no more", ran)
        checks.that("node2 could not read or write" in notes and "node1 could not" not in notes, what + "the host", ran)
        checks.that(here in notes and "No such file" in notes and "the same file on every host" in notes,
                    what + "an example", ran)
        faults = ran.objects("fault")
        checks.that(faults and all(f["stage"] == "open" for f in faults), what + "each file is a fault", ran)
    text = cluster.mpirun(2, 4, ["logs", here, "--baseline", "off", "--no-steal"]).text
    checks.that("node2 could not read or write" in text.replace("\n", " "), "the text names the host", text)
    ran = cluster.mpirun(2, 4, ["logs", there, "--format", "json"])
    checks.equal((ran.code, len(ran.objects("fault"))), (1, 1), "a path that only another host has", ran)
    checks.that("The files were listed on node1" in "\n".join(ran.summary()["notes"]), "and who looked for it", ran)


def check_directories(checks, cluster):
    """Working directories, output directories and journals that the hosts do not share."""
    for name in ("cwd", "private"):
        os.mkdir(os.path.join(private.SCRATCH, name))
    place = os.path.join(private.SCRATCH, "private")
    for k in (1, 2):
        cluster.hosts.on(k, ["mount", "-t", "tmpfs", "tmpfs", place], check=True)
    wrapper = os.path.join(WORK, "remote_host") # ranks that begin in different directories
    hosts_module.put(wrapper, '#!/bin/bash\ncd / && [ "$(hostname)" = node1 ] && cd "%s"\nexec "$@"\n' % WORK,
                     0o755)
    wanted = cluster.alone(["logs", "logs", "--format", "json"]).summary()["digest"]
    ran = Ran(cluster.hosts.on(1, ["mpirun", "--hostfile", cluster.hosts.hostfile, "-np", "4", wrapper, cluster.program,
                                   "logs", "logs", "--format", "json"], cwd=WORK))
    checks.equal((ran.code, ran.summary()["digest"]), (0, wanted), "ranks that begin in other directories go to rank 0's", ran)
    only = os.path.join(place, "sub")
    cluster.hosts.on(1, ["mkdir", only], check=True)
    cluster.hosts.on(1, ["cp", "-r", os.path.join(WORK, "logs"), only], check=True)
    hosts_module.put(wrapper, '#!/bin/bash\n[ "$(hostname)" = node1 ] && cd "%s"\nexec "$@"\n' % only, 0o755)
    for args, fits in ((["logs", "logs"], False), (["logs", os.path.join(WORK, "logs")], True)):
        ran = Ran(cluster.hosts.on(1, ["mpirun", "--hostfile", cluster.hosts.hostfile, "-np", "4", wrapper,
                                       cluster.program, *args], cwd=WORK))
        said = "on node2 cannot enter %s, the working directory of rank 0 on node1" % only
        checks.that(ran.code == (0 if fits else 2) and (said in ran.text) != fits,
                    "a working directory that one host lacks, %s paths" % ("absolute" if fits else "relative"), ran)
    photos = os.path.join(WORK, "photos")
    ran = cluster.mpirun(2, 4, ["images", "-o", os.path.join(place, "gray"), photos])
    checks.that(ran.code == 2 and "on node2 does not see what rank 0 on node1 writes into the output directory" in ran.text,
                "an output directory that is not shared", ran)
    ran = cluster.mpirun(2, 4, ["logs", "logs", "--journal", os.path.join(place, "journal")])
    checks.that(ran.code == 2 and "writes into the journal directory" in ran.text, "a journal that is not shared", ran)
    left = cluster.hosts.on(1, ["find", place, "-name", ".mpiscan*"]).stdout
    checks.equal(left, b"", "no probe file is left")


def journaled(directory):
    """Bytes of the journals in a directory."""
    return sum(os.path.getsize(os.path.join(directory, name)) for name in os.listdir(directory)) if os.path.isdir(directory) else 0


def begun(directory, nranks):
    """Bytes of the journals once each rank's has its head, which is written at once; 0 before."""
    sizes = [os.path.getsize(os.path.join(directory, name)) for name in os.listdir(directory)] if os.path.isdir(directory) else []
    return sum(sizes) if len(sizes) == nranks and all(sizes) else 0


def show_processes(cluster):
    for k in cluster.hosts.inits:
        left = cluster.hosts.on(k, ["ps", "-eo", "stat,wchan:20,args"]).stdout.decode("utf-8", "replace")
        print("".join("  node%d: %.100s\n" % (k, line) for line in left.splitlines()[1:]), end="", flush=True)


def end_of_mpirun(checks, cluster, run, what):
    """Open MPI's mpirun does not always end when a host is gone, or hangs in its own end; then it is ended as a user would.
    -> its output"""
    try:
        return run.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        print(what + "mpirun does not end by itself:", flush=True)
    show_processes(cluster)
    for k in cluster.hosts.inits:
        cluster.hosts.on(k, ["pkill", "-9", "-x", "mpirun|orted|mpiscan|ssh"])
    out, err = run.communicate(timeout=30)
    checks.that(b'"summary"' not in out, what + "no report", out[-500:])
    return out, err


def check_destroyed(checks, cluster, nhosts, victim):
    """The power goes off on one host in mid-run; the run resumes on the remaining hosts. Outputs are slow to
    write until then, so that it is in mid-run for sure."""
    args = ["all", "photos", "many", "-o", "gray-many", "--format", "json", "--baseline", "off"]
    output, journal = os.path.join(WORK, "gray-many"), os.path.join(WORK, "journal-%d" % nhosts)
    shutil.rmtree(output, ignore_errors=True)
    wanted = cluster.alone(args)
    once = tree_of(output)
    shutil.rmtree(output)
    hostfile = os.path.join(private.SCRATCH, "hostfile-%d" % nhosts)
    command = ["mpirun", "--hostfile", hostfile, "-np", str(2 * nhosts), cluster.program, *args]
    hosts_module.put(hostfile, "".join("node%d slots=2\n" % k for k in range(1, nhosts + 1)))
    slow = ["-x", "LD_PRELOAD=" + cluster.shim, "-x", "MS_SHIM_SLOW=0.3"]
    for setting, value in (("time", "2"), ("intvl", "1"), ("probes", "3")):
        slow += ["--mca", "oob_tcp_keepalive_" + setting, value] # else mpirun takes minutes to miss a host
    run = subprocess.Popen(cluster.hosts.command(1, [command[0], *slow, *command[1:], "--journal", journal,
                                                     "--journal-every", "0.05"], WORK),
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        heads = hosts_module.wait_for(lambda: begun(journal, 2 * nhosts), 90, "the ranks' journals")
        hosts_module.wait_for(lambda: journaled(journal) > heads + 2000, 90, "something done in the journals")
    except TimeoutError:
        show_processes(cluster)
        raise
    cluster.hosts.destroy(victim)
    begin = time.monotonic()
    what = "%d hosts, node%d destroyed: " % (nhosts, victim)
    out, err = end_of_mpirun(checks, cluster, run, what)
    ended = time.monotonic() - begin
    checks.that(run.returncode not in (0, 1) and b'"summary"' not in out, what + "the run ends, and says that it failed",
                run.returncode, out[-500:], err[-2000:])
    left = [k for k in range(1, nhosts + 1) if k != victim]
    hosts_module.put(hostfile, "".join("node%d slots=2\n" % k for k in left))
    ran = Ran(cluster.hosts.on(left[0], [*command[:3], "-np", "3", cluster.program, *args, "--resume", journal], WORK))
    checks.equal((ran.code, ran.summary()["digest"]), (wanted.code, wanted.summary()["digest"]),
                 what + "resumed on the others, the same digest", ran)
    checks.that(ran.out.split(b'{"type":"rank"')[0] == wanted.out.split(b'{"type":"rank"')[0], what + "the same bytes")
    taken = "\n".join(ran.summary()["notes"])
    checks.that("already done" in taken and ": 0 files already done" not in taken, what + "not all is done twice", taken)
    again = tree_of(output)
    checks.that(again == once, what + "the same outputs, and nothing else",
                sorted(n for n in {**again, **once} if again.get(n) != once.get(n)))
    print("%sended %.1f s after; %s" % (what, ended, taken.strip().splitlines()[0]))


def check_hosts_destroyed(checks, cluster):
    """Of three hosts, then of the two that are left, over many copies of the pictures."""
    for i in range(30):
        for name in os.listdir(os.path.join(WORK, "photos")):
            target = os.path.join(WORK, "many", "%02d" % i, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(WORK, "photos", name), target)
    check_destroyed(checks, cluster, 3, 3)
    check_destroyed(checks, cluster, 2, 2)


PARTS = {"same": check_same, "images": check_images, "missing": check_missing, "directories": check_directories,
         "destroyed": check_hosts_destroyed}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mpiscan", required=True)
    parser.add_argument("--shim", required=True, help="the library of tests/fault that makes file systems slow")
    parser.add_argument("parts", nargs="*", help="some of: " + " ".join(PARTS))
    options = parser.parse_args()
    private.need(hosts_module.NEEDED)
    private.enter()
    checks = harness.Checks()
    program = os.path.abspath(options.mpiscan)
    make_input(program)
    cluster = Cluster(program, os.path.abspath(options.shim), 3)
    for part in options.parts or PARTS:
        PARTS[part](checks, cluster)
    checks.finish()


if __name__ == "__main__":
    main()
