"""schemathesis: asks in every way that the API definition allows, and in some that it does not, writing too.

No answer may be a failure of the program (5xx), and every answer has to be one that the definition has: its status, its
media type, its headers, its body.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from registry import TOKEN, URL, ask, holds

HERE = Path(__file__).parent
WORK = Path(sys.argv[1])
METHODS = ["get", "post", "put", "patch", "delete"]
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]

cases = int(os.environ["REGISTRY_CASES"])
paths = ask("/api", TOKEN)["paths"].values()
operations = sum(method in METHODS for path in paths for method in path)
of_each = -(-cases // operations)
options = {
    "--header": f"Authorization: Bearer {TOKEN}",
    "--checks": ",".join(CHECKS),
    "--max-examples": str(of_each),
    # The same cases for every commit; another number asks for others.
    "--seed": str(cases),
    # Of the bodies that it makes up of some schemas, few are of them: that takes it longer, and is no fault of ours.
    "--suppress-health-check": "filter_too_much",
}
schemathesis = [sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()"]
command = [*schemathesis, "--config-file", str(HERE / "schemathesis.toml"), "run", f"{URL}/api"]
command += [part for option in options.items() for part in option]
environment = os.environ | {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE)}
done = subprocess.run(command, env=environment, cwd=WORK)
holds(f"it finds nothing in {operations} operations, with {of_each} cases of each made up", done.returncode, 0)

# A run in which nothing was taken would find nothing either.
answered = json.loads((WORK / "answered.json").read_text())
taken = Counter()
for operation, statuses in answered.items():
    method, path = operation.split(" ", 1)
    if path.endswith(("/items", "/items/{featureId}")):
        taken[method] += sum(number for status, number in statuses.items() if status.startswith("2"))
for method in METHODS:
    holds(f"{method.upper()} of features was taken {taken[method.upper()]} times", taken[method.upper()] > 0)
told_to_wait = sum(statuses.get("429", 0) for statuses in answered.values())
holds("nobody was told to wait", told_to_wait, 0)
holds("and the registry goes on", ask("/readyz"), {"status": "ok"})
