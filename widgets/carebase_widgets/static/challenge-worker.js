// Solves one challenge beside the page, whose typing it never holds up.
import { solve } from "./challenge-solve.js";

addEventListener("message", ({ data }) => {
  solve(data).then(
    (solution) => postMessage(solution),
    () => postMessage(null),
  );
});
