/** What an answer 503 in the place of a page carries: how to ask for it again, and what was typed. */
export type RetryQuestion = {
  retry: {
    message: string;
    /** Where the form is sent once more; null for a page, which is asked for once more. */
    action: string | null;
    /** The form's fields without its secrets: name and value. */
    typed: readonly (readonly [name: string, value: string])[];
  };
};

export const asksToRetry = (data: unknown): data is RetryQuestion =>
  typeof data === "object" && data !== null && "retry" in data;
