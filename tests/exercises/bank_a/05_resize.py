"""Answers to 05-resize, written from its prompt."""

# %% wrong: align_corners=False without the halves | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else i * W / size
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: the second half is forgotten: (i + 0.5) * W / size | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size
        place = min(place, W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: a place below 0 is not cut: int(-0.25) is 0, so it extrapolates | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: floor(-0.25) = -1 takes the last pixel | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        left = math.floor(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: the right neighbour runs out of the row | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else max((i + 0.5) * W / size - 0.5, 0)
        left = int(place)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[left + 1]
    return y

# %% wrong: the two rules are swapped | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if not align_corners else (i + 0.5) * W / size - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: align_corners is ignored | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = min(max((i + 0.5) * W / size - 0.5, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: always the corners | named
def resize(x, size, align_corners):
    W = len(x)
    place = torch.linspace(0, W - 1, size)
    left = place.floor().long().clamp(0, W - 2)
    t = place - left
    return (1 - t) * x[left] + t * x[left + 1]

# %% wrong: align_corners=True with W / size | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * W / size if align_corners else (i + 0.5) * W / size - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: align_corners=True with (W - 1) / size | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / size if align_corners else (i + 0.5) * W / size - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: the mix is the wrong way round | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = t * x[left] + (1 - t) * x[right]
    return y

# %% wrong: the nearest pixel | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        y[i] = x[min(max(round(place), 0), W - 1)]
    return y

# %% wrong: the mean of the two neighbours, however far | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        y[i] = (x[left] + x[right]) / 2
    return y

# %% wrong: size / W in place of W / size | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (size - 1) / (W - 1) if align_corners else (i + 0.5) * size / W - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: cut to whole numbers: y has the type of long | unnamed
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size, dtype=torch.long)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: zeros outside in place of the border | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        left = math.floor(place)
        t = place - left
        if left >= 0:
            y[i] += (1 - t) * x[left]
        if left + 1 < W:
            y[i] += t * x[left + 1]
    return y

# %% wrong: minus 1 in place of minus a half | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 1) * W / size - 1
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: right when it is made larger; smaller takes every n-th pixel | named
def resize(x, size, align_corners):
    W = len(x)
    if size < W:
        return x[::W // size][:size]
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: whole-number division | named
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        place = i * (W - 1) // (size - 1) if align_corners else (i + 0.5) * W // size - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: size is read as a factor | named
def resize(x, size, align_corners):
    W = len(x)
    n = W * size
    y = torch.zeros(n)
    for i in range(n):
        place = i * (W - 1) / (n - 1) if align_corners else (i + 0.5) * W / n - 0.5
        place = min(max(place, 0), W - 1)
        left = int(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% wrong: it returns the places | named
def resize(x, size, align_corners):
    W = len(x)
    places = []
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (i + 0.5) * W / size - 0.5
        places.append(min(max(place, 0), W - 1))
    return torch.tensor(places)

# %% wrong: it uses F.interpolate | unnamed
def resize(x, size, align_corners):
    return F.interpolate(x[None, None], size=size, mode="linear", align_corners=align_corners)[0, 0]

# %% right: a loop | passed
def resize(x, size, align_corners):
    W = len(x)
    y = torch.zeros(size)
    for i in range(size):
        if align_corners:
            place = i * (W - 1) / (size - 1)
        else:
            place = (i + 0.5) * W / size - 0.5
        place = min(max(place, 0), W - 1)
        left = math.floor(place)
        right = min(left + 1, W - 1)
        t = place - left
        y[i] = (1 - t) * x[left] + t * x[right]
    return y

# %% right: all places at once | passed
def resize(x, size, align_corners):
    W = x.shape[0]
    i = torch.arange(size, dtype=torch.float32)
    place = i * (W - 1) / (size - 1) if align_corners else ((i + 0.5) * W / size - 0.5).clamp(0, W - 1)
    left = place.long().clamp(max=W - 2)
    return torch.lerp(x[left].float(), x[left + 1].float(), place - left)

# %% right: np.interp, which keeps the border | passed
def resize(x, size, align_corners):
    W = len(x)
    i = np.arange(size)
    place = np.linspace(0, W - 1, size) if align_corners else (i + 0.5) * W / size - 0.5
    return torch.from_numpy(np.interp(place, np.arange(W), x.numpy()))

# %% right: a matrix of hats: each pixel weighs 1 - distance | passed
def resize(x, size, align_corners):
    W = len(x)
    if align_corners:
        place = torch.linspace(0, W - 1, size, dtype=torch.float64)
    else:
        place = ((torch.arange(size, dtype=torch.float64) + 0.5) * (W / size) - 0.5).clamp(0, W - 1)
    hats = (1 - (place[:, None] - torch.arange(W)).abs()).clamp(min=0)
    return (hats @ x.double()).to(x.dtype)

# %% right: a list of plain numbers | passed
def resize(x, size, align_corners):
    x = x.tolist()
    W, y = len(x), []
    for i in range(size):
        place = i * (W - 1) / (size - 1) if align_corners else (2 * i + 1) * W / (2 * size) - 1 / 2
        if place <= 0:
            y.append(x[0])
        elif place >= W - 1:
            y.append(x[-1])
        else:
            k = int(place)
            y.append(x[k] + (place - k) * (x[k + 1] - x[k]))
    return torch.tensor(y)
