"""Writes a small ONNX model, so that tests need no file of anybody's: a perceptron, 64 -> 32 -> 10, of fp32.

An .onnx file is a protocol buffer; the few fields that a model needs are written here by their numbers in onnx.proto.
"""
import struct

import numpy as np

_FLOAT = 1


def _varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _bytes(field, value):
    value = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _node(op, inputs, output):
    return _bytes(1, b"".join(_bytes(1, name) for name in inputs) + _bytes(2, output) + _bytes(4, op))


def _initializer(name, array):
    dims = b"".join(_number(1, size) for size in array.shape)
    data = struct.pack(f"<{array.size}f", *array.ravel())
    return _bytes(5, dims + _number(2, _FLOAT) + _bytes(8, name) + _bytes(9, data))


def _value(field, name, width):
    shape = _bytes(1, _bytes(2, "batch")) + _bytes(1, _number(1, width))
    return _bytes(field, _bytes(1, name) + _bytes(2, _bytes(1, _number(1, _FLOAT) + _bytes(2, shape))))


def weights():
    random = np.random.default_rng(1)
    return random.standard_normal((64, 32)).astype(np.float32), random.standard_normal((32, 10)).astype(np.float32)


def write_perceptron(path):
    """relu(input @ A) @ B with weights()."""
    first, second = weights()
    graph = (_node("MatMul", ["input", "A"], "hidden") + _node("Relu", ["hidden"], "active")
             + _node("MatMul", ["active", "B"], "output") + _bytes(2, "perceptron")
             + _initializer("A", first) + _initializer("B", second) + _value(11, "input", 64) + _value(12, "output", 10))
    model = _number(1, 8) + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _number(2, 13))
    with open(path, "wb") as file:
        file.write(model)
