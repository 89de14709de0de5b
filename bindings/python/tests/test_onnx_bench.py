"""ONNX Runtime under bench(), as a callable and behind HTTP. A perceptron of the test's own; Silero VAD where `make
test-peers` has brought it."""
import http.server
import json
import pathlib
import tempfile
import threading
import unittest

import numpy as np

import onnx_file
import ridgeline

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

SILERO = pathlib.Path(__file__).resolve().parents[3] / "build/peers/silero/weights/silero_vad.onnx"


def session_of(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Server:
    """The Open Inference Protocol in front of the perceptron."""

    def __init__(self, session):
        answered = self.answered = []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def reply(self, value):
                body = json.dumps(value).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                self.reply({"name": "perceptron", "platform": "onnxruntime",
                            "inputs": [{"name": "input", "datatype": "FP32", "shape": [-1, 64]}],
                            "outputs": [{"name": "output", "datatype": "FP32", "shape": [-1, 10]}]})

            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                given = asked["inputs"][0]
                array = np.asarray(given["data"], dtype=np.float32).reshape(given["shape"])
                made = session.run(None, {"input": array})[0]
                answered.append(len(made))
                self.reply({"model_name": "perceptron", "id": asked.get("id", ""), "outputs": [
                    {"name": "output", "datatype": "FP32", "shape": list(made.shape), "data": made.ravel().tolist()}]})

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v2/models/perceptron"
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


@unittest.skipIf(onnxruntime is None, "onnxruntime is not installed")
class OnnxRuntime(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = pathlib.Path(folder.name) / "perceptron.onnx"
        onnx_file.write_perceptron(path)
        self.session = session_of(path)

    def test_it_computes_what_was_written(self):
        first, second = onnx_file.weights()
        given = np.linspace(-1, 1, 128, dtype=np.float32).reshape(2, 64)
        made = self.session.run(None, {"input": given})[0]
        np.testing.assert_allclose(made, np.maximum(given @ first, 0) @ second, rtol=1e-3, atol=1e-4)

    def test_as_a_callable(self):
        data = np.random.default_rng(1).random((16, 64), dtype=np.float32)
        shapes = []

        def one(query):
            shapes.append(self.session.run(None, {"input": data[query.index % 16][None]})[0].shape)

        run = ridgeline.bench(one, scenario="single-stream", duration="300ms")
        self.assertTrue(run.valid, run.reasons)
        self.assertEqual(shapes, [(1, 10)] * len(run.latencies))

        sizes = []

        def batch(queries):
            made = self.session.run(None, {"input": data[[q.index % 16 for q in queries]]})[0]
            sizes.append(len(made))

        offline = ridgeline.bench(batch, max_batch=16, scenario="offline", qps=5000, duration="300ms")
        self.assertEqual(sum(sizes), offline.summary["samples"])
        self.assertEqual(offline["failures"], {})

    def test_behind_http(self):
        with Server(self.session) as server:
            run = ridgeline.bench(server.url, api="kserve", scenario="server", qps=100, target_latency="5s",
                                  duration="500ms")
        self.assertEqual(run["failures"], {})
        # Every query's sample, and the request before the run.
        self.assertEqual(sum(server.answered), run.summary["samples"] + 1)
        self.assertTrue(np.all(run.latencies > 0))

    @unittest.skipUnless(SILERO.exists(), "make test-peers brings Silero VAD")
    def test_a_voice_detector(self):
        session = session_of(SILERO)
        inputs = {"input": np.zeros((1, 512), np.float32), "state": np.zeros((2, 1, 128), np.float32),
                  "sr": np.array(16000, np.int64)}
        run = ridgeline.bench(lambda query: session.run(None, inputs), scenario="single-stream", duration="300ms",
                              min_queries=100)
        self.assertTrue(run.valid, run.reasons)
        self.assertEqual(run.summary["failed"], 0)


if __name__ == "__main__":
    unittest.main()
