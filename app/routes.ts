import { flatRoutes } from "@remix-run/fs-routes";
import { layout } from "@remix-run/route-config";

export default flatRoutes().then((pages) => [layout("page-boundary.tsx", pages)]);
