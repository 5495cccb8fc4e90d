/** Moments in time. A moment is the same everywhere; its day and hour depend on a zone. */

/** The current moment. */
export const now = (): Date => new Date();

/** @param at - milliseconds since 1970, at most some 270,000 years before or after */
export const momentAt = (at: number): Date => new Date(at);

/** The last moment before an end that is itself excluded: for "until the end of 6 January", a moment of the 6th. */
export const lastMoment = (end: Date): Date => new Date(end.getTime() - 1);
