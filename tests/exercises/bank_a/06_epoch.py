"""Answers to 06-epoch, written from its prompt."""

# %% wrong: zero_grad is forgotten | named
def train_epoch(model, batches, optimizer):
    losses = []
    for images, labels in batches:
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: step is forgotten | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        losses.append(loss.item())
    return losses

# %% wrong: step before backward: the step of the last batch is missing | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        loss = F.cross_entropy(model(images), labels)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return losses

# %% wrong: one step for the whole epoch, outside the loop | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    optimizer.zero_grad()
    for images, labels in batches:
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        losses.append(loss.item())
    optimizer.step()
    return losses

# %% wrong: return inside the loop | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        return losses

# %% wrong: the losses are tensors | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss)
    return losses

# %% wrong: only the mean of the losses | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)

# %% wrong: losses are weighted with the size of the batch | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item() * len(labels))
    return losses

# %% wrong: the sum over the batch, not the mean | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels, reduction="sum")
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: softmax before cross-entropy | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(F.softmax(model(images), dim=1), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: the last, smaller batch is left out | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    size = len(batches[0][1])
    for images, labels in batches:
        if len(labels) < size:
            continue
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: the loss after the step | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(F.cross_entropy(model(images), labels).item())
    return losses

# %% wrong: only the last loss is kept | named
def train_epoch(model, batches, optimizer):
    model.train()
    for images, labels in batches:
        losses = []
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: its own optimizer, the given one is not used | named
def train_epoch(model, batches, optimizer):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: without gradients | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    with torch.no_grad():
        for images, labels in batches:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

# %% wrong: the model is in eval mode | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.eval()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: nll_loss on plain scores | named
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.nll_loss(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% wrong: the losses are rounded to one decimal | unnamed
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(round(loss.item(), 1))
    return losses

# %% wrong: it prints the losses | unnamed
def train_epoch(model, batches, optimizer):
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        print(loss.item())

# %% wrong: the running total of the losses | named
def train_epoch(model, batches, optimizer):
    losses, total = [], 0
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total += loss.item()
        losses.append(total)
    return losses

# %% wrong: labels and scores swapped | unnamed
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(labels, model(images))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% right: the loop of the notebook | passed
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses

# %% right: zero_grad at the end, with a loss layer | passed
def train_epoch(model, batches, optimizer):
    criterion = nn.CrossEntropyLoss()
    model.train()
    optimizer.zero_grad()
    losses = [0.0] * len(batches)
    for n, batch in enumerate(batches):
        loss = criterion(model(batch[0]), batch[1])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses[n] = float(loss)
    return losses

# %% right: log_softmax and nll_loss | passed
def train_epoch(model, batches, optimizer):
    losses = []
    model.train()
    for images, labels in batches:
        log_p = F.log_softmax(model(images), dim=1)
        loss = F.nll_loss(log_p, labels)
        model.zero_grad()
        loss.backward()
        optimizer.step()
        losses += [loss.detach().numpy().item()]
    return losses

# %% right: a closure for the step | passed
def train_epoch(model, batches, optimizer):
    model.train(True)

    def one(images, labels):
        def closure():
            optimizer.zero_grad(set_to_none=False)
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            return loss
        return optimizer.step(closure).item()

    return [one(images, labels) for images, labels in batches]
