"""Answers to 06-repair, written from its prompt."""

# %% wrong: zero_grad is not found | named
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: eval is not found | named
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.train()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: the softmax stays | named
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]).softmax(dim=1), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: the validation images keep their own mean and deviation | named
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - VX.mean()) / VX.std()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: the last batch is still left out | named
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X) - 2, 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: one image left out if their number is odd | named
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X) - 1, 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: never back to train | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    model.train()
    for epoch in range(epochs):
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: zero_grad between backward and step | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: zero_grad once for each epoch | named
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        optimizer.zero_grad()
        for i in range(0, len(X), 2):
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: a softmax in the validation too | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX).softmax(dim=1), VY).item())
    return losses

# %% wrong: the mean of X after it was normalised | named
def train(model, X, Y, VX, VY, epochs):
    X = (X - X.mean()) / X.std()
    VX = (VX - X.mean()) / X.std()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: mean and deviation of all images together | unnamed
def train(model, X, Y, VX, VY, epochs):
    everything = torch.cat([X, VX])
    mean, deviation = everything.mean(), everything.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: the order is mixed in each epoch | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        order = torch.randperm(len(X))
        X, Y = X[order], Y[order]
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: return within the loop | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
        return losses

# %% wrong: the losses of the training | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        losses.append(loss.item())
    return losses

# %% wrong: the learning rate is made smaller as well | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: momentum is put in | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: the softmax along the other axis, not taken out | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]).softmax(dim=0), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: eval before the training, too | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.eval()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: nll_loss of a softmax without the logarithm | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.nll_loss(model(X[i : i + 2]).softmax(dim=1), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: the deviation is forgotten for the validation images | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = VX - mean
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: batches overlap | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X)):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: step only after the last batch | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
        optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: the validation in batches of two, and the mean of their means | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            parts = [F.cross_entropy(model(x), y) for x, y in zip(VX.split(2), VY.split(2))]
            losses.append(torch.stack(parts).mean().item())
    return losses

# %% wrong: the images of the caller are changed in place | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X -= mean
    X /= deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: mean and deviation for each pixel | unnamed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(dim=0), X.std(dim=0) + 1e-8
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% wrong: nothing but softmax and zero_grad is mended | named
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - VX.mean()) / VX.std()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X) - 2, 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.train()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% right: the five lines mended | passed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% right: split, and zero_grad at the end of a step | passed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X, VX = [(images - mean) / deviation for images in (X, VX)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    optimizer.zero_grad()
    losses = []
    for epoch in range(epochs):
        model.train()
        for x, y in zip(X.split(2), Y.split(2)):
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
            optimizer.zero_grad()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% right: DataLoader without shuffle, CrossEntropyLoss | passed
def train(model, X, Y, VX, VY, epochs):
    from torch.utils.data import DataLoader, TensorDataset
    mean, deviation = X.mean(), X.std()
    loader = DataLoader(TensorDataset((X - mean) / deviation, Y), batch_size=2)
    VX = (VX - mean) / deviation
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(epochs):
        model = model.train()
        for images, labels in loader:
            model.zero_grad()
            criterion(model(images), labels).backward()
            optimizer.step()
        model.train(False)
        with torch.inference_mode():
            losses.append(float(criterion(model(VX), VY)))
    return losses

# %% right: log_softmax and nll_loss, the step by hand | passed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    losses = []
    for epoch in range(epochs):
        model.train()
        i = 0
        while i < len(X):
            for p in model.parameters():
                p.grad = None
            loss = F.nll_loss(model(X[i : i + 2]).log_softmax(dim=1), Y[i : i + 2])
            loss.backward()
            with torch.no_grad():
                for p in model.parameters():
                    p -= 0.1 * p.grad
            i += 2
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% right: log_softmax before cross_entropy changes nothing | passed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()
    X = (X - mean) / deviation
    VX = (VX - mean) / deviation
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for epoch in range(epochs):
        model.train()
        for i in range(0, len(X), 2):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(X[i : i + 2]).log_softmax(dim=1), Y[i : i + 2])
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(model(VX), VY).item())
    return losses

# %% right: the validation in batches, weighted by their sizes | passed
def train(model, X, Y, VX, VY, epochs):
    mean, deviation = X.mean(), X.std()

    def validate():
        model.eval()
        total = 0.0
        with torch.no_grad():
            for x, y in zip(VX.split(3), VY.split(3)):
                total += F.cross_entropy(model((x - mean) / deviation), y, reduction="sum").item()
        return total / len(VX)

    losses = []
    for epoch in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        model.train()
        for x, y in zip(X.split(2), Y.split(2)):
            optimizer.zero_grad()
            F.cross_entropy(model((x - mean) / deviation), y).backward()
            optimizer.step()
        losses.append(validate())
    return losses
