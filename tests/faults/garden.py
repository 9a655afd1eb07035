"""Pages for the harness to ingest: small gardens, each edition of which is another text."""

import hashlib
import random

from faults.ledger import Write

PLANTS = ("Apples", "Pears", "Plums", "Quinces", "Cherries")


def edition(name: str, number: int, chance: random.Random) -> str:
    """A page whose links stay, move and change from one edition to the next."""
    plants = chance.sample(PLANTS, len(PLANTS))
    sections = [_section(name, plants[:place], plant, chance) for place, plant in enumerate(plants)]
    return f"# {name} {number}\n\n" + "\n".join(sections)


def ingest_of(name: str, text: str) -> Write:
    return Write("ingest", f"page:{name}", hashlib.sha256(text.encode()).hexdigest())


def _section(name: str, earlier: list[str], plant: str, chance: random.Random) -> str:
    requires = f"Requires: {chance.choice(earlier)}\n" if earlier and chance.random() < 0.5 else ""
    return f"## {plant}\n{requires}" + "".join(_link(name, plant, n, chance) for n in range(3))


def _link(name: str, plant: str, number: int, chance: random.Random) -> str:
    kind = chance.choice(("video", "paper", "book"))
    return f"* {plant} {number}, a {kind} [{kind}](https://example.org/{name}/{plant.lower()}/{number})\n"
