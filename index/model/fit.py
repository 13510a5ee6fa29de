"""Fits the table: a vector a word piece whose sum points where the teacher's points.

Usage: fit.py WHEEL_OF_MODEL WHEEL_OF_TOKENIZER OUT TEXTS VECTORS [TEXTS VECTORS …]

1. The teacher's 384 numbers are turned and cut to the 256 that vary most.
2. Each piece starts at the teacher's vector of that piece alone, frequent ones shorter
   (a / (a + p), Arora and others 2017).
3. Stochastic gradient descent on 1 - cosine between the sum over a text's pieces and the
   teacher's vector; so lengths are weights, and what says nothing becomes short.
4. Frequent pairs of neighbouring pieces get a vector of their own, from zero.
5. Each row is kept as bytes with a scale of its own.
"""

import argparse
import struct
import time
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from teach import Teacher

DIMS = 256
MAX_PIECES = 48
SMOOTHING = 1e-3
BATCH = 512
BYTES = 7_990_000
MAGIC = b"svar table 1\n"


def kept_pieces(vocabulary):
    """Pieces that English text can contain: no placeholders, no other scripts."""
    kept = [piece for piece in vocabulary if piece.isascii() and not (piece.startswith("[") and len(piece) > 1)]
    return kept, {piece: at for at, piece in enumerate(kept)}


def cut(texts, tokenizer, number):
    """The kept pieces of each text, as row numbers."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
    return [[number[one] for one in each.tokens[:MAX_PIECES] if one in number] for each in encoded]


def frequent_pairs(cuts, most):
    """The pairs that occur most often beyond what their parts would by chance."""
    singles, pairs = Counter(), Counter()
    for pieces in cuts:
        singles.update(pieces)
        pairs.update(set(zip(pieces, pieces[1:])))
    total = sum(singles.values())
    surplus = {pair: count - singles[pair[0]] * singles[pair[1]] / total for pair, count in pairs.items() if count >= 20}
    return sorted(surplus, key=lambda pair: (-surplus[pair], pair))[:most]


def rows_of(cuts, pairs, first_pair, padding):
    """For each text the rows that are added up, padded to one length."""
    at = {pair: first_pair + n for n, pair in enumerate(pairs)}
    filled = np.full((len(cuts), 2 * MAX_PIECES), padding, np.int32)
    for line, pieces in enumerate(cuts):
        rows = pieces + [at[pair] for pair in zip(pieces, pieces[1:]) if pair in at]
        filled[line, : len(rows)] = rows
    return filled


def fit(rows, targets, start, given):
    """The rows after descent; the last one is the padding."""
    torch.manual_seed(1)
    bag = torch.nn.EmbeddingBag.from_pretrained(start, freeze=False, mode="sum", sparse=True, padding_idx=len(start) - 1)
    optimiser = torch.optim.SparseAdam(list(bag.parameters()), lr=given.rate)
    held_out = np.arange(len(rows)) % 50 == 0
    train = np.flatnonzero(~held_out)
    lengths = (rows != len(start) - 1).sum(1)
    rng = np.random.default_rng(1)
    steps_all = given.epochs * (len(train) // BATCH)
    done = 0
    for epoch in range(given.epochs):
        began = time.time()
        order = rng.permutation(train)
        for begin in range(0, len(order) - BATCH + 1, BATCH):
            chosen = order[begin : begin + BATCH]
            width = lengths[chosen].max()
            batch = torch.from_numpy(rows[chosen, :width].astype(np.int64))
            out = torch.nn.functional.normalize(bag(batch), dim=1)
            cosine = (out * targets[chosen]).sum(1)
            loss = (1 - cosine).mean()
            optimiser.param_groups[0]["lr"] = given.rate * (1 - done / steps_all)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            done += 1
        with torch.no_grad():
            out = torch.nn.functional.normalize(bag(torch.from_numpy(rows[held_out].astype(np.int64))), dim=1)
            cosine = (out * targets[held_out]).sum(1).mean()
        print(f"epoch {epoch}: cosine with texts not seen {cosine:.4f}, {time.time() - began:.0f} s", flush=True)
    return bag.weight.detach().numpy()[:-1]


def write(path, pieces, pairs, rows):
    scales = np.maximum(np.abs(rows).max(1), 1e-9) / 127
    packed = np.round(rows / scales[:, None]).astype(np.int8)
    with path.open("wb") as out:
        out.write(MAGIC + struct.pack("<3I", DIMS, len(pieces), len(pairs)))
        for piece in pieces:
            out.write(struct.pack("B", len(piece.encode())) + piece.encode())
        for pair in pairs:
            out.write(struct.pack("<2I", *pair))
        out.write(scales.astype("<f4").tobytes() + packed.tobytes())
    print(f"{path}: {path.stat().st_size} bytes, {len(pieces)} pieces, {len(pairs)} pairs")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("model", "tokenizer", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("texts", type=Path, nargs="+")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--pairs", type=int, default=100_000)
    given = parser.parse_args()
    teacher = Teacher(given.model, given.tokenizer)
    vocabulary = sorted(teacher.tokenizer.get_vocab().items(), key=lambda one: one[1])
    pieces, number = kept_pieces([piece for piece, _ in vocabulary])
    texts = [line for path in given.texts[::2] for line in path.read_text().splitlines()]
    vectors = np.concatenate([np.load(path) for path in given.texts[1::2]]).astype(np.float32)
    cache = given.out.with_suffix(".pieces.npy")
    if not cache.exists():
        np.save(cache, teacher.read([piece.removeprefix("##") for piece in pieces]))
    alone = np.load(cache)
    _, _, turned = np.linalg.svd(vectors.T @ vectors / len(vectors))
    turn = turned[:DIMS].T
    cuts = cut(texts, teacher.tokenizer, number)
    room = (BYTES - len(MAGIC) - 12 - sum(len(piece) + 5 + DIMS for piece in pieces)) // (12 + DIMS)
    pairs = frequent_pairs(cuts, min(room, given.pairs))
    counts = Counter(piece for pieces_of in cuts for piece in pieces_of)
    total = sum(counts.values())
    weight = np.array([SMOOTHING / (SMOOTHING + counts[at] / total) for at in range(len(pieces))], np.float32)
    start = np.concatenate([alone @ turn * weight[:, None], np.zeros((len(pairs) + 1, DIMS), np.float32)])
    rows = rows_of(cuts, pairs, len(pieces), len(start) - 1)
    targets = torch.nn.functional.normalize(torch.from_numpy(vectors @ turn), dim=1)
    fitted = fit(rows, targets, torch.from_numpy(start.astype(np.float32)), given)
    write(given.out, pieces, pairs, fitted)


if __name__ == "__main__":
    main()
