"""Compute the vectors of data/vocabulary/descriptions.yaml, which questions are compared with.

python scripts/embed_descriptions.py
"""

import numpy as np
import yaml

from service.catalog.names import fold
from service.config import bundled
from service.inference.descriptions import FILE
from service.inference.judge import LazyEmbedder


def main() -> None:
    """Write the file that the service reads."""
    data = bundled("data")
    described = yaml.safe_load((data / "vocabulary" / "descriptions.yaml").read_text(encoding="utf-8"))
    pairs = [(fold(subject), text) for subject, texts in described.items() for text in texts]
    subjects, texts = zip(*pairs, strict=True)
    embedder = LazyEmbedder(data / "models")
    path = data / "models" / FILE
    path.parent.mkdir(exist_ok=True)
    vectors = embedder.embed(texts).astype(np.float16)
    np.savez_compressed(path, model=embedder.version, subjects=subjects, texts=texts, vectors=vectors)
    print(f"{len(texts)} descriptions of {len(described)} subjects, {path.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
