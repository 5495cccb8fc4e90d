import type { AppLoadContext } from "@remix-run/node";

/** A request to `/api`. */
export type ApiRequest = Readonly<{
  request: Request;
  url: URL;
  /** The parameters of the path, decoded. */
  params: Readonly<Record<string, string | undefined>>;
  context: AppLoadContext;
}>;
