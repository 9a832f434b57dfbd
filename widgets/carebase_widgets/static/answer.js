import { readDay } from "./dates.js";
import { element, fill } from "./form.js";
import { reasons, spell } from "./reasons.js";
import { carry, steps } from "./steps.js";

/** @typedef {import("./coverage.js").Verdict} Verdict */
/** @typedef {import("./coverage.js").VerdictRow} Row */
/** @typedef {Record<string, string>} Words */

// As in `carebase.warranty.answer`, whose twin this is: a test compares what the two write.
const TONES = new Map([
  ["covered", "good"],
  ["partly", "partly"],
  ["not_covered", "ended"],
]);
const WHOLE = ["all", "product", "unit", "device", "whole", "standard", "general"];
const PROMISED = ["covered", "depends", "expired", "not_started"];
const GONE = ["expired", "void", "used_up", "ended_by_transfer", "not_offered"];
const OPEN = ["depends", "unknown"];
// The sentence that a void adds to the note of each row of the law (R10).
const DISPUTE = "The seller may dispute this.";

/** A verdict in words: one sentence first, then the reasons, then what to do next. */
export class Answer {
  /**
   * @param {object} about
   * @param {Verdict | null} about.verdict none when the product has no policy
   * @param {{id: string, name: string, components?: {id: string, name: string}[]}} about.product
   * @param {Words} about.words
   * @param {(name: string) => string} about.link the address of a link, or nothing
   * @param {Record<string, unknown>} [about.asked] the question, to fill in the forms that follow
   * @param {(code: string) => string} about.country the name of a country
   * @param {number} about.heading the level of the title
   */
  constructor({ verdict, product, words, link, country, heading, asked = {} }) {
    this.verdict = verdict;
    this.product = product;
    this.words = words;
    this.link = link;
    this.country = country;
    this.heading = heading;
    this.asked = asked;
  }

  /** @returns {HTMLDivElement} */
  render() {
    const { verdict, words } = this;
    const tone = (verdict && TONES.get(verdict.verdict)) ?? "unknown";
    const said = verdict
      ? this.headline(verdict)
      : fill(words["answer.no_policy"], { product: this.product.name });
    const title = this.#title(0, said, { class: "cb-answer__title", tabindex: "-1" });
    const answer = element("div", { class: `cb-answer cb-answer--${tone}` }, title);
    if (!verdict) {
      answer.append(...this.#next(null));
      return answer;
    }
    const rows = verdict.coverages;
    answer.append(
      ...rows.filter((row) => row.kind === "programme").flatMap((row) => this.#programme(row)),
      this.#start(verdict),
      ...this.#missing(verdict.missing),
      ...this.#promise(verdict),
      ...this.#next(verdict),
      ...this.#law(rows.filter((row) => row.kind === "statutory")),
    );
    return answer;
  }

  /**
   * Say the maker's promise in one sentence, or two where some parts differ. A recall that
   * concerns the unit is said before it: it is about safety.
   * @param {Verdict} verdict
   * @returns {string}
   */
  headline(verdict) {
    const isRecalled = verdict.coverages.some(
      ({ programme, status }) => programme === "recall" && status === "covered",
    );
    const said = this.#promiseInShort(verdict);
    return isRecalled ? `${fill(this.words["answer.recall"], { product: this.product.name })} ${said}` : said;
  }

  /** @param {Verdict} verdict */
  #promiseInShort(verdict) {
    const rows = verdict.coverages.filter((row) => row.kind === "commercial");
    const held = rows.filter((row) => row.status === "covered");
    const gone = rows.filter((row) => GONE.includes(row.status));
    const left = rows.filter((row) => OPEN.includes(row.status));
    const say = (/** @type {string} */ key, day = "", /** @type {Row[]} */ parts = []) =>
      fill(this.words[`answer.${key}`], {
        product: this.product.name,
        date: day && spell(this.words, day),
        parts: this.#parts(parts),
      });
    if (held.length) {
      const day = untils(held).sort()[0] ?? "";
      const end = day ? "" : "_forever";
      const said = [];
      if (!gone.length) said.push(say(`covered${end}`, day));
      else if (gone.length > held.length || GONE.includes(rows[0]?.status ?? "")) {
        said.push(say(`only${end}`, day, held));
      } else said.push(say(`partly${end}`, day, gone));
      if (day && held.some((row) => row.until !== day)) said.push(say("longer"));
      if (left.length) said.push(say("open", "", left));
      return said.join(" ");
    }
    const all = verdict.coverages;
    if (all.some((row) => row.kind === "programme" && row.status === "covered")) {
      return say("programme");
    }
    if (left.length) return say("depends");
    if (rows.some((row) => row.status === "not_started")) {
      return say("not_started", verdict.start?.date);
    }
    if (rows.length && rows.every((row) => row.status === "not_offered")) return say("not_offered");
    const last = untils(rows).sort().at(-1);
    const isExpired = rows.every((row) => row.status === "expired");
    return last && isExpired ? say("expired", last) : say("ended");
  }

  /** @param {Row} row */
  #name(row) {
    return partName(row.id, this.product, this.words);
  }

  /** @param {Row[]} rows */
  #parts(rows) {
    const names = rows.map((row) => {
      const name = this.#name(row);
      const second = name.slice(1, 2);
      // An abbreviation such as LED keeps its capitals.
      const isWord = this.words["answer.parts"] === "lower" && second === second.toLowerCase();
      return isWord ? name.slice(0, 1).toLowerCase() + name.slice(1) : name;
    });
    const last = names.pop() ?? "";
    return names.length ? fill(this.words["list"], { first: names.join(", "), last }) : last;
  }

  /**
   * @param {number} below
   * @param {string} said
   * @param {Record<string, string>} [attributes]
   */
  #title(below, said, attributes) {
    const level = /** @type {"h2"} */ (`h${this.heading + below}`);
    return element(level, attributes, said);
  }

  /** @param {Verdict} verdict */
  #start({ start, as_of: asOf }) {
    const { words } = this;
    const said = [fill(words["answer.as_of"], { date: spell(words, asOf) })];
    const serial = this.asked["serial"];
    if (serial) said.push(fill(words["answer.serial"], { serial: String(serial) }));
    if (start) {
      const key = start.certainty === "estimated" ? "answer.estimated" : "answer.start";
      const event = words[`start.${start.from}`] ?? "";
      said.unshift(fill(words[key], { event, date: spell(words, start.date) }));
    }
    return element("p", { class: "cb-answer__start" }, said.join(" "));
  }

  /** @param {Row} row */
  #programme(row) {
    if (!["covered", "depends"].includes(row.status)) return [];
    const kind = row.status === "depends" ? "depends" : row.programme;
    const said = element("strong", {}, `${this.words[`programme.${kind}`]}`);
    const note = row.note ? [` ${row.note}`] : [];
    const source = this.#source(row, "programme.source");
    return [element("p", { class: "cb-callout" }, said, ...note, ...source)];
  }

  /**
   * @param {Row} row
   * @param {string} key
   */
  #source({ source = "" }, key) {
    if (!/^https?:\/\//.test(source)) return [];
    return [" ", element("a", { href: source, rel: "noopener" }, `${this.words[key]}`)];
  }

  /** @param {string[]} missing */
  #missing(missing) {
    if (!missing.length) return [];
    const said = missing.map((thing) => {
      const known = this.words[`missing.${thing.replaceAll(" ", "_")}`];
      const unit = thing.replace(/ reading$/, "");
      return element("li", {}, known ?? fill(this.words["missing.reading"], { unit }));
    });
    return [element("p", {}, `${this.words["missing.title"]}`), element("ul", {}, ...said)];
  }

  /** @param {Verdict} verdict */
  #promise(verdict) {
    const { words } = this;
    const heads = ["part", "status", "until"].map((name) =>
      element("th", { scope: "col" }, `${words[`answer.${name}`]}`),
    );
    const rows = verdict.coverages.filter((row) => row.kind === "commercial");
    const body = rows.map((row) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, ...this.#part(verdict, row)),
        element("td", {}, `${words[`status.${row.status}`]}`),
        element("td", {}, ...this.#until(row), ...this.#bar(verdict, row)),
      ),
    );
    return [
      this.#title(1, `${words["answer.cover"]}`),
      element(
        "table",
        { class: "cb-coverages" },
        element("thead", {}, element("tr", {}, ...heads)),
        element("tbody", {}, ...body),
      ),
    ];
  }

  /**
   * Name a part, and under it why its cover ends when it does, with the clause that says so.
   * @param {Verdict} verdict
   * @param {Row} row
   */
  #part(verdict, row) {
    const name = this.#name(row);
    const said = reasons(row.trace ?? [], this.words).join(" · ");
    const policies = this.link("policies");
    if (!policies || row.clause === undefined) return said ? [name, " ", element("small", {}, said)] : [name];
    const anchor = row.clause.split("#")[1];
    const page = policies.replace("{policy}", verdict.policy.replace("@", "-"));
    const href = page + (anchor ? `#${anchor}` : "");
    if (!said) return [element("a", { href }, name)];
    return [name, " ", element("small", {}, element("a", { href }, said))];
  }

  /**
   * Show the time that is over; only of rows whose end is a promise and is known.
   * @param {Verdict} verdict
   * @param {Row} row
   */
  #bar({ start, as_of: asOf }, { status, until }) {
    if (!start || !until || !["covered", "expired"].includes(status)) return [];
    const [begin, end, today] = [readDay(start.date), readDay(until), readDay(asOf)];
    // What ended by use before its time is over has no bar: the time is not what ended it.
    if (end <= begin || (status === "expired" && end >= today)) return [];
    const [total, used] = [end - begin, Math.min(today, end) - begin];
    const said = fill(this.words["answer.used"], { used, total });
    const about = { class: "cb-time", min: "0", max: `${total}`, value: `${used}`, "aria-label": said };
    return [element("meter", about, said)];
  }

  /** @param {Row} row */
  #until({ status, until, days_left: left }) {
    if (!PROMISED.includes(status)) return ["–"];
    if (!until) return [status === "covered" ? `${this.words["answer.no_end"]}` : "–"];
    if (left === undefined) return [spell(this.words, until)];
    const key = left ? `answer.days.${left === 1 ? "one" : "many"}` : "answer.today";
    return [spell(this.words, until), " ", element("small", {}, fill(this.words[key], { count: left }))];
  }

  /** @param {Verdict | null} verdict */
  #next(verdict) {
    const ways = [];
    for (const name of steps(verdict)) {
      let href = this.link(name);
      if (!href) continue;
      if (name === "claim" || name === "repair") href = carry(href, this.asked);
      const said = `${this.words[name === "terms" ? "check.terms" : `next.${name}`]}`;
      const way = element("a", { href }, said);
      if (!ways.length) way.className = "cb-button";
      if (name === "remind") way.setAttribute("download", `${this.product.id}.ics`);
      ways.push(element("li", {}, way));
    }
    if (!ways.length) return [];
    const title = this.#title(1, `${this.words["next.title"]}`);
    return [title, element("ul", { class: "cb-next" }, ...ways)];
  }

  /** @param {Row[]} rows */
  #law(rows) {
    const { words } = this;
    const items = rows.map((row) => {
      if (row.id.startsWith("none-")) return element("li", {}, `${words["law.none"]}`);
      const who = words[`law.${row.who}`] ?? row.who ?? "";
      const date = row.until ? spell(this.words, row.until) : "";
      const said = [fill(words[`law.${row.status}`], { who, date })];
      if (row.burden_until && ["covered", "not_started"].includes(row.status)) {
        said.push(fill(words["law.burden"], { date: spell(this.words, row.burden_until) }));
      }
      if (row.note) said.push(sayNote(words, row.note));
      return element("li", {}, said.join(" "), ...this.#source(row, "law.source"));
    });
    if (!items.length) return [];
    const country = this.country(rows[0]?.country ?? "");
    const section = element(
      "section",
      { class: "cb-rights" },
      this.#title(1, fill(words["law.title"], { country })),
      element("p", {}, `${words["law.intro"]}`),
      element("ul", { class: "cb-law" }, ...items),
      element("p", { class: "cb-advice" }, `${words["law.advice"]} ${words["law.reviewed"]}`),
    );
    return [section];
  }
}

/**
 * Say the note of a row of the law in the language of the words, as far as it is known in it.
 * @param {Words} words
 * @param {string} note
 * @returns {string}
 */
function sayNote(words, note) {
  if (note.endsWith(` ${DISPUTE}`)) {
    const first = note.slice(0, -DISPUTE.length - 1);
    return `${sayNote(words, first)} ${sayNote(words, DISPUTE)}`;
  }
  return words[`law.note.${note}`] ?? note;
}

/**
 * Name a coverage as customers do: its component, the whole product, or its id in words.
 * @param {string} id
 * @param {{components?: {id: string, name: string}[]}} product
 * @param {Words} words
 */
export function partName(id, { components }, words) {
  const component = components?.find((one) => one.id === id);
  if (component) return component.name;
  if (WHOLE.includes(id)) return `${words["answer.whole"]}`;
  const said = id.replace(/[-_]/g, " ");
  return said.slice(0, 1).toUpperCase() + said.slice(1);
}

/** @param {Row[]} rows */
function untils(rows) {
  return rows.flatMap((row) => row.until ?? []);
}
