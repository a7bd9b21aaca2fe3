"""A JupyterHub for a room, to start from: one machine, many learners, each with a copy of the course.

It listens to this machine alone, and its log-in is for trials: docs/room.md says how it was tried, and what must be
changed before a network may reach it. Beside the course's own environment it needs

    python -m pip install "jupyterhub>=6,<7"
    npm install --global configurable-http-proxy

and starts with

    CONVLAB_HUB_PASSWORD=at-least-8-letters python -m jupyterhub -f docs/jupyterhub_config.py
"""

import asyncio
import os
import sys
from pathlib import Path

from tornado import web

c = get_config()  # noqa: F821  JupyterHub puts this function here

# --- where things are -------------------------------------------------------------------------------------------
# One folder for all of it: the hub's state, and below `homes` a folder for each learner. Back up both.

ROOM = Path(os.environ.get("CONVLAB_HUB_FOLDER", "hub")).resolve()
ROOM.mkdir(mode=0o700, parents=True, exist_ok=True)

c.JupyterHub.db_url = f"sqlite:///{ROOM / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(ROOM / "cookie_secret")  # made at the first start; new one: all log in again
c.ConfigurableHTTPProxy.pid_file = str(ROOM / "proxy.pid")

# This machine alone. For a room: a name, a certificate (or a web server in front that has one), then "https://:443".
c.JupyterHub.bind_url = "http://127.0.0.1:8000"
# c.JupyterHub.ssl_cert = "/etc/ssl/hub.crt"
# c.JupyterHub.ssl_key = "/etc/ssl/hub.key"

# --- who may come in: FOR TRIALS ONLY ---------------------------------------------------------------------------
# One password for all, and whoever knows it can be anybody. In a network take your school's log-in: "pam" (accounts of
# this machine), or the packages oauthenticator and ldapauthenticator; and name who may come instead of allow_all.

c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ.get("CONVLAB_HUB_PASSWORD")  # none: nobody comes in
c.Authenticator.allow_all = True
c.Authenticator.username_pattern = r"[a-z][a-z0-9_-]{0,31}\Z"  # a name becomes a folder's name

# --- a server for each learner: FOR TRIALS ONLY -----------------------------------------------------------------
# "simple" starts all servers as the user who started the hub: learners can read and delete each other's files, and no
# limit is kept. In a network take "systemd" (package jupyterhub-systemdspawner), "docker" (dockerspawner) or
# Kubernetes: a user or container each. They keep the two limits below; "simple" and "local" do not.

c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(ROOM / "homes" / "{username}")
c.Spawner.mem_limit = "2G"  # notebook 06 needs about half of it: docs/room.md
c.Spawner.cpu_limit = 2

c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]  # the Python that has the course
c.Spawner.default_url = "/lab/tree/work/00_start_here.ipynb"
c.Spawner.start_timeout = 120  # seconds; when the whole class comes at once

# PyTorch takes every core. Where many train at once, their threads wait for each other: one for each learner.
c.Spawner.environment = {"OMP_NUM_THREADS": "1"}

c.JupyterHub.concurrent_spawn_limit = 10  # the others wait a few seconds
c.JupyterHub.active_server_limit = 40  # memory of the machine / memory of a learner; 0: no limit


async def copy_the_course(spawner):
    """Give the learner a copy of the course, or bring it up to date: what they changed stays.

    It runs here, before the server starts. With "systemd" it must also give the files to their user; in a container,
    let the container's start command call `python -m convlab copy work` instead.
    """
    folder = Path(spawner.home_dir) / "work"
    folder.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "convlab", "copy", str(folder)]
    pipe = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
    process = await asyncio.create_subprocess_exec(*command, **pipe)
    said, _ = await process.communicate()
    spawner.log.info("%s", said.decode(errors="replace").strip())
    if process.returncode != 0:
        error = web.HTTPError(500, "The course could not be copied into your folder. Tell your teacher.")
        error.jupyterhub_message = error.log_message  # what the learner reads; the reason is in the hub's log
        raise error


c.Spawner.pre_spawn_hook = copy_the_course

# --- who left gives back the memory -----------------------------------------------------------------------------
# A kernel without work for an hour is stopped, even if its page is still open: names are gone, the text stays. A server
# without any kernel and any visitor for an hour stops too, and starts again at the next log-in.

c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_interval=60",
    "--MappingKernelManager.cull_connected=True",
    "--ServerApp.shutdown_no_activity_timeout=3600",
]
