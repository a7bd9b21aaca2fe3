"""What surrounds the course: one list of dependencies, the installer, and what README and CI say.

The installer runs for real here, but with stand-ins for uv, pip and df, and with a PATH that holds only what it needs.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CONSTRAINTS = ROOT / ".github/constraints-oldest.txt"

not_windows = pytest.mark.skipif(
    sys.platform == "win32",
    reason="make and tools/setup.sh are for Linux and macOS; on Windows pip installs the course",
)


# --- one list of dependencies -------------------------------------------------------------------------------


def test_environment_yml_holds_nothing_but_python_pip_and_the_course():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert set(environment) == {"name", "channels", "dependencies"}
    python, *others = environment["dependencies"]
    assert others == ["pip", {"pip": ["-e ."]}], "dependencies stand in pyproject.toml only"
    assert python == f"python{PROJECT['requires-python']}"


def test_there_is_no_second_list_of_dependencies():
    second = ["requirements*.txt", "requirements*.in", "setup.py", "setup.cfg", "Pipfile", "environment*.y*ml"]
    found = {path.name for pattern in second for path in ROOT.glob(pattern)}
    assert found == {"environment.yml"}
    for folder in ("binder", ".binder"):
        assert not (ROOT / folder).exists(), f"for Binder a folder {folder} hides environment.yml"


# --- what README and CI say ---------------------------------------------------------------------------------


def test_every_target_in_the_readme_exists_and_every_target_is_listed():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert listed == set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()) - {"venv"}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = [block or inline for block, inline in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", readme, re.DOTALL)]
    mentioned = set(re.findall(r"^make ([a-z-]+)", "\n".join(code), re.MULTILINE))
    assert {"lab", "test"} <= mentioned <= listed


def test_contributing_lists_every_target():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    listed = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)) - {"help"}
    assert set(re.findall(r"^\| `make ([a-z-]+)` \|", CONTRIBUTING, re.MULTILINE)) == listed


def test_contributing_names_files_and_tests_that_are_there():
    code = re.findall(r"`([^`\n]+)`", CONTRIBUTING)
    examples = ("NAME", "nb08", "08_words", "border", "*")  # what a recipe makes
    named = [
        path for text in code for path in re.findall(r"(?<![\w./])(?:convlab|tests|tools|notebooks)/[\w./*-]*", text)
    ]
    files = [path for path in named if not any(example in path for example in examples)]
    assert len(files) > 30 and [path for path in files if not (ROOT / path).exists()] == []
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    wanted = {text for text in code if re.fullmatch(r"test_\w+", text)}
    assert len(wanted) > 5 and {name for name in wanted if f"def {name}(" not in tests} == set()


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == PROJECT["version"]
    assert citation["cff-version"] == "1.2.0" and {"message", "title", "authors"} <= set(citation)


def test_the_readme_lists_every_notebook():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    linked = re.findall(r"\]\((notebooks/[^)]+)\)", readme)
    assert linked == [f"notebooks/{path.name}" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]


def test_ci_proves_the_oldest_versions_that_pyproject_allows():
    named = map(Requirement, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"])
    allowed = [requirement for requirement in named if "==" not in str(requirement.specifier)]  # ruff is pinned
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    constraints = {r.name: r.specifier for r in map(Requirement, (line for line in lines if not line.startswith("#")))}
    assert set(constraints) == {requirement.name for requirement in allowed}
    for requirement in allowed:
        (lowest,) = [s.version for s in requirement.specifier if s.operator == ">="]
        (pin,) = constraints[requirement.name]
        assert pin.operator == "==" and SpecifierSet(str(pin)).contains(lowest), f"{requirement.name}: {pin}, {lowest}"


def test_ci_runs_the_oldest_python_with_them_and_the_newest_python_without():
    matrix = WORKFLOW["jobs"]["test"]["strategy"]["matrix"]
    assert {system.split("-")[0] for system in matrix["os"]} == {"ubuntu", "macos", "windows"}
    oldest, newest = matrix["include"]
    assert f">={oldest['python']}" == PROJECT["requires-python"]
    assert ROOT / oldest["constraints"] == CONSTRAINTS
    assert newest["constraints"] == "" and oldest["python"] != newest["python"]


def test_ci_hides_no_failure():
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert "continue-on-error" not in text and "|| true" not in text
    assert set(WORKFLOW[True]) == {"push", "pull_request", "schedule", "workflow_dispatch"}  # YAML reads `on` as True


# --- the installer ------------------------------------------------------------------------------------------

TOOLS = ["sh", "cat", "cmp", "cp", "dirname", "ln", "mkdir", "mv", "rm", "sed", "uname"]
PYTHON = Path(sys.executable).resolve()
SITE = ".venv/lib/python{}.{}/site-packages".format(*sys.version_info)

# What makes a virtual environment of a folder, in a hundredth of the time that the module venv takes.
FAKE_VENV = f"""
    mkdir -p .venv/bin {SITE}
    ln -s '{PYTHON}' .venv/bin/python
    echo 'home = {PYTHON.parent}' >.venv/pyvenv.cfg
"""

# Puts into .venv what the course's packages are for the installer: modules that can be found.
FAKE_INSTALL = f"""
import os, pathlib
site = pathlib.Path("{SITE}")
for name in ("torch", "torchvision", "jupyterlab", "pytest"):
    (site / (name + ".py")).touch()
(site / "course.pth").write_text(os.getcwd())
"""
FAKE_UV = f"""#!/bin/sh
echo "uv $*" >>"$CALLS"
case "$1" in
    --version) ;;
    venv) {FAKE_VENV} ;;
    pip)
        [ -z "${{INTERRUPT-}}" ] || kill -TERM $PPID
        [ -z "${{NO_NETWORK-}}" ] && .venv/bin/python -c '{FAKE_INSTALL}' ;;
esac
"""
# A Python that is the real one but for `-m venv`: that makes a .venv with a pip that installs as FAKE_UV does.
FAKE_PYTHON = f"""#!/bin/sh
if [ "$*" = "-m venv .venv" ]; then
    echo "venv" >>"$CALLS"
    {FAKE_VENV}
    cp fake_pip.py {SITE}/pip.py
else
    exec '{PYTHON}' "$@"
fi
"""
FAKE_PIP = f"""
import os, sys
if sys.argv[1] == "install":
    cache = ["PIP_NO_CACHE_DIR=1"] if "PIP_NO_CACHE_DIR" in os.environ else []
    with open(os.environ["CALLS"], "a") as calls:
        print(*sys.argv, *cache, file=calls)
    if os.environ.get("NO_NETWORK"):
        sys.exit(1)
{FAKE_INSTALL.replace(chr(10), chr(10) + "    ")}
"""
DF = """#!/bin/sh
echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'
echo '//nas/my disk 30000000 9 {} 55% /my disk'
"""


class Checkout:
    """A copy of what the installer needs, in a folder with a space, and a PATH for it."""

    def __init__(self, folder):
        self.path = folder / "my course"
        self.bin = folder / "bin"
        self.calls = folder / "calls.txt"
        for made in (self.path / "tools", self.path / "convlab", self.path / "jupyter-config", self.bin):
            made.mkdir(parents=True)
        (self.path / "convlab/__init__.py").touch()
        (self.path / "pyproject.toml").write_text("[project]\n")
        (self.path / "jupyter-config/server.json").write_text("{}\n")
        (self.path / "fake_pip.py").write_text(FAKE_PIP)
        shutil.copy(ROOT / "tools/setup.sh", self.path / "tools")
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool))
        self.command("df", DF.format(20_000_000))

    def command(self, name, script):
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def setup(self, **environment):
        """Run tools/setup.sh; return its exit code, its lines, and the calls of uv and pip that change something."""
        self.calls.write_text("")
        done = subprocess.run(
            ["sh", str(self.path / "tools/setup.sh")],
            env={"PATH": str(self.bin), "CALLS": str(self.calls), **environment},
            cwd=self.bin,
            capture_output=True,
            text=True,
            timeout=60,
        )
        calls = [line for line in self.calls.read_text().splitlines() if "--version" not in line]
        return done.returncode, (done.stdout + done.stderr).splitlines(), calls

    def refusal(self, **environment):
        """Run tools/setup.sh, which must stop before it changes anything, with one line; return that line."""
        before = sorted(self.path.iterdir())
        code, lines, calls = self.setup(**environment)
        assert (code, calls, sorted(self.path.iterdir())) == (1, [], before)
        (line,) = lines
        assert line.startswith("convlab: ")
        return line


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.fixture
def with_uv(checkout):
    checkout.command("python3", FAKE_PYTHON)
    checkout.command("uv", FAKE_UV)
    return checkout


@pytest.fixture
def with_pip(checkout):
    checkout.command("python3", FAKE_PYTHON)
    return checkout


@pytest.mark.slow
@not_windows
class TestWhatIsMissing:
    def test_no_python(self, checkout):
        assert "Python 3.10 or newer is missing; install one" in checkout.refusal()

    def test_a_python_that_does_not_run(self, checkout):
        checkout.command("python3", "#!/bin/sh\necho 'pyenv: python3: command not found' >&2\nexit 127\n")
        assert "Python 3.10 or newer is missing; install one" in checkout.refusal()

    def test_an_old_python(self, checkout):
        old = "#!/bin/sh\ncase $2 in *exit*) exit 1 ;; *) echo 3.9 ;; esac\n"
        checkout.command("python3", old)
        assert "is missing (found only 3.9)" in checkout.refusal()
        checkout.command("python3.12", FAKE_PYTHON)  # is found behind it
        assert checkout.setup()[0] == 0

    def test_the_python_asked_for_is_none(self, with_uv):
        assert "PYTHON=/no/such is not a Python 3.10 or newer" in with_uv.refusal(PYTHON="/no/such")

    def test_no_venv_module(self, checkout):
        bare = f"#!/bin/sh\ncase $2 in *ensurepip*) exit 1 ;; *) exec '{PYTHON}' \"$@\" ;; esac\n"
        checkout.command("python3", bare)
        version = "{}.{}".format(*sys.version_info)
        assert f"python3 has no venv module; on Debian and Ubuntu: sudo apt install python{version}-venv" in (
            checkout.refusal()
        )
        checkout.command("uv", FAKE_UV)  # does not need the module
        assert checkout.setup()[0] == 0

    @pytest.mark.parametrize("system, uv, needed", [("Linux", False, 9), ("Linux", True, 7), ("Darwin", True, 2)])
    def test_no_disk(self, with_pip, system, uv, needed):
        (with_pip.bin / "uname").unlink()
        with_pip.command("uname", f"#!/bin/sh\necho {system}\n")
        if uv:
            with_pip.command("uv", FAKE_UV)
        with_pip.command("df", DF.format(needed * 1_000_000 - 1))
        assert f"only {needed - 1} GB of disk are free here, {needed} GB are needed" in with_pip.refusal()
        with_pip.command("df", DF.format(needed * 1_000_000))
        assert with_pip.setup()[0] == 0

    @pytest.mark.parametrize("free, cached", [(11, False), (13, True)])
    def test_little_disk(self, with_pip, free, cached):
        with_pip.command("df", DF.format(free * 1_000_000))
        _, _, (_, install) = with_pip.setup()
        assert install.endswith(" PIP_NO_CACHE_DIR=1") != cached

    def test_no_network(self, with_pip):
        code, lines, _ = with_pip.setup(NO_NETWORK="1")
        assert code == 1 and "call make again: it goes on from there" in lines[-1]
        code, lines, calls = with_pip.setup()
        assert code == 0 and len(calls) == 2, "the next call installs"


@pytest.mark.slow
@not_windows
class TestInstalling:
    def test_with_uv(self, with_uv):
        code, lines, (venv, install) = with_uv.setup()
        assert code == 0
        assert lines[0].startswith("Installing the course into .venv: 1 to 5 minutes,") and len(lines) == 1
        assert venv == f"uv venv --quiet --seed --allow-existing --python {with_uv.bin}/python3 .venv"
        assert install == "uv pip install --quiet --compile-bytecode --python .venv/bin/python -e .[test]"

    def test_with_pip(self, with_pip):
        code, lines, (_, install) = with_pip.setup()
        assert code == 0 and len(lines) == 1
        assert install.endswith("pip.py install -qq --disable-pip-version-check --no-input -e .[test]")

    def test_the_second_call_does_nothing_and_says_nothing(self, with_pip):
        with_pip.setup()
        (with_pip.path / "pyproject.toml").touch()  # newer, but with the same content
        assert with_pip.setup() == (0, [], [])

    @pytest.mark.parametrize("source", ["pyproject.toml", "jupyter-config/server.json"])
    def test_what_has_changed_is_installed_into_the_same_venv(self, with_pip, source):
        with_pip.setup()
        (with_pip.path / source).write_text("[project]\ndependencies = []\n")
        code, _, calls = with_pip.setup(NO_NETWORK="1")
        assert code == 1 and len(calls) == 1
        code, lines, (install,) = with_pip.setup()
        assert code == 0 and "pip.py install" in install and "anew" not in lines[0]
        assert with_pip.setup() == (0, [], [])

    def test_a_venv_made_by_hand_is_kept(self, with_uv):
        subprocess.run(["sh", "-c", FAKE_VENV], cwd=with_uv.path, check=True)
        (with_uv.path / ".venv/mine").touch()
        code, _, (install,) = with_uv.setup()
        assert code == 0 and install.startswith("uv pip install")
        assert (with_uv.path / ".venv/mine").exists()


@pytest.mark.slow
@not_windows
class TestBuildingAnew:
    def assert_built_anew(self, checkout, why, **environment):
        code, lines, calls = checkout.setup(**environment)
        assert code == 0 and len(calls) == 2
        assert lines[0].startswith("Building .venv anew: ") and why in lines[0]
        assert checkout.setup(**environment) == (0, [], [])

    def test_after_an_interruption(self, with_uv):
        assert with_uv.setup(INTERRUPT="1")[0] == -signal.SIGTERM
        self.assert_built_anew(with_uv, "interrupted")

    def test_not_while_another_make_installs(self, with_uv):
        with_uv.setup()
        (with_uv.path / ".venv/convlab-installing").write_text(f"{os.getpid()}\n")
        assert f"another make is installing into .venv (process {os.getpid()})" in with_uv.refusal()

    def test_when_its_python_is_gone(self, with_uv):
        with_uv.setup()
        (with_uv.path / ".venv/bin/python").unlink()
        (with_uv.path / ".venv/bin/python").symlink_to("/no/such/python")
        self.assert_built_anew(with_uv, "does not run")

    def test_when_a_package_is_gone(self, with_uv):
        with_uv.setup()
        (with_uv.path / SITE / "torch.py").unlink()
        self.assert_built_anew(with_uv, "packages are missing")

    @pytest.mark.parametrize("change", [shutil.move, lambda old, new: shutil.copytree(old, new, symlinks=True)])
    def test_when_the_checkout_was_moved_or_copied(self, with_uv, change):
        with_uv.setup()
        elsewhere = with_uv.path.with_name("elsewhere")
        change(with_uv.path, elsewhere)
        with_uv.path = elsewhere
        self.assert_built_anew(with_uv, "moved or copied")

    def test_for_another_python(self, with_uv):
        with_uv.setup(PYTHON=sys.executable)
        assert with_uv.setup(PYTHON=sys.executable) == (0, [], [])
        other = f"""#!/bin/sh\ncase "$2" in *print*) echo 3.99 ;; *) exec '{PYTHON}' "$@" ;; esac\n"""
        with_uv.command("other", other)
        code, lines, calls = with_uv.setup(PYTHON=f"{with_uv.bin}/other")
        assert code == 0 and "is another version" in lines[0] and len(calls) == 2


@not_windows
class TestMake:
    """The Makefile without its recipes (make -n)."""

    def make(self, *arguments):
        if not shutil.which("make"):
            pytest.skip("make is not installed here")
        outer = {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "NB", "PYTEST_ARGS"}  # of the make that runs this test
        env = {name: value for name, value in os.environ.items() if name not in outer}
        return subprocess.run(["make", "-n", *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)

    def test_alone_it_lists_the_targets(self):
        makefile = ROOT / "Makefile"
        shown = subprocess.run(self.make().stdout, shell=True, cwd=ROOT, capture_output=True, text=True).stdout
        assert re.findall(r"^  make ([a-z-]+)  ", shown, re.MULTILINE) == (
            re.findall(r"^([a-z-]+):.*## ", makefile.read_text(encoding="utf-8"), re.MULTILINE)
        )

    def test_NB_chooses_a_notebook(self):
        recipe = self.make("test", "NB=01", "PYTEST_ARGS=-x").stdout.splitlines()[-1]
        assert recipe == ".venv/bin/python -m pytest notebooks/01_corr2d_from_scratch.ipynb -x"
        recipe = self.make("notebooks", "NB=00").stdout.splitlines()[-1]
        assert recipe == ".venv/bin/python tools/course/notebooks.py notebooks/00_start_here.ipynb"

    def test_NB_that_is_no_notebook(self):
        done = self.make("test", "NB=99")
        assert done.returncode == 2 and done.stdout == ""
        assert "NB=99: no notebook has this number; there are: 00 01" in done.stderr


def test_the_notebooks_are_on_both_maps():
    """The README and notebook 00 list every notebook, with the minutes that its head states, and no other."""
    import nbformat
    import rhythm  # tools/course/rhythm.py

    start = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    course_map = next(cell.source for cell in start.cells if "## The map of the course" in cell.source)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    built = {path.stem: nbformat.read(path, 4) for path in (ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")}
    stated = {name: rhythm.table_entry(rhythm.stated(nb) or (0, 0)) for name, nb in built.items()}
    listed = dict(re.findall(r"^\| \[(\w+)\]\(notebooks/\1\.ipynb\) \|.*\| ([\d /]+) \|$", readme, re.MULTILINE))
    mapped = dict(re.findall(r"^\| \[?\*\*(\d\d)\*\*.*\| ([\d /]+) \|$", course_map, re.MULTILINE))
    assert listed == stated
    assert mapped == {name[:2]: minutes for name, minutes in stated.items()}
