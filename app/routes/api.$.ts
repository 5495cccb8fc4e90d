import { apiRoute } from "~/http/api-route.server";
import { HttpError } from "~/http/http-error";

/** Every path of `/api` that is none: a problem document, never a page. */
const unknown = () => Promise.reject(new HttpError(404, "There is nothing at this path"));

const route = apiRoute({ GET: unknown, POST: unknown, PUT: unknown, PATCH: unknown, DELETE: unknown });

export const loader = route.loader;
export const action = route.action;
