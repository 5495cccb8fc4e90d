import { create, list } from "~/http/api/tasks.server";
import { apiRoute } from "~/http/api-route.server";

const route = apiRoute({ GET: list, POST: create });

export const loader = route.loader;
export const action = route.action;
