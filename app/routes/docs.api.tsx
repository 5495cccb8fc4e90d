import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Reference } from "~/components/api-reference";
import { config } from "~/config.server";
import { referenceOf } from "~/http/api/reference.server";
import { pageLoader } from "~/http/page.server";

export const meta: MetaFunction = () => [
  { title: "API reference · Holdfast" },
  { name: "description", content: "Every call of the API, with a command to try it." },
];

export const loader = pageLoader(async ({ context }: LoaderFunctionArgs) => {
  // When it is asked for: no other request needs the document.
  const { openApiDocument } = await import("~/http/api/openapi.server");
  return referenceOf(openApiDocument(context.origin, { v1: config().apiV1 }), context.origin);
});

export default function ReferencePage() {
  return <Reference reference={useLoaderData<typeof loader>()} />;
}
