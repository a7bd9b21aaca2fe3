"""Start a JupyterLab for a test or a measurement, and know when a notebook in it is ready."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from notebooks import ROOT, kernel_environment

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
]

# Waiting for "idle" alone is a race: the kernel is idle before it is connected.
READY = """(() => {
    const context = window.jupyterapp?.shell.currentWidget?.context?.sessionContext;
    return context?.isReady && context.session?.kernel?.connectionStatus === "connected"
        && context.session.kernel.status === "idle";
})()"""
DONE = """(() => {
    const panel = jupyterapp.shell.currentWidget;
    const cells = panel.content.widgets.map((cell) => cell.model).filter((model) => model.type === "code");
    return cells.every((model) => model.executionCount !== null && model.executionState !== "running")
        && panel.context.sessionContext.session.kernel.status === "idle";
})()"""
NEWS = "@jupyterlab/apputils-extension:notification"
OVERRIDES = {
    NEWS: {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # all cells are on the page
}


@contextmanager
def serve(folder: Path, threads: int = 2, overrides: dict = OVERRIDES) -> Iterator[str]:
    """Serve the folder, with the server's configuration that comes with the course; yield the address."""
    settings, extensions = folder / "settings", folder / "config/jupyter_server_config.d"
    settings.mkdir()
    (settings / "overrides.json").write_text(json.dumps({NEWS: OVERRIDES[NEWS], **overrides}), encoding="utf-8")
    extensions.mkdir(parents=True)
    shutil.copy(ROOT / "jupyter-config/server.json", extensions / "convlab.json")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, **kernel_environment(folder / "ipython"), "JUPYTER_CONFIG_DIR": str(folder / "config")}
    environment |= {"JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"), "OMP_NUM_THREADS": str(threads)}
    options = [f"--port={port}", "--port-retries=0", f"--ServerApp.root_dir={folder}", "--IdentityProvider.token="]
    options += ["--LabApp.expose_app_in_browser=True", f"--LabApp.app_settings_dir={settings}"]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", *options]
    with open(folder / "log.txt", "w") as log:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise TimeoutError(f"JupyterLab did not start: {(folder / 'log.txt').read_text()[-2000:]}")
        yield address
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()


def open_notebook(page, address: str, name: str) -> None:
    """Open a notebook, and wait for its kernel."""
    page.goto(f"{address}/lab/tree/{name}?reset")
    page.wait_for_function(READY, timeout=60_000)


def run_all(page) -> None:
    """Run all cells, and wait for the last."""
    page.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(DONE, timeout=240_000)


def theme(page, name: str) -> None:
    """Switch to the theme "Light" or "Dark"."""
    page.evaluate(f"jupyterapp.commands.execute('apputils:change-theme', {{ theme: 'JupyterLab {name}' }})")
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(name == 'Light').lower()}'")
