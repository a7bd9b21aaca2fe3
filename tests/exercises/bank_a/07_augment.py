"""Answers to 07-augment, written from its prompt."""

# %% wrong: torch.roll: what leaves comes in again | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = torch.roll(picture, (d, r), dims=(-2, -1))
    return result

# %% wrong: the border is black | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d))
    return result

# %% wrong: all pictures move as the first does | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[0].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: all are mirrored or none, by the first draw | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[0] else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: rows and columns exchanged | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (d, -d, r, -r), value=1.0)
    return result

# %% wrong: moves in the other direction | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (-r, r, -d, d), value=1.0)
    return result

# %% wrong: mirrored upside down | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-2) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: first the shift, then the mirror | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        d, r = shifts[n].tolist()
        result[n] = F.pad(images[n], (r, -r, d, -d), value=1.0)
        if flips[n]:
            result[n] = result[n].flip(-1)
    return result

# %% wrong: the mirror is where flips is False | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n] if flips[n] else images[n].flip(-1)
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: turned by half a turn | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = torch.rot90(images[n], 2, (-2, -1)) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: no mirror at all | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: no shift at all | named
def augment(images, flips, shifts):
    result = images.clone()
    result[flips] = result[flips].flip(-1)
    return result

# %% wrong: a slice with a negative start | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    H, W = images.shape[-2:]
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n, :, d:, r:] = picture[:, : H - d, : W - r]
    return result

# %% wrong: only shifts down and right, negative ones are taken as 0 | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].clamp(min=0).tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: the whole batch is mirrored in its first axis | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images.flip(0)[n] if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: the padded picture is cut at the wrong side: grows instead | named
def augment(images, flips, shifts):
    m = int(shifts.abs().max())
    padded = F.pad(images, (m, m, m, m), value=1.0)
    result = []
    H, W = images.shape[-2:]
    for n in range(len(images)):
        picture = padded[n].flip(-1) if flips[n] else padded[n]
        d, r = shifts[n].tolist()
        result.append(picture[:, m + d : m + d + H, m + r : m + r + W])
    return torch.stack(result)

# %% wrong: in place | unnamed
def augment(images, flips, shifts):
    for n in range(len(images)):
        if flips[n]:
            images[n] = images[n].flip(-1)
        d, r = shifts[n].tolist()
        images[n] = F.pad(images[n], (r, -r, d, -d), value=1.0)
    return images

# %% wrong: the mirrored copies are put behind | named
def augment(images, flips, shifts):
    pictures = torch.cat([images, images[flips].flip(-1)])
    return torch.stack([F.pad(p, (r, -r, d, -d), value=1.0) for p, (d, r) in zip(pictures, shifts.tolist())])

# %% wrong: the edge is repeated | named
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = picture[:, (torch.arange(picture.shape[1]) - d).clamp(0, picture.shape[1] - 1)][:, :, (torch.arange(picture.shape[2]) - r).clamp(0, picture.shape[2] - 1)]
    return result

# %% wrong: own random numbers in place of the given ones | unnamed
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if torch.rand(1) < 0.5 else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% wrong: only the first channel moves | unnamed
def augment(images, flips, shifts):
    result = images.clone()
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = picture
        result[n, 0] = F.pad(picture[0], (r, -r, d, -d), value=1.0)
    return result

# %% wrong: written into a copy, the old pixels stay at the border | named
def augment(images, flips, shifts):
    out = images.clone()
    H, W = images.shape[2:]
    for i, (down, right) in enumerate(shifts.tolist()):
        x = images[i].flip(-1) if flips[i] else images[i]
        part = x[:, max(-down, 0) : H - max(down, 0), max(-right, 0) : W - max(right, 0)]
        out[i, :, max(down, 0) : H + min(down, 0), max(right, 0) : W + min(right, 0)] = part
    return out

# %% wrong: slices to -0 | named
def augment(images, flips, shifts):
    out = torch.ones_like(images)
    for i, (down, right) in enumerate(shifts.tolist()):
        x = images[i].flip(-1) if flips[i] else images[i]
        if down >= 0 and right >= 0:
            out[i, :, down:, right:] = x[:, :-down, :-right]
        elif down >= 0:
            out[i, :, down:, :right] = x[:, :-down, -right:]
        elif right >= 0:
            out[i, :, :down, right:] = x[:, -down:, :-right]
        else:
            out[i, :, :down, :right] = x[:, -down:, -right:]
    return out

# %% right: pad with negative numbers | passed
def augment(images, flips, shifts):
    result = torch.ones_like(images)
    for n in range(len(images)):
        picture = images[n].flip(-1) if flips[n] else images[n]
        d, r = shifts[n].tolist()
        result[n] = F.pad(picture, (r, -r, d, -d), value=1.0)
    return result

# %% right: a large frame, and a window cut out | passed
def augment(images, flips, shifts):
    m = int(shifts.abs().max())
    H, W = images.shape[-2:]
    pictures = torch.where(flips.view(-1, 1, 1, 1), images.flip(3), images)
    framed = F.pad(pictures, (m, m, m, m), value=1.0)
    return torch.stack([framed[n, :, m - d : m - d + H, m - r : m - r + W] for n, (d, r) in enumerate(shifts.tolist())])

# %% right: roll, and then white | passed
def augment(images, flips, shifts):
    result = images.clone()
    result[flips] = result[flips].flip(-1)
    for n, (d, r) in enumerate(shifts.tolist()):
        result[n] = result[n].roll((d, r), (1, 2))
        if d > 0:
            result[n, :, :d] = 1
        if d < 0:
            result[n, :, d:] = 1
        if r > 0:
            result[n, :, :, :r] = 1
        if r < 0:
            result[n, :, :, r:] = 1
    return result

# %% right: pixel by pixel in numpy | passed
def augment(images, flips, shifts):
    old, new = images.numpy(), np.ones(images.shape)
    N, C, H, W = images.shape
    for n in range(N):
        for i in range(H):
            for j in range(W):
                k = W - 1 - j if flips[n] else j
                y, x = i + int(shifts[n, 0]), j + int(shifts[n, 1])
                if 0 <= y < H and 0 <= x < W:
                    new[n, :, y, x] = old[n, :, i, k]
    return new
