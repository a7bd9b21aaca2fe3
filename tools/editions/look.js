// Light, for a projector, unless the address says ?dark or ?system; D changes it.
(() => {
  const asked = new URLSearchParams(location.search);
  const system = matchMedia("(prefers-color-scheme: dark)");
  const set = (dark) => { document.documentElement.dataset.look = dark ? "dark" : "light"; };
  set(asked.has("dark") || (asked.has("system") && system.matches));
  if (asked.has("system")) system.addEventListener("change", () => set(system.matches));
  window.convlabLook = { change: () => set(document.documentElement.dataset.look === "light") };
})();
