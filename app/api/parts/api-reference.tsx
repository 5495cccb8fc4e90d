import { Link } from "@remix-run/react";
import type { ApiAnswer, ApiBody, ApiCall, ApiField, ApiReference, ApiSection } from "./api-view";
import { CodeBlock, OnThisPage, Words } from "./code-block";

/** All calls of the API on one page, so that the browser can search them. */
export function Reference({ reference }: { reference: ApiReference }) {
  const { sections, description, version } = reference;
  return (
    <>
      <h1 className="mb-4">API reference</h1>
      <div className="mb-8 max-w-prose space-y-3">
        {description.split("\n\n").map((paragraph) => (
          <p key={paragraph}>
            <Words text={paragraph} />
          </p>
        ))}
        <p>
          The commands are for a shell. Those with <code>$TOKEN</code> take it from the{" "}
          <Link className="link" to="/docs">
            guide
          </Link>
          , which also has the errors, paging and retries in words. <code>ann@example.com</code> stands for your own
          address. For tools, the same as a document:{" "}
          <a className="link" href="/api/openapi.json">
            openapi.json
          </a>{" "}
          (OpenAPI 3.1, version {version}).
        </p>
      </div>
      <OnThisPage>
        {sections.map(({ id, title, calls }) => (
          <div key={id} className="py-2">
            <Link className="link inline-flex min-h-11 min-w-11 items-center font-medium" to={`#${id}`}>
              {title}
            </Link>
            <ul className="grid gap-x-8 md:grid-cols-2">
              {calls.map((call) => (
                <li key={call.id}>
                  <Link className="toc-link" to={`#${call.id}`}>
                    <span className="min-w-0 grow basis-32">{call.title}</span>{" "}
                    <code className="text-muted">{call.method}</code>
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </OnThisPage>
      <div className="space-y-16">
        {sections.map((section) => (
          <Section key={section.id} section={section} />
        ))}
      </div>
    </>
  );
}

function Section({ section: { id, title, description, calls } }: { section: ApiSection }) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="section-heading">
        {title}
      </h2>
      <p className="mb-8 text-muted">
        <Words text={description} />
      </p>
      <div className="space-y-14">
        {calls.map((call) => (
          <Call key={call.id} call={call} />
        ))}
      </div>
    </section>
  );
}

function Call({ call }: { call: ApiCall }) {
  const { id, method, path, title, description, needsToken, parameters, bodies, answers, commands } = call;
  return (
    <article aria-labelledby={id}>
      <h3 id={id} className="font-serif text-lg">
        {title}
      </h3>
      <p className="mt-1 mb-3 font-medium">
        <code>
          {method} {path}
        </code>
      </p>
      <p className="mb-4 max-w-prose">
        <Words text={description} />{" "}
        <span className="text-muted">{needsToken ? "Takes a token." : "Takes no token."}</span>
      </p>
      {commands.map(({ label, text }) => (
        <div key={label} className="mb-4">
          {label && (
            <p className="help mb-1">
              As <code>{label}</code>
            </p>
          )}
          <CodeBlock label={`Command: ${title}${label && `, as ${label}`}, ${method}`} text={text} />
        </div>
      ))}
      {parameters.length > 0 && (
        <>
          <h4 className="part-heading">Parameters</h4>
          <Fields fields={parameters} />
        </>
      )}
      {bodies.map((body) => (
        <Body key={body.mediaType} body={body} />
      ))}
      <h4 className="part-heading">Answers</h4>
      <ul className="rows">
        {answers.map((answer) => (
          <Answer key={answer.status} answer={answer} call={call} />
        ))}
      </ul>
    </article>
  );
}

function Body({ body: { mediaType, required, fields } }: { body: ApiBody }) {
  return (
    <>
      <h4 className="part-heading">
        Body{required ? "" : " (may be left out)"}, as <code>{mediaType}</code>
      </h4>
      <Fields fields={fields} />
    </>
  );
}

function Fields({ fields }: { fields: ApiField[] }) {
  return (
    <ul className="rows">
      {fields.map(({ name, place, type, required, limits, description, example }) => (
        <li key={name} className="border-b border-hairline py-2">
          <p className="flex flex-wrap items-baseline gap-x-3">
            <code className="font-medium">{name}</code>{" "}
            <span className="text-sm text-muted">
              {[place && `in the ${place}`, type, limits, required && "required"].filter(Boolean).join(", ")}
            </span>
          </p>
          {(description || example) && (
            <p className="text-sm">
              <Words text={description} />
              {example && (
                <>
                  {description && " "}
                  <span className="text-muted">
                    Such as <code>{example}</code>
                  </span>
                </>
              )}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function Answer({ answer, call }: { answer: ApiAnswer; call: ApiCall }) {
  const { status, description, headers, example } = answer;
  return (
    <li className="border-b border-hairline py-2">
      <p className="flex gap-x-3">
        <span className="tabular font-medium">{status}</span>{" "}
        <span className="min-w-0 flex-1">
          <Words text={description} />
        </span>
      </p>
      {headers.map(({ name, description: meaning }) => (
        <p key={name} className="text-sm text-muted">
          <code className="text-ink">{name}</code> <Words text={meaning} />
        </p>
      ))}
      {example && (
        <div className="mt-2 mb-1">
          <CodeBlock label={`Answer ${status}: ${call.title}, ${call.method}`} text={example} />
        </div>
      )}
    </li>
  );
}
