"""ConvLab: a course on convolution in PyTorch.

The course is in the folder ``notebooks``; this package holds what they import.

==================  ==============================================================================
``functional``      the operators of the course, written from scratch
``geometry``        shape arithmetic: output sizes, receptive fields, parameters and multiply-adds
``kernels``         image kernels with a name: box, gaussian, sharpen, sobel, ...
``layers``          the zoo: nine kinds of convolution as modules
``plotting``        figures: a kernel with its values, a window that slides, images in a row
``data``            one photo, 10,000 digits and 1,515 emoji, bundled; your own pictures
``exercises``       tasks whose answers are checked, with the mistake by name
``explorers``       widgets to play with: windows, stamps, kernels on a photo, a look into a network
``copying``         a copy of the notebooks to work in: ``python -m convlab copy DIR``
``setup_check``     is everything installed? ``python -m convlab`` asks it
``training``        train a small network on digits: devices, the loop, saving
==================  ==============================================================================

Importing ``convlab`` loads nothing else; each module comes when it is first used:

>>> import convlab
>>> convlab.kernels.sobel_x().shape
torch.Size([3, 3])
"""

from importlib import import_module

__version__ = "0.1.0"

_MODULES = (
    "copying",
    "data",
    "exercises",
    "explorers",
    "functional",
    "geometry",
    "kernels",
    "layers",
    "plotting",
    "setup_check",
    "training",
)
__all__ = list(_MODULES)


def __getattr__(name: str):
    """Import a module of the package at its first use (PEP 562), so that ``import convlab`` stays light."""
    if name in _MODULES:
        return import_module(f"convlab.{name}")
    raise AttributeError(f"module 'convlab' has no attribute {name!r}; it has {', '.join(_MODULES)}")


def __dir__():
    return sorted([*globals(), *_MODULES])
