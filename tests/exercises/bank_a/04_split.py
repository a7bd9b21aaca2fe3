"""Answers to 04-split, written from its prompt."""

# %% wrong: the strength is forgotten | named
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1]
    row = V[:1]
    lost = 1 - S[0] ** 2 / (S**2).sum()
    return column, row, lost

# %% wrong: the strength in the column and in the row | named
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = S[0] * U[:, 0].reshape(-1, 1)
    row = S[0] * V[0].reshape(1, -1)
    lost = 1 - S[0] ** 2 / (S**2).sum()
    return column, row, lost

# %% wrong: a row of U in place of a column | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = S[0] * U[0][:, None]
    row = V[0][None]
    lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
    return column, row, lost

# %% wrong: the column of V, as from the old torch.svd | named
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:, :1].T
    lost = S[1:].pow(2).sum() / S.pow(2).sum()
    return column, row, lost

# %% wrong: one-dimensional: shapes (h,) and (w,) | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, 0] * S[0]
    row = V[0]
    lost = 1 - S[0] ** 2 / (S**2).sum()
    return column, row, lost

# %% wrong: lost without the squares | named
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = 1 - S[0] / S.sum()
    return column, row, lost

# %% wrong: lost is the sum of squares, not a part of the whole | named
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = ((K - column @ row) ** 2).sum()
    return column, row, lost

# %% wrong: what is kept instead of what is lost | named
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = S[0] ** 2 / (S**2).sum()
    return column, row, lost

# %% wrong: lost is a quotient of norms, the root of the part | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = torch.linalg.norm(K - column @ row) / torch.linalg.norm(K)
    return column, row, lost

# %% wrong: only the second product counts as lost | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = S[1] ** 2 / (S**2).sum()
    return column, row, lost

# %% wrong: the first column and the first row of the kernel | named
def split(K):
    column = K[:, :1]
    row = K[:1] / K[0, 0]
    lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
    return column, row, lost

# %% wrong: the sums of the rows and of the columns | unnamed
def split(K):
    column = K.sum(1, keepdim=True)
    row = K.sum(0, keepdim=True) / K.sum()
    lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
    return column, row, lost

# %% wrong: the weakest product | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, -1:] * S[-1]
    row = V[-1:]
    lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
    return column, row, lost

# %% wrong: lost is only 0 or 1, by the rank | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = 0 if torch.linalg.matrix_rank(K) == 1 else 1
    return column, row, lost

# %% wrong: the root of the strength in the column only | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0].sqrt()
    row = V[:1]
    lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
    return column, row, lost

# %% wrong: row and column in the wrong order | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = 1 - S[0] ** 2 / (S**2).sum()
    return row, column, lost

# %% wrong: all the products at once | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U * S
    row = V
    lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
    return column, row, lost

# %% wrong: prints and returns nothing | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    print(column, row, 1 - S[0] ** 2 / (S**2).sum())

# %% wrong: absolute values in place of squares in lost | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = (K - column @ row).abs().sum() / K.abs().sum()
    return column, row, lost

# %% wrong: the signs are made positive | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1].abs() * S[0]
    row = V[:1].abs()
    lost = 1 - S[0] ** 2 / (S**2).sum()
    return column, row, lost

# %% wrong: only for kernels with three strengths | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = (S[1] ** 2 + S[2] ** 2) / (S[0] ** 2 + S[1] ** 2 + S[2] ** 2)
    return column, row, lost

# %% wrong: the row is as long as the column: square kernels only | unnamed
def split(K):
    n = len(K)
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = (U[:, 0] * S[0]).reshape(n, 1)
    row = V[0].reshape(1, n)
    lost = 1 - S[0] ** 2 / (S**2).sum()
    return column, row, lost

# %% wrong: lost is left out | unnamed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    return U[:, :1] * S[0], V[:1]

# %% right: the strength in the column, lost from the strengths | passed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, :1] * S[0]
    row = V[:1]
    lost = 1 - S[0] ** 2 / (S**2).sum()
    return column, row, lost

# %% right: the root of the strength in both, lost measured, as a float | passed
def split(K):
    U, S, V = torch.linalg.svd(K, full_matrices=False)
    column = U[:, 0:1] * S[0] ** 0.5
    row = V[0].unsqueeze(0) * S[0] ** 0.5
    lost = ((K - column @ row).square().sum() / K.square().sum()).item()
    return column, row, lost

# %% right: the eigenvector of K.T @ K | passed
def split(K):
    values, vectors = torch.linalg.eigh(K.T @ K)
    row = vectors[:, -1:].T
    column = K @ row.T
    lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
    return column, row, lost

# %% right: from numpy, a list | passed
def split(K):
    A = np.asarray(K.tolist())
    U, S, V = np.linalg.svd(A)
    column = torch.tensor(U[:, :1] * S[0])
    row = torch.tensor(V[:1])
    lost = float((S[1:] ** 2).sum() / (S**2).sum())
    return [column, row, lost]

# %% right: the column and the row in turn fitted to the kernel | passed
def split(K):
    K = K.double()
    row = K[(K**2).sum(1).argmax()][None].clone()
    for _ in range(300):
        column = K @ row.T / (row**2).sum()
        row = column.T @ K / (column**2).sum()
    lost = ((K - column @ row) ** 2).sum() / (K**2).sum()
    return column, row, lost
