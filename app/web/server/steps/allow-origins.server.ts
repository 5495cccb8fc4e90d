import { Router } from "express";
import { cors } from "../cors.server";
import { byHandler, type Step } from "./exchange";

/**
 * Lets scripts of the origins in `CORS_ORIGINS` call `/api`. A path that spells `/api` with percent-encoding does not
 * count.
 */
export const allowOrigins = (): Step["run"] => byHandler(Router().use("/api", cors));
