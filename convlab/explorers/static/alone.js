
// A page without Python: this stands where the widget's model would be.
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
// Raw bytes travel as base64; widgets hand them over as a DataView.
function unpack(_, value) {
  if (!value?.base64) return value;
  const bytes = Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0));
  return new DataView(bytes.buffer);
}
for (const box of document.querySelectorAll(`[data-convlab="${KEY}"]:not([data-alive])`)) {
  box.dataset.alive = "";
  box.replaceChildren();
  render({ model: standIn(JSON.parse(STATE, unpack)), el: box });
}
