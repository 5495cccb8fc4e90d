import { Router } from "express";
import { cors } from "../cors.server";
import { byHandler, type Step } from "./exchange";

/** Lets scripts of the origins in `CORS_ORIGINS` call `/api`, by its name as it is written and by no other spelling. */
export const allowOrigins = (): Step["run"] => byHandler(Router().use("/api", cors));
