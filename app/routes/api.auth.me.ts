import { readMe, updateMe } from "~/http/api/auth.server";
import { apiRoute } from "~/http/api-route.server";

const route = apiRoute({ GET: readMe, PATCH: updateMe });

export const loader = route.loader;
export const action = route.action;
