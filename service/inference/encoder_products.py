"""Products of activations and an encoder's matrices: in float32, or in the int8 that suits where they come from.

Without VNNI, processors add pairs of 8x8-bit products in 16 bits, which two full bytes would overflow: one of the two
has seven bits. It is the weights where all activations share a scale, and the activations where each token has its own.
Shapes: B texts, T tokens.
"""

import numpy as np
from numpy.typing import NDArray

from service.inference.encoder_operators import EncoderGraph, Precision, normalized

LARGEST_WEIGHT = 63
LARGEST_ACTIVATION = 127
LEAST_GELU = -0.17  # of all its values
DEVIATIONS = 3  # standard deviations from its bias within which nearly all values of a dimension lie

Floats = NDArray[np.float32]


def multiply(graph: EncoderGraph, x: str, name: str, output: str) -> str:
    """(B, T, inputs) x (inputs, outputs) + bias -> (B, T, outputs)."""
    matrix, bias = graph.weights.quantized[f"{name}.weight"].floats(), graph.weights.vectors[f"{name}.bias"]
    if graph.precision is Precision.FP32:
        return _multiply_floats(graph, x, (matrix, bias), output)
    return _multiply_bytes(graph, x, (matrix, bias), output)


def multiply_normalized(graph: EncoderGraph, norm: str, names: list[str], output: str) -> str:
    """The same of what the layer normalisation `norm` gives, with several matrices side by side.

    In int8 its wide dimensions are made narrower, the narrow ones wider, and the matrix in turn, so that one scale
    suits them all (Xiao et al., SmoothQuant, 2023). How wide they are is told by the normalisation's own weights.
    """
    x = normalized(norm)
    matrix = np.hstack([graph.weights.quantized[f"{name}.weight"].floats() for name in names])
    bias = np.hstack([graph.weights.vectors[f"{name}.bias"] for name in names])
    if graph.precision is Precision.FP32:
        return _multiply_floats(graph, x, (matrix, bias), output)
    scale, middle = (np.abs(graph.weights.vectors[f"{norm}.{part}"]) for part in ("weight", "bias"))
    width = np.sqrt(middle + DEVIATIONS * scale)
    even = graph.add("Div", [x, graph.constant(f"{output}.width", width)], f"{output}.even")
    return _multiply_bytes(graph, even, (matrix * width[:, None], bias), output)


def multiply_after_gelu(graph: EncoderGraph, x: str, name: str, output: str) -> str:
    """The same of what GELU gives. In int8 each token has its own scale: activations of a few tokens are far larger."""
    if graph.precision is Precision.FP32:
        return multiply(graph, x, name, output)
    matrix, bias = graph.weights.quantized[f"{name}.weight"], graph.weights.vectors[f"{name}.bias"]
    rows, step = _quantize_tokens(graph, x, len(matrix.values), output)
    weights = [graph.constant(f"{output}.w", matrix.values), graph.number("one", 1)]
    columns = graph.constant(f"{output}.columns", matrix.scale[0])
    product = graph.fused("MatMulIntegerToFloat", [rows, *weights, columns], f"{output}.product")
    steps = graph.add("Unsqueeze", [step, graph.constant("last", np.array([-1]))], f"{output}.steps")
    scaled = graph.add("Mul", [product, steps], f"{output}.scaled")
    # The activations were raised to be positive: what that adds to each sum comes off the bias.
    lowered = graph.constant(f"{output}.bias", bias + np.float32(LEAST_GELU) * matrix.floats().sum(axis=0))
    return graph.add("Reshape", [graph.add("Add", [scaled, lowered], f"{output}.rows"), "shape"], output)


def _multiply_floats(graph: EncoderGraph, x: str, weights: tuple[Floats, Floats], output: str) -> str:
    matrix, bias = weights
    product = graph.add("MatMul", [x, graph.constant(f"{output}.w", matrix)], f"{output}.product")
    return graph.add("Add", [product, graph.constant(f"{output}.bias", bias)], output)


def _multiply_bytes(graph: EncoderGraph, x: str, weights: tuple[Floats, Floats], output: str) -> str:
    """All activations share a scale; each column of the matrix has its own."""
    matrix, bias = weights
    scale = np.abs(matrix).max(axis=0) / LARGEST_WEIGHT
    arrays = {"w": np.rint(matrix / scale).astype(np.int8), "scale": scale, "zero": np.zeros(len(scale), np.int8)}
    constants = [graph.constant(f"{output}.{part}", array) for part, array in (arrays | {"bias": bias}).items()]
    return graph.fused("DynamicQuantizeMatMul", [x, *constants], output)


def _quantize_tokens(graph: EncoderGraph, x: str, width: int, name: str) -> tuple[str, str]:
    """(B, T, width) -> (B T, width) of bytes, none over LARGEST_ACTIVATION, and the step between them, (B T)."""
    positive = graph.add("Sub", [x, graph.number("least", LEAST_GELU)], f"{name}.positive")
    rows = graph.add("Reshape", [positive, graph.constant("wide", np.array([-1, width]))], f"{name}.wide")
    last = graph.constant("last", np.array([-1]))
    most = graph.add("ReduceMax", [rows, last], f"{name}.most", keepdims=0)
    step = graph.add("Mul", [most, graph.number("share", 1 / LARGEST_ACTIVATION)], f"{name}.step")
    return graph.add("QuantizeLinear", [rows, step], f"{name}.bytes", axis=0), step
