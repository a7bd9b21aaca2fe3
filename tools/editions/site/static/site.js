// What a page of the site does: it tells the explorers the theme, lets keys scroll what is wider than the page, and
// unfolds everything on paper.
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const tell = () => {
    const theme = document.body.dataset.theme ?? "auto";
    document.body.dataset.jpThemeLight = String(!(theme === "dark" || (theme === "auto" && dark.matches)));
  };
  new MutationObserver(tell).observe(document.body, { attributes: true, attributeFilter: ["data-theme"] });
  dark.addEventListener("change", tell);
  tell();

  const WIDE = "pre, .table-wrapper, .cl-html, .cl-output, .katex-display";
  const reach = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
      else target.removeAttribute("tabindex");
    }
  });
  document.querySelectorAll(WIDE).forEach((box) => reach.observe(box));

  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("article details:not([open])")];
    for (const box of folded) box.open = true;
  });
  addEventListener("afterprint", () => { for (const box of folded) box.open = false; });
}
