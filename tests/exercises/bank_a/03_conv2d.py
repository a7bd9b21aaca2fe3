"""Answers to 03-conv2d, written from its prompt."""

# %% wrong: the bias is forgotten | named
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    y = torch.zeros(N, O, rows, columns)
    for n in range(N):
        for o in range(O):
            for i in range(rows):
                for j in range(columns):
                    t, l = i * stride, j * stride
                    y[n, o, i, j] = (x[n, :, t : t + h, l : l + w] * weight[o]).sum()
    return y

# %% wrong: the stride is ignored | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)

# %% wrong: the padding is ignored | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: padding on the left and at the top only | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, 0, padding, 0))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: padding for the columns only | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: only the first channel is used | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([corr2d(image[0], K[0]) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: only the last channel is left | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        maps = []
        for K, b in zip(weight, bias):
            for c, k in zip(image, K):
                total = corr2d(c, k)
            maps.append(total + b)
        out.append(torch.stack(maps))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: the channels' mean | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(
            torch.stack(
                [torch.stack([corr2d(c, k) for c, k in zip(image, K)]).mean(0) + b for K, b in zip(weight, bias)]
            )
        )
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: only the first image | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    image = F.pad(x[0], (padding, padding, padding, padding))
    maps = [sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]
    return torch.stack(maps)[None, :, ::stride, ::stride]

# %% wrong: every image gets the maps of the first | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    image = F.pad(x[0], (padding, padding, padding, padding))
    maps = [sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]
    return torch.stack([torch.stack(maps)] * len(x))[:, :, ::stride, ::stride]

# %% wrong: one image, without the batch | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    image = F.pad(x[0], (padding, padding, padding, padding))
    maps = [sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]
    return torch.stack(maps)[:, ::stride, ::stride]

# %% wrong: only the first kernel | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    K, b = weight[0], bias[0]
    out = [(sum(corr2d(c, k) for c, k in zip(image, K)) + b)[None] for image in x]
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: the kernels are flipped | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    weight = weight.flip(2, 3)
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: the bias is added for each channel | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) + b for c, k in zip(image, K)) for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: the bias is added along the columns | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) for K in weight]))
    return torch.stack(out)[:, :, ::stride, ::stride] + bias

# %% wrong: the first bias for every map | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + bias[0] for K in weight]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: all biases are added to every map | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + bias.sum() for K in weight]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: the bias is subtracted | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) - b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: the + 1 of the size is forgotten | named
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = (H + 2 * padding - h) // stride, (W + 2 * padding - w) // stride
    y = torch.zeros(N, O, rows, columns)
    for n in range(N):
        for o in range(O):
            for i in range(rows):
                for j in range(columns):
                    t, l = i * stride, j * stride
                    y[n, o, i, j] = (x[n, :, t : t + h, l : l + w] * weight[o]).sum() + bias[o]
    return y

# %% wrong: square kernels | unnamed
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - h) // stride + 1
    y = torch.zeros(N, O, rows, columns)
    for n in range(N):
        for o in range(O):
            for i in range(rows):
                for j in range(columns):
                    t, l = i * stride, j * stride
                    y[n, o, i, j] = (x[n, :, t : t + h, l : l + h] * weight[o]).sum() + bias[o]
    return y

# %% wrong: square images | unnamed
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows = (H + 2 * padding - h) // stride + 1
    y = torch.zeros(N, O, rows, rows)
    for i in range(rows):
        for j in range(rows):
            t, l = i * stride, j * stride
            for o in range(O):
                y[:, o, i, j] = (x[:, :, t : t + h, l : l + w] * weight[o]).sum((1, 2, 3)) + bias[o]
    return y

# %% wrong: the window does not know the stride | named
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    y = torch.zeros(N, O, rows, columns)
    for i in range(rows):
        for j in range(columns):
            for o in range(O):
                y[:, o, i, j] = (x[:, :, i : i + h, j : j + w] * weight[o]).sum((1, 2, 3)) + bias[o]
    return y

# %% wrong: all images are summed into each output | named
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    y = torch.zeros(N, O, rows, columns)
    for i in range(rows):
        for j in range(columns):
            t, l = i * stride, j * stride
            for o in range(O):
                y[:, o, i, j] = (x[:, :, t : t + h, l : l + w] * weight[o]).sum() + bias[o]
    return y

# %% wrong: the weight is read with the input channels first | named
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    _, O, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    y = torch.zeros(N, O, rows, columns)
    for i in range(rows):
        for j in range(columns):
            t, l = i * stride, j * stride
            for o in range(O):
                y[:, o, i, j] = (x[:, :, t : t + h, l : l + w] * weight[:, o]).sum((1, 2, 3)) + bias[o]
    return y

# %% wrong: the output's channels are last | named
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    y = torch.zeros(N, rows, columns, O)
    for i in range(rows):
        for j in range(columns):
            t, l = i * stride, j * stride
            for o in range(O):
                y[:, i, j, o] = (x[:, :, t : t + h, l : l + w] * weight[o]).sum((1, 2, 3)) + bias[o]
    return y

# %% wrong: the total is not set back for the next kernel | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        maps, total = [], 0
        for K, b in zip(weight, bias):
            for c, k in zip(image, K):
                total = total + corr2d(c, k)
            maps.append(total + b)
        out.append(torch.stack(maps))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: the pixels are skipped before the convolution | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))[:, :, ::stride, ::stride]
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)

# %% wrong: the stride for the rows only | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride]

# %% wrong: the stride is used on the kernels' axis | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, ::stride, ::stride]

# %% wrong: squeeze takes a batch of one away | named
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    patches = F.unfold(x, (h, w), padding=padding, stride=stride)
    y = weight.reshape(O, -1) @ patches + bias[:, None]
    return y.reshape(N, O, rows, columns).squeeze()

# %% wrong: the maps of the channels are not added | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        maps = [corr2d(c, k) + b for K, b in zip(weight, bias) for c, k in zip(image, K)]
        out.append(torch.stack(maps))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% wrong: prints the maps | unnamed
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    print(torch.stack(out)[:, :, ::stride, ::stride])

# %% wrong: the maps pass through ReLU | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return F.relu(torch.stack(out)[:, :, ::stride, ::stride])

# %% wrong: the function that the prompt forbids | unnamed
def my_conv2d(x, weight, bias, stride, padding):
    return F.conv2d(x, weight, bias, stride, padding)

# %% wrong: patches and maps are mixed up by a reshape | unnamed
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    patches = F.unfold(x, (h, w), padding=padding, stride=stride).transpose(1, 2)
    y = patches @ weight.reshape(O, -1).T + bias
    return y.reshape(N, O, rows, columns)

# %% wrong: kernels before images in the result | named
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, [padding] * 4)
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    y = torch.zeros(O, N, rows, columns)
    for i in range(rows):
        for j in range(columns):
            t, l = i * stride, j * stride
            for o in range(O):
                y[o, :, i, j] = (x[:, :, t : t + h, l : l + w] * weight[o]).sum((1, 2, 3)) + bias[o]
    return y

# %% wrong: six numbers for F.pad, the channels get a frame, too | named
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, [padding] * 6)
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% right: loops for images, kernels, rows and columns | passed
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    y = torch.zeros(N, O, rows, columns)
    for n in range(N):
        for o in range(O):
            for i in range(rows):
                for j in range(columns):
                    t, l = i * stride, j * stride
                    y[n, o, i, j] = (x[n, :, t : t + h, l : l + w] * weight[o]).sum() + bias[o]
    return y

# %% right: corr2d, then every stride-th row and column | passed
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    out = []
    for image in x:
        out.append(torch.stack([sum(corr2d(c, k) for c, k in zip(image, K)) + b for K, b in zip(weight, bias)]))
    return torch.stack(out)[:, :, ::stride, ::stride]

# %% right: F.unfold and a matrix | passed
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    O, _, h, w = weight.shape
    rows, columns = (H + 2 * padding - h) // stride + 1, (W + 2 * padding - w) // stride + 1
    patches = F.unfold(x, (h, w), padding=padding, stride=stride)
    y = weight.reshape(O, -1) @ patches + bias[:, None]
    return y.reshape(N, O, rows, columns)

# %% right: windows by unfold, and einsum | passed
def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, [padding] * 4)
    windows = x.unfold(2, weight.shape[2], stride).unfold(3, weight.shape[3], stride)
    return torch.einsum("nchwij,ocij->nohw", windows, weight) + bias.view(1, -1, 1, 1)

# %% right: one slice for each weight | passed
def my_conv2d(x, weight, bias, stride, padding):
    O, C, h, w = weight.shape
    x = F.pad(x, (padding, padding, padding, padding))
    rows, columns = x.shape[2] - h + 1, x.shape[3] - w + 1
    y = bias[None, :, None, None]
    for a in range(h):
        for b in range(w):
            part = x[:, :, a : a + rows : stride, b : b + columns : stride]
            y = y + torch.tensordot(part, weight[:, :, a, b], dims=([1], [1])).permute(0, 3, 1, 2)
    return y

# %% right: a frame by hand, float32 zeros | passed
def my_conv2d(x, weight, bias, stride, padding):
    N, C, H, W = x.shape
    framed = torch.zeros(N, C, H + 2 * padding, W + 2 * padding)
    framed[:, :, padding : padding + H, padding : padding + W] = x
    h, w = weight.shape[2:]
    starts_h = range(0, framed.shape[2] - h + 1, stride)
    starts_w = range(0, framed.shape[3] - w + 1, stride)
    rows = []
    for t in starts_h:
        row = [framed[:, :, t : t + h, l : l + w].flatten(1) @ weight.flatten(1).T + bias for l in starts_w]
        rows.append(torch.stack(row, dim=2))
    return torch.stack(rows, dim=2)

# %% right: a list of lists of maps | passed
from convlab.functional import corr2d

def my_conv2d(x, weight, bias, stride, padding):
    x = F.pad(x, (padding, padding, padding, padding))
    return [
        [(sum(corr2d(c, k) for c, k in zip(image, K)) + b)[::stride, ::stride] for K, b in zip(weight, bias)]
        for image in x
    ]
