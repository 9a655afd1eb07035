"""Trains the CNN explainer's network and writes its weights, its pictures and what torch computes for them.

    python -m scripts.train_tiny_vgg /usr/share/datasets/fashion-mnist

The folder holds Fashion-MNIST's four files (Debian: dataset-fashion-mnist). Needs torch; takes about seven minutes
of one core. The accuracy that it prints belongs into the model's card.
"""

import argparse
import gzip
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from service.demos.cnn_explainer.network import CLASSES, CONVOLUTIONS, LAYERS, SIDES
from service.demos.cnn_explainer.parameters import IMAGES
from service.demos.pictures import squared

MODEL = Path(__file__).parents[1] / "data" / "models" / "tiny_vgg"
REFERENCE = Path(__file__).parents[1] / "tests" / "demos" / "tiny_vgg_reference.npz"
SEED, EPOCHS, BATCH, LEARNING_RATE = 1, 5, 64, 3e-3
DARKEST = 0.4  # of a channel's random brightness: the pictures are grey, what people upload is not
KEPT_EVERY = 7  # one in so many values of a map is kept as reference


class TinyVGG(nn.Sequential):
    """Two blocks of two 3 x 3 convolutions and a 2 x 2 maximum, ten channels each, and one dense layer."""

    def __init__(self) -> None:
        conv = [nn.Conv2d(3 if i == 0 else 10, 10, 3) for i in range(4)]
        block = [conv[0], nn.ReLU(), conv[1], nn.ReLU(), nn.MaxPool2d(2)]
        block += [conv[2], nn.ReLU(), conv[3], nn.ReLU(), nn.MaxPool2d(2)]
        super().__init__(*block, nn.Flatten(), nn.Linear(1690, 10))
        for parameter in self.parameters():
            nn.init.xavier_uniform_(parameter) if parameter.dim() > 1 else nn.init.zeros_(parameter)


def read(folder: Path, name: str) -> tuple[np.ndarray, Tensor]:
    """Images (n, 28, 28) and labels (n,) of one of the set's two parts: "train" or "t10k"."""
    images = gzip.decompress((folder / f"{name}-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / f"{name}-labels-idx1-ubyte.gz").read_bytes())
    return (
        np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28),
        torch.tensor(np.frombuffer(labels, np.uint8, offset=8).astype(np.int64)),
    )


def enlarged(images: np.ndarray) -> Tensor:
    """As the demo sees them, of one channel, for the three are equal: (n, 1, 64, 64) bytes."""
    return torch.tensor(np.stack([squared(Image.fromarray(one), SIDES["input"])[:, :, 0] for one in images]))[:, None]


def varied(images: Tensor, random: torch.Generator) -> Tensor:
    """Three channels (n, 3, 64, 64) from 0 to 1, each of a random brightness; half of the pictures mirrored."""
    brightness = DARKEST + (1 - DARKEST) * torch.rand(len(images), 3, 1, 1, generator=random)
    mirrored = torch.where(torch.rand(len(images), 1, 1, 1, generator=random) < 0.5, images, images.flip(3))
    return mirrored / 255 * brightness


def train(network: TinyVGG, images: Tensor, labels: Tensor) -> None:
    """Adam, with a learning rate that falls to zero on half a wave of a cosine."""
    random = torch.Generator().manual_seed(SEED)
    optimizer = torch.optim.Adam(network.parameters(), LEARNING_RATE)
    steps = EPOCHS * (len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for epoch in range(EPOCHS):
        started, losses = time.process_time(), []
        for batch in torch.randperm(len(images), generator=random)[: steps // EPOCHS * BATCH].split(BATCH):
            loss = functional.cross_entropy(network(varied(images[batch], random)), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.4f}, {time.process_time() - started:.0f} s", flush=True)


@torch.no_grad()
def confusion(network: TinyVGG, images: Tensor, labels: Tensor) -> np.ndarray:
    """How many pictures of each class (rows) are taken for which (columns)."""
    told = torch.cat([network((batch / 255).expand(-1, 3, -1, -1)).argmax(1) for batch in images.split(250)])
    return np.bincount((labels * 10 + told).numpy(), minlength=100).reshape(10, 10)


@torch.no_grad()
def reference(network: TinyVGG, pictures: Tensor) -> dict[str, np.ndarray]:
    """What every layer gives for the pictures: the output whole, of the maps one value in KEPT_EVERY."""
    kept, values = {}, pictures.expand(-1, 3, -1, -1) / 255
    for name, layer in zip(LAYERS[1:], network, strict=True):
        values = layer(values)
        kept[name] = values[0].flatten()[::KEPT_EVERY].numpy()
    return {**kept, "logits": values.numpy(), "probabilities": values.softmax(1).numpy()}


def write(network: TinyVGG, images: np.ndarray, labels: Tensor) -> None:
    """The weights, the first test picture of each class, and the reference for both."""
    (MODEL / "images").mkdir(parents=True, exist_ok=True)
    layers = [layer for layer in network if hasattr(layer, "weight")]
    weights = {}
    for name, layer in zip((*CONVOLUTIONS, "output"), layers, strict=True):
        weights[f"{name}.weight"] = layer.weight.detach().numpy()
        weights[f"{name}.bias"] = layer.bias.detach().numpy()
    np.savez(MODEL / "weights.npz", **weights)
    firsts = [int((labels == number).nonzero()[0]) for number in range(10)]
    for name, first in zip(IMAGES, firsts, strict=True):
        Image.fromarray(images[first]).save(MODEL / "images" / f"{name}.png")
    np.savez_compressed(REFERENCE, **reference(network, enlarged(images[firsts])))


def main() -> None:
    """Train, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path, help="the folder of Fashion-MNIST's four files")
    folder = parser.parse_args().images
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    network = TinyVGG()
    images, labels = read(folder, "train")
    train(network, enlarged(images), labels)
    images, labels = read(folder, "t10k")
    counts = confusion(network, enlarged(images), labels)
    print(f"test accuracy {counts.trace() / counts.sum():.4f}")
    print(", ".join(CLASSES), counts, sep="\n")
    write(network, images, labels)


if __name__ == "__main__":
    main()
