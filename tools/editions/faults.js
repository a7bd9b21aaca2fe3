// Returns what is wrong with the present slide, in words: what goes over an edge, is cut, or is too small to read.
() => {
  const slide = Reveal.getCurrentSlide(), body = slide.querySelector(".body"), scale = Reveal.getScale();
  const found = [];
  const name = (box) => `«${(box.alt || box.textContent || box.tagName).trim().replace(/\s+/g, " ").slice(0, 50)}»`;
  const edge = slide.getBoundingClientRect(), foot = edge.bottom - 30 * scale;
  const room = body.getBoundingClientRect();
  for (const part of body.children) {
    const box = part.getBoundingClientRect();
    const over = Math.round((box.bottom - room.bottom) / scale), beside = Math.round((box.right - room.right) / scale);
    if (over > 1) found.push(`${name(part)} goes ${over} px below the slide`);
    if (beside > 1) found.push(`${name(part)} goes ${beside} px over the right edge`);
  }
  for (const heading of slide.querySelectorAll("h1, h2")) {
    if (heading.scrollWidth > heading.clientWidth + 1) found.push(`the heading ${name(heading)} is too long`);
  }
  for (const box of body.querySelectorAll("pre, table, .html, .katex-display, .part, p, li")) {
    if (box.closest(".convlab-x") || box.querySelector(".convlab-x")) continue;
    const wide = box.scrollWidth - box.clientWidth, high = box.scrollHeight - box.clientHeight;
    if (box.tagName !== "TABLE" && !box.matches(".katex-display, p, li") && high > 2 && box.clientHeight) found.push(`${name(box)} is cut by ${high} px at its foot`);
    if (wide > 2 && box.clientWidth) found.push(`${name(box)} is cut by ${wide} px at the right`);
  }
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  while (walker.nextNode()) {
    const box = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || box.closest(".convlab-x, .katex, style, script, sup, sub")) continue;
    const size = Number.parseFloat(getComputedStyle(box).fontSize), least = box.closest("pre, code, table") ? 18 : 24;
    if (size < least - 0.01) small.add(`${name(box)} has letters of ${size} px; ${least} are needed`);
  }
  found.push(...small);
  for (const img of body.querySelectorAll("img.picture")) {
    const box = img.getBoundingClientRect();
    const drawn = Math.min(box.width / img.naturalWidth, box.height / img.naturalHeight) / scale;
    if (!img.naturalWidth) found.push(`the picture ${name(img)} is not there`);
    else if (drawn < 0.75) found.push(`the picture ${name(img)} is drawn at ${Math.round(100 * drawn)} % of its size`);
    if (!img.alt) found.push("a picture has no alt text");
  }
  for (const box of body.querySelectorAll(".convlab-x")) {
    if (Number.parseFloat(box.style.zoom) < 0.9) found.push("an explorer is drawn smaller than in a notebook");
  }
  return found;
}
