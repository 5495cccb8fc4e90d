import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { Guide } from "~/api/parts/api-guide";
import { guideCommands } from "~/api/description/guide-commands.server";
import { pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction = () => [
  { title: "API guide · Holdfast" },
  { name: "description", content: "From nothing to a first call of the API in five minutes." },
];

/** The problem document that the guide's last command gets. */
const problem = {
  type: "about:blank",
  title: "Invalid input",
  status: 422,
  detail: "The input is not valid. See errors.",
  errors: [
    { pointer: "/title", detail: "Enter a title" },
    { pointer: "/priority", detail: "Priority must be low, medium or high" },
  ],
};

export const loader = pageLoader(({ context }: LoaderFunctionArgs) =>
  Promise.resolve({ commands: guideCommands(context.origin), problem: JSON.stringify(problem, null, 2) }),
);

export default function GuidePage() {
  return <Guide {...useLoaderData<typeof loader>()} />;
}
