// Starts the deck, and lays out each slide: its picture or explorer gets the room that words and code leave.
(() => {
  const INSIDE = ".convlab-x, input, textarea, select, button, summary, [contenteditable]"; // keys are theirs
  // Letters of code and prints, and of words, in pixels: the largest that fit. Smaller cannot be read from afar.
  const SIZES = [[28, 36], [26, 32], [24, 28], [22, 28], [21, 28], [20, 27], [19, 26], [18, 25], [18, 24]];
  const BESIDE = SIZES.slice(2); // on a slide with a picture, which gets the room
  const SHARES = [0.5, 0.58, 0.42, 0.66, 0.34]; // of the width, for words beside a picture
  const PRINTED = /print-pdf/.test(location.search);
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

  // How large the pictures are drawn: the smallest of them, as a part of its own size; for an explorer, its room.
  function drawn(body) {
    return Math.min(...[...body.querySelectorAll(SHOWS)].map((what) => {
      const box = what.closest(".part").getBoundingClientRect();
      return Math.min(box.width / (what.naturalWidth || 900), box.height / (what.naturalHeight || 480));
    }));
  }

  function layOut(body) {
    const parts = [...body.children];
    for (const part of parts) part.classList.toggle("shows", part.querySelector(SHOWS) !== null);
    const shows = parts.filter((part) => part.matches(".shows"));
    body.classList.toggle("showing", shows.length > 0);
    const fitted = shrink(body);
    if (!shows.length || shows.length === parts.length) return;
    const below = fitted ? drawn(body) : 0;
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
  }

  // The largest zoom with which an explorer fits into its room; its own sizes are made for a notebook. What is higher
  // than the room even so is rolled, but not on paper.
  function fit(box) {
    const part = box.closest(".part");
    const put = (zoom) => {
      box.style.zoom = zoom;
      box.style.width = `${part.clientWidth / zoom}px`;
      return box.getBoundingClientRect().height <= part.clientHeight * scale() + 0.5 && over(box) <= 1;
    };
    const least = PRINTED ? 0.3 : 0.95;
    let zoom = 1.8;
    while (zoom > least && !put(zoom)) zoom -= 0.05;
    part.classList.toggle("rolled", zoom <= least);
    if (zoom <= least) put(PRINTED ? least : 1.1);
  }

  // Explorers come to life by themselves, later.
  function await_explorers() {
    for (const stored of document.querySelectorAll(".convlab-stored")) {
      new MutationObserver((_, observer) => {
        const box = stored.querySelector(".convlab-x");
        if (!box) return;
        observer.disconnect();
        requestAnimationFrame(() => fit(box));
      }).observe(stored, { childList: true, subtree: true });
    }
  }

  async function start() {
    await Promise.all([...document.images].map((img) => img.decode().catch(() => {})));
    await document.fonts.ready;
    await Reveal.initialize({
      width: 1280, height: 720, margin: 0, minScale: 0.1, maxScale: 4, center: false, hash: true,
      controls: false, progress: true, slideNumber: "c/t", transition: "none", backgroundTransition: "none",
      pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1, viewDistance: 100, mobileViewDistance: 100,
      keyboardCondition: (event) => !event.target.closest?.(INSIDE),
      plugins: [RevealNotes],
    });
    Reveal.addKeyBinding({ keyCode: 68, key: "D", description: "light or dark" }, () => convlabLook.change());
    for (const body of document.querySelectorAll(".body")) layOut(body);
    for (const box of document.querySelectorAll(".convlab-x")) fit(box);
    document.documentElement.dataset.ready = "";
  }
  await_explorers();
  start();
})();
