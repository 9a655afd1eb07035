"""The parameters of the ImageNet classifier: a picture, a class to explain, and a stage to look into."""

from difflib import get_close_matches
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates

from service.demos.own_picture import kept_square, own_picture
from service.demos.parameter_fields import about, choice, whole
from service.inference.imagenet import STAGES, classes

IMAGES = ("espresso", "cat", "photographer", "rocket", "astronaut")
KEPT_SIDE = 256  # pixels; the network sees the 224 x 224 in the middle, as it was tested
MAX_MAPS = 40
_LONGEST_NAME = 80  # characters


class ImagenetClassifierParameters(Schema):
    """What one may choose."""

    image = choice("espresso", IMAGES, "Image", "A photograph that ships with the service")
    upload = own_picture(KEPT_SIDE)
    top = whole(5, (1, 20), "Classes shown", "So many of the most probable", "classes")
    explained = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, _LONGEST_NAME),
        metadata=about("Explained class", "Its name among ImageNet's 1,000 (tabby, cup); null is the most probable"),
    )
    stage = choice("block_3", STAGES, "Stage", "Whose maps are shown: from the stem's edges to the head's things")
    maps = whole(24, (1, MAX_MAPS), "Maps shown", "So many of the stage's, those with the largest mean first", "maps")

    @validates("explained")
    def is_a_class(self, name: str | None, **_: Any) -> None:
        """Names what is near where there is no such class."""
        if name is not None and name not in classes():
            near = get_close_matches(name, classes(), n=3, cutoff=0.5)
            told = f" Near: {', '.join(near)}." if near else ""
            raise ValidationError(f"ImageNet has no class of this name.{told}")

    @post_load
    def only_the_square(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Keep of an upload what the network sees."""
        return {**data, "upload": kept_square(data["upload"], "upload", KEPT_SIDE)}
