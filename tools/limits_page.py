#!/usr/bin/env python3
"""The tables of docs/limits.md, from what `validation/run.py --record` kept beside each claim.

    limits_page.py ROOT            rewrites what stands between the markers of the page
    limits_page.py ROOT --check    exit code 1 when that is not what stands there
"""
import json
import pathlib
import sys

BEGIN = "<!-- made by tools/limits_page.py from validation/*/result.json; do not edit -->"
END = "<!-- end of what tools/limits_page.py made -->"


def shown(value):
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("|", "\\|")


def with_unit(value, unit):
    return f"{shown(value)} {unit}".strip()


def table(columns, rows):
    numbers = [all(isinstance(row[i], (int, float, type(None))) and not isinstance(row[i], bool) for row in rows)
               for i in range(len(columns))]
    lines = ["| " + " | ".join(columns) + " |", "|" + "|".join("--:" if n else "---" for n in numbers) + "|"]
    return lines + ["| " + " | ".join(shown(cell) for cell in row) + " |" for row in rows]


def budget(check):
    return f"at most {with_unit(check['at_most'], check['unit'])}" if "at_most" in check else \
        f"at least {with_unit(check['at_least'], check['unit'])}"


def commands(result):
    """Each command once, with what follows from it alone shown first."""
    seen = []
    for part in [*result["checks"], *result["tables"]]:
        if part["command"] not in seen:
            seen.append(part["command"])
    return seen


def section(folder, claim, result):
    says = claim["claim"] if claim["claim"][1].isupper() else claim["claim"][0].upper() + claim["claim"][1:]
    lines = [f"### {folder.name}", "", f"{says} ([more](../validation/{folder.name}/README.md)).", ""]
    if result is None:
        return lines + [f"No result is recorded. `python3 validation/run.py {folder.name}` measures it on your machine"
                        + (f" ({claim['minutes']} minutes)" if "minutes" in claim else "") + ".", ""]
    lines += ["| what | found | budget | |", "|---|--:|---|---|"]
    lines += [f"| {c['name']} | {with_unit(c['value'], c['unit'])} | {budget(c)} | {'held' if c['holds'] else '**missed**'} |"
              for c in result["checks"]]
    lines += ["", f"Recorded on {result['date']}, by", ""] + [f"    {command}" for command in commands(result)] + [""]
    for part in result["tables"]:
        lines += [f"<details markdown><summary>{part['title']}</summary>", ""]
        lines += table(part["columns"], part["rows"]) + ["", "</details>", ""]
    return lines


def page(root):
    lines = []
    for file in sorted((root / "validation").glob("*/claim.json")):
        recorded = file.parent / "result.json"
        result = json.loads(recorded.read_text()) if recorded.exists() else None
        lines += section(file.parent, json.loads(file.read_text()), result)
    return "\n".join([BEGIN, "", *lines, END])


def main():
    root = pathlib.Path(sys.argv[1])
    file = root / "docs" / "limits.md"
    text = file.read_text()
    head, rest = text.split(BEGIN)
    made = head + page(root) + rest.split(END)[1]
    if "--check" not in sys.argv:
        file.write_text(made)
    elif made != text:
        return "docs/limits.md is not what validation/*/result.json says; run tools/limits_page.py ."
    return 0


if __name__ == "__main__":
    sys.exit(main())
