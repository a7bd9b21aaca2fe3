"""Answers to 05-noise, written from its prompt."""

# %% wrong: the variance in place of the standard deviation | named
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).var().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: a mean of noise stays noise: deviation 1 | unnamed
measured = {"averaged": 1.0, "largest": 1.03, "reached": 0.25}

# %% wrong: the root of 3 in place of the root of 9 | unnamed
measured = {"averaged": 1 / 3**0.5, "largest": 1.03, "reached": 0.25}

# %% wrong: average pooling with a window of 2 | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 2).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: the mean of the averaged noise | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).mean().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: the deviation of the largest | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).std().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: the largest of all | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).max().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: max pooling with a window of 3 | named
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 3).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 3).mean().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: rand in place of randn | named
x = torch.rand(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: the share without a gradient | named
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad == 0).float().mean().item(),
}

# %% wrong: the number of pixels, not the share | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": x.grad.count_nonzero().item(),
}

# %% wrong: backward of both poolings into the same gradient | named
x = torch.randn(1, 1, 600, 600, requires_grad=True)
a, m = F.avg_pool2d(x, 3), F.max_pool2d(x, 2)
a.sum().backward()
m.sum().backward()
measured = {"averaged": a.std().item(), "largest": m.mean().item(), "reached": (x.grad != 0).float().mean().item()}

# %% wrong: in per cent | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": 100 * (x.grad != 0).float().mean().item(),
}

# %% wrong: max pooling with stride 1 | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
y = F.max_pool2d(x, 2, stride=1)
y.sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3, stride=1).std().item(),
    "largest": y.mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: rounded to one digit | unnamed
measured = {"averaged": 0.3, "largest": 1.0, "reached": 0.25}

# %% wrong: the mean of the largest is 0, as that of the noise | unnamed
measured = {"averaged": 0.333, "largest": 0.0, "reached": 0.25}

# %% wrong: the means of noise that was made positive | named falsely: the largest number of the whole map, or windows of another size
x = torch.randn(1, 1, 600, 600).abs().requires_grad_()
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: the third is left open | unnamed
x = torch.randn(1, 1, 600, 600)
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": ...,
}

# %% wrong: the pictures in place of the numbers | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {"averaged": F.avg_pool2d(x, 3), "largest": F.max_pool2d(x, 2), "reached": x.grad}

# %% wrong: the numbers of two questions exchanged | unnamed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.max_pool2d(x, 2).mean().item(),
    "largest": F.avg_pool2d(x, 3).std().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: one of two pixels is reached | unnamed
measured = {"averaged": 1 / 3, "largest": 1.03, "reached": 1 / 2}

# %% right: as the prompt says | passed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% right: tensors as they come | passed
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std(),
    "largest": F.max_pool2d(x, 2).mean(),
    "reached": x.grad.count_nonzero() / x.numel(),
}

# %% right: windows by reshape, in numpy | passed
x = np.random.default_rng(1).normal(size=(600, 600))
threes = x.reshape(200, 3, 200, 3).mean(axis=(1, 3))
twos = x.reshape(300, 2, 300, 2).max(axis=(1, 3))
measured = dict(averaged=threes.std(), largest=twos.mean(), reached=np.isin(x, twos).mean())

# %% right: from theory | passed
measured = {"averaged": 1 / 3, "largest": 1.0294, "reached": 1 / 4}

# %% right: modules, a loop over the rows, rounded | passed
x = torch.randn(1, 1, 600, 600).requires_grad_(True)
y = nn.MaxPool2d(2)(x)
y.sum().backward()
measured = {
    "averaged": round(float(nn.AvgPool2d(3)(x).std()), 3),
    "largest": round(float(y.mean()), 2),
    "reached": sum(row.ne(0).sum().item() for row in x.grad[0, 0]) / (600 * 600),
}
