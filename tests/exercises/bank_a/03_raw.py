"""Answers to 03-raw, written from its prompt."""

# %% wrong: the weight is multiplied by the scale | named
def raw(weight, bias, shift, scale):
    new_weight = weight * scale[None, :, None, None]
    new_bias = bias - (weight * shift[None, :, None, None]).sum(dim=(1, 2, 3))
    return new_weight, new_bias

# %% wrong: plus in place of minus in the bias | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias + (new_weight * shift[None, :, None, None]).sum(dim=(1, 2, 3))
    return new_weight, new_bias

# %% wrong: the bias keeps its old numbers | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias
    return new_weight, new_bias

# %% wrong: the weight keeps its old numbers | named
def raw(weight, bias, shift, scale):
    new_weight = weight
    new_bias = bias - (weight * shift[:, None, None]).sum((1, 2, 3))
    return new_weight, new_bias

# %% wrong: the shift is counted with the old weight, not divided by the scale | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias - (weight * shift[None, :, None, None]).sum(dim=(1, 2, 3))
    return new_weight, new_bias

# %% wrong: the shift is counted once for each channel, not for each pixel of the window | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias - (new_weight * shift[None, :, None, None]).mean(dim=(2, 3)).sum(1)
    return new_weight, new_bias

# %% wrong: the shift is taken straight from the bias, without weights | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias - (shift / scale).sum()
    return new_weight, new_bias

# %% wrong: the scale along the output channels | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[:, None, None, None]
    new_bias = bias - (new_weight * shift[:, None, None, None]).sum(dim=(1, 2, 3))
    return new_weight, new_bias

# %% wrong: scale without new axes, so it meets the columns | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale
    new_bias = bias - (new_weight * shift).sum((1, 2, 3))
    return new_weight, new_bias

# %% wrong: one number for all outputs: summed over the kernels too | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias - (new_weight * shift[None, :, None, None]).sum()
    return new_weight, new_bias

# %% wrong: the mean of the shifts for all channels | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias - new_weight.sum((1, 2, 3)) * shift.mean()
    return new_weight, new_bias

# %% wrong: the old bias is divided by the scale too | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias / scale.mean() - (new_weight * shift[None, :, None, None]).sum((1, 2, 3))
    return new_weight, new_bias

# %% wrong: prepares backwards: x * scale + shift | named
def raw(weight, bias, shift, scale):
    new_weight = weight * scale[None, :, None, None]
    new_bias = bias + (weight * shift[None, :, None, None]).sum((1, 2, 3))
    return new_weight, new_bias

# %% wrong: the weight itself is prepared like an image | named
def raw(weight, bias, shift, scale):
    new_weight = (weight - shift[None, :, None, None]) / scale[None, :, None, None]
    new_bias = bias
    return new_weight, new_bias

# %% wrong: the old bias is forgotten | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = -(new_weight * shift[None, :, None, None]).sum((1, 2, 3))
    return new_weight, new_bias

# %% wrong: returned in the wrong order | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias - (new_weight * shift[None, :, None, None]).sum((1, 2, 3))
    return new_bias, new_weight

# %% wrong: the given weight is changed in place | unnamed
def raw(weight, bias, shift, scale):
    new_weight = weight
    new_bias = bias
    for c in range(len(shift)):
        new_weight[:, c] /= scale[c]
        new_bias -= new_weight[:, c].sum((1, 2)) * shift[c]
    return new_weight, new_bias

# %% wrong: divided twice: the new weight is divided by the scale again for the bias | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale.reshape(1, -1, 1, 1)
    new_bias = bias - (new_weight * (shift / scale).reshape(1, -1, 1, 1)).sum((1, 2, 3))
    return new_weight, new_bias

# %% wrong: only the first channel is treated | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[0]
    new_bias = bias - new_weight.sum((1, 2, 3)) * shift[0]
    return new_weight, new_bias

# %% wrong: the number of pixels is taken from the rows only (h * h) | unnamed
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    h = weight.shape[2]
    per_channel = (new_weight * shift[None, :, None, None]).mean(dim=(2, 3)) * h * h
    new_bias = bias - per_channel.sum(1)
    return new_weight, new_bias

# %% wrong: only the new weight is returned | unnamed
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    return new_weight

# %% wrong: the bias gets the shape (C_out, 1) | named
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias[:, None] - (new_weight.sum((2, 3)) @ shift[:, None])
    return new_weight, new_bias

# %% right: broadcasting | passed
def raw(weight, bias, shift, scale):
    new_weight = weight / scale[None, :, None, None]
    new_bias = bias - (new_weight * shift[None, :, None, None]).sum(dim=(1, 2, 3))
    return new_weight, new_bias

# %% right: loops | passed
def raw(weight, bias, shift, scale):
    new_weight = torch.zeros(weight.shape)
    new_bias = torch.zeros(bias.shape)
    for o in range(weight.shape[0]):
        new_bias[o] = bias[o]
        for c in range(weight.shape[1]):
            new_weight[o, c] = weight[o, c] / scale[c]
            new_bias[o] -= new_weight[o, c].sum() * shift[c]
    return new_weight, new_bias

# %% right: einsum | passed
def raw(weight, bias, shift, scale):
    new_weight = torch.einsum("ochw,c->ochw", weight, 1 / scale)
    return [new_weight, bias - torch.einsum("ochw,c->o", new_weight, shift)]

# %% right: a convolution of a constant image gives the new bias | passed
def raw(weight, bias, shift, scale):
    h, w = weight.shape[2:]
    constant = (-shift / scale).reshape(1, -1, 1, 1).expand(1, -1, h, w)
    return weight / scale.reshape(-1, 1, 1), F.conv2d(constant, weight, bias).flatten()

# %% right: a matrix product, and a clone changed channel by channel | passed
def raw(weight, bias, shift, scale):
    new_weight = weight.clone()
    for c in range(weight.shape[1]):
        new_weight[:, c] /= scale[c]
    new_bias = bias - new_weight.sum(3).sum(2) @ shift
    return new_weight, new_bias
