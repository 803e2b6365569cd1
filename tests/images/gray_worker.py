"""A client of the worker program for tests: starts it on a socket pair and sends it images, as a rank does.

The bytes on the socket are those of src/images/protocol/worker_protocol.c. Results are not checked here.
"""
import array
import os
import select
import signal
import socket
import struct
import subprocess
import tempfile

CODES = "OK NOMEM USAGE IO FORMAT LIMIT MPI MISMATCH STOPPED INTERNAL".split()
FORMATS = "none jpeg png tiff webp gif bmp ppm heif avif jp2 jxl".split()
METHODS = "none lossless general".split()
FORMULAS = "bt601 bt709 linear".split()


class Died(Exception):
    """The worker exited, or was killed, while it had an image."""


class Reply:
    def __init__(self, data):
        magic, version, code, method, came, to, self.width, self.height, self.pages, self.nbytes, self.serial = \
            struct.unpack_from("<IBBBBBIIIQQ", data)
        assert (magic, version) == (0x5352474D, 2)
        at = struct.calcsize("<IBBBBBIIIQQ")
        self.hash = data[at:at + 16].hex()
        length, = struct.unpack_from("<Q", data, at + 16)
        self.text = data[at + 24:].decode()
        assert len(self.text) == length
        self.code, self.method, self.came, self.to = CODES[code], METHODS[method], FORMATS[came], FORMATS[to]

    def __repr__(self):
        return (f"{self.code} {self.method} {self.came}>{self.to} {self.width}x{self.height}x{self.pages} "
                f"{self.nbytes} bytes {self.text!r}")


def encode(formula="bt601", target="none", strip=False, max_pixels=300_000_000, max_scans=100, serial=7):
    return struct.pack("<IBBBBQIQ", 0x5152474D, 2, FORMULAS.index(formula), FORMATS.index(target), strip, max_pixels,
                       max_scans, serial)


class Worker:
    """A worker; one that exited with 0 between two images is replaced, as the rank does."""

    def __init__(self, program, memory=1 << 30, timeout=20, stderr=subprocess.DEVNULL, leak=()):
        self.stderr, self.leak = stderr, leak
        self.program, self.memory, self.timeout = program, memory, timeout
        self.start()

    def start(self):
        self.socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        os.set_inheritable(theirs.fileno(), True)
        self.process = subprocess.Popen([self.program, "--socket", str(theirs.fileno()), "--memory", str(self.memory)],
                                        pass_fds=[theirs.fileno(), *self.leak], stdin=subprocess.DEVNULL, stderr=self.stderr)
        theirs.close()

    def send(self, data, files):
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))] if files else []
        self.socket.sendmsg([data], rights)

    def ask(self, path, to, formula="bt601", target="none", strip=False, max_pixels=300_000_000, max_scans=100):
        self.serial = getattr(self, "serial", 0) + 1
        request = encode(formula, target, strip, max_pixels, max_scans, self.serial)
        with open(path, "rb") as given, open(to, "wb") as made:
            for tries in range(3):
                try:
                    self.send(request, [given.fileno(), made.fileno()])
                    packet = self.receive()
                    if packet:
                        reply = Reply(packet)
                        assert reply.serial == self.serial
                        return reply
                except (BrokenPipeError, ConnectionResetError):  # it did not read the request
                    pass
                status = self.process.wait()
                if status or tries == 2:
                    raise Died(signal.Signals(-status).name if status < 0 else f"exit {status}")
                self.socket.close()
                self.start()

    def receive(self):
        if not select.select([self.socket], [], [], self.timeout)[0]:
            self.process.kill()
            self.process.wait()
            raise Died(f"no reply in {self.timeout} s")
        return self.socket.recv(4096)

    def convert(self, data, **how):
        """(reply, bytes made) for an image given as bytes."""
        with tempfile.NamedTemporaryFile() as given, tempfile.NamedTemporaryFile() as made:
            given.write(data)
            given.flush()
            reply = self.ask(given.name, made.name, **how)
            with open(made.name, "rb") as file:
                return reply, file.read()

    def peak_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(next(line.split()[1] for line in file if line.startswith("VmHWM")))

    def seconds(self):
        """Processor time so far."""
        with open(f"/proc/{self.process.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self):
        self.socket.close()
        try:
            return self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
