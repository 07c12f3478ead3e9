"""Records a run as a tool without a store does: reads a JSON ledger, appends the run and replaces the file."""

import json
import os
import sys

path, run = sys.argv[1], sys.argv[2]
with open(path, encoding="utf-8") as file:
    ledger = json.load(file)
ledger["runs"].append(json.loads(run))
with open(path + ".tmp", "w", encoding="utf-8") as file:
    json.dump(ledger, file)
    file.flush()
    os.fsync(file.fileno())
os.replace(path + ".tmp", path)
