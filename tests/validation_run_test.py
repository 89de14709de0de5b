#!/usr/bin/env python3
"""validation/run.py must bite: an error beyond its budget fails, one within passes, absent data are skipped."""
import json
import pathlib
import subprocess
import sys
import tempfile

RUNNER = sys.argv[1]
PRINT = [sys.executable, "-c", "print('{\"tpot\": {\"mape\": 12.5}, \"groups\": [{\"rows\": 3}], \"none\": null}')"]
BREAK = [sys.executable, "-c", "import sys; print('boom', file=sys.stderr); sys.exit(3)"]


def run(checks, data=("data.csv",), claims=(), **more):
    """(exit code, output, what was recorded) of one claim in a project of its own."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "project"
        claim = root / "validation" / "fake"
        claim.mkdir(parents=True)
        (root / "data.csv").write_text("x\n")
        (claim / "claim.json").write_text(json.dumps({"claim": "a fake one", "data": list(data), "checks": checks, **more}))
        done = subprocess.run([sys.executable, RUNNER, "--root", str(root), *claims], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        kept = claim / "result.json"
        return done.returncode, done.stdout, json.loads(kept.read_text()) if kept.exists() else None


def check(path="tpot.mape", command=None, **budget):
    return {"name": "error", "command": command or PRINT, "path": path, "unit": "%", **budget}


def expect(outcome, code, *words):
    assert outcome[0] == code, f"exit code {outcome[0]}, not {code}: {outcome[1]}"
    for word in words:
        assert word in outcome[1], f"'{word}' is missing in: {outcome[1]}"


expect(run([check(at_most=15)]), 0, "12.5 %", "at most 15 %", "pass", "1 pass, 0 over")
expect(run([check(at_most=12)]), 1, "12.5 %", "OVER", "1 over budget")
expect(run([check(at_most=15), check(at_most=12)]), 1, "OVER")
expect(run([check(at_least=12)]), 0, "at least 12 %", "pass")
expect(run([check(at_least=13)]), 1, "OVER")
expect(run([check("groups.0.rows", at_most=3)]), 0, "pass")
expect(run([check(at_most=15)], data=["absent.csv"]), 0, "skipped: absent.csv", "0 pass, 0 over budget, 1 skipped")
expect(run([check("none", at_most=15)]), 1, "broken", "'none' is null, not a number")
expect(run([check("tpot.median", at_most=15)]), 1, "broken", "there is no 'tpot.median'")
expect(run([check("groups.7.rows", at_most=15)]), 1, "broken")
expect(run([check(command=BREAK, at_most=15)]), 1, "broken", "exit code 3", "boom")
expect(run([check(command=["no-such-program"], at_most=15)]), 1, "broken")
expect(run([check(command=[sys.executable, "-c", "print('words')"], at_most=15)]), 1, "prints no JSON")
expect(run([check(at_most=1, at_least=1)]), 1, "needs one of at_most and at_least")
expect(run([dict(check(at_most=15), budget=3)]), 1, "unknown keys ['budget']")
expect(run([check(at_most=15)], claims=["fake"]), 0, "1 pass")
expect(run([check(at_most=15)], opt_in=True, minutes=9), 0, "skipped: runs when it is named (9 minutes)", "0 pass")
expect(run([check(at_most=12)], opt_in=True, claims=["fake"]), 1, "OVER")
expect(run([check(at_most=15)], claims=["other"]), 1, "no claim other")

# What is recorded: the value, whether it holds, and the command as a person types it; a table's absent cells are null.
table = {"title": "t", "command": PRINT, "path": "groups", "columns": {"n": "rows", "what": "key"}}
kept = run([check(at_most=12)], claims=["--record"], tables=[table])[2]
assert kept["checks"] == [{"name": "error", "value": 12.5, "unit": "%", "at_most": 12, "holds": False,
                           "command": " ".join(PRINT)}], kept["checks"]
assert kept["tables"][0]["columns"] == ["n", "what"] and kept["tables"][0]["rows"] == [[3, None]], kept["tables"]
assert run([check(at_most=12)])[2] is None, "recorded without being asked to"
expect(run([check(at_most=15)], claims=["--record"], tables=[dict(table, path="tpot")]), 1, "'tpot' is no list of rows")
expect(run([check(at_most=15)], tables=[dict(table, rows=1)]), 1, "unknown keys ['rows']")
print("ok")
