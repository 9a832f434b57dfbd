// Answers one JSON line of arguments after the other as the browser would.
import { createInterface } from "node:readline";

import { coverage, stringify } from "../../widgets/carebase_widgets/static/coverage.js";
import { add, findSpan, readDay, writeDay } from "../../widgets/carebase_widgets/static/dates.js";
import {
  check,
  hasCheckDigit,
  made,
  normalise,
} from "../../widgets/carebase_widgets/static/serial.js";

const answers = {
  coverage: ({ policy, case: asked, statutes, notices }) =>
    stringify(
      coverage(
        policy,
        asked.events ?? [],
        asked.country,
        asked.as_of,
        asked.consumer ?? true,
        statutes,
        notices,
        asked.serial,
        asked.model,
      ),
    ),
  serial: ({ rule, text }) =>
    stringify([normalise(rule, text), check(rule, text), made(rule, text)]),
  check_digit: ({ number, method }) => stringify(hasCheckDigit(number, method)),
  add: ({ day, amount, unit }) => stringify(writeDay(add(readDay(day), amount, unit))),
  span: ({ text }) => {
    const span = findSpan(text);
    return stringify(span && [writeDay(span.first), writeDay(span.last)]);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  process.stdout.write(`${answers[asked.what](asked)}\n`);
}
