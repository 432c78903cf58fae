#!/usr/bin/env python3
"""Writes core/src/test/resources/reference/safetensors: one valid file of every common type and edge case, sixteen
files that a strict reader must reject, and golden.json with what the valid one holds. Independent of our code: the
bytes are laid out here from the published description of the format.

Usage: python3 safetensors_files.py OUTPUT_DIR     (numpy; the files were made with Python 3 and numpy)
"""
import json, math, os, struct, sys
import numpy as np

OUT = sys.argv[1]
SIZE = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
NUMPY = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2",
         "I8": "|i1", "U8": "|u1", "BOOL": "|b1"}


def f32_to_bf16_bits(a):
    u = np.ascontiguousarray(a, dtype=np.float32).view(np.uint32).astype(np.uint64)
    return ((u + 0x7FFF + ((u >> 16) & 1)) >> 16).astype(np.uint16)


def bf16_bits_to_f32(b):
    return (b.astype(np.uint32) << 16).view(np.float32)


class Raw:
    """Tensor with explicit dtype code, shape and little-endian bytes."""
    def __init__(self, code, shape, data):
        self.code, self.shape, self.data = code, list(shape), data


def raw(a, code):
    a = np.asarray(a)
    if code == "BF16":
        return Raw(code, a.shape, f32_to_bf16_bits(a).astype("<u2").tobytes())
    return Raw(code, a.shape, np.ascontiguousarray(a).astype(NUMPY[code]).tobytes())


def value(r):
    v = bf16_bits_to_f32(np.frombuffer(r.data, "<u2")) if r.code == "BF16" else np.frombuffer(r.data, NUMPY[r.code])
    return v.reshape(r.shape)


def file_bytes(tensors, metadata, header_order, pad_to=8):
    names = sorted(tensors, key=lambda n: (-SIZE[tensors[n].code], n))  # data order
    offset, position = 0, {}
    for n in names:
        position[n] = (offset, offset + len(tensors[n].data))
        offset += len(tensors[n].data)
    head = {"__metadata__": metadata}
    for n in header_order:
        head[n] = {"dtype": tensors[n].code, "shape": tensors[n].shape, "data_offsets": list(position[n])}
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % pad_to)
    return struct.pack("<Q", len(text)) + text + b"".join(tensors[n].data for n in names)


def write(name, data):
    with open(os.path.join(OUT, name), "wb") as out:
        out.write(data)


T = {"f64": raw([[1.5, -2.25]], "F64"), "f32": raw([0.1, -0.0, np.inf, np.nan], "F32"),
     "f16": raw([65504.0, 6e-8, -1.0], "F16"), "bf16": raw([3.140625, -1e38, 1.00390625, 1.01171875], "BF16"),
     "i64": raw([2 ** 62, -1], "I64"), "i32": raw([[-5], [7]], "I32"), "i16": raw([-300], "I16"),
     "i8": raw([-128, 127], "I8"), "u8": raw([0, 255], "U8"), "bool": raw([True, False, True], "BOOL"),
     "scalar": raw(np.float32(42.5), "F32"), "empty": raw(np.zeros((0, 3), np.float32), "F32"),
     "name \"quoted\" \\ \u00e9\u4e2d": raw([1.0], "F32")}
good = file_bytes(T, {"format": "pt", "note": "edge cases"}, sorted(T, reverse=True))
write("edge-valid.safetensors", good)

bf16_source = np.array([1.0, 1.00390625, 1.01171875, 3.14159265, -2.71828, 1e-40], np.float32)


def head(d):
    h = json.dumps(d, separators=(",", ":")).encode()
    return struct.pack("<Q", len(h)) + h


def e(shape, offsets, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


bad = {
    "bad-too-short": b"\x00\x00\x00",
    "bad-header-length-past-end": struct.pack("<Q", 1 << 40) + b"{}",
    "bad-header-too-large": struct.pack("<Q", 100_000_001) + b"{}",
    "bad-not-json": struct.pack("<Q", 8) + b"{\"a\":xx}",
    "bad-first-byte-not-brace": struct.pack("<Q", 4) + b"  {}",
    "bad-overlap": head({"a": e([2], [0, 8]), "b": e([2], [4, 12])}) + b"\0" * 12,
    "bad-hole": head({"a": e([1], [0, 4]), "b": e([1], [8, 12])}) + b"\0" * 12,
    "bad-trailing-bytes": head({"a": e([1], [0, 4])}) + b"\0" * 8,
    "bad-data-missing": head({"a": e([4], [0, 16])}) + b"\0" * 8,
    "bad-size-mismatch": head({"a": e([3], [0, 8])}) + b"\0" * 8,
    "bad-begin-after-end": head({"a": e([1], [4, 0])}) + b"\0" * 4,
    "bad-unknown-dtype": head({"a": e([1], [0, 4], "Q99")}) + b"\0" * 4,
    "bad-negative-dim": head({"a": e([-1], [0, 4])}) + b"\0" * 4,
    "bad-shape-overflow": head({"a": e([1 << 62, 8], [0, 4])}) + b"\0" * 4,
    "bad-metadata-not-string": head({"__metadata__": {"x": 1}, "a": e([1], [0, 4])}) + b"\0" * 4,
}
twice = b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
bad["bad-duplicate-key"] = struct.pack("<Q", len(twice)) + twice + b"\0" * 4
for n, d in bad.items():
    write(n + ".safetensors", d)

with open(os.path.join(OUT, "golden.json"), "w") as out:
    json.dump({
        "valid_file": "edge-valid.safetensors",
        "header_length": struct.unpack("<Q", good[:8])[0],
        "file_length": len(good),
        "metadata": {"format": "pt", "note": "edge cases"},
        "tensors": {n: {"dtype": r.code, "shape": r.shape, "bytes_hex": r.data.hex(),
                        "values_nonfinite_as_null": [float(x) if math.isfinite(x) else None
                                                     for x in np.asarray(value(r), float).ravel()]}
                    for n, r in T.items()},
        "must_be_rejected": sorted(n + ".safetensors" for n in bad),
        "bf16_rounding": {"float32_bits": [f"{int(u):08x}" for u in bf16_source.view(np.uint32)],
                          "bf16_bits": [f"{int(u):04x}" for u in f32_to_bf16_bits(bf16_source)]}}, out, indent=1, ensure_ascii=False)
    out.write("\n")
