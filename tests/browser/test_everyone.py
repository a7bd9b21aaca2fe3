"""Explorers for everyone: forced colours, a screen reader, touch, narrow pages, and axe without a finding."""

import jlab  # tools/browser/jlab.py
import lint  # tools/lint/lint.py
import nbformat
import pytest
import torch
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import expect

from convlab import kernels
from convlab.explorers import ChannelExplorer, ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer
from convlab.training import pretrained
from notebooks import KERNELSPEC  # tools/course/notebooks.py

from .conftest import saves, show_alone, watched
from .test_any import MAKE

every = pytest.mark.parametrize("name", MAKE)
MODES = [
    {"color_scheme": scheme, "forced_colors": forced} for scheme in ("light", "dark") for forced in ("none", "active")
]
FINDINGS = """async () => {
    const rules = { "target-size": { enabled: true } };
    const { violations } = await axe.run(".convlab-x", { rules });
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))]);
}"""
# Controls whose border has less than 3:1 against what lies around them (WCAG 1.4.11). The browser mixes the colours: a
# pixel is painted with the grounds of all that lies behind, then with the border.
FAINT = """() => {
    const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
    const mixed = (colours) => {
        for (const colour of ["white", ...colours]) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
        return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const light = (rgb) => rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
    const grounds = (node) => (node ? [...grounds(node.parentElement), getComputedStyle(node).backgroundColor] : []);
    const found = [];
    for (const node of document.querySelectorAll(".convlab-x :is(button, select, input:not([type=checkbox]), .convlab-paper, .convlab-bar-room, .convlab-cell > rect:first-child)")) {
        const style = getComputedStyle(node), cell = node.tagName === "rect", around = grounds(node.parentElement);
        if (node.closest("[hidden], [aria-disabled=true], :disabled, .convlab-matrix, .convlab-pad, .convlab-none")) continue;
        const border = cell ? style.stroke : style.borderTopColor, wide = cell ? style.strokeWidth : style.borderTopWidth;
        const [a, b] = [mixed(around), mixed([...around, border])].map(light), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 3 || parseFloat(wide) < 1) found.push([ratio.toFixed(2), wide, border, node.outerHTML.slice(0, 80)]);
    }
    return found;
}"""  # noqa: E501


def load_axe(page):
    assert lint.install_packages() == 0
    page.evaluate((lint.HERE / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8"))


@pytest.mark.node
@every
def test_axe_finds_nothing_light_dark_and_in_forced_colours(browser, name):
    with watched(browser, viewport={"width": 390, "height": 844}) as page:
        show_alone(page, MAKE[name]())
        box = page.locator(".convlab-x")
        field = box.locator("input[type=number], input[type=text]").first
        if field.count():  # what is said of a mistake counts, too
            field.fill("77")
            field.press("Enter")
        load_axe(page)
        for mode in MODES:
            page.emulate_media(**mode)
            assert page.evaluate(FINDINGS) == [], mode
            assert page.evaluate(FAINT) == [], mode


@pytest.mark.node
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_an_exported_page(browser, theme):
    cells = [
        new_code_cell("", outputs=[new_output("display_data", {"text/html": make().to_html()})])
        for make in MAKE.values()
    ]
    html, _ = HTMLExporter(theme=theme).from_notebook_node(new_notebook(cells=cells))
    with watched(browser, quiet=True, color_scheme=theme, offline=True) as page:
        page.route("https://convlab.test/", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.route("**", lambda route: route.fallback() if "convlab.test" in route.request.url else route.abort())
        page.goto("https://convlab.test/", wait_until="commit")
        expect(page.locator(".convlab-x")).to_have_count(len(MAKE))
        load_axe(page)
        for forced in ("none", "active"):
            page.emulate_media(forced_colors=forced)
            assert page.evaluate(FINDINGS) == [] == page.evaluate(FAINT), forced


IN_LAB = """
import torch
from convlab.explorers import ChannelExplorer, ConvExplorer, DigitInspector, KernelPlayground, TransposedConvExplorer
from convlab.training import pretrained
x, kernel = torch.arange(25.0).reshape(5, 5) - 9, [[1, 0], [0, -1]]
display(ConvExplorer(x, kernel, stride=2, padding=1), TransposedConvExplorer(x[:2, :2], kernel, stride=2))
display(KernelPlayground(), ChannelExplorer(x.expand(2, 5, 5), torch.ones(2, 1, 2, 2), groups=2))
DigitInspector(pretrained())
"""


@pytest.mark.node
def test_axe_finds_nothing_in_jupyterlab_in_both_themes_and_in_forced_colours(browser, tmp_path):
    nbformat.write(
        new_notebook(cells=[new_code_cell(IN_LAB)], metadata={"kernelspec": KERNELSPEC}), tmp_path / "all.ipynb"
    )
    with jlab.serve(tmp_path, threads=1) as address, watched(browser, quiet=True) as page:
        jlab.open_notebook(page, address, "all.ipynb")
        jlab.run_all(page)
        expect(page.locator(".convlab-x")).to_have_count(len(MAKE), timeout=60_000)
        load_axe(page)
        for theme in ("Light", "Dark"):
            jlab.theme(page, theme)
            for forced in ("none", "active"):
                page.emulate_media(color_scheme=theme.lower(), forced_colors=forced)
                assert page.evaluate(FINDINGS) == [] == page.evaluate(FAINT), (theme, forced)
        page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.sessionContext.shutdown(); }")


# --- colours that the system gives ---


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_forced_colours_the_result_keeps_its_signs_and_marks_are_seen(browser, scheme):
    with watched(browser, color_scheme=scheme, forced_colors="active") as page:
        show_alone(page, KernelPlayground(kernel=kernels.sobel_x()))
        above, below, scale = page.locator(".convlab-result").evaluate(
            """canvas => {
                const { width, height } = canvas, found = [0, 0];
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                for (let n = 0; n < data.length; n += 4) {
                    found[0] += data[n + 2] > data[n + 1] + 30;
                    found[1] += data[n] > data[n + 2] + 30;
                }
                const scale = getComputedStyle(document.querySelector(".convlab-scale")).backgroundImage;
                return [...found, scale];
            }"""
        )
        assert above > 100 and below > 100 and "gradient" in scale
        show_alone(page, DigitInspector(pretrained()))
        grounds = "nodes => nodes.map((node) => getComputedStyle(node).backgroundColor)"
        room, fill = (page.locator(f".convlab-bar-{part}").first for part in ("room", "fill"))
        assert room.evaluate_all(grounds) != fill.evaluate_all(grounds)
        show_alone(page, ConvExplorer(torch.arange(25.0).reshape(5, 5) - 9, [[1, 0], [0, -1]], stride=2))
        looks = page.locator(".convlab-x").evaluate(
            """root => ["window", "cell:not(.convlab-window, .convlab-unread)", "unread"].map((kind) => {
                const cell = root.querySelector(`.convlab-input .convlab-${kind}`);
                const [a, b] = ["rect", "text"].map((tag) => getComputedStyle(cell.querySelector(tag)));
                return [a.stroke, a.fill, b.fill, cell.querySelectorAll("rect").length];
            })"""
        )
        assert all(fill != text and fill != stroke for stroke, fill, text, _ in looks)
        assert looks[0][0] != looks[1][0] and [n for *_, n in looks] == [1, 1, 2]  # marked; hatched


# --- what is heard ---

RECORD = """() => {
    window.heard = [];
    for (const node of document.querySelectorAll("[role=status], [aria-live]"))
        new MutationObserver(() => heard.push(node.textContent)).observe(node, { childList: true, subtree: true });
}"""
MOVES = {
    "conv": ["ArrowRight", "k", "ArrowRight", "ArrowDown", "i", "ArrowDown", "o", "Home"],
    "channels": ["ArrowRight", "k", "ArrowRight", "i", "ArrowDown", "o", "Home"],
    "transposed": ["ArrowRight", "k", "ArrowRight", "i", "ArrowRight", "m", "End", "o", "Home"],
    "playground": ["ArrowRight", "ArrowDown", "End", "Home"],
}


@pytest.mark.parametrize("name", MOVES)
def test_each_move_and_each_setting_is_announced_once_and_briefly(page, mount, name):
    box = mount(MAKE[name]())
    expect(box.locator("[role=status], [aria-live]")).to_have_count(1)
    page.evaluate(RECORD)
    stage, before = box.locator("[role=application]"), 0
    stage.focus()

    def announced(what):
        nonlocal before
        saves(page)  # a frame later
        words = page.evaluate("heard")[before:]
        before += len(words)
        assert len(words) == 1 and 0 < len(words[0]) < 90, (what, words)
        return words[0]

    for key in MOVES[name]:
        page.keyboard.press(key)
        announced(key)
    label, text = {"channels": ("output channels", "4"), "playground": ("kernel, width", "5")}.get(
        name, ("kernel, width", "1")
    )
    field = box.get_by_label(label)
    field.fill(text)
    field.press("Enter")
    said = {
        "conv": "output 3 × 4; ",
        "channels": "2 channels in, 4 out: 20 parameters, 144",
        "transposed": "output 2 × 1; ",
    }
    assert said.get(name, "result 112 × 96, weights sum to 0") in announced("a setting")
    if name != "playground":
        stage.focus()
        for key in ("k", "Enter", "7", "Enter"):
            page.keyboard.press(key)
        saves(page)  # a frame later
        assert "= 7" in page.evaluate("heard").pop()
        page.evaluate("heard.length = 0")
        box.get_by_role("button", name="play or pause").click()  # its steps are not
        page.wait_for_timeout(1000)
        assert len(page.evaluate("heard")) <= 1


def test_the_pen_the_answer_and_a_chosen_number_are_announced_once(page, mount):
    box = mount(DigitInspector(pretrained()))
    page.evaluate(RECORD)
    box.locator(".convlab-paper").focus()
    said = []
    for key in ("ArrowDown", " ", "ArrowDown", " "):
        page.keyboard.press(key)
        saves(page)
    box.get_by_label("blur").click()
    saves(page)
    box.locator(".convlab-step canvas").first.focus()
    page.keyboard.press("ArrowRight")
    saves(page)
    page.keyboard.press("Enter")
    saves(page)
    said = page.evaluate("heard")
    assert [text.split(" ")[0] for text in said] == ["pen", "pen", "pen", "The", "The", "0:", "0:"], said
    assert max(map(len, said)) < 90 and said[-1].startswith(f"{said[-2]}: sum of 25 products"), said
    for step in box.locator(".convlab-step").all():  # a map is called what stands over it
        name = step.locator("canvas").get_attribute("aria-label").split(".")[0]
        assert step.locator("p").first.text_content().startswith(name) and len(name) > 10


def test_a_finger_that_scrolls_over_maps_chooses_nothing(browser):
    with watched(browser, viewport={"width": 390, "height": 600}, has_touch=True, is_mobile=True) as page:
        show_alone(page, DigitInspector(pretrained()))
        page.evaluate("document.body.style.paddingBottom = '1000px'")
        live, canvas = page.locator(".convlab-live"), page.locator(".convlab-step canvas").first
        canvas.evaluate("node => node.scrollIntoView({ block: 'center' })")
        here, before = canvas.bounding_box(), live.text_content()
        x, y = here["x"] + 20, here["y"] + here["height"] / 2
        swipe(page, *between((x, y), (x, y - 150)))
        page.wait_for_timeout(100)
        swipe(page, *between((x, y - 50), (x - 15, y - 60)))
        assert live.text_content() == before
        canvas.evaluate("node => node.scrollIntoView({ block: 'center' })")
        canvas.tap(position={"x": 20, "y": 20})
        expect(live).to_contain_text("0: conv2d, channel 0, row ")
        # nor does what lies beside the maps
        canvas.evaluate("""node => { const { left, top, width } = node.getBoundingClientRect();
            for (const [x, y] of [[-9, 9], [9, -90], [width + 9, 9]])
                node.dispatchEvent(new PointerEvent("pointermove", { clientX: left + x, clientY: top + y })); }""")
        expect(live).not_to_contain_text("click for its sum")


def test_the_picture_is_read_line_by_line(page, mount):
    mount(ConvExplorer([[1, 2, 3], [4, 5, -6], [7, 8, 9]], [[1, 0], [0, -1]]))
    read = page.locator(".convlab-box").aria_snapshot()
    assert read.splitlines()[1:] == [
        '  - group "input, kernel and output":',
        "    - 'img \"input 3 × 3: 1 2 3; 4 5 −6; 7 8 9\"'",
        "    - text: ⋆",
        "    - 'img \"kernel 2 × 2: 1 0; 0 −1\"'",
        "    - text: =",
        "    - 'img \"output 2 × 2: −4 8; −4 −4\"'",
    ]
    mount(TransposedConvExplorer([[1, 2]], [[3]], view="stamps"))
    box = page.locator(".convlab-x").last
    box.get_by_role("button", name="no stamps").click()
    expect(box.get_by_role("img", name="Y 1 × 2: 0 0")).to_have_count(1)


# --- a telephone ---

LARGE = {
    "conv": lambda: ConvExplorer(torch.arange(900.0).reshape(30, 30) % 11 - 5, kernels.sobel_x()),
    "transposed": lambda: TransposedConvExplorer(torch.ones(4, 4), torch.ones(4, 4), stride=3, view="stamps"),
    "playground": lambda: KernelPlayground(kernel=torch.ones(3, 3, 3)),
    "digit": lambda: DigitInspector(pretrained()),
}


CUT_OFF = """root => {
    const edge = root.getBoundingClientRect().right - 8, hidden = ".convlab-heard, [hidden], .convlab-part";
    return [...root.querySelectorAll("*")].filter((e) => !e.closest(hidden) && !(e.tagName === "g")).filter((e) =>
        e.getBoundingClientRect().right > edge + 1 || (e instanceof HTMLElement && e.scrollWidth > e.clientWidth + 1
            && e.clientWidth)).map((e) => e.outerHTML.slice(0, 120));
}"""
SMALL = """root => [...root.querySelectorAll("button, input, select, .convlab-grid rect[data-i]")]
    .filter((e) => !e.closest(".convlab-matrix, .convlab-xs, .convlab-ys")).map((e) => e.getBoundingClientRect())
    .filter(({ width, height }) => width && Math.min(width, height) < 24).length"""


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("name", LARGE)
def test_at_390_pixels_nothing_is_cut_off_nor_too_small_for_a_finger(page, mount, name, large):
    page.set_viewport_size({"width": 390, "height": 844})
    box = mount((LARGE if large else MAKE)[name]())
    expect(
        box.locator(".convlab-bars .convlab-best, .convlab-here, .convlab-lit, .convlab-mark").first
    ).to_be_attached()
    saves(page)
    assert box.evaluate(CUT_OFF) == [] and box.evaluate(SMALL) == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    # what one changes, and what it changes
    ends = {
        "conv": [".convlab-stage"] * 2,
        "playground": [".convlab-editor input", ".convlab-result"],
        "digit": [".convlab-paper", ".convlab-bars"],
    }
    ends = ends.get(name, [".convlab-kernel", ".convlab-grid >> nth=2"])
    first, second = (box.locator(part).first.bounding_box() for part in ends)
    tops, bottoms = zip(*((end["y"], end["y"] + end["height"]) for end in (first, second)), strict=True)
    assert max(bottoms) - min(tops) < 600


def test_the_result_stays_in_view_while_one_scrolls_to_the_last_weight(page, mount):
    for width, height in ((390, 700), (760, 500)):
        page.set_viewport_size({"width": width, "height": height})
        box = mount(LARGE["playground"]())
        box.get_by_label("weight blue 2, 2").scroll_into_view_if_needed()
        expect(box.locator(".convlab-result")).to_be_in_viewport(ratio=0.9)


def test_of_a_large_grid_the_part_that_is_looked_at_is_seen(page, mount):
    page.set_viewport_size({"width": 390, "height": 844})
    box = mount(LARGE["conv"]())
    expect(box.locator(".convlab-output > text")).to_have_text("output 28 × 28, a part")
    box.get_by_role("button", name="last window").click()
    for grid, place in (("output", 27), ("input", 29)):
        inside = box.locator(f".convlab-{grid} rect[data-i='{place}'][data-j='{place}']").evaluate(
            """rect => {
                rect.scrollIntoView({ block: "center" });
                const { left, top, width, height } = rect.getBoundingClientRect();
                return document.elementFromPoint(left + width / 2, top + height / 2) === rect;
            }"""
        )
        assert inside, grid
    expect(box.locator(".convlab-live")).to_contain_text("output (27, 27)")
    box.locator(".convlab-input rect[data-i='28'][data-j='28']").click()
    expect(box.locator(".convlab-live")).to_contain_text("pixel (28, 28) = ")


@pytest.mark.parametrize("name", ["channels", "transposed"])
def test_on_a_telephone_the_steps_stay_beside_the_picture_on_an_exported_page(browser, name):
    cell = new_code_cell("", outputs=[new_output("display_data", {"text/html": MAKE[name]().to_html()})])
    html, _ = HTMLExporter().from_notebook_node(new_notebook(cells=[cell]))
    with watched(browser, quiet=True, viewport={"width": 390, "height": 600}, offline=True) as page:
        page.route("https://convlab.test/", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.route("**", lambda route: route.fallback() if "convlab.test" in route.request.url else route.abort())
        page.goto("https://convlab.test/", wait_until="commit")
        bar = page.locator(".convlab-foot")
        expect(bar).to_be_attached()
        page.locator(".convlab-input").first.evaluate("node => node.scrollIntoView({ block: 'start' })")
        expect(bar.get_by_role("button", name="play or pause")).to_be_in_viewport(ratio=1)
        assert bar.bounding_box()["height"] < 80


def test_a_finger_scrolls_the_page_and_chooses_by_a_tap(browser):
    with watched(browser, viewport={"width": 390, "height": 844}, has_touch=True) as page:
        show_alone(page, KernelPlayground())
        box = page.locator(".convlab-x")
        assert box.evaluate("""root => [...root.querySelectorAll("svg, canvas, .convlab-stack")].every(
            (node) => getComputedStyle(node).touchAction.match(/auto|pan-y/))""")
        box.locator(".convlab-result").tap(position={"x": 80, "y": 60})
        expect(box.locator(".convlab-live")).not_to_contain_text("result (0, 0)")
        page.locator(".convlab-result").tap(position={"x": 1, "y": 1})
        expect(box.locator(".convlab-live")).to_contain_text("result (0, 0)")


def swipe(page, *points):
    """Draw a finger over the page, from point to point."""
    session = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(points):
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def between(start, end, steps=6):
    return [tuple(a + (b - a) * n / steps for a, b in zip(start, end, strict=True)) for n in range(steps + 1)]


FINGER = {  # from where to where, and what is said then
    "conv": (".convlab-input rect[data-i='2'][data-j='0']", ".convlab-input rect[data-i='2'][data-j='3']", "(1, 2)"),
    "channels": (".convlab-grid rect[data-i='1'][data-j='0']", ".convlab-grid rect[data-i='1'][data-j='3']", "1, 3"),
    "transposed": (
        ".convlab-input rect[data-i='1'][data-j='0']",
        ".convlab-input rect[data-i='1'][data-j='1']",
        "(1, 1)",
    ),
    "playground": (".convlab-result", None, "result ("),
}


@pytest.mark.parametrize("name", FINGER)
def test_a_finger_explores_across_and_scrolls_up_and_down(browser, name):
    first, last, words = FINGER[name]
    with watched(browser, viewport={"width": 390, "height": 500}, has_touch=True, is_mobile=True) as page:
        show_alone(page, MAKE[name]())
        page.evaluate("document.body.style.paddingBottom = '1000px'")
        box, live = page.locator(".convlab-x"), page.locator(".convlab-live")
        start = box.locator(first).first
        start.evaluate("node => node.scrollIntoView({ block: 'center' })")
        middle = lambda b: (b["x"] + b["width"] / 2, b["y"] + b["height"] / 2)  # noqa: E731
        here = middle(start.bounding_box())
        there = middle(box.locator(last).first.bounding_box()) if last else (here[0] - 60, here[1])
        before, scrolled = live.text_content(), page.evaluate("scrollY")
        swipe(page, *between(here, there))
        expect(live).not_to_have_text(before)
        expect(live).to_contain_text(words)
        assert page.evaluate("scrollY") == scrolled
        swipe(page, *between(here, (here[0], here[1] - 120)))
        page.wait_for_function("(before) => scrollY > before + 50", arg=scrolled)


def test_a_finger_draws_on_the_board_and_scrolls_beside_it(browser):
    with watched(browser, viewport={"width": 390, "height": 500}, has_touch=True, is_mobile=True) as page:
        show_alone(page, DigitInspector(pretrained()))
        page.evaluate("document.body.style.paddingBottom = '1000px'")
        paper = page.locator(".convlab-paper").bounding_box()
        top, low = ((paper["x"] + paper["width"] / 2, paper["y"] + v * paper["height"]) for v in (0.2, 0.8))
        swipe(page, *between(low, top))  # upwards: a page that took it would scroll
        expect(page.locator(".convlab-verdict")).to_have_text("it sees: 1")
        assert page.evaluate("scrollY") == 0
        swipe(page, *between((200, 330), (200, 200)))
        page.wait_for_function("scrollY > 50")


# --- sizes ---


@pytest.mark.parametrize("name", ["conv", "transposed", "playground", "channels"])
def test_a_kernel_made_smaller_and_larger_again_has_its_outer_weights(page, mount, name):
    weight = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    make = {
        "conv": lambda: ConvExplorer(torch.ones(5, 5), weight),
        "transposed": lambda: TransposedConvExplorer(torch.ones(2, 2), weight),
        "playground": lambda: KernelPlayground(torch.zeros(8, 8, dtype=torch.uint8), weight),
        "channels": lambda: ChannelExplorer(torch.ones(1, 4, 4), [[weight]]),
    }
    box = mount(make[name]())
    key = "weight" if name == "channels" else "kernel"

    def resize(*sizes):
        for size in sizes:
            for axis in ("height", "width"):
                box.get_by_label(f"kernel, {axis}").fill(str(size))
                box.get_by_label(f"kernel, {axis}").press("Enter")
        kernel = saves(page)[-1][key]
        while isinstance(kernel[0][0], list):
            kernel = kernel[0]
        return kernel

    assert resize(2, 1, 3) == weight
    if name in ("conv", "playground"):  # an example is another kernel
        resize(1)
        box.get_by_label("kernel values" if name == "conv" else "example").select_option("identity")
        assert sum(map(sum, resize(3, 1, 3))) == 1
