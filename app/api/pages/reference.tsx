import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Reference } from "~/api/parts/api-reference";
import { config } from "~/core/settings/config.server";
import { referenceOf } from "~/api/description/reference.server";
import { pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [
  { title: "API reference · Holdfast" },
  { name: "description", content: "Every call of the API, with a command to try it." },
];

export const loader = pageLoader(async ({ context }: LoaderFunctionArgs) => {
  // When it is asked for: no other request needs the document.
  const { openApiDocument } = await import("~/api/description/openapi.server");
  return referenceOf(openApiDocument(context.origin, { v1: config().apiV1 }), context.origin);
});

export default function ReferencePage() {
  return <Reference reference={useLoaderData<typeof loader>()} />;
}
