#!/usr/bin/env python3
"""Attacks a real `ridgeline lab` over raw sockets, then uses it as a browser does; its site is a stand-in of a few files.

    lab_server_test.py PROGRAM SOURCE_DIR
"""
import concurrent.futures
import contextlib
import gzip
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

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


def test_files(lab):
    page = ask(lab)
    check(page.status == 200 and page.body == PAGE, page.raw)
    check(page.headers["content-type"].startswith("text/html"), page.headers)
    check(ask(lab, "/index.html").body == PAGE and ask(lab, "/sub/").body == b"sub", "index.html of a folder")
    script = ask(lab, "/assets/app.js?v=1")
    check(script.body == SCRIPT and script.headers["content-type"].startswith("text/javascript"), script.headers)
    small = ask(lab, "/assets/app.js", Accept_Encoding="br, gzip")
    check(small.headers["content-encoding"] == "gzip" and gzip.decompress(small.body) == SCRIPT, small.headers)
    check(len(small.body) < len(SCRIPT) / 10 and int(small.headers["content-length"]) == len(small.body), "gzip")
    check("content-encoding" not in ask(lab, "/assets/app.js", Accept_Encoding="br").headers, "brotli is not ours")
    check(ask(lab, "/assets/engine.wasm").headers["content-type"] == "application/wasm", "type of wasm")
    head = ask(lab, "/assets/app.js", method="HEAD")
    check(head.status == 200 and head.body == b"" and int(head.headers["content-length"]) == len(SCRIPT), head.raw)
    again = ask(lab, "/assets/app.js", If_None_Match=script.headers["etag"])
    check(again.status == 304 and again.body == b"", again.raw)
    # Ranges are not served: a request may name thousands.
    check(ask(lab, "/assets/app.js", Range="bytes=" + ",".join(["0-"] * 500)).body == SCRIPT, "ranges")
    check(ask(lab, "/empty.txt").status == 200, "an empty file")


def test_two_requests_on_one_connection(lab):
    request = f"GET / HTTP/1.1\r\nHost: localhost:{lab.port}\r\n"
    both = raw_exchange(lab, (request + "\r\n" + request + "Connection: close\r\n\r\n").encode())
    check(both.raw.count(b"HTTP/1.1 200") == 2, both.raw)


def test_headers(lab):
    for target, status in (("/", 200), ("/assets/app.js", 200), ("/nothing", 404), ("/api/hello", 200)):
        answer = ask(lab, target)
        check(answer.status == status, target, answer.raw)
        policy = answer.headers["content-security-policy"]
        for part in ("default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "object-src 'none'",
                     "frame-ancestors 'none'", "base-uri 'none'"):
            check(part in policy, target, policy)
        for name, value in (("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
                            ("cross-origin-opener-policy", "same-origin"),
                            ("cross-origin-resource-policy", "same-origin")):
            check(answer.headers.get(name) == value, target, name, answer.headers)
        check("access-control-allow-origin" not in answer.headers, target)


def test_paths(lab, site):
    outside = f"{site.parent.name}/secret.txt"
    for target in ("/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt",
                   "/%252e%252e/secret.txt", "/..\\secret.txt", "/%5c..%5csecret.txt", "//secret.txt", f"//{outside}",
                   "/link.txt", "/linked/secret.txt", "/.hidden.txt", "/.git/config", "/tool.sh", "/index.html%00.js",
                   "/index.html/", "/assets", "/assets/", "/INDEX.HTML", "/%", "/%zz", "/\xff", "secret.txt", "*",
                   f"file://{site.parent}/secret.txt", f"/{site.parent}/secret.txt", "/" + "../" * 40 + "etc/passwd"):
        answer = ask(lab, target)
        check(answer.status in (400, 404), target, answer.raw)
        check(SECRET not in answer.raw and b"root:" not in answer.raw, target, answer.raw)


def test_hosts(lab):
    """A name that an attacker's DNS points at this machine."""
    own = lab.port
    for host in (f"127.0.0.1:{own}", f"localhost:{own}", f"LOCALHOST:{own}", f"[::1]:{own}"):
        check(ask(lab, host=host).status == 200, host)
    for host in ("evil.example", f"evil.example:{own}", "127.0.0.1", f"127.0.0.1:{own + 1}", f"127.0.0.1.evil.example:{own}",
                 f"localhost:{own}.evil.example", f"localhost@evil.example:{own}", f":{own}", f"10.0.0.1:{own}"):
        for target in ("/", "/api/hello", "/api/runs"):
            answer = ask(lab, target, host=host)
            check(answer.status == 403 and b"ridgeline" not in answer.body, host, answer.raw)
    good = f"Host: localhost:{own}\r\n"
    for lines in ("", "Host:\r\n", good + "Host: evil.example\r\n", "Host: evil.example\r\n" + good):
        check(raw_exchange(lab, f"GET /api/hello HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode()).status == 403, lines)


def test_origins(lab):
    own = f"http://127.0.0.1:{lab.port}"
    check(ask(lab, "/api/hello", Origin=own, Sec_Fetch_Site="same-origin").status == 200, "our own page")
    check(ask(lab, "/", Sec_Fetch_Site="none", Sec_Fetch_Mode="navigate").status == 200, "typed by hand")
    check(ask(lab, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate").status == 200, "a link from elsewhere")
    for origin in ("https://evil.example", "null", own + ".evil.example", own.replace("http", "https"),
                   f"http://127.0.0.1:{lab.port + 1}", "http://"):
        check(ask(lab, "/api/hello", Origin=origin).status == 403, origin)
    for site in ("cross-site", "same-site"):
        check(ask(lab, "/assets/app.js", Sec_Fetch_Site=site, Sec_Fetch_Mode="no-cors").status == 403, site)
        check(ask(lab, "/api/hello", Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate").status == 403, site)


def test_methods(lab):
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = ask(lab, "/api/runs", method=method)
        check(answer.status == 405 and answer.headers["allow"] == "GET, HEAD", method, answer.raw)
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS"):
        answer = ask(lab, "/api/ledgers", method=method, X_Ridgeline="1", Access_Control_Request_Headers="x-ridgeline")
        check(answer.status == 405 and answer.headers["allow"] == "GET, HEAD, POST", method, answer.raw)
        check(not any(name.startswith("access-control") for name in answer.headers), method, answer.headers)
    for method in ("TRACE", "CONNECT", "PROPFIND", "get", "", "X" * 3000):
        check(ask(lab, method=method).status in (0, 400, 405), method)


def test_sizes(lab):
    own = f"Host: 127.0.0.1:{lab.port}\r\n"
    check(ask(lab, "/" + "a" * 9000).status in (0, 400, 414), "a long URL")
    check(ask(lab, "/", Long="a" * 100_000).status in (0, 400), "a long header")
    many = "".join(f"H{i}: {i}\r\n" for i in range(20_000))
    check(raw_exchange(lab, f"GET / HTTP/1.1\r\n{own}{many}\r\n".encode()).status in (0, 400), "many headers")
    check(raw_exchange(lab, b"A" * 1_000_000).status in (0, 400, 414), "no line")
    hidden = f"GET /api/hello HTTP/1.1\r\n{own}\r\n"
    for method in ("GET", "POST"):
        for lines in (f"Content-Length: {len(hidden)}", "Content-Length: 99999999999999999999", "Content-Length: -1",
                      "Transfer-Encoding: chunked", "Transfer-Encoding: x, chunked"):
            answer = raw_exchange(lab, f"{method} / HTTP/1.1\r\n{own}{lines}\r\n\r\n{hidden}".encode())
            check(answer.status == (413 if method == "GET" else 405), method, lines, answer.raw)
            check(answer.raw.count(b"HTTP/1.1") == 1, "a body was taken for a request", lines, answer.raw)
    big = raw_exchange(lab, f"POST /api/runs HTTP/1.1\r\n{own}Content-Length: 6000000\r\n\r\n".encode() + b"x" * 6_000_000)
    check(big.status in (0, 405), big.raw)


def test_nonsense(lab):
    own = f"Host: 127.0.0.1:{lab.port}\r\n"
    for data in (b"\0" * 100, b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
                 f"GET / HTTP/1.1\r\n{own}no colon\r\n\r\n".encode(), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                 f"GET / HTTP/1.1\r\n{own}Range: bytes=99999999999999999999-\r\nConnection: close\r\n\r\n".encode()):
        with lab.open() as client:
            with contextlib.suppress(ConnectionError):
                client.sendall(data)
                client.shutdown(socket.SHUT_WR)
            check(SECRET not in read_all(client), data)
    with lab.open() as client:  # leaves in the middle
        client.sendall(f"GET / HTTP/1.1\r\n{own}".encode())


def outlast(lab, slow, byte, what):
    """A byte now and then does not keep a connection: each is ended, and others are served meanwhile."""
    begin = time.monotonic()
    ended = set()
    while len(ended) < len(slow) and time.monotonic() < begin + PATIENCE:
        for client in set(slow) - ended:
            client.settimeout(0.001)
            try:
                client.sendall(byte)
                if client.recv(1000) == b"":
                    ended.add(client)
            except TimeoutError:
                pass
            except ConnectionError:
                ended.add(client)
        check(ask(lab).status == 200, "others are kept waiting")
        time.sleep(0.3)
    check(len(ended) == len(slow), len(slow) - len(ended), f"slow {what} were never ended")
    for client in slow:
        client.close()


def test_slow_clients(lab):
    outlast(lab, [lab.open() for _ in range(15)], b"G", "clients")


def test_many_connections(lab):
    """More than it has threads for: the rest is turned away at once, and afterwards all is as before."""
    idle = [lab.open() for _ in range(200)]
    refused = 0
    for client in idle:
        client.settimeout(0.01)
        with contextlib.suppress(TimeoutError, ConnectionError):
            refused += client.recv(20).startswith(b"HTTP/1.1 503")
    check(refused >= 100, refused, "of 200 were turned away")
    for client in idle:
        client.close()
    until = time.monotonic() + PATIENCE
    while (status := ask(lab).status) != 200 and time.monotonic() < until:
        time.sleep(0.05)
    check(status == 200, "it did not come back", status)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        check(all(a.body == SCRIPT for a in pool.map(lambda _: ask(lab, "/assets/app.js"), range(200))), "200 requests")


def test_runs(lab, store):
    check(json.loads(ask(lab, "/api/hello").body) == {"ridgeline": version}, ask(lab, "/api/hello").raw)
    listed = subprocess.run([program, "runs", "list", "--json", "--store", store], capture_output=True, check=True).stdout
    answer = ask(lab, "/api/runs")
    check(answer.body == listed and answer.headers["content-type"] == "application/json", answer.raw)
    check(answer.headers["cache-control"] == "no-store", answer.headers)
    run = json.loads(listed)["runs"][0]["id"]
    shown = subprocess.run([program, "runs", "export", run, "--store", store], capture_output=True, check=True).stdout
    check(ask(lab, f"/api/runs/{run}").body == shown and ask(lab, f"/api/runs/{run[:6]}").body == shown, "a kept run")
    missing = ask(lab, "/api/runs/" + ("0" * 16 if run[0] != "0" else "f" * 16))
    check(missing.status == 404 and "error" in json.loads(missing.body), missing.raw)
    for target in ("/api/runs/", "/api/runs/%", "/api/runs/..%2f..", "/api/runs/'%20or%201=1", "/api/runs/" + "a" * 17,
                   "/api/runs/XYZ", "/api/", "/api/ledgers/", "/api/ledgers/..%2f..", "/api/ledgers/'%20or%201=1",
                   "/api/ledgers/" + "0" * 16, "/api/ledger", "/api"):
        check(ask(lab, target).status == 404, target)


def kept(lab):
    return json.loads(ask(lab, "/api/ledgers").body)["ledgers"]


def test_ledgers(lab, store):
    check(kept(lab) == [], "none yet")
    first = send(lab, ledger("server"))
    check(first.status == 200 and json.loads(first.body)["outcome"] == "added", first.raw)
    check(first.headers["content-type"] == "application/json" and first.headers["cache-control"] == "no-store", first.headers)
    one = json.loads(first.body)["id"]
    check(json.loads(send(lab, ledger("server")).body) == {"id": one, "outcome": "present"}, "the same again")
    check(ask(lab, f"/api/ledgers/{one}").body == ledger("server") == ask(lab, f"/api/ledgers/{one[:5]}").body, "as it came")
    # One that goes on takes its place; another learner's, and one that begins otherwise, stand beside it.
    other = json.loads(send(lab, ledger("server", learner="Bob")).body)["id"]
    grown = json.loads(send(lab, ledger("server", "12.5")).body)["id"]
    anew = json.loads(send(lab, ledger("offline", "12.5", "3")).body)["id"]
    check([each["id"] for each in kept(lab)] == [other, grown, anew], kept(lab))
    check(kept(lab)[1] | {"saved": ""} == {"id": grown, "saved": "", "learner": "Ada", "lab": "queues", "track": "post",
                                           "entries": 2, "version": version}, kept(lab))
    check(ask(lab, f"/api/ledgers/{one}").status == 404, "the shorter one")
    run = lambda *words: subprocess.run([program, "lab", "ledgers", "--store", store, *words], capture_output=True, text=True)
    check(run("--json").stdout.encode() == ask(lab, "/api/ledgers").body, "lab ledgers")
    check(run(grown).stdout.encode() == ledger("server", "12.5"), "lab ledgers ID")
    check(run("--ids").stdout.split() == [other, grown, anew] and "Bob" in run().stdout, "lab ledgers --ids")
    check(run(other[:8], "--rm").stdout == f"removed {other}\n" and len(kept(lab)) == 2, "lab ledgers --rm")
    check(run(other).returncode == 2 and "no ledger" in run(other).stderr, "removed")


def test_what_is_sent(lab):
    """By whom, how, how much and what: nothing of it is kept."""
    before, body, own = ask(lab, "/api/ledgers").body, ledger("server", learner="Mallory"), f"127.0.0.1:{lab.port}"

    def refused(answer, *statuses):
        check(answer.status in statuses, statuses, answer.raw[:300])
        check(answer.headers.get("connection") == "close" if answer.raw else True, "what follows is no request", answer.headers)

    for origin in ("https://evil.example", "null", f"http://{own}.evil.example", f"http://127.0.0.1:{lab.port + 1}", "http://"):
        refused(send(lab, body, Origin=origin), 403)
    for site in ("cross-site", "same-site"):
        refused(send(lab, body, Sec_Fetch_Site=site), 403)
        refused(send(lab, body, Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate", without=("Origin",)), 403)
    refused(send(lab, body, host=f"evil.example:{lab.port}"), 403)
    # What a form or a script of another site can send without asking first.
    refused(send(lab, body, without=("X_Ridgeline",)), 403)
    refused(send(lab, body, X_Ridgeline="true"), 403)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "application/jsonp"):
        refused(send(lab, body, Content_Type=kind), 415)
    refused(send(lab, body, without=("Content_Type",)), 415)
    for length in ("-1", "+5", "0x10", "1e3", "", "5 5", "99999999999999999999", str(2**64 + 5), "5000001"):
        refused(send(lab, body, Content_Length=length), 400, 411, 413)
    refused(send(lab, body, without=("Content_Length",)), 411)
    refused(send(lab, body, Content_Length=f"{len(body)}\r\nContent-Length: 3"), 400, 411)
    for name, value in (("Transfer_Encoding", "chunked"), ("Transfer_Encoding", "identity"), ("Content_Encoding", "gzip"),
                        ("Content_Encoding", "br")):
        refused(send(lab, body, **{name: value}), 413)
    refused(send(lab, gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"), 413)
    refused(send(lab, b"x" * 6_000_000), 0, 413)
    for target in ("/api/runs", "/api/hello", "/", "/api/ledgers/", "/api/ledgers/0123", "/api//ledgers", "/API/LEDGERS"):
        refused(send(lab, body, target=target), 405)
    for wrong in (b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 2_000_000, b"[" * 1_000_000 + b"]" * 1_000_000, b"1e999",
                  body.replace(b"ledger/1", b"run/1"), ledger("a", surprise=1), ledger("a", lab="../../etc/passwd"),
                  ledger("a", learner="x" * 300), ledger("a", entries=[{}] * 10_001), ledger("a", entries=[{"part": "a"}]),
                  ledger("\0" * 200_000), b" " * 5_000_000):
        answer = send(lab, wrong)
        refused(answer, 400)
        check("error" in json.loads(answer.body) and len(answer.body) < 500, answer.raw[:300])
    # A short body, and a second request behind one.
    refused(raw_exchange_short(lab, body), 0, 400)
    check(raw_exchange(lab, f"POST /api/ledgers HTTP/1.1\r\nHost: {own}\r\nX-Ridgeline: 1\r\nContent-Type: application/json\r\n"
                       f"Content-Length: 2\r\n\r\n{{}}GET /api/hello HTTP/1.1\r\nHost: {own}\r\n\r\n".encode()).raw.count(b"HTTP/1.1 ") == 1,
          "one answer")
    check(ask(lab, "/api/ledgers").body == before, "something was kept", ask(lab, "/api/ledgers").body)
    largest = ledger("server", entries=[{"part": "a", "id": "b", "kind": "reflection", "text": "é" * 40_000,
                                         "at": "2026-11-29T08:00Z"}] * 20)
    check(send(lab, largest).status == 200, "a large one that is in order")


def raw_exchange_short(lab, body):
    """Ends before the body does."""
    with lab.open() as client:
        client.sendall(f"POST /api/ledgers HTTP/1.1\r\nHost: 127.0.0.1:{lab.port}\r\nX-Ridgeline: 1\r\n"
                       f"Content-Type: application/json\r\nContent-Length: {len(body) + 1}\r\n\r\n".encode() + body)
        client.shutdown(socket.SHUT_WR)
        return Answer(read_all(client))


def test_slow_bodies(lab):
    """A body that trickles ends with its time, and others are served meanwhile."""
    slow = []
    for _ in range(10):
        slow.append(lab.open())
        slow[-1].sendall(f"POST /api/ledgers HTTP/1.1\r\nHost: 127.0.0.1:{lab.port}\r\nX-Ridgeline: 1\r\n"
                         "Content-Type: application/json\r\nContent-Length: 4000000\r\n\r\n".encode())
    outlast(lab, slow, b" ", "bodies")


def test_command(site, folder):
    """Exit codes, one line each; a port that is taken; Ctrl-C with clients that hang on."""
    def fails(*words):
        done = subprocess.run([program, "lab", "--no-open", *words], capture_output=True, text=True, timeout=PATIENCE)
        check(done.returncode == 2 and done.stderr.startswith("ridgeline: ") and done.stderr.count("\n") == 1, words, done)
        return done.stderr
    check("make site" in fails("--site", str(folder / "nowhere")), "what to do")
    fails("--site", str(site), "--port", "65536")
    fails("--site", str(site), "--host", "192.0.2.1", "--port", "0")
    (folder / "linked-index").mkdir()
    (folder / "linked-index/index.html").symlink_to(folder / "secret.txt")
    fails("--site", str(folder / "linked-index"), "--port", "0")
    lab = Lab("--site", str(site), "--port", "0", "--store", str(folder / "none.db"))
    check("taken" in fails("--site", str(site), "--port", str(lab.port)), "a taken port")
    check(lab.said == {"ridgeline": version, "site": str(site), "url": f"http://127.0.0.1:{lab.port}/"}, lab.said)
    for what in ("runs", "ledgers"):
        check(ask(lab, f"/api/{what}").status in (404, 503) and not (folder / "none.db").exists(), "no store, and none is made")
    check(send(lab, b"{}").status == 400 and not (folder / "none.db").exists(), "what is no ledger makes none either")
    check(send(lab, ledger("server")).status == 200 and len(kept(lab)) == 1, "the first ledger makes it")
    with lab.open(), lab.open() as half:
        half.sendall(b"GET / HT")
        code, errors = lab.end()
    check(code == 0 and errors == "", code, errors)
    lab = Lab("--site", str(site), "--port", "0", "--host", "0.0.0.0")
    check(ask(lab, host=f"192.0.2.7:{lab.port}").status == 200, "any address may be meant")
    check(ask(lab, host=f"evil.example:{lab.port}").status == 403, "a name may not")
    code, errors = lab.end()
    check(code == 0 and "warning: --host 0.0.0.0" in errors, code, errors)


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


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        site, store = make_site(folder), str(folder / "runs.db")
        os.environ["HOME"] = name
        made = subprocess.run([program, "--data", sys.argv[2] + "/data", "simulate", "resnet-50", "l4", "--scenario", "server",
                               "--qps", "400", "--max-queries", "50", "--save", "--store", store], capture_output=True)
        check(made.returncode in (0, 1), made)  # so few queries are no valid run
        lab = Lab("--site", str(site), "--port", "0", "--store", store)
        try:
            test_files(lab)
            test_two_requests_on_one_connection(lab)
            test_headers(lab)
            test_paths(lab, site)
            test_hosts(lab)
            test_origins(lab)
            test_methods(lab)
            test_sizes(lab)
            test_nonsense(lab)
            test_many_connections(lab)
            test_runs(lab, store)
            test_ledgers(lab, store)
            test_what_is_sent(lab)
            with concurrent.futures.ThreadPoolExecutor() as pool:  # most of which is waiting
                for done in [pool.submit(test, lab) for test in (test_slow_clients, test_slow_bodies)]:
                    done.result()
            check(lab.process.poll() is None, "it ended by itself")
            code, errors = lab.end()
            check(code == 0 and errors == "", code, errors)
        finally:
            lab.process.kill()
        test_command(site, folder)
    print("ok")


main()
