import { Link } from "@remix-run/react";
import type { ReactNode } from "react";
import type { GuideCommands } from "./api-view";
import { CodeBlock, OnThisPage } from "./code-block";
import { problemsInWords } from "./problems-in-words";

const parts = [
  ["first-call", "First call in five minutes"],
  ["tokens", "Tokens"],
  ["errors", "Errors"],
  ["paging", "Paging"],
  ["retries", "Retries"],
  ["writers", "Two writers"],
] as const;

type PartId = (typeof parts)[number][0];

/** How to start with the API, and what applies to all calls. */
export function Guide({ commands, problem }: { commands: GuideCommands; problem: string }) {
  return (
    <>
      <h1 className="mb-4">API guide</h1>
      <p className="mb-8 max-w-prose">
        Everything that the pages do with tasks, a program can do too. This page takes you from nothing to a first call,
        and tells what holds for all of them; each call by itself is in the{" "}
        <Link className="link" to="/docs/api">
          API reference
        </Link>
        .
      </p>
      <OnThisPage>
        <ul className="grid gap-x-8 md:grid-cols-2">
          {parts.map(([id, title]) => (
            <li key={id}>
              <Link className="toc-link" to={`#${id}`}>
                {title}
              </Link>
            </li>
          ))}
        </ul>
      </OnThisPage>
      <div className="space-y-14">
        <FirstCall commands={commands} />
        <Tokens commands={commands} />
        <Errors commands={commands} problem={problem} />
        <Paging commands={commands} />
        <Retries commands={commands} />
        <Writers commands={commands} />
      </div>
    </>
  );
}

type Commands = { commands: GuideCommands };

function Part({ id, children }: { id: PartId; children: ReactNode }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="section-heading">
        {parts.find(([known]) => known === id)?.[1]}
      </h2>
      <div className="guide">{children}</div>
    </section>
  );
}

function FirstCall({ commands }: Commands) {
  return (
    <Part id="first-call">
      <p>
        The commands need a shell, <code>curl</code> and <code>sed</code>, which every Unix has. Paste them one after
        the other into the same terminal. If you have an account, leave out the first, and put your own address and
        password into the second.
      </p>
      <CodeBlock label="Command: make an account" text={commands.signUp} />
      <p>
        Where this server asks for a confirmed address first, the answer is a 202 without tokens: follow the link in the
        mail, then go on. Sign in and keep the tokens; an account with two-step sign-in sends its <code>totp_code</code>{" "}
        along:
      </p>
      <CodeBlock label="Command: sign in and keep the tokens" text={commands.signIn} />
      <p>Now add a task, and see it in the list:</p>
      <CodeBlock label="Command: add a task" text={commands.add} />
      <CodeBlock label="Command: list the open tasks" text={commands.list} />
      <p>
        Bodies are JSON in UTF-8 with snake_case names. Times are RFC 3339 in UTC, days are <code>YYYY-MM-DD</code>. A
        field of another name than those in the reference is refused, never dropped in silence.
      </p>
    </Part>
  );
}

const scopes = [
  ["tasks:read", "the GET calls of tasks"],
  ["tasks:write", "every other call of tasks"],
  ["account:read", "GET /api/auth/me"],
] as const;

function Tokens({ commands }: Commands) {
  return (
    <Part id="tokens">
      <p>
        The <strong>access token</strong> goes along with every call, as <code>Authorization: Bearer …</code>. It is
        good for <code>expires_in</code> seconds. When a call answers 401, exchange the <strong>refresh token</strong>{" "}
        for a new pair:
      </p>
      <CodeBlock label="Command: exchange the refresh token" text={commands.refresh} />
      <p>
        Store the new refresh token before you use it. If the answer is lost, send the old one again: for 60 seconds it
        is answered with the same new one. Later, or once the new one has been used, the old one counts as stolen and
        ends the session. Signing out ends it too, with both of its tokens.
      </p>
      <p>
        For a program of your own, a <strong>personal access token</strong> is less work: make one in{" "}
        <Link className="link" to="/settings/tokens">
          Settings, API tokens
        </Link>
        , and put it in <code>TOKEN</code>. It needs no refreshing, is good until the end of the day you chose, and can
        do what you ticked:
      </p>
      <dl className="rows">
        {scopes.map(([scope, opens]) => (
          <div key={scope} className="flex flex-wrap gap-x-4 border-b border-hairline py-2">
            <dt className="w-32">
              <code>{scope}</code>
            </dt>
            <dd className="text-muted">{opens}</dd>
          </div>
        ))}
      </dl>
      <p>
        Every other call is closed to it. A web page of another site cannot call at all, unless the operator lets it.
      </p>
    </Part>
  );
}

const statuses = [
  ["400", "The request cannot be read, or what it asks for is taken. Sending it again changes nothing."],
  ["401", "No token, or one that is over. Refresh it once and repeat the call; if that is refused too, sign in again."],
  ["403", "You are known, and this is not yours to do."],
  ["404", "There is no such task of yours."],
  ["405", "The path is right and the method is not; Allow names those that are."],
  ["412", "The task has changed since you read it. Read it again, then decide."],
  ["413", "The body is larger than 100,000 bytes."],
  ["414", "The address is longer than 16 kB, or has more than 200 parameters."],
  ["415", "Send the body as application/json."],
  ["422", "A field breaks a rule. errors names each one by its place (a JSON Pointer) and says what to do."],
  ["429", "Too many tries. Wait as many seconds as Retry-After says."],
  ["5xx", "Not your doing. Wait a little, then send it again as below."],
] as const;

function Errors({ commands, problem }: Commands & { problem: string }) {
  return (
    <Part id="errors">
      <p>
        Every refusal is a problem document (RFC 9457, <code>application/problem+json</code>). Try one:
      </p>
      <CodeBlock label="Command: add a task that is refused" text={commands.refused} />
      <CodeBlock label="A problem document" text={problem} />
      <p>
        Decide by <code>status</code>, and show <code>detail</code> to people. What each status asks of you:
      </p>
      <dl className="rows">
        {statuses.map(([status, meaning]) => (
          <div key={status} className="flex flex-wrap gap-x-4 border-b border-hairline py-2">
            <dt className="tabular w-10 font-medium">{status}</dt>
            <dd className="min-w-0 flex-1 basis-48">{meaning}</dd>
          </div>
        ))}
      </dl>
      <p>
        Where one status has several reasons that a program has to tell apart, <code>type</code> is the address of a
        page about the reason; else it is <code>about:blank</code>. These are all:
      </p>
      <ul className="rows">
        {Object.entries(problemsInWords).map(([code, { title }]) => (
          <li key={code} className="flex flex-wrap items-center gap-x-4 border-b border-hairline">
            <Link className="link inline-flex min-h-11 items-center" to={`/problems/${code}`}>
              {title}
            </Link>{" "}
            <code className="text-muted">
              /problems/
              <wbr />
              {code}
            </code>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Paging({ commands }: Commands) {
  return (
    <Part id="paging">
      <p>
        A list comes in pages of 50, or of <code>limit</code>, at most 100. <code>X-Total-Count</code> says how many
        there are in all, <code>Link</code> has the addresses of the first, previous, next and last page:
      </p>
      <CodeBlock label="Command: one page, with its headers" text={commands.page} />
      <p>
        An <code>offset</code> counts, so a task that comes or goes meanwhile shifts the pages after it. To see every
        task exactly once, begin with an empty <code>cursor</code> and follow <code>rel=&quot;next&quot;</code> until
        there is none. This prints one array for each page and leaves a file <code>headers.txt</code>:
      </p>
      <CodeBlock label="Command: all pages" text={commands.walk} />
    </Part>
  );
}

function Retries({ commands }: Commands) {
  return (
    <Part id="retries">
      <p>
        When no answer came, you cannot know whether the call was carried out. <code>GET</code>, <code>PUT</code>,{" "}
        <code>DELETE</code> and <code>PATCH</code> can be sent again as they are, with one exception:{" "}
        <code>/complete</code> without a body toggles, so send <code>completed</code> along. A <code>DELETE</code> that
        was carried out answers 404 the second time.
      </p>
      <p>
        For a new task, send an <code>Idempotency-Key</code>, anything of your own up to 255 characters. For 24 hours
        the same key is the same task; run this twice and there is one:
      </p>
      <CodeBlock label="Command: add a task once, however often it is sent" text={commands.retry} />
      <p>
        A token may send 600 requests in a minute, or as many as the operator has set: <code>RateLimit-Policy</code>{" "}
        names the quota, <code>RateLimit</code> what is left of it.
      </p>
      <p>
        Wait between tries, longer each time; after a 429 at least as long as <code>Retry-After</code> says. With{" "}
        <code>--retry</code>, curl does it by itself. A refresh can be sent again for 60 seconds, as long as its new
        token has not been used.
      </p>
    </Part>
  );
}

function Writers({ commands }: Commands) {
  return (
    <Part id="writers">
      <p>
        Every answer with a task has an <code>ETag</code>. Sent back as <code>If-Match</code>, it lets a change through
        only if nobody else has changed the task since; else the answer is 412 and nothing is written. As{" "}
        <code>If-None-Match</code> on a <code>GET</code> it saves you an answer that you have already: 304.
      </p>
      <CodeBlock label="Command: change a task in the state that was read" text={commands.change} />
    </Part>
  );
}
