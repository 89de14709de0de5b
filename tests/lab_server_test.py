#!/usr/bin/env python3
"""Uses a real `ridgeline lab` as a browser does: files, headers, kept runs and ledgers, the command itself.

    lab_server_test.py PROGRAM SOURCE_DIR
"""
import gzip
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "support"))
from lab_client import PAGE, PATIENCE, SCRIPT, Lab, ask, check, kept, ledger, program, raw_exchange, send, served, version


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


with served() as (lab, site, store):
    test_files(lab)
    test_two_requests_on_one_connection(lab)
    test_headers(lab)
    test_runs(lab, store)
    test_ledgers(lab, store)
    test_command(site, site.parent)
print("ok")
