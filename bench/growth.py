#!/usr/bin/env python3
"""What commands cost when the ledger knows 1,000 to 1,000,000 archives.

    ./mvnw -q -DskipTests package
    bench/growth.py [--archives 1000,10000,100000,1000000] [--mariadb] [--rounds 3] [--json FILE]

One archive is shipped. Its rows, and its file in the backup directory, are then made anew for each of the others, so that
the ledger and the directory look as they do after that many runs. Takes about 4 KB on the disk for each archive, and the
temporary directory. With --mariadb, a private server is started from Debian's mariadb-server. Run it on an idle machine.
"""
import argparse
import csv
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
JAR = ROOT / "app/target/offsite.jar"
COMMANDS = {
    "replicate, nothing to do": ["replicate"],
    "history": ["history"],
    "status": ["status"],
    "verify-integrity, nothing due": ["verify-integrity"],
}
BATCH = 50_000
TABLES = ("offsite_version", "offsite_copy", "ahg_backup_replication", "offsite_journal")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


class H2:
    name = "H2"

    def __init__(self, home):
        self.url = f"jdbc:h2:file:{home}/state/ledger/offsite;DATABASE_TO_LOWER=TRUE;CASE_INSENSITIVE_IDENTIFIERS=TRUE"
        self.script = home / "fill.sql"

    def environment(self):
        return {}

    def run(self, statements):
        self.script.write_text(";\n".join(statements) + ";\n")
        subprocess.run(["java", "-cp", JAR, "org.h2.tools.RunScript", "-url", self.url, "-user", "sa", "-script", self.script],
                       check=True)

    def row(self, table):
        out = self.script.with_suffix(".csv")
        self.run([f"CALL CSVWRITE('{out}', 'SELECT * FROM {table} WHERE id = (SELECT MAX(id) FROM {table})', 'null=NULL')"])
        return read_csv(out)

    def load(self, table, columns, file):
        return [f"INSERT INTO {table} ({', '.join(columns)}) SELECT * FROM CSVREAD('{file}', NULL, 'null=NULL')"]

    def behind(self, table, identity):
        return [f"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {identity}"]

    def close(self):
        pass


class MariaDb:
    name = "MariaDB"

    def __init__(self, home):
        self.data = home / "mariadb"
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        subprocess.run(["mariadb-install-db", "--no-defaults", f"--datadir={self.data}", "--auth-root-authentication-method=normal",
                        "--skip-test-db"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.server = subprocess.Popen(
            ["mariadbd", "--no-defaults", f"--datadir={self.data}", f"--socket={home}/s", f"--port={self.port}", "--user=root",
             "--bind-address=127.0.0.1", "--innodb-flush-log-at-trx-commit=2", "--local-infile=1",
             f"--pid-file={home}/pid"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.client = ["mariadb", "--no-defaults", f"--socket={home}/s", "--user=root", "--local-infile=1"]
        while subprocess.run([*self.client, "-e", "CREATE DATABASE heratio"], stderr=subprocess.DEVNULL).returncode:
            if self.server.poll() is not None:
                raise SystemExit("mariadbd did not start")
            time.sleep(0.2)

    def environment(self):
        return {"DB_CONNECTION": "mysql", "DB_HOST": "127.0.0.1", "DB_PORT": str(self.port), "DB_DATABASE": "heratio",
                "DB_USERNAME": "root", "DB_PASSWORD": ""}

    def run(self, statements):
        subprocess.run([*self.client, "heratio"], input=";\n".join(statements).encode() + b";\n", check=True,
                       stdout=subprocess.DEVNULL)

    def row(self, table):
        query = f"SELECT * FROM {table} WHERE id = (SELECT MAX(id) FROM {table})\\G"
        out = subprocess.run([*self.client, "heratio", "-e", query], check=True, stdout=subprocess.PIPE).stdout.decode()
        pairs = [line.strip().split(": ", 1) for line in out.splitlines()[1:]]
        return {pair[0].rstrip(":"): None if pair[1:] == ["NULL"] else (pair[1] if pair[1:] else "") for pair in pairs}

    def load(self, table, columns, file):
        return [f"LOAD DATA LOCAL INFILE '{file}' INTO TABLE {table} FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' "
                f"IGNORE 1 LINES ({', '.join(columns)})"]

    def behind(self, table, identity):
        return [f"ANALYZE TABLE {table}"]

    def close(self):
        self.server.terminate()
        self.server.wait()


def read_csv(file):
    with open(file, newline="") as lines:
        return {name: None if value == "NULL" else value for name, value in next(csv.DictReader(lines)).items()}


def clones(rows, sample, backups, first, count):
    """Yields the rows of so many archives, by table, and makes their files."""
    content = pathlib.Path(sample).read_bytes()
    offset = {table: int(row["id"]) for table, row in rows.items() if "id" in row}
    for i in range(first, first + count):
        name = f"database_{i:07}.sql.gz"
        path = f"{backups}/{i // 1000:04}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        os.utime(path, ns=(10**18 + i * 10**9, 10**18 + i * 10**9))
        seen = os.stat(path)
        relative = path[len(str(backups)) + 1:]
        remote = rows["offsite_copy"]["remote_path"].rsplit("/", 1)[0] + "/" + relative + ".gpg"
        version, copy = offset["offsite_version"] + i, offset["offsite_copy"] + i
        yield {
            "offsite_version": rows["offsite_version"] | {
                "id": version, "path": path, "path_hash": sha256(path), "relative_path": relative, "size_bytes": seen.st_size,
                "mtime_nanos": seen.st_mtime_ns, "ctime_nanos": seen.st_ctime_ns, "remote_name": relative,
                "remote_name_hash": sha256(relative)},
            "offsite_copy": rows["offsite_copy"] | {
                "id": copy, "version_id": version, "remote_path": remote, "remote_path_hash": sha256(remote)},
            "ahg_backup_replication": rows["ahg_backup_replication"] | {
                "id": offset["ahg_backup_replication"] + i, "local_path": path, "remote_path": remote},
            "offsite_journal": rows["offsite_journal"] | {
                "path": path, "path_hash": sha256(path), "version_id": version, "copy_id": copy},
        }


def csv_value(value):
    return "NULL" if value is None else '"' + str(value).replace('"', '""') + '"' if isinstance(value, str) else str(value)


def fill(database, home, rows, have, want):
    backups = home / "backups"
    sample = next(backups.glob("*.sql.gz"))
    for first in range(have, want, BATCH):
        count = min(BATCH, want - first)
        files = {table: open(home / f"{table}.csv", "w") for table in TABLES}
        for table, file in files.items():
            file.write(",".join(rows[table]) + "\n")
        for made in clones(rows, sample, backups, first, count):
            for table, row in made.items():
                files[table].write(",".join(csv_value(value) for value in row.values()) + "\n")
        for file in files.values():
            file.close()
        database.run([statement for table in TABLES
                      for statement in database.load(table, list(rows[table]), home / f"{table}.csv")])
    database.run([statement for table, row in rows.items() if "id" in row
                  for statement in database.behind(table, int(row["id"]) + want + 1)])


def offsite(environment, arguments):
    """Returns seconds, processor seconds and the largest resident memory in MB."""
    begun = time.monotonic()
    child = subprocess.Popen(["java", "-Xmx256m", "-XX:+UseSerialGC", "-jar", JAR, *arguments], env=environment,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status):
        print(f"offsite {arguments[0]} exits with {os.waitstatus_to_exitcode(status)}: {errors[-500:]}", file=sys.stderr)
    return time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure(options, kind, results):
    home = pathlib.Path(tempfile.mkdtemp(prefix="offsite-growth"))
    database = None
    try:
        (home / "backups").mkdir()
        database = kind(home)
        passphrase = home / "passphrase"
        passphrase.write_text("bench\n")
        passphrase.chmod(0o600)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("BACKUP_", "HERATIO_", "DB_"))}
        environment |= {
            "HERATIO_BACKUPS_PATH": str(home / "backups"), "BACKUP_OFFSITE_STATE_DIR": str(home / "state"),
            "BACKUP_OFFSITE_DRIVER": "localfs", "BACKUP_OFFSITE_LOCALFS_PATH": str(home / "offsite"),
            "BACKUP_ENCRYPTION_PASSPHRASE_FILE": str(passphrase), "BACKUP_OFFSITE_DASHBOARD": "false",
            "LC_ALL": "C.UTF-8"} | database.environment()
        (home / "backups/sample.sql.gz").write_bytes(gzip.compress(b"-- sample\n"))
        os.utime(home / "backups/sample.sql.gz", (10**9, 10**9))
        offsite(environment, ["replicate"])
        rows = {table: database.row(table) for table in TABLES}
        del rows["offsite_journal"]["id"]  # the commands add rows of their own
        have = 1
        for archives in options.archives:
            fill(database, home, rows, have, archives)
            have = archives
            for name, arguments in COMMANDS.items():
                offsite(environment, arguments)  # reads the files into the cache
                rounds = [offsite(environment, arguments) for _ in range(options.rounds)]
                seconds, cpu, memory = (statistics.median(values) for values in zip(*rounds))
                results.append({"ledger": kind.name, "archives": archives, "command": name, "seconds": round(seconds, 2),
                                "cpu_seconds": round(cpu, 2), "resident_mb": round(memory)})
                print(f"{kind.name:8} {archives:>9,}  {name:30} {seconds:8.2f} s {cpu:8.2f} CPU-s {memory:6.0f} MB", flush=True)
    finally:
        if database:
            database.close()
        shutil.rmtree(home, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archives", default="1000,10000,100000,1000000",
                        type=lambda text: sorted(int(number) for number in text.split(",")))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mariadb", action="store_true", help="on MariaDB instead of the embedded ledger")
    parser.add_argument("--json", type=pathlib.Path, help="write the figures to this file, too")
    options = parser.parse_args()
    if not JAR.exists():
        parser.error(f"there is no {JAR}; build it with ./mvnw package")
    results = []
    measure(options, MariaDb if options.mariadb else H2, results)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
