"""Answers to 03-repair, written from its prompt."""

# %% wrong: nothing is repaired, the code is handed in as it was | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1)] * depth
        self.layers = layers
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        N, H, W, C = photos.shape
        x = photos.reshape(N, C, H, W)
        for layer in self.layers:
            x = layer(x).detach().relu()
        return self.last(x)

# %% wrong: only the list is repaired | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1)] * depth
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        N, H, W, C = photos.shape
        x = photos.reshape(N, C, H, W)
        for layer in self.layers:
            x = layer(x).detach().relu()
        return self.last(x)

# %% wrong: only the order of the channels is repaired | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1)] * depth
        self.layers = layers
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).detach().relu()
        return self.last(x)

# %% wrong: only detach is taken out | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1)] * depth
        self.layers = layers
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        N, H, W, C = photos.shape
        x = photos.reshape(N, C, H, W)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: the photos are still reshaped | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        N, H, W, C = photos.shape
        x = photos.reshape(N, C, H, W)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: detach is left in | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).detach().relu()
        return self.last(x)

# %% wrong: the layers share their weights | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1)] * depth
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: the layers stand in a list of Python | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = layers
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: list and detach are repaired, order and sharing are not | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1)] * depth
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        N, H, W, C = photos.shape
        x = photos.reshape(N, C, H, W)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: rows and columns are exchanged on the way | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 2, 1)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: the channels are moved to the front of the whole batch | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(3, 0, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: view in place of reshape, and the detach moves into F.relu | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        N, H, W, C = photos.shape
        x = photos.view(N, C, H, W).contiguous()
        for layer in self.layers:
            x = F.relu(layer(x.clone()).detach())
        return self.last(x)

# %% wrong: the padding gets lost | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: the ReLU goes with the detach | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x)
        return self.last(x)

# %% wrong: a ReLU behind the last layer, too | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x).relu()

# %% wrong: the ReLU stands before the layer | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x.relu())
        return self.last(x)

# %% wrong: the last layer counts as one of the depth | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth - 1)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: one layer too many | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth + 1)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: the ReLU is detached by .data | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).data.relu()
        return self.last(x)

# %% wrong: the map is brought back into the order of the file | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x).permute(0, 2, 3, 1)

# %% wrong: the channel of the map is squeezed away | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x).squeeze(1)

# %% wrong: the last layer is 3 × 3, as the others | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=3, padding=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: the last layer makes as many maps as there are channels | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, channels, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% wrong: the ReLU comes once, behind all layers | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)])
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x)
        x = x.relu()
        return self.last(x)

# %% wrong: the first layer is called again and again | named falsely: all layers are one and the same
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        self.layers = nn.ModuleList()
        for _ in range(depth):
            self.layers.append(nn.Conv2d(channels, channels, 3, padding=1))
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for _ in range(len(self.layers)):
            x = F.relu(self.layers[0](x))
        return self.last(x)

# %% wrong: no_grad in place of detach | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)])
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        with torch.no_grad():
            for layer in self.layers:
                x = layer(x).relu()
        return self.last(x)

# %% wrong: the loop always begins at the photo | unnamed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)])
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        photos = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(photos).relu()
        return self.last(x)

# %% wrong: the layers are made anew in each call | named
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        self.channels = channels
        self.depth = depth
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for _ in range(self.depth):
            layer = nn.Conv2d(self.channels, self.channels, 3, padding=1)
            x = layer(x).relu()
        return self.last(x)

# %% right: the four faults are repaired in place | passed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = [nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth)]
        self.layers = nn.ModuleList(layers)
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.permute(0, 3, 1, 2)
        for layer in self.layers:
            x = layer(x).relu()
        return self.last(x)

# %% right: einsum for the order, padding "same", a loop that appends | passed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layers = []
        self.layers = nn.ModuleList()
        for _ in range(depth):
            self.layers.append(nn.Conv2d(channels, channels, kernel_size=3, padding="same"))
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = torch.einsum("nhwc->nchw", photos)
        for layer in self.layers:
            x = F.relu(layer(x))
        return self.last(x)

# %% right: one nn.Sequential with the ReLUs in it | passed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        parts = []
        for _ in range(depth):
            parts += [nn.Conv2d(channels, channels, 3, padding=1), nn.ReLU()]
        parts.append(nn.Conv2d(channels, 1, 1))
        self.net = nn.Sequential(*parts)

    def forward(self, photos):
        return self.net(photos.movedim(-1, 1))

# %% right: names by number, and two transposes | passed
class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        self.depth = depth
        for i in range(depth):
            setattr(self, f"conv{i}", nn.Conv2d(channels, channels, 3, padding=1))
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = photos.transpose(2, 3).transpose(1, 2).contiguous()
        for i in range(self.depth):
            x = torch.clamp(getattr(self, f"conv{i}")(x), min=0)
        return self.last(x)

# %% right: copies of one layer, which then learn apart | passed
import copy


class Repaired(nn.Module):
    def __init__(self, channels, depth):
        super().__init__()
        layer = nn.Conv2d(channels, channels, 3, padding=1)
        self.layers = nn.ModuleList(copy.deepcopy(layer) for _ in range(depth))
        self.last = nn.Conv2d(channels, 1, kernel_size=1)

    def forward(self, photos):
        x = torch.permute(photos, (0, 3, 1, 2))
        for layer in self.layers:
            x = torch.relu(layer(x))
        return self.last(x)
