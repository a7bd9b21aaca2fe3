// A page without Python. KEY, STATE and CODE stand in front: which box, what it shows, and its script, compressed.

// This stands where the widget's model would be.
function standIn(state) {
  const listeners = {};
  return {
    alone: true,
    get: (name) => state[name],
    set(name, value) { state[name] = value; listeners[`change:${name}`]?.forEach((f) => f()); },
    on(event, f) { (listeners[event] ??= new Set()).add(f); },
    off(event, f) { listeners[event]?.delete(f); },
    save_changes() {},
    send() {},
  };
}
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
// Raw bytes travel as base64; widgets hand them over as a DataView.
const unpack = (_, value) => (value?.base64 ? new DataView(bytes(value.base64).buffer) : value);

const stream = new Blob([bytes(CODE)]).stream().pipeThrough(new DecompressionStream("deflate"));
const code = new Blob([await new Response(stream).text()], { type: "text/javascript" });
const { default: explorer, STYLE } = await import(URL.createObjectURL(code));
for (const box of document.querySelectorAll(`[data-convlab="${KEY}"]:not([data-alive])`)) {
  box.dataset.alive = "";
  const style = document.createElement("style"), host = document.createElement("div");
  style.textContent = STYLE;
  box.replaceChildren(style, host);
  explorer.render({ model: standIn(JSON.parse(STATE, unpack)), el: host });
}
