import type { Request } from "express";

/**
 * The origin of this site as the browser sees it: `PUBLIC_URL` if set, else the origin that the request was made to.
 * `X-Forwarded-Proto` and `X-Forwarded-Host` count only from a proxy that `TRUST_PROXY` names.
 *
 * @returns null if the request has no usable host
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
  // A proxy may pass on what a client wrote, and for any other scheme than http and https the origin would be the text
  // "null".
  if (!/^https?$/.test(req.protocol) || !/^[\w.:[\]-]+$/.test(host) || !URL.canParse(candidate)) return null;
  return new URL(candidate).origin;
}
