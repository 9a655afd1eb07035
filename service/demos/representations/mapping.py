"""Maps of representations: two dimensions out of many, and what is told of them."""

from dataclasses import dataclass

from service.demos.compiled import Floats, Ints
from service.demos.demo import Progress
from service.demos.representations.projection import explained, nearest, pca, purity, squared_distances
from service.demos.representations.tsne import Tsne, tsne

PCA, TSNE = "pca", "tsne"
METHODS = {PCA: "PCA", TSNE: "t-SNE"}


@dataclass(frozen=True)
class Method:
    """How a map is made; `rule` is t-SNE's."""

    name: str
    rule: Tsne

    @property
    def title(self) -> str:
        """As a figure says it."""
        return METHODS[self.name]


@dataclass(frozen=True)
class Plane:
    """Points in the plane, (n, 2), and how well they stand for what they are a map of."""

    places: Floats
    kept: float  # a share of the variance, or t-SNE's divergence
    told: str  # the same in words


def project(points: Floats, method: Method, progress: Progress) -> Plane:
    """Draw points (n, d) in the plane."""
    if method.name == PCA:
        kept = explained(points, 2)
        return Plane(pca(points, 2), kept, f"{kept:.0%} of the variance")
    places, kept = tsne(points, method.rule, progress)
    return Plane(places, kept, f"neighbours, to a divergence of {kept:.2f}")


@dataclass(frozen=True)
class Mapped:
    """A representation of digits, and its map."""

    name: str
    units: int
    plane: Plane
    purity: float  # the share of nearest neighbours that show the same digit
    map_purity: float
    nearest: Ints  # (n,), of each digit the nearest other, in the representation


@dataclass(frozen=True)
class Shown:
    """What the digits show, (n,), and how many neighbours of each are looked at."""

    labels: Ints
    neighbours: int


def map_representation(name: str, points: Floats, shown: Shown, method: Method, progress: Progress) -> Mapped:
    """Draw what a layer holds of digits, (n, units)."""
    plane, squares = project(points, method, progress), squared_distances(points)
    return Mapped(
        name=name,
        units=points.shape[1],
        plane=plane,
        purity=purity(squares, shown.labels, shown.neighbours),
        map_purity=purity(squared_distances(plane.places), shown.labels, shown.neighbours),
        nearest=nearest(squares),
    )
