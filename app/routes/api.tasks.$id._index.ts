import { read, remove, update } from "~/http/api/tasks.server";
import { apiRoute } from "~/http/api-route.server";

const route = apiRoute({ GET: read, PUT: update, PATCH: update, DELETE: remove });

export const loader = route.loader;
export const action = route.action;
