"""Do these files answer as the app did? Replays samples.json and prints the largest difference.

The samples are raw, as they come into predict.py; their outputs were computed by the app. Ends with 0 where both agree.
"""

import json
import sys
from pathlib import Path

import torch
from predict import encoded, outputs, tokens

TOLERANCE = 1e-5  # for outputs of about 1; in proportion where they are larger

samples = json.loads((Path(__file__).parent / "samples.json").read_text("utf-8"))
expected = torch.tensor(samples["outputs"])
if "rows" in samples:  # of a table, as its cells came
    inputs = encoded(samples["rows"])
elif "texts" in samples:
    inputs = [tokens(text) for text in samples["texts"]]
else:
    inputs = samples["inputs"]
found = outputs(inputs)
difference = float((found - expected).abs().max())
allowed = TOLERANCE * max(1.0, float(expected.abs().max()))
agree = difference <= allowed
print(f"largest difference over {len(expected)} samples: {difference:.3g} (at most {allowed:.3g} is allowed)")
print("the same as in the app" if agree else "NOT the same as in the app")
sys.exit(0 if agree else 1)
