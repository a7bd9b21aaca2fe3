"""Answers to 06-net, written from its prompt."""

# %% wrong: the number of inputs is fixed, as for 28 x 28 | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * 12 * 12, 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: the columns are taken equal to the rows | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        side = (rows - 2) // 2 - 1
        self.fc = nn.Linear(3 * side * side, 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: the channels are forgotten in the number of inputs | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: a second pooling, as in the notebook's network | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * (((rows - 2) // 2 - 1) // 2) * (((columns - 2) // 2 - 1) // 2), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        return self.fc(x.flatten(1))

# %% wrong: the pooling is missing | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * (rows - 3) * (columns - 3), 4)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: the last ReLU is missing | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = self.conv2(x)
        return self.fc(x.flatten(1))

# %% wrong: the first ReLU is missing | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.max_pool2d(self.conv1(x), 2)
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: a ReLU after the scores | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return F.relu(self.fc(x.flatten(1)))

# %% wrong: softmax at the end | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return F.softmax(self.fc(x.flatten(1)), dim=1)

# %% wrong: log_softmax at the end, as in the old tutorial | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return F.log_softmax(self.fc(x.flatten(1)), dim=1)

# %% wrong: flatten() takes the batch along | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten())

# %% wrong: padding keeps the size | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3, padding=1)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * (rows // 2 - 1) * (columns // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: the size is rounded up, wrong for odd sizes | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 1) // 2 - 1) * ((columns - 1) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: the size is a float | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) / 2 - 1) * ((columns - 2) / 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: ten classes | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: kernels and sizes mixed up: 3 kernels of 2 x 2 first | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, 2)
        self.conv2 = nn.Conv2d(3, 2, 3)
        self.fc = nn.Linear(2 * ((rows - 1) // 2 - 2) * ((columns - 1) // 2 - 2), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: three input channels | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% wrong: the pooling has stride 1 | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2, stride=1), nn.ReLU(),
                                 nn.Conv2d(2, 3, 2), nn.ReLU(), nn.Flatten())
        self.fc = nn.Linear(self.net(torch.zeros(1, 1, rows, columns)).shape[1], 4)

    def forward(self, x):
        return self.fc(self.net(x))

# %% wrong: average pooling | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.AvgPool2d(2), nn.ReLU(),
                                 nn.Conv2d(2, 3, 2), nn.ReLU(), nn.Flatten())
        self.fc = nn.Linear(self.net(torch.zeros(1, 1, rows, columns)).shape[1], 4)

    def forward(self, x):
        return self.fc(self.net(x))

# %% wrong: the linear layer is made in forward, new each time | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x)).flatten(1)
        return nn.Linear(x.shape[1], 4)(x)

# %% wrong: the result is the class, not the scores | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1)).argmax(1)

# %% wrong: a global pooling at the end, so that every size fits | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.mean((2, 3)))

# %% wrong: the layers are made in the wrong order: the linear layer first | named
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)
        self.conv1 = nn.Conv2d(1, 2, 3)
        self.conv2 = nn.Conv2d(2, 3, 2)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% right: the formula | passed
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 2, kernel_size=3)
        self.pool = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(2, 3, kernel_size=2)
        self.fc = nn.Linear(3 * ((rows - 2) // 2 - 1) * ((columns - 2) // 2 - 1), 4)

    def forward(self, x):
        x = F.relu(self.pool(self.conv1(x)))
        x = F.relu(self.conv2(x))
        return self.fc(x.flatten(1))

# %% right: a trial image tells the size | passed
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.ReLU(),
                                      nn.Conv2d(2, 3, 2), nn.ReLU(), nn.Flatten())
        with torch.no_grad():
            inputs = self.features(torch.zeros(1, 1, rows, columns)).shape[1]
        self.classifier = nn.Linear(inputs, 4)

    def forward(self, x):
        return self.classifier(self.features(x))

# %% right: a lazy layer, tried out at once | passed
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.ReLU(),
                                 nn.Conv2d(2, 3, 2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(4))
        self.net(torch.zeros(2, 1, rows, columns))

    def forward(self, x):
        return self.net(x)

# %% right: the course's rule for sizes; ReLU before the pooling; view | passed
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super().__init__()
        from convlab.geometry import conv_output_size
        self.c1 = nn.Conv2d(1, 2, (3, 3))
        self.c2 = nn.Conv2d(2, 3, (2, 2))
        size = [conv_output_size(conv_output_size(n, 3) // 2, 2) for n in (rows, columns)]
        self.last = nn.Linear(3 * size[0] * size[1], 4)

    def forward(self, x):
        x = self.c1(x).relu()
        x = F.max_pool2d(x, 2)
        x = self.c2(x).clamp(min=0)
        return self.last(x.reshape(x.shape[0], -1))

# %% right: a subclass whose layers are in a ModuleList | passed
class AnyNet(nn.Module):
    def __init__(self, rows, columns):
        super(AnyNet, self).__init__()
        a, b = (rows - 2) // 2 - 1, (columns - 2) // 2 - 1
        self.layers = nn.ModuleList([nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(2, 3, 2), nn.ReLU()])
        self.layers.append(nn.Linear(3 * a * b, 4))

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = layer(x)
        return self.layers[-1](torch.flatten(x, 1))
