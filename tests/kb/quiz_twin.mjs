// Answers one JSON line of arguments after the other as the browser would.
import { createInterface } from "node:readline";

import { drawn } from "../../widgets/carebase_widgets/static/drawing.js";
import {
  add,
  grade,
  passes,
  readings,
  readShare,
  rounded,
  said,
  shareOf,
  times,
  writeShare,
} from "../../widgets/carebase_widgets/static/grading.js";
import { unseal } from "../../widgets/carebase_widgets/static/sealing.js";

const answers = {
  grade: ({ key, given }) => writeShare(grade(key, given)),
  drawn: ({ ids, count, seed }) => [...drawn(ids, count, seed)].sort(),
  said: ({ text }) => said(text),
  readings: ({ text, unit }) => readings(text, unit).map(([top, bottom]) => `${top}/${bottom}`),
  unseal: ({ sealed, question, version }) => unseal(sealed, question, version).catch(() => null),
  sealed: async ({ sealed, question, version, given }) =>
    writeShare(grade(JSON.parse(await unseal(sealed, question, version)), given)),
  score: ({ parts, mark }) => {
    let [reached, possible] = [[0n, 1n], [0n, 1n]];
    for (const [points, share] of parts) {
      reached = add(reached, times(readShare(points), readShare(share)));
      possible = add(possible, readShare(points));
    }
    const share = shareOf(reached, possible);
    const whole = times(share, [100n, 1n]);
    return [rounded(reached, 2), rounded(possible, 2), rounded(whole, 1), passes(share, mark)];
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await answers[asked.what](asked))}\n`);
}
