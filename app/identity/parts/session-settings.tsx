import { useNavigation } from "@remix-run/react";
import { SubmitButton } from "~/web/ui/form/form";
import { PostForm } from "~/web/ui/form/post-form";
import { When } from "~/web/ui/when";
import type { Said } from "~/core/time/words";

export type SessionItem = {
  id: string;
  device: string;
  kind: string;
  address: string;
  created: Said;
  lastSeen: Said;
  current: boolean;
};

/** Lists the sessions of the account, with buttons that end them. */
export function SessionSettings({ sessions }: { sessions: SessionItem[] }) {
  const { formData } = useNavigation();
  return (
    <section aria-labelledby="sessions-heading">
      <h2 id="sessions-heading" className="section-heading">
        Sessions
      </h2>
      <ul className="rows mb-6">
        {sessions.map((session) => (
          <li
            key={session.id}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-hairline py-3"
          >
            <div className="min-w-0">
              <p className="font-medium">
                {session.device}{" "}
                {session.current && <span className="ml-2 text-sm font-normal text-accent">This one</span>}
              </p>
              <p className="row-meta">
                <span>{session.kind}</span> <span className="tabular">{session.address}</span>{" "}
                <span>
                  Signed in <When at={session.created} />
                </span>{" "}
                <span>
                  Last seen <When at={session.lastSeen} />
                </span>
              </p>
            </div>
            {!session.current && (
              <PostForm preventScrollReset>
                <input type="hidden" name="intent" value="end-session" />
                <input type="hidden" name="sessionId" value={session.id} />
                <SubmitButton
                  look="quiet"
                  className="button-small"
                  pending={formData?.get("sessionId") === session.id}
                  aria-label={`Sign out ${session.device}`}
                >
                  Sign out
                </SubmitButton>
              </PostForm>
            )}
          </li>
        ))}
      </ul>
      <PostForm preventScrollReset>
        <input type="hidden" name="intent" value="end-other-sessions" />
        <SubmitButton look="danger" pending={formData?.get("intent") === "end-other-sessions"}>
          Sign out other sessions
        </SubmitButton>
      </PostForm>
    </section>
  );
}
