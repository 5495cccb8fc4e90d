import type { AppLoadContext } from "@remix-run/node";
import type { Request, RequestHandler, Response } from "express";
import type { AddressFault } from "../request-url";
import type { Surface } from "../surface";

/** A request, its answer, and what is known of them before a route is asked. */
export type Exchange = Readonly<{
  req: Request;
  res: Response;
  surface: Surface;
  /** The address as the router will see it; the site's own where the request's cannot be read. */
  url: URL;
  fault: AddressFault | null;
  context: AppLoadContext;
}>;

/** Goes on with the step after, or with the answer to an error. */
export type Next = (error?: unknown) => void;

/** One thing that happens to a request. It answers, or calls `next`. */
export type Step = Readonly<{
  name: string;
  /** The requests that it happens to; no other pays for it. */
  surfaces: readonly Surface[];
  run: (exchange: Exchange, next: Next) => void;
}>;

/** A step's work, done by a handler that is made for Express. */
export const byHandler =
  (handler: RequestHandler): Step["run"] =>
  ({ req, res }, next) =>
    // Most handlers answer nothing, and the promise of one that does is not for the step to wait for.
    void handler(req, res, next);
