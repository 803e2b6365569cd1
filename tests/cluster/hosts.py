"""Hosts for a test: each is a set of namespaces (network, names, mounts, shared memory, processes) with its own name, sshd and
/dev/shm, on one bridge. They see the same files, but what a test mounts on one of them. Only inside private.enter().
"""
import os
import signal
import subprocess
import time

import private

NET = "10.213.77."
NEEDED = {"sshd": "openssh-server", "ssh": "openssh-client", "ip": "iproute2", "unshare": "util-linux",
          "ssh-keygen": "openssh-client", "mpirun": "openmpi-bin", "bash": "bash"}

SSHD = """Port 22
HostKey {0}/hostkey
AuthorizedKeysFile {0}/id.pub
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
UseDNS no
PrintMotd no
MaxStartups 100
SetEnv PATH={1}
"""

SSH = """Host *
  User root
  IdentityFile {0}/id
  IdentitiesOnly yes
  UserKnownHostsFile {0}/known_hosts
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
"""


def wait_for(condition, seconds, what):
    """Waits until condition() is true and returns what it gives; TimeoutError names `what`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = condition()
        if got:
            return got
        time.sleep(0.05)
    raise TimeoutError("not within %d s: %s" % (seconds, what))


def put(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as out:
        out.write(text)
    os.chmod(path, mode)


class Hosts:
    """node1 .. nodeN, up until the test ends."""

    def __init__(self, count, slots=2):
        self.dir = os.path.join(private.SCRATCH, "hosts")
        self.count, self.inits = count, {}
        os.makedirs(self.dir)
        self.hostfile = os.path.join(self.dir, "hostfile")
        for key in ("hostkey", "id"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", os.path.join(self.dir, key)], check=True)
        with open(os.path.join(self.dir, "hostkey.pub"), encoding="utf-8") as file:
            key = " ".join(file.read().split()[:2])
        names = range(1, count + 1)
        put(self.hostfile, "".join("node%d slots=%d\n" % (k, slots) for k in names))
        put(os.path.join(self.dir, "etc-hosts"),
            "127.0.0.1 localhost\n" + "".join("%s%d node%d\n" % (NET, k, k) for k in names))
        put(os.path.join(self.dir, "known_hosts"), "".join("node%d,%s%d %s\n" % (k, NET, k, key) for k in names))
        put(os.path.join(self.dir, "sshd_config"), SSHD.format(self.dir, os.environ["PATH"]))
        put(os.path.join(self.dir, "ssh_config"), SSH.format(self.dir))
        subprocess.run("ip link add br0 type bridge && ip link set br0 up", shell=True, check=True)
        for k in names:
            self.start(k)
        for k in names:
            wait_for(lambda host=k: self.on(1, ["ssh", "-F", os.path.join(self.dir, "ssh_config"), "node%d" % host,
                                                "true"]).returncode == 0, 20, "ssh to node%d" % k)

    def start(self, k):
        holder = subprocess.Popen(["unshare", "--net", "--uts", "--mount", "--ipc", "--pid", "--fork", "--kill-child",
                                   "--mount-proc", "bash", "-c", "sleep 100000 & while :; do wait -n; done"],
                                  stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        children = "/proc/%d/task/%d/children" % (holder.pid, holder.pid)

        def init():
            with open(children, encoding="utf-8") as file:
                pid = file.read().strip()
            # the namespaces are there once the init mounted its own /proc, i.e. runs bash
            return pid and os.readlink("/proc/%s/exe" % pid).endswith("bash") and pid
        self.inits[k] = int(wait_for(init, 10, "the namespaces of node%d" % k))
        subprocess.run(["ip", "link", "add", "p%d" % k, "type", "veth", "peer", "name", "eth0", "netns",
                        str(self.inits[k])], check=True)
        subprocess.run(["ip", "link", "set", "p%d" % k, "master", "br0", "up"], check=True)
        self.on(k, ["bash", "-euc", """
            hostname node%d
            ip link set lo up; ip addr add %s%d/24 dev eth0; ip link set eth0 up
            mount --bind '%s/etc-hosts' /etc/hosts
            mount -t tmpfs tmpfs /dev/shm; mount -t tmpfs tmpfs /run; mkdir -p /run/sshd""" % (k, NET, k, self.dir)],
                check=True)
        subprocess.Popen(self.command(k, ["/usr/sbin/sshd", "-D", "-e", "-f", os.path.join(self.dir, "sshd_config")]),
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=open(os.path.join(self.dir, "sshd%d.log" % k), "wb"))

    def command(self, k, argv, cwd=None):
        """The same command on node k."""
        return ["nsenter", "-t", str(self.inits[k]), "-n", "-u", "-m", "-i", "-p", "--wdns=" + (cwd or os.getcwd()), *argv]

    def on(self, k, argv, cwd=None, timeout=120, **kwargs):
        """Runs a command on node k; `timeout` ends it there."""
        kwargs.setdefault("stdin", subprocess.DEVNULL)
        kwargs.setdefault("capture_output", True)
        return subprocess.run(self.command(k, ["timeout", "-k", "5", str(timeout), *argv], cwd), **kwargs)

    def destroy(self, k):
        """Node k is gone, as by a power cut: its network first, so that the end of its processes is not seen."""
        subprocess.run(["ip", "link", "del", "p%d" % k], check=True)
        os.kill(self.inits.pop(k), signal.SIGKILL)

    def mpi_env(self):
        return {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
                "OMPI_MCA_plm_rsh_agent": "ssh -F %s/ssh_config" % self.dir,
                "OMPI_MCA_btl_tcp_if_include": "eth0", "OMPI_MCA_oob_tcp_if_include": "eth0",
                "OMPI_MCA_pml": "ob1", "OMPI_MCA_btl": "self,vader,tcp", "OMPI_MCA_orte_tmpdir_base": private.SCRATCH}
