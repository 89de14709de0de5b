#!/usr/bin/env python3
"""Every document that a command prints keeps to its published schema, and every schema bites.

    schema_test.py PROGRAM SOURCE_DIR

The commands are those below, and cover every document that needs no measurement and no long fit; of the others the
schemas themselves are checked.
"""
import concurrent.futures
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    sys.exit("schema_test.py: needs the Python package jsonschema (Debian: python3-jsonschema; `make setup`)")

program, source = (pathlib.Path(a).resolve() for a in sys.argv[1:3])
schemas = source / "docs" / "schemas"

MEASURED = "model,hardware,isl,osl,precision,concurrency,tpot_ms,ttft_ms\\n"
ROWS = "".join(f"llama-3-8b,{device},1024,128,fp8,{users},{5 + users / 10},{30 + users}\\n"
               for device in ("h100", "h200") for users in (1, 32))
MLPERF = ("round,submitter,system,accelerator,accel_total,model,scenario,value,unit,power_value,power_unit,software\\n"
          "v5.1,B,box,NVIDIA H100-SXM-80GB,8,bert-99,Server,50000,Queries/s,,,TensorRT\\n"
          "v5.1,B,box,NVIDIA H100-SXM-80GB,8,bert-99,Offline,70000,Samples/s,,,TensorRT\\n")
RUN = "ridgeline simulate resnet-50 l4 --scenario server --qps 300 --duration 300ms"

# A lab for tests among the catalog's data.
LAB = "mkdir d; ln -s $SRC/data/* d; ln -sfn $SRC/tests/support/labs d/labs; ridgeline --data d lab "

# Schema, and the command that prints such a document.
COMMANDS = [
    ("profile", "ridgeline predict llama-3-8b h100 --batch 4 --json"),
    ("profile", "ridgeline predict resnet-50 l4 --precision int8 --calibration ideal --json"),
    ("profile", "ridgeline predict llama-3.1-405b l4 --json"),  # does not fit
    ("serving", "ridgeline predict llama-3.1-70b h100 --precision fp8 --tp 4 --stack vllm --concurrency 64 --json"),
    ("serving", "ridgeline predict deepseek-r1 gb200 --precision fp8 --dp 8 --disagg 2xtp4 --concurrency 256 --json"),
    ("offline", "ridgeline predict llama-2-70b h200 --offline --devices 8 --json"),
    ("difference", "ridgeline explain --model llama-3-8b --baseline a100 --proposal h100 --json"),
    ("run", RUN + " --json"),
    # Only the browser's engine prints it: what it leaves out of a run.
    ("run-figures", RUN + """ --json | python3 -c "
import json, sys
d = json.load(sys.stdin)
for key in ('query_columns', 'queries', 'sample_completions_ns', 'record'):
    del d[key]
d['schema'] = 'ridgeline.run-figures/1'
print(json.dumps(d))" """),
    ("run", RUN + " --format json --keep-queries 10"),
    ("run", "ridgeline simulate resnet-50 jetson-orin-nano-8gb --scenario constant-stream --qps 20 --heat jetson "
            "--windows 3 --duration 3s --background-load 0.2 --json"),
    ("run", "ridgeline simulate llama-3.1-8b h100 --precision fp8 --continuous --scenario interactive --qps 8 "
            "--ttft-limit 1s --tpot-limit 50ms --timeout 1s --max-waiting 2 --isl 512 --osl 16 --duration 1s --json"),
    ("run", RUN + " --save > printed; ridgeline runs show $(ridgeline runs list --ids) --json"),
    ("run", "printf 'arrival,completed\\n0,0.01\\n0.02,0.05\\n' > r.csv; ridgeline import-run r.csv --json"),
    ("runs", RUN + " --save --json > run.json; ridgeline runs list --json"),
    ("ids", RUN + " --json > run.json; ridgeline runs import run.json --json"),
    ("comparison", RUN + " --save > a; " + RUN + " --seed 2 --save > b; "
                   "ridgeline runs compare $(ridgeline runs list --ids) --json"),
    ("run-difference", RUN + " --json > a.json; " + RUN + " --seed 2 --max-batch 4 --json > b.json; "
                       "ridgeline explain a.json b.json --json"),
    ("gate", RUN + " --json > a.json; " + RUN + " --seed 2 --json > b.json; "
             "ridgeline check a.json b.json --fail-if 'p90 > +5%' --json"),
    ("training", "ridgeline train mixtral-8x7b mi300x --dp 8 --ep 8 --zero 1 --batch 64 --sequence 4096 --json"),
    ("training", "ridgeline train gpt-3-175b a100 --tp 8 --pp 8 --interleave 3 --batch 64 --recompute selective "
                 "--sequence-parallel --tokens 300e9 --price-per-hour 2 --mtbf-hours 50000 --json"),
    ("training", "ridgeline train llama-3-8b h100 --dp 64 --zero 3 --batch 64 --recompute full --tokens 1e12 --amortise 4 "
                 "--electricity-price 0.1 --pue 1.2 --grid france --mtbf-hours 50000 --json"),
    ("training-validation", "ridgeline train --check $SRC/validation/training/megatron-a100.csv --json"),
    ("evaluation", "ridgeline evaluate llama-3-8b h100 --batch 64 --target-latency 20ms --json"),
    ("evaluation", "ridgeline evaluate llama-3.1-70b h100 --precision fp8 --tp 4 --concurrency 64 --price-per-hour 2.5 --json"),
    ("cost", "ridgeline cost llama-3.1-70b h100 tpu-v5p l4 --precision fp8 --concurrency 64 --amortise 4 "
             "--electricity-price 0.1 --pue 1.2 --grid us --json"),
    ("cost", "ridgeline cost resnet-50 t4 --price-per-hour 0.5 --json"),
    ("fleet", "ridgeline fleet resnet-50 l4 --max-batch 4 --target-latency 15ms --demand $SRC/examples/fleet/day.csv --seeds 2 "
              "--min-queries 1000 --duration 2s --price-per-hour 0.7 --grid uk --idle-power 16 --mtbf-hours 50000 --json"),
    ("fleet", "ridgeline fleet llama-3.1-8b h100 --precision fp8 --ttft-limit 1s --peak 20 --isl 128 --osl 16 --seeds 1 "
              "--min-queries 500 --duration 2s --tolerance 0.1 --no-peak --json"),
    ("study", "ridgeline explore $SRC/examples/studies/llama-70b.yaml --json"),
    ("study", "ridgeline explore --model llama-3.1-8b --hardware h100 --prefill-replicas 0,1 --concurrency 1..16x4 "
              "--minimise ttft --maximise tokens --verify closed-loop --chunk 512,2048 --json"),
    ("studies", "ridgeline explore $SRC/examples/studies/pass-bandwidth.yaml --save > page; "
                "ridgeline studies list --json"),
    ("lab-grade", "ridgeline lab grade $SRC/examples/labs/ada.json --json"),
    ("ledgers", RUN + " --save > run; ridgeline lab ledgers --json"),
    ("pipeline", "ridgeline run $SRC/examples/pipelines/upgrade.yaml --cache cache --json"),
    ("pipeline-plan", "ridgeline run $SRC/examples/pipelines/upgrade.yaml --plan --json"),
    ("max-rate", RUN + " --find-max-qps --target-latency 15ms --seeds 2 --json"),
    ("mission", "ridgeline simulate tiny-pioneer --json"),
    ("mission", "ridgeline simulate edge-guardian --fix --late-after 10ms --fleet 10 --json"),
    ("mission_sweep", "ridgeline simulate edge-guardian --fix --sweep noise.sigma --json"),
    ("missions", "ridgeline simulate --missions --json"),
    ("labs", LAB + "list --json"),
    ("lab", LAB + "show tails --track edge-guardian --json"),
    ("lab-keys", LAB + "key tails --track tiny-pioneer --json"),
    ("versus", "ridgeline audit --a $SRC/examples/audit/system-a.yaml --b $SRC/examples/audit/system-b.yaml "
               "--mission $SRC/examples/audit/reading-room.yaml --json"),
    ("versus", "ridgeline audit --a google-tensor-g4 --b apple-a17-pro --mission mobile-nomad --set duration=60 --json"),
    ("tail", "ridgeline tail --mean 10ms --sd 5ms --json"),
    ("tail", RUN + " --json > run.json; ridgeline tail --samples run.json --expected-interval 10ms --json"),
    ("inputs", "ridgeline predict llama-3-8b h100 --json > p.json; ridgeline explain --inputs p.json --json"),
    ("reproduction", RUN + " --json > run.json; ridgeline reproduce run.json --json"),
    ("reproduction", RUN + " --json | sed s/INVALID/VALID/\\;s/simulated/measured/2 > run.json; "
                     "ridgeline reproduce run.json --json"),
    ("doctor", "ridgeline doctor --json"),
    ("catalog", "ridgeline catalog list --json"),
    ("check", "ridgeline catalog check --json"),
    ("hardware", "ridgeline catalog show h100 --json"),
    ("model", "ridgeline catalog show resnet-50 --json"),
    ("log_audit", "ridgeline audit-log $SRC/tests/golden/logs/server --json"),
    ("log_audit", "ridgeline audit-log $SRC/tests/golden/logs/tokens --json"),
    ("validation", f"printf '{MEASURED}{ROWS}' > m.csv; ridgeline validate m.csv --json"),
    ("fit", f"printf '{MEASURED}{ROWS}' > m.csv; ridgeline calibrate m.csv -o mine.yaml --json"),
    ("kernel_validation", "printf 'gemm_dtype,m,n,k,latency\\nfp8,16,4096,7168,0.0125\\n' > h100_sxm.vllm-0.24.0.gemm.csv; "
                          "ridgeline validate h100_sxm.vllm-0.24.0.gemm.csv --json"),
    ("mlperf-validation", f"printf '{MLPERF}' > r.csv; ridgeline validate r.csv --json"),
    ("server-validation", f"printf '{MLPERF}' > r.csv; ridgeline validate r.csv --server --json"),
]
# Documents that no command prints, but the browser does and commands read.
READ = [("ledger", source / "examples" / "labs" / "ada.json")]
# Made by commands that measure the machine, or for longer than a test may take.
UNTESTED = {"audit", "batch-audit", "probe", "repeat", "mlperf-fit", "recorded-validation"}


@functools.cache
def schema_of(name):
    schema = json.loads((schemas / f"{name}-1.json").read_text().replace("parts-1.json#/", "#/"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return schema


def validator(name):
    """Of a schema with the shared parts beside it: what a reference to their file leads to."""
    return jsonschema.Draft202012Validator({**schema_of(name), "$defs": schema_of("parts")["$defs"]})


def complaint(error):
    where = "/".join(str(step) for step in error.absolute_path) or "the document"
    return f"{where}: {error.message[:300]}"


def document(command):
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(program, pathlib.Path(folder) / "ridgeline")
        env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "SRC": str(source), "LC_ALL": "C.UTF-8",
               "RIDGELINE_DATA": str(source / "data"), "XDG_DATA_HOME": str(pathlib.Path(folder) / "home"),
               "RIDGELINE_STORE": str(pathlib.Path(folder) / "runs.db")}
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=env, capture_output=True, timeout=120)
        return json.loads(done.stdout or b"null"), done.stderr.decode()


def broken_copies(value, path=()):
    """The document with one thing wrong at a time: a key too many at the top, a figure that is text."""
    yield {**value, "surprise": 1}
    yield {key: item for key, item in value.items() if key != ("ridgeline" if "ridgeline" in value else "lab")}
    yield {**value, "schema": "ridgeline.nothing/1"}


failures = 0
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    documents = list(pool.map(document, [command for _, command in COMMANDS]))
read = [(json.loads(path.read_text()), "") for _, path in READ]
for (name, command), (printed, stderr) in zip(COMMANDS + READ, documents + read):
    against = validator(name)
    errors = [complaint(error) for error in against.iter_errors(printed)]
    if errors:
        failures += 1
        print(f"{name}-1.json: $ {command}\n  " + "\n  ".join(errors[:5]) + (f"\n  {stderr}" if printed is None else ""))
        continue
    for broken in broken_copies(printed):
        if against.is_valid(broken):
            failures += 1
            print(f"{name}-1.json accepts a document that is wrong: it has {sorted(broken)[:4]} ...")

published = {path.name.removesuffix("-1.json") for path in schemas.glob("*-1.json")} - {"parts"}
for name in sorted(published):
    validator(name)
missing = {line.split("/1")[0] for path in (source / "src").rglob("*.cpp")
           for line in path.read_text().split('"ridgeline.')[1:] if line.split('"')[0].endswith("/1")} - published
for name in sorted(missing):
    failures += 1
    print(f"docs/schemas/{name}-1.json is not there, and a document ridgeline.{name}/1 is printed")
for name in sorted(published - {name for name, _ in COMMANDS + READ} - UNTESTED):
    failures += 1
    print(f"docs/schemas/{name}-1.json: no command here makes such a document")
print(f"{len(COMMANDS)} documents, {len(published)} schemas: {failures} failures")
sys.exit(1 if failures else 0)
