/** The secret of a link in a mail, from the address of the page that it leads to; empty if there is none. */
export const linkToken = (request: Request): string => new URL(request.url).searchParams.get("token") ?? "";
