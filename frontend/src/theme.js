// Runs before the first paint, so that a dark page is never white first.
document.documentElement.dataset.bsTheme = localStorage.getItem("shidai-theme")
  ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

// Paper is white: what is printed from a dark page is light while it prints.
{
  const root = document.documentElement;
  let shown;
  const begin = () => { shown ??= root.dataset.bsTheme; root.dataset.bsTheme = "light"; };
  const end = () => { root.dataset.bsTheme = shown ?? root.dataset.bsTheme; shown = undefined; };
  addEventListener("beforeprint", begin);
  addEventListener("afterprint", end);
  matchMedia("print").addEventListener("change", (now) => now.matches ? begin() : end());
}
