"""A model's weights in a file."""

from __future__ import annotations

import os
import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from torch import nn

from convlab.training.checks import check_model
from convlab.training.devices import model_device
from convlab.training.pixels import NAME, as_normalisation, core, remembered

KEY = "convlab.normalisation"  # in the file: beside the weights, where load_state_dict does not look


def save(model: nn.Module, path: str | os.PathLike) -> Path:
    """Write the model's weights (its state_dict) to a file, whole or not at all; how `fit` normalised goes along.

    Args:
        model: any module, on any device; one that is compiled or in DataParallel is saved as if it were plain.
        path: the file, for example "digits.pt"; one that exists is replaced once the new one is complete.

    Returns:
        The path.

    Raises:
        TypeError: no module.
        ValueError: a lazy model that has no weights yet, or one on the device "meta".
        OSError: the file cannot be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save(nn.Linear(2, 1), f"{folder}/line.pt")
    ...     load(nn.Linear(2, 1), path)
    Linear(in_features=2, out_features=1, bias=True)
    """
    check_model("save", model)
    path = Path(path).expanduser()
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    state = core(model).state_dict()
    weights = OrderedDict((name, entry.cpu() if hasattr(entry, "cpu") else entry) for name, entry in state.items())
    weights._metadata = {**state._metadata, KEY: remembered(model)}  # type: ignore[attr-defined] # torch's own place
    try:
        torch.save(weights, unfinished)
        unfinished.replace(path)
    except (OSError, RuntimeError) as error:  # torch reports a missing folder as a RuntimeError
        raise OSError(f"save: {path} cannot be written: {str(error).splitlines()[0]}") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def load(model: nn.Module, path: str | os.PathLike) -> nn.Module:
    """Read weights that `save` wrote into a model of the same build; return the model.

    Only numbers are read (``weights_only=True``): a file from elsewhere cannot run code here.

    Args:
        model: a module with the same layers as the one that was saved; it stays on its device.
        path: the file.

    Raises:
        FileNotFoundError: no such file.
        ValueError: no file of weights, a damaged one, or one of another model. The model keeps its own weights then.
    """
    check_model("load", model)
    path = Path(path).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"load: there is no file {path}")
    try:
        weights = torch.load(path, map_location=model_device("load", model), weights_only=True)
    except (pickle.UnpicklingError, zipfile.BadZipFile, RuntimeError, EOFError, ValueError, KeyError) as error:
        raise ValueError(
            f"load: {path} is damaged, or no file of weights that `save` wrote ({type(error).__name__})"
        ) from None
    names = _check_same_build(model, weights, path)
    normalisation = getattr(weights, "_metadata", {}).get(KEY)
    normalisation = normalisation and as_normalisation("load", normalisation)
    model.load_state_dict({own: weights[found] for own, found in names.items()})
    setattr(core(model), NAME, normalisation)
    return model


def _plain(names) -> dict[str, str]:
    """Return the names as they are without torch.compile, DataParallel and their like, each with the one it has."""
    plain = {".".join(part for part in name.split(".") if part not in ("_orig_mod", "module")): name for name in names}
    return plain if len(plain) == len(names) else {name: name for name in names}


def _check_same_build(model: nn.Module, weights, path: Path) -> dict[str, str]:
    """Refuse weights with other names or shapes than the model's; return which of its names is which in the file."""
    if not isinstance(weights, dict) or not all(isinstance(w, torch.Tensor) for w in weights.values()):
        raise ValueError(f"load: {path} holds {type(weights).__name__}, not the weights of a model")
    state = model.state_dict()
    names = _plain(state), _plain(weights)
    own = {plain: tuple(state[name].shape) for plain, name in names[0].items()}
    found = {plain: tuple(weights[name].shape) for plain, name in names[1].items()}
    faults = [f"{name} is missing in the file" for name in own if name not in found]
    faults += [f"{name} is not in the model" for name in found if name not in own]
    faults += [f"{n} is {found[n]} in the file, {own[n]} in the model" for n in own if found.get(n, own[n]) != own[n]]
    if faults:
        more = f" and {len(faults) - 3} more" if len(faults) > 3 else ""
        raise ValueError(f"load: {path} was saved from another model: {'; '.join(faults[:3])}{more}")
    return {name: names[1][plain] for plain, name in names[0].items()}
