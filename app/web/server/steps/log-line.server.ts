import type { AppLoadContext } from "@remix-run/node";
import type { Request, Response } from "express";
import { describeError, log } from "~/web/log/log.server";

/** Writes the log line of a request that has ended. */
export function writeLogLine(req: Request, res: Response, context: AppLoadContext, milliseconds: number): void {
  log().info({
    id: context.requestId,
    method: req.method,
    route: context.route ?? pathAsRoute(req.url),
    // 499: the connection was closed before the answer was complete.
    status: res.writableFinished ? res.statusCode : 499,
    ms: Math.round(milliseconds * 10) / 10,
    userId: context.userId,
  });
  if (context.error !== undefined)
    log().error({ id: context.requestId, ...describeError(context.error) }, "route failed");
}

/** For requests that reached no route: the path without its query, with numbers and long segments replaced. */
export const pathAsRoute = (url: string): string =>
  (url.split("?")[0] ?? "")
    .replace(/\/\d+(?=\/|$)/g, "/:id")
    .replace(/\/[^/]{30,}/g, "/…")
    .slice(0, 100);
