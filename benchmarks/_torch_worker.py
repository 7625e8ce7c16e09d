"""The autoencoder of `bench_network.py` in torch; run by an interpreter that has it.

Reads parameters and one batch, and says what torch makes of their loss and of the
gradient; then trains as ours does, and says what an epoch took.
"""

import json
import sys
from time import process_time

import numpy as np
import torch


def network(parts, name, values):
    """Return what a network of one hidden layer says of the values."""
    hidden = torch.relu(values @ parts[f"{name}.coef0"] + parts[f"{name}.bias0"])
    return hidden @ parts[f"{name}.coef1"] + parts[f"{name}.bias1"]


def loss(parts, inputs, goals, seen):
    """Return the loss of rebuilding all blocks from every coalition of encoders.

    Coalitions weigh alike, and each block counts as one.
    """
    total, precision = 0.0, 1.0
    for m, values in enumerate(inputs):
        own = torch.exp(parts[f"precision{m}"])
        there = seen[:, None, m, None]
        total = total + there * (own * network(parts, f"encoder{m}", values))
        precision = precision + there * own
    codes = total / precision
    squares = [
        (network(parts, f"decoder{m}", codes) - goal).square().sum()
        for m, goal in enumerate(goals)
    ]
    return sum(squares) / (len(goals) * len(seen) * len(goals[0]))


def epoch(parts, optimiser, blocks, seen, noise, batch_size):
    """Take one step a batch."""
    n_rows = len(blocks[0])
    for rows in torch.randperm(n_rows).tensor_split(max(1, n_rows // batch_size)):
        goals = [values[rows] for values in blocks]
        inputs = [torch.nn.functional.dropout(values, noise) for values in goals]
        optimiser.zero_grad()
        loss(parts, inputs, goals, seen).backward()
        optimiser.step()


def run(given, n_epochs, batch_size, noise):
    """Return loss and gradient of the batch, and seconds of an epoch."""
    tensors = {name: torch.from_numpy(values) for name, values in given.items()}
    parts = {
        name.removeprefix("parameter "): values.clone().requires_grad_()
        for name, values in tensors.items()
        if name.startswith("parameter ")
    }
    n_blocks = sum(name.startswith("block ") for name in tensors)
    batch = [[tensors[f"{kind} {m}"] for m in range(n_blocks)] for kind in KINDS]
    seen = tensors["seen"]
    found = loss(parts, *batch, seen)
    found.backward()
    gradient = {name: values.grad.numpy().copy() for name, values in parts.items()}
    optimiser = torch.optim.Adam(parts.values(), lr=0.01)
    blocks = [tensors[f"block {m}"] for m in range(n_blocks)]
    spent = []
    for _ in range(n_epochs):
        start = process_time()
        epoch(parts, optimiser, blocks, seen, noise, batch_size)
        spent.append(process_time() - start)
    return {"loss": float(found.detach())}, gradient, sorted(spent)[len(spent) // 2]


#: Of the batch: as the encoders see it, and as it is to be rebuilt.
KINDS = ("input", "goal")

if __name__ == "__main__":
    torch.set_num_threads(1)
    source, answer, *numbers = sys.argv[1:]
    options = json.loads(numbers[0])
    losses, gradients, seconds = run(dict(np.load(source)), **options)
    np.savez(answer, seconds=seconds, version=torch.__version__, **losses, **gradients)
