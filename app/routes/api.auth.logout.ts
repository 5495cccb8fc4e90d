import { logout } from "~/http/api/auth.server";
import { apiRoute } from "~/http/api-route.server";

const route = apiRoute({ POST: logout });

export const loader = route.loader;
export const action = route.action;
