/** The data of the page that asks "is it you?": the form to send again, and the error of the last attempt. */
export type ProofQuestion = Readonly<{
  proof: Readonly<{
    /** Everything that was typed, to be sent again with the proof. */
    kept: readonly (readonly [string, string])[];
    error: string | null;
    /** Whether the error is about the authenticator code; otherwise it is about the password. */
    aboutCode: boolean;
    /** Whether an authenticator code is accepted too. */
    takesCode: boolean;
    /** Whether the browser itself has to send the form, because the answer is a file. */
    asDocument: boolean;
  }>;
}>;

/** Whether an answer of the server is this question. */
export const asksForProof = (data: unknown): data is ProofQuestion =>
  typeof data === "object" && data !== null && "proof" in data;
