#!/usr/bin/env python3
"""Tokens a second of plain PyTorch on the shapes of LanguageModels.java: one eager training step (forward, backward,
AdamW) in fp32 and under bf16 autocast, and greedy generation with a cache.

Usage: python3 language_model_speed.py [THREADS [micro|gpt2 …]]     (torch, transformers)
"""
import sys, time
import torch
from transformers import GPT2Config, GPT2LMHeadModel

SHAPES = {"micro": (2, 4, 64, 64, 65, 32, 64), "gpt2": (12, 12, 768, 1024, 50257, 4, 256)}


def median(values):
    return sorted(values)[len(values) // 2]


def timed(run, warmup=1, rounds=5):
    seconds = []
    for i in range(warmup + rounds):
        start = time.perf_counter()
        run()
        if i >= warmup:
            seconds.append(time.perf_counter() - start)
    return median(seconds)


def main():
    torch.set_num_threads(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
    print(f"torch {torch.__version__}, {torch.get_num_threads()} threads")
    for name in sys.argv[2:] or SHAPES:
        layers, heads, width, context, vocabulary, texts, tokens = SHAPES[name]
        torch.manual_seed(1)
        model = GPT2LMHeadModel(GPT2Config(
            vocab_size=vocabulary, n_positions=context, n_embd=width, n_layer=layers, n_head=heads,
            embd_pdrop=0.0, attn_pdrop=0.0, resid_pdrop=0.0, bos_token_id=0, eos_token_id=None))
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.1)
        ids = torch.randint(0, vocabulary, (texts, tokens))
        for bf16 in (False, True):
            def step():
                optimizer.zero_grad()
                with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
                    model(ids, labels=ids).loss.backward()
                optimizer.step()
            model.train()
            print(f"{name} training {'bf16' if bf16 else 'fp32'}: {texts * tokens / timed(step):.0f} tokens/s")
        model.eval()
        for together in (1, 16):
            prompt = torch.arange(8).repeat(together, 1)
            with torch.no_grad():
                seconds = timed(lambda: model.generate(
                    prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=32, min_new_tokens=32,
                    do_sample=False, pad_token_id=0), rounds=3)
            print(f"{name} generation of {together}: {together * 32 / seconds:.0f} tokens/s")


main()
