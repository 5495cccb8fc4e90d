import type { ProblemCode } from "~/core/errors";

/** The pages that explain the `type` of a problem document (RFC 9457, section 3.1.1). */
export const problemsInWords: Record<ProblemCode, { title: string; meaning: string; whatToDo: string }> = {
  "email-not-verified": {
    title: "Email address not confirmed",
    meaning: "This server asks everybody to confirm their email address before they sign in. The password was right.",
    whatToDo: "Follow the link in the mail that was sent to the address, then sign in again. Nothing else is needed.",
  },
  "insufficient-scope": {
    title: "Token not made for this",
    meaning: "The personal access token is a good one, and it was not given the scope that this call asks for.",
    whatToDo:
      "Make a token with that scope in the settings. What changes the account or its sessions takes no personal access token at all: sign in for it.",
  },
  "second-factor-required": {
    title: "Second factor required",
    meaning: "The password was right, and the account asks for a second factor as well, which was not sent.",
    whatToDo:
      "Send the same request again with totp_code, the code that the authenticator app shows now, or with backup_code, one of the account’s backup codes.",
  },
  "second-factor-invalid": {
    title: "Second factor not right",
    meaning: "The password was right, and the code that came with it was not, or it was used before: each works once.",
    whatToDo: "Wait for the app’s next code and send that. After ten wrong codes the account takes none for a while.",
  },
  unavailable: {
    title: "Not available just now",
    meaning:
      "The server runs and its database cannot be used: it is away, locked, out of connections, or its disk is full. A change that was sent may or may not have taken place.",
    whatToDo:
      "Wait as many seconds as the answer’s Retry-After says and send the same request again, a change with the same Idempotency-Key, where it takes one, so that it has one effect.",
  },
};
