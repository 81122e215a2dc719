"""Runs notebooks from clean kernels, two at a time; as a command, writes their outputs in place.

python -m tests.notebooks                 # all of notebooks/, in place: `make notebooks-refresh`
python -m tests.notebooks 03 06           # only those whose names begin so
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "notebooks"
AT_ONCE = 2
SECONDS_A_CELL = 1800
PLAIN = 600
PALETTE = 64


def execute(path: Path, **parameters: Any) -> Any:
    """A notebook with the outputs of a run from a clean kernel.

    Args:
        path: the notebook; its kernel runs in its folder.
        parameters: replace the values of the cell that is tagged ``parameters``.
    """
    import nbclient
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    for cell in cells:
        cell.source = "\n".join([cell.source, *(f"{name} = {value!r}" for name, value in parameters.items())])
    resources = {"metadata": {"path": str(path.parent)}}
    nbclient.NotebookClient(notebook, timeout=SECONDS_A_CELL, kernel_name="python3", resources=resources).execute()
    return notebook


def execute_all(paths: list[Path]) -> dict[Path, Future[Any]]:
    """Each path with the run to come; two run at once."""
    pool = ThreadPoolExecutor(AT_ONCE)
    runs = {path: pool.submit(execute, path) for path in paths}
    pool.shutdown(wait=False)
    return runs


def warnings(notebook: Any) -> list[str]:
    """What a reader should not see: anything on stderr, and messages of libraries among the results."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [str(output.get("text", "")) for output in outputs if output.get("name") == "stderr"]


def small(notebook: Any) -> Any:
    """The notebook as it is committed: no times of execution, no plain twin of a long table, plots in few colours."""
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if {"text/html", "image/png"} & set(data) and len(data.get("text/plain", "")) > PLAIN:
                data["text/plain"] = data["text/plain"][:PLAIN] + " …"
            if "image/png" in data:
                data["image/png"] = few_colours(data["image/png"])
    return notebook


def few_colours(png: str) -> str:
    """A plot with a palette in place of full colour: a third of the size, and no eye sees it."""
    from PIL import Image

    packed = io.BytesIO()
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    image.quantize(PALETTE, dither=Image.Dither.NONE).save(packed, "png", optimize=True)
    return base64.b64encode(packed.getvalue()).decode()


def main() -> int:
    import nbformat

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="beginnings of file names; all without")
    chosen = parser.parse_args().names
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    paths = [p for p in sorted(FOLDER.glob("*.ipynb")) if not chosen or p.name.startswith(tuple(chosen))]
    begin, failed = time.monotonic(), 0
    for path, run in execute_all(paths).items():
        try:
            notebook = run.result()
        except Exception as error:  # a cell's error, whatever it is, with its traceback
            failed += 1
            sys.stderr.write(f"{path.name}: {error}\n")
            continue
        warned = warnings(notebook)
        failed += bool(warned)
        nbformat.write(small(notebook), path)
        size = path.stat().st_size / 1000
        seconds = time.monotonic() - begin
        sys.stdout.write(f"{path.name}: {size:.0f} kB, after {seconds:.0f} s {warned or ''}\n")
        sys.stdout.flush()
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
