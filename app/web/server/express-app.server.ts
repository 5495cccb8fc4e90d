import express, { type Express } from "express";
import { config } from "~/core/settings/config.server";
import type { RemixHandler } from "./remix-handler.server";
import { securityHeaders } from "./security-headers.server";
import { allowOrigins } from "./steps/allow-origins.server";
import { answerError } from "./steps/answer-error.server";
import { begin } from "./steps/begin.server";
import { checkAddress } from "./steps/check-address.server";
import { checkApiRequest, checkPageRequest } from "./steps/check-request.server";
import { compress } from "./steps/compress.server";
import { byHandler, type Step } from "./steps/exchange";
import { answerGoneAsset } from "./steps/gone-asset.server";
import { answerHealth } from "./steps/health.server";
import { refuseBy, type Refuse } from "./steps/refuse.server";
import { runSteps } from "./steps/run-steps";
import { takeBody } from "./steps/take-body.server";
import { surfaces } from "./surface";

type Parts = Readonly<{
  /** Answers pages and `/api`. */
  remix: RemixHandler;
  /** Answers with a static file, or calls `next`. */
  assets: express.RequestHandler;
  /** Whether the database answers. */
  isReady: () => Promise<boolean>;
}>;

/**
 * The steps that a request goes through before its route, in this order; each names the surfaces that it applies to.
 * Static files are looked up for pages too, because icons, the manifest and, in development, all modules have addresses
 * without a common prefix.
 */
export const stepsOfApp = ({ remix, assets, isReady }: Parts, refuse: Refuse): readonly Step[] => [
  { name: "security headers", surfaces, run: setSecurityHeaders },
  { name: "health", surfaces: ["health"], run: answerHealth(isReady) },
  { name: "address", surfaces: ["page", "data", "api", "asset"], run: checkAddress(refuse) },
  { name: "compression", surfaces: ["page", "data", "api", "asset"], run: compress() },
  { name: "static files", surfaces: ["page", "asset"], run: byHandler(assets) },
  { name: "gone asset", surfaces: ["asset"], run: answerGoneAsset() },
  { name: "other origins", surfaces: ["api"], run: allowOrigins() },
  { name: "request of the API", surfaces: ["api"], run: checkApiRequest(refuse) },
  { name: "request of a page", surfaces: ["page", "data"], run: checkPageRequest(refuse) },
  { name: "body", surfaces: ["page", "data", "api"], run: takeBody() },
  { name: "route", surfaces: ["page", "data", "api"], run: askRoute(remix) },
];

const setSecurityHeaders: Step["run"] = ({ req, res, context }, next) =>
  securityHeaders(context.origin.startsWith("https:"), req, res, next);

const askRoute =
  (remix: RemixHandler): Step["run"] =>
  (exchange, next) =>
    void remix(exchange.req, exchange.res, exchange).catch(next);

/**
 * The Express app, with everything that happens to a request before and after its route: addresses, headers, checks,
 * the log.
 */
export function createApp(parts: Parts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  app.set("trust proxy", config().trustProxy.length ? [...config().trustProxy] : false);
  const trustsAny = app.get("trust proxy fn") as (address: string, hop: number) => boolean;
  const trusts = (address: string) => trustsAny(address, 0);

  const refuse = refuseBy(parts.remix);
  const run = runSteps(stepsOfApp(parts, refuse), answerError(refuse));
  app.use((req, res, next) => run(begin(req, res, trusts), next));
  return app;
}
