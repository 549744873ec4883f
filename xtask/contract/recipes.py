"""Runs every code block in docs/recipes.md, from top to bottom, in one folder, against a register.

usage: recipes.py ADDRESS RECIPES FOLDER
"""

import os
import pathlib
import re
import subprocess
import sys

address, recipes, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
programs = pathlib.Path(sys.executable).parent
environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
RUN = {
    "sh": ["bash", "-euo", "pipefail", "-c"],
    "python": [sys.executable, "-c"],
    "sql": [sys.executable, "-c", "import duckdb, sys; print(duckdb.sql(sys.argv[1]))"],
    "r": ["Rscript", "-e"],
}
folder.mkdir(parents=True, exist_ok=True)
blocks = re.findall(r"^```(\w+)\n(.*?)^```$", recipes.read_text(), re.MULTILINE | re.DOTALL)
assert blocks, "no recipe was found"
for number, (language, block) in enumerate(blocks, 1):
    block = block.replace("https://register.example", address)
    done = subprocess.run([*RUN[language], block], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"recipe {number} ({language}) failed:\n{block}\n{done.stdout}\n{done.stderr}")
    if language != "sh" and not done.stdout.strip():
        sys.exit(f"recipe {number} ({language}) prints nothing:\n{block}")
print(f"{len(blocks)} recipes")
