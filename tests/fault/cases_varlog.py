"""/var/log as a stock Debian 12 has it: a run as root is complete, one as a user lists what it may not read."""

import gzip
import lzma
import os
import struct

from faultlib import NOBODY, case, check

LINE = b"2026-11-30T01:02:03.000000+00:00 host sshd[1]: Failed password for root\n"
LOGS = ("auth.log", "cron.log", "daemon.log", "debug", "kern.log", "mail.log", "messages", "syslog", "syslog.1", "user.log")
OTHERS = ("alternatives.log", "bootstrap.log", "boot.log", "dpkg.log", "fontconfig.log", "apt/history.log", "apt/term.log",
          "exim4/mainlog", "exim4/rejectlog", "installer/cdebconf/questions.dat", "installer/hardware-summary",
          "installer/status", "installer/syslog", "mysql/error.log", "runit/ssh/current",
          "unattended-upgrades/unattended-upgrades.log")
EMPTY = ("apt/eipp.log", "boot.log", "faillog.empty", "installer/Xorg.0.log", "unattended-upgrades/shutdown.log")
CLOSED = ("auth.log", "btmp", "cron.log", "daemon.log", "debug", "exim4", "kern.log", "mail.log", "messages", "private",
          "syslog", "syslog.1", "unattended-upgrades", "user.log")


def utmp(kind, count):
    record = struct.Struct("<hxxi32s4s32s256shhiii16s20s")
    return b"".join(record.pack(kind, 100 + i, b"pts/0", b"ts/0", b"root", b"10.0.0.1", 0, 0, 0, 1700000000 + i, 0, b"", b"")
                    for i in range(count))


def make(c):
    for name in LOGS:
        c.write("log/" + name, LINE * 50)
    for name in OTHERS:
        c.write("log/" + name, b"2026-11-30 01:02:03 status installed\n")
    for name in EMPTY:
        c.write("log/" + name, b"")
    c.write("log/syslog.2.gz", gzip.compress(LINE * 50))
    c.write("log/apt/term.log.1.xz", lzma.compress(LINE))
    c.write("log/apt/eipp.log.xz", lzma.compress(b"Request: EIPP 0.1\n"))
    c.write("log/wtmp", utmp(7, 50))
    c.write("log/btmp", utmp(6, 50))
    for name, size in (("lastlog", 292), ("faillog", 32)):  # a record a user number: mostly holes
        c.write("log/" + name, b"")
        with open(c.path("log/" + name), "r+b") as out:
            out.truncate(size * 65535)
            out.seek(size * 1000)
            out.write(struct.pack("<i", 1700000000))
    os.mkdir(c.path("log/private"))
    os.symlink("../../usr/share/doc/systemd/README.logs", c.path("log/README"))
    os.symlink("/etc/sv/ssh/log/main", c.path("log/runit/main"))
    os.symlink("syslog", c.path("log/current"))
    for name in CLOSED:
        os.chmod(c.path("log/" + name), 0o700 if os.path.isdir(c.path("log/" + name)) else 0o640)


@case
def var_log_of_root(c):
    make(c)
    for ranks in (1, 2):
        run = c.run("logs", "-e", "Failed password", "log", "--max-listing", "1M", ranks=ranks)
        run.expect(0, "COMPLETE: nothing failed; 3 skipped", "skipped log/README: symbolic link: not followed (--follow)",
                   "log/syslog.2.gz: 50 matching lines", "log/apt/term.log.1.xz: 1 matching line")


@case
def var_log_of_a_user(c):
    make(c)
    if not c.is_root:
        for name in CLOSED:
            os.chmod(c.path("log/" + name), 0)
    run = c.run("logs", "-e", "Failed password", "log", user=NOBODY if c.is_root else None)
    run.expect(1, "FAILED %d files: Permission denied\n  log/auth.log\n  log/btmp\n" % len(CLOSED), "  log/private\n",
               "log/syslog.2.gz: 50 matching lines", "+ %d failed" % len(CLOSED))
    check(run.out.count(b"Permission denied") == 1, "one list expected\n%s" % run)
    for i in range(30):
        c.write("log/x%02d" % i, b"")
        os.chmod(c.path("log/x%02d" % i), 0)
    run = c.run("logs", "-e", "Failed password", "log", user=NOBODY if c.is_root else None)
    run.expect(1, "FAILED %d files: " % (30 + len(CLOSED)), "  ... and %d more (--format json lists all)\n" % (10 + len(CLOSED)))
