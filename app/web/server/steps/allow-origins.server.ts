import { Router } from "express";
import { cors } from "../cors.server";
import { byHandler, type Step } from "./exchange";

/**
 * Lets scripts of the origins in `CORS_ORIGINS` call `/api`. The path must be written as `/api` itself and not
 * percent-encoded.
 */
export const allowOrigins = (): Step["run"] => byHandler(Router().use("/api", cors));
