// Runs before the first paint, so that a dark page is never white first.
document.documentElement.dataset.bsTheme = localStorage.getItem("shidai-theme")
  ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
