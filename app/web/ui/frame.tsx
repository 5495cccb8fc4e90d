import { Link, NavLink } from "@remix-run/react";
import { Fragment, type ReactNode } from "react";
import { usePending } from "~/web/ui/form/form";
import { Icon, Mark, type IconName } from "./icons";
import type { Message } from "./message";
import { useLostRequest, type Loss } from "~/web/ui/states/lost-request";
import { PostForm } from "~/web/ui/form/post-form";

const losses: Record<Loss, string> = {
  lost: "That did not reach the server. Check the connection and try again.",
  unavailable: "The database cannot be used just now, so that may not have been saved. Try again in a few seconds.",
  "too many": "So many changes came in a minute that this one was not saved. Try again in a few seconds.",
};

type FrameProps = {
  signedIn: boolean;
  flash: Message | null;
  /** Why the form that was sent could not be carried out. */
  trouble: string | null;
  children: ReactNode;
};

/** What surrounds every page: skip link, header, navigation, the message of the last action. */
export function Frame({ signedIn, flash, trouble, children }: FrameProps) {
  const lost = useLostRequest();
  const alert = lost ? losses[lost.loss] : trouble;
  return (
    <>
      <a href="#main" className="skip-link">
        Skip to content
      </a>
      <header className="border-b border-hairline">
        <div className="column flex min-h-15 flex-wrap items-center gap-x-4 py-2">
          <Link
            to={signedIn ? "/tasks" : "/"}
            className="mr-auto inline-flex min-h-11 items-center gap-2.5 text-ink no-underline"
          >
            <Mark /> <span className="font-serif text-xl">Holdfast</span>
          </Link>{" "}
          {signedIn && <SignedInNavigation />}
        </div>
      </header>
      <main id="main" tabIndex={-1} className={`column flex-1 pt-2 pb-16 ${signedIn ? "has-nav" : ""}`}>
        {/* Reserved space, so that nothing moves away under the pointer when a message appears or disappears. */}
        <div className="messages">
          {/* Always present, so that a screen reader announces what appears in it. */}
          <div role="status">{flash && !alert && <FlashMessage message={flash} />}</div>
          {alert && (
            <p role="alert" className="flash flash-lost">
              {alert}
              {lost && (
                <button type="button" className="link ml-3" onClick={lost.retry}>
                  Try again
                </button>
              )}
            </p>
          )}
        </div>
        {children}
      </main>
    </>
  );
}

function FlashMessage({ message: { text, link } }: { message: Message }) {
  return (
    <p className="flash">
      {text}
      {link && (
        <>
          {" "}
          <Link className="link" to={link.to}>
            {link.label}
          </Link>
        </>
      )}
    </p>
  );
}

const places: { to: string; icon: IconName; label: string }[] = [
  { to: "/tasks", icon: "list", label: "Tasks" },
  { to: "/dashboard", icon: "chart", label: "Dashboard" },
  { to: "/settings", icon: "gear", label: "Settings" },
];

function SignedInNavigation() {
  const pending = usePending("sign-out");
  return (
    <>
      <nav aria-label="Main" className="nav">
        {places.map(({ to, icon, label }) => (
          <Fragment key={to}>
            <NavLink to={to} className="nav-link">
              <Icon name={icon} />
              {label}
            </NavLink>{" "}
          </Fragment>
        ))}
      </nav>
      <PostForm action="/logout">
        <input type="hidden" name="intent" value="sign-out" />
        <button type="submit" className="button button-small" aria-busy={pending || undefined}>
          Sign out
        </button>
      </PostForm>
    </>
  );
}
