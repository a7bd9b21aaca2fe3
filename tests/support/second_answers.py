"""A second right answer to each exercise, written in another way than the solution: it must pass, too."""

from textwrap import dedent

ANSWERS = {
    "01-count": """
        network = nn.Sequential(nn.Linear(600, 50), nn.Linear(50, 10))
        window = nn.Conv2d(1, 1, kernel_size=5)
        predictions = {
            "layers": len(network),
            "weights": sum(layer.weight.numel() for layer in network),
            "biases": torch.tensor(sum(layer.bias.numel() for layer in network)),
            "window": float(sum(p.numel() for p in window.parameters())),
        }
    """,
    "01-shape": """
        P = torch.zeros(480, 640)
        K = torch.zeros(5, 3)
        answer = F.conv2d(P[None, None], K[None, None])[0, 0].shape
    """,
    "01-repair": """
        def repaired(X, K):
            h, w = K.shape
            return (X.unfold(0, h, 1).unfold(1, w, 1) * K).sum((2, 3))
    """,
    "01-test": """
        def test(candidate):
            for h, w in [(1, 1), (1, 3), (2, 1), (3, 2)]:
                X, K = torch.randn(5, 7, dtype=torch.float64), torch.randn(h, w, dtype=torch.float64)
                Y = candidate(X.clone(), K)
                assert list(Y.shape) == [6 - h, 8 - w]
                for i in range(6 - h):
                    for j in range(8 - w):
                        assert abs(Y[i, j] - (X[i : i + h, j : j + w] * K).sum()) < 1e-6
            X, K = torch.ones(2, 2), torch.ones(2, 2)
            candidate(X, K)
            assert (X == 1).all() and (K == 1).all()
    """,
    "01-kernel": """
        compare_rows = np.outer([-1, 0, 1], [1, 1, 1]) / 3
    """,
    "01-convolve": """
        def convolve(X, K):
            H, W = X.shape
            h, w = K.shape
            Y = np.zeros((H + h - 1, W + w - 1), dtype="float32")
            for i in range(H):
                for j in range(W):
                    Y[i : i + h, j : j + w] += (X[i, j] * K).numpy()
            return Y
    """,
    "01-merge": """
        def merge(K1, b1, K2, b2):
            K = np.zeros((K1.shape[0] + K2.shape[0] - 1, K1.shape[1] + K2.shape[1] - 1), dtype="float32")
            for a in range(K1.shape[0]):
                for b in range(K1.shape[1]):
                    for c in range(K2.shape[0]):
                        for d in range(K2.shape[1]):
                            K[a + c, b + d] += K1[a, b].item() * K2[c, d].item()
            return {"K": K, "b": sum((b1 * weight).item() for weight in K2.flatten()) + b2}
    """,
    "02-frames": """
        X, K = torch.zeros(1, 1, 30, 50), torch.zeros(1, 1, 7, 4)
        predictions = {
            "valid": F.conv2d(X, K).shape[2:],
            "padded": np.array(F.conv2d(X, K, padding=(1, 2)).shape[2:]),
            "full": list(F.conv2d(X, K, padding=(6, 3)).shape[2:]),
            "left_right": torch.tensor([3 // 2, 3 - 3 // 2]),
        }
    """,
    "02-trim": """
        def trim(X, h, w, s, p):
            def end(side, k):
                last = 0
                while last + s + k <= side + 2 * p:
                    last += s
                return min(side, last + k - p)

            return np.array([[entry.item() for entry in row[: end(X.shape[1], w)]] for row in X[: end(X.shape[0], h)]])
    """,
    "02-choose": """
        settings = {"halves": [4.0, 2, 1, 1], "wide": torch.tensor([2, 1, 5, 10]), "exact": (3, 3, 1, 4)}
    """,
    "02-tiles": """
        def tiled(X, K, side, layer):
            (H, W), (h, w) = X.shape, K.shape
            framed = np.pad(X, [(h // 2,) * 2, (w // 2,) * 2])
            lines = []
            for top in range(0, len(framed) - h + 1, side - (h - 1)):
                line = []
                for left in range(0, framed.shape[1] - w + 1, side - (w - 1)):
                    line.append(layer(torch.tensor(framed[top : top + side, left : left + side])).numpy())
                lines.append(np.hstack(line))
            return np.vstack(lines)
    """,
    "02-conv": """
        def convolve(X, K, stride, padding, dilation):
            strip = np.pad(X.numpy(), [(padding[0],) * 2, (padding[1],) * 2])
            (h, w), total = K.shape, 0
            rows = strip.shape[0] - dilation[0] * (h - 1)
            columns = strip.shape[1] - dilation[1] * (w - 1)
            for u in range(h):
                for v in range(w):
                    top, left = u * dilation[0], v * dilation[1]
                    seen = strip[top : top + rows : stride[0], left : left + columns : stride[1]]
                    total = total + K[u, v].item() * seen
            return total.astype("float32")
    """,
    "02-world": """
        def world(X, K, stride, dilation):
            (H, W), (h, w) = X.shape, K.shape
            top, left = dilation * (h - 1) // 2, dilation * (w - 1) // 2
            Y = np.zeros((len(range(0, H, stride)), len(range(0, W, stride))), dtype="float32")
            for m, i in enumerate(range(0, H, stride)):
                for n, j in enumerate(range(0, W, stride)):
                    for u in range(h):
                        row = i - top + u * dilation
                        for v in range(w):
                            if 0 <= row < H:
                                Y[m, n] += (X[row, (j - left + v * dilation) % W] * K[u, v]).item()
            return Y
    """,
    "03-shapes": """
        layer = nn.Conv2d(3, 12, kernel_size=(5, 2))
        predictions = {
            "kernel": layer.weight[0].shape,
            "weight": torch.tensor(layer.weight.shape),
            "bias": 12,
            "output": list(layer(torch.zeros(4, 3, 20, 30)).shape),
            "products": torch.tensor(layer.weight[0].numel()),
            "parameters": float(sum(p.numel() for p in layer.parameters())),
        }
    """,
    "03-conv2d": """
        def my_conv2d(x, weight, bias, stride, padding):
            (N, C, H, W), (out, _, h, w) = x.shape, weight.shape
            framed = np.zeros((N, C, H + 2 * padding, W + 2 * padding))
            framed[:, :, padding : padding + H, padding : padding + W] = x.numpy()
            rows, columns = ((size - k) // stride + 1 for size, k in zip(framed.shape[2:], (h, w)))
            Y = np.zeros((N, out, rows, columns))
            for i in range(rows):
                for j in range(columns):
                    window = framed[..., stride * i : stride * i + h, stride * j : stride * j + w]
                    Y[..., i, j] = np.einsum("ncuv,kcuv->nk", window, weight.numpy())
            return Y.astype("float32") + bias.numpy()[:, None, None]
    """,
    "03-layer": """
        class Conv(nn.Module):
            def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
                super().__init__()
                self.register_parameter("bias", nn.Parameter(torch.rand(out_channels)))
                start = 2 * torch.rand((out_channels, in_channels) + tuple(kernel_size)) - 1
                self.weight = nn.Parameter(start / start[0].numel() ** 0.5)
                self.settings = {"stride": stride, "padding": padding}

            def forward(self, images):
                maps = F.conv2d(images, self.weight, **self.settings)
                return maps + self.bias[:, None, None]
    """,
    "03-repair": """
        class Repaired(nn.Module):
            def __init__(self, channels, depth):
                super().__init__()
                self.last = nn.Conv2d(channels, 1, 1)
                steps = []
                for _ in range(depth):
                    steps += [nn.Conv2d(channels, channels, (3, 3), padding="same"), nn.ReLU()]
                self.path = nn.Sequential(*steps)

            def forward(self, photos):
                return self.last(self.path(torch.movedim(photos, -1, 1)))
    """,
    "03-errors": """
        causes = dict(zip("12345", "abdfc"))
    """,
    "03-raw": """
        def raw(weight, bias, shift, scale):
            new = np.asarray(weight, dtype="float32") / scale.numpy()[:, None, None]
            lost = np.einsum("kcuv,c->k", new, shift.numpy())
            return {"new_weight": new, "new_bias": bias.numpy() - lost}
    """,
    "04-costs": """
        from convlab.geometry import count_macs, count_parameters, receptive_field

        pair = nn.Sequential(nn.Conv2d(8, 8, 5, padding=2, groups=8), nn.Conv2d(8, 12, 1))
        predictions = {
            "standard": count_parameters(nn.Conv2d(8, 12, 3)),
            "standard_macs": count_macs(nn.Conv2d(8, 12, 3, padding=1), (1, 8, 20, 30)),
            "pointwise_macs": count_macs(nn.Conv2d(8, 12, 1), (1, 8, 20, 30)),
            "pair": torch.tensor(count_parameters(pair)),
            "pair_macs": count_macs(pair, (1, 8, 20, 30)),
            "pair_field": receptive_field(pair).size,
        }
    """,
    "04-holes": """
        dilations = np.array([8, 1, 3])
    """,
    "04-split": """
        def split(K):
            row = torch.linalg.eigh(K.T @ K)[1][:, -1]
            column = (K @ row)[:, None]
            kept = (column**2).sum() / (K**2).sum()
            return column.tolist(), row[None].numpy(), 1 - kept
    """,
    "04-budget": """
        network = [
            nn.AvgPool2d(4),
            nn.Conv2d(3, 8, 3, padding="same"),
            nn.BatchNorm2d(8),
            nn.Conv2d(8, 16, 3, padding="same", dilation=3, groups=4),
        ]
    """,
    "04-dilated": """
        def dilated(X, K, d):
            X, K = X.float().numpy(), K.float().numpy()
            C, h, w = K.shape
            rows, columns = X.shape[1] - d * (h - 1), X.shape[2] - d * (w - 1)
            Y = np.zeros((rows, columns), dtype="float32")
            for u in range(h):
                for v in range(w):
                    under = X[:, d * u : d * u + rows, d * v : d * v + columns]
                    Y += (under * K[:, u, v].reshape(C, 1, 1)).sum(axis=0)
            return Y
    """,
    "04-grouped": """
        def grouped(X, K, groups):
            share = K.shape[1]  # channels in one group
            kernels_each = K.shape[0] // groups
            maps = []
            for o in range(K.shape[0]):
                first = (o // kernels_each) * share
                maps.append(sum(corr2d(X[first + c], K[o, c]) for c in range(share)))
            return torch.stack(maps).float().numpy()
    """,
    "04-plain": """
        def plain(K, b, P, q, d, groups):
            K, P = K.float().numpy(), P.float().numpy()
            (M, O), (_, share, h, w) = P.shape, K.shape
            dense = np.zeros((M, share * groups, d * (h - 1) + 1, d * (w - 1) + 1), dtype="float32")
            bias = [q[m].item() for m in range(M)]
            for m in range(M):
                for o in range(O):
                    group = o * groups // O
                    for c in range(share):
                        dense[m, group * share + c, ::d, ::d] += P[m, o] * K[o, c]
                    bias[m] += float(P[m, o]) * b[o].item()
            return {"dense": dense, "bias": bias, "ratio": (O * share * h * w + M * O) / dense.size}
    """,
    "05-pool": """
        x, z = torch.zeros(1, 8, 11, 14), -6 * torch.ones(1, 1, 5, 5)
        predictions = {
            "plain": F.max_pool2d(x, 3).shape,
            "ceil": list(F.max_pool2d(x, 3, stride=2, ceil_mode=True).shape),
            "padded": np.array(F.max_pool2d(x, 2, padding=1, ceil_mode=True).shape),
            "largest": F.max_pool2d(z, 3, stride=1, padding=1)[0, 0, 0, 0],
            "mean": F.avg_pool2d(z, 3, stride=1, padding=1)[0, 0, 0, 0],
        }
    """,
    "05-noise": """
        x = np.random.default_rng(0).normal(size=(1500, 1500))
        windows = x.reshape(750, 2, 750, 2)
        largest = windows.max((1, 3))
        measured = {
            "averaged": x.reshape(500, 3, 500, 3).mean((1, 3)).std(),
            "largest": largest.mean(),
            "reached": (windows == largest[:, None, :, None]).mean(),
        }
    """,
    "05-resize": """
        def resize(x, size, align_corners):
            x = x.float().numpy()
            i = np.arange(size, dtype="float32")
            places = np.linspace(0, len(x) - 1, size) if align_corners else (i + 0.5) * len(x) / size - 0.5
            return np.interp(places, np.arange(len(x)), x)
    """,
    "05-transposed": """
        def transposed(X, K, stride, padding, extra):
            (H, W), (h, w) = X.shape, K.shape
            stuffed = torch.zeros((H - 1) * stride + 1 + extra, (W - 1) * stride + 1 + extra)
            stuffed[: (H - 1) * stride + 1 : stride, : (W - 1) * stride + 1 : stride] = X
            Y = corr2d(F.pad(stuffed, (w - 1, w - 1, h - 1, h - 1)), K.flip(0, 1).float())
            return Y[padding : len(Y) - padding, padding : Y.shape[1] - padding].numpy()
    """,
    "05-decoder": """
        decoder = {"first": [2.0, 2, 1, 1], "second": torch.tensor([7, 3, 1, 0]), "third": (2, 2, 1, 1)}
    """,
    "05-gradient": """
        X = torch.rand(1, 1, 8, 8, dtype=torch.float64, requires_grad=True)
        K = torch.rand(1, 1, 3, 3, dtype=torch.float64)
        Y = F.conv2d(X, K, stride=2, padding=1)
        Y.sum().backward()
        stamps = F.conv_transpose2d(torch.ones_like(Y), K, stride=2, padding=1)
        agree = F.pad(stamps, (0, 1, 0, 1)).isclose(X.grad)
        found = {"entries": (~agree).sum(), "letter": " d"}
    """,
    "05-backward": """
        def backward(X, K, stride, G):
            (C, h, w) = K.shape
            to_X, to_K, to_b = np.zeros(X.shape), np.zeros(K.shape), 0.0
            for i in range(2 * G.shape[0]):
                for j in range(2 * G.shape[1]):
                    g = G[i // 2, j // 2].item() / 4
                    window = (slice(None), slice(i * stride, i * stride + h), slice(j * stride, j * stride + w))
                    to_X[window] += g * K.numpy()
                    to_K += g * X[window].numpy()
                    to_b += g
            return to_X, to_K, to_b
    """,
    "06-path": """
        features = nn.Sequential(
            *[nn.Conv2d(1, 6, kernel_size=5), nn.MaxPool2d(2), nn.ReLU()],
            *[nn.Conv2d(6, 12, kernel_size=4), nn.MaxPool2d(2), nn.ReLU()],
        )
        maps = features(torch.zeros(16, 1, 30, 44))
        network = nn.Sequential(features, nn.Flatten(), nn.Linear(maps[0].numel(), 10))
        predictions = {
            "maps": maps[0].shape,
            "inputs": torch.tensor(maps[0].numel()),
            "result": list(network(torch.zeros(16, 1, 30, 44)).shape),
            "parameters": float(sum(p.numel() for p in network.parameters())),
        }
    """,
    "06-net": """
        class AnyNet(nn.Module):
            def __init__(self, rows, columns):
                super().__init__()
                first = [nn.Conv2d(1, 2, kernel_size=3), nn.ReLU(), nn.MaxPool2d(2)]
                self.features = nn.Sequential(*first, nn.Conv2d(2, 3, kernel_size=2), nn.ReLU(), nn.Flatten())
                self.classifier = nn.Linear(self.features(torch.zeros(1, 1, rows, columns)).shape[1], 4)

            def forward(self, images):
                return self.classifier(self.features(images))
    """,
    "06-loss": """
        def cross_entropy(scores, labels):
            total = 0.0
            for row, label in zip(scores.tolist(), labels.tolist()):
                total += np.log(sum(np.exp(score - max(row)) for score in row)) - (row[label] - max(row))
            return total / len(labels)
    """,
    "06-epoch": """
        def train_epoch(model, batches, optimizer):
            losses = torch.zeros(len(batches))
            for i, (images, labels) in enumerate(batches):
                chances = model(images).softmax(dim=1)
                loss = -chances[range(len(labels)), labels].log().sum() / len(labels)
                loss.backward()
                optimizer.step()
                model.zero_grad()
                losses[i] = loss.detach()
            return losses
    """,
    "06-fit": """
        def learn(model, train, test, epochs, lr):
            sgd = torch.optim.SGD(model.parameters(), lr, momentum=0.5)
            images, labels = (torch.cat(parts) for parts in zip(*test))
            accuracies = []
            while len(accuracies) < epochs:
                for batch, answers in train:
                    nn.CrossEntropyLoss()(model.train()(batch), answers).backward()
                    sgd.step()
                    model.zero_grad()
                with torch.inference_mode():
                    accuracies.append((model.eval()(images).argmax(1) == labels).float().mean())
            return torch.stack(accuracies)
    """,
    "06-curves": """
        illness = dict(zip("123456", "edbfac"))
    """,
    "06-repair": """
        def retrain(model, X, Y, VX, VY, epochs):
            deviation, mean = torch.std_mean(X)
            X, VX = X.sub(mean).div(deviation), VX.sub(mean).div(deviation)
            sgd, losses = torch.optim.SGD(model.parameters(), 0.1), torch.zeros(epochs)
            for epoch in range(epochs):
                for images, labels in zip(X.split(2), Y.split(2)):
                    nn.CrossEntropyLoss()(model.train()(images), labels).backward()
                    sgd.step()
                    model.zero_grad()
                with torch.inference_mode():
                    chances = model.eval()(VX).softmax(1)
                losses[epoch] = -chances[range(len(VY)), VY].log().mean()
            return losses
    """,
    "07-leak": """
        def prepare(images, concepts, parts):
            pictures = images.float().numpy()
            sets = [pictures[[parts[c] == part for c in concepts.tolist()]] for part in range(3)]
            mean = sets[0].mean(axis=(0, 2, 3), keepdims=True)
            sets[0] = np.concatenate([sets[0], sets[0][:, :, :, ::-1]])
            return [part - mean for part in sets]
    """,
    "07-epoch": """
        def choose(losses, patience):
            losses = losses.numpy()
            for trained in range(1, len(losses) + 1):
                kept = losses[:trained].argmin()
                if trained - 1 - kept == patience:
                    break
            return kept + 1, trained, losses[kept]
    """,
    "07-augment": """
        def augment(images, flips, shifts):
            N, C, H, W = images.shape
            result = np.ones((N, C, H, W), dtype="float32")
            for n, (down, right) in enumerate(shifts.tolist()):
                for i in range(max(0, down), min(H, H + down)):
                    for j in range(max(0, right), min(W, W + right)):
                        column = W - 1 - (j - right) if flips[n] else j - right
                        result[n, :, i, j] = images[n, :, i - down, column]
            return result
    """,
    "07-residual": """
        class Block(nn.Module):
            def __init__(self, in_channels, out_channels, stride):
                super().__init__()
                layers, channels = [], in_channels
                for step in (stride, 1):
                    layers += [nn.Conv2d(channels, out_channels, 3, step, 1, bias=False), nn.BatchNorm2d(out_channels)]
                    channels = out_channels
                self.layers = nn.Sequential(*layers[:2], nn.ReLU(), *layers[2:])
                fits = stride == 1 and in_channels == out_channels
                self.shortcut = nn.Sequential()
                if not fits:
                    self.shortcut.append(nn.Conv2d(in_channels, out_channels, 1, stride, bias=False))

            def forward(self, x):
                return (self.shortcut(x) + self.layers(x)).clamp(min=0)
    """,
    "07-budget": """
        class Network(nn.Module):
            def __init__(self):
                super().__init__()
                channels = (3, 8, 12, 16)
                self.layers = nn.ModuleList(nn.Conv2d(a, b, 3, 2, 1) for a, b in zip(channels, channels[1:]))
                self.look = nn.Conv2d(16, 16, 3, padding="same", groups=16)
                self.scores = nn.Linear(16, 6)

            def forward(self, x):
                for layer in self.layers:
                    x = F.relu(layer(x))
                return self.scores(F.relu(self.look(x)).mean((2, 3)))

        network = Network
    """,
    "07-illness": """
        illness = dict(zip("123456", "ecbfad"))
    """,
}
ANSWERS = {name: dedent(source).strip() for name, source in ANSWERS.items()}
