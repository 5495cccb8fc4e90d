import type { AppLoadContext } from "@remix-run/node";
import type { Request, RequestHandler, Response } from "express";
import type { AddressFault } from "../request-url";
import type { Surface } from "../surface";

/** A request, its answer, and what is known about them before the route runs. */
export type Exchange = Readonly<{
  req: Request;
  res: Response;
  surface: Surface;
  /** The address as the router will see it; the site's origin if the request's address cannot be read. */
  url: URL;
  fault: AddressFault | null;
  context: AppLoadContext;
}>;

/** Goes on to the next step or, if given an error, to the answer for that error. */
export type Next = (error?: unknown) => void;

/** One step in handling a request. It either answers or calls `next`. */
export type Step = Readonly<{
  name: string;
  /** The surfaces that the step applies to; requests to other surfaces skip it at no cost. */
  surfaces: readonly Surface[];
  run: (exchange: Exchange, next: Next) => void;
}>;

/** Makes a step of a handler that is written for Express. */
export const byHandler =
  (handler: RequestHandler): Step["run"] =>
  ({ req, res }, next) =>
    // Most handlers return nothing. If one returns a promise, the step does not wait for it.
    void handler(req, res, next);
