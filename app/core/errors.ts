/**
 * The errors of the domain. `web/page/page.server.ts` and `api/problem.server.ts` turn them into answers. People see
 * the messages.
 */
export abstract class DomainError extends Error {}

/** The thing does not exist or belongs to somebody else. The answer is the same in both cases. */
export class NotFound extends DomainError {
  override name = "NotFound";
}

/** Codes for refusals that a program may want to tell apart. The page `/problems/{code}` explains each. */
export type ProblemCode =
  "email-not-verified" | "second-factor-required" | "second-factor-invalid" | "insufficient-scope" | "unavailable";

/** The actor is known but not allowed to do this. */
export class Forbidden extends DomainError {
  override name = "Forbidden";
  constructor(
    message: string,
    readonly code?: ProblemCode,
  ) {
    super(message);
  }
}

/** The token is valid but lacks the scope for this request (RFC 6750, section 3.1). */
export class InsufficientScope extends Forbidden {
  constructor(
    message: string,
    /** The scope that is needed; undefined if no personal access token may do this. */
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

/** Why a bearer token is refused, for the programmer who sent it. */
const tokenFaults = {
  malformed: "The access token is malformed, or not one of this server",
  expired: "The access token has expired",
  ended: "The session or token was ended, or its account is disabled or gone",
} as const;

export type TokenFault = keyof typeof tokenFaults;

/** The bearer token that was sent is not valid, or no longer valid (RFC 6750, section 3.1). */
export class InvalidToken extends Unauthenticated {
  readonly description: string;
  constructor(fault: TokenFault) {
    super("Invalid or expired token");
    this.description = tokenFaults[fault];
  }
}

/** The request carries no open session. It may have ended while the request was being handled. */
export class SignedOut extends Unauthenticated {
  override name = "SignedOut";
  constructor() {
    super("You are not signed in");
  }
}

/** One faulty field: its path in the input, outermost name first, and a sentence that says how to correct it. */
export type Fault = Readonly<{ path: readonly (string | number)[]; message: string }>;

/** The input breaks at least one rule. All faults are listed. */
export class Invalid extends DomainError {
  override name = "Invalid";
  constructor(readonly faults: readonly Fault[]) {
    super(faults.map((fault) => fault.message).join(" "));
  }
}

/** Another record already has this value. */
export class Conflict extends DomainError {
  override name = "Conflict";
  constructor(
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}

/** Somebody else gave the same fields another value after the form was loaded. Nothing was saved. */
export class EditConflict extends DomainError {
  override name = "EditConflict";
  constructor(
    /** The label and current value of each field that differs, by form field. */
    readonly theirs: readonly Readonly<{ field: string; label: string; value: string }>[],
    /** The current version, for the form's next attempt. */
    readonly version: string,
  ) {
    super("This was changed elsewhere while you edited it. Nothing was saved yet.");
  }
}

/** The change was meant for one state of the record, and the record has changed since. */
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

/** One account changes more in a minute than a person could. The same change will be accepted a moment later. */
export class TooManyChanges extends RateLimited {
  constructor(retryAfterSeconds: number) {
    super(
      retryAfterSeconds,
      `So many changes came in a minute that this one was not saved. Try again in ${inWords(retryAfterSeconds)}.`,
    );
  }
}

/**
 * The database is unreachable, locked, full or too slow. The change may or may not have taken place: the database's
 * answer could have been lost.
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
