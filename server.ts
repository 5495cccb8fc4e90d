import path from "node:path";
import { requireNode } from "./scripts/check-node.mjs";

/**
 * What `npm start` runs, as build/server/server.js. The rest is loaded afterwards: a Node that cannot link it gets to
 * say so in one sentence.
 */
requireNode();
const { serve } = await import("~/production.server");
await serve(path.resolve(import.meta.dirname, "../.."));
