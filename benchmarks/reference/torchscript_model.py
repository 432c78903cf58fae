"""Writes a small TorchScript network, the fixture of lethe.models.TorchScriptTest, and what it computes.

Written with PyTorch 2.15.0 and safetensors 0.8.0:

    python torchscript_model.py ../../core/src/test/resources/reference/models
"""

import sys
import zipfile

import torch
from safetensors.torch import save_file
from torch import nn


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.head = nn.Linear(4, 5)
        self.register_buffer("centre", torch.tensor([0.5, 0.4, 0.3]).view(1, 3, 1, 1))

    def forward(self, x):
        return self.head(torch.relu(self.norm(self.conv(x - self.centre))).mean([2, 3]))


def strip(path):
    """Drops the debug records, which hold the paths of the machine that wrote them."""
    with zipfile.ZipFile(path) as file:
        kept = {i: file.read(i) for i in file.infolist() if not i.filename.endswith(".debug_pkl")}
    with zipfile.ZipFile(path, "w") as file:
        for info, data in kept.items():
            file.writestr(info.filename, data)


def main(folder):
    torch.manual_seed(0)
    model = Small()
    inputs = torch.rand(4, 3, 8, 8)
    model(inputs)  # moves the running statistics from 0 and 1
    model.eval()
    save_file({"inputs": inputs, "logits": model(inputs).detach()}, folder + "/small.safetensors")
    torch.jit.script(model).save(folder + "/small.pt")
    strip(folder + "/small.pt")


main(sys.argv[1])
