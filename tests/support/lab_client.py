"""A real `ridgeline lab`, whose site is a stand-in of a few files, spoken to over raw sockets; the test's arguments are PROGRAM SOURCE_DIR."""
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

program = str(pathlib.Path(sys.argv[1]).resolve())
version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
SCRIPT = b"export const answer = 42\n" * 400
PAGE = b"<!doctype html><title>stand-in</title>"
SECRET = b"not for browsers"
PATIENCE = 60  # s, of a machine with other work


def check(holds, *what):
    if not holds:
        raise AssertionError(" ".join(map(str, what)))


class Lab:
    """A server and what it printed."""

    def __init__(self, *words):
        self.process = subprocess.Popen([program, "lab", "--no-open", "--json", *words], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        check(line, "no line:", self.process.poll())
        self.said = json.loads(line)
        self.port = int(self.said["url"].rstrip("/").rsplit(":", 1)[1])

    def end(self):
        """As Ctrl-C does. The exit code, and what went to stderr."""
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, errors

    def open(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin1").split("\r\n")
        self.status = int(lines[0].split()[1]) if raw else 0
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.raw = raw


def read_all(client):
    raw = b""
    with contextlib.suppress(ConnectionError):
        while part := client.recv(65536):
            raw += part
    return raw


def raw_exchange(lab, data):
    """What comes back until the server closes; 0 as the status where nothing does."""
    with lab.open() as client:
        with contextlib.suppress(ConnectionError):
            client.sendall(data)
        return Answer(read_all(client))


def ask(lab, target="/", method="GET", host=None, body=b"", **headers):
    """One request on a connection of its own."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host or f'127.0.0.1:{lab.port}'}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw_exchange(lab, ("\r\n".join(lines) + "\r\n\r\n").encode("latin1") + body)


def ledger(*answers, **changes):
    entries = [{"part": "wait", "id": f"q{i}", "kind": "prediction", "answer": answer, "at": f"2026-11-29T08:{i:02}:00Z"}
               for i, answer in enumerate(answers)]
    return json.dumps({"schema": "ridgeline.ledger/1", "lab": "queues", "track": "post", "learner": "Ada", "version": version,
                       "entries": entries, **changes}).encode()


def send(lab, body, target="/api/ledgers", without=(), **headers):
    """As a page of the workbench does, but for what is given."""
    usual = {"Origin": f"http://127.0.0.1:{lab.port}", "Sec_Fetch_Site": "same-origin", "X_Ridgeline": "1",
             "Content_Type": "application/json", "Content_Length": len(body)}
    sent = {name: value for name, value in {**usual, **headers}.items() if name not in without}
    return ask(lab, target, method="POST", body=body, **sent)


def kept(lab):
    return json.loads(ask(lab, "/api/ledgers").body)["ledgers"]


def make_site(folder):
    site = folder / "site"
    for name in ("assets", "sub", ".git"):
        (site / name).mkdir(parents=True)
    (site / "index.html").write_bytes(PAGE)
    (site / "sub/index.html").write_bytes(b"sub")
    (site / "assets/app.js").write_bytes(SCRIPT)
    (site / "assets/engine.wasm").write_bytes(b"\0asm\1\0\0\0")
    (site / "empty.txt").write_bytes(b"")
    for name in (".hidden.txt", ".git/config", "tool.sh"):
        (site / name).write_bytes(SECRET)
    (folder / "secret.txt").write_bytes(SECRET)
    (site / "link.txt").symlink_to(folder / "secret.txt")
    (site / "linked").symlink_to(folder)
    return site


@contextlib.contextmanager
def served():
    """A server, its site and its store with a run; it lives until the end, which is quiet."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        site, store = make_site(folder), str(folder / "runs.db")
        os.environ["HOME"] = name
        made = subprocess.run([program, "--data", sys.argv[2] + "/data", "simulate", "resnet-50", "l4", "--scenario", "server",
                               "--qps", "400", "--max-queries", "50", "--save", "--store", store], capture_output=True)
        check(made.returncode in (0, 1), made)  # so few queries are no valid run
        lab = Lab("--site", str(site), "--port", "0", "--store", store)
        try:
            yield lab, site, store
            check(lab.process.poll() is None, "it ended by itself")
            code, errors = lab.end()
            check(code == 0 and errors == "", code, errors)
        finally:
            lab.process.kill()
