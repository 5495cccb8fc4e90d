import { publicKeySet } from "~/identity/edge/signing-keys.server";

/** The public keys of access tokens (RFC 7517, section 5), for back ends that verify them. */
export async function loader(): Promise<Response> {
  // Short enough that back ends soon learn of a new key, long enough that they need not fetch the keys for every token.
  const headers = { "Content-Type": "application/jwk-set+json", "Cache-Control": "public, max-age=300" };
  return new Response(JSON.stringify(await publicKeySet()), { headers });
}
