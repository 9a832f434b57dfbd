// HTML that the writers of a site wrote and a service of theirs sends, made into nodes: only what
// Markdown makes, without anything that could act.

const KEPT = new Set([
  ...["A", "ABBR", "B", "BLOCKQUOTE", "BR", "CODE", "DEL", "DIV", "EM", "FIGCAPTION", "FIGURE", "HR", "I", "IMG"],
  ...["KBD", "LI", "MARK", "OL", "P", "PRE", "S", "SMALL", "SPAN", "STRONG", "SUB", "SUP"],
  ...["TABLE", "TBODY", "TD", "TH", "THEAD", "TR", "UL"],
]);
const ATTRIBUTES = new Set(["alt", "class", "height", "lang", "start", "title", "width"]);
const LINKS = new Set(["href", "src"]);

/**
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function fragmentOf(html) {
  const made = document.createDocumentFragment();
  copy(new DOMParser().parseFromString(html, "text/html").body, made);
  return made;
}

/**
 * @param {Node} from
 * @param {Node} to
 */
function copy(from, to) {
  for (const node of from.childNodes) {
    if (node instanceof Text) to.appendChild(document.createTextNode(node.data));
    if (!(node instanceof HTMLElement)) continue;
    if (!KEPT.has(node.tagName)) {
      // The words of what is unknown stay; scripts and styles have none for a reader.
      if (!["SCRIPT", "STYLE", "TEMPLATE"].includes(node.tagName)) copy(node, to);
      continue;
    }
    const made = document.createElement(node.tagName);
    for (const { name, value } of node.attributes) {
      if (ATTRIBUTES.has(name) || (LINKS.has(name) && isHarmless(value))) made.setAttribute(name, value);
    }
    copy(node, made);
    to.appendChild(made);
  }
}

/** @param {string} address */
function isHarmless(address) {
  try {
    return ["http:", "https:", "mailto:", "tel:"].includes(new URL(address, document.baseURI).protocol);
  } catch {
    return false;
  }
}
