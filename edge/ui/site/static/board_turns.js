// Whose turn it is to be called, and how: nothing here draws, sounds or looks at a clock. No call is
// dropped: while few wait each is said in full; while more wait in few words; once somebody has waited too
// long the first few are shown large together, and marked as not said.
export const BRIEF_FROM = 2; // So many more that wait: no languages beside the first, no tone between.
export const LATE_MS = 25_000;
export const TOGETHER = 4; // As many as stand large beside each other.
export const FULL_MS = 4_000;
export const BRIEF_MS = 2_000; // At least so long each is shown.

// Takes the next turn's calls out of `queue` (oldest first, each with `heardAt`); null: nobody waits.
// `stands` says whether a call still holds: who came to the desk meanwhile is not called any more.
// `begins` is true after a silence: the tone is for those who look elsewhere.
export function takeTurn(queue, stands, now, begins) {
  for (let at = queue.length - 1; at >= 0; at -= 1) if (!stands(queue[at])) queue.splice(at, 1);
  if (!queue.length) return null;
  // The next ones go with a late one: they would be late before their turn, and so others can be said.
  if (now - queue[0].heardAt > LATE_MS) return { how: "shown", calls: queue.splice(0, TOGETHER), tone: true, leastMs: FULL_MS };
  const brief = queue.length > BRIEF_FROM;
  const calls = queue.splice(0, 1);
  return { how: brief ? "brief" : "full", calls, tone: begins || !brief, leastMs: brief ? BRIEF_MS : FULL_MS };
}
