import type { NextFunction, Request, Response } from "express";
import helmet from "helmet";

/**
 * The headers of every answer, errors and assets included (OWASP Secure Headers Project). The referrer policy is
 * `same-origin`, because with `no-referrer` browsers send `Origin: null` with a form.
 */
const withPolicy = (https: boolean) =>
  helmet({
    // In development there is no policy, because Vite's client adds its own styles and scripts to the page.
    contentSecurityPolicy: !import.meta.env.DEV && {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", (_req, res) => `'nonce-${nonceOf(res as Response)}'`],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        ...(https ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: https ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: "same-origin" },
    xFrameOptions: { action: "deny" },
  });

let policies: Record<"http" | "https", ReturnType<typeof helmet>> | undefined;

/** The nonce of an answer's one inline script. */
export const nonceOf = (res: Response): string => String(res.locals.nonce);

/** Sets the headers; HSTS only where the site is reached by https. */
export function securityHeaders(https: boolean, req: Request, res: Response, next: NextFunction): void {
  policies ??= { http: withPolicy(false), https: withPolicy(true) };
  policies[https ? "https" : "http"](req, res, next);
}
