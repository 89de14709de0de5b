#!/usr/bin/env python3
"""bench against llama.cpp's server: counts, time to first token and time per token as the server itself counts them in /metrics.

    llama.py PROGRAM PEERS

The server has one slot and no prompt cache, and decodes greedily, so that all prompts are read and every token is a chunk. Over the whole
run, and for chat and completions alike:
  - each request has the tokens that were asked for, and the server made as many (and those of the request before the run);
  - the client's time to first token, less the server's time for the prompt, is at least 0 and at most 20 ms in the mean;
  - the client's time from first token to last is the server's time for tokens within 20 %: the server's also has the first one.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

program, peers = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
prompt_tokens, output_tokens, queries = 64, 48, 60
overhead, tolerance = 0.020, 0.20

model = peers / "random-llama.gguf"
if not model.exists():
    subprocess.run([peers / "venv/bin/python", pathlib.Path(__file__).parent / "write_gguf.py", model], check=True)
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
base = f"http://127.0.0.1:{port}"


def get(path):
    with urllib.request.urlopen(base + path, timeout=10) as answer:
        return answer.read().decode()


def metrics():
    values = dict(re.findall(r"^llamacpp:(\w+) ([0-9.e+-]+)$", get("/metrics"), re.MULTILINE))
    return {name: float(values[name]) for name in
            ("prompt_tokens_total", "prompt_seconds_total", "tokens_predicted_total", "tokens_predicted_seconds_total")}


def wait_until_ready(server):
    for _ in range(300):
        if server.poll() is not None:
            sys.exit(f"llama-server exited with {server.returncode}; see {log.name}")
        try:
            get("/health")
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("llama-server is not ready after 30 s")


def check(api):
    before = metrics()
    done = subprocess.run(
        [program, "bench", f"{base}/v1", "--model", "random-llama", "--api", api, "--ignore-eos", "--isl", str(prompt_tokens),
         "--osl", str(output_tokens), "--extra-body", '{"temperature": 0, "cache_prompt": false}', "--scenario", "single-stream",
         "--duration", "1ms", "--min-queries", str(queries), "--max-queries", str(queries), "--no-save", "--json"],
        capture_output=True, text=True)
    if not done.stdout:
        sys.exit(f"{api}: {done.stderr.strip()}")
    run, after = json.loads(done.stdout), metrics()
    server = {name: after[name] - before[name] for name in after}
    columns = {name: i for i, name in enumerate(run["query_columns"])}
    rows = [{name: row[i] for name, i in columns.items()} for row in run["queries"]]
    problems = []
    if run.get("failures") or len(rows) != queries:
        problems.append(f"{len(rows)} of {queries} queries, failures {run.get('failures')}")
    if any(row["tokens"] != output_tokens or row["first_token_ns"] is None for row in rows):
        problems.append(f"tokens {sorted({row['tokens'] for row in rows})}, asked for {output_tokens}")
    ours = sum(row["tokens"] for row in rows)
    # The request before the run is not in it, and may be shorter.
    extra = server["tokens_predicted_total"] - ours
    if not 0 <= extra <= output_tokens:
        problems.append(f"the server made {server['tokens_predicted_total']:.0f} tokens, the client saw {ours}")
    requests = queries + (1 if extra > 0 else 0)
    ttft = sum(row["first_token_ns"] - row["issued_ns"] for row in rows) / 1e9 / queries
    prompt = server["prompt_seconds_total"] / requests
    if not -0.0005 <= ttft - prompt <= overhead:
        problems.append(f"TTFT {ttft * 1e3:.2f} ms, the server's prompt {prompt * 1e3:.2f} ms")
    decode = sum(row["completed_ns"] - row["first_token_ns"] for row in rows) / 1e9 / (ours - queries)
    predicted = server["tokens_predicted_seconds_total"] / server["tokens_predicted_total"]
    if not (1 - tolerance) * predicted <= decode <= (1 + tolerance) * predicted:
        problems.append(f"TPOT {decode * 1e3:.3f} ms, the server's {predicted * 1e3:.3f} ms")
    print(f"{api}: {queries} queries, {ours} tokens; TTFT {ttft * 1e3:.2f} ms (server {prompt * 1e3:.2f}), TPOT {decode * 1e3:.3f} ms "
          f"(server {predicted * 1e3:.3f})")
    for problem in problems:
        print(f"  BEYOND THE TOLERANCE: {problem}")
    return not problems


log = tempfile.NamedTemporaryFile("w", prefix="llama-server-", suffix=".log", delete=False)
server = subprocess.Popen(
    [peers / "llama-build/bin/llama-server", "--model", model, "--host", "127.0.0.1", "--port", str(port), "--parallel", "1",
     "--ctx-size", "4096", "--threads", "1", "--metrics", "--no-warmup"],
    stdout=log, stderr=subprocess.STDOUT)
try:
    wait_until_ready(server)
    good = [check(api) for api in ("completions", "chat")]
finally:
    server.terminate()
    server.wait()
if all(good):
    os.remove(log.name)
sys.exit(0 if all(good) else 1)
