"""Answers to 06-fit, written from its prompt."""

# %% wrong: eval is forgotten | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: train() only once, before the epochs | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    model.train()
    for epoch in range(epochs):
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: eval mode while it trains | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    model.eval()
    for epoch in range(epochs):
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: the mean of the accuracies of the batches | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        parts = []
        with torch.no_grad():
            for images, labels in validation:
                parts.append((model(images).argmax(1) == labels).float().mean().item())
        accuracies.append(sum(parts) / len(parts))
    return accuracies

# %% wrong: zero_grad is forgotten | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: momentum is forgotten | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: a new optimizer in each epoch: the momentum begins anew | named
def learn(model, train, validation, epochs, lr):
    accuracies = []
    for epoch in range(epochs):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: it validates on the training images | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in train:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: it trains on the validation images too | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        right = total = 0
        for images, labels in validation:
            optimizer.zero_grad()
            scores = model(images)
            F.cross_entropy(scores, labels).backward()
            optimizer.step()
            right += (scores.argmax(1) == labels).sum().item()
            total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: it counts right ones, not a share | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
        accuracies.append(right)
    return accuracies

# %% wrong: percent | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(100 * right / total)
    return accuracies

# %% wrong: divided by the number of batches | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
        accuracies.append(right / len(validation))
    return accuracies

# %% wrong: every batch counts as the first: total = batches * batch size | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    total = len(validation) * len(validation[0][1])
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
        accuracies.append(right / total)
    return accuracies

# %% wrong: only the last batch of the validation is counted | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            for images, labels in validation:
                accuracy = (model(images).argmax(1) == labels).float().mean().item()
        accuracies.append(accuracy)
    return accuracies

# %% wrong: right and total are not set back for each epoch | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    right = total = 0
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: only the last accuracy | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
    model.eval()
    right = total = 0
    with torch.no_grad():
        for images, labels in validation:
            right += (model(images).argmax(1) == labels).sum().item()
            total += len(labels)
    accuracies = [right / total]
    return accuracies

# %% wrong: it validates after each batch of the training | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        for images, labels in train:
            model.train()
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
            model.eval()
            right = total = 0
            with torch.no_grad():
                for x, y in validation:
                    right += (model(x).argmax(1) == y).sum().item()
                    total += len(y)
            accuracies.append(right / total)
    return accuracies

# %% wrong: it validates before it trains | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
    return accuracies

# %% wrong: the largest score along the wrong axis | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(0) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: the loss is appended, not the accuracy | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        total, n = 0.0, 0
        with torch.no_grad():
            for images, labels in validation:
                total += F.cross_entropy(model(images), labels).item() * len(labels)
                n += len(labels)
        accuracies.append(total / n)
    return accuracies

# %% wrong: Adam in place of SGD | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: momentum 0.9, the usual number | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr, 0.9)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: no_grad is forgotten | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        for images, labels in validation:
            right += (model(images).argmax(1) == labels).sum().item()
            total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% wrong: one epoch only, epochs is not used | named
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    model.train()
    for images, labels in train:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    model.eval()
    right = total = 0
    with torch.no_grad():
        for images, labels in validation:
            right += (model(images).argmax(1) == labels).sum().item()
            total += len(labels)
    accuracies.append(right / total)
    return accuracies

# %% right: all in one function | passed
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    accuracies = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        right = total = 0
        with torch.no_grad():
            for images, labels in validation:
                right += (model(images).argmax(1) == labels).sum().item()
                total += len(labels)
        accuracies.append(right / total)
    return accuracies

# %% right: two helpers, inference_mode | passed
def learn(model, train, validation, epochs, lr):
    criterion = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr, 0.5)

    def train_one():
        model.train()
        for x, y in train:
            loss = criterion(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    @torch.inference_mode()
    def accuracy():
        model.eval()
        hits = torch.cat([model(x).argmax(dim=1) == y for x, y in validation])
        return hits.double().mean().item()

    accuracies = []
    for _ in range(epochs):
        train_one()
        accuracies.append(accuracy())
    return accuracies

# %% right: momentum by hand | passed
def learn(model, train, validation, epochs, lr):
    parameters = list(model.parameters())
    speeds = [torch.zeros_like(p) for p in parameters]
    accuracies = []
    for _ in range(epochs):
        model.train()
        for x, y in train:
            loss = F.cross_entropy(model(x), y)
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for p, v, g in zip(parameters, speeds, gradients):
                    v.mul_(0.5).add_(g)
                    p.sub_(lr * v)
        model.eval()
        with torch.no_grad():
            hits = [int((model(x).max(1).indices == y).sum()) for x, y in validation]
        accuracies.append(sum(hits) / sum(len(y) for _, y in validation))
    return accuracies

# %% right: the accuracies as tensors, batches weighted with their size | passed
def learn(model, train, validation, epochs, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    n = sum(len(labels) for _, labels in validation)
    accuracies = np.zeros(epochs)
    for epoch in range(epochs):
        model.train()
        for images, labels in train:
            optimizer.zero_grad()
            F.cross_entropy(model(images), labels).backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            for images, labels in validation:
                share = (model(images).argmax(1) == labels).double().mean()
                accuracies[epoch] += float(share) * len(labels) / n
    return list(accuracies)
