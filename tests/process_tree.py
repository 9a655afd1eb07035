"""The processes below one of ours, for tests that kill some of them."""

from pathlib import Path


def processes_of(parent: int, words: str = "") -> set[int]:
    """Those below a process, at any depth, whose command line has these words."""
    found: dict[int, tuple[int, str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            command = (folder / "cmdline").read_text().replace("\0", " ")
        except OSError:  # it ended meanwhile
            continue
        if stat[0] != "Z":
            found[int(folder.name)] = (int(stat[1]), command)
    family = {parent}
    while grown := {pid for pid, (above, _) in found.items() if above in family} - family:
        family |= grown
    return {pid for pid in family - {parent} if words in found[pid][1]}
