"""The parameter by which people send pictures of their own."""

from marshmallow import ValidationError, fields, validate

from service.demos.parameter_fields import about

MAX_LENGTH = 5_400_000  # characters: base64 of 4 million bytes, and its prefix


def own_picture(size: int) -> fields.String:
    """A picture as base64 or data URL, or null; only its square of size x size pixels counts."""
    return fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(1, MAX_LENGTH),
        metadata=about(
            "Own image",
            "Taken instead of the image: PNG, JPEG, GIF, WebP or TIFF as data URL or base64, at most 4 million bytes "
            f"and 16 million pixels. Only its centred square is kept, of {size} x {size} pixels",
        ),
    )


def kept_square(text: str | None, field: str, size: int) -> str | None:
    """What the network sees of a picture, as a data URL: a run's parameters are small, and safe to unpack again.

    Raise ValidationError on `field` for what is no picture, broken, or too large.
    """
    if text is None:
        return None
    from service.demos import pictures  # noqa: PLC0415  # decoders, which few requests need

    try:
        return pictures.as_upload(pictures.read_upload(text, size))
    except pictures.NoPicture as error:
        raise ValidationError(str(error), field) from error
