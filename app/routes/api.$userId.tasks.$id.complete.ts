import { complete } from "~/http/api/tasks.server";
import { apiRoute } from "~/http/api-route.server";

const route = apiRoute({ PATCH: complete });

export const loader = route.loader;
export const action = route.action;
