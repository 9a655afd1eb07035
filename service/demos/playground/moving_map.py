"""The playground's training as a picture that moves: the output over the plane beside the losses so far."""

from typing import Any

import numpy as np

from service.demos.charts import Axis, Curve, by_name, curve_rows
from service.demos.figures import FRAME, INK, Animation, Figure, number_told
from service.demos.moving import FRAME_S, NOW
from service.demos.playground.map import data_layers, map_legend, shown_values
from service.demos.playground.pixels import SHADES, picture_layer
from service.demos.playground.training import Trained

Layer = dict[str, Any]
_SIDE = 300  # units of the drawing


def training_figure(trained: Trained, parameters: dict[str, Any]) -> Figure:
    """A frame for each of the run's frames."""
    frames, curves = trained.frames, trained.curves
    epochs = [frame.epoch for frame in frames]
    losses = curves.train_loss[-1, 0], curves.test_loss[-1, 0]
    return Figure(
        "Training",
        f"Moving picture in {len(frames)} steps, up to epoch {epochs[-1]}: a heat map of the network's output with the "
        f"data, and both losses so far. At the end the training loss is {number_told(losses[0])}, the test loss "
        f"{number_told(losses[1])}.",
        {
            "title": {"text": f"Training: {parameters['dataset']}", "subtitle": [SHADES, map_legend(parameters)[0]]},
            "hconcat": [_map(trained, parameters), _losses(trained, epochs)],
            "resolve": {"scale": {"color": "independent", "strokeDash": "independent"}},
        },
        Animation(len(frames), FRAME_S, still=len(frames) - 1),
    )


def _map(trained: Trained, parameters: dict[str, Any]) -> Layer:
    surfaces = [shown_values(frame.decision, parameters) for frame in trained.frames]
    layers = [picture_layer(surfaces, _SIDE), *data_layers(trained, parameters)]
    return {"width": _SIDE, "height": _SIDE, "layer": layers}


def _losses(trained: Trained, epochs: list[int]) -> Layer:
    """Both curves up to the frame's epoch, on axes that stand still, and the epoch in words."""
    curves = trained.curves
    both = [
        Curve(name, curves.epochs.astype(float), column[:, 0])
        for name, column in (("Training", curves.train_loss), ("Test", curves.test_loss))
    ]
    rows = curve_rows(both)
    seen = [{**row, "frame": int(np.searchsorted(epochs, row["x"]))} for row in rows]
    top = max((row["y"] for row in rows), default=1.0)
    x, y = Axis("Epoch", low=0, high=max(epochs[-1], 1)), Axis("Loss", low=0, high=top * 1.02)
    encoding = {"x": x.encoding("x"), "y": y.encoding("y"), **by_name([curve.name for curve in both])}
    words = [{"frame": number, "told": f"epoch {epoch}"} for number, epoch in enumerate(epochs)]
    clock = {"type": "text", "align": "right", "fontSize": 14, "color": INK, "aria": False, "x": _SIDE - 8, "y": 14}
    return {
        "width": _SIDE,
        "height": _SIDE,
        "layer": [
            {
                "data": {"values": seen},
                "transform": [{"filter": f"datum.frame <= {FRAME}"}],
                "mark": {"type": "line", "strokeWidth": 2.5, "clip": True},
                "encoding": encoding,
            },
            {
                "data": {"values": words},
                "transform": NOW,
                "mark": clock,
                "encoding": {"text": {"field": "told"}},
            },
        ],
    }
