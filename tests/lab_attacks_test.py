#!/usr/bin/env python3
"""Attacks a real `ridgeline lab` over raw sockets.

    lab_attacks_test.py PROGRAM SOURCE_DIR
"""
import concurrent.futures
import contextlib
import gzip
import json
import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))
from lab_client import PATIENCE, SCRIPT, SECRET, Answer, ask, check, ledger, raw_exchange, read_all, send, served


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


with served() as (lab, site, _):
    test_paths(lab, site)
    test_hosts(lab)
    test_origins(lab)
    test_methods(lab)
    test_sizes(lab)
    test_nonsense(lab)
    test_many_connections(lab)
    check(send(lab, ledger("server")).status == 200, "one is kept")
    test_what_is_sent(lab)
    with concurrent.futures.ThreadPoolExecutor() as pool:  # most of which is waiting
        for done in [pool.submit(test, lab) for test in (test_slow_clients, test_slow_bodies)]:
            done.result()
print("ok")
