"""A real Chromium for the tests of the explorers: pages that mount an explorer's script, and JupyterLab itself."""

import contextlib
import json
from pathlib import Path

import chromium  # tools/browser/chromium.py
import jlab  # tools/browser/jlab.py
import pytest
from playwright.sync_api import expect, sync_playwright

from convlab.explorers.shared.base import script, style

HERE = "http://convlab.test/"  # answered by the test itself: nothing leaves the machine
expect.set_options(timeout=10_000)

# The stand-in for a widget's model: it remembers what the explorer wanted to tell Python.
STUB = """
export function stub(state) {
  const listeners = {};
  const model = {
    state, saves: [], news: {}, sent: [], alone: state.alone,
    get: (name) => state[name],
    set(name, value) { state[name] = value; model.news[name] = value; model.fire(name); },
    fire: (name) => [...(listeners[`change:${name}`] ?? [])].forEach((f) => f()),
    on(event, f) { (listeners[event] ??= new Set()).add(f); },
    off(event, f) { listeners[event]?.delete(f); },
    save_changes() { model.saves.push(model.news); model.news = {}; },
    send(content) { model.sent.push(content); },
    push(changes) { Object.assign(state, changes); Object.keys(changes).forEach(model.fire); },  // as from Python
    message: (content, buffers) => [...(listeners["msg:custom"] ?? [])].forEach((f) => f(content, buffers ?? [])),
    listening: () => Object.values(listeners).reduce((n, set) => n + set.size, 0),
  };
  return model;
}
export function unpack(_, value) {
  return value?.base64 ? new DataView(Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0)).buffer) : value;
}
"""
# The page names an icon: else the browser asks for one, past older versions of playwright.
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><title>test</title></head><body></body></html>"""


def pytest_itemcollected(item):
    """Mark all tests in this folder."""
    item.add_marker("browser")
    item.add_marker("slow")


@pytest.fixture(scope="session")
def browser():
    if lacks := chromium.missing():
        pytest.fail(f"{lacks}: make test-browser fetches one; or name one that you have: CHROMIUM=/path", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find() or None, args=jlab.CHROMIUM_FLAGS)
        yield browser
        browser.close()


def left(request):
    """Tell whether a request ended because its page was left: a lazy picture on its way is nothing that is missing."""
    return request.failure == "net::ERR_ABORTED"


@contextlib.contextmanager
def watched(browser, quiet=False, **options):
    """Yield a page; afterwards fail if a script broke, printed an error, or asked for what is not there.

    With quiet only what broke counts, and there only what names an explorer: the page is somebody else's.
    """
    context = browser.new_context(**{"viewport": {"width": 1000, "height": 900}, **options})
    page, complaints = context.new_page(), []
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: complaints.append(f"error: {error} {error.stack}"))
    page.on("console", lambda message: message.type == "error" and complaints.append(f"console: {message.text}"))
    page.on("requestfailed", lambda request: left(request) or complaints.append(f"request: {request.url[:100]}"))
    page.complaints = complaints
    yield page
    found = [text for text in complaints if not quiet or (text.startswith("error") and "blob:" in text)]
    context.close()
    assert not found, found


@pytest.fixture
def page(browser):
    with watched(browser) as page:
        serve(page)
        page.goto(HERE)
        yield page


def serve(page):
    """Answer for HERE: an empty page, the stand-in, and the script of each explorer."""

    def answer(route):
        name = route.request.url.removeprefix(HERE)
        if not name:
            return route.fulfill(body=PAGE, content_type="text/html")
        code = STUB if name == "stub.js" else script(Path(name).stem)
        return route.fulfill(body=code, content_type="text/javascript")

    page.route(HERE + "**", answer)


def show_alone(page, explorer):
    """Show an explorer without Python, on a page that may use the clipboard."""
    page.route(
        "https://convlab.test/", lambda route: route.fulfill(body=PAGE + explorer.to_html(), content_type="text/html")
    )
    page.goto("https://convlab.test/")


@pytest.fixture
def mount(page):
    """Mount an explorer's script on the page, with a stand-in for its model; return the locator of its box.

    ``window.model`` (and ``window.models``) is the stand-in.
    """

    def mount(explorer, alone=False):
        page.add_style_tag(content=style(explorer._name))
        page.evaluate(
            """async ([name, text]) => {
                const { stub, unpack } = await import("/stub.js");
                const { default: explorer } = await import(`/${name}.js`);
                const host = document.createElement("div");  // JupyterLab, too, puts it on the page afterwards
                window.model = stub(JSON.parse(text, unpack));
                (window.models ??= []).push(window.model);
                (window.ends ??= []).push(explorer.render({ model: window.model, el: host }));
                document.body.append(host);
            }""",
            [explorer._name, json.dumps({**explorer._plain_state(), "alone": alone})],
        )
        return page.locator(".convlab-x").last

    return mount


def saves(page):
    """Return what the last explorer told Python. It does so a moment later, after the next frame: that has passed."""
    return page.evaluate(
        """async () => {
            const moment = () => new Promise((resolve) => setTimeout(resolve));
            await moment();  // a field's change
            await new Promise(requestAnimationFrame);
            await moment();
            await moment();
            return window.model.saves;
        }"""
    )
