import type { LoaderFunctionArgs } from "@remix-run/node";
import { Links, Meta, Outlet, Scripts } from "@remix-run/react";
import "./styles/app.css";
import { findPageCaller } from "~/auth/require-actor.server";

export async function loader(args: LoaderFunctionArgs) {
  const caller = await findPageCaller(args);
  return { user: caller?.user.name ?? null };
}
export default function App() {
  return <html lang="en"><head><Meta /><Links /></head><body><Outlet /><Scripts /></body></html>;
}
