"""The picture of a DigitInspector's state."""

from __future__ import annotations

import textwrap

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from convlab.explorers.digit.verdict import EMPTY, verdict
from convlab.plotting.canvas import INK, RESULT, SIGNED


def draw_digit(inspector) -> Figure:
    """Draw the drawing, what the network sees, the probabilities, and the first maps of the first steps.

    Without an answer the reason stands in place of the probabilities.
    """
    steps = [step for step in inspector.steps if step.output[0].numel() > 1][:2]
    columns = min(10, max((len(step.output) for step in steps), default=1))
    figure = plt.figure(figsize=(7.6, 2.4 + 0.95 * len(steps)), dpi=100, layout="constrained", facecolor="white")
    plt.close(figure)
    top, below = figure.subfigures(2, 1, height_ratios=(2.4, max(0.95 * len(steps), 0.01)))
    left, middle, right = top.subplots(1, 3, width_ratios=(1, 1, 1.2))
    if inspector.image is None:
        left.imshow(1 - inspector.drawing.numpy(), cmap="gray", vmin=0, vmax=1)
        left.set_title("drawing", fontsize=12, color=INK)
    middle.imshow(inspector.input.numpy(), cmap="gray", vmin=0, vmax=255)
    middle.set_title("what the network sees", fontsize=12, color=INK)
    for ax in (left, middle):
        ax.set(xticks=[], yticks=[])
        ax.set_axis_on() if ax.images else ax.set_axis_off()
    if inspector.scores is None:
        right.set_axis_off()
        error = inspector.result.get("error")
        reason = textwrap.fill(f"no answer: {error}" if error else EMPTY, 26)
        right.text(0, 1, reason, va="top", fontsize=10, color=INK, transform=right.transAxes, parse_math=False)
        return figure
    probabilities = inspector.probabilities
    best, sure, words = verdict(probabilities, inspector.labels)
    places = range(len(probabilities))
    right.barh(places, probabilities.tolist(), color=RESULT, alpha=1 if sure else 0.45)
    right.set(xlim=(0, 1.15), xticks=[0, 0.5, 1])
    right.set_yticks(places, inspector.labels, parse_math=False)  # two may have one name
    right.invert_yaxis()
    right.tick_params(labelsize=10)
    right.set_title(f"probabilities: {words}" if sure else words, fontsize=12, color=INK, parse_math=False)
    for n in best:
        right.text(probabilities[n].item() + 0.02, n, f"{probabilities[n]:.2f}", va="center", fontsize=10)
    for line, step in enumerate(steps):
        for column in range(min(columns, len(step.output))):
            ax = below.add_subplot(len(steps), columns, line * columns + column + 1)
            maps = step.output.cpu().float()
            largest = maps[maps.isfinite()].abs().max().item() if maps.isfinite().any() else 1
            largest = largest or 1
            ax.imshow(maps[column].numpy(), cmap=SIGNED, vmin=-largest, vmax=largest)
            ax.set(xticks=[], yticks=[])
            if column == 0:
                name = step.operation if not step.layer else f"{step.layer}\n{step.operation}"
                ax.set_ylabel(name, fontsize=10, color=INK, parse_math=False)
    return figure
