"""The embedder's cost and closeness: our int8 graph, the same in float32, and the package's own, interleaved.

    python benchmarks/bench_embedder.py [--rounds 40]

One question at a time, one thread, CPU time. Closeness is the cosine between our int8 and our float32 vectors; the card
in data/models/minilm-l6-v2 has both against the original model.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import onnxruntime

from service.config import bundled
from service.inference.embedder import Embedder, load_embedder
from service.inference.encoder_graph import build
from service.inference.encoder_operators import Precision
from service.inference.encoder_weights import read_weights
from service.inference.minilm import packaged_weights

QUESTIONS = (
    "videos on backprop",
    "how do the weights of a network get updated",
    "what is a convolutional neural network",
    "batch normalization",
    "something to read about queries, keys and values",
)
COST_GOAL = 0.6  # of the package's own graph
CLOSENESS_GOAL = 0.98
MODELS = bundled("data") / "models"


def session(graph: bytes) -> onnxruntime.InferenceSession:
    """On one thread of the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


class Packaged:
    """The package's graph, which wants token types and leaves the pooling to its user."""

    def __init__(self, tokenizer: object) -> None:
        self.tokenizer = tokenizer
        self.session = session(packaged_weights().read_bytes())

    def embed(self, texts: list[str]) -> np.ndarray:
        """(1, 384): one text."""
        ids = np.array([self.tokenizer.encode(texts[0]).ids])
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = self.session.run(None, inputs)[0].mean(axis=1)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)


def cpu_ms(embed: Callable[[list[str]], object]) -> float:
    """CPU time of a question, the mean over QUESTIONS."""
    before = time.process_time()
    for question in QUESTIONS:
        embed([question])
    return (time.process_time() - before) * 1000 / len(QUESTIONS)


def main() -> None:
    """Print the table and the ratio beside its goal."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    int8 = load_embedder(MODELS)
    tokenizer = int8.tokenizer
    fp32 = Embedder(tokenizer, session(build(read_weights(packaged_weights()), Precision.FP32)), batch=1)
    models = {"ours, int8": int8, "ours, float32": fp32, "the package's": Packaged(tokenizer)}
    times = [{name: cpu_ms(model.embed) for name, model in models.items()} for _ in range(rounds)]
    lines = (bundled("data") / "pages" / "lectures-2024.md").read_text(encoding="utf-8").splitlines()
    texts = [line for line in lines if line.strip()]
    close = (int8.embed(texts) * fp32.embed(texts)).sum(axis=1)
    for name in models:
        print(f"{name:14} {statistics.median(row[name] for row in times):5.2f} CPU-ms a question")
    ratio = statistics.median(row["ours, int8"] / row["the package's"] for row in times)
    print(f"int8 / the package's: {ratio:.2f} (goal <= {COST_GOAL})")
    print(f"cosine, int8 to float32: mean {close.mean():.4f}, least {close.min():.4f} (goal >= {CLOSENESS_GOAL})")


if __name__ == "__main__":
    main()
