/*
 * Only in `carebase serve`: shows a page again when it was built anew, at the place where it was
 * read, and tells what is wrong in the file that is being edited.
 */
(() => {
  const script = document.currentScript;
  const wait = script.dataset.wait;
  const start = { epoch: Number(script.dataset.epoch), version: -1 };
  // Instant navigation runs this again on each page; one loop is enough.
  if (window.carebasePreview) {
    window.carebasePreview.epoch = start.epoch;
    return;
  }
  const state = (window.carebasePreview = start);
  const KEY = "carebase-preview-place";
  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  sessionStorage.removeItem(KEY);

  // Where one reads is told by the heading above: what stands before it may have become longer, and
  // widgets that open later push everything down.
  const headings = () => [...document.querySelectorAll("[id]:is(h1, h2, h3, h4, h5, h6)")];
  const placeOf = () => {
    const above = headings().filter((one) => one.getBoundingClientRect().top <= 80);
    const last = above[above.length - 1];
    const offset = last ? last.getBoundingClientRect().top : 0;
    return { path: location.pathname, top: window.scrollY, id: last?.id, offset };
  };
  if (kept && kept.path === location.pathname) {
    const back = () => {
      const heading = kept.id && document.getElementById(kept.id);
      const top = heading
        ? window.scrollY + heading.getBoundingClientRect().top - kept.offset
        : kept.top;
      window.scrollTo({ top, behavior: "instant" });
    };
    // Until widgets have opened, and no longer than the reader lets the page stand.
    const grown = new ResizeObserver(back);
    grown.observe(document.body);
    const end = () => {
      grown.disconnect();
      history.scrollRestoration = "auto";
    };
    back();
    window.addEventListener("load", () => setTimeout(end, 1000), { once: true });
    for (const name of ["wheel", "touchstart", "keydown", "pointerdown"]) {
      window.addEventListener(name, end, { once: true, passive: true });
    }
  }

  const host = document.createElement("div");
  host.id = "carebase-preview";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    section { position: fixed; inset: auto 0 0 0; z-index: 1000; max-height: 45vh; overflow: auto;
      box-sizing: border-box; padding: 16px 24px; font: 15px/1.5 system-ui, sans-serif;
      color: #fff; background: #3b0d12; border-top: 4px solid #ff6b6b; }
    section.warning { background: #33270a; border-color: #ffc34d; }
    h2 { margin: 0 48px 8px 0; font-size: 17px; }
    ol { margin: 0; padding: 0; list-style: none; display: grid; gap: 12px; }
    code { font: 14px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
    p { margin: 0; }
    button { position: absolute; top: 8px; right: 8px; width: 44px; height: 44px; font-size: 22px;
      color: inherit; background: none; border: 0; cursor: pointer; }
    button:focus-visible { outline: 3px solid #fff; }
  `);
  root.adoptedStyleSheets = [sheet];

  const element = (name, text) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    return made;
  };

  const show = (problems) => {
    root.replaceChildren();
    if (!problems.length) {
      host.remove();
      return;
    }
    const box = element("section");
    box.setAttribute("role", "alert");
    box.classList.toggle("warning", problems.every((one) => one.severity === "warning"));
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    box.append(element("h2", `${count} in what you are editing`));
    const list = element("ol");
    for (const one of problems) {
      const item = element("li");
      item.append(element("code", one.place), element("p", one.message));
      for (const name of ["found", "allowed", "hint"]) {
        if (one[name]) item.append(element("p", `${name}: ${one[name]}`));
      }
      list.append(item);
    }
    const close = element("button", "×");
    close.setAttribute("aria-label", "Hide until the next change");
    close.addEventListener("click", () => host.remove());
    box.append(list, close);
    root.append(box);
    document.body.append(host);
  };

  const loop = async () => {
    for (;;) {
      try {
        const answer = await fetch(`${wait}?epoch=${state.epoch}&version=${state.version}`);
        const told = await answer.json();
        if (told.version !== state.version) {
          state.version = told.version;
          show(told.problems);
        }
        if (told.epoch > state.epoch) {
          sessionStorage.setItem(KEY, JSON.stringify(placeOf()));
          // The browser's own way back knows nothing of what has become longer.
          history.scrollRestoration = "manual";
          location.reload();
          return;
        }
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    }
  };
  loop();
})();
