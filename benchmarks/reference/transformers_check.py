#!/usr/bin/env python3
"""Opens checkpoints in the transformers library and compares its logits with those of golden.json: once the tiny models
of core/src/test/resources/reference/lm as they lie there, and once what Lethe wrote of them.

Usage: python3 transformers_check.py REFERENCE_DIR [WRITTEN_DIR]     (torch, transformers, peft)

WRITTEN_DIR has folders of the same names, written by HuggingFaceModel.write and Lora.write.
"""
import json, os, sys
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM

MODELS = ["tiny-gpt2", "tiny-neox", "tiny-llama", "tiny-llama3-f16", "tiny-qwen2-bf16-sharded"]
ADAPTERS = {"lora-tiny-llama": "tiny-llama", "lora-tiny-gpt2": "tiny-gpt2"}


def deviation(model, case):
    with torch.no_grad():
        logits = model(torch.tensor([case["input_ids"]])).logits[0].double()
    return (logits - torch.tensor(case["logits"], dtype=torch.float64)).abs().max().item()


def main():
    reference = sys.argv[1]
    worst = 0.0
    for folder in sys.argv[1:]:
        for name in MODELS + list(ADAPTERS):
            golden = json.load(open(os.path.join(reference, name, "golden.json")))
            base = os.path.join(folder, ADAPTERS.get(name, name))
            model = AutoModelForCausalLM.from_pretrained(base, torch_dtype=torch.float32).eval()
            if name in ADAPTERS:
                model = PeftModel.from_pretrained(model, os.path.join(folder, name)).eval()
            found = max(deviation(model, case) for case in golden.get("cases", [golden]))
            worst = max(worst, found)
            print(f"{os.path.join(folder, name)}: largest deviation {found:.1e}")
    sys.exit(worst > 2e-4)


main()
