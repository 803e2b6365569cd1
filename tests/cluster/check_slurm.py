#!/usr/bin/env python3
"""The scripts of slurm/ on a real Slurm of two nodes: to the end, requeued in mid-run, stopped before the time limit, ranks that
die, the array with its report, shards that are done again, input around the job's own files, and the scaling table. Every answer is
that of a direct run."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import xml.dom.minidom

import private
import hosts as hosts_module
import slurm as slurm_module

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "mpi"))
import harness # noqa: E402 (its directory is known only now)

SCRIPTS = os.path.join(HERE, "..", "..", "slurm")
WORK = os.path.join(private.SCRATCH, "work")


def read(*parts):
    with open(os.path.join(WORK, *parts), encoding="utf-8", errors="replace") as file:
        return file.read()


def summaries(text):
    """The summaries of all reports in a job's output."""
    return [json.loads(line) for line in text.splitlines() if line.startswith('{"type":"summary"')]


def journal_size(directory):
    return sum(os.path.getsize(os.path.join(directory, n)) for n in os.listdir(directory)) if os.path.isdir(directory) else 0


class Test:
    def __init__(self, program, shim):
        self.program, self.shim = program, shim
        self.checks = harness.Checks()
        self.make_input()
        self.hosts = hosts_module.Hosts(2)
        self.slurm = slurm_module.Slurm(self.hosts)
        # The cluster is one machine here: what its owner would have in the environment or in mca-params.conf.
        os.environ.update({k: v for k, v in self.hosts.mpi_env().items() if k != "OMPI_MCA_plm_rsh_agent"})
        os.environ.update(MPISCAN=program, MPISCAN_SLURM=SCRIPTS)

    def make_input(self):
        os.makedirs(WORK)
        subprocess.run([self.program, "generate", "logs", "--files", "24", "--lines", "3000", os.path.join(WORK, "logs")],
                       check=True, stdout=subprocess.DEVNULL)
        subprocess.run([self.program, "generate", "images", "--count", "6", "--megapixels", "1.5",
                        os.path.join(WORK, "photos")], check=True, stdout=subprocess.DEVNULL)
        for i in range(30): # work for some seconds, each task short
            for name in os.listdir(os.path.join(WORK, "photos")):
                target = os.path.join(WORK, "many", "%02d" % i, name)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copyfile(os.path.join(WORK, "photos", name), target)

    def slow_outputs(self, seconds):
        """From now on a started program takes so long for each output, so that it is in mid-run when it is interrupted; 0: what
        is started from now on does not."""
        wrapper = os.path.join(WORK, "slow")
        hosts_module.put(wrapper + ".tmp", '#!/bin/bash\nexport LD_PRELOAD=%s MS_SHIM_SLOW=%s\nexec %s "$@"\n' % (
            self.shim, seconds, self.program), 0o755)
        os.rename(wrapper + ".tmp", wrapper)
        os.environ["MPISCAN"] = wrapper

    def wrap(self, name, commands):
        """From now on the program is a script: these commands, then mpiscan itself."""
        os.environ["MPISCAN"] = os.path.join(WORK, name)
        hosts_module.put(os.environ["MPISCAN"], '#!/bin/bash\n%s\nexec %s "$@"\n' % (commands, self.program), 0o755)

    def direct(self, args, cwd=WORK):
        done = self.hosts.on(1, [self.program, *args, "--baseline", "off", "--format", "json"], cwd=cwd)
        return summaries(done.stdout.decode("utf-8", "replace"))[-1]["digest"]

    def submit(self, script, args, options=(), cwd=WORK):
        return self.slurm.submit([*options, os.path.join(SCRIPTS, script), *args], cwd)

    def refused(self, what, script, args, wanted, says, options=()):
        """The job ends with that exit code, and says why."""
        job = self.submit(script, args, ["--output=%j.out", *options])
        state = self.slurm.wait_end(job, 240)[0]
        text = read(job + ".out")
        self.checks.equal((state["JobState"], state["ExitCode"]), ("FAILED", wanted), what, text[-2000:])
        self.checks.that(says in text, what + ", and says why", text[-2000:])
        return state

    def finished(self, what, job, wanted, out=None, ranks=8):
        """The job is COMPLETED, and its last report is right."""
        state = self.slurm.wait_end(job, 240)[0]
        text = read(out or "mpiscan-%s.out" % job)
        got = summaries(text)
        self.checks.equal((state["JobState"], state["ExitCode"]), ("COMPLETED", "0:0"), what + ": the job's end", text[-3000:])
        self.checks.that(got and (got[-1]["digest"], got[-1]["ranks"]) == (wanted, ranks), what + ": the right answer",
                         text[-3000:])
        return text

    def plain(self):
        wanted = self.direct(["logs", "logs"])
        for launcher in ("srun", "mpirun"):
            os.environ["MPISCAN_LAUNCHER"] = launcher
            job = self.submit("scan.sbatch", ["logs", "logs", "--format", "json"])
            text = self.finished("scan.sbatch by " + launcher, job, wanted)
            self.checks.that("nodes with %s," % launcher in text, "the launcher is " + launcher, text[-1500:])
            hosts = set(re.findall(r'"host":"(\w+)"', text))
            self.checks.equal(hosts, {"node1", "node2"}, "ranks on both nodes, by " + launcher)
        os.environ.pop("MPISCAN_LAUNCHER")
        state = self.refused("a usage error ends the job at once", "scan.sbatch", ["logs", "--no-such-option"],
                             "2:0", "no-such-option")
        self.checks.equal(state["Restarts"], "0", "and is not tried again")
        os.environ["MPISCAN"] = "/nonexistent"
        for script, option in (("scan", "--requeue"), ("scan-array", "--array=1-1"), ("scaling", "--ntasks-per-node=3")):
            self.refused(script + " without a program", script + ".sbatch", ["logs", "logs"], "127:0",
                         "/nonexistent cannot be started", [option])

    def begin_many(self, output, options=()):
        """A job that converts many pictures, once its journal holds something. -> job, digest of the direct run"""
        args = ["images", "many", "-o", output]
        wanted = self.direct(args)
        once = len(os.listdir(os.path.join(WORK, output, "00")))
        shutil.rmtree(os.path.join(WORK, output))
        self.slow_outputs(0.5)
        job = self.submit("scan.sbatch", [*args, "--baseline", "off", "--format", "json"], options)
        journal = os.path.join(WORK, "mpiscan-%s.journal" % job)

        self.slurm.wait_for(lambda: journal_size(journal) > 9000, 90, "a journal with something in it")
        self.slow_outputs(0)
        return job, wanted, once

    def resumed(self, what, job, wanted, once, output):
        text = self.finished(what, job, wanted)
        taken = re.search(r"(\d+) files? already done", text)
        reports = summaries(text)
        done = reports[0]["files"]["scanned"] if len(reports) > 1 else None # of attempts that could still report
        self.checks.that(taken and int(taken[1]) > 0 and done in (None, int(taken[1])),
                         what + ": what was done is not done again", done, text[-3000:])
        left = [n for _, _, names in os.walk(os.path.join(WORK, output)) for n in names if n.startswith(".")]
        self.checks.equal((len(os.listdir(os.path.join(WORK, output, "29"))), left), (once, []), what + ": all outputs, whole")
        print("%s: %s files already done; %s" % (what, taken and taken[1], " / ".join(
            line[20:] for line in text.splitlines() if " mpiscan job " in line)))
        return text

    def requeue(self):
        job, wanted, once = self.begin_many("gray-requeue")
        self.slurm.client(["scontrol", "requeue", job], check=True)
        self.slurm.wait_state(job, "PENDING", 90)
        text = self.resumed("scontrol requeue", job, wanted, once, "gray-requeue")
        self.checks.equal(self.slurm.show(job)[0]["Restarts"], "1", "requeued once")
        self.checks.that("SIGTERM: stopping" in text and "attempt 2" in text, "and the output says so", text[-3000:])

    def before_the_limit(self):
        """The signal that --signal asks for; sent here, as Slurm itself would take a minute for it."""
        job, wanted, once = self.begin_many("gray-limit")
        self.slurm.client(["scancel", "--signal=USR1", "--batch", job], check=True)
        self.slurm.wait_state(job, "PENDING", 90)
        text = self.resumed("the signal before the limit", job, wanted, once, "gray-limit")
        self.checks.that("time limit is near: stopping" in text and "stopped: requeueing" in text, "requeued by itself",
                         text[-3000:])
        self.checks.that("interrupted after" in text or '"stopped":true' in text, "the ranks reported what they had done")
        self.wrap("signals-the-probe", '[ "$1" = --version ] && mkdir %s/probe.once 2>/dev/null && '
                  "{ scancel --signal=USR1 --batch $SLURM_JOB_ID; sleep 1; }" % WORK)
        early = self.submit("scan.sbatch", ["logs", "logs"])
        state = self.slurm.wait_end(early, 240)[0]
        self.checks.equal((state["JobState"], state["Restarts"]), ("COMPLETED", "1"), "a signal at the very start: requeued",
                          read("mpiscan-%s.out" % early))
        taken = re.search(r"(\d+) files? already done", text)[1]
        self.checks.equal(read("mpiscan-%s.journal" % job, "attempts").split(), ["0", taken], "it counts what was finished")
        self.wrap("always-stops", '[ "$1" = --version ] || exit 75')
        os.environ["MPISCAN_JOURNAL"] = os.path.join(WORK, "idle.journal")
        os.mkdir(os.environ["MPISCAN_JOURNAL"])
        hosts_module.put(os.path.join(WORK, "idle.journal", "attempts"), "0\n0\n") # one attempt without progress
        state = self.refused("attempts that finish nothing", "scan.sbatch", ["logs", "logs"], "75:0",
                             "three attempts in a row finished no file: ending")
        self.checks.equal(state["Restarts"], "1", "the third is the last")
        os.environ.pop("MPISCAN_JOURNAL")

    def ranks_die(self):
        job, wanted, once = self.begin_many("gray-died")
        found = self.hosts.on(2, ["pgrep", "-x", "mpiscan"]).stdout.split()
        self.checks.that(found, "ranks on node2")
        self.hosts.on(2, ["kill", "-9", found[0].decode()])
        text = self.resumed("a rank is killed", job, wanted, once, "gray-died")
        self.checks.that("a rank died (exit code" in text and "(1 of 3)" in text, "and the output says so", text[-3000:])
        os.environ.update(MPISCAN_RETRIES="1", MPISCAN=os.path.join(WORK, "dies"))
        hosts_module.put(os.path.join(WORK, "dies"), '#!/bin/bash\n[ "$1" = --version ] && exit 0\nkill -9 $$\n', 0o755)
        job = self.submit("scan.sbatch", ["logs", "logs"])
        state = self.slurm.wait_end(job, 240)[0]
        text = read("mpiscan-%s.out" % job)
        self.checks.that(state["JobState"] == "FAILED" and "2 times: ending" in text,
                         "ranks that always die are tried a bounded number of times", state, text[-2000:])
        os.environ.update(MPISCAN=self.program, MPISCAN_LAUNCHER="mpirun", MPISCAN_POLL="1")
        hosts_module.put(os.path.join(WORK, "mpirun"), "#!/bin/bash\nexec sleep 1000\n", 0o755)
        path = os.environ["PATH"]
        os.environ["PATH"] = WORK + ":" + path
        job = self.submit("scan.sbatch", ["logs", "logs"])
        state = self.slurm.wait_end(job, 240)[0]
        text = read("mpiscan-%s.out" % job)
        self.checks.that(state["JobState"] == "FAILED" and "mpirun hangs with no rank left: ending it" in text,
                         "an mpirun that hangs is ended", state, text[-2000:])
        os.environ["PATH"] = path
        for name in ("MPISCAN_RETRIES", "MPISCAN_LAUNCHER", "MPISCAN_POLL"):
            os.environ.pop(name)

    def array(self):
        wanted = self.direct(["logs", "logs", "-n"])
        job = self.submit("scan-array.sbatch", ["logs", "logs", "-n"], ["--array=1-5"])
        states = self.slurm.wait_end(job, 240, tasks=5)
        self.checks.equal([s["JobState"] for s in states], ["COMPLETED"] * 5, "all shards end well", states)
        directory = "mpiscan-" + job
        files = [os.path.join(directory, "%d.mps" % i) for i in range(1, 6)]
        merged = self.hosts.on(1, [self.program, "report", "--format", "json", *files], cwd=WORK)
        self.checks.equal(summaries(merged.stdout.decode())[0]["digest"], wanted, "the merged digest", merged.stderr)
        report = read(directory, "report.txt")
        self.checks.that("24 files enumerated = 24 scanned" in report and "merged from 5 shards" in report,
                         "the last one has written the report", report[-1500:])
        said = sum("the last one" in read("mpiscan-%s_%d.out" % (job, i)) for i in range(1, 6))
        self.checks.that(said >= 1, "and says so")
        job = self.submit("scan-array.sbatch", ["logs", "logs"], ["--array=2-3"])
        states = self.slurm.wait_end(job, 240, tasks=2)
        self.checks.equal({s["ExitCode"] for s in states}, {"2:0"}, "an array that is not 1-N is refused")

    def array_again(self):
        """The shard that was lost is done again, and reports on all."""
        wanted = self.direct(["logs", "logs"])
        self.wrap("loses-2", 'case "$*" in *"--shard 2/3"*) kill -KILL $$ ;; esac')
        job = self.submit("scan-array.sbatch", ["logs", "logs"], ["--array=1-3"])
        states = self.slurm.wait_end(job, 240, tasks=3)
        said = "".join(read("mpiscan-%s_%d.out" % (job, i)) for i in (1, 2, 3))
        self.checks.equal(sorted(s["JobState"] for s in states), ["COMPLETED"] * 2 + ["FAILED"], "a shard is lost", said)
        self.checks.that(" 2 of 3 shards are done; the last one reports on all" in said, "the others say that one is missing", said)
        again = re.search(r"to repeat: MPISCAN_SHARDS=(\S+) MPISCAN_RESULTS=(\S+) sbatch (\S+) ", said)
        self.checks.that(again and not os.path.exists(os.path.join(again[2], "report.txt")), "and it how to do it again", said)
        os.environ.update(MPISCAN=self.program, MPISCAN_SHARDS=again[1], MPISCAN_RESULTS=again[2])
        self.slurm.wait_end(self.submit("scan-array.sbatch", ["logs", "logs"], [again[3]]), 240)
        for name in ("MPISCAN_SHARDS", "MPISCAN_RESULTS"):
            os.environ.pop(name)
        self.joined("with the shard done again", again[2], 3, (wanted, 24))
        self.checks.that("merged from 3 shards" in read(again[2], "report.txt"), "it has written the report")

    def joined(self, what, directory, count, wanted):
        files = [os.path.join(directory, "%d.mps" % i) for i in range(1, count + 1)]
        done = self.hosts.on(1, [self.program, "report", "--format", "json", *files], cwd=WORK)
        got = summaries(done.stdout.decode())
        self.checks.equal(got and (got[0]["digest"], got[0]["files"]["enumerated"]), wanted, what + ": the merged answer", done)

    def around(self):
        """The input holds what the job itself writes."""
        for script, below in (("scan", ""), ("scan-array", ""), ("scan-array", "r[1]*/all")):
            where = os.path.join(WORK, "around-%s%d" % (script, len(below)))
            shutil.copytree(os.path.join(WORK, "logs"), where)
            for name in ("mpiscan-77777.out", "mpiscan-2.log", "r1x/all", "r[1]*/mine"): # logs of the user
                os.makedirs(os.path.dirname(os.path.join(where, name)), exist_ok=True)
                hosts_module.put(os.path.join(where, name), "unauthorized access\n")
            operand = where + "//" if below else "."
            wanted = (self.direct(["logs", operand], where), 28)
            if script == "scan":
                job = self.submit("scan.sbatch", ["logs", operand, "--format", "json"], cwd=where)
                self.slurm.wait_end(job, 240)
                got = summaries(read(where, "mpiscan-%s.out" % job))
                self.checks.equal(got and (got[0]["digest"], got[0]["files"]["enumerated"]), wanted,
                                  "scan.sbatch: no file of its own")
                continue
            if below:
                os.environ["MPISCAN_RESULTS"] = os.path.join(where, below)
            job = self.submit("scan-array.sbatch", ["logs", operand], ["--array=1-3%1"], cwd=where)
            self.slurm.wait_end(job, 240, tasks=3)
            directory = os.environ.pop("MPISCAN_RESULTS", os.path.join(where, "mpiscan-" + job))
            self.joined("an array's files in " + operand, directory, 3, wanted)

    def array_early(self):
        """The signal is there before the program has its handlers, then time and again before it has done anything."""
        self.wrap("early", 'mkdir %s/early.once 2>/dev/null && { kill -USR1 $PPID; sleep 5; }' % WORK)
        job = self.submit("scan-array.sbatch", ["logs", "logs"], ["--array=1-1"])
        state = self.slurm.wait_end(job, 240)[0]
        self.checks.equal((state["JobState"], state["Restarts"]), ("COMPLETED", "1"), "a signal at the very start: requeued",
                          read("mpiscan-%s_1.out" % job))
        self.wrap("always-stops", "exit 75")
        os.environ["MPISCAN_RESULTS"] = os.path.join(WORK, "idle")
        os.makedirs(os.path.join(WORK, "idle", "1.journal"))
        hosts_module.put(os.path.join(WORK, "idle", "1.journal", "attempts"), "0\n0\n0\n")
        self.refused("a shard that finishes nothing", "scan-array.sbatch", ["logs", "logs"], "75:0",
                     "three attempts in a row finished no file: ending", ["--array=1-1"])
        os.environ.pop("MPISCAN_RESULTS")

    def array_stopped(self):
        """A shard that gets the signal before its limit resumes, and the report waits for it."""
        args = ["images", "many", "-o", "gray-array"]
        wanted = self.direct(args)
        shutil.rmtree(os.path.join(WORK, "gray-array"))
        self.slow_outputs(0.1)
        job = self.submit("scan-array.sbatch", args, ["--array=1-2"])
        directory = os.path.join(WORK, "mpiscan-" + job)
        self.slurm.wait_for(lambda: journal_size(os.path.join(directory, "1.journal")) > 2000, 90, "shard 1's journal")
        self.slow_outputs(0)
        self.slurm.client(["scancel", "--signal=USR1", "--batch", job + "_1"], check=True)
        states = self.slurm.wait_end(job, 240, tasks=2)
        said = read("mpiscan-%s_1.out" % job)
        self.checks.equal(sorted((s["JobState"], s["Restarts"]) for s in states), [("COMPLETED", "0"), ("COMPLETED", "1")],
                          "one shard was requeued, both ended well", states, said[-2000:])
        self.checks.that("time limit is near" in said and "stopped: requeueing" in said, "and says so", said[-2000:])
        files = [os.path.join(directory, "%d.mps" % i) for i in (1, 2)]
        merged = self.hosts.on(1, [self.program, "report", "--format", "json", *files], cwd=WORK)
        summary = summaries(merged.stdout.decode())[0]
        self.checks.equal((merged.returncode, summary["digest"]), (0, wanted), "the merged digest", summary)
        self.checks.that("already done" in "\n".join(summary["notes"]), "shard 1 went on from its journal", summary["notes"])
        self.checks.that(os.path.exists(os.path.join(directory, "report.txt")), "the last one has written the report")

    def scaling(self):
        os.environ["MPISCAN_REPEATS"] = "2"
        self.wrap("once-lost", '[ "$1:$SLURM_STEP_NUM_TASKS" = logs:1 ] && mkdir %s/lost.once 2>/dev/null && kill -KILL $$' % WORK)
        job = self.submit("scaling.sbatch", ["logs", "logs"], ["--ntasks-per-node=3"])
        state = self.slurm.wait_end(job, 240)[0]
        directory = "mpiscan-scaling-" + job
        self.checks.equal((state["JobState"], state["ExitCode"]), ("COMPLETED", "0:0"), "scaling.sbatch",
                          read("mpiscan-scaling-%s.out" % job)[-2000:])
        self.checks.that("a run at 1 ranks ended with 137 (start 1)" in read("mpiscan-scaling-%s.out" % job),
                         "a run that a signal ended is started again")
        table = read(directory, "scaling.txt")
        rows = [line.split()[:2] for line in table.splitlines() if re.match(r" +\d+ +\d+ ", line)]
        self.checks.equal([r[0] for r in rows], ["1", "2", "4", "6"], "a row for each number of ranks", table)
        self.checks.equal(rows[-1][1:], ["2"], "on two hosts", table)
        self.checks.that("All answers are the same" in table, "it compares the answers", table)
        drawn = xml.dom.minidom.parse(os.path.join(WORK, directory, "scaling.svg"))
        self.checks.equal(len(drawn.getElementsByTagName("circle")), 4, "four points in the plot")
        one = read(directory, "1-1.json")
        with open(os.path.join(WORK, directory, "2-1.json"), "w", encoding="utf-8") as out:
            out.write(re.sub('"digest":"....', '"digest":"0123', one))
        bad = subprocess.run([sys.executable, os.path.join(SCRIPTS, "scaling.py"), os.path.join(WORK, directory)],
                             capture_output=True, check=False)
        self.checks.that(bad.returncode == 1 and b"DISAGREE" in bad.stdout, "different answers are no table", bad.stdout)
        self.refused("scaling.sbatch of images", "scaling.sbatch", ["images", "photos", "-o", "x"], "2:0", "`logs` only",
                     ["--ntasks-per-node=3"])


PARTS = ("plain", "array", "array_again", "around", "array_early", "array_stopped", "scaling", "requeue",
         "before_the_limit", "ranks_die")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mpiscan", required=True)
    parser.add_argument("--shim", required=True, help="the library of tests/fault that makes file systems slow")
    parser.add_argument("parts", nargs="*", help="some of: " + " ".join(PARTS))
    options = parser.parse_args()
    private.need(slurm_module.NEEDED)
    private.enter()
    test = Test(os.path.abspath(options.mpiscan), os.path.abspath(options.shim))
    for part in options.parts or PARTS:
        os.environ["MPISCAN"] = test.program
        getattr(test, part)()
    test.slurm.drained()
    test.checks.finish()


if __name__ == "__main__":
    main()
