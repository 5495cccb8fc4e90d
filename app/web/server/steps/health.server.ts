import type { Response } from "express";
import type { Step } from "./exchange";

/**
 * Answers `/healthz`, as long as there is a process that can, and `/readyz`, for which the database must answer as well.
 *
 * @param isReady - does the database answer?
 */
export const answerHealth =
  (isReady: () => Promise<boolean>): Step["run"] =>
  ({ req, res }, next) => {
    if (/^\/healthz/i.test(req.path)) answer(res, true);
    else isReady().then((ready) => answer(res, ready), next);
  };

function answer(res: Response, well: boolean): void {
  res.status(well ? 200 : 503).setHeader("Cache-Control", "no-store");
  res.json({ status: well ? "ok" : "unavailable" });
}
