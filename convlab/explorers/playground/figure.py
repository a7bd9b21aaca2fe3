"""The picture of a KernelPlayground's state."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from convlab.explorers.shared.base import colour
from convlab.plotting.canvas import INK, SIGNED, largest_size, paint_signed_grid, size_text

MARK = colour("--mark")


def draw_playground(playground) -> Figure:
    """Draw the image with the window, the kernel (each slice), and the signed result with the pixel."""
    image, kernel, output = playground.image, playground.kernel, playground.output
    slices, size = len(kernel), kernel.shape[1:]
    figure = plt.figure(figsize=(5.6, 2.3), dpi=100, layout="constrained", facecolor="white")
    plt.close(figure)
    left, middle, right = figure.subfigures(1, 3, width_ratios=(3, 2 if slices == 1 else 1.6, 3.4))
    ax = left.subplots()
    ax.imshow((image.permute(1, 2, 0) if slices == 3 else image[0]).numpy(), cmap="gray", vmin=0, vmax=255)
    before = [0 if playground.padding_mode == "valid" else (k - 1) // 2 for k in size]
    top, start = (p - b for p, b in zip(playground.position, before, strict=True))
    ax.add_patch(Rectangle((start - 0.5, top - 0.5), size[1], size[0], fill=False, edgecolor=MARK))
    _finish(ax, f"image {size_text(image[0])}")
    names = ("kernel",) if slices == 1 else [f"{name} slice" for name in playground.constants["channels"]]
    for ax, one, name in zip(middle.subplots(slices, 1, squeeze=False)[:, 0], kernel, names, strict=True):
        paint_signed_grid(ax, one, name, largest_size(kernel))  # one scale for all slices
        ax.title.set_fontsize(9)
        for text in ax.texts:
            text.set_fontsize(8 if max(one.shape) <= 5 else 5)
    ax = right.subplots()
    largest = output.abs().max().item() or 1
    drawn = ax.imshow(output.numpy(), cmap=SIGNED, vmin=-largest, vmax=largest)
    figure.colorbar(drawn, ax=ax, shrink=0.7, pad=0.02).ax.tick_params(labelsize=7)
    i, j = playground.position
    ax.add_patch(Rectangle((j - 1.5, i - 1.5), 3, 3, fill=False, edgecolor=MARK))
    _finish(ax, f"result {size_text(output)}")
    return figure


def _finish(ax, title: str) -> None:
    ax.set_title(title, fontsize=10, color=INK)
    ax.set_axis_off()
