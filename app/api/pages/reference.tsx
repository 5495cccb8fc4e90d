import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Reference } from "~/api/parts/api-reference";
import { referenceOf } from "~/api/description/reference.server";
import { servedOperations } from "~/api/routes.server";
import { pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [
  { title: "API reference · Holdfast" },
  { name: "description", content: "Every call of the API, with a command to try it." },
];

export const loader = pageLoader(async ({ context }: LoaderFunctionArgs) => {
  // Loaded on demand, because no other request needs the document.
  const { openApiDocument } = await import("~/api/description/openapi.server");
  return referenceOf(openApiDocument(servedOperations(), context.origin), context.origin);
});

export default function ReferencePage() {
  return <Reference reference={useLoaderData<typeof loader>()} />;
}
