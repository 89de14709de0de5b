"""ONNX Runtime in Python: timed by itself (`--time SECONDS`, prints the median), or as a system under test for
`ridgeline bench --command`, which writes the seconds that each query took it to the file of `--log`. With `--sleep S`
a sample is a sleep of so many seconds. The model is Silero VAD with one chunk of 512 samples, as in onnx.py."""
import argparse
import json
import sys
import time

import numpy
import onnxruntime

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--time", type=float)
parser.add_argument("--log", default="/dev/null")
parser.add_argument("--sleep", type=float)
arguments = parser.parse_args()

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
options.inter_op_num_threads = 1
session = onnxruntime.InferenceSession(arguments.model, options, providers=["CPUExecutionProvider"])
random = numpy.random.default_rng(1)
inputs = {"input": random.random((1, 512), dtype=numpy.float32), "state": random.random((2, 1, 128), dtype=numpy.float32),
          "sr": numpy.array(16000, dtype=numpy.int64)}
for _ in range(20):
    session.run(None, inputs)

if arguments.time:
    times, end = [], time.perf_counter() + arguments.time
    while time.perf_counter() < end:
        start = time.perf_counter()
        session.run(None, inputs)
        times.append(time.perf_counter() - start)
    print(sorted(times)[len(times) // 2])
    sys.exit()

print(json.dumps({"ready": True, "name": f"onnxruntime {onnxruntime.__version__} in Python"}), flush=True)
with open(arguments.log, "w", encoding="utf-8") as log:
    for line in sys.stdin:
        start = time.perf_counter()
        query = json.loads(line)
        for _ in range(query["samples"]):
            if arguments.sleep:
                time.sleep(arguments.sleep)
            else:
                session.run(None, inputs)
        log.write(f"{time.perf_counter() - start}\n")
        print(json.dumps({"id": query["id"]}), flush=True)
