"""The reason of a fault is this file's, and is shown whole: all lines of libvips' text, under the input's format."""
import sys

from gray_worker import Worker
import gray_samples as samples


def damaged():
    """{input's format: (data, what the reason must say)}"""
    png = samples.png()
    found = {"png": (png[:29] + b"\0\0\0\0" + png[33:], "CRC"), "png cut": (png[:len(png) // 2], "not enough data"),
             "gif": (samples.saved(samples.picture(), format="GIF")[:300], "gif"),
             "webp": (samples.saved(samples.picture(), format="WEBP")[:300], "webp"),
             "tiff": (samples.tiff()[:1000], "tiff")}
    for name, data in samples.by_vips(samples.picture()).items():
        found[{"jxl": "jpegxl"}.get(name, name)] = (data[:len(data) * 2 // 3], "" if name == "jxl" else "end of file")
    return found


def check_reasons(worker):
    for target in ("none", "png", "jpeg", "tiff"):
        for name, (data, reason) in damaged().items():
            reply, _ = worker.convert(data, target=target)
            assert reply.code == "FORMAT" and reply.text.startswith(name.split()[0] + ": "), (name, target, reply)
            assert reason.lower() in reply.text.lower() and "unknown error" not in reply.text, (name, target, reply)
            assert "bad seek" not in reply.text and ": :" not in reply.text, (name, target, reply)


def check_no_reason_of_another_file(worker):
    """After many faults, warnings among them, each reason is what a new worker gives."""
    inputs = damaged()
    for data, _ in inputs.values():
        worker.convert(data)
    for name, (data, _) in inputs.items():
        fresh = Worker(sys.argv[1])
        assert worker.convert(data)[0].text == fresh.convert(data)[0].text, name
        assert fresh.close() == 0


def main():
    worker = Worker(sys.argv[1])
    for name, check in sorted(globals().items()):
        if name.startswith("check_"):
            check(worker)
            print("ok", name)
    assert worker.close() == 0


main()
