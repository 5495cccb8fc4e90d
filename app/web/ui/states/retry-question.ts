/** The data of a 503 answer in place of a page: how to request the page again, and what was typed. */
export type RetryQuestion = {
  retry: {
    message: string;
    /** The address to send the form to again; null if a page is to be requested again. */
    action: string | null;
    /** The form's fields without its secrets: name and value. */
    typed: readonly (readonly [name: string, value: string])[];
  };
};

export const asksToRetry = (data: unknown): data is RetryQuestion =>
  typeof data === "object" && data !== null && "retry" in data;
