// Runs before the first paint, so that the page does not flash in the other theme.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const read = () => {
    try {
      return localStorage.getItem("standings-theme") ?? "system";
    } catch {
      return "system"; // storage is forbidden
    }
  };
  let chosen = read();
  const apply = () => {
    document.documentElement.dataset.theme = chosen === "system" ? (dark.matches ? "dark" : "light") : chosen;
  };
  dark.addEventListener("change", apply);
  apply();
  globalThis.standingsTheme = {
    get chosen() {
      return chosen;
    },
    choose(theme) {
      chosen = theme;
      try {
        localStorage.setItem("standings-theme", theme);
      } catch {
        // it lasts until the page is closed
      }
      apply();
    },
  };
})();
