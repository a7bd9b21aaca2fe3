"""Answers to 06-loss, written from its prompt."""

# %% wrong: the maximum is not subtracted: infinite for large scores | named
def cross_entropy(scores, labels):
    e = torch.exp(scores)
    p = e / e.sum(1, keepdim=True)
    return -torch.log(p[torch.arange(len(labels)), labels]).mean()

# %% wrong: the largest score of the whole batch | named
def cross_entropy(scores, labels):
    scores = scores - scores.max()
    e = torch.exp(scores)
    p = e / e.sum(1, keepdim=True)
    return -torch.log(p[torch.arange(len(labels)), labels]).mean()

# %% right: the logarithm of each probability, as in the solution | passed
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    e = torch.exp(scores)
    p = e / e.sum(1, keepdim=True)
    return -torch.log(p[torch.arange(len(labels)), labels]).mean()

# %% wrong: a small number against log(0) | named
def cross_entropy(scores, labels):
    p = torch.softmax(scores, dim=1)
    return -torch.log(p[torch.arange(len(labels)), labels] + 1e-8).mean()

# %% wrong: the maximum of the columns | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=0).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels].mean()

# %% wrong: the minus is forgotten | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return log_p[torch.arange(len(labels)), labels].mean()

# %% wrong: the sum, not the mean | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels].sum()

# %% wrong: divided by the number of classes too | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    total = 0
    for i in range(len(labels)):
        total = total - log_p[i, labels[i]]
    return total / scores.numel()

# %% wrong: softmax over the images | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(0, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels].mean()

# %% wrong: the sum runs over all numbers of the batch | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum())
    return -log_p[torch.arange(len(labels)), labels].mean()

# %% wrong: all classes of each row are taken: the mean of -log p | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return -log_p[:, labels].mean()

# %% wrong: the logarithm with base 2 | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels].mean() / math.log(2)

# %% wrong: no logarithm: the mean of 1 - p | named
def cross_entropy(scores, labels):
    p = torch.softmax(scores, dim=1)
    return (1 - p[torch.arange(len(labels)), labels]).mean()

# %% wrong: softmax is forgotten: the mean of minus the score | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    return -scores[torch.arange(len(labels)), labels].mean()

# %% wrong: the log of the mean probability | named
def cross_entropy(scores, labels):
    p = torch.softmax(scores, dim=1)
    return -torch.log(p[torch.arange(len(labels)), labels].mean())

# %% wrong: one number for each image | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels]

# %% wrong: the right class is left out of the sum | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    n = torch.arange(len(labels))
    right = scores[n, labels]
    others = torch.exp(scores).sum(1) - torch.exp(right)
    return (torch.log(others) - right).mean()

# %% wrong: it prints and returns nothing | unnamed
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    print(-log_p[torch.arange(len(labels)), labels].mean())

# %% wrong: keepdim is forgotten: rows and columns mix | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1).values
    log_p = scores - torch.log(torch.exp(scores).sum(1))
    return -log_p[torch.arange(len(labels)), labels].mean()

# %% wrong: the maximum is added back to the loss | named
def cross_entropy(scores, labels):
    top = scores.max(dim=1, keepdim=True).values
    shifted = scores - top
    log_p = scores - torch.log(torch.exp(shifted).sum(1, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels].mean()

# %% wrong: the class with the largest score in place of the label | named
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return -log_p.max(dim=1).values.mean()

# %% wrong: squared errors against one-hot rows | named
def cross_entropy(scores, labels):
    p = torch.softmax(scores, dim=1)
    return ((p - F.one_hot(labels, scores.shape[1])) ** 2).sum(1).mean()

# %% wrong: it changes the scores that were given | unnamed
def cross_entropy(scores, labels):
    scores -= scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels].mean()

# %% wrong: it uses F.cross_entropy | unnamed
def cross_entropy(scores, labels):
    return F.cross_entropy(scores, labels)

# %% right: logarithm of the sum, indexed | passed
def cross_entropy(scores, labels):
    scores = scores - scores.max(dim=1, keepdim=True).values
    log_p = scores - torch.log(torch.exp(scores).sum(1, keepdim=True))
    return -log_p[torch.arange(len(labels)), labels].mean()

# %% right: a loop | passed
def cross_entropy(scores, labels):
    total = 0
    for row, label in zip(scores, labels):
        row = row - row.max()
        total = total + row.exp().sum().log() - row[label]
    return total / len(scores)

# %% right: gather and logsumexp | passed
def cross_entropy(scores, labels):
    right = scores.gather(1, labels[:, None])[:, 0]
    return (torch.logsumexp(scores, dim=1) - right).mean()

# %% right: one-hot rows | passed
def cross_entropy(scores, labels):
    shifted = scores - scores.amax(1, keepdim=True)
    hot = F.one_hot(labels, scores.shape[1])
    return (shifted.exp().sum(1).log() - (hot * shifted).sum(1)).sum() / scores.shape[0]

# %% right: plain numbers with math | passed
def cross_entropy(scores, labels):
    losses = []
    for row, label in zip(scores.tolist(), labels.tolist()):
        top = max(row)
        losses.append(math.log(sum(math.exp(s - top) for s in row)) + top - row[label])
    return sum(losses) / len(losses)
