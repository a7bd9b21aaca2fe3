"""Answers to 07-epoch, written from its prompt."""

# %% wrong: the lowest of all losses, no stopping | named
def choose(losses, patience):
    kept = int(losses.argmin()) + 1
    return kept, len(losses), losses.min()

# %% wrong: the lowest of all losses, and patience epochs more | named
def choose(losses, patience):
    kept = int(losses.argmin()) + 1
    return kept, min(kept + patience, len(losses)), losses.min()

# %% wrong: counted from 0 | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch in range(len(losses)):
        if losses[epoch] < best:
            best, kept, waited = losses[epoch], epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return kept, epoch, best

# %% wrong: only the epoch that is kept is counted from 0 | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch in range(len(losses)):
        if losses[epoch] < best:
            best, kept, waited = losses[epoch], epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return kept, epoch + 1, best

# %% wrong: equal counts as better | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses.tolist(), 1):
        if loss <= best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                return kept, epoch, best
    return kept, len(losses), best

# %% wrong: waits until there are more than patience | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses.tolist(), 1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited > patience:
                return kept, epoch, best
    return kept, len(losses), best

# %% wrong: checks the patience before it counts the epoch | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses.tolist(), 1):
        if waited >= patience:
            break
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
    return kept, epoch, best

# %% wrong: the count is not set back | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses.tolist(), 1):
        if loss < best:
            best, kept = loss, epoch
        else:
            waited += 1
            if waited == patience:
                break
    return kept, epoch, best

# %% wrong: compared with the loss of the epoch before | named
def choose(losses, patience):
    kept, waited = 1, 0
    for n in range(1, len(losses)):
        if losses[n] < losses[n - 1]:
            kept, waited = n + 1, 0
        else:
            waited += 1
            if waited == patience:
                return kept, n + 1, losses[kept - 1]
    return kept, len(losses), losses[kept - 1]

# %% wrong: the count is set back by every loss that falls | named
def choose(losses, patience):
    best, kept, waited = losses[0], 1, 0
    for n in range(1, len(losses)):
        if losses[n] < best:
            best, kept = losses[n], n + 1
        if losses[n] < losses[n - 1]:
            waited = 0
        else:
            waited += 1
            if waited == patience:
                return kept, n + 1, best
    return kept, len(losses), best

# %% wrong: the last epoch is kept | named
def choose(losses, patience):
    best, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return epoch, epoch, loss

# %% wrong: best begins with 0 | named
def choose(losses, patience):
    best, kept, waited = 0, 1, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return kept, epoch, best

# %% wrong: the highest is looked for, as for an accuracy | named
def choose(losses, patience):
    best, kept, waited = -float("inf"), 1, 0
    for epoch, loss in enumerate(losses, 1):
        if loss > best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return kept, epoch, best

# %% wrong: where it never stops, the last epoch is kept | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 1, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                return kept, epoch, best
    return len(losses), len(losses), losses[-1]

# %% wrong: patience epochs before the end: kept is trained minus patience | named
def choose(losses, patience):
    best, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited == patience:
                break
    return epoch - patience, epoch, best

# %% wrong: trained without the epochs it waited | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 1, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return kept, kept, best

# %% wrong: the return is in the loop | named
def choose(losses, patience):
    best, kept, waited = float("inf"), 1, 0
    for epoch, loss in enumerate(losses, 1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
        return kept, epoch, best

# %% wrong: the lowest of all losses, although the training stops before | named
def choose(losses, patience):
    best, waited = float("inf"), 0
    for trained, value in enumerate(losses, start=1):
        best, waited = (value, 0) if value < best else (best, waited + 1)
        if waited == patience:
            break
    return int(losses.argmin()) + 1, trained, losses.min()

# %% wrong: the lowest loss begins with 1, the epoch with 0 | named
def choose(losses, patience):
    kept, loss, waited, trained = 0, 1.0, 0, 0
    for value in losses:
        trained += 1
        if value < loss:
            kept, loss, waited = trained, value, 0
        else:
            waited += 1
            if waited == patience:
                break
    return kept, trained, loss

# %% wrong: kept is patience epochs before the end, even where it never stops | named
def choose(losses, patience):
    best, waited = float("inf"), 0
    for trained, value in enumerate(losses, start=1):
        best, waited = (value, 0) if value < best else (best, waited + 1)
        if waited == patience:
            break
    return trained - patience, trained, losses[trained - patience - 1]

# %% right: a count that is set back | passed
def choose(losses, patience):
    best, kept, waited = float("inf"), 0, 0
    for epoch, loss in enumerate(losses.tolist(), 1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited == patience:
                return kept, epoch, best
    return kept, len(losses), best

# %% right: a while loop with places from 0 | passed
def choose(losses, patience):
    place = kept = 0
    while place + 1 < len(losses) and place - kept < patience:
        place += 1
        if losses[place] < losses[kept]:
            kept = place
    return kept + 1, place + 1, losses[kept].item()

# %% right: argmin of what was trained | passed
def choose(losses, patience):
    for trained in range(1, len(losses) + 1):
        kept = int(np.argmin(losses[:trained].numpy())) + 1
        if trained - kept == patience:
            break
    return {"kept": kept, "trained": trained, "loss": losses[kept - 1]}

# %% right: running minima | passed
def choose(losses, patience):
    lowest = torch.cummin(losses, 0).values
    new = [0] + [n for n in range(1, len(losses)) if losses[n] < lowest[n - 1]]
    for n, after in zip(new, new[1:] + [len(losses) + patience]):
        if after - n > patience:
            return n + 1, min(n + 1 + patience, len(losses)), losses[n]
