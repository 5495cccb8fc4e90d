/** Reads the secret of a link in a mail from the requested address; empty if the address has none. */
export const linkToken = (request: Request): string => new URL(request.url).searchParams.get("token") ?? "";
