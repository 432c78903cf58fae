"""Writes what an independent ResNet-18 for 32x32 images computes, as the reference of lethe.models.ModelsTest.

Written with PyTorch 2.15.0 and safetensors 0.8.0:

    python resnet18.py ../../core/src/test/resources/reference/models/resnet18.safetensors
"""

import sys

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

WIDTH = 4
CLASSES = 10


class Block(nn.Module):
    def __init__(self, n_in, n_out, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(n_out)
        self.conv2 = nn.Conv2d(n_out, n_out, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(n_out)
        self.shortcut = nn.Sequential()
        if stride != 1 or n_in != n_out:
            self.shortcut = nn.Sequential(nn.Conv2d(n_in, n_out, 1, stride, bias=False), nn.BatchNorm2d(n_out))
        self.factor = 1.0

    def forward(self, x):
        h = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(self.factor * (h + self.shortcut(x)))


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, WIDTH, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(WIDTH)
        n_in = WIDTH
        for stage in range(4):
            n_out = WIDTH * 2**stage
            blocks = [Block(n_in, n_out, 1 if stage == 0 else 2), Block(n_out, n_out, 1)]
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            n_in = n_out
        self.fc = nn.Linear(n_in, CLASSES)

    def forward(self, x):
        h = F.relu(self.bn1(self.conv1((x - 0.5) / 0.25)))
        h = self.layer4(self.layer3(self.layer2(self.layer1(h))))
        return self.fc(F.avg_pool2d(h, h.shape[-1]).flatten(1))


def tensors(model):
    return {k: v.clone() for k, v in model.state_dict().items() if not k.endswith("num_batches_tracked")}


def main(path):
    torch.manual_seed(0)
    torch.set_default_dtype(torch.float64)
    model = ResNet18()
    with torch.no_grad():  # nothing may be 0 or 1 by chance of initialisation
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.weight.uniform_(0.5, 1.5)
                module.bias.normal_(0, 0.2)
                module.running_mean.normal_(0, 0.2)
                module.running_var.uniform_(0.5, 1.5)
    # Both sides start from the same 32-bit numbers; the reference goes on in 64 bits.
    model = model.float().double()
    inputs = torch.rand(6, 3, 32, 32).float().double()
    labels = torch.tensor([3, 1, 4, 1, 5, 9])
    file = {"weights/" + k: v for k, v in tensors(model).items()}
    file["inputs"] = inputs
    file["labels"] = labels

    model.eval()
    with torch.no_grad():
        file["logits"] = model(inputs)
        for stage in (2, 3, 4):
            getattr(model, f"layer{stage}")[0].factor = 0.5
        file["halved"] = model(inputs)
        for stage in (2, 3, 4):
            getattr(model, f"layer{stage}")[0].factor = 1.0

    model.train()
    logits = model(inputs)
    file["trained/logits"] = logits.detach()
    F.cross_entropy(logits, labels).backward()
    for name in ("conv1.weight", "bn1.bias", "layer2.0.shortcut.0.weight", "fc.bias"):
        file["gradient/" + name] = model.get_parameter(name).grad
    for name, value in tensors(model).items():
        if "running" in name:
            file["trained/" + name] = value
    save_file({k: v.float().contiguous() if v.is_floating_point() else v for k, v in file.items()}, path)


main(sys.argv[1])
