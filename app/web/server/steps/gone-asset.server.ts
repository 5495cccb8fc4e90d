import { Router } from "express";
import { byHandler, type Step } from "./exchange";

/** Answers for a script of an earlier version, that an open page asks for: no page, and nothing to keep. */
export const answerGoneAsset = (): Step["run"] =>
  // Mounted, so that the log names the script by its own name.
  byHandler(
    Router().use("/assets", (_req, res) => {
      res.status(404).set("Cache-Control", "no-store").type("text/plain").end("Not found");
    }),
  );
