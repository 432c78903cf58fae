#!/usr/bin/env python3
"""Writes core/src/test/resources/reference/npy: arrays as numpy.save writes them, in format versions 1 to 3 and all types
that our reader takes, and some that it must refuse.

Usage: python3 npy_files.py OUTPUT_DIR     (made with Python 3.11 and numpy 2.4)
"""
import sys
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

OUT = Path(sys.argv[1])
OUT.mkdir(parents=True, exist_ok=True)


def write(name, array, version=(1, 0)):
    with open(OUT / name, "wb") as file:
        npy.write_array(file, array, version=version, allow_pickle=True)


grid = np.arange(6).reshape(2, 3)
for number, version in enumerate([(1, 0), (2, 0), (3, 0)], start=1):
    write(f"f4-v{number}.npy", (grid - 2.5).astype("<f4"), version)
write("f8.npy", (grid - 2.5).astype("<f8"))
write("i4.npy", (grid - 2).astype("<i4"))
write("i8.npy", (grid - 2).astype("<i8"))
write("i1.npy", (grid - 2).astype("i1"))
write("u1.npy", (grid + 250).astype("u1"))
write("b1.npy", grid % 2 == 0)
write("one-axis.npy", np.array([7.0]))
write("bad-objects.npy", np.array([1, "a"], dtype=object))
write("bad-fortran.npy", np.asfortranarray(grid.astype("<f4")))
write("bad-big-endian.npy", grid.astype(">f4"))
write("bad-record.npy", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]))
write("bad-half.npy", grid.astype("<f2"))
(OUT / "bad-cut.npy").write_bytes((OUT / "f8.npy").read_bytes()[:-1])
(OUT / "bad-longer.npy").write_bytes((OUT / "f8.npy").read_bytes() + b"\0")
np.savez(OUT / "bad-archive.npy.npz", grid)
(OUT / "bad-archive.npy.npz").rename(OUT / "bad-archive.npy")
