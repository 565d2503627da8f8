#!/usr/bin/env python3
"""How much faster more uploaders are: 1, 2, 4 and 8 processes against a destination that takes 500 ms for each put.

    ./mvnw -q -DskipTests package
    BACKUP_OFFSITE_AMQP_URI=amqp://guest:guest@127.0.0.1:5672 bench/uploaders.py [--archives 80] [--uploaders 1,2,4,8]

Needs a processor for every two uploaders or so, and a RabbitMQ that may be written to (queues of its own, by a random prefix). The destination is the S3 server of the tests behind a proxy that
holds each PUT back. Archives are sealed first and shipped as they are, one at a time in each process, so that nothing but the puts is measured.
"""
import argparse
import datetime
import gzip
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent
JAVA = ["java", "-XX:+UseSerialGC", "-Xmx256m"]
SHIPPED = re.compile(r"^(\S+Z) .*: Shipped ", re.MULTILINE)


class SlowPuts:
    """A TCP proxy that waits before it hands on what begins with PUT."""

    def __init__(self, target, seconds):
        self.target, self.seconds = target, seconds
        self.server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.server.accept()
            far = socket.create_connection(("127.0.0.1", self.target))
            for source, sink, slow in ((near, far, True), (far, near, False)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.pump, args=(source, sink, slow), daemon=True).start()

    def pump(self, source, sink, slow):
        try:
            while data := source.recv(65536):
                if slow and data.startswith(b"PUT "):
                    time.sleep(self.seconds)
                sink.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def s3_server(home):
    port = free_port()
    (home / "s3" / "backups").mkdir(parents=True)
    config = home / "s3proxy.conf"
    config.write_text(f"""s3proxy.endpoint=http://127.0.0.1:{port}
s3proxy.authorization=aws-v2-or-v4
s3proxy.identity=bench
s3proxy.credential=bench-secret
jclouds.provider=filesystem-nio2
jclouds.identity=none
jclouds.credential=none
jclouds.filesystem.basedir={home / 's3'}
""")
    child = subprocess.Popen([*JAVA, "-jar", ROOT / "common/target/s3proxy.jar", "--properties", config],
                             stdout=open(home / "s3proxy.log", "w"), stderr=subprocess.STDOUT)
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return port, child
        except OSError:
            time.sleep(0.2)


def measure(options, uploaders):
    home = pathlib.Path(tempfile.mkdtemp(prefix="offsite-bench"))
    children = []
    try:
        store, child = s3_server(home)
        children.append(child)
        proxy = SlowPuts(store, options.put_seconds)
        (home / "backups").mkdir()
        for i in range(options.archives):
            (home / "backups" / f"archive-{i:04}.sql.gz").write_bytes(gzip.compress(os.urandom(20_000)))
        env = {name: value for name, value in os.environ.items() if not name.startswith(("BACKUP_", "HERATIO_", "DB_"))}
        env |= {"HERATIO_BACKUPS_PATH": str(home / "backups"), "BACKUP_OFFSITE_STATE_DIR": str(home / "state"),
                "BACKUP_OFFSITE_DRIVER": "s3", "BACKUP_OFFSITE_S3_ENDPOINT": f"http://127.0.0.1:{proxy.port}",
                "BACKUP_OFFSITE_S3_BUCKET": "backups", "BACKUP_OFFSITE_S3_PATH_STYLE": "true",
                "BACKUP_OFFSITE_S3_KEY": "bench", "BACKUP_OFFSITE_S3_SECRET": "bench-secret",
                "BACKUP_OFFSITE_AMQP_URI": os.environ["BACKUP_OFFSITE_AMQP_URI"], "BACKUP_OFFSITE_QUEUE_PREFIX": "bench" + uuid.uuid4().hex[:8],
                "BACKUP_OFFSITE_CONCURRENCY": "uploader=1", "LC_ALL": "C.UTF-8"}

        def offsite(name, *arguments):
            log = home / f"{name}.log"
            children.append(subprocess.Popen([*JAVA, "-jar", ROOT / "app/target/offsite.jar", *arguments], env=env,
                                             stdout=subprocess.DEVNULL, stderr=open(log, "w")))
            return log

        def status():
            return json.loads(subprocess.run([*JAVA, "-jar", ROOT / "app/target/offsite.jar", "status", "--json"], env=env,
                                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout or "{}")

        offsite("front", "serve", "--stages=watcher,encryptor")
        while status().get("archives", {}).get("sealed", 0) < options.archives:
            time.sleep(1)
        logs = [offsite(f"uploader-{i}", "serve", "--stages=uploader:s3") for i in range(uploaders)]

        def shipped():
            return sorted(datetime.datetime.fromisoformat(at.replace("Z", "+00:00"))
                          for log in logs for at in SHIPPED.findall(log.read_text()))

        deadline = time.time() + 60 + 2 * options.archives * options.put_seconds
        while len(shipped()) < options.archives and time.time() < deadline:
            time.sleep(0.5)
        times = shipped()
        # from when all processes are at work, since they start one after the other
        starts = max(min(datetime.datetime.fromisoformat(at.replace("Z", "+00:00")) for at in SHIPPED.findall(log.read_text()))
                     for log in logs)
        counted = [at for at in times if at > starts]
        return len(counted), (times[-1] - starts).total_seconds(), len(times)
    finally:
        for child in children:
            child.kill()
            child.wait()
        shutil.rmtree(home, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archives", type=int, default=80)
    parser.add_argument("--uploaders", default="1,2,4,8")
    parser.add_argument("--put-seconds", type=float, default=0.5)
    options = parser.parse_args()
    if not os.environ.get("BACKUP_OFFSITE_AMQP_URI"):
        parser.error("set BACKUP_OFFSITE_AMQP_URI to a RabbitMQ that may be written to")
    first = None
    print("uploaders  shipped  puts/s  per uploader  speed-up", flush=True)
    for uploaders in map(int, options.uploaders.split(",")):
        counted, seconds, total = measure(options, uploaders)
        rate = counted / seconds
        first = first or rate / uploaders
        print(f"{uploaders:9}  {total:7}  {rate:6.2f}  {rate / uploaders:12.2f}  {rate / first:8.2f}", flush=True)


if __name__ == "__main__":
    main()
