import { element, fill } from "./form.js";

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
   * @param {(code: string) => string} about.country the name of a country
   * @param {number} about.heading the level of the title
   */
  constructor({ verdict, product, words, link, country, heading }) {
    this.verdict = verdict;
    this.product = product;
    this.words = words;
    this.link = link;
    this.country = country;
    this.heading = heading;
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
      answer.append(...this.#next(["contact"]));
      return answer;
    }
    const rows = verdict.coverages;
    answer.append(
      ...this.#start(verdict),
      ...rows.filter((row) => row.kind === "programme").flatMap((row) => this.#programme(row)),
      ...this.#missing(verdict.missing),
      ...this.#promise(verdict),
      ...this.#next(steps(verdict)),
      ...this.#law(rows.filter((row) => row.kind === "statutory")),
    );
    return answer;
  }

  /**
   * Say the maker's promise in one sentence, or two where some parts differ.
   * @param {Verdict} verdict
   * @returns {string}
   */
  headline(verdict) {
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
    const component = this.product.components?.find((one) => one.id === row.id);
    if (component) return component.name;
    if (WHOLE.includes(row.id)) return `${this.words["answer.whole"]}`;
    const said = row.id.replace(/[-_]/g, " ");
    return said.slice(0, 1).toUpperCase() + said.slice(1);
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
  #start({ start }) {
    if (!start) return [];
    const key = start.certainty === "estimated" ? "answer.estimated" : "answer.start";
    const event = this.words[`start.${start.from}`] ?? "";
    const said = fill(this.words[key], { event, date: spell(this.words, start.date) });
    return [element("p", { class: "cb-answer__start" }, said)];
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
        element("th", { scope: "row" }, this.#clause(verdict, row)),
        element("td", {}, `${words[`status.${row.status}`]}`),
        element("td", {}, ...this.#until(row)),
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
   * @param {Verdict} verdict
   * @param {Row} row
   */
  #clause(verdict, row) {
    const name = this.#name(row);
    const policies = this.link("policies");
    if (!policies || row.clause === undefined) return name;
    const anchor = row.clause.split("#")[1];
    const page = policies.replace("{policy}", verdict.policy.replace("@", "-"));
    return element("a", { href: page + (anchor ? `#${anchor}` : "") }, name);
  }

  /** @param {Row} row */
  #until({ status, until, days_left: left }) {
    if (!PROMISED.includes(status)) return ["–"];
    if (!until) return [status === "covered" ? `${this.words["answer.no_end"]}` : "–"];
    if (left === undefined) return [spell(this.words, until)];
    const key = left ? `answer.days.${left === 1 ? "one" : "many"}` : "answer.today";
    return [spell(this.words, until), " ", element("small", {}, fill(this.words[key], { count: left }))];
  }

  /** @param {string[]} names */
  #next(names) {
    const ways = [];
    for (const name of names) {
      const href = this.link(name);
      if (!href) continue;
      const said = `${this.words[name === "terms" ? "check.terms" : `next.${name}`]}`;
      const way = element("a", { href }, said);
      if (!ways.length) way.className = "cb-button";
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
    return [
      this.#title(1, fill(words["law.title"], { country })),
      element("p", {}, `${words["law.intro"]}`),
      element("ul", { class: "cb-law" }, ...items),
      element("p", { class: "cb-advice" }, `${words["law.advice"]} ${words["law.reviewed"]}`),
    ];
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
 * Spell a date for reading, such as 5 October 2027.
 * @param {Words} words
 * @param {string} written YYYY-MM-DD
 */
export function spell(words, written) {
  const [year = 0, month = 0, number = 0] = written.split("-").map(Number);
  const day = fill(words[number === 1 ? "date.first" : "date.day"], { day: number });
  return fill(words["date"], { day, month: words[`month.${month}`] ?? "", year });
}

/** @param {Row[]} rows */
function untils(rows) {
  return rows.flatMap((row) => row.until ?? []);
}

/** @param {Verdict} verdict */
function steps(verdict) {
  const isHeld = verdict.coverages.some(
    ({ kind, status }) =>
      (status === "covered" && kind !== "statutory") ||
      (status === "depends" && kind === "commercial"),
  );
  if (isHeld) {
    return ["claim", "repair", "terms"];
  }
  if (verdict.verdict === "not_covered") return ["guides", "parts", "repair", "contact"];
  return ["contact", "terms"];
}
