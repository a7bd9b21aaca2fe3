"""Answers to 05-noise, written from its prompt."""

# %% wrong: the variance in place of the standard deviation
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).var().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: a mean of noise stays noise: deviation 1
measured = {"averaged": 1.0, "largest": 1.03, "reached": 0.25}

# %% wrong: the root of 3 in place of the root of 9
measured = {"averaged": 1 / 3**0.5, "largest": 1.03, "reached": 0.25}

# %% wrong: average pooling with a window of 2
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 2).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: the mean of the averaged noise
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).mean().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: the deviation of the largest
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).std().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: the largest of all
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).max().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: max pooling with a window of 3
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 3).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 3).mean().item(),
    "reached": (x.grad != 0).sum().item() / 600**2,
}

# %% wrong: rand in place of randn
x = torch.rand(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: the share without a gradient
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad == 0).float().mean().item(),
}

# %% wrong: the number of pixels, not the share
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": x.grad.count_nonzero().item(),
}

# %% wrong: backward of both poolings into the same gradient
x = torch.randn(1, 1, 600, 600, requires_grad=True)
a, m = F.avg_pool2d(x, 3), F.max_pool2d(x, 2)
a.sum().backward()
m.sum().backward()
measured = {"averaged": a.std().item(), "largest": m.mean().item(), "reached": (x.grad != 0).float().mean().item()}

# %% wrong: in per cent
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": 100 * (x.grad != 0).float().mean().item(),
}

# %% wrong: max pooling with stride 1
x = torch.randn(1, 1, 600, 600, requires_grad=True)
y = F.max_pool2d(x, 2, stride=1)
y.sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3, stride=1).std().item(),
    "largest": y.mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: rounded to one digit
measured = {"averaged": 0.3, "largest": 1.0, "reached": 0.25}

# %% wrong: the mean of the largest is 0, as that of the noise
measured = {"averaged": 0.333, "largest": 0.0, "reached": 0.25}

# %% wrong: the means of noise that was made positive
x = torch.randn(1, 1, 600, 600).abs().requires_grad_()
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: the share of the numbers that came out
x = torch.randn(1, 1, 600, 600, requires_grad=True)
y = F.max_pool2d(x, 2)
y.sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": y.mean().item(),
    "reached": x.grad.count_nonzero().item() / y.numel(),
}

# %% wrong: the third is left open
x = torch.randn(1, 1, 600, 600)
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": ...,
}

# %% wrong: the pictures in place of the numbers
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {"averaged": F.avg_pool2d(x, 3), "largest": F.max_pool2d(x, 2), "reached": x.grad}

# %% wrong: the numbers of two questions exchanged
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.max_pool2d(x, 2).mean().item(),
    "largest": F.avg_pool2d(x, 3).std().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% wrong: a gradient of 1/4 for each pixel of a window is taken for "reached by all"
measured = {"averaged": 1 / 3, "largest": 1.03, "reached": 1}

# %% right: as the prompt says
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std().item(),
    "largest": F.max_pool2d(x, 2).mean().item(),
    "reached": (x.grad != 0).float().mean().item(),
}

# %% right: tensors as they come
x = torch.randn(1, 1, 600, 600, requires_grad=True)
F.max_pool2d(x, 2).sum().backward()
measured = {
    "averaged": F.avg_pool2d(x, 3).std(),
    "largest": F.max_pool2d(x, 2).mean(),
    "reached": x.grad.count_nonzero() / x.numel(),
}

# %% right: windows by reshape, in numpy
x = np.random.default_rng(1).normal(size=(600, 600))
threes = x.reshape(200, 3, 200, 3).mean(axis=(1, 3))
twos = x.reshape(300, 2, 300, 2).max(axis=(1, 3))
measured = dict(averaged=threes.std(), largest=twos.mean(), reached=np.isin(x, twos).mean())

# %% right: from theory
measured = {"averaged": 1 / 3, "largest": 1.0294, "reached": 1 / 4}

# %% right: rounded to two digits
x = torch.randn(1, 1, 600, 600).requires_grad_(True)
y = nn.MaxPool2d(2)(x)
y.sum().backward()
measured = {
    "averaged": round(float(nn.AvgPool2d(3)(x).std()), 3),
    "largest": round(float(y.mean()), 2),
    "reached": sum(row.ne(0).sum().item() for row in x.grad[0, 0]) / (600 * 600),
}
