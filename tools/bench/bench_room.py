"""A class comes to a JupyterHub: what each learner needs, in memory and in seconds.

    python tools/bench/bench_room.py --users 4 notebooks/02_*.ipynb notebooks/06_*.ipynb

Users bench1, bench2, ... log in with the password of CONVLAB_HUB_PASSWORD (a hub as in docs/jupyterhub_config.py),
all at once, and each runs the notebooks, one after the other, each in a kernel of its own. Run it on the hub's
machine, if it is a Linux: then it sees the processes of each user too. Their memory is PSS: a page that several
processes share counts in equal parts, so the numbers of all users add up. CPU seconds are those of all threads. Compare
`--users 1` with the whole class.
"""

import argparse
import json
import os
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import requests
import websocket

MOST = 60  # users: this is a rehearsal, and not an attack


class User:
    """One learner: logs in, starts a server, runs notebooks."""

    def __init__(self, hub: str, name: str, password: str):
        self.hub, self.name = hub, name
        session = requests.Session()
        session.get(f"{hub}/hub/login", timeout=60).raise_for_status()
        form = {"username": name, "password": password, "_xsrf": session.cookies.get("_xsrf", path="/hub/")}
        answer = session.post(f"{hub}/hub/login", data=form, timeout=60, allow_redirects=False)
        if answer.status_code != 302:
            raise SystemExit(f"{name} cannot log in: the hub says {answer.status_code} (is CONVLAB_HUB_PASSWORD set?)")
        token = self._ask("POST", f"/hub/api/users/{name}/tokens", session, json={})["token"]
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"token {token}"

    def _ask(self, method, path, session=None, **options):
        session = session or self.session
        xsrf = session.cookies.get("_xsrf", path="/hub/")
        headers = {"X-XSRFToken": xsrf} if xsrf else {}
        answer = session.request(method, self.hub + path, headers=headers, timeout=120, **options)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def start(self) -> float:
        """Start the server; return the seconds until it is ready."""
        began = time.perf_counter()
        self._ask("POST", f"/hub/api/users/{self.name}/server")
        while not self._ask("GET", f"/hub/api/users/{self.name}")["servers"].get("", {}).get("ready"):
            time.sleep(0.2)
        return time.perf_counter() - began

    def stop(self) -> None:
        self._ask("DELETE", f"/hub/api/users/{self.name}/server")

    def run(self, notebook: Path) -> float:
        """Run a notebook's code cells in a new kernel, in order; return the seconds."""
        kernel = self._ask("POST", f"/user/{self.name}/api/kernels", json={"name": "python3", "path": "work"})["id"]
        address = f"ws{self.hub[4:]}/user/{self.name}/api/kernels/{kernel}/channels"
        socket = websocket.create_connection(address, header=dict(self.session.headers), timeout=600)
        began = time.perf_counter()
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                fails = "raises-exception" in cell["metadata"].get("tags", ())
                _execute(socket, "".join(cell["source"]), f"{self.name}, {notebook.name}", fails)
        seconds = time.perf_counter() - began
        socket.close()
        self._ask("DELETE", f"/user/{self.name}/api/kernels/{kernel}")
        return seconds


def _execute(socket, source: str, who: str, fails: bool) -> None:
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3", "session": who}
    content = {"code": source, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    socket.send(json.dumps(message))
    while True:
        frame = socket.recv()
        if not isinstance(frame, str):
            continue  # buffers of a widget
        answer = json.loads(frame)
        if answer["parent_header"].get("msg_id") == header["msg_id"] and answer["msg_type"] == "execute_reply":
            if answer["content"]["status"] == "error" and not fails:
                raise SystemExit(f"{who}: {answer['content']['ename']}: {answer['content']['evalue']} in\n{source}")
            return


class Watch(threading.Thread):
    """Looks twice a second at the users' processes: the most memory of each and of all together, MB; CPU seconds."""

    def __init__(self, names):
        super().__init__(daemon=True)
        self.names, self.together = set(names), 0.0
        self.most, self.seconds = dict.fromkeys(names, 0.0), {name: {} for name in names}

    def run(self):
        while True:
            now = dict.fromkeys(self.names, 0.0)
            for process in psutil.process_iter():
                try:
                    name = process.environ().get("JUPYTERHUB_USER")
                    if name in now:
                        now[name] += process.memory_full_info().pss / 1e6
                        self.seconds[name][process.pid] = sum(process.cpu_times()[:2])
                except (psutil.Error, AttributeError):
                    continue  # gone meanwhile, somebody else's, or no Linux
            self.most = {name: max(self.most[name], now[name]) for name in now}
            self.together = max(self.together, sum(now.values()))
            time.sleep(0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="+", type=Path)
    parser.add_argument("--users", type=int, default=4)
    parser.add_argument("--hub", default="http://127.0.0.1:8000")
    options = parser.parse_args()
    if not 1 <= options.users <= MOST:
        parser.error(f"--users is {options.users}; it must be 1 to {MOST}")
    names = [f"bench{number}" for number in range(1, options.users + 1)]
    watch = Watch(names)
    watch.start()

    def one(name):
        user = User(options.hub, name, os.environ.get("CONVLAB_HUB_PASSWORD", ""))
        started = user.start()
        try:
            time.sleep(2)  # the server alone, for the memory
            return started, [user.run(notebook) for notebook in options.notebooks]
        finally:
            user.stop()

    with ThreadPoolExecutor(options.users) as pool:
        results = list(pool.map(one, names))
    heads = ["start", *(path.name[:2] for path in options.notebooks), "CPU", "most memory"]
    print("user     " + "".join(f"{head:>9}" for head in heads))
    for name, (started, seconds) in zip(names, results, strict=True):
        times = "".join(f"{each:>7.1f} s" for each in (started, *seconds, sum(watch.seconds[name].values())))
        print(f"{name:<9}{times}{watch.most[name]:>10.0f} MB")
    print(f"all together, at most {watch.together:.0f} MB")


if __name__ == "__main__":
    main()
