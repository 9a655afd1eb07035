"""Where compiled loops are kept. Nothing here imports numba: it reads its settings when it is first imported."""

import hashlib
from pathlib import Path


def kernel_cache_dir(state_dir: Path) -> Path:
    """The folder to name in NUMBA_CACHE_DIR before any demo is imported: one for each edition of these sources.

    numba notices only changes of the file that a cached function is in, not of what it calls in other files.
    """
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(str(source.relative_to(Path(__file__).parent)).encode() + b"\0" + source.read_bytes() + b"\0")
    return state_dir / "kernels" / digest.hexdigest()[:16]
