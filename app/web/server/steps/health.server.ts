import type { Response } from "express";
import type { Step } from "./exchange";

/**
 * Answers `/healthz`, which succeeds while the process runs, and `/readyz`, which succeeds only if the database answers
 * too.
 *
 * @param isReady - whether the database answers
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
