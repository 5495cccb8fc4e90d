/** An address as the database has it: "one account an address" is a rule about this form. */
export const normalizeEmail = (email: string): string => email.trim().toLowerCase();
