"""pyproject.toml and environment.yml agree, and a built wheel works in any folder."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile

import pytest

from tests.conftest import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements():
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    named = [r for extra, rs in extras.items() for r in rs if extra != "all"]
    return set(project["dependencies"]) | set(named)


def test_environment_yml_names_the_same_requirements():
    lines = (ROOT / "environment.yml").read_text(encoding="utf-8").splitlines()
    inner = [line.split("- ", 1)[1].strip() for line in lines if line.startswith("      - ")]
    assert inner[-1] == "-e ."
    assert set(inner[:-1]) == requirements()
    assert len(inner) == len(set(inner))
    assert f"  - python{PYPROJECT['project']['requires-python']}" in lines


def test_the_extra_all_is_all():
    extras = PYPROJECT["project"]["optional-dependencies"]
    (named,) = extras["all"]
    assert set(named.removeprefix("cpecnlp[").removesuffix("]").split(",")) == set(extras) - {"all"}


def test_every_requirement_has_a_range():
    assert all(">" in r or "cpecnlp[" in r for r in requirements())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(out), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_carries_models_and_corpus(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for needed in ("models/ner/model.json", "models/topics/model.json", "corpus/corpus.toml", "corpus/README.md"):
        assert f"cpecnlp/_data/{needed}" in names
    assert any(name.startswith("cpecnlp/resources/") for name in names)
    assert "cpecnlp/py.typed" in names, "type checkers read the hints of an installed package only then"
    assert not any("__pycache__" in name or name.startswith("tests/") for name in names)


def test_the_wheel_works_in_any_folder(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import cpecnlp; assert sys.argv[1] in cpecnlp.__file__;"
        "doc = cpecnlp.load()('ISLAMABAD, June 7 (APP): Pakistan and China signed an MoU on 5G in Beijing on Monday.');"
        "print([doc.surface(e) for e in doc.entities], doc.fields['agency'], len(list(cpecnlp.read())))"
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    run = subprocess.run([sys.executable, "-I", "-c", code, str(site)], capture_output=True, text=True, cwd=elsewhere)
    assert run.returncode == 0, run.stderr[-2000:]
    assert "'Pakistan', 'China'" in run.stdout
    assert "APP" in run.stdout
