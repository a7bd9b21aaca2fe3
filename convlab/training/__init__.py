"""Train small networks on digits: on any device, with all images kept there.

===================  ==================================================================================
``best_device()``    "cuda", the machine's other accelerator, or "cpu"
``fit(...)``         the training loop of notebook 06, with a progress bar; returns a `History`
``evaluate(...)``    the share of images that a model gets right
``save``, ``load``   a model's weights, to a file and back
``FastNet``          a small network for digits that learns fast
``fit_fast(...)``    one call from digits to a trained network: `FastNet` with all that makes `fit` fast
``pretrained()``     a `FastNet` that has learned already
===================  ==================================================================================

Notebook 06 writes the loop out by hand first; read it there, then in ``loop``.
"""

from convlab.training.devices import best_device
from convlab.training.evaluation import evaluate
from convlab.training.loop import History, fit
from convlab.training.ready import pretrained
from convlab.training.recipe import FastNet, fit_fast
from convlab.training.storage import load, save

__all__ = ["FastNet", "History", "best_device", "evaluate", "fit", "fit_fast", "load", "pretrained", "save"]
