"""`dev.py`: sets up from nothing, does nothing the second time, and repairs what was cut off. All of it offline, with empty lock files."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).parent.parent
PYTHON_LOCKS = sorted(ROOT.glob("requirements*.lock"))
PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Yes"\nmsgstr "Ja"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return new_project(tmp_path)


@pytest.fixture(scope="module")
def first_time(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project that was set up from nothing, and what was said: making an environment takes seconds."""
    project = new_project(tmp_path_factory.mktemp("machine"))
    return project, said(set_up(project))


@pytest.fixture
def set_up_before(first_time: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of it."""
    machine = shutil.copytree(first_time[0].parent, tmp_path / "machine", symlinks=True)
    return machine / first_time[0].name


def new_project(machine: Path) -> Path:
    """A product without dependencies, and a machine whose npm brings empty packages."""
    root = machine / "project"
    root.mkdir()
    for name in ("dev.py", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, root)
    for lock in PYTHON_LOCKS:
        (root / lock.name).write_text("")
    npm = machine / "bin" / "npm"
    npm.parent.mkdir()
    files = [f"node_modules/{pattern.replace('*', 'any')}" for pattern in dev.NODE_MODULES]
    made = "\n".join(f"mkdir -p {Path(file).parent} && touch {file}" for file in files)
    npm.write_text(f"#!/bin/sh\necho ran >> {machine}/npm-ran\n{made}\n")
    npm.chmod(npm.stat().st_mode | stat.S_IEXEC)
    return root


def set_up(project: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PATH": f"{project.parent / 'bin'}:{os.environ['PATH']}"} | environment
    return subprocess.run([sys.executable, "dev.py", *(arguments or ["setup"])], cwd=project, env=env, capture_output=True, text=True)


def said(result: subprocess.CompletedProcess[str]) -> str:
    assert result.returncode == 0, result.stderr
    return result.stderr


def test_from_nothing_and_then_nothing_to_do(first_time: tuple[Path, str]) -> None:
    project, words = first_time
    assert "Setting up .venv" in words
    assert (project / "assets" / "inter" / "files" / "any-wght-normal.woff2").exists()
    assert subprocess.run([project / ".venv" / "bin" / "python", "-c", "import pip"]).returncode == 0
    assert said(set_up(project)) == ""
    assert (project.parent / "npm-ran").read_text() == "ran\n"


def test_what_was_cut_off_is_done_again(set_up_before: Path) -> None:
    project = set_up_before
    (project / ".venv" / "stamp").unlink()
    (project / ".venv" / "bin" / "python").unlink()
    (project / "assets" / "stamp").unlink()
    shutil.rmtree(project / "assets" / "inter")
    assert "Setting up .venv" in said(set_up(project))
    assert (project / ".venv" / "bin" / "python").exists()
    assert (project / "assets" / "inter" / "wght.css").exists()
    assert said(set_up(project)) == ""


def test_a_new_lock_is_installed_and_what_runs_needs_no_test_tools(set_up_before: Path) -> None:
    project = set_up_before
    (project / "requirements-dev.lock").write_text("# changed\n")
    assert "Setting up .venv" in said(set_up(project))
    (project / "requirements-dev.lock").write_text("no-such-package-of-ours==1 --hash=sha256:00\n")
    code = "import dev; dev.setup('run'); print('run is set up')"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=os.environ | {"PIP_NO_INDEX": "1"}, capture_output=True, text=True
    )
    assert result.stdout == "run is set up\n", result.stderr


def test_a_package_that_cannot_be_had_is_named_and_nothing_is_stamped(set_up_before: Path) -> None:
    project = set_up_before
    (project / "requirements-dev.lock").write_text(f"no-such-package-of-ours==1 --hash=sha256:{'0' * 64}\n")
    result = set_up(project, PIP_NO_INDEX="1")
    assert result.returncode == 1
    assert "Could not install requirements-dev.lock" in result.stderr
    assert not (project / ".venv" / "stamp").exists()


def test_without_the_venv_module_it_says_what_to_install(project: Path, tmp_path: Path) -> None:
    (tmp_path / "venv.py").write_text("raise SystemExit('ensurepip is not available')")
    result = set_up(project, PYTHONPATH=str(tmp_path))
    assert result.returncode == 1
    assert "install python3-venv" in result.stderr
    assert not (project / ".venv").exists()


def test_an_old_python_is_told_so(project: Path) -> None:
    code = "import sys; sys.version_info = (3, 10, 4); import dev"
    result = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("Python 3.11 or newer is needed")


def test_translations_are_compiled_when_they_change(project: Path) -> None:
    po = project / "locale" / "nb" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    po.write_text(PO)
    code = "import sys, dev; dev.compile_translations(sys.executable)"
    for text in ("Ja", "Javisst"):
        po.write_text(PO.replace("Ja", text))
        os.utime(po, (po.stat().st_mtime + 10, po.stat().st_mtime + 10))
        subprocess.run([sys.executable, "-c", code], cwd=project, check=True)
        assert text.encode() in po.with_suffix(".mo").read_bytes()
        os.utime(po.with_suffix(".mo"))


# What is locked


@pytest.mark.parametrize("lock", PYTHON_LOCKS, ids=lambda path: path.name)
def test_every_python_package_is_pinned_with_hashes_and_no_host_is_named(lock: Path) -> None:
    text = lock.read_text()
    packages = re.split(r"\n(?=\S)", text.strip())
    for package in packages:
        assert re.match(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+", package), package
        assert "--hash=sha256:" in package, package
    assert not re.search(r"://|index-url|find-links|trusted-host|@ ", text)


def test_every_npm_package_is_pinned_with_a_checksum_and_no_host_is_named() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    assert packages[""]["dependencies"] == wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert name == "" or package["integrity"].startswith("sha512-")


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["s3"]]
    assert {name_of(text) for text in runtime} <= locked("requirements.lock")
    assert {name_of(text) for text in [*runtime, *project["dependency-groups"]["dev"]]} <= locked("requirements-dev.lock")
    assert versions("requirements.lock").items() <= versions("requirements-dev.lock").items()


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=;@ ]", requirement)[0].lower().replace("_", "-")


def locked(file: str) -> set[str]:
    return set(versions(file))


def versions(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / file).read_text(), re.MULTILINE))


def test_no_file_of_others_is_committed() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git repository")
    of_others = re.compile(r"\.(woff2?|ttf|min\.js|min\.css|mo)$|node_modules|htmx[^/]*\.js|(^|/)uv\.lock$")
    foreign = [file for file in tracked.stdout.split() if of_others.search(file)]
    assert foreign == []
