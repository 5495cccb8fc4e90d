import type { LoaderFunctionArgs, MetaFunction } from "@remix-run/node";
import { Link, useLoaderData, useRouteLoaderData } from "@remix-run/react";
import { problemsInWords } from "~/api/parts/problems-in-words";
import { NotFound, type ProblemCode } from "~/core/errors";
import { pageLoader } from "~/web/page/page.server";

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.title ?? "Problem"} · Holdfast` }];

export const loader = pageLoader(({ params }: LoaderFunctionArgs) => {
  const { code = "" } = params;
  if (!Object.hasOwn(problemsInWords, code)) return Promise.reject(new NotFound("There is no problem of this name"));
  return Promise.resolve({ code, ...problemsInWords[code as ProblemCode] });
});

export default function ProblemInWords() {
  const { code, title, meaning, whatToDo } = useLoaderData<typeof loader>();
  const signedIn = useRouteLoaderData<{ signedIn: boolean }>("root")?.signedIn ?? false;
  return (
    <div className="max-w-prose">
      <h1 className="mb-4">{title}</h1>
      <p className="mb-4">{meaning}</p>
      <p className="mb-8">{whatToDo}</p>
      <p className="mb-8 text-sm text-muted">
        Programs know this by the last part of the answer’s <code>type</code>: <code>{code}</code>.
      </p>
      <Link to={signedIn ? "/tasks" : "/"} className="button">
        {signedIn ? "Go to your tasks" : "Go to the start page"}
      </Link>
    </div>
  );
}
