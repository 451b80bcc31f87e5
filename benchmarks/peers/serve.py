"""Runs in the venv of the peers: replications of one peer, asked for line by line as JSON."""

import importlib
import json
import os
import sys
import time


def main():
    name = sys.argv[1]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a peer prints is no answer
    began = time.process_time()
    missing, version = "", ""
    try:
        models = importlib.import_module(f"with_{name}")
        version = importlib.import_module("importlib.metadata").version(name)
    except ImportError as error:
        missing = f"not installed: {error}"
    hello = {"missing": missing, "version": version, "seconds": time.process_time() - began}
    print(json.dumps(hello), file=answers, flush=True)
    for line in sys.stdin:
        work = json.loads(line)
        simulate = getattr(models, f"model_{work['model']}")
        began = time.process_time()
        done = [simulate(work["network"], seed) for seed in work["seeds"]]
        answer = {
            "seconds": time.process_time() - began,
            "steps": sum(steps for steps, _ in done),
            "means": [means for _, means in done],
        }
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
