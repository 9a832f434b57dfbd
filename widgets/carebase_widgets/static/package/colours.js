// Light or dark, as the reader's device is set: the site asks a button, a package the device alone.

/** @typedef {{media: string, scheme: string, primary: string, accent: string}} Palette */

/** Follow the palettes that the package knows. */
export function followColours() {
  const header = document.querySelector("[data-palettes]");
  if (!(header instanceof HTMLElement)) return;
  /** @type {Palette[]} */
  const palettes = JSON.parse(header.dataset["palettes"] ?? "[]");
  for (const palette of palettes) {
    const media = matchMedia(palette.media);
    const choose = () => media.matches && paint(palette);
    media.addEventListener("change", choose);
    choose();
  }
}

/** @param {Palette} palette */
function paint({ scheme, primary, accent }) {
  for (const [name, value] of Object.entries({ scheme, primary, accent })) {
    if (value) document.body.setAttribute(`data-md-color-${name}`, value);
  }
}
