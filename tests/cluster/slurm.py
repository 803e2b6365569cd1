"""A Slurm of one's own for a test: munged, slurmctld on node1 and a slurmd on each of the hosts of hosts.py, all files below
private.SCRATCH. Only inside private.enter(), which also ends it.
"""
import os
import re
import subprocess
import time

import private
import hosts as hosts_module

NEEDED = {**hosts_module.NEEDED, "slurmctld": "slurmctld", "slurmd": "slurmd", "munged": "munge", "sbatch": "slurm-client",
          "scontrol": "slurm-client", "squeue": "slurm-client", "srun": "slurm-client"}
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "BOOT_FAIL", "OUT_OF_MEMORY", "DEADLINE")

CONF = """ClusterName=mpiscantest
SlurmctldHost=node1({net}1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={dir}/munge.socket
StateSaveLocation={dir}/state
SlurmdSpoolDir={dir}/spool.%n
SlurmctldPidFile={dir}/slurmctld.pid
SlurmdPidFile={dir}/slurmd.%n.pid
TmpFS={dir}/tmp.%n
SlurmctldLogFile={dir}/slurmctld.log
SlurmdLogFile={dir}/slurmd.%n.log
PlugStackConfig=/dev/null
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SwitchType=switch/none
SlurmdParameters=config_overrides
ReturnToService=2
JobRequeue=1
KillWait=10
MinJobAge=300
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0
{nodes}PartitionName=debug Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""


class Slurm:
    def __init__(self, hosts, cpus=4):
        self.hosts, self.dir = hosts, os.path.join(private.SCRATCH, "slurm")
        os.mkdir(self.dir)
        nodes = ""
        for k in range(1, hosts.count + 1):
            nodes += "NodeName=node%d NodeAddr=%s%d CPUs=%d RealMemory=1000 State=UNKNOWN\n" % (k, hosts_module.NET, k, cpus)
            for kind in ("spool", "tmp"):
                os.mkdir(os.path.join(self.dir, "%s.node%d" % (kind, k)))
        os.mkdir(os.path.join(self.dir, "state"), 0o700)
        os.mkdir(os.path.join(self.dir, "munge"), 0o700)
        key = os.path.join(self.dir, "munge", "key")
        with open(key, "wb") as out:
            out.write(os.urandom(1024))
        os.chmod(key, 0o600)
        hosts_module.put(os.path.join(self.dir, "slurm.conf"), CONF.format(dir=self.dir, net=hosts_module.NET, nodes=nodes))
        os.environ["SLURM_CONF"] = os.path.join(self.dir, "slurm.conf")
        self.daemon(None, ["munged", "--foreground", "--force", "--socket=%s/munge.socket" % self.dir, "--key-file=" + key,
                           "--pid-file=%s/munged.pid" % self.dir, "--log-file=%s/munged.log" % self.dir,
                           "--seed-file=%s/munge/seed" % self.dir], "munged")
        hosts_module.wait_for(lambda: os.path.exists(os.path.join(self.dir, "munge.socket")), 20, "munged's socket")
        self.daemon(1, ["slurmctld", "-D", "-i"], "slurmctld")
        for k in range(1, hosts.count + 1):
            self.daemon(k, ["slurmd", "-D", "-N", "node%d" % k], "slurmd%d" % k)
        self.ready()

    def wait_for(self, condition, seconds, what):
        """As in hosts; when it fails, the output of Slurm is shown."""
        try:
            return hosts_module.wait_for(condition, seconds, what)
        except TimeoutError:
            for argv in (["squeue", "-o", "%i %T %r"], ["sinfo", "-N", "-o", "%N %T %E"], ["scontrol", "-o", "show", "job"]):
                print("== %s\n%s" % (" ".join(argv), self.client(argv)))
            for name in sorted(os.listdir(self.dir)):
                if name.endswith(".log"):
                    with open(os.path.join(self.dir, name), encoding="utf-8", errors="replace") as file:
                        print("== %s\n%s" % (name, file.read()[-3000:]))
            raise

    def ready(self, seconds=90):
        """Waits until all nodes are free: what is still ending there would keep a job waiting."""
        self.wait_for(lambda: self.client(["sinfo", "-h", "-N", "-o", "%T"]).split() == ["idle"] * self.hosts.count,
                      seconds, "idle nodes")

    def daemon(self, k, argv, name):
        argv = self.hosts.command(k, argv, "/") if k else argv
        with open(os.path.join(self.dir, name + ".out"), "wb") as out:
            subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def client(self, argv, cwd=None, check=False):
        """The output of a client command on node1."""
        done = self.hosts.on(1, argv, cwd=cwd)
        if check and done.returncode != 0:
            raise RuntimeError("%s: %s" % (" ".join(argv), (done.stdout + done.stderr).decode("utf-8", "replace")))
        return done.stdout.decode("utf-8", "replace")

    def submit(self, argv, cwd):
        """sbatch, on free nodes -> the job's number."""
        self.ready()
        return self.client(["sbatch", "--parsable", *argv], cwd=cwd, check=True).strip()

    def show(self, job):
        """-> [{field: value}] of a job, or of all tasks of an array."""
        jobs = []
        for text in self.client(["scontrol", "-o", "show", "job", job]).splitlines():
            jobs.append(dict(re.findall(r"(\w+(?::\w+)?)=(\S*)", text)))
        return jobs

    def wait_end(self, job, seconds, tasks=1):
        """Waits until the job (all tasks of an array) has ended. A requeued job, which Slurm lets wait two minutes, is started
        three seconds after it was seen: within the second of its end a node takes it for the one that was ended."""
        seen = {}

        def ended():
            jobs = self.show(job)
            for j in jobs:
                waits = j.get("JobState") == "PENDING" and j.get("Reason") == "BeginTime"
                if waits and time.monotonic() > seen.setdefault(j["JobId"], time.monotonic()) + 3:
                    self.client(["scontrol", "update", "jobid=" + j["JobId"], "StartTime=now"])
            done = [j for j in jobs if j.get("JobState") in ENDED]
            return len(jobs) >= tasks and len(done) == len(jobs) and jobs
        return self.wait_for(ended, seconds, "the end of job %s" % job)

    def wait_state(self, job, state, seconds):
        def there():
            jobs = self.show(job)
            return jobs and jobs[0].get("JobState") == state
        return self.wait_for(there, seconds, "job %s in state %s" % (job, state))

    def drained(self, seconds=30):
        """No job is left in the queue."""
        return self.wait_for(lambda: not self.client(["squeue", "-h"]).strip(), seconds, "an empty queue")
