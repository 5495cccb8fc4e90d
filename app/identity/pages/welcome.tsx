import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link, useLoaderData } from "@remix-run/react";
import { requireAnonymous } from "~/web/guards.server";
import { isSignUpClosed } from "~/identity/domain/sign-up/admission.server";
import { pageLoader } from "~/web/page/page.server";

export const loader = pageLoader(async (args: LoaderFunctionArgs) => {
  await requireAnonymous(args);
  return { signUpClosed: isSignUpClosed() };
});

const promises = [
  {
    title: "Yours alone",
    text: "It runs on your own server. Nobody else reads your tasks, and every session can be ended from the settings.",
  },
  {
    title: "Works everywhere",
    text: "Every page works without JavaScript, on a phone, from a keyboard. With JavaScript it is merely quicker.",
  },
  {
    title: "Open to your programs",
    text: "An API with bearer tokens follows the same rules as the pages, for scripts and for other back ends.",
  },
];

export default function Home() {
  const { signUpClosed } = useLoaderData<typeof loader>();
  return (
    <div className="py-6 md:py-12">
      <h1 className="max-w-[18ch] text-3xl md:text-[2.75rem]">A quiet place for what you have to do</h1>
      <p className="mt-5 max-w-prose text-lg text-muted">
        Holdfast keeps your tasks on a server of your own, and keeps everybody else out.
      </p>
      <p className="mt-8 flex flex-wrap gap-3">
        {!signUpClosed && (
          <Link to="/signup" className="button button-primary">
            Create account
          </Link>
        )}{" "}
        <Link to="/login" className={`button ${signUpClosed ? "button-primary" : ""}`}>
          Sign in
        </Link>
      </p>
      <dl className="mt-14 grid gap-8 border-t border-hairline pt-8 md:grid-cols-3">
        {promises.map(({ title, text }) => (
          <div key={title}>
            <dt className="font-serif text-lg">{title}</dt>
            <dd className="mt-2 text-muted">{text}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-8 flex flex-wrap gap-x-6">
        <Link className="link inline-flex min-h-11 items-center" to="/docs">
          API guide
        </Link>{" "}
        <Link className="link inline-flex min-h-11 items-center" to="/docs/api">
          API reference
        </Link>
      </p>
    </div>
  );
}
