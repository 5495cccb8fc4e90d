import { signup } from "~/http/api/auth.server";
import { apiRoute } from "~/http/api-route.server";

const route = apiRoute({ POST: signup });

export const loader = route.loader;
export const action = route.action;
