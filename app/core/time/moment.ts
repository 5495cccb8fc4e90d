/** Moments, which are the same everywhere; what day or hour they are depends on a zone. */

/** The moment that it is now. */
export const now = (): Date => new Date();

/** @param at - milliseconds since 1970, within some 270,000 years of it */
export const momentAt = (at: number): Date => new Date(at);

/** The last moment before an end that is not included: of "until the end of 6 January" a moment of the 6th. */
export const lastMoment = (end: Date): Date => new Date(end.getTime() - 1);
