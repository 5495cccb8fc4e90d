import type { Request } from "express";

/**
 * The origin by which the browser knows this site: `PUBLIC_URL` when set, else the one that the request was made to.
 * `X-Forwarded-Proto` and `X-Forwarded-Host` count only from a proxy that `TRUST_PROXY` names.
 *
 * @returns null if the request names no usable host
 */
export function ownOrigin(
  req: Request,
  publicUrl: string | undefined,
  trusts: (address: string) => boolean,
): string | null {
  if (publicUrl) return publicUrl;
  const forwarded = trusts(req.socket.remoteAddress ?? "")
    ? req.get("x-forwarded-host")?.split(",")[0]?.trim()
    : undefined;
  const host = forwarded ?? req.headers.host ?? "";
  const candidate = `${req.protocol}://${host}`;
  // A proxy may hand on what a client wrote, and the origin of a scheme of its own is the word "null".
  if (!/^https?$/.test(req.protocol) || !/^[\w.:[\]-]+$/.test(host) || !URL.canParse(candidate)) return null;
  return new URL(candidate).origin;
}
