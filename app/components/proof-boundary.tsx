import { Form, isRouteErrorResponse, useLocation, useNavigation, useRouteError } from "@remix-run/react";
import { useEffect, useRef } from "react";
import { SubmitButton } from "./form";
import { Icon } from "./icons";
import type { ProofQuestion } from "~/domain/accounts/proof-question";
import { RouteError } from "./route-error";

/**
 * The error boundary of routes with sensitive forms: asks for the password when the change was refused for want of a
 * fresh proof, and sends the form again with it.
 */
export function ProofBoundary() {
  const error = useRouteError();
  return isRouteErrorResponse(error) && asksForProof(error.data) ? (
    <AskForProof question={error.data.proof} />
  ) : (
    <RouteError />
  );
}

const asksForProof = (data: unknown): data is ProofQuestion =>
  typeof data === "object" && data !== null && "proof" in data;

function AskForProof({ question: { kept, error } }: { question: ProofQuestion["proof"] }) {
  const { pathname, search } = useLocation();
  const { formData } = useNavigation();
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!password.current) return;
    password.current.value = "";
    password.current.focus();
  }, [error]);
  return (
    <div className="max-w-md">
      <h1 className="mb-4">Is it you?</h1>
      <p className="mb-6">It has been a while since you signed in. Enter your password to go on; nothing is lost.</p>
      <Form method="post" action={pathname + search} noValidate>
        {kept.map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        <div className="mb-5 space-y-1.5">
          <label className="label" htmlFor="proof-password">
            Password
          </label>
          <input
            ref={password}
            className="input"
            id="proof-password"
            name="proofPassword"
            type="password"
            autoComplete="current-password"
            aria-invalid={error ? true : undefined}
            aria-describedby={error ? "proof-error" : undefined}
          />
          {error && (
            <p className="error" id="proof-error">
              <Icon name="alert" />
              <span>{error}</span>
            </p>
          )}
        </div>
        <SubmitButton pending={formData?.has("proofPassword") ?? false}>Go on</SubmitButton>
      </Form>
    </div>
  );
}
