/**
 * What can go wrong, in the domain's words. Two translators turn these into answers: `web/page/page.server.ts` and
 * `api/problem.server.ts`. The messages are written for people and shown to them.
 */
export abstract class DomainError extends Error {}

/** There is no such thing, or it is not the actor's: the two look the same. */
export class NotFound extends DomainError {
  override name = "NotFound";
}

/** Refusals that a program may want to tell apart; `/problems/{code}` says in words what each means. */
export type ProblemCode =
  "email-not-verified" | "second-factor-required" | "second-factor-invalid" | "insufficient-scope" | "unavailable";

/** The actor is known and may not do this. */
export class Forbidden extends DomainError {
  override name = "Forbidden";
  constructor(
    message: string,
    readonly code?: ProblemCode,
  ) {
    super(message);
  }
}

/** The token that was sent is a good one, and not for this (RFC 6750, section 3.1). */
export class InsufficientScope extends Forbidden {
  constructor(
    message: string,
    /** What it would take; none if no personal access token can do it. */
    readonly scope?: string,
  ) {
    super(message, "insufficient-scope");
  }
}

/** Nobody is signed in, or the proof was wrong. */
export class Unauthenticated extends DomainError {
  override name = "Unauthenticated";
  constructor(
    message: string,
    readonly code?: ProblemCode,
  ) {
    super(message);
  }
}

/** Why a bearer token opens nothing, in words for the programmer who has sent it. */
const tokenFaults = {
  malformed: "The access token is malformed, or not one of this server",
  expired: "The access token has expired",
  ended: "The session or token was ended, or its account is disabled or gone",
} as const;

export type TokenFault = keyof typeof tokenFaults;

/** A bearer token was sent, and it is no good one (any more) (RFC 6750, section 3.1). */
export class InvalidToken extends Unauthenticated {
  readonly description: string;
  constructor(fault: TokenFault) {
    super("Invalid or expired token");
    this.description = tokenFaults[fault];
  }
}

/** The request names no session that is open: it never was one, or it has ended, be it while the request was under way. */
export class SignedOut extends Unauthenticated {
  override name = "SignedOut";
  constructor() {
    super("You are not signed in");
  }
}

/** One faulty field: its path in the input, outermost name first, and a sentence that says what to do. */
export type Fault = Readonly<{ path: readonly (string | number)[]; message: string }>;

/** The input breaks a rule; every fault is named. */
export class Invalid extends DomainError {
  override name = "Invalid";
  constructor(readonly faults: readonly Fault[]) {
    super(faults.map((fault) => fault.message).join(" "));
  }
}

/** Another record stands in the way. */
export class Conflict extends DomainError {
  override name = "Conflict";
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** Somebody else has changed the same fields since a form was drawn, to something else. Nothing was written. */
export class EditConflict extends DomainError {
  override name = "EditConflict";
  constructor(
    /** By form field: its label, and what it holds by now. */
    readonly theirs: readonly Readonly<{ field: string; label: string; value: string }>[],
    /** The state as it is by now, for the form's next attempt. */
    readonly version: string,
  ) {
    super("This was changed elsewhere while you edited it. Nothing was saved yet.");
  }
}

/** What the caller has seen is no longer so, and the change was meant for that state alone. */
export class Outdated extends DomainError {
  override name = "Outdated";
}

/** A limit is reached. */
export class RateLimited extends DomainError {
  override name = "RateLimited";
  constructor(
    /** Whole seconds, at least 1. */
    readonly retryAfterSeconds: number,
    message?: string,
  ) {
    super(message ?? `Too many attempts. Try again in ${inWords(retryAfterSeconds)}.`);
  }
}

/** One account changes more in a minute than people do. Nothing is wrong with what was sent: it counts a moment later. */
export class TooManyChanges extends RateLimited {
  constructor(retryAfterSeconds: number) {
    super(
      retryAfterSeconds,
      `So many changes came in a minute that this one was not saved. Try again in ${inWords(retryAfterSeconds)}.`,
    );
  }
}

/**
 * The program cannot do it just now, through nobody's fault: its database is away, locked, full or too slow. Whether a
 * change took place is not known, for the answer to it may be what was lost.
 */
export class Unavailable extends DomainError {
  override name = "Unavailable";
  constructor(
    /** Whole seconds, at least 1. */
    readonly retryAfterSeconds = 5,
    options?: ErrorOptions,
  ) {
    super(`The database cannot be used just now. Try again in ${inWords(retryAfterSeconds)}.`, options);
  }
}

function inWords(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
