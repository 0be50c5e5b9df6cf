// What nobody documents of the order feed, in one place. Each is a guess until somebody shows otherwise.

/** Guess: the feed bears so many requests. Its brief speaks of one in about ten seconds. */
export const requestsPerSecond = 1;

/** Guess: days are counted in UTC; the feed knows no time at all. */
export const zone = 'UTC';
