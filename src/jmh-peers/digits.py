"""W13 with PyTorch in Python: reads digits, trains a perceptron 64-64-10 for 30 epochs by Adam, and tells its accuracy."""

import gzip
import resource

import numpy
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
torch.manual_seed(1)
with gzip.open("samples/data/digits.csv.gz", "rt") as lines:
    table = numpy.loadtxt(lines, delimiter=",")
x = torch.from_numpy(table[:, :64] / 16)
y = torch.from_numpy(table[:, 64]).long()
train = 1440
model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
loss = torch.nn.CrossEntropyLoss()
optimiser = torch.optim.Adam(model.parameters(), lr=1 / 1024)
for _ in range(30):
    for batch in torch.randperm(train).split(32):
        optimiser.zero_grad()
        loss(model(x[batch]), y[batch]).backward()
        optimiser.step()
with torch.no_grad():
    accuracy = (model(x[train:]).argmax(1) == y[train:]).double().mean().item()
print("@", accuracy, flush=True)
print("@", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
