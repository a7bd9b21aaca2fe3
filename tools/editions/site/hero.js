// A window slides over a digit, and the result grows: the sums are computed here, pixel by pixel.
{
  const box = document.querySelector(".cl-hero"), SIDE = 28, OUT = 26, SPEED = 80, REST = 1800;
  const pixels = Uint8Array.from(atob(box.dataset.pixels), (c) => c.charCodeAt(0) / 1), kernels = Object.entries(JSON.parse(box.dataset.kernels));
  const [input, output] = box.querySelectorAll("canvas"), [window_, mark] = box.querySelectorAll("i");
  const cells = [...box.querySelectorAll("td")], sum = box.querySelector("output"), button = box.querySelector("button"), words = box.querySelector("span");
  const pens = [input, output].map((canvas) => canvas.getContext("2d"));
  const signed = (v) => `${v < 0 ? "−" : ""}${Math.abs(v)}`, colour = (v, a) => (v < 0 ? `rgba(224, 123, 0, ${a})` : `rgba(124, 82, 200, ${a})`);
  let turn = 0, place = 0, playing = !matchMedia("(prefers-reduced-motion: reduce)").matches, last, waited = 0;

  const at = (n) => {
    const [i, j] = [Math.floor(n / OUT), n % OUT];
    return kernels[turn][1].flat().reduce((all, w, k) => all + (w * pixels[(i + Math.floor(k / 3)) * SIDE + j + (k % 3)]) / 255, 0);
  };
  const paint = (n) => {
    const v = at(n), most = kernels[turn][1].flat().reduce((all, w) => all + Math.max(w, 0), 0);
    pens[1].fillStyle = colour(v, Math.min(1, Math.abs(v) / most));
    pens[1].clearRect(n % OUT, Math.floor(n / OUT), 1, 1);
    pens[1].fillRect(n % OUT, Math.floor(n / OUT), 1, 1);
  };
  const stand = (n) => {
    const [i, j] = [Math.floor(n / OUT), n % OUT];
    window_.style.translate = `${(j / 3) * 100}% ${(i / 3) * 100}%`;
    mark.style.translate = `${j * 100}% ${i * 100}%`;
    sum.textContent = `sum ${signed(at(n).toFixed(2)).replace("−-", "−")}`;
  };
  const begin = () => {
    const [name, weights] = kernels[turn];
    pens[1].clearRect(0, 0, OUT, OUT);
    weights.flat().forEach((w, k) => { cells[k].textContent = signed(w); cells[k].style.background = w ? colour(w, 0.12 + 0.06 * Math.min(4, Math.abs(w))) : ""; });
    words.textContent = `kernels.${name}()`;
    place = 0;
  };
  const whole = () => { for (let n = 0; n < OUT * OUT; n++) paint(n); stand(Math.floor((OUT * OUT) / 2) + 6); };
  const frame = (now) => {
    if (!playing) return;
    const passed = Math.min(100, now - (last ?? now));
    last = now;
    if (place >= OUT * OUT) {
      waited += passed;
      if (waited > REST) { waited = 0; turn = (turn + 1) % kernels.length; begin(); }
    } else {
      const next = Math.min(OUT * OUT, place + Math.max(1, Math.round((passed * SPEED) / 1000)));
      for (; place < next; place++) paint(place);
      stand(place - 1);
      if (!performance.getEntriesByName("convlab-moving").length) performance.mark("convlab-moving");
    }
    requestAnimationFrame(frame);
  };
  const show = () => { button.textContent = playing ? "Pause" : "Play"; last = undefined; if (playing) requestAnimationFrame(frame); };

  const image = pens[0].createImageData(SIDE, SIDE);
  pixels.forEach((v, n) => image.data.set([v, v, v, 255], 4 * n));
  pens[0].putImageData(image, 0, 0);
  button.hidden = false;
  button.addEventListener("click", () => { playing = !playing; if (playing && place === 0) begin(); show(); });
  begin();
  if (!playing) { whole(); place = 0; }
  show();
}
