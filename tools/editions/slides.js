// Starts the deck, and lays out each slide: its picture or explorer gets the room that words and code leave.
(() => {
  const INSIDE = ".convlab-x, input, textarea, select, button, summary, [contenteditable]"; // keys are theirs
  // Letters of code and prints, and of words, in pixels: the largest that fit. Smaller cannot be read from afar.
  const SIZES = [[28, 36], [26, 32], [24, 28], [22, 28], [21, 28], [20, 27], [19, 26], [18, 25], [18, 24]];
  const BESIDE = SIZES.slice(2); // on a slide with a picture, which gets the room
  const SHARES = [0.5, 0.58, 0.42, 0.66, 0.34]; // of the width, for words beside a picture
  const PRINTED = /print-pdf/.test(location.search);
  const WITH_NOTES = PRINTED && /said/.test(location.search);
  const SHOWS = "img.picture, .convlab-stored";
  const scale = () => globalThis.Reveal?.getScale?.() ?? 1;

  const over = (box) => Math.max(box.scrollHeight - box.clientHeight, box.scrollWidth - box.clientWidth);
  const fits = (body) => [body, ...body.querySelectorAll(".column, .part:not(.shows), pre, table")].every((box) => over(box) <= 1);

  // The largest letters with which all of it fits.
  function shrink(body) {
    for (const [code, words] of body.matches(".showing") ? BESIDE : SIZES) {
      body.style.setProperty("--code", `${code}px`);
      body.style.setProperty("--words", `${words}px`);
      if (fits(body)) return true;
    }
    return false;
  }

  // How large pictures and explorers are drawn: the smallest of them, as a part of its own size.
  function drawn(body) {
    return Math.min(...[...body.querySelectorAll(SHOWS)].map((what) => {
      const explorer = what.querySelector(".convlab-x");
      if (explorer) return fit(explorer);
      const room = what.closest(".part");
      return Math.min(room.clientWidth / what.naturalWidth, room.clientHeight / what.naturalHeight);
    }));
  }

  function layOut(body) {
    const parts = [...body.children];
    for (const part of parts) part.classList.toggle("shows", part.querySelector(SHOWS) !== null);
    const shows = parts.filter((part) => part.matches(".shows"));
    body.classList.toggle("showing", shows.length > 0);
    const fitted = shrink(body);
    const below = fitted && shows.length ? drawn(body) : 0;
    if (!shows.length || shows.length === parts.length) return;
    const columns = ["left", "right"].map((name) => {
      const column = document.createElement("div");
      column.className = `column ${name}`;
      return column;
    });
    for (const part of parts) columns[Number(part.matches(".shows"))].append(part);
    body.append(...columns);
    body.classList.add("two");
    const tried = SHARES.map((share) => {
      columns[0].style.flexGrow = share;
      columns[1].style.flexGrow = 1 - share;
      return [shrink(body) ? drawn(body) : 0, share];
    });
    const [best, share] = tried.reduce((a, b) => (b[0] > 1.05 * a[0] ? b : a));
    if (best > 1.05 * below) {
      columns[0].style.flexGrow = share;
      columns[1].style.flexGrow = 1 - share;
    } else {
      body.classList.remove("two");
      body.replaceChildren(...parts);
    }
    shrink(body);
    drawn(body);
  }

  // Give an explorer the largest zoom with which it fits into its room, and return it; its own sizes are made for a
  // notebook. What is higher than the room even so is rolled, but not on paper.
  function fit(box) {
    const part = box.closest(".part");
    const put = (zoom) => {
      box.style.zoom = zoom;
      box.style.width = `${part.clientWidth / zoom}px`;
      return part.clientHeight * scale() / box.getBoundingClientRect().height;
    };
    const least = PRINTED ? 0.3 : 0.95;
    for (let zoom = 1.8; zoom > least; zoom -= 0.05) {
      if (put(zoom) >= 0.999 && over(box) <= 1) return zoom;
    }
    return put(1.1) * 1.1;
  }

  // Explorers come to life by themselves, a moment after the page.
  async function explorers() {
    const stored = [...document.querySelectorAll(".convlab-stored")];
    for (let moment = 0; moment < 100 && !stored.every((box) => box.querySelector(".convlab-x")); moment++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function start() {
    await Promise.all([...document.images].map((img) => img.decode().catch(() => {})));
    await document.fonts.ready;
    await explorers();
    await Reveal.initialize({
      width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true,
      controls: false, progress: true, slideNumber: "c/t", transition: "none", backgroundTransition: "none",
      pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1, showNotes: WITH_NOTES && "separate-page", viewDistance: 100, mobileViewDistance: 100,
      keyboardCondition: (event) => !event.target.closest?.(INSIDE),
      plugins: [RevealNotes],
    });
    Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "light or dark" }, () => convlabLook.change());
    for (const body of document.querySelectorAll(".body")) layOut(body);
    document.documentElement.dataset.ready = "";
  }
  start();
})();
