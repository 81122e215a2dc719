"""The import direction and the lazy imports of the house, held."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGE = ROOT / "cpecnlp"
HEAVY = {
    "torch", "transformers", "spacy", "onnxruntime", "onnx", "sklearn", "skops", "ray", "pandas", "pyarrow",
    "altair", "matplotlib", "scipy", "numpy", "datasketch", "trafilatura", "tokenizers", "duckdb", "networkx",
}  # fmt: skip
# what only the backends, stages, training, evaluation and discovery may import at the top of a file
NUMERIC_ROOMS = {"backends", "stages", "training", "evaluation", "discovery"}
LEVEL = {
    "errors": -1, "document": 0, "paths": 0,
    "models": 1, "corpus": 1, "stage": 1, "backends.base": 1,
    "backends": 2, "stages": 2,
    "pipeline": 3,
    "training": 4, "evaluation": 4, "executors": 4, "report": 4, "running": 5, "discovery": 5,
    "cli": 6, "__main__": 7,
}  # fmt: skip
# a notebook shows a document through the report, which is loaded then and not before
UPWARD = {("cpecnlp.document", "cpecnlp.report.render")}
FILES = sorted(PACKAGE.rglob("*.py"))


def room(module: str) -> str:
    parts = module.split(".")[1:]
    if parts[:2] == ["backends", "base"]:
        return "backends.base"
    return parts[0] if parts else "__init__"


def module_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> list[tuple[str, bool]]:
    """(module, at the top of the file) of every import that runs."""
    out: list[tuple[str, bool]] = []

    def walk(node: ast.AST, top: bool) -> None:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            return
        if isinstance(node, ast.Import):
            out.extend((alias.name, top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            base = node.module or ""
            out.append((base, top))
            if base.startswith("cpecnlp"):
                out.extend((f"{base}.{alias.name}", top) for alias in node.names if base.count(".") == 0)
        inner = top and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            walk(child, inner)

    walk(tree, True)
    return out


@pytest.mark.parametrize("path", FILES, ids=lambda p: module_of(p))
def test_imports_run_one_way(path):
    own = room(module_of(path))
    if own == "__init__":
        return
    for name, _ in imports(ast.parse(path.read_text(encoding="utf-8"))):
        if not name.startswith("cpecnlp."):
            continue
        other = room(name)
        assert other in {*LEVEL, "__init__", "__version__"}, f"{path.name}: {name} stands in no known room"
        if other == own or other in {"__init__", "__version__"} or (module_of(path), name) in UPWARD:
            continue
        if own == "stages" and other == "backends":
            continue  # inside a function: see the test below
        assert LEVEL[other] < LEVEL[own] or {own, other} <= {"report", "executors"}, f"{module_of(path)} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: module_of(p))
def test_heavy_libraries_are_imported_where_they_are_used(path):
    own = room(module_of(path))
    for name, top in imports(ast.parse(path.read_text(encoding="utf-8"))):
        library = name.split(".")[0]
        if top and library in HEAVY and not (library == "numpy" and own in NUMERIC_ROOMS):
            torch_code = own == "training" and library in {"torch"}
            assert torch_code, f"{module_of(path)} imports {library} at its top"


def test_stages_and_backends_keep_apart_at_the_top():
    for path in FILES:
        own = room(module_of(path))
        if own in {"stages", "backends"}:
            tops = {
                room(n)
                for n, top in imports(ast.parse(path.read_text(encoding="utf-8")))
                if top and n.startswith("cpecnlp.")
            }
            assert not (tops & ({"stages", "backends"} - {own})), f"{module_of(path)}: {tops}"


def test_importing_the_package_is_cheap():
    code = (
        "import sys, time; t = time.perf_counter(); import cpecnlp; s = time.perf_counter() - t;"
        f"print(s, sorted(set(sys.modules) & set({sorted(HEAVY)!r})))"
    )
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
        for _ in range(3)
    ]
    seconds, loaded = zip(*(run.stdout.split(" ", 1) for run in runs), strict=True)
    assert set(loaded) == {"[]\n"}
    assert min(map(float, seconds)) < 0.2


CODE = sorted(path for room in ("cpecnlp", "tests", "benchmarks") for path in (ROOT / room).rglob("*.py"))


@pytest.mark.parametrize("path", CODE, ids=lambda p: module_of(p))
def test_files_and_functions_are_small(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
            lines = (node.end_lineno or 0) - first.lineno + 1
            assert lines <= 40, f"{node.name} has {lines} lines without its signature and docstring"


def test_no_pickle_and_no_print_in_the_library():
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
                assert not names & {"pickle", "joblib", "dill", "cloudpickle", "marshal", "shelve"}, path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "eval", "exec"}, f"{path}: {node.func.id}"
            if isinstance(node, ast.keyword) and node.arg == "trust_remote_code":
                raise AssertionError(path)
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert ast.literal_eval(node.value) is False, path
