/** What the page that asks "is it you?" is given: the form to send again, and what was wrong with the last answer. */
export type ProofQuestion = Readonly<{
  proof: Readonly<{
    /** Everything that was typed, to be sent again with the proof. */
    kept: readonly (readonly [string, string])[];
    error: string | null;
    /** Is the error about the code, and not about the password? */
    aboutCode: boolean;
    /** Is a code of the authenticator app an answer too? */
    takesCode: boolean;
    /** Does the browser itself have to send the answer, because what follows is a file? */
    asDocument: boolean;
  }>;
}>;

/** Is an answer of the server that question? */
export const asksForProof = (data: unknown): data is ProofQuestion =>
  typeof data === "object" && data !== null && "proof" in data;
