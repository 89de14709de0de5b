#!/usr/bin/env python3
"""A small OpenAI-compatible server for tests of commands: openai_server.py COMMAND

Answers max_tokens words at once, one a chunk; every fifth request gets a 503; with the environment's SERVER_KEY, requests
without that key get a 401. Serves while COMMAND (by the shell; $URL is the base) runs, and ends with its exit code.
"""
import http.server
import json
import os
import subprocess
import sys
import threading

requests = 0
lock = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def answer(self, status, kind, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        global requests
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with lock:
            requests += 1
            count = requests
        key = os.environ.get("SERVER_KEY")
        if key and self.headers.get("Authorization") != f"Bearer {key}":
            return self.answer(401, "application/json", json.dumps({"error": {"message": "no such key"}}))
        if count % 5 == 0:
            return self.answer(503, "application/json", json.dumps({"error": {"message": "busy"}}))
        chat = self.path.endswith("/chat/completions")
        prompt = asked["messages"][0]["content"] if chat else asked["prompt"]
        tokens = asked.get("max_tokens", 2)
        usage = {"prompt_tokens": len(prompt.split()), "completion_tokens": tokens}
        if not asked["stream"]:
            message = {"message": {"content": "a " * tokens}} if chat else {"text": "a " * tokens}
            return self.answer(200, "application/json", json.dumps({"choices": [message], "usage": usage}))
        piece = {"delta": {"content": " a"}} if chat else {"text": " a"}
        chunks = [{"choices": [piece]}] * tokens + [{"choices": [], "usage": usage}]
        text = "".join(f"data: {json.dumps(c)}\n\n" for c in chunks) + "data: [DONE]\n\n"
        return self.answer(200, "text/event-stream", text)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_address[1]}/v1"
sys.exit(subprocess.run(sys.argv[1], shell=True, env={**os.environ, "URL": url}).returncode)
