"""Writes convolutions.csv from layers.json, which make_models.py of the shared references made with PyTorch 1.13 in float64, seed 20261130.

python3 convolutions.py layers.json > convolutions.csv
"""
import json
import sys

print("# call;part;shape;numbers: see convolutions.py. PyTorch 1.13, float64, seed 20261130")
for case in json.load(open(sys.argv[1]))["cases"]:
    name = case["name"]
    if not name.startswith(("Conv1d", "Conv2d", "MaxPool2d", "AvgPool2d")):
        continue
    if "ties" in name:
        continue
    parts = {"output": case["output"], "cotangent": case["cotangent"], "tangent": case["tangent"]}
    for kind in ("gradients", "direction", "hvp"):
        for key, value in case.get(kind, {}).items():
            parts[kind + " " + key] = value
    for key, value in {**case["parameters"], **case["inputs"]}.items():
        parts[key] = value
    call = case["torch"].replace("nn.", "")
    for part, value in parts.items():
        shape = ",".join(map(str, value["shape"]))
        print(call, part, shape, ",".join(map(repr, value["data"])), sep=";")
