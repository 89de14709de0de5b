#!/usr/bin/env python3
"""Checks what Ridgeline claims about its errors against measured data.

    run.py [--program PATH] [--root DIR] [--record] [CLAIM...]

Every folder beside this file that has a claim.json is a claim; README.md in this folder says what is in it. Claims
whose data are not there are skipped, and so are those with "opt_in" that are not named. Exit code 1 when an error is
beyond its budget or a command fails. With --record what came out is kept beside the claim, in result.json, which the
tables of docs/limits.md are made from (tools/limits_page.py).
"""
import argparse
import datetime
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHECK_KEYS = {"name", "command", "path", "unit", "at_most", "at_least"}
CLAIM_KEYS = {"claim", "data", "minutes", "opt_in", "checks", "tables"}
TABLE_KEYS = {"title", "command", "path", "columns"}


class BadClaim(Exception):
    """A claim or its command is broken: one line for a person."""


def read_claim(file):
    try:
        claim = json.loads(file.read_text())
    except json.JSONDecodeError as error:
        raise BadClaim(f"{file}:{error.lineno}: {error.msg}") from error
    unknown = set(claim) - CLAIM_KEYS
    missing = CLAIM_KEYS - {"minutes", "opt_in", "tables"} - set(claim)
    for table in claim.get("tables", []):
        unknown |= set(table) - TABLE_KEYS
        missing |= TABLE_KEYS - set(table)
    for check in claim.get("checks", []):
        unknown |= set(check) - CHECK_KEYS
        missing |= {"name", "command", "path"} - set(check)
        if ("at_most" in check) == ("at_least" in check):
            raise BadClaim(f"{file}: '{check.get('name')}' needs one of at_most and at_least")
    if unknown or missing:
        raise BadClaim(f"{file}: unknown keys {sorted(unknown)}, missing keys {sorted(missing)}")
    return claim


def run_command(command, program, data, root, done):
    """The JSON that the command prints. `done` keeps what ran already: several checks may read one document."""
    words = tuple(word.replace("{program}", program).replace("{root}", str(root)) for word in command)
    for number, path in enumerate(data):
        words = tuple(word.replace("{data%d}" % number, str(path)).replace("{data}", str(path)) for word in words)
    if words not in done:
        try:
            ran = subprocess.run(words, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        except OSError as error:
            raise BadClaim(f"{words[0]}: {error.strerror}") from error
        if ran.returncode != 0:
            last = (ran.stderr.strip().splitlines() or ["no message"])[-1]
            raise BadClaim(f"{' '.join(words)}: exit code {ran.returncode}: {last}")
        try:
            done[words] = json.loads(ran.stdout)
        except json.JSONDecodeError as error:
            raise BadClaim(f"{' '.join(words)}: prints no JSON: {error.msg}") from error
    return done[words]


def value_at(document, path):
    """What is at a dotted path; numbers in it index lists."""
    value = document
    for step in path.split("."):
        try:
            value = value[int(step)] if isinstance(value, list) else value[step]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise BadClaim(f"there is no '{path}' in what the command prints") from error
    return value


def number_at(document, path):
    value = value_at(document, path)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise BadClaim(f"'{path}' is {json.dumps(value)}, not a number")
    return value


def verdict(check, value):
    """(whether it holds, the budget in words)"""
    unit = check.get("unit", "")
    if "at_most" in check:
        return value <= check["at_most"], f"at most {check['at_most']:g} {unit}".strip()
    return value >= check["at_least"], f"at least {check['at_least']:g} {unit}".strip()


def rounded(value):
    """Four significant digits: what a page shows, and no more that differs between two machines."""
    return float(f"{value:.4g}") if isinstance(value, float) else value


def table_rows(table, document):
    """The columns of each row of the list at the table's path: absent keys are null."""
    rows = value_at(document, table["path"])
    if not isinstance(rows, list):
        raise BadClaim(f"'{table['path']}' is no list of rows")
    result = []
    for row in rows:
        cells = []
        for path in table["columns"].values():
            try:
                cells.append(rounded(value_at(row, path)))
            except BadClaim:
                cells.append(None)
        result.append(cells)
    return result


def shown_command(command, claim):
    """The command as a person types it in the project's root."""
    words = [word.replace("{program}", "ridgeline").replace("{root}/", "") for word in command]
    for number, path in enumerate(claim["data"]):
        words = [word.replace("{data%d}" % number, path).replace("{data}", path) for word in words]
    return " ".join(words)


def record(folder, claim, values, tables):
    """Writes result.json: what each check gave, when, by which version."""
    checks = [{"name": check["name"], "value": rounded(value), "unit": check.get("unit", ""),
               **{key: check[key] for key in ("at_most", "at_least") if key in check},
               "holds": verdict(check, value)[0], "command": shown_command(check["command"], claim)}
              for check, value in zip(claim["checks"], values)]
    document = {"claim": claim["claim"], "date": datetime.date.today().isoformat(), "checks": checks, "tables": tables}
    (folder / "result.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")


def run_claim(folder, program, root, named, keep):
    """Prints the claim's lines; returns 'pass', 'over' or 'skipped'."""
    claim = read_claim(folder / "claim.json")
    data = [(root / path).resolve() for path in claim["data"]]
    absent = [path for path, found in zip(claim["data"], data) if not found.exists()]
    print(f"{folder.name}: {claim['claim']}")
    if absent:
        print(f"  skipped: {', '.join(absent)} is not here")
        return "skipped"
    if claim.get("opt_in") and not named:
        print(f"  skipped: runs when it is named ({claim.get('minutes', 'many')} minutes)")
        return "skipped"
    result, done, values = "pass", {}, []
    for check in claim["checks"]:
        value = number_at(run_command(check["command"], program, data, root, done), check["path"])
        values.append(value)
        holds, budget = verdict(check, value)
        result = result if holds else "over"
        shown = f"{value:.3g} {check.get('unit', '')}".strip()
        print(f"  {check['name']:<44} {shown:>10}   {budget:<18} {'pass' if holds else 'OVER'}", flush=True)
    if keep:
        tables = [{"title": table["title"], "command": shown_command(table["command"], claim),
                   "columns": list(table["columns"]),
                   "rows": table_rows(table, run_command(table["command"], program, data, root, done))}
                  for table in claim.get("tables", [])]
        record(folder, claim, values, tables)
    return result


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--program", default=str(ROOT / "build/release/ridgeline"), help="the ridgeline to ask")
    arguments.add_argument("--root", type=pathlib.Path, default=ROOT, help="the project; data are relative to it")
    arguments.add_argument("--record", action="store_true", help="keep what came out in result.json beside each claim")
    arguments.add_argument("claims", nargs="*", help="names of folders; all when none is given")
    options = arguments.parse_args()
    root = options.root.resolve()
    folders = sorted(file.parent for file in (root / "validation").glob("*/claim.json"))
    unknown = set(options.claims) - {folder.name for folder in folders}
    if unknown or not folders:
        sys.exit(f"no claim {', '.join(sorted(unknown))} in {root / 'validation'}")
    counts = {"pass": 0, "over": 0, "skipped": 0, "broken": 0}
    for folder in folders:
        if options.claims and folder.name not in options.claims:
            continue
        try:
            counts[run_claim(folder, options.program, root, folder.name in options.claims, options.record)] += 1
        except BadClaim as error:
            print(f"  broken: {error}")
            counts["broken"] += 1
    print(f"claims: {counts['pass']} pass, {counts['over']} over budget, {counts['skipped']} skipped, "
          f"{counts['broken']} broken")
    return 1 if counts["over"] or counts["broken"] else 0


sys.exit(main())
