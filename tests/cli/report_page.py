"""What a page of `ridgeline report` lets run, keeps and says: report_page.py PAGE DOCUMENT.json

Every figure of its pictures' tables is compared with the document, from which it is worked out here anew."""
import base64
import hashlib
import html
import json
import re
import sys

PREFIXES = {"p": 1e-12, "n": 1e-9, "µ": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18}
UNITS = {"s", "B", "FLOP", "FLOP/s", "B/s", "J", "W"}


def value_of(cell):
    """The number that a cell shows, in SI, and half of its last digit; None for a dash."""
    if cell == "–":
        return None
    number, unit = re.match(r"([+-]?[\d.,]+)(?: (\S+))?", cell).groups()
    scale = 1
    if unit == "%":
        scale = 0.01
    elif unit and unit not in UNITS and unit[0] in PREFIXES and unit[1:] in UNITS:
        scale = PREFIXES[unit[0]]
    digits = number.lstrip("+-").replace(",", "")
    last = 10 ** -len(digits.partition(".")[2])
    if "." not in digits and len(digits) > 4:
        last = 10 ** (len(digits) - 4)  # four digits count
    return float(number.replace(",", "")) * scale, 0.5001 * last * scale


def tables_of(page):
    """The rows of figures of each picture's table, by the picture's id."""
    tables = {}
    for figure in re.findall(r'<figure id="([^"]*)">(.*?)</figure>', page, re.S):
        rows = re.findall(r"<tr>(.*?)</tr>", figure[1].split("<tbody>")[1], re.S)
        tables[figure[0]] = [re.findall(r'<td class="figure">(.*?)</td>', row) for row in rows]
    return tables


def of_profile(p, of=""):
    ops, latency = p["operators"], p["latency_seconds"]
    roofline = []
    for op in ops:
        placed = op["flops"] > 0 and op["bytes"] > 0
        roofline.append([op["flops"], op["bytes"], op["flops"] / op["bytes"] if placed else None,
                         op["flops"] / op["seconds"] if placed else None, op["seconds"] / latency])
    rest = latency - sum(op["seconds"] for op in ops)
    bars = [[op["seconds"]] for op in ops] + ([[rest]] if abs(rest) > 1e-6 * latency else []) + [[latency]]
    return {"roofline" + of: roofline, "latency" + of: bars}


def of_study(d):
    x, y = (o["metric"] for o in d["study"]["objectives"][:2])
    return {"front": [[p["index"], p["metrics"][x], p["metrics"][y]] for p in d["front"]]}


def waterfall(first, parts, last):
    return [[first], *([p] for p in parts), [last]]


def of_difference(d):
    a, b, work = d["baseline"], d["proposal"], d["work"]
    return {"difference": waterfall(a["latency_seconds"] / work["baseline"], [-p["seconds"] for p in d["parts"]],
                                    b["latency_seconds"] / work["proposal"]),
            "rooflines": of_profile(a)["roofline"] + of_profile(b)["roofline"]}


def of_versus(d):
    rows = []
    for op in d["a"]["roofline"]["operators"] + d["b"]["roofline"]["operators"]:
        placed = op["intensity_flops_per_byte"] is not None
        rows.append([op["flops"], op["bytes"], op["flops"] / op["bytes"] if placed else None,
                     op["attained_flops_per_second"], op["share_of_pass"]])
    why = d["why"]
    return {"rooflines": rows,
            "difference": waterfall(why["a_seconds"], [-p["seconds"] for p in why["parts"]], why["b_seconds"])}


def of_run_difference(d):
    mean = next(m for m in d["metrics"] if m["metric"] == "mean")
    return {"difference": waterfall(mean["a"], [p["seconds"] for p in d["parts_of_mean"]], mean["b"]),
            "shift": [[s["difference_seconds"]["value"]] for s in d["shift"]]}


EXPECTED = {
    "ridgeline.profile/1": of_profile,
    "ridgeline.serving/1": lambda d: of_profile(d["decode"]),
    "ridgeline.study/1": of_study,
    "ridgeline.difference/1": of_difference,
    "ridgeline.run-difference/1": of_run_difference,
    "ridgeline.mission/1": lambda d: {"thresholds": [[t["value"]] for t in d["thresholds"]]},
    "ridgeline.versus/1": of_versus,
}


def same(shown, true):
    if shown is None or true is None:
        return shown is true
    return abs(shown[0] - true) <= shown[1]


def check_figures(page, document):
    tables, equal, wrong = tables_of(page), 0, []
    for name, rows in EXPECTED[document["schema"]](document).items():
        if len(rows) != len(tables.get(name, [])):
            wrong.append(f"{name}: {len(tables.get(name, []))} rows rather than {len(rows)}")
            continue
        for shown, true in zip(tables.get(name, []), rows):
            for cell, figure in zip(shown, true, strict=True):
                if same(value_of(html.unescape(cell)), figure):
                    equal += 1
                else:
                    wrong.append(f"{name}: {cell} for {figure}")
    print("figures:", f"{equal} as in the document" if not wrong else "; ".join(wrong))


page, document = open(sys.argv[1]).read(), json.load(open(sys.argv[2]))
scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
print("scripts:", len(scripts), "as the policy says:", f"script-src 'sha256-{digest}';" in page)
kept = re.search(r'<script type="application/json" id="document">(.*?)</script>', page, re.S).group(1)
print("the document:", "whole" if json.loads(kept) == document else "changed")
outside = re.findall(r'(?:src|href)="|@import|url\(|https?:(?!//www\.w3\.org/2000/svg")', page.split('id="document"')[0])
print("refers to nothing outside:", not outside)
if document["schema"] in EXPECTED:
    check_figures(page, document)
