"""Whether a SQLite database was written to, without asking SQLite: by the header of its write-ahead log's index.

All processes that have the database open share the index in memory, as the file `…-shm`, and each commit writes its
header anew, in two copies (https://www.sqlite.org/walformat.html, "The WAL-Index Header"). To ask by a statement
costs twenty times more, and lets other threads of the process run, whose turn the caller then has to wait for.
"""

import mmap
import os
from functools import cache

HEADER = slice(96)  # bytes: both copies


def wal_index(database: str) -> mmap.mmap | None:
    """The index of a database that this process has read and keeps open; None where it keeps no write-ahead log.

    After each commit its `HEADER` has other bytes.
    """
    path = f"{database}-shm"
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return None
    return _mapped(path, there.st_dev, there.st_ino)


@cache
def _mapped(path: str, _device: int, _inode: int) -> mmap.mmap:
    # Neither this descriptor nor the map's own is ever closed. That would take away all the locks which SQLite has on
    # the file: in POSIX they are the process's, and gone once it closes any of its descriptors of that file.
    return mmap.mmap(os.open(path, os.O_RDONLY), mmap.PAGESIZE, prot=mmap.PROT_READ)
