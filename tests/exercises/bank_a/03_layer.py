"""Answers to 03-layer, written from its prompt."""

# %% wrong: the weight has the order (in, out, h, w) | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        n = in_channels * kernel_size[0] * kernel_size[1]
        bound = 1 / n ** 0.5
        self.weight = nn.Parameter(torch.empty(in_channels, out_channels, *kernel_size).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride = stride
        self.padding = padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)

# %% wrong: the weight and the bias are plain tensors, no parameters | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = (torch.rand(out_channels, in_channels, h, w) * 2 - 1) * bound
        self.bias = torch.zeros(out_channels)
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: plain tensors with requires_grad | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = ((torch.rand(out_channels, in_channels, h, w) * 2 - 1) * bound).requires_grad_()
        self.bias = torch.zeros(out_channels, requires_grad=True)
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: the weights are buffers | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.register_buffer("weight", torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.register_buffer("bias", torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: the weights begin as zeros | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        self.weight = nn.Parameter(torch.zeros(out_channels, in_channels, h, w))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: all weights are the same number 1 / sqrt(n) | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        n = in_channels * h * w
        self.weight = nn.Parameter(torch.ones(out_channels, in_channels, h, w) / math.sqrt(n))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: rand from 0 to 1/sqrt(n), never negative | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        n = in_channels * h * w
        self.weight = nn.Parameter(torch.rand(out_channels, in_channels, h, w) / math.sqrt(n))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: randn without a bound | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, *kernel_size))
        self.bias = nn.Parameter(torch.randn(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: n counts only the numbers of one slice | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: n counts the weights of all kernels | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w))
        bound = 1 / self.weight.numel() ** 0.5
        nn.init.uniform_(self.weight, -bound, bound)
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: 1/n and not 1/sqrt(n) | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        n = in_channels * h * w
        self.weight = nn.Parameter((torch.rand(out_channels, in_channels, h, w) * 2 - 1) / n)
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: one slice for all channels, expanded | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding
        self.in_channels = in_channels

    def forward(self, x):
        weight = self.weight[:, None].repeat(1, self.in_channels, 1, 1)
        return F.conv2d(x, weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: the stride and the padding are not used in forward | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias)

# %% wrong: stride and padding in the wrong places of F.conv2d | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.padding, self.stride)

# %% wrong: only the first number of stride and padding is used | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride[0], padding[0]

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: the bias is made but not given to F.conv2d | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, stride=self.stride, padding=self.padding)

# %% wrong: a new weight is drawn in every forward | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        self.size = (out_channels, in_channels, *kernel_size)
        self.bound = 1 / math.sqrt(in_channels * kernel_size[0] * kernel_size[1])
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        self.weight = nn.Parameter(torch.empty(self.size).uniform_(-self.bound, self.bound))
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: the kernel is taken as square | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        k = kernel_size[0]
        bound = 1 / math.sqrt(in_channels * k * k)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, k, k).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: detach in forward, so nothing learns | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight.detach(), self.bias.detach(), stride=self.stride, padding=self.padding)

# %% wrong: forward returns nothing | unnamed
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        maps = F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)
        print(maps.shape)

# %% wrong: self is forgotten | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, weight, bias, stride=self.stride, padding=self.padding)

# %% wrong: one kernel is drawn and repeated for all output channels | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        one = torch.empty(1, in_channels, h, w).uniform_(-bound, bound)
        self.weight = nn.Parameter(one.repeat(out_channels, 1, 1, 1))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% wrong: one bias for the whole layer | named
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(1))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, stride=self.stride, padding=self.padding) + self.bias

# %% right: uniform_ on an empty parameter | passed
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        bound = 1 / math.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, h, w).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.empty(out_channels).uniform_(-bound, bound))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, stride=self.stride, padding=self.padding)

# %% right: rand, doubled and shifted, with a bias of zeros | passed
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        n = in_channels * kernel_size[0] * kernel_size[1]
        self.weight = nn.Parameter((2 * torch.rand(out_channels, in_channels, *kernel_size) - 1) / n ** 0.5)
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.s = stride
        self.p = padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.s, self.p)

# %% right: kaiming_uniform_ with sqrt(5), as PyTorch has it | passed
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, *kernel_size))
        nn.init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)

# %% right: the image is padded first and the bias is added by hand | passed
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super(Conv, self).__init__()
        weight = torch.empty(out_channels, in_channels, kernel_size[0], kernel_size[1])
        limit = weight[0].numel() ** -0.5
        self.register_parameter("weight", nn.Parameter(nn.init.uniform_(weight, -limit, limit)))
        self.register_parameter("bias", nn.Parameter(torch.zeros(out_channels)))
        self.stride, self.padding = list(stride), list(padding)

    def forward(self, x):
        p, q = self.padding
        x = F.pad(x, (q, q, p, p))
        return F.conv2d(x, self.weight, stride=self.stride) + self.bias[:, None, None]

# %% right: drawn with numpy | passed
class Conv(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride, padding):
        super().__init__()
        h, w = kernel_size
        b = 1 / np.sqrt(in_channels * h * w)
        self.weight = nn.Parameter(torch.tensor(np.random.uniform(-b, b, (out_channels, in_channels, h, w))).float())
        self.bias = nn.Parameter(torch.tensor(np.random.uniform(-b, b, out_channels)).float())
        self.stride, self.padding = stride, padding

    def forward(self, x):
        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)
