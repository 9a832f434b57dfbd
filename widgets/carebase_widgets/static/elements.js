// Making elements and filling in words, for every widget.

/**
 * Make an element; text becomes text, never markup.
 * @template {keyof HTMLElementTagNameMap} N
 * @param {N} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[N]}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * Fill the `{placeholders}` of a string.
 * @param {string} [pattern]
 * @param {Record<string, string | number>} [values]
 */
export function fill(pattern = "", values = {}) {
  return pattern.replace(/\{(\w+)\}/g, (all, name) => String(values[name] ?? all));
}
