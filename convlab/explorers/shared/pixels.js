// What the explorers share that paint pixels on a canvas.

import { el } from "./common.js";

// The red, green and blue of a colour of the style sheet, as the theme has it now.
export function rgb(root, name) {
  const probe = root.appendChild(el("i", { style: `color: var(${name}); forced-color-adjust: none` }));
  const text = getComputedStyle(probe).color;
  probe.remove();
  return (text.match(/[\d.]+/g) ?? [128, 128, 128]).slice(0, 3).map(Number); // nothing before it is on the page
}
export const blend = (a, b, t) => a.map((v, n) => Math.round(v + (b[n] - v) * t));

// Paint pixel(n) -> [r, g, b] on a canvas whose pixels are the image's, counted line after line.
export function paintPixels(canvas, [height, width], pixel) {
  if (canvas.height !== height || canvas.width !== width) Object.assign(canvas, { height, width }); // it costs a new picture
  const context = canvas.getContext("2d"), data = context.createImageData(width, height), bytes = data.data.fill(255);
  for (let n = 0; n < height * width; n++) {
    const [red, green, blue] = pixel(n);
    bytes[4 * n] = red; bytes[4 * n + 1] = green; bytes[4 * n + 2] = blue;
  }
  context.putImageData(data, 0, 0);
}

// Call refresh when the theme changes, and when the box comes onto the page: only there has it the theme's colours.
// Returns what ends that.
export function onTheme(root, refresh) {
  const theme = new MutationObserver(refresh);
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const arrival = new ResizeObserver(() => { if (root.isConnected) { arrival.disconnect(); refresh(); } });
  arrival.observe(root);
  return () => { theme.disconnect(); arrival.disconnect(); };
}
