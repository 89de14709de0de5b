"""A system under test for `ridgeline bench --command`: answers at once, with as many tokens as were asked for."""
import json
import sys

print(json.dumps({"ready": True, "name": "echo"}), flush=True)
for line in sys.stdin:
    query = json.loads(line)
    print(json.dumps({"id": query["id"], "event": "first_token"}), flush=True)
    print(json.dumps({"id": query["id"], "tokens": query.get("output_tokens", 0)}), flush=True)
