import { Router } from "express";
import { byHandler, type Step } from "./exchange";

/** Answers 404 if an open page requests a script of an earlier version: in plain text, and not to be cached. */
export const answerGoneAsset = (): Step["run"] =>
  // Mounted at `/assets`, so that the log shows the script's name without that prefix.
  byHandler(
    Router().use("/assets", (_req, res) => {
      res.status(404).set("Cache-Control", "no-store").type("text/plain").end("Not found");
    }),
  );
