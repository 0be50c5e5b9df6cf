// What Toy Market does not document, in one place. Each is a guess until an account shows otherwise.

const minute = 60_000;
const day = 24 * 60 * minute;

/** Guess: a change shows up in a list within this time. */
export const changeLatenessMs = 10 * minute;

/** Guess: "changes of the last month" are those of 30 days. */
export const changesKeptMs = 30 * day;
