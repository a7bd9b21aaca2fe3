"""Answers to 07-leak, written from its prompt."""

# %% wrong: only the split is mended | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where != 2], images[where == 1], images[where == 2]
    mean = images.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, images.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: the split is still by picture | named
def prepare(images, concepts, parts):
    where = parts.repeat(len(images))[: len(images)]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: the mean is still that of all pictures | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = images.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: the copies are still those of all pictures, and validation trains | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where != 2], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, images.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: all but the split and the mean | named
def prepare(images, concepts, parts):
    where = parts.repeat(len(images))[: len(images)]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = images.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: each part is centred by itself, it looks fairest | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    sets = [images[where == part] for part in range(3)]
    sets[0] = torch.cat([sets[0], sets[0].flip(-1)])
    return tuple(x - x.mean(dim=(0, 2, 3), keepdim=True) for x in sets)

# %% wrong: mean of training and validation | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = images[where < 2].mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: only the training is centred | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return training - mean, validation, test

# %% wrong: one mean for all channels | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean()
    training = torch.cat([training, training.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: no mirroring any more, to be on the safe side | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = training
    return training - mean, validation - mean, test - mean

# %% wrong: all three parts are mirrored | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    mean = images[where == 0].mean(dim=(0, 2, 3), keepdim=True)
    result = []
    for part in range(3):
        x = images[where == part]
        result.append(torch.cat([x, x.flip(-1)]) - mean)
    return tuple(result)

# %% wrong: the mean is left out, since it may leak | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return training, validation, test

# %% wrong: the mean of each picture | named
def prepare(images, concepts, parts):
    images = images - images.mean(dim=(2, 3), keepdim=True)
    where = parts[concepts]
    training = images[where == 0]
    return torch.cat([training, training.flip(-1)]), images[where == 1], images[where == 2]

# %% wrong: the parts are looked up by the number of the picture, and the end is missing | named
def prepare(images, concepts, parts):
    where = parts[torch.arange(len(images)) % len(parts)]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, images.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: validation and test are swapped | unnamed
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 2], images[where == 1]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: the copies stand beside their pictures, and not behind them all | unnamed
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.stack([training, training.flip(-1)], dim=1).flatten(0, 1)
    return training - mean, validation - mean, test - mean

# %% wrong: mirrored with the axes of a single picture: up and down | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(2)])
    return training - mean, validation - mean, test - mean

# %% wrong: the mean of all three parts, the training doubled | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    training = torch.cat([training, training.flip(-1)])
    mean = torch.cat([training, validation, test]).mean(dim=(0, 2, 3), keepdim=True)
    return training - mean, validation - mean, test - mean

# %% wrong: mirrored are the pictures that are not test | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, images[where != 2].flip(-1)])
    return training - mean, validation - mean, test - mean

# %% wrong: divided by the standard deviation, too | named
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    std = training.std(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return (training - mean) / std, (validation - mean) / std, (test - mean) / std

# %% right: the four lines mended | passed
def prepare(images, concepts, parts):
    where = parts[concepts]
    training, validation, test = images[where == 0], images[where == 1], images[where == 2]
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    training = torch.cat([training, training.flip(-1)])
    return training - mean, validation - mean, test - mean

# %% right: loops over the pictures | passed
def prepare(images, concepts, parts):
    sets = ([], [], [])
    for image, concept in zip(images, concepts.tolist()):
        sets[int(parts[concept])].append(image)
    sets = [torch.stack(x) for x in sets]
    mean = sets[0].mean(dim=(0, 2, 3))[:, None, None]
    return torch.cat([sets[0], sets[0].flip(3)]) - mean, sets[1] - mean, sets[2] - mean

# %% right: the mean after the mirroring: it is the same | passed
def prepare(images, concepts, parts):
    where = parts[concepts]
    training = images[where == 0]
    training = torch.cat([training, torch.flip(training, dims=[3])])
    mean = training.mean(dim=(0, 2, 3), keepdim=True)
    return training - mean, images[where == 1] - mean, images[where == 2] - mean

# %% right: isin, and numpy for the mean | passed
def prepare(images, concepts, parts):
    sets = [images[torch.isin(concepts, torch.nonzero(parts == k).flatten())].numpy() for k in range(3)]
    mean = sets[0].mean(axis=(0, 2, 3), keepdims=True)
    sets[0] = np.concatenate([sets[0], sets[0][..., ::-1]])
    return [x - mean for x in sets]
