"""The demos, one a line."""

from service.demos.activations import ACTIVATIONS
from service.demos.backpropagation import BACKPROPAGATION
from service.demos.batch_normalization import BATCH_NORMALIZATION
from service.demos.batch_size_sharpness import BATCH_SIZE_SHARPNESS
from service.demos.bent_plane import BENT_PLANE
from service.demos.cnn_explainer import CNN_EXPLAINER
from service.demos.convolution_arithmetic import CONVOLUTION_ARITHMETIC
from service.demos.convolution_calculator import CONVOLUTION_CALCULATOR
from service.demos.convolution_dimensions import CONVOLUTION_DIMENSIONS
from service.demos.convolutional_training import CONVOLUTIONAL_TRAINING
from service.demos.demo import Demo
from service.demos.dropout import DROPOUT
from service.demos.entropy import ENTROPY
from service.demos.gradient_descent_networks import GRADIENT_DESCENT_NETWORKS
from service.demos.group_normalization import GROUP_NORMALIZATION
from service.demos.imagenet_classifier import IMAGENET_CLASSIFIER
from service.demos.initialization import INITIALIZATION
from service.demos.initialization_digits import INITIALIZATION_DIGITS
from service.demos.initialization_training import INITIALIZATION_TRAINING
from service.demos.linear_regression import LINEAR_REGRESSION
from service.demos.logistic_regression import LOGISTIC_REGRESSION
from service.demos.number_formats import NUMBER_FORMATS
from service.demos.optimizers import OPTIMIZERS
from service.demos.playground import PLAYGROUND
from service.demos.representation_space import REPRESENTATION_SPACE
from service.demos.representations import REPRESENTATIONS
from service.demos.ridge import RIDGE
from service.demos.selu import SELU
from service.demos.symmetry import SYMMETRY
from service.errors import NotFound

DEMOS: tuple[Demo, ...] = (
    PLAYGROUND,
    OPTIMIZERS,
    LINEAR_REGRESSION,
    CNN_EXPLAINER,
    CONVOLUTIONAL_TRAINING,
    IMAGENET_CLASSIFIER,
    CONVOLUTION_ARITHMETIC,
    CONVOLUTION_CALCULATOR,
    CONVOLUTION_DIMENSIONS,
    LOGISTIC_REGRESSION,
    ENTROPY,
    BACKPROPAGATION,
    ACTIVATIONS,
    RIDGE,
    INITIALIZATION,
    INITIALIZATION_TRAINING,
    INITIALIZATION_DIGITS,
    SYMMETRY,
    DROPOUT,
    BATCH_NORMALIZATION,
    GROUP_NORMALIZATION,
    GRADIENT_DESCENT_NETWORKS,
    NUMBER_FORMATS,
    SELU,
    BATCH_SIZE_SHARPNESS,
    REPRESENTATIONS,
    REPRESENTATION_SPACE,
    BENT_PLANE,
)


def find_demo(id: str) -> Demo:
    """The demo of this id, or NotFound."""
    for demo in DEMOS:
        if demo.id == id:
            return demo
    raise NotFound("demo", id)
