import { isRouteErrorResponse, Link, useLocation, useNavigation, useRouteError } from "@remix-run/react";
import { useEffect, useRef, type ComponentPropsWithoutRef } from "react";
import { SubmitButton } from "~/web/ui/form/form";
import { Icon } from "~/web/ui/icons";
import { asksForProof, type ProofQuestion } from "~/web/ui/states/proof-question";
import { RouteError } from "~/web/ui/states/route-error";
import { PostForm } from "~/web/ui/form/post-form";

/**
 * The error boundary of routes with sensitive forms. If a change was refused because the proof of identity is too old,
 * it asks for the password or a code, and sends the form again with the answer.
 */
export function ProofBoundary() {
  const error = useRouteError();
  return isRouteErrorResponse(error) && asksForProof(error.data) ? (
    <AskForProof question={error.data.proof} />
  ) : (
    <RouteError />
  );
}

function AskForProof({ question }: { question: ProofQuestion["proof"] }) {
  const { kept, error, aboutCode, takesCode, asDocument } = question;
  const { pathname, search } = useLocation();
  const { formData } = useNavigation();
  const fields = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [password, code] = fields.current?.querySelectorAll("input") ?? [];
    for (const input of [password, code]) if (input) input.value = "";
    (question.aboutCode ? code : password)?.focus();
  }, [question]);
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Is it you?</h1>
      <p className="mb-6">
        It has been a while since you signed in. Enter your password{takesCode && ", or a code of your app,"} to go on;
        nothing is lost.
      </p>
      <PostForm action={pathname + search} noValidate reloadDocument={asDocument}>
        {kept.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <div ref={fields}>
          <ProofField
            label="Password"
            name="proofPassword"
            type="password"
            autoComplete="current-password"
            error={aboutCode ? null : error}
          />
          {takesCode && (
            <ProofField
              label="Or a code of your app"
              name="proofCode"
              inputMode="numeric"
              autoComplete="one-time-code"
              error={aboutCode ? error : null}
            />
          )}
        </div>
        {asDocument && <p className="help mb-5">The download starts when you go on, and this page stays.</p>}
        <div className="flex flex-wrap gap-3">
          <SubmitButton pending={formData?.has("proofPassword") ?? false}>Go on</SubmitButton>{" "}
          <Link to={pathname + search} className="button">
            Go back
          </Link>
        </div>
      </PostForm>
    </div>
  );
}

type ProofFieldProps = { label: string; name: string; error: string | null } & ComponentPropsWithoutRef<"input">;

function ProofField({ label, name, error, ...input }: ProofFieldProps) {
  return (
    <div className="mb-5 space-y-1.5">
      <label className="label" htmlFor={name}>
        {label}
      </label>{" "}
      <input
        className="input"
        id={name}
        name={name}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${name}-error` : undefined}
        {...input}
      />
      {error && (
        <p className="error" id={`${name}-error`}>
          <Icon name="alert" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
