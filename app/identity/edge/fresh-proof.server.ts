import { redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from "@remix-run/node";
import type { ProofQuestion } from "~/web/ui/states/proof-question";
import { isProofFresh, proveByCode, provePassword } from "~/identity/domain/sign-in/proof.server";
import { compactCode } from "~/identity/domain/account/factor-codes";
import { hasTotp } from "~/identity/domain/factors/factor.server";
import { Invalid, RateLimited } from "~/core/errors";
import { renewPageSession } from "./identification.server";
import type { SignedIn } from "~/web/guards.server";

/**
 * Guards sensitive pages and changes. A person whose last proof of identity is more than ten minutes old is asked for a
 * new one, and then continues where they were, with what they typed (OWASP ASVS 5.0, 7.5.2 and 7.5.3).
 */

/**
 * Requires a fresh proof for a form. Used as `form(…, { proof: freshProof })`.
 *
 * @param args - the action's arguments, with the caller that `signedIn` found
 * @param asDocument - whether the form's answer is a file, which only the browser itself can receive
 * @returns the caller after the proof, if one was given
 * @throws the page that asks, status 403 (400 after a wrong answer, 429 when a limit is reached); `ProofBoundary`
 *   draws it
 */
export async function freshProof(
  args: ActionFunctionArgs & SignedIn,
  submitted: FormData,
  kept: [string, string][],
  asDocument = false,
): Promise<Partial<SignedIn>> {
  const { caller } = args;
  if (isProofFresh(caller)) return {};
  const takesCode = await hasTotp(caller.actor);
  const password = submitted.get("proofPassword");
  const code = takesCode ? submitted.get("proofCode") : null;
  // A password takes precedence over a code, because a password manager may have filled in the code field by itself.
  const byCode = typeof code === "string" && compactCode(code) !== "" && (password === null || password === "");
  const ask = (status: number, error: string | null = null) => {
    const question: ProofQuestion = { proof: { kept, error, aboutCode: byCode, takesCode, asDocument } };
    return Response.json(question, { status });
  };
  if (!byCode && typeof password !== "string") throw ask(403);
  const longest = typeof password === "string" && password.length > 4096;
  if (longest) throw ask(400, "Password is not right");
  if (!byCode && password === "") throw ask(400, takesCode ? "Enter your password or a code" : "Enter your password");
  try {
    if (byCode) await proveByCode(caller.actor, code, args.context.client);
    else if (typeof password === "string")
      await provePassword(caller.actor, password, args.context.client, { at: "proofPassword" });
  } catch (error) {
    if (error instanceof Invalid) throw ask(400, error.message);
    if (error instanceof RateLimited) {
      args.context.answerHeaders.set("Retry-After", String(error.retryAfterSeconds));
      throw ask(429, error.message);
    }
    throw error;
  }
  await renewPageSession(args, caller);
  const proven = { ...caller, provenAt: new Date() };
  // The loaders that run after this action find the caller with the new proof.
  args.context.caller = Promise.resolve(proven);
  return { caller: proven };
}

/** Like `freshProof`, for a form whose answer is a file. */
export const freshProofForFile: typeof freshProof = (args, submitted, kept) => freshProof(args, submitted, kept, true);

/**
 * Requires a fresh proof in the loader of a page that shows something sensitive.
 *
 * @throws a redirect to `/settings/confirm`, which leads back here
 */
export function requireFreshProof({ request, caller }: LoaderFunctionArgs & SignedIn): void {
  if (isProofFresh(caller)) return;
  const url = new URL(request.url);
  url.searchParams.delete("_routes");
  const back = new URLSearchParams({ redirect: url.pathname + url.search });
  throw redirect(`/settings/confirm?${back.toString()}`, 303);
}
